//! What a window is made of, and what is in it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::lenient;

/// The answer of `GET /v2/window?id=`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct WindowState {
    /// What is in it; empty for a message box.
    pub data: WindowData,
    /// What it is made of.
    pub definition: WindowDefinition,
}

/// What a window is made of. [`datawindows`](Self::datawindows) are those of the tab in front: each selection of a tab
/// replaces them (verified on 26.1.5910); some windows have a header and a grid at once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct WindowDefinition {
    /// The window's id.
    #[serde(deserialize_with = "lenient::text")]
    pub id: String,
    /// Its class: `w_message`.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// Its title.
    #[serde(deserialize_with = "lenient::text")]
    pub title: String,
    /// Its tabs. A response window has none.
    #[serde(deserialize_with = "lenient::or_default")]
    pub tab_page_list: Vec<TabPage>,
    /// Its datawindows: a map by name on the wire.
    #[serde(with = "by_name")]
    pub datawindows: Vec<Datawindow>,
}

/// A tab.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct TabPage {
    /// Its name, by which it is selected.
    pub name: String,
    /// What is written on it. Some servers call it `DisplayText`.
    pub text: String,
    /// Whether it can be selected; not every server says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

impl<'de> Deserialize<'de> for TabPage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let object = Map::deserialize(deserializer)?;
        let first = |members: &[&str]| lenient::first(&object, members).unwrap_or_default();
        let enabled = object.get("Enabled").and_then(Value::as_bool);
        Ok(Self { name: first(&["Name"]), text: first(&["Text", "DisplayText"]), enabled })
    }
}

/// A form or a grid on a tab.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Datawindow {
    /// Its name, by which fields and rows are addressed.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// The tab that it is on.
    #[serde(deserialize_with = "lenient::or_default")]
    pub parent_page: String,
    /// A form or a grid.
    pub style: Option<Style>,
    /// Its fields: a map by name on the wire.
    #[serde(with = "by_name")]
    pub fields: Vec<WindowField>,
}

impl Datawindow {
    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&WindowField> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }
}

/// What a datawindow looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Style {
    /// One row.
    Form,
    /// A grid.
    List,
}

/// A field of a datawindow. It says nothing of lengths and valid values (verified on 26.1.5910): the definition does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct WindowField {
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// What is written beside it.
    #[serde(deserialize_with = "lenient::or_default")]
    pub label: String,
    /// Whether it can be typed into, in the state that the window is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// What it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_type: Option<WireDataType>,
}

/// What a field holds: a name on the wire; one sample has a number, whose meaning isn't known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum WireDataType {
    /// `Char`, `Long`, `Datetime`, `Decimal`, `Number`, `Time`.
    Name(String),
    /// A number.
    Number(i64),
}

/// The answer of `GET /v2/data?id=`: some of the window's datawindows, those of the tab last touched. That one is absent
/// proves nothing (verified on 26.1).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct WindowData(pub Vec<DatawindowData>);

/// A list; null as the empty one, and an object with a list in it as that list.
impl<'de> Deserialize<'de> for WindowData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = match Value::deserialize(deserializer)? {
            Value::Null => return Ok(Self::default()),
            Value::Object(mut object) => object.remove("Data").filter(Value::is_array).unwrap_or(Value::Object(object)),
            list => list,
        };
        serde_json::from_value(list).map(Self).map_err(serde::de::Error::custom)
    }
}

impl WindowData {
    /// What is in a datawindow, by its name, or by tab and name (`TABPAGE_1.tp_1_dw_1`).
    pub fn datawindow(&self, name: &str) -> Option<&DatawindowData> {
        let is_it =
            |data: &&DatawindowData| data.name.eq_ignore_ascii_case(name) || data.full_name.eq_ignore_ascii_case(name);
        self.0.iter().find(is_it)
    }
}

/// What is in a datawindow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct DatawindowData {
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// Tab and name: `TABPAGE_1.tp_1_dw_1`.
    #[serde(deserialize_with = "lenient::or_default")]
    pub full_name: String,
    /// Which of the rows in [`data`](Self::data) is the current one, from 0 (inferred from published clients).
    #[serde(deserialize_with = "lenient::or_default")]
    pub active_row: i64,
    /// How many rows there are.
    #[serde(deserialize_with = "lenient::or_default")]
    pub total_rows: i64,
    /// The names of its fields.
    #[serde(deserialize_with = "lenient::or_default")]
    pub columns: Vec<String>,
    /// Rows of values, in the order of the columns.
    #[serde(deserialize_with = "rows")]
    pub data: Vec<Vec<Option<String>>>,
}

impl DatawindowData {
    /// The value of a column in a row, counted from 0; `None` if there is no such row or column, or no value.
    pub fn value(&self, row: usize, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|name| name.eq_ignore_ascii_case(column))?;
        self.data.get(row)?.get(at)?.as_deref()
    }

    /// The index of the current row; `None` if there is none.
    pub fn active(&self) -> Option<usize> {
        usize::try_from(self.active_row).ok().filter(|row| *row < self.data.len())
    }
}

/// Values are texts; numbers come as they are written.
fn rows<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Vec<Option<String>>>, D::Error> {
    let rows = Option::<Vec<Option<Vec<Value>>>>::deserialize(from)?.unwrap_or_default();
    Ok(rows.into_iter().map(|row| row.unwrap_or_default().iter().map(lenient::scalar_text).collect()).collect())
}

impl From<Vec<DatawindowData>> for WindowData {
    fn from(datawindows: Vec<DatawindowData>) -> Self {
        Self(datawindows)
    }
}

