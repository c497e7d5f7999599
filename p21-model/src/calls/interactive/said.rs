//! Messages and events.

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::lenient;

/// What a window said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct WindowMessage {
    /// Its text.
    pub text: String,
    /// Of what kind; servers of old don't say.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<MessageType>,
}

impl WindowMessage {
    /// An error.
    pub fn error(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: Some(MessageType::Error) }
    }

    /// An information.
    pub fn information(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: Some(MessageType::Information) }
    }

    /// Whether P21 marks it as an error. A good load has messages too: the notes of a record (verified on 26.1.5950).
    pub fn is_error(&self) -> bool {
        self.kind == Some(MessageType::Error)
    }
}

/// An object with a `Text`, or a bare text.
impl<'de> Deserialize<'de> for WindowMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let Value::Object(object) = &value else {
            let text = lenient::scalar_text(&value);
            let text = text.ok_or_else(|| serde::de::Error::custom("a message is a text, or an object with one"))?;
            return Ok(Self { text, kind: None });
        };
        let text = lenient::first(object, &["Text", "text", "Message", "message"]).unwrap_or_default();
        let kind = object.get("Type").or_else(|| object.get("type")).and_then(MessageType::read);
        Ok(Self { text, kind })
    }
}

/// Of what kind a message is: a number on the wire, or its name.
///
/// 2 is an error and 1 an information (verified on 26.1.5950); what number a warning has isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageType {
    /// Nothing to be done about it.
    Information,
    /// It may need attention.
    Warning,
    /// The action failed.
    Error,
    /// Another number.
    Other(i64),
}

impl MessageType {
    const NAMES: [(Self, &'static str); 3] =
        [(Self::Information, "Information"), (Self::Warning, "Warning"), (Self::Error, "Error")];

    /// `None` if it is neither a number nor a known name.
    fn read(value: &Value) -> Option<Self> {
        let text = lenient::scalar_text(value)?;
        match text.trim().parse() {
            Ok(1) => Some(Self::Information),
            Ok(2) => Some(Self::Error),
            Ok(other) => Some(Self::Other(other)),
            Err(_) => {
                let known = Self::NAMES.iter().find(|(_, name)| name.eq_ignore_ascii_case(text.trim()));
                known.map(|(kind, _)| *kind)
            }
        }
    }
}

impl Serialize for MessageType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Information => serializer.serialize_i64(1),
            Self::Warning => serializer.serialize_str("Warning"),
            Self::Error => serializer.serialize_i64(2),
            Self::Other(number) => serializer.serialize_i64(*number),
        }
    }
}

/// Something that happened on a window.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Event {
    /// Its name: `windowopened`, `tabpageenabled`, `keygenerated`, `savesucceeded`, `dwcontentchanged`, `close`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    /// What comes with it.
    #[serde(default)]
    pub data: EventData,
}

impl Event {
    /// An event with pairs.
    pub fn new<V: Into<Value>>(name: impl Into<String>, pairs: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        let pairs = pairs.into_iter().map(|(key, value)| (key.to_owned(), value.into()));
        Self { name: name.into(), data: EventData(pairs.collect()) }
    }

    /// What a key has, whatever its case; a value without a key is whatever is asked for.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let pairs = &self.data.0;
        let named = pairs.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        named.or_else(|| pairs.iter().find(|(name, _)| name.is_empty())).map(|(_, value)| value)
    }

    /// The same as text.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(lenient::scalar_text)
    }

    /// Everything that a key has.
    pub fn texts<'a>(&'a self, key: &'a str) -> impl Iterator<Item = String> + 'a {
        let of_key = move |(name, _): &&(String, Value)| name.is_empty() || name.eq_ignore_ascii_case(key);
        self.data.0.iter().filter(of_key).filter_map(|(_, value)| lenient::scalar_text(value))
    }

    pub(super) fn generated_key(&self) -> Option<String> {
        let all = || self.data.0.iter().filter_map(|(_, value)| lenient::scalar_text(value)).filter(|v| !v.is_empty());
        let named = self.data.0.iter().find(|(name, _)| name.eq_ignore_ascii_case("generatedkey"));
        let named = named.and_then(|(_, value)| lenient::scalar_text(value)).filter(|value| !value.is_empty());
        let number = || all().find(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
        let only = || if all().count() == 1 { all().next() } else { None };
        named.or_else(number).or_else(only)
    }

    pub(super) fn map_said(&mut self, map: &dyn Fn(&str) -> String) {
        self.name = map(&self.name);
        for (key, value) in &mut self.data.0 {
            *key = map(key);
            if let Value::String(text) = value {
                *text = map(text);
            }
        }
    }
}

