//! Looking through a file.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprMethodCall, ExprStruct, Ident, ItemEnum, ItemStruct, ItemUse, LitStr, Macro, Token};

use super::names::Target;
use super::tokens::{self, Word};
use super::uses::{Aliases, Uses, segments};
use super::{Place, Source, attributes};

/// Whether a file names the service at all, or its element.
pub(super) fn names(source: &Source, published: &Aliases, target: &Target) -> bool {
    let mut finder = Finder { any: true, ..Finder::new(source, published, target, false) };
    finder.visit_file(&source.file);
    finder.found_any
}

/// The places in a file.
pub(super) fn places(source: &Source, published: &Aliases, target: &Target, is_used: bool, places: &mut Vec<Place>) {
    let mut finder = Finder::new(source, published, target, is_used);
    finder.visit_file(&source.file);
    places.append(&mut finder.places);
}

struct Finder<'a> {
    name: &'a str,
    target: &'a Target,
    /// What short names mean in this file, and in all of them.
    uses: &'a Uses,
    published: &'a Aliases,
    is_used: bool,
    places: Vec<Place>,
    /// Only whether the service is named is asked.
    any: bool,
    found_any: bool,
}

impl<'a> Finder<'a> {
    fn new(source: &'a Source, published: &'a Aliases, target: &'a Target, is_used: bool) -> Self {
        let Source { name, uses, .. } = source;
        Self { name, target, uses, published, is_used, places: Vec::new(), any: false, found_any: false }
    }

    fn found(&mut self, span: Span, what: impl Into<String>, maybe: bool) {
        let at = span.start();
        let (file, what) = (self.name.to_owned(), what.into());
        self.places.push(Place { file, line: at.line, column: at.column + 1, what, maybe });
    }

    /// What a path may mean, whole.
    fn meanings(&self, segments: &[String]) -> Vec<Vec<String>> {
        let mut meanings = self.uses.meanings(segments, self.published);
        let Some(first) = segments.first() else { return Vec::new() };
        // What a glob of an element gives are its handles and types; modules come by one of the service.
        let is_item = first.starts_with(|c: char| c.is_ascii_uppercase());
        for glob in &self.uses.globs {
            for whole in self.uses.meanings(glob, self.published) {
                if is_item || whole.last() == Some(&self.target.service.1) {
                    meanings.push([&whole, segments].concat());
                }
            }
        }
        meanings
    }

    /// What stands behind the element in a path that goes through it, or behind the service where no element is meant.
    fn behind(&self, segments: &[String]) -> Option<Vec<String>> {
        let service = &self.target.service.1;
        self.meanings(segments).into_iter().find_map(|meaning| {
            let at = meaning.iter().position(|segment| segment == service)?;
            match &self.target.element {
                Some((_, module)) if !self.any => {
                    (meaning.get(at + 1) == Some(module)).then(|| meaning[at + 2..].to_vec())
                }
                // One word alone may be anything.
                _ => (meaning.len() > 1).then(|| meaning[at + 1..].to_vec()),
            }
        })
    }

    fn path(&mut self, segments: &[String], span: Span) {
        let Some(behind) = self.behind(segments) else { return };
        self.found_any = true;
        if !self.any && self.is_named(&behind) {
            self.found(span, segments.join("::"), false);
        }
    }

    /// Whether what stands behind the element, or the service, is what is meant.
    fn is_named(&self, behind: &[String]) -> bool {
        let Target { field, label, is_key, .. } = self.target;
        let Some((_, handle)) = field else {
            return !is_key || behind.first().is_some_and(|first| first == "Key");
        };
        let is_labels = |name: &String| handle.labels.as_ref() == Some(name);
        match (behind, label) {
            // Of a label that is gone the variant alone.
            ([.., of, variant], Some(label)) if is_labels(of) => is_variant(variant, label),
            (_, Some(_)) => false,
            (all, None) => {
                all.first().is_some_and(is_labels)
                    || all.last().is_some_and(|last| *last == handle.constant || *last == handle.setter)
            }
        }
    }

