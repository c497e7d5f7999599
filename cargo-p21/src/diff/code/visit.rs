//! Looking through a file.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprMethodCall, ExprStruct, Ident, ItemStruct, ItemUse, LitStr, Macro, Token, UseTree};

use super::Place;
use super::names::Target;

/// Whether a file names the service at all, or its element.
pub(super) fn names(file: &syn::File, target: &Target) -> bool {
    let mut finder = Finder::new("", file, target, false);
    finder.any = true;
    finder.visit_file(file);
    finder.found_any
}

/// The places in a file.
pub(super) fn places(name: &str, file: &syn::File, target: &Target, is_used: bool, places: &mut Vec<Place>) {
    let mut finder = Finder::new(name, file, target, is_used);
    finder.visit_file(file);
    places.append(&mut finder.places);
}

struct Finder<'a> {
    name: &'a str,
    target: &'a Target,
    /// What short names mean in this file.
    aliases: BTreeMap<String, Vec<String>>,
    /// Modules of which everything is named.
    globs: Vec<Vec<String>>,
    is_used: bool,
    places: Vec<Place>,
    /// Only whether the service is named is asked.
    any: bool,
    found_any: bool,
}

impl<'a> Finder<'a> {
    fn new(name: &'a str, file: &syn::File, target: &'a Target, is_used: bool) -> Self {
        let mut uses = Uses::default();
        uses.visit_file(file);
        let (aliases, globs) = (uses.aliases, uses.globs);
        Self { name, target, aliases, globs, is_used, places: Vec::new(), any: false, found_any: false }
    }

    fn found(&mut self, span: Span, what: impl Into<String>, maybe: bool) {
        let at = span.start();
        let (file, what) = (self.name.to_owned(), what.into());
        self.places.push(Place { file, line: at.line, column: at.column + 1, what, maybe });
    }

