//! Payloads exactly as P21 spells them: the untyped door, for what has no bindings.
//!
//! JSON property names are case-sensitive. What is read is written again as it was: members that nobody has documented
//! are kept ([`Others`]), and numbers where texts are due stay numbers ([`Spelling`]). Only null and empty lists of
//! optional members are left out, which to P21 are as absent.

mod members;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::facts::definition::ElementKind;

/// A set of transactions for one service, the body of `POST /api/v2/transaction` and the answer of
/// `POST /api/v2/transaction/get`.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct TransactionSet {
    /// The service.
    pub name: String,
    /// Codes instead of labels in every edit.
    pub use_code_values: bool,
    /// Write to disabled columns. A trap: P21 may answer `Succeeded` and write nothing (verified on 26.1).
    pub ignore_disabled: bool,
    /// A text about the set; templates have it.
    pub description: Option<String>,
    /// "Field-name mappings", says the documentation, and no more: carried as they are.
    pub field_map: Vec<Value>,
    /// Service-specific and undocumented: carried as they are.
    pub parameters: Option<Value>,
    /// A "query filter" of no documented meaning, which a read ignores (verified on 26.1): carried as it is.
    pub query: Option<Value>,
    /// How P21 may split the set. `None` is not sent, which is `Standard`.
    pub transaction_split_method: Option<SplitMethod>,
    /// The transactions, one record each.
    pub transactions: Vec<Transaction>,
    /// Further members.
    pub others: Others,
}

/// How P21 may split a set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SplitMethod {
    /// What templates have.
    #[default]
    Standard,
    /// Documented by name only.
    NoSplit,
    /// As templates spell it: 0 is `Standard`, 1 `NoSplit` (inferred).
    Number(i64),
    /// Another text; none is documented.
    Other(String),
}

impl SplitMethod {
    /// Its name.
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Standard | Self::Number(0) => "Standard".into(),
            Self::NoSplit | Self::Number(1) => "NoSplit".into(),
            Self::Number(number) => number.to_string().into(),
            Self::Other(text) => text.into(),
        }
    }
}

/// Members of an object that nobody has documented, or in the wrong case. P21 binds what it knows and ignores the rest;
/// they are sent all the same, and the check reports them. XML has no place for them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Others(Option<Box<Map<String, Value>>>);

/// How JSON has a text that isn't one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Spelling {
    /// As a string.
    #[default]
    Text,
    /// As a number or boolean; the `Status` and `Type` of reports are integers.
    Bare,
    /// As null.
    Null,
}

/// One record's worth of edits; atomic.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Transaction {
    /// `New` on writes, for creates and updates alike; `Passed` or `Failed` in answers.
    pub status: String,
    /// The elements, in the order P21 replays them.
    pub data_elements: Vec<DataElement>,
    /// Documents that printing produced, in answers. What a request may have here is not documented.
    pub documents: Vec<Value>,
    /// How `status` is spelt.
    pub spelling: Spelling,
    /// Further members.
    pub others: Others,
}

/// Rows of one tab and datawindow.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct DataElement {
    /// `PAGE.datawindow`.
    pub name: String,
    /// `Form` or `List`; absent in some answers.
    pub kind: String,
    /// The fields that tell rows apart; empty means the definition's own.
    pub keys: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The business object, which templates may name; optional.
    pub business_object_name: Option<String>,
    /// How `kind` is spelt.
    pub spelling: Spelling,
    /// Further members.
    pub others: Others,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Row {
    /// The edits, in the order P21 types them.
    pub edits: Vec<Edit>,
    /// Dates by relative offset; no shape is documented, so they are carried as they are.
    pub relative_date_edits: Vec<Value>,
    /// Further members.
    pub others: Others,
}

/// One value typed into one field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Edit {
    /// The field.
    pub name: String,
    /// The value, spelt as P21 wants it.
    pub value: String,
    /// An empty value is skipped instead of clearing the field.
    pub ignore_if_empty: bool,
    /// How `value` is spelt.
    pub spelling: Spelling,
    /// Further members.
    pub others: Others,
}

/// The body of `POST /api/v2/transaction/get`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct TransactionStateRequest {
    /// The service.
    pub service_name: String,
    /// One state a record wanted; P21 answers one transaction each, in order.
    pub transaction_states: Vec<TransactionState>,
}

/// Which record is wanted: key values on the element that holds them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct TransactionState {
    /// The `Form` element that holds the keys.
    pub data_element_name: String,
    /// The keys: objects here, where a write has plain names.
    pub keys: Vec<KeyValue>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct KeyValue {
    /// The field.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl TransactionSet {
    /// Transactions for a service. What else a set says is set on it.
    ///
    /// ```
    /// use p21_model::definition::ElementKind;
    /// use p21_model::payload::{DataElement, Edit, Row, Transaction, TransactionSet};
    ///
    /// let header = Row::new([Edit::new("customer_id", "100198")]);
    /// let order = Transaction::new(vec![DataElement::new("TABPAGE_1.order", ElementKind::Form, vec![header])]);
    /// let mut set = TransactionSet::new("Order", vec![order]);
    /// set.use_code_values = true;
    /// ```
    pub fn new(service: impl Into<String>, transactions: Vec<Transaction>) -> Self {
        Self { name: service.into(), transactions, ..Self::default() }
    }
}

impl Transaction {
    /// A record to be written, new or not: its status is `New` either way.
    pub fn new(data_elements: Vec<DataElement>) -> Self {
        Self { status: "New".to_owned(), data_elements, ..Self::default() }
    }
}

