//! `#[derive(FieldLabel)]`.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Path};

use super::expansion;
use crate::errors::Errors;
use crate::model::{self, Container, Kind, Label};
use crate::suggest::Vocabulary;
use crate::{fallback, validate};

const KIND: Kind = Kind {
    container: Vocabulary {
        words: &["crate"],
        others: &[("labels", "write the path alone: `#[p21(service::element::Labels)]`")],
        possible: "an enum takes the path of the generated enum and `crate = ..`",
    },
    field: Vocabulary {
        words: &["label", "other"],
        others: &[
            ("rename", "write `label = \"..\"`"),
            ("name", "write `label = \"..\"`"),
            ("value", "write `label = \"..\"`"),
            ("default", "write `other` on a variant that holds the label"),
            ("skip", "leave the variant out"),
        ],
        possible: "a variant takes `label = \"..\"`, `other`",
    },
    missing: "which field's labels are they? say `#[p21(service::element::Labels)]` with the generated enum",
    shape: "labels are variants: derive `FieldLabel` for an enum with at least one",
};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let container = Container::parse(input, &KIND, &mut errors);
    let labels = model::labels(input, &KIND, &mut errors);
    validate::labels(&labels, &mut errors);
    if errors.is_empty() && labels.iter().all(|label| label.other) {
        errors.push(syn::Error::new(input.ident.span(), KIND.shape));
    }
    match &container.path {
        Some(path) if errors.is_empty() => expand(input, &container, path, &labels),
        _ => {
            let fallback = fallback::label(input, &container);
            let errors = errors.into_tokens();
            quote!(#errors #fallback)
        }
    }
}

fn expand(input: &DeriveInput, container: &Container, path: &Path, labels: &[Label]) -> TokenStream {
    let expansion = expansion(container);
    let name = &input.ident;
    let checks = labels
        .iter()
        .filter_map(|label| label.label.as_ref())
        .map(|text| quote_spanned!(text.span()=> __p21::check_label::<__P21Labels>(#text);));
    let named: Vec<&Label> = labels.iter().filter(|label| !label.other).collect();
    let idents: Vec<_> = named.iter().map(|label| &label.ident).collect();
    let indexes: Vec<Literal> = (0..named.len()).map(Literal::usize_unsuffixed).collect();
    let last = named.len() - 1;
    let generated = named.iter().zip(&indexes).enumerate().map(|(at, (label, index))| {
        // The last one stands for every other number, of which there are none.
        let index = if at == last { quote!(_) } else { quote!(#index) };
        let value = generated_value(label);
        quote!(#index => #value,)
    });
    let other = labels.iter().find(|label| label.other).and_then(|label| Some((&label.ident, label.holds.as_ref()?)));
    let write_other = other.map(|(ident, holds)| {
        quote! {
            Self::#ident(label) => {
                let label = <#holds as __p21::FieldType<__p21::Text>>::to_field(label);
                return <__P21Labels as __p21::Label>::from_label(&label);
            }
        }
    });
    let read_other = match other {
        Some((ident, holds)) => {
            quote!(<#holds as __p21::FieldType<__p21::Text>>::from_field(label.into()).map(Self::#ident))
        }
        None => {
            let expected = format!("one of the labels of `{name}`");
            quote!(__p21::Err(__p21::ValueError::new(label, #expected)))
        }
    };
    quote! {
        #[allow(unused_qualifications)]
        const _: () = {
            use #expansion as __p21;

            type __P21Labels = #path;
            #[allow(dead_code)]
            const P21_RULES: () = {
                #(#checks)*
            };

            fn __p21_label(index: usize) -> __P21Labels {
                match index {
                    #(#generated)*
                }
            }

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __p21::IntoValue<__P21Labels> for #name {
                fn into_value(self) -> __P21Labels {
                    __p21::FieldType::<__P21Labels>::to_field(&self)
                }
            }

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __p21::IntoLabel<__P21Labels> for #name {
                fn into_label(self) -> __p21::Option<__P21Labels> {
                    __p21::Some(__p21::FieldType::<__P21Labels>::to_field(&self))
                }
            }

            #[automatically_derived]
            impl __p21::FieldType<__P21Labels> for #name {
                fn to_field(&self) -> __P21Labels {
                    __p21_label(match self {
                        #(Self::#idents => #indexes,)*
                        #write_other
                    })
                }
                fn from_field(value: __P21Labels) -> __p21::Result<Self, __p21::ValueError> {
                    let label = __p21::Label::as_label(&value);
                    #(if __p21::Label::as_label(&__p21_label(#indexes)) == label {
                        return __p21::Ok(Self::#idents);
                    })*
                    #read_other
                }
            }
        };
    }
}

/// The generated enum's value of a variant. Each is named in one place, so that a wrong one is one error.
fn generated_value(label: &Label) -> TokenStream {
    match &label.label {
        Some(text) => quote!(<__P21Labels as __p21::Label>::from_label(#text)),
        None => {
            let ident = &label.ident;
            quote_spanned!(ident.span()=> __P21Labels::#ident)
        }
    }
}
