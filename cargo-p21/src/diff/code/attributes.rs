//! `#[p21(..)]` of derives, as far as it names what may have changed. What the derive refuses is none of this.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, Path, Token};

/// One entry: a path, or a word with its text.
enum Item {
    Path(Path),
    Text(String, String, Span),
    Other,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek2(Token![=]) {
            return Path::parse_mod_style(input).map(Self::Path);
        }
        let word = Ident::parse_any(input)?.to_string();
        input.parse::<Token![=]>()?;
        Ok(match input.parse::<Expr>()? {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Self::Text(word, text.value(), text.span()),
            // As rustc suggests it for a name with a slip.
            Expr::Path(path) => match path.path.get_ident() {
                Some(ident) => Self::Text(word, ident.unraw().to_string(), ident.span()),
                None => Self::Other,
            },
            _ => Self::Other,
        })
    }
}

fn items(attributes: &[Attribute]) -> Vec<Item> {
    let ours = attributes.iter().filter(|attribute| attribute.path().is_ident("p21"));
    ours.filter_map(|attribute| attribute.parse_args_with(Punctuated::<Item, Token![,]>::parse_terminated).ok())
        .flatten()
        .collect()
}

/// The paths of `#[p21(crate = acme_p21, job_contract_pricing::line, edit)]`: words like `edit` are paths, too.
pub(super) fn paths(attributes: &[Attribute]) -> Vec<Path> {
    let path = |item| if let Item::Path(path) = item { Some(path) } else { None };
    items(attributes).into_iter().filter_map(path).collect()
}

/// The text of `#[p21(field = "price")]`, and where it stands.
pub(super) fn text(attributes: &[Attribute], word: &str) -> Option<(String, Span)> {
    let text = |item| match item {
        Item::Text(said, text, span) if said == word => Some((text, span)),
        _ => None,
    };
    items(attributes).into_iter().find_map(text)
}

/// The constant of a member's handle, as the derive makes it of the member's name.
pub(super) fn constant(ident: &Ident) -> String {
    let raw = if ident.to_string().starts_with("r#") { "_" } else { "" };
    ident.unraw().to_string().to_ascii_uppercase() + raw
}
