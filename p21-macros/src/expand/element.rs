//! `#[derive(DataElement)]`.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Path};

use super::{constant_type, conversion, expansion, iterate, last_span, locals, of_row, through, with_bounds};
use crate::errors::Errors;
use crate::model::{self, Container, Count, Field, Kind};
use crate::suggest::Vocabulary;
use crate::{fallback, validate};

const KIND: Kind = Kind {
    container: Vocabulary {
        words: &["edit", "crate"],
        others: &[
            ("child", "`child` stands on a field of the parent"),
            ("key", "`key` stands on a field"),
            ("field", "`field` stands on a field"),
            ("skip", "`skip` stands on a field"),
            ("element", "write the path alone: `#[p21(service::element)]`"),
            ("partial", "write `edit`"),
            ("update", "write `edit`"),
        ],
        possible: "a struct takes the path of its element, `edit`, `crate = ..`",
    },
    field: Vocabulary {
        words: &["field", "child", "key", "ignore_if_empty", "read_only", "skip"],
        others: &[
            ("rename", "write `field = \"..\"`"),
            ("name", "write `field = \"..\"`"),
            ("column", "write `field = \"..\"`"),
            ("edit", "`edit` stands on the struct, beside the element"),
            ("nested", "write `child`"),
            ("flatten", "write `child`"),
            ("id", "write `key`"),
            ("ignore", "write `skip`"),
            ("optional", "make the field an `Option`"),
            ("default", "make the field an `Option`"),
            ("readonly", "write `read_only`"),
        ],
        possible: "a field takes `field = \"..\"`, `child`, `key`, `ignore_if_empty`, `read_only`, `skip`",
    },
    missing: "which element is it a row of? say `#[p21(service::element)]`",
    shape: "a row of P21 has named fields: derive `DataElement` for a struct with at least one",
};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let container = Container::parse(input, &KIND, &mut errors);
    let fields = model::fields(input, &KIND, &mut errors);
    validate::row(&fields, &mut errors);
    match &container.path {
        Some(path) if errors.is_empty() => Row { input, container: &container, path, fields: &fields }.expand(),
        _ => {
            let fallback = fallback::row(input, &container);
            let errors = errors.into_tokens();
            quote!(#errors #fallback)
        }
    }
}

/// A row that makes sense as far as a macro can tell.
struct Row<'a> {
    input: &'a DeriveInput,
    container: &'a Container,
    path: &'a Path,
    fields: &'a [Field],
}

