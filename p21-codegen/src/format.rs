//! Tokens -> text.

use proc_macro2::TokenStream;

/// Formats items and puts a header of plain comments before them.
///
/// # Panics
/// If the tokens are not items, which would be a fault of this crate: every name was made an identifier before.
pub(crate) fn file(header: &str, items: TokenStream) -> String {
    let file: syn::File = syn::parse2(items).expect("the generator emits items");
    format!("{header}{}", prettyplease::unparse(&file))
}
