//! What identifies a record -> the service's `Key`.

use p21_model::schema::{ElementSchema, Endpoint, RecordFields};
use proc_macro2::TokenStream;
use quote::quote;

use super::row::FieldContext;
use super::{Context, docs, element, ident, rules};

/// The key of a service, or what stands where it would if none is known.
pub(crate) fn tokens(context: &Context<'_>) -> TokenStream {
    let schema = context.schema;
    let form = |key: &RecordFields| schema.elements.get(key.element.into()).map(std::ptr::from_ref);
    match &schema.key {
        // Criteria of a report are no record.
        _ if schema.endpoint == Endpoint::PdfReport => TokenStream::new(),
        Some(key) if form(key).is_some() => known(context, key),
        _ => {
            let marker = ident(&context.marker);
            quote! {
                /// No key of this service is known, so its records can't be read by one.
                pub type Key = p21::NoKey<#marker>;
            }
        }
    }
}

fn known(context: &Context<'_>, key: &RecordFields) -> TokenStream {
    let Some(form) = context.schema.elements.get(key.element.into()) else { return TokenStream::new() };
    let (marker, module) = (ident(&context.marker), ident(&form.module));
    let all = element::contexts(context, form);
    let fields: Vec<&FieldContext<'_>> = key.fields.iter().filter_map(|field| all.get(usize::from(*field))).collect();
    let names: Vec<_> = fields.iter().map(|field| ident(&field.names.setter)).collect();
    let handles = fields.iter().map(|field| ident(&field.names.handle));
    let types = fields.iter().map(|field| field.value_type_in(&module));
    let doc = docs::outer(&describe(form, key, &fields));
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Key(p21::KeyValues);

        impl Key {
            /// The key, complete.
            pub fn new(#(#names: impl p21::IntoValue<#types>),*) -> Self {
                Self(p21::KeyValues::of(&#module::schema::ELEMENT)#(.and(#module::#handles, #names))*)
            }
        }

        #[diagnostic::do_not_recommend]
        impl p21::RecordKey for Key {
            type Service = #marker;

            fn values(&self) -> &p21::KeyValues {
                &self.0
            }

            fn of_values(values: p21::KeyValues) -> Self {
                Self(values)
            }
        }

        #[diagnostic::do_not_recommend]
        impl p21::Keyed for #marker {
            type Key = Key;
            type Form = #module::Row;
        }

        p21::serde_key!(Key);
    }
}

fn describe(form: &ElementSchema, key: &RecordFields, fields: &[&FieldContext<'_>]) -> Vec<String> {
    let names = docs::codes(fields.iter().map(|field| &*field.schema.name), 16);
    let (sentence, evidence) = (rules::sentence(&key.why.consequence), docs::prose(&key.why.evidence));
    vec![
        format!("Which record: {names} of {}.", docs::code(&form.name)),
        String::new(),
        format!("{sentence} ({evidence})."),
    ]
}
