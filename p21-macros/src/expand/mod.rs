//! Checked input -> code.

pub(crate) mod element;
pub(crate) mod label;
pub(crate) mod transaction;

use std::collections::HashSet;

use proc_macro2::{Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{GenericParam, Generics, Path, Type};

use crate::model::{Container, Count, Field};

/// The module that emitted code calls.
pub(crate) fn expansion(container: &Container) -> TokenStream {
    let bindings = &container.bindings;
    quote!(#bindings::model::derive::expansion)
}

/// An item of the module that the user's path names, blamed on that path.
fn item(path: &Path, name: &str) -> TokenStream {
    let span = last_span(path);
    let name = Ident::new(name, span);
    quote_spanned!(span=> #path::#name)
}

/// The span of what a path names.
fn last_span(path: &Path) -> Span {
    path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span())
}

/// A type as constants may name it: with `'static` for every lifetime; `None` if it depends on a parameter.
fn constant_type(whole: &Type, generics: &Generics) -> Option<TokenStream> {
    let parameters: HashSet<String> = generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    let mut tokens = TokenStream::new();
    make_static(whole.to_token_stream(), &parameters, &mut tokens).then_some(tokens)
}

fn make_static(tokens: TokenStream, parameters: &HashSet<String>, out: &mut TokenStream) -> bool {
    let mut after_quote = false;
    for token in tokens {
        let token = match token {
            TokenTree::Ident(ident) if after_quote => TokenTree::Ident(Ident::new("static", ident.span())),
            TokenTree::Ident(ident) if parameters.contains(&ident.to_string()) => return false,
            TokenTree::Group(group) => {
                let mut inner = TokenStream::new();
                if !make_static(group.stream(), parameters, &mut inner) {
                    return false;
                }
                let mut copy = Group::new(group.delimiter(), inner);
                copy.set_span(group.span());
                TokenTree::Group(copy)
            }
            other => other,
        };
        after_quote = matches!(&token, TokenTree::Punct(punct) if is_quote(punct));
        out.extend([token]);
    }
    true
}

fn is_quote(punct: &Punct) -> bool {
    punct.as_char() == '\'' && punct.spacing() == Spacing::Joint
}

/// The bounds of an `impl` that holds where every one of these types has a trait. The `for<>` keeps rustc from
/// deciding about types without parameters at the `impl` itself, where a missing trait would be an error.
fn with_bounds(generics: &Generics, bounded: impl Iterator<Item = TokenStream>, bound: &TokenStream) -> TokenStream {
    let own = generics.where_clause.iter().flat_map(|clause| clause.predicates.iter()).map(|own| quote!(#own,));
    let bounds = bounded.map(|bounded| {
        let (start, end) = ends(&bounded);
        let bound = respan(bound.clone(), end);
        let head = quote_spanned!(start=> for<'__p21> #bounded);
        quote_spanned!(end=> #head: #bound,)
    });
    quote!(where #(#own)* #(#bounds)*)
}

/// A field's value or rows as something to iterate over.
fn iterate(field: &Field) -> TokenStream {
    let ident = &field.ident;
    match (field.count, field.borrows) {
        (Count::One, false) => quote!(__p21::once(&self.#ident)),
        (Count::One, true) => quote!(__p21::once(self.#ident)),
        (Count::Optional, true) => quote!(self.#ident),
        (Count::Many, true) => quote!(self.#ident.iter().copied()),
        (Count::Optional | Count::Many, false) => quote!(&self.#ident),
    }
}

/// Names for what was read of each field: the fields' own could hide something of the user's.
fn locals(fields: &[Field]) -> Vec<Ident> {
    (0..fields.len()).map(|at| Ident::new(&format!("__p21_{at}"), Span::call_site())).collect()
}
/// A path through a trait, such as `<T as FieldType<_>>::to_field`, that starts and ends where the type does: rustc
/// blames all of the type, and nothing but the type.
fn through(whole: &impl ToTokens, trait_path: &TokenStream, name: &str) -> TokenStream {
    let (start, end) = ends(whole);
    let name = Ident::new(name, end);
    let head = quote_spanned!(start=> <#whole as #trait_path>);
    quote_spanned!(end=> #head::#name)
}

/// `<T as DataElement>::name`.
fn of_row(whole: &impl ToTokens, name: &str) -> TokenStream {
    through(whole, &quote!(__p21::DataElement), name)
}

/// `<_ as Holds<T>>::name`, where the field's handle says what `_` is.
fn conversion(whole: &Type, name: &str) -> TokenStream {
    let (start, end) = ends(whole);
    let name = Ident::new(name, end);
    let head = quote_spanned!(start=> <_ as __p21::Holds<#whole>>);
    quote_spanned!(end=> #head::#name)
}

/// The spans of the first and the last token.
fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut tokens = tokens.to_token_stream().into_iter().map(|token| token.span());
    let start = tokens.next().unwrap_or_else(Span::call_site);
    (start, tokens.last().unwrap_or(start))
}

fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}