impl DataElement {
    /// Rows of an element, told apart by the keys that the definition declares.
    pub fn new(name: impl Into<String>, kind: ElementKind, rows: Vec<Row>) -> Self {
        Self { name: name.into(), kind: kind.as_str().to_owned(), rows, ..Self::default() }
    }

    /// The first row's value of a field.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.rows.first().and_then(|row| row.value(field))
    }
}

impl Row {
    /// A row of edits, in the order P21 types them.
    pub fn new(edits: impl IntoIterator<Item = Edit>) -> Self {
        Self { edits: edits.into_iter().collect(), ..Self::default() }
    }

    /// The last edit of a field: P21 types them in order, so the last one stays.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.edits.iter().rev().find(|edit| edit.name == field).map(|edit| edit.value.as_str())
    }
}

impl Edit {
    /// An edit.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), ..Self::default() }
    }
}

impl TransactionStateRequest {
    /// A read of records of a service.
    pub fn new(service: impl Into<String>, states: Vec<TransactionState>) -> Self {
        Self { service_name: service.into(), transaction_states: states }
    }
}

impl TransactionState {
    /// The record that has these keys, on the `Form` element that holds them.
    pub fn new(element: impl Into<String>, keys: impl IntoIterator<Item = KeyValue>) -> Self {
        Self { data_element_name: element.into(), keys: keys.into_iter().collect() }
    }
}

impl KeyValue {
    /// A key and its value, spelt as P21 wants it.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::contract::{self, Content};

    /// What a member of some content may be.
    fn sample(content: Content) -> Value {
        match content {
            Content::Text | Content::Any => "x".into(),
            Content::Flag => true.into(),
            Content::Number => 1.into(),
            Content::Names => vec!["key"].into(),
            Content::AnyList => vec![1].into(),
            Content::List(class) | Content::Object(class) => {
                let object: Map<String, Value> =
                    class.children.iter().map(|(name, content)| ((*name).to_owned(), sample(*content))).collect();
                if matches!(content, Content::List(_)) { vec![Value::Object(object)].into() } else { object.into() }
            }
        }
    }

    #[test]
    fn every_member_of_the_classes_is_read_and_written() {
        let whole = sample(Content::Object(&contract::SET));
        let set: TransactionSet = serde_json::from_value(whole.clone()).unwrap();
        assert_eq!(serde_json::to_value(&set).unwrap(), whole);
        let element = &set.transactions[0].data_elements[0];
        let others = [&set.others, &set.transactions[0].others, &element.others, &element.rows[0].others];
        assert!(others.iter().all(|others| others.is_empty()), "{set:?}");
        assert!(element.rows[0].edits[0].others.is_empty());
    }

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

    /// A payload with every member that the facts name, and one more in every object.
    const WHOLE: &str = r#"{"Name":"Order","UseCodeValues":true,"IgnoreDisabled":true,"Description":"nightly","FieldMap":[{"A":"b"}],"Parameters":{"p":1},"Query":"q","TransactionSplitMethod":"NoSplit","Transactions":[{"Status":"New","DataElements":[{"Name":"A.a","Type":"List","Keys":["k"],"Rows":[{"Edits":[{"Name":"k","Value":"1","IgnoreIfEmpty":true,"Why":"?"},{"Name":"n","Value":5},{"Name":"b","Value":true},{"Name":"z","Value":null}],"RelativeDateEdits":[{"Days":30}],"Mark":null}],"BusinessObjectName":"bo","Extra":{"x":[1]}}],"Documents":[{"D":1}],"recordType":"x"}],"transactions":[1]}"#;

    #[test]
    fn every_member_is_sent_as_it_was_read() {
        let set: TransactionSet = serde_json::from_str(WHOLE).unwrap();
        assert_eq!(serde_json::to_string(&set).unwrap(), WHOLE);
        assert_eq!(set.transaction_split_method, Some(SplitMethod::NoSplit));
        assert_eq!(set.transactions[0].data_elements[0].business_object_name.as_deref(), Some("bo"));
        assert_eq!(set.others.get("transactions"), Some(&serde_json::json!([1])));
        let report = r#"{"Name":"m_x","UseCodeValues":false,"IgnoreDisabled":false,"Transactions":[{"Status":0,"DataElements":[{"Name":"A.a","Type":0,"Keys":[],"Rows":[]},{"Name":"B.b","Type":1,"Keys":[],"Rows":[]}]}]}"#;
        let set: TransactionSet = serde_json::from_str(report).unwrap();
        assert_eq!(serde_json::to_string(&set).unwrap(), report, "the shape of reports");
        assert_eq!(set.transactions[0].status, "New");
    }

    #[test]
    fn a_changed_value_is_written_as_it_is_now() {
        let mut edit: Edit = serde_json::from_str(r#"{"Name":"n","Value":5}"#).unwrap();
        edit.value = "A-1".to_owned();
        assert_eq!(serde_json::to_string(&edit).unwrap(), r#"{"Name":"n","Value":"A-1"}"#);
        edit.spelling = Spelling::Null;
        assert_eq!(serde_json::to_string(&edit).unwrap(), r#"{"Name":"n","Value":"A-1"}"#);
    }

    #[test]
    fn what_can_not_be_kept_is_refused() {
        let refusal = |text: &str| serde_json::from_str::<TransactionSet>(text).unwrap_err().to_string();
        assert!(refusal(r#"{"Name":"a","Name":"b"}"#).contains("duplicate field `Name`"));
        assert!(refusal(r#"{"x":1,"x":2}"#).contains("duplicate field `x`"));
        assert!(refusal(r#"{"TransactionSplitMethod":[1]}"#).contains("an array where a value is due"));
        assert!(refusal(r#"{"Description":5}"#).contains("expected a string"));
        assert!(refusal("[]").contains("a set of transactions"));
    }
}
