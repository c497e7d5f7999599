//! P21's own names as aliases, so that rustdoc's search finds what they are called here.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;

/// Longer ones nobody types, and they would not fit their line.
const MAX: usize = 100;

/// The aliases of an item, each once and none of them what the item is called anyway, as the inside of an attribute.
fn of<'a>(item: &str, names: impl IntoIterator<Item = &'a str>) -> Option<TokenStream> {
    let mut seen = BTreeSet::from([item.to_lowercase()]);
    let names: Vec<&str> =
        names.into_iter().map(str::trim).filter(|name| is_allowed(name) && seen.insert(name.to_lowercase())).collect();
    (!names.is_empty()).then(|| quote!(doc(alias(#(#names),*))))
}

/// Aliases before an item.
pub(crate) fn outer<'a>(item: &str, names: impl IntoIterator<Item = &'a str>) -> TokenStream {
    of(item, names).map_or_else(TokenStream::new, |aliases| quote!(#[#aliases]))
}

/// Aliases of the module that they stand in.
pub(crate) fn inner<'a>(module: &str, names: impl IntoIterator<Item = &'a str>) -> TokenStream {
    of(module, names).map_or_else(TokenStream::new, |aliases| quote!(#![#aliases]))
}

/// Whether rustc takes a name as an alias: no quotes, no white space but single spaces, and nothing that nobody sees.
fn is_allowed(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX && !name.contains(['"', '\'']) && docs::is_plain(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases(item: &str, names: &[&str]) -> String {
        outer(item, names.iter().copied()).to_string().replace(' ', "")
    }

    #[test]
    fn an_alias_stands_once_and_only_where_it_adds_something() {
        assert_eq!(aliases("UOM", &["Unit", "unit", " Unit ", "uom", ""]), "#[doc(alias(\"Unit\"))]");
        assert_eq!(aliases("UOM", &["Uom"]), "");
    }

    #[test]
    fn what_rustc_refuses_is_left_out() {
        for name in ["1\" pipe", "Cust's", "a\tb", "a\u{a0}b", "a\u{202e}b", "a  b", &"x".repeat(101)] {
            assert_eq!(aliases("X", &[name]), "", "{name:?}");
        }
        assert_eq!(aliases("X", &["Qty / Unit #1 (%)"]), "#[doc(alias(\"Qty/Unit#1(%)\"))]");
    }
}