    /// What a path may mean, whole.
    fn meanings(&self, segments: &[String]) -> Vec<Vec<String>> {
        let Some((first, rest)) = segments.split_first() else { return Vec::new() };
        match self.aliases.get(first) {
            Some(whole) => vec![whole.iter().chain(rest).cloned().collect()],
            None => {
                // What a glob of an element gives are its handles and types; modules come by one of the service.
                let is_item = first.starts_with(|c: char| c.is_ascii_uppercase());
                let gives = |glob: &&Vec<String>| is_item || glob.last() == Some(&self.target.service.1);
                let globbed =
                    self.globs.iter().filter(gives).map(|glob| glob.iter().chain(segments).cloned().collect());
                std::iter::once(segments.to_vec()).chain(globbed).collect()
            }
        }
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
        let is_named = match &self.target.field {
            Some((_, handle)) => behind.last().is_some_and(|last| *last == handle.constant || *last == handle.setter),
            None => true,
        };
        if is_named && !self.any {
            self.found(span, segments.join("::"), false);
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

    /// A derive for the element: the struct, or the member that stands for the field.
    fn derived(&mut self, item: &ItemStruct) {
        let Some(path) = item.attrs.iter().find_map(of_p21) else { return };
        if self.behind(&segments(&path)).is_none() {
            return;
        }
        self.found_any = true;
        let Some((field, handle)) = self.target.field.clone() else { return };
        for member in &item.fields {
            let Some(ident) = &member.ident else { continue };
            let said = member.attrs.iter().find_map(field_attribute);
            let is_meant = match &said {
                Some(said) => said.value() == field,
                None => ident == handle.setter.as_str() || ident == field.as_str(),
            };
            if is_meant {
                self.found(ident.span(), format!("{}.{ident}", item.ident), false);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut uses = Uses::default();
        uses.tree(&mut Vec::new(), &item.tree);
        let globs = std::mem::take(&mut uses.globs);
        for whole in uses.aliases.into_values().chain(globs) {
            self.path(&whole, item.span());
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(&segments(path), path.span());
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if let Some((_, handle)) = &self.target.field
            && call.method == handle.setter.as_str()
        {
            match self.is_row(&call.receiver) {
                Some(true) => self.found(call.method.span(), format!(".{}(..)", call.method), false),
                None if self.is_used => self.found(call.method.span(), format!(".{}(..)", call.method), true),
                _ => {}
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_struct(&mut self, literal: &'ast ExprStruct) {
        if let Some((_, handle)) = &self.target.field
            && self.behind(&segments(&literal.path)).is_some()
        {
            let setter = handle.setter.clone();
            for member in &literal.fields {
                if matches!(&member.member, syn::Member::Named(name) if *name == setter.as_str()) {
                    self.found(member.member.span(), format!("{setter}: ..",), false);
                }
            }
        }
        visit::visit_expr_struct(self, literal);
    }

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.derived(item);
        // The attribute itself is a place where the element is meant.
        for attribute in &item.attrs {
            if let Some(path) = of_p21(attribute) {
                self.path(&segments(&path), path.span());
            }
        }
        visit::visit_item_struct(self, item);
    }

    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        let text = literal.value();
        let Target { service, element, field } = self.target;
        if text == service.0 || element.as_ref().is_some_and(|(name, _)| text == *name) {
            self.found_any = true;
        }
        if self.any {
            return;
        }
        // An element's name is nobody else's; that of a field or a service may be.
        let (is_named, maybe) = match (element, field) {
            (_, Some((name, _))) => (text == *name && self.is_used, true),
            (Some((name, _)), None) => (text == *name, false),
            (None, None) => (text == service.0, true),
        };
        if is_named {
            self.found(literal.span(), format!("{text:?}"), maybe);
        }
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        // What is an expression or several of them in `vec!`, `println!`, `assert_eq!` is looked at as such.
        let all = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        for expression in all.into_iter().flatten() {
            // It is this call's own, and does not live as long as the file.
            let mut inner = Finder {
                name: self.name,
                target: self.target,
                aliases: self.aliases.clone(),
                globs: self.globs.clone(),
                is_used: self.is_used,
                places: Vec::new(),
                any: self.any,
                found_any: false,
            };
            inner.visit_expr(&expression);
            self.found_any |= inner.found_any;
            self.places.append(&mut inner.places);
        }
        visit::visit_macro(self, call);
    }
}

/// Names that a file gives to others.
#[derive(Default)]
struct Uses {
    aliases: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

impl Uses {
    fn tree(&mut self, path: &mut Vec<String>, tree: &UseTree) {
        let whole = |path: &[String], ident: &Ident| -> Vec<String> {
            // `use a::b::{self}` is `a::b`.
            let ident = ident.to_string();
            path.iter().cloned().chain((ident != "self").then_some(ident)).collect()
        };
        match tree {
            UseTree::Path(next) => {
                path.push(next.ident.to_string());
                self.tree(path, &next.tree);
                path.pop();
            }
            UseTree::Name(name) => {
                let whole = whole(path, &name.ident);
                self.aliases.extend(whole.last().cloned().map(|last| (last, whole)));
            }
            UseTree::Rename(rename) => drop(self.aliases.insert(rename.rename.to_string(), whole(path, &rename.ident))),
            UseTree::Glob(_) => self.globs.push(path.clone()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(path, tree)),
        }
    }
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.tree(&mut Vec::new(), &item.tree);
    }
}

fn segments(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// The path of `#[p21(job_contract_pricing::line, edit)]`.
fn of_p21(attribute: &Attribute) -> Option<syn::Path> {
    if !attribute.path().is_ident("p21") {
        return None;
    }
    attribute
        .parse_args_with(|input: syn::parse::ParseStream<'_>| {
            let path = input.parse::<syn::Path>()?;
            input.parse::<proc_macro2::TokenStream>()?;
            Ok(path)
        })
        .ok()
}

/// The name in `#[p21(field = "price")]`.
fn field_attribute(attribute: &Attribute) -> Option<LitStr> {
    if !attribute.path().is_ident("p21") {
        return None;
    }
    let mut found = None;
    // What else stands there is none of this.
    let _ = attribute.parse_nested_meta(|meta| {
        if meta.path.is_ident("field") {
            found = Some(meta.value()?.parse::<LitStr>()?);
        }
        Ok(())
    });
    found
}
