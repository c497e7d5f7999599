//! Typing values.

use serde::{Deserialize, Serialize};

use super::lenient;

/// How a value is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ValueMeaning {
    /// As it stands on the screen, a label for instance: P21's default.
    #[default]
    Display,
    /// As it is stored: the code of a label, an internal key.
    Data,
}

/// The body of `PUT /v2/change`: values for fields, typed in order until one is refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct ChangeRequest {
    /// The window.
    #[serde(deserialize_with = "lenient::text")]
    pub window_id: String,
    /// What is typed.
    #[serde(deserialize_with = "lenient::or_default")]
    pub list: Vec<Change>,
}

/// A value for a field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Change {
    /// The tab; null in a response window, which has none.
    pub tab_name: Option<String>,
    /// The datawindow. 25.2 wants it; 26.1 takes none, the empty text and null for fields of the header (verified).
    pub datawindow_name: Option<String>,
    /// The field.
    #[serde(deserialize_with = "lenient::text")]
    pub field_name: String,
    /// The value, a text in any case.
    #[serde(deserialize_with = "lenient::text")]
    pub value: String,
    /// How the value is meant: as displayed, if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_type: Option<ValueMeaning>,
    /// The row. Some clients send it; that P21 looks at it is reported, not verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<i64>,
}

impl ChangeRequest {
    /// Values for fields of a window.
    pub fn new(window_id: impl Into<String>, list: Vec<Change>) -> Self {
        Self { window_id: window_id.into(), list }
    }
}

impl Change {
    /// A value for a field on the current row of a datawindow. A response window has no tab.
    pub fn new(
        tab: Option<&str>,
        datawindow: impl Into<String>,
        field: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        Self {
            tab_name: tab.map(str::to_owned),
            datawindow_name: Some(datawindow.into()),
            field_name: field.into(),
            value: value.into(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_written_as_documented() {
        let change = Change {
            tab_name: Some("FORM".to_owned()),
            datawindow_name: Some("form".to_owned()),
            field_name: "description".to_owned(),
            value: "X".to_owned(),
            ..Change::default()
        };
        let request = ChangeRequest { window_id: "w".to_owned(), list: vec![change] };
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(
            json,
            r#"{"WindowId":"w","List":[{"TabName":"FORM","DatawindowName":"form","FieldName":"description","Value":"X"}]}"#
        );
        assert_eq!(serde_json::from_str::<ChangeRequest>(&json).unwrap(), request);
    }

    #[test]
    fn a_response_window_has_no_tab_and_says_so() {
        let change = Change {
            datawindow_name: Some("_dw_hdr".to_owned()),
            value_type: Some(ValueMeaning::Data),
            ..Change::default()
        };
        let json = serde_json::to_string(&change).unwrap();
        assert!(json.starts_with(r#"{"TabName":null,"DatawindowName":"_dw_hdr""#), "{json}");
        assert!(json.ends_with(r#""ValueType":"Data"}"#), "{json}");
    }

    #[test]
    fn what_others_send_is_read() {
        let read: Change = serde_json::from_str(r#"{"FieldName":"a","Value":5,"Row":1}"#).unwrap();
        assert_eq!((read.value.as_str(), read.row, read.datawindow_name), ("5", Some(1), None));
        let read: Change = serde_json::from_str(r#"{"FieldName":"a","Value":null,"DatawindowName":null}"#).unwrap();
        assert_eq!(read.value, "");
    }
}
