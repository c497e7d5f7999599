//! An element's schema -> statics, at the end of its file.

use p21_model::definition::ElementKind;
use p21_model::schema::{ElementSchema, FieldSchema, RuleKind, ValueType};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::once::Within;
use super::row::FieldContext;
use super::{Context, ident, rules, service, table};

/// The module that holds the element's statics.
pub(crate) fn tokens(context: &Context<'_>, element: &ElementSchema, fields: &[FieldContext<'_>]) -> TokenStream {
    let runtime = context.runtime;
    let (name, module, label) = (&*element.name, &*element.module, &*element.label);
    let index = Literal::u16_unsuffixed(element.index);
    let kind = match element.kind {
        ElementKind::Form => quote!(form),
        ElementKind::List => quote!(list),
    };
    let parent = element.parent.iter().map(|parent| {
        let (of, why) = (Literal::u16_unsuffixed(parent.element), context.once.why(&parent.why, Within::Element));
        quote!(.child_of(#of, #why))
    });
    let keys = (!element.keys.is_empty()).then(|| {
        let keys = rules::indexes(&element.keys);
        quote!(.keys(#keys))
    });
    let written = fields.iter().map(|field| field.schema);
    let table = (!fields.is_empty()).then(|| table::text(written)).map(|text| quote!(.fields(#text)));
    let lists = fields.iter().filter(|field| table::is_listed(field.schema)).map(|field| list(context, field));
    let lists: Vec<_> = lists.collect();
    let lists = (!lists.is_empty()).then(|| quote!(.lists(&[#(#lists),*])));
    // Notes are documentation: no check reads them.
    let checked = element.rules.iter().filter(|rule| !matches!(rule.kind, RuleKind::Note { .. }));
    let checked: Vec<_> = checked.map(|rule| rules::tokens(rule, &context.once, Within::Element)).collect();
    let (rules, with_rules) = service::list("RULES", "ElementRule", "rules", &checked);
    quote! {
        pub(crate) mod schema {
            use #runtime::bindings::v1::*;

            pub(crate) static ELEMENT: ElementSchema =
                #kind(#name, #module, #label, #index, &super::super::schema::READ[#index])
                    #table #lists #(#parent)*#keys #with_rules.build();

            #rules
        }
    }
}

/// The known values of a field that the table says to be listed.
fn list(context: &Context<'_>, field: &FieldContext<'_>) -> TokenStream {
    if has_known_values(field.schema) {
        return context.once.known_values(field.schema);
    }
    let labels = ident(&field.names.labels);
    quote!(labels_of::<super::#labels>())
}

/// Whether values of a field are known that are no type of their own.
pub(super) fn has_known_values(field: &FieldSchema) -> bool {
    match field.value_type {
        ValueType::Label | ValueType::Switch => false,
        _ => !field.values.is_empty() || !field.codes.is_empty(),
    }
}

/// The type of a field's values, and those that are known, as an expression.
pub(super) fn known_values(field: &FieldSchema) -> TokenStream {
    let value_type = ident(match field.value_type {
        ValueType::Text => "Text",
        ValueType::Decimal => "Decimal",
        ValueType::Integer => "Integer",
        ValueType::Switch => "Switch",
        ValueType::DateTime => "DateTime",
        ValueType::Time => "Time",
        ValueType::Label => "Label",
    });
    let values = field.values.iter();
    let codes = field.codes.iter().map(|(label, code)| quote!((#label, #code)));
    quote!(known_values(ValueType::#value_type, &[#(#values),*], &[#(#codes),*]))
}
