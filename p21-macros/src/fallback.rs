//! Stand-in implementations for what has a mistake, so that the mistake is the only thing rustc talks about.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::expand::expansion;
use crate::model::Container;

/// A row that says nothing about itself.
pub(crate) fn row(input: &DeriveInput, container: &Container) -> TokenStream {
    let (name, generics) = (&input.ident, input.generics.split_for_impl());
    let (impl_generics, type_generics, where_clause) = generics;
    let expansion = expansion(container);
    let row = container.path.as_ref().map_or_else(|| quote!(__p21::StandIn), |path| quote!(#path::Row));
    quote! {
        const _: () = {
            use #expansion as __p21;

            impl #impl_generics __p21::DataElement for #name #type_generics #where_clause {
                type Row = #row;
                const DECLARED: __p21::Declared = __p21::Declared::unknown();
                fn to_raw(&self) -> __p21::RawRow {
                    __p21::StandIn::row()
                }
                fn keyed(_: &mut dyn __p21::Any) {}
            }

            impl #impl_generics __p21::FromRow for #name #type_generics #where_clause {
                fn read(_: &mut __p21::RowReader<'_>) -> __p21::Option<Self> {
                    __p21::None
                }
            }
        };
    }
}

/// A transaction without rows.
pub(crate) fn transaction(input: &DeriveInput, container: &Container) -> TokenStream {
    let (name, generics) = (&input.ident, input.generics.split_for_impl());
    let (impl_generics, type_generics, where_clause) = generics;
    let expansion = expansion(container);
    let of = container.path.as_ref().map_or_else(|| quote!(__p21::StandIn), |path| quote!(#path::Transaction));
    quote! {
        const _: () = {
            use #expansion as __p21;

            impl #impl_generics __p21::ToTransaction for #name #type_generics #where_clause {
                type Service = <#of as __p21::OfService>::Service;
                fn to_transaction(&self) -> __p21::Transaction<Self::Service> {
                    __p21::Transaction::new()
                }
            }

            impl #impl_generics __p21::FromRecord for #name #type_generics #where_clause {
                fn from_record(
                    record: &__p21::Record<Self::Service>,
                ) -> __p21::Result<Self, __p21::ReadErrors> {
                    __p21::RecordReader::new(record).end(__p21::None)
                }
            }
        };
    }
}

/// An enum of any field's labels.
pub(crate) fn label(input: &DeriveInput, container: &Container) -> TokenStream {
    let expansion = expansion(container);
    let name = &input.ident;
    let (generics, of) = match &container.path {
        Some(path) => (TokenStream::new(), quote!(#path)),
        None => (quote!(<V>), quote!(V)),
    };
    // Without a path it stands for every field's labels, which would be text too: a second way for that to be a value.
    let into_value = container.path.as_ref().map(|path| {
        quote! {
            impl __p21::IntoValue<#path> for #name {
                fn into_value(self) -> #path {
                    loop {}
                }
            }
        }
    });
    quote! {
        const _: () = {
            use #expansion as __p21;

            #into_value

            impl #generics __p21::IntoLabel<#of> for #name {
                fn into_label(self) -> __p21::Option<#of> {
                    loop {}
                }
            }

            impl #generics __p21::FieldType<#of> for #name {
                fn to_field(&self) -> #of {
                    loop {}
                }
                fn from_field(_: #of) -> __p21::Result<Self, __p21::ValueError> {
                    loop {}
                }
            }
        };
    }
}
