//! Tabs, rows and saving.

use serde::{Deserialize, Serialize};

use super::lenient;

/// The body of `PUT /v2/tab`.
///
/// `PageName` says which tab. 25.2 takes a `TabName` instead; 26.1 ignores it (verified), so that writing both, equal, is
/// understood everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct TabRequest {
    /// The window.
    #[serde(deserialize_with = "lenient::text")]
    pub window_id: String,
    /// The tab.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_name: Option<String>,
    /// The tab, as 25.2 takes it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tab_name: Option<String>,
}

/// The body of `POST /v2/row`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct AddRowRequest {
    /// The window.
    #[serde(deserialize_with = "lenient::text")]
    pub window_id: String,
    /// The datawindow.
    #[serde(deserialize_with = "lenient::text")]
    pub datawindow_name: String,
}

/// The body of `PUT /v2/row`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct SelectRowRequest {
    /// The window.
    #[serde(deserialize_with = "lenient::text")]
    pub window_id: String,
    /// The datawindow.
    #[serde(deserialize_with = "lenient::text")]
    pub datawindow_name: String,
    /// The row. Counted from 1, by inference.
    pub row: i64,
}

/// The body of `PUT /v2/data`: the window's id, a bare JSON string. An object is refused (verified on 26.1).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct SaveRequest(pub String);

impl TabRequest {
    /// A tab of a window, in the way that every version understands.
    pub fn new(window_id: impl Into<String>, page: &str) -> Self {
        let page = || Some(page.to_owned());
        Self { window_id: window_id.into(), page_name: page(), tab_name: page() }
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
        Self { window_id: window_id.into(), datawindow_name: datawindow.into(), row }
    }
}

impl SaveRequest {
    /// A window.
    pub fn new(window_id: impl Into<String>) -> Self {
        Self(window_id.into())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_those_of_version_2() {
        let window = || "w".to_owned();
        let tab = TabRequest { window_id: window(), page_name: Some("VALUES".to_owned()), tab_name: None };
        assert_eq!(serde_json::to_string(&tab).unwrap(), r#"{"WindowId":"w","PageName":"VALUES"}"#);
        let row = SelectRowRequest { window_id: window(), datawindow_name: "list".to_owned(), row: 2 };
        assert_eq!(serde_json::to_string(&row).unwrap(), r#"{"WindowId":"w","DatawindowName":"list","Row":2}"#);
        let row = AddRowRequest { window_id: window(), datawindow_name: "list".to_owned() };
        assert_eq!(serde_json::to_string(&row).unwrap(), r#"{"WindowId":"w","DatawindowName":"list"}"#);
        assert_eq!(serde_json::to_string(&SaveRequest(window())).unwrap(), r#""w""#);
        assert!(serde_json::from_str::<SaveRequest>(r#"{"WindowId":"w"}"#).is_err());
    }
}