impl Row<'_> {
    fn expand(&self) -> TokenStream {
        let expansion = expansion(self.container);
        let imports = self.imports();
        let constants = self.constants();
        let write = self.write();
        let read = self.read();
        quote! {
            #[allow(unused_imports, unused_lifetimes, unused_qualifications)]
            const _: () = {
                use #expansion as __p21;

                #imports
                #constants
                #write
                #read
            };
        }
    }

    /// The fields that are values.
    fn values(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.child.is_none() && field.skip.is_none())
    }

    fn children(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.child.is_some())
    }

    /// Whether a field borrows what a read would have to own.
    fn borrows(&self) -> bool {
        self.fields.iter().any(|field| field.borrows && field.skip.is_none())
    }

    /// The row and the handles, in one `use`: what isn't there is one error, whatever else uses it.
    fn imports(&self) -> TokenStream {
        let span = last_span(self.path);
        let (row, own) = (Ident::new("Row", span), Ident::new("__P21Row", Span::call_site().located_at(span)));
        let handles = self.values().map(|field| {
            let (handle, own) = (field.handle(), own_name(field));
            quote!(#handle as #own)
        });
        let path = self.path;
        quote!(use #path::{#row as #own, #(#handles),*};)
    }

    fn handle(&self, field: &Field) -> TokenStream {
        own_name(field).into_token_stream()
    }

    /// What the struct declares, and the checks of it.
    fn constants(&self) -> TokenStream {
        let edit = self.container.edit;
        let uses = self.values().map(|field| {
            let handle = self.handle(field);
            let may_be_absent = field.count == Count::Optional || field.ignore_if_empty.is_some();
            let optional = may_be_absent.then(|| quote!(.optional()));
            let read_only = field.read_only.map(|_| quote!(.read_only()));
            let key = field.key.map(|_| quote!(.key()));
            quote!(__p21::FieldUse::new(#handle) #optional #read_only #key)
        });
        let children = self.children().map(|child| match constant_type(&child.inner, &self.input.generics) {
            Some(inner) => of_row(&inner, "DECLARED"),
            None => quote!(__p21::Declared::unknown()),
        });
        let values = self.values().enumerate().map(|(at, field)| {
            let at = Literal::usize_unsuffixed(at);
            quote_spanned!(field.ident.span()=> __P21_DECLARED.check_field(#at);)
        });
        let nested = self.children().enumerate().map(|(at, field)| {
            let at = Literal::usize_unsuffixed(at);
            let many = field.count == Count::Many;
            quote_spanned!(field.ident.span()=> __p21::Declared::check_child(__P21_CHILDREN, #at, #many);)
        });
        let whole = quote_spanned!(self.path.span()=> __P21_DECLARED.check_row(););
        quote! {
            const __P21_FIELDS: &[__p21::FieldUse] = &[#(#uses),*];
            const __P21_CHILDREN: &[__p21::Declared] = &[#(#children),*];
            const __P21_DECLARED: __p21::Declared =
                __p21::Declared::new(<__P21Row as __p21::Element>::SCHEMA, __P21_FIELDS, #edit);
            #[allow(dead_code)]
            const P21_RULES: () = {
                #(#values)*
                #(#nested)*
                #whole
            };
        }
    }

    fn write(&self) -> TokenStream {
        let name = &self.input.ident;
        let (impl_generics, type_generics, _) = self.input.generics.split_for_impl();
        let bounds = self.generic_children().map(|child| child.inner.to_token_stream());
        let bound = quote!(__p21::DataElement<Row: __p21::Nested<__P21Row>>);
        let where_clause = with_bounds(&self.input.generics, bounds, &bound);
        let values = self.values().filter(|field| field.read_only.is_none()).map(|field| self.put(field));
        let children = self.children().map(|field| {
            let (row, rows) = (of_row(&field.inner, "Row"), iterate(field));
            let attach = through(&row, &quote!(__p21::Nested<__P21Row>), "attach");
            let to_raw = of_row(&field.inner, "to_raw");
            quote!(let row = #attach(row, __p21::raw(#rows, #to_raw));)
        });
        let keyed = self.keyed();
        let constructor = if self.container.edit { quote!(partial) } else { quote!(new) };
        quote! {
            #[automatically_derived]
            impl #impl_generics __p21::DataElement for #name #type_generics #where_clause {
                type Row = __P21Row;
                const DECLARED: __p21::Declared = __P21_DECLARED;
                fn to_raw(&self) -> __p21::RawRow {
                    let row = __p21::RawRow::#constructor(<__P21Row as __p21::Element>::SCHEMA);
                    #(#values)*
                    #(#children)*
                    row
                }
                #keyed
            }
        }
    }

    /// The children whose type is a parameter, or depends on one.
    fn generic_children(&self) -> impl Iterator<Item = &Field> {
        self.children().filter(|child| constant_type(&child.inner, &self.input.generics).is_none())
    }

    fn put(&self, field: &Field) -> TokenStream {
        let (ident, column) = (&field.ident, self.column(field));
        let (put, otherwise) = match field.ignore_if_empty {
            Some(_) => (quote!(__p21::put_or_skip), quote!(__p21::skip(row, #column))),
            None => (quote!(__p21::put), quote!(row)),
        };
        match field.count {
            Count::Optional => quote! {
                let row = match &self.#ident {
                    __p21::Some(value) => #put(row, #column, value),
                    __p21::None => #otherwise,
                };
            },
            Count::One | Count::Many => quote!(let row = #put(row, #column, &self.#ident);),
        }
    }

    /// Reading and writing use the same column, so that rustc shows a wrong type once.
    fn column(&self, field: &Field) -> TokenStream {
        let handle = self.handle(field);
        let to = conversion(&field.inner, "write_field");
        if self.borrows() {
            return quote!(__p21::of(#handle).written(#to));
        }
        let from = conversion(&field.inner, "read_field");
        quote!(__p21::of(#handle).column(#to, #from))
    }

    fn keyed(&self) -> TokenStream {
        let keys = self.values().filter(|field| field.key.is_some()).map(|field| self.handle(field));
        let keys: Vec<TokenStream> = keys.collect();
        let own = (!keys.is_empty())
            .then(|| quote!(__p21::keyed_by::<__P21Row>(transaction, const { &[#(#keys.index()),*] });));
        let children = self.children().map(|child| of_row(&child.inner, "keyed"));
        let children: Vec<TokenStream> = children.collect();
        let transaction = if keys.is_empty() && children.is_empty() { quote!(_) } else { quote!(transaction) };
        quote! {
            fn keyed(#transaction: &mut dyn __p21::Any) {
                #own
                #(#children(transaction);)*
            }
        }
    }

    /// Reading, or for a struct that borrows an implementation that nothing can use: it says why.
    fn read(&self) -> TokenStream {
        let name = &self.input.ident;
        let (impl_generics, type_generics, _) = self.input.generics.split_for_impl();
        let generic = self.generic_children().map(|child| {
            let inner = &child.inner;
            quote!(#inner: __p21::DataElement<Row: __p21::Nested<__P21Row>>,)
        });
        let (where_clause, body) = if self.borrows() {
            let borrowing = self.fields.iter().filter(|field| field.borrows && field.skip.is_none());
            let borrowing = borrowing.map(|field| field.held.to_token_stream());
            (with_bounds(&self.input.generics, borrowing, &quote!(__p21::Owned)), quote!(__p21::None))
        } else {
            let children = self.children().map(|child| child.inner.to_token_stream());
            (with_bounds(&self.input.generics, children, &quote!(__p21::FromRow)), self.read_body())
        };
        let row = if self.borrows() { quote!(_) } else { quote!(row) };
        quote! {
            #[automatically_derived]
            impl #impl_generics __p21::FromRow for #name #type_generics #where_clause #(#generic)* {
                fn read(#row: &mut __p21::RowReader<'_>) -> __p21::Option<Self> {
                    #body
                }
            }
        }
    }

    fn read_body(&self) -> TokenStream {
        let locals = locals(self.fields);
        let reads = self.fields.iter().zip(&locals).map(|(field, local)| {
            let read = self.read_one(field);
            quote!(let #local = #read;)
        });
        let members = self.fields.iter().zip(&locals).map(|(field, local)| {
            let ident = &field.ident;
            if field.skip.is_some() { quote!(#ident: #local) } else { quote!(#ident: #local?) }
        });
        quote! {
            #(#reads)*
            __p21::Some(Self { #(#members),* })
        }
    }

    fn read_one(&self, field: &Field) -> TokenStream {
        let (whole, inner) = (&field.whole, &field.inner);
        if field.skip.is_some() {
            return quote_spanned!(whole.span()=> <#whole as __p21::Default>::default());
        }
        if field.child.is_some() {
            return match field.count {
                Count::One => quote!(row.child::<#inner>()),
                Count::Optional => quote!(row.child_optional::<#inner>()),
                Count::Many => quote!(row.child_list::<#inner>()),
            };
        }
        let column = self.column(field);
        match (field.count, field.ignore_if_empty) {
            (Count::Optional, _) => quote!(row.optional(#column)),
            (_, Some(_)) => quote_spanned!(whole.span()=> row.or_default(#column)),
            (_, None) => quote!(row.required(#column)),
        }
    }
}

/// What a field's handle is called in what is emitted.
fn own_name(field: &Field) -> Ident {
    let name = field.ident.to_string();
    Ident::new(&format!("__P21_OF_{}", name.trim_start_matches("r#")), field.handle().span())
}
