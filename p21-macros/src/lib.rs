//! The derives of Prophet 21 bindings: structs as rows and transactions, enums as labels.
//!
//! Depend on `p21-services`, which exports these beside what they write against; its module `derive` shows them at
//! work. A derive reads no files: it uses the generated handles, so that rustc itself finds an unknown field.
//!
//! | on a struct or enum | means |
//! | --- | --- |
//! | `#[p21(service::element)]` | with `DataElement`: the element whose rows it is |
//! | `#[p21(service)]` | with `Transaction`: the service |
//! | `#[p21(service::element::Labels)]` | with `FieldLabel`: the generated enum it stands for |
//! | `#[p21(.., edit)]` | a partial row, for updates and lookups: nothing is required |
//! | `#[p21(.., crate = path)]` | the crate of the bindings, if not `p21_services` |
//!
//! | on a field | means |
//! | --- | --- |
//! | `#[p21(field = "..")]` | the field of the element, where the struct calls it otherwise |
//! | `#[p21(child)]` | the row, or the rows, of a child element |
//! | `#[p21(key)]` | tells rows apart: the element is keyed by these |
//! | `#[p21(ignore_if_empty)]` | no value, or an empty one, is sent for P21 to skip |
//! | `#[p21(read_only)]` | read, never sent |
//! | `#[p21(skip)]` | neither; the default value when read |
//!
//! | on a variant | means |
//! | --- | --- |
//! | `#[p21(label = "..")]` | the label, where the enum calls it otherwise |
//! | `#[p21(other)]` | holds the labels that the enum doesn't list |
#![forbid(unsafe_code)]

mod attributes;
mod errors;
mod expand;
mod fallback;
mod model;
mod suggest;
mod validate;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// A struct that is a row of an element.
///
/// `Option` fields may be left out; children are `C`, `Option<C>` or `Vec<C>`.
#[proc_macro_derive(DataElement, attributes(p21))]
pub fn data_element(input: TokenStream) -> TokenStream {
    expand::element::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// A struct that is a record's worth of rows: fields `R`, `Option<R>` or `Vec<R>`, in the order they are sent.
#[proc_macro_derive(Transaction, attributes(p21))]
pub fn transaction(input: TokenStream) -> TokenStream {
    expand::transaction::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// An enum over some labels of a field.
#[proc_macro_derive(FieldLabel, attributes(p21))]
pub fn field_label(input: TokenStream) -> TokenStream {
    expand::label::derive(&parse_macro_input!(input as DeriveInput)).into()
}
