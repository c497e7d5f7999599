//! The public names of generated bindings, sorted: what a program can use, and what it can't any more.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use p21_codegen::Builder;
use p21_definitions::Definitions;
use p21_model::Version;
use quote::ToTokens;
use serde::Serialize;
use syn::{Attribute, Expr, ImplItem, Item, Lit, Meta, Type, Visibility};

/// Every public name with what it is.
#[derive(Debug, Default)]
pub(super) struct Api {
    items: BTreeMap<String, String>,
    /// By service and element module: name of a field to its constant and its setter.
    handles: BTreeMap<(String, String), BTreeMap<String, Handle>>,
    /// The modules of services.
    modules: BTreeMap<String, String>,
}

/// How bindings call a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Handle {
    pub(super) constant: String,
    pub(super) setter: String,
    /// The enum of its labels, if it has one.
    pub(super) labels: Option<String>,
}

/// What of the names differs.
#[derive(Debug, Default, Serialize)]
pub(super) struct Changed {
    /// Gone, or as they were.
    pub(super) removed: Vec<String>,
    /// New, or as they are.
    pub(super) added: Vec<String>,
}

impl Changed {
    pub(super) fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }

    /// As a difference is written: `- gone`, `+ new`.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let removed = self.removed.iter().map(|line| format!("- {line}"));
        removed.chain(self.added.iter().map(|line| format!("+ {line}")))
    }
}

impl Api {
    /// The names of some services, as bindings of a version have them.
    pub(super) fn of(definitions: &Definitions, version: Version, services: &[String]) -> Result<Self> {
        let mut api = Self::default();
        if services.is_empty() {
            return Ok(api);
        }
        let mut builder = Builder::new().opened(definitions.clone().as_version(version));
        for service in services {
            builder = builder.service(service);
        }
        let bindings = builder.generate()?;
        api.modules = bindings.services().map(|(service, module)| (service.to_owned(), module.to_owned())).collect();
        let file = syn::parse_file(&bindings.to_file()).context("the bindings that were generated are no Rust")?;
        api.module(&mut Vec::new(), &file.items);
        Ok(api)
    }

    /// With the names of other services.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.items.extend(other.items);
        self.handles.extend(other.handles);
        self.modules.extend(other.modules);
        self
    }

    /// The module of a service.
    pub(super) fn module_of(&self, service: &str) -> Option<&str> {
        self.modules.get(service).map(String::as_str)
    }

    /// How a field is called.
    pub(super) fn handle(&self, service_module: &str, element_module: &str, field: &str) -> Option<&Handle> {
        self.handles.get(&(service_module.to_owned(), element_module.to_owned()))?.get(field)
    }

    /// What another has that this has not, and the reverse.
    pub(super) fn changed(&self, new: &Self) -> Changed {
        let lines = |one: &Self, other: &Self| -> Vec<String> {
            let gone = one.items.iter().filter(|(path, what)| other.items.get(*path) != Some(*what));
            gone.map(|(path, what)| format!("{path}{what}")).collect()
        };
        Changed { removed: lines(self, new), added: lines(new, self) }
    }

    fn module(&mut self, path: &mut Vec<String>, items: &[Item]) {
        let enums = |item: &Item| if let Item::Enum(it) = item { Some(it.ident.to_string()) } else { None };
        let enums: Vec<String> = items.iter().filter_map(enums).collect();
        for item in items {
            if let Item::Mod(module) = item
                && let Some((_, items)) = module.content.as_ref().filter(|_| is_public(&module.vis))
            {
                path.push(module.ident.to_string());
                self.items.insert(path.join("::"), " (module)".to_owned());
                self.module(path, items);
                path.pop();
            } else {
                self.item(path, item, &enums);
            }
        }
    }

    fn item(&mut self, path: &[String], item: &Item, enums: &[String]) {
        let at = |name: &dyn std::fmt::Display| format!("{}::{name}", path.join("::"));
        match item {
            Item::Struct(it) if is_public(&it.vis) => {
                self.items.insert(at(&it.ident), " (struct)".to_owned());
                for field in it.fields.iter().filter(|field| is_public(&field.vis)) {
                    if let Some(name) = &field.ident {
                        self.items.insert(at(&format!("{}.{name}", it.ident)), " (member)".to_owned());
                    }
                }
            }
            Item::Enum(it) if is_public(&it.vis) => {
                self.items.insert(at(&it.ident), " (enum)".to_owned());
                for variant in &it.variants {
                    self.items.insert(at(&format!("{}::{}", it.ident, variant.ident)), String::new());
                }
            }
            Item::Const(it) if is_public(&it.vis) => {
                self.items.insert(at(&it.ident), format!(": {}", tidy(&it.ty)));
                if let (Some(name), [service, element]) = (field_of(&it.expr), path) {
                    let setter = setter(&it.attrs).unwrap_or_else(|| it.ident.to_string().to_lowercase());
                    let labels = held(&it.ty).filter(|name| enums.contains(name));
                    let handle = Handle { constant: it.ident.to_string(), setter, labels };
                    self.handles.entry((service.clone(), element.clone())).or_default().insert(name, handle);
                }
            }
            Item::Type(it) if is_public(&it.vis) => {
                self.items.insert(at(&it.ident), format!(" = {}", tidy(&it.ty)));
            }
            Item::Impl(it) => self.implementation(path, it),
            _ => {}
        }
    }

    fn implementation(&mut self, path: &[String], it: &syn::ItemImpl) {
        let of = match &*it.self_ty {
            Type::Path(of) => of.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default(),
            _ => return,
        };
        let path = path.join("::");
        if let Some((of_trait, _)) = &it.trait_ {
            self.items.insert(format!("{path}::{of}: {}", tidy(of_trait)), String::new());
            return;
        }
        for item in &it.items {
            if let ImplItem::Fn(function) = item
                && is_public(&function.vis)
            {
                let signature = tidy(&function.sig);
                let rest = signature.split_once('(').map_or("", |(_, rest)| rest);
                self.items.insert(format!("{path}::{of}::{}", function.sig.ident), format!("({rest}"));
            }
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The field of a handle: `p21::field(6, "price")`.
fn field_of(expression: &Expr) -> Option<String> {
    let Expr::Call(call) = expression else { return None };
    call.args.iter().find_map(|argument| match argument {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(name) => Some(name.value()),
            _ => None,
        },
        _ => None,
    })
}

/// The type that a handle's values have: `PricingMethod` of `Field<PricingMethod>`.
fn held(of: &Type) -> Option<String> {
    let Type::Path(of) = of else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &of.path.segments.last()?.arguments else { return None };
    match arguments.args.last()? {
        syn::GenericArgument::Type(Type::Path(held)) => Some(held.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// The setter that the docs of a handle name.
fn setter(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| {
        let Meta::NameValue(doc) = &attribute.meta else { return None };
        let Expr::Lit(text) = &doc.value else { return None };
        let Lit::Str(text) = &text.lit else { return None };
        let text = text.value();
        Some(text.split_once("[`Row::")?.1.split_once('`')?.0.to_owned())
    })
}

/// Tokens as people write them.
fn tidy(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (wide, narrow) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" ,", ","),
        (" :", ":"),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
    ] {
        text = text.replace(wide, narrow);
    }
    text
}