/// What comes with an event: pairs, in their order. Written as a list of `{"Key", "Value"}`; objects and scalars are read
/// too, a scalar as a value without a key.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct EventData(pub Vec<(String, Value)>);

impl Serialize for EventData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Pair<'a>(&'a (String, Value));
        impl Serialize for Pair<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut pair = serializer.serialize_map(Some(2))?;
                pair.serialize_entry("Key", &self.0.0)?;
                pair.serialize_entry("Value", &self.0.1)?;
                pair.end()
            }
        }
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        self.0.iter().try_for_each(|pair| list.serialize_element(&Pair(pair)))?;
        list.end()
    }
}

impl<'de> Deserialize<'de> for EventData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs = match Value::deserialize(deserializer)? {
            Value::Null => Vec::new(),
            Value::Array(items) => items.into_iter().map(pair).collect(),
            Value::Object(members) => members.into_iter().collect(),
            scalar => vec![(String::new(), scalar)],
        };
        Ok(Self(pairs))
    }
}

fn pair(item: Value) -> (String, Value) {
    let Value::Object(mut object) = item else { return (String::new(), item) };
    let key = lenient::first(&object, &["Key", "key"]);
    let value = object.remove("Value").or_else(|| object.remove("value"));
    match (key, value) {
        (None, None) => (String::new(), Value::Object(object)),
        (key, value) => (key.unwrap_or_default(), value.unwrap_or_default()),
    }
}

impl From<Vec<(String, Value)>> for EventData {
    fn from(pairs: Vec<(String, Value)>) -> Self {
        Self(pairs)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_in_every_documented_shape() {
        let read = |json: &str| serde_json::from_str::<WindowMessage>(json).unwrap();
        let text = "Enter a valid ID or leave ID blank.";
        assert_eq!(read(&format!(r#"{{"Text":"{text}","Type":2}}"#)), WindowMessage::error(text));
        assert_eq!(read(&format!(r#"{{"Text":"{text}","Type":"Error"}}"#)), WindowMessage::error(text));
        assert_eq!(read(r#"{"Text":"note","Type":1}"#), WindowMessage::information("note"));
        assert_eq!(read(r#""bare""#), WindowMessage { text: "bare".to_owned(), kind: None });
        assert_eq!(read(r#"{"Text":"w","Type":"Warning"}"#).kind, Some(MessageType::Warning));
        assert_eq!(read(r#"{"Text":"w","Type":0}"#).kind, Some(MessageType::Other(0)));
        assert_eq!(read(r#"{"Text":null}"#), WindowMessage::default());
        assert!(serde_json::from_str::<WindowMessage>("[1]").is_err());
        let written = serde_json::to_string(&WindowMessage::error("x")).unwrap();
        assert_eq!(written, r#"{"Text":"x","Type":2}"#);
    }

    #[test]
    fn an_event_is_written_as_a_list_of_pairs_and_read_again() {
        let event = Event::new("close", [("is_response", true)]);
        let written = serde_json::to_string(&event).unwrap();
        assert_eq!(written, r#"{"Name":"close","Data":[{"Key":"is_response","Value":true}]}"#);
        assert_eq!(serde_json::from_str::<Event>(&written).unwrap(), event);
    }

    #[test]
    fn events_without_data_are_events() {
        for json in [r#"{"Name":"close"}"#, r#"{"Name":"close","Data":null}"#, r#"{"Name":"close","Data":[]}"#] {
            assert_eq!(serde_json::from_str::<Event>(json).unwrap().data, EventData::default());
        }
    }
}
