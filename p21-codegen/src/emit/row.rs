//! Fields -> the row type with its setters, the required fields and the handles.

use p21_model::definition::{ElementDefinition, FieldDefinition};
use p21_model::schema::{ElementSchema, FieldSchema, RuleKind, ValueType};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{docs, ident};
use crate::names::FieldNames;

/// A field with everything the emitters need of it.
pub(crate) struct FieldContext<'a> {
    pub(crate) index: u16,
    pub(crate) schema: &'a FieldSchema,
    pub(crate) definition: Option<&'a FieldDefinition>,
    pub(crate) names: FieldNames,
}

impl FieldContext<'_> {
    /// The field's index, as people write it.
    fn literal(&self) -> Literal {
        Literal::u16_unsuffixed(self.index)
    }

    /// The type of the field's values.
    pub(crate) fn value_type(&self) -> TokenStream {
        match self.schema.value_type {
            ValueType::Text => quote!(p21::Text),
            ValueType::Decimal => quote!(p21::Decimal),
            ValueType::Integer => quote!(i64),
            ValueType::Switch => quote!(bool),
            ValueType::DateTime => quote!(p21::DateTime),
            ValueType::Time => quote!(p21::Time),
            ValueType::Label => {
                let labels = ident(&self.names.labels);
                quote!(#labels)
            }
        }
    }
}

