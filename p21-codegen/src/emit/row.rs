//! Fields -> the row type with its setters, the required fields and the handles.

use p21_model::definition::{ElementDefinition, FieldDefinition};
use p21_model::schema::{ElementSchema, FieldSchema, ValueType};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{Context, alias, docs, ident};
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

    /// What people call it: its label, or its name where it has none.
    fn shown(&self) -> String {
        match self.schema.label.trim() {
            "" => docs::code(&self.schema.name),
            label => docs::code(label),
        }
    }

    /// The database column that it shows.
    fn column(&self) -> Option<&str> {
        self.definition?.db_column.as_deref().map(str::trim).filter(|column| !column.is_empty())
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
pub(crate) fn row(
    context: &Context<'_>,
    element: &ElementSchema,
    definition: &ElementDefinition,
    fields: &[FieldContext<'_>],
) -> TokenStream {
    let required: Vec<&FieldContext<'_>> = fields.iter().filter(|field| field.schema.is_required()).collect();
    let types = type_parameters(fields, required.len());
    let new = constructor(&types);
    let setters =
        fields.iter().filter(|field| !field.schema.is_computed()).map(|field| setter(context, element, field));
    let doc = docs::outer(&[
        format!("A row of {}.", docs::code(&definition.name)),
        String::new(),
        "A column without a setter, such as a site's own, is set by name: `.set_unchecked(\"ufc_color\", \"red\")`."
            .to_owned(),
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

/// `new`, and what it takes: `Required` has a type parameter a field, so that it takes what the setters take. Its own bounds
/// make a wrong value one error, on that value; were `new` to repeat them there would be another on all of it.
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
        /// A new row: everything that P21 requires is there. It takes a [`Required`].
        pub fn new(required: impl p21::NewRow<Self>) -> Self {
            required.new_row()
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
    let bound = |(field, value): (&&FieldContext<'_>, &Ident)| {
        let bound = field.bound();
        quote!(#value: #bound)
    };
    let bounds: Vec<_> = required.iter().zip(types).map(bound).collect();
    let setters = required.iter().map(|field| ident(&field.names.setter));
    let setters: Vec<_> = setters.collect();
    quote! {
        /// What P21 requires in a new row. A member takes what the setter of its name takes.
        pub struct Required<#(#bounds),*> {
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

fn setter(context: &Context<'_>, element: &ElementSchema, field: &FieldContext<'_>) -> TokenStream {
    let (name, index, bound) = (ident(&field.names.setter), field.literal(), field.bound());
    let mut lines = vec![describe(field)];
    lines.extend(context.prose.field(element, field.index).into_iter().map(|line| format!("- {line}")));
    let doc = docs::outer(&lines);
    let kind = ident(match field.schema.value_type {
        ValueType::Text => "put_text",
        ValueType::Decimal => "put_decimal",
        ValueType::Integer => "put_integer",
        ValueType::Switch => "put_switch",
        ValueType::DateTime => "put_date_time",
        ValueType::Time => "put_time",
        ValueType::Label => "put_label",
    });
    quote! {
        #doc
        pub fn #name(self, value: impl #bound) -> Self {
            p21::#kind(self, #index, value)
        }
    }
}

/// The handles of all fields.
pub(crate) fn handles(fields: &[FieldContext<'_>]) -> TokenStream {
    let handles = fields.iter().map(|field| {
        let (handle, index, name, value) =
            (ident(&field.names.handle), field.literal(), &*field.schema.name, field.value_type());
        let doc = docs::outer(&[describe_handle(field)]);
        let column = field.column().unwrap_or_default();
        let aliases = alias::outer(&field.names.handle, [name, &field.schema.label, column]);
        quote! {
            #doc
            #aliases
            pub const #handle: Field<#value> = p21::field(#index, #name);
        }
    });
    quote! {
        /// A field of this element, with the type of its values.
        pub type Field<T> = p21::Field<Row, T>;

        #(#handles)*
    }
}

/// What a handle is of. What can be set is described at its setter.
fn describe_handle(field: &FieldContext<'_>) -> String {
    let shown = field.shown();
    match field.schema.is_computed() {
        true => format!("{shown}: computed by P21; to be read only."),
        false => format!("{shown}: what [`Row::{setter}`] sets.", setter = field.names.setter),
    }
}

/// Label, column, type, whether it is required, known values: one line.
fn describe(field: &FieldContext<'_>) -> String {
    let mut out = field.shown();
    if let Some(column) = field.column() {
        out += &format!(", column {}", docs::code(column));
    }
    if let Some(data_type) = field.definition.and_then(|definition| definition.data_type.as_ref()) {
        out += &format!(", {}", docs::data_type(data_type));
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
