//! Opening windows.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::lenient;
use super::result::ActionResult;

/// The body of `POST /v2/window`: one of its members says which window.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct OpenRequest {
    /// The service, the only dependable way (verified on 26.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// The text in the menu: `Sales Price Page Entry`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The class of the window: `w_sales_price_page`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The id of the menu entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub menu_id: Option<MenuId>,
}

/// The id of a menu entry: a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum MenuId {
    /// A number, as in JSON.
    Number(u64),
    /// A text, as in the XML description (`OE-I-1`).
    Text(String),
}

impl OpenRequest {
    /// The window of a service.
    pub fn service(name: impl Into<String>) -> Self {
        Self { service_name: Some(name.into()), ..Self::default() }
    }

    /// The window of a menu text.
    pub fn title(title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..Self::default() }
    }

    /// The window of a class.
    pub fn name(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// The window of a menu entry.
    pub fn menu_id(id: u64) -> Self {
        Self { menu_id: Some(MenuId::Number(id)), ..Self::default() }
    }
}

/// The answer to it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct WindowOpened {
    /// The window's id, which every call on it names. Clients also read it from `windowId` and `Id`.
    pub window_id: String,
    /// Its title.
    pub title: String,
    /// What is in it.
    pub data_elements: Vec<DataElement>,
    /// What became of the opening, where the answer says that too: a response window may stand in its way.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub result: Option<ActionResult>,
}

/// A part of a window.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct DataElement {
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// Its table.
    #[serde(deserialize_with = "lenient::text")]
    pub table: String,
}

impl WindowOpened {
    /// A window that is open.
    pub fn new(window_id: impl Into<String>, title: impl Into<String>, data_elements: Vec<DataElement>) -> Self {
        Self { window_id: window_id.into(), title: title.into(), data_elements, result: None }
    }
}

impl DataElement {
    /// A part of a window.
    pub fn new(name: impl Into<String>, table: impl Into<String>) -> Self {
        Self { name: name.into(), table: table.into() }
    }
}

impl<'de> Deserialize<'de> for WindowOpened {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut object = Map::deserialize(deserializer)?;
        let elements = object.remove("DataElements").unwrap_or_default();
        let result = object.contains_key("Status").then(|| Value::Object(object.clone()));
        Ok(Self {
            window_id: lenient::first(&object, &["WindowId", "windowId", "Id"]).unwrap_or_default(),
            title: lenient::first(&object, &["Title", "title"]).unwrap_or_default(),
            data_elements: serde_json::from_value::<Option<Vec<DataElement>>>(elements)
                .ok()
                .flatten()
                .unwrap_or_default(),
            result: result.map(serde_json::from_value).transpose().map_err(serde::de::Error::custom)?,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
mod tests {
    use super::*;
    use crate::calls::interactive::Status;

    #[test]
    fn an_opened_window_is_read_however_its_id_is_called() {
        for member in ["WindowId", "windowId", "Id"] {
            let opened: WindowOpened = serde_json::from_str(&format!(r#"{{"{member}":"w-1","Title":"T"}}"#)).unwrap();
            assert_eq!((opened.window_id.as_str(), opened.title.as_str(), opened.result), ("w-1", "T", None));
        }
        let both: WindowOpened = serde_json::from_str(r#"{"Id":"other","WindowId":"w-1"}"#).unwrap();
        assert_eq!(both.window_id, "w-1");
        let asked: WindowOpened = serde_json::from_str(r#"{"WindowId":"w-1","Status":3,"Events":[]}"#).unwrap();
        assert_eq!(asked.result.unwrap().status, Status::Blocked);
    }

    #[test]
    fn an_opened_window_is_written_as_p21_writes_it() {
        let element = DataElement { name: "FORM.form".to_owned(), table: "price_page".to_owned() };
        let opened = WindowOpened {
            window_id: "w".to_owned(),
            title: "T".to_owned(),
            data_elements: vec![element],
            result: None,
        };
        let json = serde_json::to_string(&opened).unwrap();
        assert_eq!(json, r#"{"WindowId":"w","Title":"T","DataElements":[{"Name":"FORM.form","Table":"price_page"}]}"#);
        assert_eq!(serde_json::from_str::<WindowOpened>(&json).unwrap(), opened);
    }

    #[test]
    fn a_window_is_asked_for_by_one_name() {
        let json = |request: OpenRequest| serde_json::to_string(&request).unwrap();
        assert_eq!(json(OpenRequest::service("Order")), r#"{"ServiceName":"Order"}"#);
        assert_eq!(json(OpenRequest::title("Order Entry")), r#"{"Title":"Order Entry"}"#);
        assert_eq!(json(OpenRequest::name("w_x")), r#"{"Name":"w_x"}"#);
        assert_eq!(json(OpenRequest::menu_id(12_345)), r#"{"MenuId":12345}"#);
        let text: OpenRequest = serde_json::from_str(r#"{"MenuId":"OE-I-1"}"#).unwrap();
        assert_eq!(text.menu_id, Some(MenuId::Text("OE-I-1".to_owned())));
    }
}
