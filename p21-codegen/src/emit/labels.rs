//! Lists of labels -> enums.

use std::collections::HashMap;

use p21_model::schema::{ElementSchema, FieldSchema, ServiceSchema, ValueType};
use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, ident};
use crate::names;

/// Enums by name and content: where elements agree on both, the first one defines the enum and the others use it.
pub(crate) struct Shared<'a> {
    first: HashMap<(String, Content<'a>), (u16, &'a str)>,
}

/// Labels and codes.
type Content<'a> = (Vec<&'a str>, Vec<(&'a str, &'a str)>);

impl<'a> Shared<'a> {
    /// The enums of a service.
    pub(crate) fn of(schema: &'a ServiceSchema) -> Self {
        let mut first = HashMap::new();
        for element in schema.elements.iter() {
            let names = names::fields(element.fields.iter().map(|field| &*field.name));
            for (field, names) in element.fields.iter().zip(names) {
                if field.value_type == ValueType::Label {
                    let place = (element.index, &*element.module);
                    first.entry((names.labels, content(field))).or_insert(place);
                }
            }
        }
        Self { first }
    }

    /// The enum of a field: its definition, or a re-export of an equal one.
    pub(crate) fn tokens(&self, element: &ElementSchema, name: &str, field: &'a FieldSchema) -> TokenStream {
        match self.first.get(&(name.to_owned(), content(field))) {
            Some((index, module)) if *index != element.index => {
                let (module, name) = (ident(module), ident(name));
                quote!(pub use super::#module::#name;)
            }
            _ => tokens(name, field),
        }
    }
}

fn content(field: &FieldSchema) -> Content<'_> {
    (field.values.iter().collect(), field.codes.iter().collect())
}

/// The enum of a field with labels.
fn tokens(name: &str, field: &FieldSchema) -> TokenStream {
    let labels: Vec<&str> = field.values.iter().collect();
    let variants: Vec<_> = names::variants(labels.iter().copied()).iter().map(|name| ident(name)).collect();
    let doc = docs::outer(&[format!("The labels of {}.", docs::code(&field.name))]);
    let variant_docs = labels.iter().map(|label| docs::outer(&[describe(field, label)]));
    let name = ident(name);
    let pairs = field.codes.iter().map(|(label, code)| quote!((#label, #code)));
    let codes = (!field.codes.is_empty())
        .then(|| quote!(const CODES: &'static [(&'static str, &'static str)] = &[#(#pairs),*];));
    quote! {
        #doc
        #[derive(Clone)]
        pub enum #name {
            #(#variant_docs #variants,)*
            /// A label that the definition doesn't list; sent as it is.
            Other(p21::Text),
        }

        impl p21::Label for #name {
            const LABELS: &'static [&'static str] = &[#(#labels),*];
            const VARIANTS: &'static [Self] = &[#(Self::#variants),*];
            #codes

            fn from_label(label: &str) -> Self {
                p21::from_label(label, Self::Other)
            }

            fn as_label(&self) -> &str {
                if let Self::Other(label) = self { label } else { p21::listed_label(self) }
            }
        }

        p21::label_traits!(#name);
    }
}

fn describe(field: &FieldSchema, label: &str) -> String {
    let shown = if label.trim().is_empty() { "The empty label".to_owned() } else { docs::code(label) };
    match field.code(label) {
        Some(code) => format!("{shown}, code {}.", docs::code(code)),
        None => format!("{shown}."),
    }
}
