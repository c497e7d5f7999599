//! What a struct or enum says, before it is known to make sense. Spans are those of the source.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields, GenericArgument, Ident, LitStr, Path, PathArguments, Type, Variant, parse_quote};

use crate::attributes::{self, Item, word};
use crate::errors::Errors;
use crate::suggest::Vocabulary;

/// What stands on the struct or enum itself.
pub(crate) struct Container {
    /// The path of the element, service or enum; `None` where it is missing, which is an error by then.
    pub(crate) path: Option<Path>,
    /// The path of the crate of the bindings.
    pub(crate) bindings: Path,
    /// A partial row.
    pub(crate) edit: bool,
}

/// How many rows or values a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    One,
    Optional,
    Many,
}

/// A field of a struct.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// The whole type.
    pub(crate) whole: Type,
    /// The type inside of `Option` and `Vec`.
    pub(crate) held: Type,
    /// The same, inside of a reference.
    pub(crate) inner: Type,
    pub(crate) count: Count,
    /// Whether a reference was taken off.
    pub(crate) borrows: bool,
    pub(crate) name: Option<LitStr>,
    pub(crate) child: Option<Span>,
    pub(crate) key: Option<Span>,
    pub(crate) ignore_if_empty: Option<Span>,
    pub(crate) read_only: Option<Span>,
    pub(crate) skip: Option<Span>,
}

/// A variant of an enum.
pub(crate) struct Label {
    pub(crate) ident: Ident,
    pub(crate) label: Option<LitStr>,
    pub(crate) other: bool,
    /// The type that a variant for other labels holds.
    pub(crate) holds: Option<Type>,
}

/// What a derive is called, and what its path names.
pub(crate) struct Kind {
    /// The words that may stand on the struct or enum.
    pub(crate) container: Vocabulary,
    /// The words that may stand on a field or variant.
    pub(crate) field: Vocabulary,
    /// What to say when the path is missing.
    pub(crate) missing: &'static str,
    /// What it can be derived for.
    pub(crate) shape: &'static str,
}

impl Container {
    pub(crate) fn parse(input: &DeriveInput, kind: &Kind, errors: &mut Errors) -> Self {
        let mut out = Self { path: None, bindings: parse_quote!(::p21_services), edit: false };
        let items = attributes::items(&input.attrs, errors);
        let broken = !errors.is_empty();
        // A slip of a word looks like a path of one segment, so it is one only where another path is there.
        let paths = items.iter().filter(|item| item.as_path().is_some() && !out.is_word(item, kind)).count();
        for item in &items {
            match item.word().as_deref() {
                Some("edit") if kind.container.words.contains(&"edit") => out.edit = item.flag(errors),
                Some("crate") => {
                    if let Some(path) = item.path(errors) {
                        out.bindings = path;
                    }
                }
                single => match item.as_path() {
                    Some(path) if out.path.is_none() && !(paths > 1 && is_slip(single, kind)) => {
                        item.without_quotes(errors);
                        out.path = Some(path.clone());
                    }
                    Some(path) if single.is_none() => {
                        errors
                            .at(path, format_args!("`{}` is one path too many: a struct is one row type", word(path)));
                    }
                    _ => item.unknown(&kind.container, errors),
                },
            }
        }
        if out.path.is_none() && !broken && errors.is_empty() {
            errors.push(syn::Error::new(input.ident.span(), kind.missing));
        }
        out
    }

    fn is_word(&self, item: &Item, kind: &Kind) -> bool {
        item.word().is_some_and(|word| kind.container.words.contains(&word.as_str()))
    }
}

fn is_slip(word: Option<&str>, kind: &Kind) -> bool {
    word.is_some_and(|word| kind.container.nearest(word).is_some())
}

/// The fields of a struct with names.
pub(crate) fn fields(input: &DeriveInput, kind: &Kind, errors: &mut Errors) -> Vec<Field> {
    let named = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => &fields.named,
            _ => {
                errors.push(syn::Error::new(input.ident.span(), kind.shape));
                return Vec::new();
            }
        },
        _ => {
            errors.push(syn::Error::new(input.ident.span(), kind.shape));
            return Vec::new();
        }
    };
    named.iter().filter_map(|field| Field::parse(field, kind, errors)).collect()
}

