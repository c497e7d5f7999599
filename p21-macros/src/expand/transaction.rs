//! `#[derive(Transaction)]`.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Path};

use super::{constant_type, expansion, item, iterate, locals, of_row, through, with_bounds};
use crate::errors::Errors;
use crate::model::{self, Container, Count, Field, Kind};
use crate::suggest::Vocabulary;
use crate::{fallback, validate};

const KIND: Kind = Kind {
    container: Vocabulary {
        words: &["crate"],
        others: &[
            ("edit", "`edit` stands on the struct of a row"),
            ("service", "write the path alone: `#[p21(service)]`"),
            ("use_code_values", "set it on the `TransactionSet`"),
            ("ignore_disabled", "set it on the `TransactionSet`"),
        ],
        possible: "a transaction takes the path of its service and `crate = ..`",
    },
    field: Vocabulary {
        words: &["skip"],
        others: &[
            ("child", "`child` stands in the struct of the parent row"),
            ("key", "`key` stands in the struct of the row, on the field itself"),
            ("field", "a row is named by its own struct"),
            ("ignore", "write `skip`"),
            ("optional", "make the field an `Option`"),
        ],
        possible: "a field of a transaction takes `skip`",
    },
    missing: "which service is it a transaction of? say `#[p21(service)]`",
    shape: "a transaction has named fields: derive `Transaction` for a struct with at least one row",
};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let container = Container::parse(input, &KIND, &mut errors);
    let fields = model::fields(input, &KIND, &mut errors);
    validate::transaction(&fields, &mut errors);
    match &container.path {
        Some(path) if errors.is_empty() => Record { input, container: &container, path, fields: &fields }.expand(),
        _ => {
            let fallback = fallback::transaction(input, &container);
            let errors = errors.into_tokens();
            quote!(#errors #fallback)
        }
    }
}

/// A transaction that makes sense as far as a macro can tell.
struct Record<'a> {
    input: &'a DeriveInput,
    container: &'a Container,
    path: &'a Path,
    fields: &'a [Field],
}

impl Record<'_> {
    fn expand(&self) -> TokenStream {
        let expansion = expansion(self.container);
        let transaction = item(self.path, "Transaction");
        let checks = self.checks();
        let write = self.write();
        let read = if self.members().any(|field| field.borrows) { TokenStream::new() } else { self.read() };
        quote! {
            #[allow(unused_lifetimes, unused_qualifications)]
            const _: () = {
                use #expansion as __p21;

                type __P21Service = <#transaction as __p21::OfService>::Service;
                #checks
                #write
                #read
            };
        }
    }

    /// The fields that are rows.
    fn members(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.skip.is_none())
    }

    fn checks(&self) -> TokenStream {
        let members = self.members().map(|field| {
            let shape = if field.count == Count::Many { quote!(many) } else { quote!(one) };
            match constant_type(&field.inner, &self.input.generics) {
                Some(inner) => {
                    let declared = of_row(&inner, "DECLARED");
                    quote!(__p21::MemberUse::#shape(#declared))
                }
                None => quote!(__p21::MemberUse::generic()),
            }
        });
        let checks = self.members().enumerate().map(|(at, field)| {
            let at = Literal::usize_unsuffixed(at);
            quote_spanned!(field.ident.span()=> __p21::MemberUse::check(#at, __P21_MEMBERS, __P21_SCHEMA);)
        });
        let service = self.path.segments.last().map_or_else(|| self.path.span(), |segment| segment.ident.span());
        let schema = quote_spanned!(service=> __p21::sent::<__P21Service>());
        let whole = quote_spanned!(self.path.span()=> __p21::check_transaction(__P21_MEMBERS, __P21_SCHEMA););
        quote! {
            const __P21_SCHEMA: &__p21::ServiceSchema = #schema;
            const __P21_MEMBERS: &[__p21::MemberUse] = &[#(#members),*];
            #[allow(dead_code)]
            const P21_RULES: () = {
                #(#checks)*
                #whole
            };
        }
    }

    /// The types of rows that depend on a parameter.
    fn generic_members(&self) -> impl Iterator<Item = TokenStream> {
        let generics = &self.input.generics;
        let generic = self.members().filter(|field| constant_type(&field.inner, generics).is_none());
        generic.map(|field| field.inner.to_token_stream())
    }

    fn write(&self) -> TokenStream {
        let name = &self.input.ident;
        let (impl_generics, type_generics, _) = self.input.generics.split_for_impl();
        let bound = quote!(__p21::DataElement<Row: __p21::StandsIn<__P21Service>>);
        let where_clause = with_bounds(&self.input.generics, self.generic_members(), &bound);
        let pushes = self.members().map(|field| {
            let (row, rows) = (of_row(&field.inner, "Row"), iterate(field));
            let push = through(&row, &quote!(__p21::StandsIn<__P21Service>), "push");
            let (to_raw, keyed) = (of_row(&field.inner, "to_raw"), of_row(&field.inner, "keyed"));
            quote! {
                let mut transaction = #push(transaction, __p21::raw(#rows, #to_raw));
                #keyed(&mut transaction);
            }
        });
        quote! {
            #[automatically_derived]
            impl #impl_generics __p21::ToTransaction for #name #type_generics #where_clause {
                type Service = __P21Service;
                fn to_transaction(&self) -> __p21::Transaction<__P21Service> {
                    let transaction = __p21::Transaction::new();
                    #(#pushes)*
                    transaction
                }
            }
        }
    }

    fn read(&self) -> TokenStream {
        let name = &self.input.ident;
        let (impl_generics, type_generics, _) = self.input.generics.split_for_impl();
        let bounds = self.members().map(|field| field.inner.to_token_stream());
        let where_clause = with_bounds(&self.input.generics, bounds, &quote!(__p21::FromRow));
        // The same as for writing, which it builds on.
        let generic = self.generic_members();
        let generic = generic.map(|inner| quote!(#inner: __p21::DataElement<Row: __p21::StandsIn<__P21Service>>,));
        let locals = locals(self.fields);
        let reads = self.fields.iter().zip(&locals).map(|(field, local)| {
            let (whole, inner) = (&field.whole, &field.inner);
            let read = match field.count {
                _ if field.skip.is_some() => {
                    quote_spanned!(whole.span()=> __p21::Some(<#whole as __p21::Default>::default()))
                }
                Count::One => quote!(reader.one::<#inner>()),
                Count::Optional => quote!(reader.optional::<#inner>()),
                Count::Many => quote!(reader.many::<#inner>()),
            };
            quote!(let #local = #read;)
        });
        let members = self.fields.iter().zip(&locals).map(|(field, local)| {
            let ident = &field.ident;
            quote!(#ident: #local?)
        });
        quote! {
            #[automatically_derived]
            impl #impl_generics __p21::FromRecord for #name #type_generics #where_clause #(#generic)* {
                fn from_record(
                    record: &__p21::Record<__P21Service>,
                ) -> __p21::Result<Self, __p21::ReadErrors> {
                    let mut reader = __p21::RecordReader::new(record);
                    #(#reads)*
                    let read = (|| __p21::Some(Self { #(#members),* }))();
                    reader.end(read)
                }
            }
        }
    }
}
