//! What finds a new record whose key P21 gives, in a form that a journal can keep.

use p21_client::Lookup;
use p21_client::odata::{Filter, Literal, col};
use p21_model::row::{Element, Field, Keyed};
use p21_model::value::Decimal;
use serde::{Deserialize, Serialize};

/// Columns and the values that identify a new record: a customer's own number of an order, with the customer.
///
/// It is what [`Lookup`] is for single writes, of nothing but equal values, so that a journal can keep it. The record has to
/// set what is asked for, and nothing may fit before it is written.
///
/// ```
/// # use p21_services::{order::{self, header, Order}, prelude::*};
/// use p21_batch::Find;
///
/// let find = Find::record_of::<Order>().text(header::PO_NO, "PO-88").number(header::CUSTOMER_ID, 100198);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    element: String,
    table: String,
    /// The key's fields, each with its column.
    keys: Vec<(String, String)>,
    equals: Vec<(String, Wanted)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Wanted {
    Text(String),
    /// As text: JSON's numbers are not exact.
    Number(String),
}

impl Find {
    /// A new record of a service, in the table that the key's fields show.
    pub fn record_of<S: Keyed>() -> Self {
        let form = S::Form::schema();
        let columns: Vec<&str> = S::Form::COLUMNS.split(',').collect();
        let (mut table, mut keys) = (String::new(), Vec::new());
        for field in S::schema().key.iter().flat_map(|key| key.fields.iter().copied()).map(usize::from) {
            if let Some((of, column)) = columns.get(field).and_then(|column| column.split_once('.')) {
                table = of.to_owned();
                keys.push((form.fields[field].name.to_string(), column.to_owned()));
            }
        }
        Self { element: form.name.to_string(), table, keys, equals: Vec::new() }
    }

    /// The same by names: the form that holds the key, the table, and the key's fields, each with its column.
    pub fn by_names<'n>(element: &str, table: &str, keys: impl IntoIterator<Item = (&'n str, &'n str)>) -> Self {
        let keys = keys.into_iter().map(|(field, column)| (field.to_owned(), column.to_owned())).collect();
        Self { element: element.to_owned(), table: table.to_owned(), keys, equals: Vec::new() }
    }

    /// A text column has this value.
    #[must_use]
    pub fn text<E: Element, T>(self, field: Field<E, T>, value: impl Into<String>) -> Self {
        self.text_in(column_of(field), value)
    }

    /// A number column has this value.
    #[must_use]
    pub fn number<E: Element, T>(self, field: Field<E, T>, value: impl Into<Decimal>) -> Self {
        self.number_in(column_of(field), value)
    }

    /// A text column, by its name.
    #[must_use]
    pub fn text_in(mut self, column: impl Into<String>, value: impl Into<String>) -> Self {
        self.equals.push((column.into(), Wanted::Text(value.into())));
        self
    }

    /// A number column, by its name.
    #[must_use]
    pub fn number_in(mut self, column: impl Into<String>, value: impl Into<Decimal>) -> Self {
        self.equals.push((column.into(), Wanted::Number(value.into().to_string())));
        self
    }

    /// The form that holds the key.
    pub(crate) fn element(&self) -> &str {
        &self.element
    }

    pub(crate) fn key_fields(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|(field, _)| field.as_str())
    }

    pub(crate) fn to_lookup(&self) -> Lookup {
        let equals = self.equals.iter().map(|(column, wanted)| {
            let literal = match wanted {
                Wanted::Text(text) => Literal::text(text.clone()),
                Wanted::Number(number) => match number.parse::<Decimal>() {
                    Ok(number) => Literal::number(number),
                    Err(_) => Literal::text(number.clone()),
                },
            };
            col(column.clone()).eq(literal)
        });
        let keys = self.keys.iter().map(|(field, column)| (field.as_str(), column.as_str()));
        Lookup::of_names(&self.element, &self.table, keys, Filter::all(equals))
    }
}

/// The column that a field shows, without its table; the field's own name where the definition names none.
fn column_of<E: Element, T>(field: Field<E, T>) -> String {
    let column = field.column().unwrap_or(field.name());
    column.split_once('.').map_or(column, |(_, column)| column).to_owned()
}