impl Field {
    fn parse(field: &syn::Field, kind: &Kind, errors: &mut Errors) -> Option<Self> {
        let (held, count) = unwrap(&field.ty);
        let (inner, borrows) = dereference(&held);
        let mut out = Self {
            ident: field.ident.clone()?,
            whole: field.ty.clone(),
            held,
            inner,
            count,
            borrows,
            name: None,
            child: None,
            key: None,
            ignore_if_empty: None,
            read_only: None,
            skip: None,
        };
        for item in attributes::items(&field.attrs, errors) {
            let name = item.word().unwrap_or_default();
            if !kind.field.words.contains(&name.as_str()) {
                item.unknown(&kind.field, errors);
                continue;
            }
            let span = Some(item.name().span());
            match name.as_str() {
                "field" => out.name = item.text(errors),
                _ if !item.flag(errors) => {}
                "child" => out.child = span,
                "key" => out.key = span,
                "ignore_if_empty" => out.ignore_if_empty = span,
                "read_only" => out.read_only = span,
                _ => out.skip = span,
            }
        }
        Some(out)
    }

    /// The constant of the field's handle, with the span of the name the user gave.
    pub(crate) fn handle(&self) -> Ident {
        match &self.name {
            Some(name) => Ident::new(&name.value().to_ascii_uppercase(), name.span()),
            None => Ident::new(&handle_name(&self.ident), self.ident.span()),
        }
    }
}

/// Bindings name handles after setters: in capitals, with a `_` after what Rust reserves.
fn handle_name(ident: &Ident) -> String {
    let raw = ident.to_string().starts_with("r#");
    let name = ident.unraw().to_string().to_ascii_uppercase();
    if raw { name + "_" } else { name }
}

/// `Option<T>`, `Vec<T>` -> `T`. Types are known by their names: a macro sees no more.
fn unwrap(whole: &Type) -> (Type, Count) {
    if let Some(inner) = argument(whole, "Option") {
        return (inner.clone(), Count::Optional);
    }
    if let Some(inner) = argument(whole, "Vec") {
        return (inner.clone(), Count::Many);
    }
    (whole.clone(), Count::One)
}

fn dereference(whole: &Type) -> (Type, bool) {
    match whole {
        Type::Reference(reference) => ((*reference.elem).clone(), true),
        Type::Group(group) => dereference(&group.elem),
        other => (other.clone(), false),
    }
}

/// The last segment of a type's path.
pub(crate) fn type_name(whole: &Type) -> Option<String> {
    match whole {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Group(group) => type_name(&group.elem),
        _ => None,
    }
}

fn argument<'a>(whole: &'a Type, name: &str) -> Option<&'a Type> {
    match whole {
        Type::Group(group) => argument(&group.elem, name),
        Type::Path(path) => {
            let segment = path.path.segments.last().filter(|segment| segment.ident == name)?;
            let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
            match arguments.args.first()? {
                GenericArgument::Type(inner) if arguments.args.len() == 1 => Some(inner),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The variants of an enum.
pub(crate) fn labels(input: &DeriveInput, kind: &Kind, errors: &mut Errors) -> Vec<Label> {
    let Data::Enum(data) = &input.data else {
        errors.push(syn::Error::new(input.ident.span(), kind.shape));
        return Vec::new();
    };
    data.variants.iter().map(|variant| Label::parse(variant, kind, errors)).collect()
}

impl Label {
    fn parse(variant: &Variant, kind: &Kind, errors: &mut Errors) -> Self {
        let mut out = Self { ident: variant.ident.clone(), label: None, other: false, holds: None };
        for item in attributes::items(&variant.attrs, errors) {
            match item.word().as_deref() {
                Some("label") => out.label = item.text(errors),
                Some("other") => out.other = item.flag(errors),
                _ => item.unknown(&kind.field, errors),
            }
        }
        match &variant.fields {
            Fields::Unit => {}
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                out.holds = fields.unnamed.first().map(|field| field.ty.clone());
            }
            other => errors.at(other, "a variant is a label alone, or holds one text for `#[p21(other)]`"),
        }
        out
    }
}
