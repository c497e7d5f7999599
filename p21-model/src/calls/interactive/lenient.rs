//! Reading what comes in several spellings.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Null, or nothing, as the default.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// A text; a number, `true` or `false` as it is written; null as the empty text.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(some_text(from)?.unwrap_or_default())
}

/// The same; `None` for null.
pub(super) fn some_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        scalar => scalar_text(&scalar).map(Some).ok_or_else(|| serde::de::Error::custom("a text is due here")),
    }
}

/// What a scalar says; `None` for null, lists and objects.
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The first of these members that says something.
pub(super) fn first(object: &serde_json::Map<String, Value>, members: &[&str]) -> Option<String> {
    members.iter().find_map(|member| scalar_text(object.get(*member)?).filter(|text| !text.is_empty()))
}
