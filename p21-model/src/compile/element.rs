//! One element: its fields, keys and rules.

use super::RuleSet;
use super::fields::Fields;
use super::resolve::{Resolver, why};
use crate::facts::definition::ElementDefinition;
use crate::facts::error::InputError;
use crate::facts::schema::{ElementRule, ElementSchema, Elsewhere, Endpoint, List, RuleKind, Str};
use crate::kinds::{Names, Spelled, every_kind};
use crate::rules::Located;

/// The element, with the rules that hold for the definition's version; those of other versions go `elsewhere`.
pub(super) fn compile(
    resolver: &Resolver<'_>,
    rules: &RuleSet<'_>,
    index: usize,
    module: String,
    elsewhere: &mut Vec<Elsewhere>,
) -> Result<ElementSchema, InputError> {
    let element = &resolver.definition.elements[index];
    let mut fields = Fields::compile(resolver, index)?;
    fields.add_values(resolver, index);
    fields.add_codes(resolver, rules, index);
    let compiler = Compiler { resolver, rules, index, element, fields: &fields };
    let (here, others): (Vec<_>, Vec<_>) =
        compiler.rules().into_iter().partition(|rule| rule.why.versions.include(rules.version));
    elsewhere.extend(others.into_iter().map(|rule| Elsewhere::Rule { element: index as u16, rule }));
    let keys: Vec<u16> = element.key_fields.iter().filter_map(|key| fields.get(key)).collect();
    let mut element = ElementSchema {
        name: element.name.clone().into(),
        module: module.into(),
        label: element.parent_text.as_deref().unwrap_or_default().trim().to_owned().into(),
        kind: element.kind,
        index: index as u16,
        parent: None,
        keys: keys.into(),
        fields: fields.fields.into(),
        rules: here.into(),
    };
    element.correct_required();
    Ok(element)
}

/// Compiles the rules about one element.
struct Compiler<'a> {
    resolver: &'a Resolver<'a>,
    rules: &'a RuleSet<'a>,
    index: usize,
    element: &'a ElementDefinition,
    fields: &'a Fields,
}

impl<'a> Compiler<'a> {
    /// In the order of kinds; of one kind the service's own come first.
    fn rules(&self) -> Vec<ElementRule> {
        let mut out = Vec::new();
        let own = self.resolver.rules;
        macro_rules! each {
            ($($(#[doc = $doc:literal])+ $variant:ident $kind:ident $rule:ident)+) => {
                $(self.each(&own.$kind, self.rules.any.map_or(&[], |any| &any.$kind), &mut out);)+
            };
        }
        every_kind!(each);
        out
    }

    /// Compiles the rules of a kind that are about this element.
    fn each<T: Spelled>(&self, own: &'a [Located<T>], of_any: &'a [Located<T>], out: &mut Vec<ElementRule>) {
        let mut add = |rule: &T, kinds: Vec<RuleKind>| {
            out.extend(kinds.into_iter().map(|kind| ElementRule { kind, why: why(rule) }));
        };
        for located in own {
            let rule = &located.rule;
            let elements = self.resolver.fit(located, rule.elements().map_err(|problem| self.error(problem)));
            for name in elements.unwrap_or_default() {
                if self.resolver.is_about(name, self.index) {
                    let made = self.resolver.element(name).and_then(|_| rule.compile(self));
                    add(rule, self.resolver.fit(located, made).unwrap_or_default());
                }
            }
        }
        for located in of_any.iter().filter(|_| !T::OWN_ALONE || own.is_empty()) {
            add(&located.rule, located.rule.compile_of_any(self));
        }
    }
}

impl Names for Compiler<'_> {
    fn element(&self) -> &ElementDefinition {
        self.element
    }

    fn is_first(&self) -> bool {
        self.index == 0
    }

    fn is_report(&self) -> bool {
        super::endpoint(&self.resolver.definition.name, self.rules) == Endpoint::PdfReport
    }

    fn place(&self, field: &str) -> Result<u16, InputError> {
        self.fields.place(self.resolver, self.element, field)
    }

    fn find(&self, field: &str) -> Option<u16> {
        self.fields.get(field)
    }

    fn elsewhere(&self, element: &str, fields: &[String]) -> Result<(u16, List<u16>), InputError> {
        let index = self.resolver.element(element)?;
        let (element, known) = (&self.resolver.definition.elements[index], Fields::compile(self.resolver, index)?);
        let places = fields.iter().map(|field| known.place(self.resolver, element, field));
        let places: Vec<u16> = places.collect::<Result<_, _>>()?;
        Ok((index as u16, places.into()))
    }

    fn label(&self, field: u16, value: &str) -> Result<Str, InputError> {
        let schema = &self.fields.fields[field as usize];
        match schema.listed(value) {
            Some(label) => Ok(label.to_owned().into()),
            None => {
                let labels: Vec<&str> = schema.values.iter().take(12).collect();
                let problem = format!("the list of `{}` has no `{}`", schema.name, value.escape_debug());
                let help = format!(
                    "it has {}; say in [[codes]] which of them has its code, or switch the rule `off`",
                    labels.iter().map(|label| format!("`{}`", label.escape_debug())).collect::<Vec<_>>().join(", ")
                );
                Err(self.resolver.error(problem).in_element(&self.element.name).in_field(&*schema.name).help(help))
            }
        }
    }

    fn error(&self, problem: &str) -> InputError {
        self.resolver.error(problem)
    }
}
