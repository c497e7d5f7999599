//! Fields -> the row type with its setters, the required fields and the handles.

use p21_model::definition::{ElementDefinition, FieldDefinition};
use p21_model::schema::{ElementSchema, FieldSchema, RuleKind, ValueType};
use proc_macro2::{Ident, Literal, TokenStream};
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

    /// What its setter takes.
    fn bound(&self) -> TokenStream {
        match self.schema.value_type {
            ValueType::Text => quote!(p21::IntoText),
            ValueType::Decimal => quote!(p21::IntoDecimal),
            ValueType::Integer => quote!(p21::IntoInteger),
            ValueType::Switch => quote!(p21::IntoSwitch),
            ValueType::DateTime => quote!(p21::IntoDateTime),
            ValueType::Time => quote!(p21::IntoTime),
            ValueType::Label => {
                let labels = ident(&self.names.labels);
                quote!(p21::IntoLabel<#labels>)
            }
        }
    }

    /// The type of the field's values, from the service's module.
    pub(crate) fn value_type_in(&self, module: &proc_macro2::Ident) -> TokenStream {
        let value_type = self.value_type();
        match self.schema.value_type {
            ValueType::Label => quote!(#module::#value_type),
            _ => value_type,
        }
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
    let types = type_parameters(fields, required.len());
    let new = constructor(&types);
    let setters = fields.iter().filter(|field| !field.schema.is_computed()).map(|field| setter(element, field));
    let doc = docs::outer(&[
        format!("A row of {}.", docs::code(&definition.name)),
        String::new(),
        "A column that has no setter here, such as a site's own `ufc_*`, is set by name: `set_unchecked`.".to_owned(),
    ]);
    let required = required_struct(&required, &types);
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

/// `new`, and what it takes: a type parameter a field, so that `Required` takes what the setters take and a wrong value is
/// an error on that value.
fn constructor(types: &[Ident]) -> TokenStream {
    if types.is_empty() {
        return quote! {
            /// A new row. P21 requires no field of it.
            pub const fn new() -> Self {
                Self(p21::RawRow::new(&schema::ELEMENT))
            }
        };
    }
    quote! {
        /// A new row: everything that P21 requires is there.
        pub fn new<#(#types),*>(required: Required<#(#types),*>) -> Self
        where
            Required<#(#types),*>: p21::NewRow<Self>,
        {
            p21::NewRow::new_row(required)
        }
    }
}

fn required_struct(required: &[&FieldContext<'_>], types: &[Ident]) -> TokenStream {
    if required.is_empty() {
        return TokenStream::new();
    }
    let members = required.iter().zip(types).map(|(field, value)| {
        let (name, doc) = (ident(&field.names.setter), docs::outer(&[describe(field)]));
        quote!(#doc pub #name: #value)
    });
    let bounds = required.iter().zip(types).map(|(field, value)| {
        let bound = field.bound();
        quote!(#value: #bound)
    });
    let setters = required.iter().map(|field| ident(&field.names.setter));
    let setters: Vec<_> = setters.collect();
    quote! {
        /// What P21 requires in a new row. A member takes what the setter of its name takes.
        pub struct Required<#(#types),*> {
            #(#members,)*
        }

        impl<#(#bounds),*> p21::NewRow<Row> for Required<#(#types),*> {
            fn new_row(self) -> Row {
                Row(p21::RawRow::new(&schema::ELEMENT))#(.#setters(self.#setters))*
            }
        }
    }
}

/// A type parameter a required field, named as none of the element's enums is.
fn type_parameters(fields: &[FieldContext<'_>], count: usize) -> Vec<Ident> {
    let mut prefix = "T".to_owned();
    let numbered =
        |name: &str, prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.parse::<usize>().is_ok());
    while fields.iter().any(|field| numbered(&field.names.labels, &prefix)) {
        prefix.push('T');
    }
    (0..count).map(|index| ident(&format!("{prefix}{index}"))).collect()
}

fn setter(element: &ElementSchema, field: &FieldContext<'_>) -> TokenStream {
    let (name, index, bound) = (ident(&field.names.setter), field.literal(), field.bound());
    let mut lines = vec![describe(field)];
    lines.extend(rule_lines(element, field.index));
    let doc = docs::outer(&lines);
    let kind = ident(match field.schema.value_type {
        ValueType::Text => "set_text",
        ValueType::Decimal => "set_decimal",
        ValueType::Integer => "set_integer",
        ValueType::Switch => "set_switch",
        ValueType::DateTime => "set_date_time",
        ValueType::Time => "set_time",
        ValueType::Label => "set_label",
    });
    quote! {
        #doc
        pub fn #name(self, value: impl #bound) -> Self {
            Self(p21::#kind(self.0, #index, value))
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
            pub const #handle: Field<#value> = p21::field(#index, #name);
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
            RuleKind::Order { first, then, .. } if then.contains(&index) => {
                let places = first.iter().map(|place| names(place).replace(", ", " or "));
                format!("Sent after {}", places.collect::<Vec<_>>().join(", "))
            }
            RuleKind::Format { fields, form } if fields.contains(&index) => form.describe().to_owned(),
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
            RuleKind::Reference { fields, tables, .. } if fields.contains(&index) => {
                format!("Names a row of {}", tables.iter().map(docs::code).collect::<Vec<_>>().join(" or "))
            }
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
