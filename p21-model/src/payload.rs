//! Payloads exactly as P21 spells them: the untyped door, for what has no bindings.
//!
//! JSON property names are case-sensitive; unknown members are refused nowhere, because P21 binds what it knows
//! and ignores the rest.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A set of transactions for one service, the body of `POST /api/v2/transaction` and the answer of
/// `POST /api/v2/transaction/get`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TransactionSet {
    /// The service.
    pub name: String,
    /// Codes instead of labels in every edit.
    pub use_code_values: bool,
    /// Write to disabled columns. A trap: P21 may answer `Succeeded` and write nothing (verified on 26.1).
    pub ignore_disabled: bool,
    /// The transactions, one record each.
    #[serde(deserialize_with = "null_is_empty")]
    pub transactions: Vec<Transaction>,
}

/// One record's worth of edits; atomic.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Transaction {
    /// `New` on writes, for creates and updates alike; `Passed` or `Failed` in answers.
    #[serde(deserialize_with = "status")]
    pub status: String,
    /// The elements, in the order P21 replays them.
    #[serde(deserialize_with = "null_is_empty")]
    pub data_elements: Vec<DataElement>,
    /// Documents that printing produced; only in answers.
    #[serde(deserialize_with = "null_is_empty", skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Value>,
}

/// Rows of one tab and datawindow.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DataElement {
    /// `PAGE.datawindow`.
    pub name: String,
    /// `Form` or `List`; absent in some answers.
    #[serde(rename = "Type", deserialize_with = "element_type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The fields that tell rows apart; empty means the definition's own.
    #[serde(deserialize_with = "null_is_empty")]
    pub keys: Vec<String>,
    /// The rows.
    #[serde(deserialize_with = "null_is_empty")]
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Row {
    /// The edits, in the order P21 types them.
    #[serde(deserialize_with = "null_is_empty")]
    pub edits: Vec<Edit>,
    /// Dates by relative offset; no shape is documented, so they are carried as they are.
    #[serde(deserialize_with = "null_is_empty")]
    pub relative_date_edits: Vec<Value>,
}

/// One value typed into one field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Edit {
    /// The field.
    pub name: String,
    /// The value, spelt as P21 wants it.
    #[serde(deserialize_with = "text")]
    pub value: String,
    /// An empty value is skipped instead of clearing the field.
    #[serde(skip_serializing_if = "is_false")]
    pub ignore_if_empty: bool,
}

/// The body of `POST /api/v2/transaction/get`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TransactionStateRequest {
    /// The service.
    pub service_name: String,
    /// One state a record wanted; P21 answers one transaction each, in order.
    pub transaction_states: Vec<TransactionState>,
}

/// Which record is wanted: key values on the element that holds them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TransactionState {
    /// The `Form` element that holds the keys.
    pub data_element_name: String,
    /// The keys: objects here, where a write has plain names.
    pub keys: Vec<KeyValue>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyValue {
    /// The field.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl DataElement {
    /// The first row's value of a field.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.rows.first().and_then(|row| row.value(field))
    }
}

impl Row {
    /// The last edit of a field: P21 types them in order, so the last one stays.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.edits.iter().rev().find(|edit| edit.name == field).map(|edit| edit.value.as_str())
    }
}

impl Edit {
    /// An edit.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), ignore_if_empty: false }
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn null_is_empty<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

/// Values are strings; older samples send bare numbers, and answers hold nulls.
fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    scalar(Value::deserialize(deserializer)?)
}

fn scalar<E: serde::de::Error>(value: Value) -> Result<String, E> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::Array(_) => Err(E::custom("an array where a value is due")),
        Value::Object(_) => Err(E::custom("an object where a value is due")),
    }
}

/// Report payloads and templates spell enums as integers; 0 is the first member.
fn status<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Number(n) if n.as_i64() == Some(0) => Ok("New".to_owned()),
        other => scalar(other),
    }
}

fn element_type<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Number(n) if n.as_i64() == Some(0) => Ok("Form".to_owned()),
        Value::Number(n) if n.as_i64() == Some(1) => Ok("List".to_owned()),
        other => scalar(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTED: &str = r#"{"Name":"PutawayZone","UseCodeValues":false,"IgnoreDisabled":false,"Transactions":[{"Status":"New","DataElements":[{"Name":"FORM.form","Type":"Form","Keys":["location_id","bin_zone_id"],"Rows":[{"Edits":[{"Name":"location_id","Value":"77"},{"Name":"bin_zone_id","Value":"ZZ-9"}],"RelativeDateEdits":[]}]}]}]}"#;

    #[test]
    fn the_documented_payload_round_trips_byte_for_byte() {
        let set: TransactionSet = serde_json::from_str(DOCUMENTED).unwrap();
        assert_eq!(set.transactions[0].data_elements[0].value("bin_zone_id"), Some("ZZ-9"));
        assert_eq!(serde_json::to_string(&set).unwrap(), DOCUMENTED);
    }

    #[test]
    fn ignore_if_empty_is_spelt_only_when_set() {
        let edit = Edit { ignore_if_empty: true, ..Edit::new("a", "") };
        assert_eq!(serde_json::to_string(&edit).unwrap(), r#"{"Name":"a","Value":"","IgnoreIfEmpty":true}"#);
    }

    #[test]
    fn nulls_numbers_and_report_enums_of_answers_are_read() {
        let set: TransactionSet = serde_json::from_str(
            r#"{"Name":"Order","Query":null,"FieldMap":null,"Transactions":[{"Status":0,"Documents":null,
                "DataElements":[{"Name":"A.a","Type":1,"Keys":null,"Rows":[{"Edits":[{"Name":"n","Value":null},
                {"Name":"m","Value":5}],"RelativeDateEdits":null}]}]}]}"#,
        )
        .unwrap();
        let element = &set.transactions[0].data_elements[0];
        assert_eq!((set.transactions[0].status.as_str(), element.kind.as_str()), ("New", "List"));
        assert_eq!((element.value("n"), element.value("m")), (Some(""), Some("5")));
    }

    #[test]
    fn properties_are_case_sensitive() {
        let set: TransactionSet = serde_json::from_str(r#"{"Name":"Order","transactions":[{}]}"#).unwrap();
        assert!(set.transactions.is_empty());
    }
}
