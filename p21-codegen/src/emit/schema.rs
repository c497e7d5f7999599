//! An element's schema -> statics, at the end of its file.

use p21_model::definition::ElementKind;
use p21_model::schema::{ElementSchema, FieldFlags, FieldSchema, RuleKind, ValueType};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::once::Within;
use super::row::FieldContext;
use super::{Context, ident, rules, service};

/// The module that holds the element's statics.
pub(crate) fn tokens(context: &Context<'_>, element: &ElementSchema, fields: &[FieldContext<'_>]) -> TokenStream {
    let runtime = context.runtime;
    let (name, module, label) = (&*element.name, &*element.module, &*element.label);
    let index = Literal::u16_unsuffixed(element.index);
    let kind = match element.kind {
        ElementKind::Form => quote!(form_columns),
        ElementKind::List => quote!(list_columns),
    };
    let parent = element.parent.iter().map(|parent| {
        let (of, why) = (Literal::u16_unsuffixed(parent.element), context.once.why(&parent.why, Within::Element));
        quote!(.child_of(#of, #why))
    });
    let keys = (!element.keys.is_empty()).then(|| {
        let keys = rules::indexes(&element.keys);
        quote!(.keys(#keys))
    });
    let (entries, count) = (fields.iter().map(|field| entry(context, field)), Literal::usize_unsuffixed(fields.len()));
    // Notes are documentation: no check reads them.
    let checked = element.rules.iter().filter(|rule| !matches!(rule.kind, RuleKind::Note { .. }));
    let checked: Vec<_> = checked.map(|rule| rules::tokens(rule, &context.once, Within::Element)).collect();
    let (rules, with_rules) = service::list("RULES", "ElementRule", "rules", &checked);
    quote! {
        pub(crate) mod schema {
            use #runtime::bindings::v1::*;

            pub(crate) static ELEMENT: ElementSchema =
                #kind(#name, #module, #label, #index, &FIELDS, &READ)#(#parent)*#keys #with_rules.build();

            static FIELDS: [FieldData; #count] = [#(#entries,)*];
            static READ: FieldsRead = FieldsRead::new();

            #rules
        }
    }
}

fn entry(context: &Context<'_>, field: &FieldContext<'_>) -> TokenStream {
    let schema = field.schema;
    let (name, label, flags) = (&*schema.name, schema.label.trim(), flags(schema.flags));
    let values = values(context, field);
    quote!((#name, #label, #values, #flags))
}

/// The type of a field's values, and those that are known.
fn values(context: &Context<'_>, field: &FieldContext<'_>) -> TokenStream {
    if has_known_values(field.schema) {
        return context.once.known_values(field.schema);
    }
    match field.schema.value_type {
        ValueType::Label => {
            let labels = ident(&field.names.labels);
            quote!(labels_of::<super::#labels>())
        }
        ValueType::Switch => quote!(SWITCH),
        ValueType::Text => quote!(TEXT),
        ValueType::Decimal => quote!(DECIMAL),
        ValueType::Integer => quote!(INTEGER),
        ValueType::DateTime => quote!(DATE_TIME),
        ValueType::Time => quote!(TIME),
    }
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

fn flags(flags: FieldFlags) -> TokenStream {
    let named = [
        (FieldFlags::REQUIRED, quote!(REQUIRED)),
        (FieldFlags::COMPUTED, quote!(COMPUTED)),
        (FieldFlags::OPEN, quote!(OPEN)),
        (FieldFlags::ODD_NAME, quote!(ODD_NAME)),
        (FieldFlags::CORRECTED, quote!(CORRECTED)),
    ];
    let mut set = named.into_iter().filter(|(flag, _)| flags.has(*flag)).map(|(_, tokens)| tokens);
    let Some(first) = set.next() else { return quote!(NONE) };
    set.fold(first, |all, flag| quote!(#all.and(#flag)))
}