impl DatawindowData {
    /// Rows of a datawindow, the first of them the current one.
    pub fn new(name: impl Into<String>, columns: Vec<String>, data: Vec<Vec<Option<String>>>) -> Self {
        let total_rows = i64::try_from(data.len()).unwrap_or(i64::MAX);
        Self { name: name.into(), total_rows, columns, data, ..Self::default() }
    }
}

impl WindowState {
    /// A window, with what is in it.
    pub fn new(definition: WindowDefinition, data: WindowData) -> Self {
        Self { data, definition }
    }

    /// Whether it is a response window: those have no tabs.
    pub fn is_response(&self) -> bool {
        self.definition.tab_page_list.is_empty()
    }
}

/// With its `Definition`, or, as one published sample reads it, the definition itself.
impl<'de> Deserialize<'de> for WindowState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Wire {
            #[serde(default)]
            data: WindowData,
            definition: Option<WindowDefinition>,
            #[serde(flatten)]
            bare: WindowDefinition,
        }
        let wire = Wire::deserialize(deserializer)?;
        Ok(Self { data: wire.data, definition: wire.definition.unwrap_or(wire.bare) })
    }
}

/// What has a name of its own, and stands under it in a map.
trait Named {
    fn name(&self) -> &str;
    fn call(&mut self, name: String);
}

macro_rules! named {
    ($($type:ty)+) => {$(
        impl Named for $type {
            fn name(&self) -> &str {
                &self.name
            }

            fn call(&mut self, name: String) {
                self.name = name;
            }
        }
    )+};
}
named! { Datawindow WindowField }

/// A map on the wire, in the server's order; a list is read too.
mod by_name {
    use super::*;

    pub(super) fn serialize<T: Named + Serialize, S: Serializer>(items: &[T], to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(items.iter().map(|item| (item.name(), item)))
    }

    pub(super) fn deserialize<'de, T: Named + Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<T>, D::Error> {
        struct Items<T>(PhantomData<T>);

        impl<'de, T: Named + Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map by name, or a list")
            }

            fn visit_unit<E>(self) -> Result<Vec<T>, E> {
                Ok(Vec::new())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(items)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<T>, A::Error> {
                let mut items: Vec<T> = Vec::new();
                while let Some((name, mut item)) = map.next_entry::<String, T>()? {
                    if item.name().is_empty() {
                        item.call(name);
                    }
                    items.push(item);
                }
                Ok(items)
            }
        }

        from.deserialize_any(Items(PhantomData))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
mod tests {
    use super::*;

    const STATE: &str = r#"{"Data":[{"Name":"form","FullName":"FORM.form","ActiveRow":0,"TotalRows":1,"Columns":["price_page_uid","price"],"Data":[["101",null]]}],"Definition":{"Id":"w","Name":"w_price","Title":"Sales Price Page Entry","TabPageList":[{"Name":"FORM","Text":"Sales Pricing","Enabled":true}],"Datawindows":{"form":{"Name":"form","ParentPage":"FORM","Style":"Form","Fields":{"price":{"Name":"price","Label":"Price","Enabled":true,"DataType":"Decimal"},"description":{"Name":"description","Label":"Description","Enabled":false,"DataType":"Char"}}}}}}"#;

    fn read(json: &str) -> WindowState {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_state_is_read_and_written_in_the_servers_order() {
        let state = read(STATE);
        let form = &state.definition.datawindows[0];
        assert_eq!(form.style, Some(Style::Form));
        let fields: Vec<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(fields, ["price", "description"]);
        assert_eq!(state.data.datawindow("FORM.form").unwrap().value(0, "PRICE_PAGE_UID"), Some("101"));
        assert!(!state.is_response());
        assert_eq!(serde_json::to_string(&state).unwrap(), STATE);
    }

    #[test]
    fn what_samples_show_otherwise_is_read_too() {
        let sample = r#"{"Definition":{"Title":"Order Entry","Datawindows":{"form":{"Fields":
            {"order_no":{"Label":"Order No","Enabled":true,"DataType":1}}}},
            "TabPageList":[{"Name":"Order","DisplayText":"Order"}]}}"#;
        let state = read(sample);
        assert_eq!(state.definition.tab_page_list[0].text, "Order");
        assert_eq!(state.definition.tab_page_list[0].enabled, None);
        let form = &state.definition.datawindows[0];
        assert_eq!((form.name.as_str(), form.fields[0].name.as_str()), ("form", "order_no"));
        assert_eq!(form.fields[0].data_type, Some(WireDataType::Number(1)));
        let bare = read(r#"{"Datawindows":[{"Name":"form","Fields":[{"Name":"a"}]}]}"#);
        assert_eq!(bare.definition.datawindows[0].fields[0].name, "a");
    }

    #[test]
    fn a_message_box_has_nothing_in_it() {
        let state = read(r#"{"Data":[],"Definition":{"Name":"w_message","TabPageList":[],"Datawindows":{}}}"#);
        assert!(state.is_response() && state.definition.datawindows.is_empty());
    }

    #[test]
    fn data_without_rows_has_no_current_row() {
        let data: WindowData =
            serde_json::from_str(r#"[{"Name":"dw","ActiveRow":-1,"Columns":null,"Data":null}]"#).unwrap();
        assert_eq!(data.datawindow("DW").unwrap().active(), None);
        assert_eq!(data.datawindow("dw").unwrap().value(0, "a"), None);
        let numbers: WindowData =
            serde_json::from_str(r#"[{"Name":"dw","Columns":["a","b"],"Data":[[1,true],null]}]"#).unwrap();
        assert_eq!(numbers.0[0].value(0, "a"), Some("1"));
        assert_eq!(numbers.0[0].value(1, "a"), None);
    }
}
