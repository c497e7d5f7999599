//! An element -> its module.

use std::collections::HashMap;

use p21_model::definition::ElementDefinition;
use p21_model::schema::{ElementSchema, ValueType};
use proc_macro2::TokenStream;
use quote::quote;

use super::row::{self, FieldContext};
use super::{Context, alias, docs, ident, rules, schema};
use crate::names;

/// The items of an element's module.
pub(crate) fn tokens(context: &Context<'_>, element: &ElementSchema) -> TokenStream {
    let definition = &context.definition.elements[element.index as usize];
    let fields = contexts(context, element);
    let runtime = context.runtime;
    let doc = docs::inner(&describe(context, element, definition));
    let row = row::row(context, element, definition, &fields);
    let handles = row::handles(&fields);
    let enums = fields
        .iter()
        .filter(|field| field.schema.value_type == ValueType::Label)
        .map(|field| context.shared.tokens(element, &field.names.labels, field.schema));
    let traits = traits(context, element, &fields);
    let schema = schema::tokens(context, element, &fields);
    let aliases = alias::inner(&element.module, [&*element.name, &*element.label]);
    quote! {
        #doc
        #aliases
        use #runtime::bindings::v1 as p21;

        #row
        #traits
        #handles
        #(#enums)*
        #schema
    }
}

/// The fields of an element, with everything the emitters need of them.
pub(crate) fn contexts<'a>(context: &Context<'a>, element: &'a ElementSchema) -> Vec<FieldContext<'a>> {
    let definition = &context.definition.elements[element.index as usize];
    let names = names::fields(element.fields.iter().map(|field| &*field.name));
    // The first of equal names, as the schema has it.
    let mut definitions = HashMap::with_capacity(definition.fields.len());
    for field in &definition.fields {
        definitions.entry(field.name.as_str()).or_insert(field);
    }
    element
        .fields
        .iter()
        .zip(names)
        .enumerate()
        .map(|(index, (schema, names))| FieldContext {
            index: index as u16,
            schema,
            definition: definitions.get(&*schema.name).copied(),
            names,
        })
        .collect()
}

fn traits(context: &Context<'_>, element: &ElementSchema, fields: &[FieldContext<'_>]) -> TokenStream {
    let columns = columns(fields).map(|columns| quote!(const COLUMNS: &'static str = #columns;));
    let marker = ident(&context.marker);
    let place = match &element.parent {
        Some(parent) => {
            let parent = context.sibling(parent.element);
            quote!(#[diagnostic::do_not_recommend] impl p21::ChildOf<super::#parent::Row> for Row {})
        }
        None => quote!(#[diagnostic::do_not_recommend] impl p21::TopLevel<super::#marker> for Row {}),
    };
    quote! {
        impl p21::Element for Row {
            type Service = super::#marker;

            const SCHEMA: &'static p21::ElementSchema = &schema::ELEMENT;
            #columns

            fn from_raw(raw: p21::RawRow) -> Self {
                Self(raw)
            }

            fn as_raw(&self) -> &p21::RawRow {
                &self.0
            }

            fn into_raw(self) -> p21::RawRow {
                self.0
            }
        }

        #place
    }
}

/// The fields' database columns, in order; `None` if none is known. One string, since bindings have tens of thousands of
/// fields and few of them are ever looked up.
fn columns(fields: &[FieldContext<'_>]) -> Option<String> {
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
    let column = |field: &FieldContext<'_>| {
        let column = field.definition?.db_column.as_deref()?.trim();
        (!field.schema.is_computed() && is_name(column)).then(|| column.to_owned())
    };
    let columns: Vec<String> = fields.iter().map(|field| column(field).unwrap_or_default()).collect();
    columns.iter().any(|column| !column.is_empty()).then(|| columns.join(","))
}

/// What the element is, and the rules that are about the element rather than a field.
fn describe(context: &Context<'_>, element: &ElementSchema, definition: &ElementDefinition) -> Vec<String> {
    let mut first = format!("{} ({})", docs::code(&element.name), element.kind.as_str());
    if !element.label.is_empty() {
        first += &format!(", tab {}", docs::code(&element.label));
    }
    if let Some(object) = definition.business_object.as_deref().filter(|object| !object.trim().is_empty()) {
        first += &format!(", business object {}", docs::code(object));
    }
    let mut lines = vec![format!("{first}.")];
    let mut paragraph = |text: String| lines.extend([String::new(), text]);
    match definition.key_fields.as_slice() {
        [] if element.kind == p21_model::definition::ElementKind::List => {
            paragraph("No declared keys: rows are appended, never matched.".to_owned());
        }
        [] => {}
        keys => paragraph(format!("Declared keys: {}.", docs::codes(keys.iter().map(String::as_str), 16))),
    }
    if let Some(parent) = &element.parent {
        let module = context.sibling(parent.element);
        paragraph(format!(
            "Attached to a row of [`{module}`](super::{module}) with `.with(..)`: {} ({}).",
            rules::sentence(&parent.why.consequence),
            docs::prose(&parent.why.evidence)
        ));
    }
    context.prose.element(element).into_iter().for_each(paragraph);
    lines
}
