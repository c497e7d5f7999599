//! `#[p21(..)]`, read word by word.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Meta, Path, Token};

use crate::errors::Errors;
use crate::suggest::Vocabulary;

/// One entry of the list: `edit`, `service::element`, `field = ".."`.
pub(crate) struct Item {
    path: Path,
    value: Value,
}

enum Value {
    None,
    Text(LitStr),
    Path(Path),
    /// No value, but quotes around the word itself.
    Quotes(LitStr),
    Other(Span),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            let path = text.parse_with(Path::parse_mod_style)?;
            return Ok(Self { path, value: Value::Quotes(text) });
        }
        // `crate` and other keywords are words here when a value follows.
        let path = match input.peek2(Token![=]) {
            true => Path::from(Ident::parse_any(input)?),
            false => Path::parse_mod_style(input)?,
        };
        if input.peek(syn::token::Paren) {
            return Err(input.error(format!("write `{} = ..`, without parentheses", word(&path))));
        }
        if input.parse::<Option<Token![=]>>()?.is_none() {
            return Ok(Self { path, value: Value::None });
        }
        let value = match input.parse::<Expr>()? {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Value::Text(text),
            Expr::Path(path) if path.qself.is_none() => Value::Path(path.path),
            other => Value::Other(other.span()),
        };
        Ok(Self { path, value })
    }
}

/// A path as it was written.
pub(crate) fn word(path: &Path) -> String {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let start = if path.leading_colon.is_some() { "::" } else { "" };
    format!("{start}{}", segments.join("::"))
}

impl Item {
    /// The single word it starts with, if it is one.
    pub(crate) fn word(&self) -> Option<String> {
        self.path.get_ident().map(ToString::to_string)
    }

    /// The path, of an item without a value.
    pub(crate) fn as_path(&self) -> Option<&Path> {
        matches!(self.value, Value::None | Value::Quotes(_)).then_some(&self.path)
    }

    /// Asks that there are no quotes around it.
    pub(crate) fn without_quotes(&self, errors: &mut Errors) -> bool {
        if let Value::Quotes(text) = &self.value {
            errors.at(text, format_args!("write it without quotes: `{}`", word(&self.path)));
            return false;
        }
        true
    }

    /// The path itself, whatever follows.
    pub(crate) fn name(&self) -> &Path {
        &self.path
    }

    /// Asks that no value follows.
    pub(crate) fn flag(&self, errors: &mut Errors) -> bool {
        if !self.without_quotes(errors) {
            return false;
        }
        if !matches!(self.value, Value::None) {
            errors.at(&self.path, format_args!("`{0}` takes no value: write `#[p21({0})]`", word(&self.path)));
            return false;
        }
        true
    }

    /// The text that must follow.
    pub(crate) fn text(&self, errors: &mut Errors) -> Option<LitStr> {
        let wanted = format!("`{0}` takes a text: `{0} = \"..\"`", word(&self.path));
        match &self.value {
            Value::Text(text) => return Some(text.clone()),
            Value::None | Value::Quotes(_) => errors.at(&self.path, wanted),
            // As rustc suggests it for a name with a slip: the handle itself.
            Value::Path(path) if path.get_ident().is_some() => return Some(LitStr::new(&word(path), path.span())),
            Value::Path(path) => errors.at(path, wanted),
            Value::Other(span) => errors.push(syn::Error::new(*span, wanted)),
        }
        None
    }

    /// The path that must follow.
    pub(crate) fn path(&self, errors: &mut Errors) -> Option<Path> {
        let wanted = format!("`{0}` takes a path: `{0} = my_bindings`", word(&self.path));
        match &self.value {
            Value::Path(path) => return Some(path.clone()),
            Value::None | Value::Quotes(_) => errors.at(&self.path, wanted),
            Value::Text(text) => errors.at(text, "a path stands here without quotes"),
            Value::Other(span) => errors.push(syn::Error::new(*span, wanted)),
        }
        None
    }

    /// Says that the word is none of these.
    pub(crate) fn unknown(&self, vocabulary: &Vocabulary, errors: &mut Errors) {
        errors.at(&self.path, vocabulary.unknown(&word(&self.path)));
    }
}

/// The items of every `#[p21(..)]`, with those that can't be read among the errors.
pub(crate) fn items(attributes: &[Attribute], errors: &mut Errors) -> Vec<Item> {
    let mut items = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("p21")) {
        if !matches!(attribute.meta, Meta::List(_)) {
            errors.at(attribute, "write `#[p21(..)]`");
            continue;
        }
        match attribute.parse_args_with(Punctuated::<Item, Token![,]>::parse_terminated) {
            Ok(list) => list.into_iter().for_each(|item| push(item, &mut items, errors)),
            Err(error) => errors.push(error),
        }
    }
    items
}

/// Adds an item that isn't there yet.
fn push(item: Item, items: &mut Vec<Item>, errors: &mut Errors) {
    let twice = item.word().is_some_and(|word| items.iter().any(|other| other.word().as_ref() == Some(&word)));
    if twice {
        errors.at(&item.path, format_args!("`{}` is there twice", word(&item.path)));
    } else {
        items.push(item);
    }
}
