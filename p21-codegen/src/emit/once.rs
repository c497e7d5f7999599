//! What several elements of a service share: reasons of rules and lists of known values stand once, in the service's
//! module, as constants that the others name.

use std::collections::HashMap;

use p21_model::schema::{ElementSchema, Elsewhere, FieldSchema, RuleKind, ServiceSchema, Why};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{rules, schema};

/// What there is of a service more than once, each with its number.
pub(crate) struct Once<'a> {
    reasons: Numbered<'a, Why>,
    lists: Numbered<'a, FieldSchema>,
}

/// Things by their tokens: the first of equal ones, and the number that equal ones share.
struct Numbered<'a, T> {
    numbers: HashMap<String, usize>,
    shared: Vec<&'a T>,
}

impl<'a, T> Numbered<'a, T> {
    fn of(all: impl Iterator<Item = &'a T>, key: fn(&T) -> TokenStream) -> Self {
        let mut seen: HashMap<String, &T> = HashMap::new();
        let (mut numbers, mut shared) = (HashMap::new(), Vec::new());
        for one in all {
            let key = key(one).to_string();
            match seen.get(&key) {
                Some(first) if !numbers.contains_key(&key) => {
                    shared.push(*first);
                    numbers.insert(key, shared.len());
                }
                Some(_) => {}
                None => drop(seen.insert(key, one)),
            }
        }
        Self { numbers, shared }
    }

    fn number(&self, tokens: &TokenStream) -> Option<usize> {
        self.numbers.get(&tokens.to_string()).copied()
    }
}

/// The module that something is written into: what is shared is reached from there.
#[derive(Clone, Copy)]
pub(crate) enum Within {
    /// The service's own module of statics.
    Service,
    /// That of an element.
    Element,
}

impl Within {
    fn path(self, name: &Ident) -> TokenStream {
        match self {
            Self::Service => quote!(#name),
            Self::Element => quote!(super::super::schema::#name),
        }
    }
}

impl<'a> Once<'a> {
    /// What a service has more than once.
    pub(crate) fn of(schema: &'a ServiceSchema) -> Self {
        let fields = schema.elements.iter().flat_map(|element| element.fields.iter());
        let known = fields.filter(|field| schema::has_known_values(field));
        Self { reasons: Numbered::of(reasons(schema), rules::why), lists: Numbered::of(known, schema::known_values) }
    }

    /// A reason as an expression.
    pub(crate) fn why(&self, why: &Why, within: Within) -> TokenStream {
        let tokens = rules::why(why);
        self.reasons.number(&tokens).map_or(tokens, |number| within.path(&reason_name(number)))
    }

    /// Known values as an expression, in an element.
    pub(crate) fn known_values(&self, field: &FieldSchema) -> TokenStream {
        let tokens = schema::known_values(field);
        self.lists.number(&tokens).map_or(tokens, |number| Within::Element.path(&list_name(number)))
    }

    /// The constants, for the service's module.
    pub(crate) fn constants(&self) -> TokenStream {
        let reasons = (1..).zip(&self.reasons.shared).map(|(number, why)| {
            let (name, why) = (reason_name(number), rules::why(why));
            quote!(pub(super) const #name: Reason = #why;)
        });
        let lists = (1..).zip(&self.lists.shared).map(|(number, field)| {
            let (name, values) = (list_name(number), schema::known_values(field));
            quote!(pub(super) const #name: Values = #values;)
        });
        quote!(#(#reasons)* #(#lists)*)
    }
}

fn reason_name(number: usize) -> Ident {
    format_ident!("WHY_{number}")
}

fn list_name(number: usize) -> Ident {
    format_ident!("KNOWN_{number}")
}

/// Every reason that is written down, in the order of the files.
fn reasons(schema: &ServiceSchema) -> impl Iterator<Item = &Why> {
    let own = schema.wants_codes.iter().chain(schema.key.iter().map(|key| &key.why));
    let sequences = schema.sequences.iter().map(|sequence| &sequence.why);
    let elsewhere = schema.elsewhere.iter().filter_map(|other| match other {
        Elsewhere::Rule { rule, .. } if matches!(rule.kind, RuleKind::Note { .. }) => None,
        Elsewhere::Rule { rule, .. } => Some(&rule.why),
        Elsewhere::Parent { parent, .. } => Some(&parent.why),
        Elsewhere::Sequence(sequence) => Some(&sequence.why),
        Elsewhere::Quirk(quirk) => Some(&quirk.why),
        Elsewhere::Key(key) => Some(&key.why),
        Elsewhere::WantsCodes(why) => Some(why),
        _ => None,
    });
    let quirks = schema.quirks.iter().map(|quirk| &quirk.why);
    let windows = schema.windows.iter().map(|fact| &fact.why);
    own.chain(sequences)
        .chain(quirks)
        .chain(elsewhere)
        .chain(windows)
        .chain(schema.elements.iter().flat_map(of_element))
}

fn of_element(element: &ElementSchema) -> impl Iterator<Item = &Why> {
    let rules = element.rules.iter().filter(|rule| !matches!(rule.kind, RuleKind::Note { .. }));
    element.parent.iter().map(|parent| &parent.why).chain(rules.map(|rule| &rule.why))
}
