//! Tools: what buttons and menu entries do.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::lenient;

/// A tool of a window, of a datawindow or of a field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Tool {
    /// The window.
    pub window_id: String,
    /// Its name: `cb_add`, `hdr_note&&cb_addnote`, `Quick.Save`.
    pub tool_name: String,
    /// What is written on it: `&Yes` (seen on 25.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The datawindow it belongs to.
    pub datawindow_name: Option<String>,
    /// The field it belongs to.
    pub field_name: Option<String>,
}

impl Tool {
    /// A tool of a window.
    pub fn new(window_id: impl Into<String>, tool_name: impl Into<String>) -> Self {
        Self { window_id: window_id.into(), tool_name: tool_name.into(), ..Self::default() }
    }
}

impl RunToolRequest {
    /// A tool of a window.
    pub fn new(window_id: impl Into<String>, tool_name: impl Into<String>) -> Self {
        Self { window_id: window_id.into(), tool_name: tool_name.into(), ..Self::default() }
    }
}

impl From<Vec<Tool>> for Tools {
    fn from(tools: Vec<Tool>) -> Self {
        Self(tools)
    }
}

impl<'de> Deserialize<'de> for Tool {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let object = Map::deserialize(deserializer)?;
        let first = |members: &[&str]| lenient::first(&object, members);
        let Some(tool_name) = first(&["ToolName", "Name"]) else {
            return Err(D::Error::custom("a tool without a `ToolName`"));
        };
        Ok(Self {
            window_id: first(&["WindowId"]).unwrap_or_default(),
            tool_name,
            text: first(&["Text", "ToolText"]),
            datawindow_name: first(&["DatawindowName"]),
            field_name: first(&["FieldName"]),
        })
    }
}

/// The answer of `GET /v2/tools?windowId=`: a bare list. An object with a list in it is read too.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Tools(pub Vec<Tool>);

impl<'de> Deserialize<'de> for Tools {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = match Value::deserialize(deserializer)? {
            Value::Object(object) => object.into_iter().map(|(_, value)| value).find(Value::is_array),
            list => Some(list),
        };
        let list = list.ok_or_else(|| D::Error::custom("a list of tools is due here"))?;
        serde_json::from_value(list).map(Self).map_err(D::Error::custom)
    }
}

/// The body of `POST /v2/tools`. `Name` in the place of `ToolName` is taken and does nothing (verified on 26.1): it reads
/// as an empty `tool_name`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct RunToolRequest {
    /// The window.
    #[serde(deserialize_with = "lenient::text")]
    pub window_id: String,
    /// The tool.
    #[serde(deserialize_with = "lenient::text")]
    pub tool_name: String,
    /// What is written on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_text: Option<String>,
    /// The datawindow that it is run on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datawindow_name: Option<String>,
    /// The field that it is run on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_name: Option<String>,
    /// The row that it is run on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<i64>,
}

/// A value that a field takes. Versions 1 and 2 of the Interactive API have no call for those, the XML flavour has one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct ValidValue {
    /// The value as it is stored: `UPS GND`; empty where nobody says it.
    pub code: String,
    /// What it means: `UPS Ground`.
    pub description: String,
}

impl ValidValue {
    /// A value, and what it means.
    pub fn new(code: impl Into<String>, description: impl Into<String>) -> Self {
        Self { code: code.into(), description: description.into() }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn lists_of_tools_are_bare_or_wrapped() {
        let bare = r#"[{"WindowId":"w","ToolName":"cb_1","Text":"&Yes","DatawindowName":null,"FieldName":null}]"#;
        let tools: Tools = serde_json::from_str(bare).unwrap();
        assert_eq!((tools.0[0].tool_name.as_str(), tools.0[0].text.as_deref()), ("cb_1", Some("&Yes")));
        assert_eq!(serde_json::to_string(&tools).unwrap(), bare);
        assert_eq!(serde_json::from_str::<Tools>(&format!(r#"{{"Tools":{bare}}}"#)).unwrap(), tools);
        for bad in ["{}", "1", "null", r#"[{"Text":"x"}]"#] {
            assert!(serde_json::from_str::<Tools>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_tool_is_run_by_its_tool_name() {
        let run = RunToolRequest { window_id: "w".to_owned(), tool_name: "cb_ok".to_owned(), ..Default::default() };
        assert_eq!(serde_json::to_string(&run).unwrap(), r#"{"WindowId":"w","ToolName":"cb_ok"}"#);
        let wrong: RunToolRequest = serde_json::from_str(r#"{"WindowId":"w","Name":"cb_ok"}"#).unwrap();
        assert_eq!(wrong.tool_name, "");
    }
}