/// The row type: constructors and setters.
pub(crate) fn row(element: &ElementSchema, definition: &ElementDefinition, fields: &[FieldContext<'_>]) -> TokenStream {
    let required: Vec<&FieldContext<'_>> = fields.iter().filter(|field| field.schema.is_required()).collect();
    let new = constructor(&required);
    let setters = fields.iter().filter(|field| !field.schema.is_computed()).map(|field| setter(element, field));
    let doc = docs::outer(&[format!("A row of {}.", docs::code(&definition.name))]);
    let required = required_struct(&required);
    quote! {
        #doc
        #[derive(Clone, Debug)]
        pub struct Row(p21::RawRow);

        #required

        impl Row {
            #new

            #(#setters)*
        }
    }
}

fn constructor(required: &[&FieldContext<'_>]) -> TokenStream {
    if required.is_empty() {
        return quote! {
            /// A new row. P21 requires no field of it.
            pub const fn new() -> Self {
                Self(p21::RawRow::new(&schema::ELEMENT))
            }
        };
    }
    let lifetime = borrows(required).then(|| quote!(<'_>));
    let setters = required.iter().map(|field| ident(&field.names.setter));
    let setters: Vec<_> = setters.collect();
    quote! {
        /// A new row: everything that P21 requires is there.
        pub fn new(required: Required #lifetime) -> Self {
            Self(p21::RawRow::new(&schema::ELEMENT))#(.#setters(required.#setters))*
        }
    }
}

fn required_struct(required: &[&FieldContext<'_>]) -> TokenStream {
    if required.is_empty() {
        return TokenStream::new();
    }
    let lifetime = borrows(required).then(|| quote!(<'a>));
    let members = required.iter().map(|field| {
        let name = ident(&field.names.setter);
        let value = match field.schema.value_type {
            ValueType::Text => quote!(&'a str),
            _ => field.value_type(),
        };
        let doc = docs::outer(&[describe(field)]);
        quote!(#doc pub #name: #value)
    });
    quote! {
        /// What P21 requires in a new row.
        #[derive(Clone, Debug)]
        pub struct Required #lifetime {
            #(#members,)*
        }
    }
}

fn borrows(required: &[&FieldContext<'_>]) -> bool {
    required.iter().any(|field| field.schema.value_type == ValueType::Text)
}

fn setter(element: &ElementSchema, field: &FieldContext<'_>) -> TokenStream {
    let (name, index, value) = (ident(&field.names.setter), field.literal(), field.value_type());
    let mut lines = vec![describe(field)];
    lines.extend(rule_lines(element, field.index));
    let doc = docs::outer(&lines);
    quote! {
        #doc
        pub fn #name(self, value: impl p21::Into<#value>) -> Self {
            Self(self.0.set::<#value>(#index, value))
        }
    }
}

/// The handles of all fields.
pub(crate) fn handles(fields: &[FieldContext<'_>]) -> TokenStream {
    let handles = fields.iter().map(|field| {
        let (handle, index, name, value) =
            (ident(&field.names.handle), field.literal(), &*field.schema.name, field.value_type());
        // What can be set is described at its setter.
        let doc = field.schema.is_computed().then(|| docs::outer(&["Computed by P21; to be read only."]));
        quote! {
            #doc
            pub const #handle: Field<#value> = Field::new(#index, #name);
        }
    });
    quote! {
        /// A field of this element, with the type of its values.
        pub type Field<T> = p21::Field<Row, T>;

        #(#handles)*
    }
}

/// Label, column, type, whether it is required, known values: one line.
fn describe(field: &FieldContext<'_>) -> String {
    let mut out = match field.schema.label.trim() {
        "" => docs::code(&field.schema.name),
        label => docs::code(label),
    };
    if let Some(definition) = field.definition {
        if let Some(column) = definition.db_column.as_deref().map(str::trim).filter(|column| !column.is_empty()) {
            out += &format!(", column {}", docs::code(column));
        }
        if let Some(data_type) = &definition.data_type {
            out += &format!(", {}", docs::data_type(data_type));
        }
    }
    if field.schema.is_required() {
        out += ", required";
    }
    out.push('.');
    if !field.schema.values.is_empty() && field.schema.value_type == ValueType::Text {
        out += &format!(" Known values: {}.", docs::codes(field.schema.values.iter(), 24));
    }
    out
}

/// The rules that a field takes part in, as the user of its setter should know them.
fn rule_lines(element: &ElementSchema, index: u16) -> Vec<String> {
    let name = |field: u16| docs::code(&element.fields[field as usize].name);
    let names = |fields: &[u16]| fields.iter().map(|field| name(*field)).collect::<Vec<_>>().join(", ");
    let mut lines = Vec::new();
    for rule in element.rules.iter() {
        let what = match &rule.kind {
            RuleKind::Order { first, then, .. } if then.contains(&index) => format!("Sent after {}", names(first)),
            RuleKind::Choice { field, value, wants, forbids } if *field == index => {
                let mut what = docs::code(value);
                if !wants.is_empty() {
                    what += &format!(" wants {}", names(wants));
                }
                if !forbids.is_empty() {
                    what += &format!("{} forbids {}", if wants.is_empty() { "" } else { "," }, names(forbids));
                }
                what
            }
            RuleKind::Disabled { fields, .. } if fields.contains(&index) => "Disabled".to_owned(),
            RuleKind::Assigned { field, .. } if *field == index => "Assigned by P21".to_owned(),
            RuleKind::Dates { earlier, later, .. } if *later == index => format!("After {}", name(*earlier)),
            RuleKind::Today { field, .. } if *field == index => "Not in the past".to_owned(),
            RuleKind::Ascending { field, .. } if *field == index => "Later in every row".to_owned(),
            RuleKind::Primary { field, value, .. } if *field == index => format!("One row has {}", docs::code(value)),
            RuleKind::Either { one, other } if one.contains(&index) => format!("Not with {}", names(other)),
            RuleKind::Either { one, other } if other.contains(&index) => format!("Not with {}", names(one)),
            RuleKind::Length { fields, max } if fields.contains(&index) => format!("At most {max} characters"),
            RuleKind::Prompt { field, value } if *field == index => format!("{} opens a window", docs::code(value)),
            RuleKind::Note { fields } if fields.contains(&index) => "Note".to_owned(),
            _ => continue,
        };
        let line =
            format!("{what}: {} ({}).", super::rules::sentence(&rule.why.consequence), docs::prose(&rule.why.evidence));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.into_iter().map(|line| format!("- {line}")).collect()
}
