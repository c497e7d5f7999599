//! The bodies of version 1 that differ from those of version 2.
//!
//! Version 1 has no `TabName` and no documented `ValueType`; tools are run with the same members; the bodies of its answers
//! are not documented, and are read as those of version 2.

use serde::{Deserialize, Serialize};

use super::lenient;

/// The body of `PUT /v1/change`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct ChangeRequest {
    /// The window.
    #[serde(deserialize_with = "lenient::text")]
    pub window_id: String,
    /// What is typed.
    #[serde(deserialize_with = "lenient::or_default")]
    pub change_requests: Vec<Change>,
}

/// A value for a field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Change {
    /// The datawindow; version 1 spells it with a capital W.
    #[serde(rename = "DataWindowName")]
    pub datawindow_name: Option<String>,
    /// The field.
    #[serde(deserialize_with = "lenient::text")]
    pub field_name: String,
    /// The value.
    #[serde(deserialize_with = "lenient::text")]
    pub value: String,
}

/// The body of `PUT /v1/data`, which saves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct SaveRequest {
    /// The window.
    #[serde(deserialize_with = "lenient::text")]
    pub window_id: String,
}

/// The body of `PUT /v1/tab`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct TabRequest {
    /// The window.
    #[serde(deserialize_with = "lenient::text")]
    pub window_id: String,
    /// The tab.
    pub page_path: PagePath,
}

/// Where a tab is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct PagePath {
    /// The tab.
    #[serde(deserialize_with = "lenient::text")]
    pub page_name: String,
}

/// The body of `POST /v1/row`, which adds one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct AddRowRequest {
    /// The window.
    #[serde(deserialize_with = "lenient::text")]
    pub window_id: String,
    /// The datawindow.
    #[serde(rename = "DataWindowName", deserialize_with = "lenient::text")]
    pub datawindow_name: String,
}

/// The body of `PUT /v1/row`, which selects one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct SelectRowRequest {
    /// The window.
    #[serde(deserialize_with = "lenient::text")]
    pub window_id: String,
    /// The datawindow.
    #[serde(rename = "DataWindowName", deserialize_with = "lenient::text")]
    pub datawindow_name: String,
    /// The row.
    pub row_number: i64,
}

impl ChangeRequest {
    /// Values for fields of a window.
    pub fn new(window_id: impl Into<String>, change_requests: Vec<Change>) -> Self {
        Self { window_id: window_id.into(), change_requests }
    }
}

impl Change {
    /// A value for a field.
    pub fn new(datawindow: Option<String>, field: impl Into<String>, value: impl Into<String>) -> Self {
        Self { datawindow_name: datawindow, field_name: field.into(), value: value.into() }
    }
}

impl SaveRequest {
    /// A window.
    pub fn new(window_id: impl Into<String>) -> Self {
        Self { window_id: window_id.into() }
    }
}

impl TabRequest {
    /// A tab of a window.
    pub fn new(window_id: impl Into<String>, page: impl Into<String>) -> Self {
        Self { window_id: window_id.into(), page_path: PagePath { page_name: page.into() } }
    }
}

impl AddRowRequest {
    /// A row more in a datawindow.
    pub fn new(window_id: impl Into<String>, datawindow: impl Into<String>) -> Self {
        Self { window_id: window_id.into(), datawindow_name: datawindow.into() }
    }
}

impl SelectRowRequest {
    /// A row of a datawindow.
    pub fn new(window_id: impl Into<String>, datawindow: impl Into<String>, row: i64) -> Self {
        Self { window_id: window_id.into(), datawindow_name: datawindow.into(), row_number: row }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_those_of_version_1() {
        let window_id = || "w".to_owned();
        let change = Change {
            datawindow_name: Some("form".to_owned()),
            field_name: "item_id".to_owned(),
            value: "A".to_owned(),
        };
        let change = ChangeRequest { window_id: window_id(), change_requests: vec![change] };
        assert_eq!(
            serde_json::to_string(&change).unwrap(),
            r#"{"WindowId":"w","ChangeRequests":[{"DataWindowName":"form","FieldName":"item_id","Value":"A"}]}"#
        );
        let tab = TabRequest { window_id: window_id(), page_path: PagePath { page_name: "TABPAGE_17".to_owned() } };
        assert_eq!(serde_json::to_string(&tab).unwrap(), r#"{"WindowId":"w","PagePath":{"PageName":"TABPAGE_17"}}"#);
        let row = SelectRowRequest { window_id: window_id(), datawindow_name: "list".to_owned(), row_number: 0 };
        assert_eq!(serde_json::to_string(&row).unwrap(), r#"{"WindowId":"w","DataWindowName":"list","RowNumber":0}"#);
        let save = SaveRequest { window_id: window_id() };
        assert_eq!(serde_json::to_string(&save).unwrap(), r#"{"WindowId":"w"}"#);
    }
}
