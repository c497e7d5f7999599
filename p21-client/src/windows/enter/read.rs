//! Reading a record to know whether it is there, and what it holds.

use p21_model::payload::{self, KeyValue, TransactionState, TransactionStateRequest};
use p21_model::row::RawRow;
use p21_model::schema::{FieldSchema, ValueType};
use p21_model::schema::{Named, Proof, ServiceSchema, WindowFacts};
use p21_model::value::{Decimal, FieldValue as _};
use serde_json::Value;

use crate::client::Client;
use crate::error::Error;
use crate::odata::{Filter, Literal, col};
use crate::resilience::{self, Verdict};

/// The record of a key, if it is there.
///
/// # Errors
/// It can't be read.
pub(super) async fn record(
    client: &Client,
    schema: &'static ServiceSchema,
    key: &[(String, String)],
) -> Result<Option<payload::Transaction>, Error> {
    let Some(state) = state(schema, key) else {
        return Err(Error::input(format!("nobody knows by which key a record of `{}` is read", schema.name)));
    };
    let request = TransactionStateRequest::new(schema.name.to_string(), vec![state.clone()]);
    let Some(record) = client.records(&request).await?.transactions.pop() else { return Ok(None) };
    match resilience::is_there(schema, &state, &record)? {
        true => Ok(Some(record)),
        false => Ok(None),
    }
}

fn state(schema: &ServiceSchema, key: &[(String, String)]) -> Option<TransactionState> {
    let (element, fields) = schema.record_key()?;
    let value = |field: &&str| key.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone());
    let keys = fields.iter().map(|field| Some(KeyValue::new(*field, value(field)?)));
    Some(TransactionState::new(element.name.to_string(), keys.collect::<Option<Vec<_>>>()?))
}

/// What the record shows of what was built.
pub(super) fn shows(
    schema: &'static ServiceSchema,
    sent: &payload::Transaction,
    before: Option<&payload::Transaction>,
    now: Option<&payload::Transaction>,
) -> Verdict {
    let keyed_on = schema.record_key().map(|(element, _)| &*element.name).unwrap_or_default();
    resilience::shows(schema, sent, keyed_on, before, now)
}

/// A row that a table has to show.
pub(super) struct InTable<'a> {
    pub(super) facts: WindowFacts<'a>,
    /// The element that the table shows.
    pub(super) element: u16,
    /// The row.
    pub(super) row: &'a RawRow,
    /// The value of a field of another element: of the key, or of the row around it.
    pub(super) value: &'a (dyn Fn(u16, u16) -> Option<String> + Sync),
    /// The number of the row around it, from 1.
    pub(super) number: Option<u32>,
}

/// How many rows of the table show the row. `None` if they can't be found there.
///
/// # Errors
/// The table can't be read.
pub(super) async fn in_table(client: &Client, wanted: &InTable<'_>) -> Result<Option<usize>, Error> {
    let Proof::Table { table, join, row, columns } = wanted.facts.proof(wanted.element) else { return Ok(None) };
    let mut filters: Vec<Filter> = Vec::new();
    for (column, (element, field)) in join.iter() {
        let Some(value) = (wanted.value)(element, field) else { return Ok(None) };
        let Some(known) = field_of(wanted.facts.schema(), element, field) else { return Ok(None) };
        filters.push(equal(column, known, &value));
    }
    if !row.is_empty() {
        let Some(number) = wanted.number else { return Ok(None) };
        filters.push(col(&**row).eq(number));
    }
    Ok(Some(as_built(client, (table, Filter::all(filters)), wanted.row, columns).await?.len()))
}

/// The rows of a table that show a row as it was built.
///
/// # Errors
/// The table can't be read.
pub(super) async fn as_built(
    client: &Client,
    (table, filter): (&str, Filter),
    row: &RawRow,
    columns: &Named<u16>,
) -> Result<Vec<Value>, Error> {
    let mut rows: Vec<Value> = client.table(table).filter(filter).allow_unordered_pages().rows().await?;
    let element = row.element();
    rows.retain(|found| {
        columns.iter().all(|(column, field)| {
            let Some(sent) = row.value(field) else { return true };
            resilience::is_same(&element.fields[usize::from(field)], sent, &text(found, column).unwrap_or_default())
        })
    });
    Ok(rows)
}

/// A column of a row; `None` if the table has none of that name.
pub(super) fn text(row: &Value, column: &str) -> Option<String> {
    Some(match row.get(column)? {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    })
}

/// That a column has the value of a field.
pub(super) fn equal(column: &str, field: &FieldSchema, value: &str) -> Filter {
    col(column).eq(literal(field, value))
}

fn field_of(schema: &ServiceSchema, element: u16, field: u16) -> Option<&FieldSchema> {
    schema.elements.get(element.into())?.fields.get(usize::from(field))
}

fn literal(field: &FieldSchema, value: &str) -> Literal {
    let number: Option<Decimal> = Decimal::from_wire(value.trim()).ok();
    match number.filter(|_| matches!(field.value_type, ValueType::Integer | ValueType::Decimal)) {
        Some(number) => Literal::number(number),
        None => Literal::text(value),
    }
}