    /// Whether what a method is called on is a row of the element, of another one, or not to be told.
    fn is_row(&self, receiver: &Expr) -> Option<bool> {
        match receiver {
            Expr::MethodCall(call) => self.is_row(&call.receiver),
            Expr::Paren(inner) => self.is_row(&inner.expr),
            Expr::Try(inner) => self.is_row(&inner.expr),
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return None };
                let segments = segments(&path.path);
                match self.behind(&segments) {
                    Some(behind) => (behind.first()? == "Row").then_some(true),
                    None => (segments.len() > 1 && segments[segments.len() - 2] == "Row").then_some(false),
                }
            }
            _ => None,
        }
    }

    /// A call of the setter on what is a row, or on what nobody can tell.
    fn method(&mut self, name: &Ident, is_row: Option<bool>) {
        let Some((_, handle)) = &self.target.field else { return };
        if *name != handle.setter.as_str() || self.target.label.is_some() || is_row == Some(false) {
            return;
        }
        if is_row == Some(true) || self.is_used {
            self.found(name.span(), format!(".{name}(..)"), is_row.is_none());
        }
    }

    /// The paths of a derive's attribute: the place where an element, a service or an enum of labels is meant. Whether it is
    /// of the element.
    fn derived(&mut self, attributes: &[Attribute]) -> bool {
        let mut is_ours = false;
        for path in attributes::paths(attributes) {
            let segments = segments(&path);
            self.path(&segments, path.span());
            is_ours |= self.behind(&segments).is_some();
        }
        is_ours
    }

    /// The members of a struct that stand for the field.
    fn members(&mut self, item: &ItemStruct) {
        let Some((field, handle)) = self.target.field.clone().filter(|_| self.target.label.is_none()) else { return };
        for member in &item.fields {
            let Some(ident) = &member.ident else { continue };
            let is_meant = match attributes::text(&member.attrs, "field") {
                Some((said, _)) => said == field || said.to_ascii_uppercase() == handle.constant,
                None => attributes::constant(ident) == handle.constant || *ident == field.as_str(),
            };
            if is_meant {
                self.found(ident.span(), format!("{}.{ident}", item.ident), false);
            }
        }
    }

    /// The variant of an enum that stands for the label which is gone.
    fn variants(&mut self, item: &ItemEnum) {
        let Some(label) = self.target.label.clone() else { return };
        for variant in &item.variants {
            let is_meant = match attributes::text(&variant.attrs, "label") {
                Some((said, _)) => said == label,
                None => is_variant(&variant.ident.to_string(), &label),
            };
            if is_meant {
                self.found(variant.ident.span(), format!("{}::{}", item.ident, variant.ident), false);
            }
        }
    }

    /// A name that goes over the wire, in a text.
    fn text(&mut self, literal: &LitStr) {
        let text = literal.value();
        let Target { service, element, is_shared, field, label, is_key } = self.target;
        let is_element = element.as_ref().is_some_and(|(name, _)| text == *name);
        if text == service.0 || (is_element && !is_shared) {
            self.found_any = true;
        }
        // A name may be that of something else, where others have it, too.
        let (is_named, maybe) = match (field, label) {
            (Some(_), Some(label)) => (text == *label && self.is_used, true),
            (Some((name, _)), None) => (text == *name && self.is_used, true),
            _ if element.is_some() => (is_element && (!is_shared || self.is_used), *is_shared),
            _ => (text == service.0 && !is_key, true),
        };
        if is_named && !self.any {
            self.found(literal.span(), format!("{text:?}"), maybe);
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        for whole in Uses::named(item) {
            self.path(&whole, item.span());
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(&segments(path), path.span());
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.method(&call.method, self.is_row(&call.receiver));
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_struct(&mut self, literal: &'ast ExprStruct) {
        if let Some((_, handle)) = self.target.field.as_ref().filter(|_| self.target.label.is_none())
            && self.behind(&segments(&literal.path)).is_some()
        {
            let setter = handle.setter.clone();
            for member in &literal.fields {
                if matches!(&member.member, syn::Member::Named(name) if *name == setter.as_str()) {
                    self.found(member.member.span(), format!("{setter}: .."), false);
                }
            }
        }
        visit::visit_expr_struct(self, literal);
    }

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        if self.derived(&item.attrs) && !self.any {
            self.members(item);
        }
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        if self.derived(&item.attrs) && !self.any {
            self.variants(item);
        }
        visit::visit_item_enum(self, item);
    }

    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.text(literal);
    }

    /// What is an expression or several of them in `vec!`, `println!`, `assert_eq!` is looked at as such; of others the
    /// words.
    fn visit_macro(&mut self, call: &'ast Macro) {
        visit::visit_macro(self, call);
        if let Ok(all) = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            return all.iter().for_each(|expression| Visit::visit_expr(self, expression));
        }
        let mut words = Vec::new();
        tokens::words(call.tokens.clone(), &mut words);
        for word in words {
            match word {
                Word::Path(path, span) => self.path(&path, span),
                Word::Method(name) => self.method(&name, None),
                Word::Text(literal) => self.text(&literal),
            }
        }
    }
}

/// Whether a variant is that of a label: `PricingLibraries` of `Pricing Libraries`.
fn is_variant(variant: &str, label: &str) -> bool {
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    plain(variant) == plain(label)
}
