//! Reading and writing objects member by member: what isn't known is kept, what comes twice is refused.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{DataElement, Edit, Others, Row, Spelling, SplitMethod, Transaction, TransactionSet};
use crate::wire::contract::{self, Class, edit, element, row, set, transaction};

/// An object of a payload.
trait Members: Default {
    /// What it is, for errors.
    const WHAT: &'static str;
    /// Its class, which has its members.
    const CLASS: &'static Class;

    /// Reads the value of a member of its class.
    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error>;

    fn others(&mut self) -> &mut Others;
}

enum Name {
    Known(usize),
    Other(String),
}

struct NameOf(&'static Class);

impl<'de> DeserializeSeed<'de> for NameOf {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for NameOf {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Name, E> {
        let known = self.0.children.iter().position(|(known, _)| *known == name);
        Ok(known.map_or_else(|| Name::Other(name.to_owned()), Name::Known))
    }
}

struct Object<T>(PhantomData<T>);

impl<'de, T: Members> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::WHAT)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut object = T::default();
        let mut seen = 0_u32;
        while let Some(name) = map.next_key_seed(NameOf(T::CLASS))? {
            match name {
                Name::Known(at) => {
                    let (name, _) = T::CLASS.children[at];
                    if seen & (1 << at) != 0 {
                        return Err(de::Error::duplicate_field(name));
                    }
                    seen |= 1 << at;
                    object.read(name, &mut map)?;
                }
                Name::Other(name) => {
                    let value = map.next_value()?;
                    if object.others().get(&name).is_some() {
                        return Err(de::Error::custom(format!("duplicate field `{}`", name.escape_debug())));
                    }
                    object.others().insert(name, value);
                }
            }
        }
        Ok(object)
    }
}

macro_rules! read_by_members {
    ($($type:ty),+) => {
        $(impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_map(Object(PhantomData))
            }
        })+
    };
}

read_by_members!(TransactionSet, Transaction, DataElement, Row, Edit);

impl Members for TransactionSet {
    const WHAT: &'static str = "a set of transactions";
    const CLASS: &'static Class = &contract::SET;

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            set::NAME => self.name = map.next_value()?,
            set::USE_CODE_VALUES => self.use_code_values = map.next_value()?,
            set::IGNORE_DISABLED => self.ignore_disabled = map.next_value()?,
            set::DESCRIPTION => self.description = map.next_value()?,
            set::FIELD_MAP => self.field_map = list(map)?,
            set::PARAMETERS => self.parameters = map.next_value()?,
            set::QUERY => self.query = map.next_value()?,
            set::TRANSACTION_SPLIT_METHOD => self.transaction_split_method = map.next_value()?,
            set::TRANSACTIONS => self.transactions = list(map)?,
            _ => drop(map.next_value::<de::IgnoredAny>()?),
        }
        Ok(())
    }

    fn others(&mut self) -> &mut Others {
        &mut self.others
    }
}

impl Members for Transaction {
    const WHAT: &'static str = "a transaction";
    const CLASS: &'static Class = &contract::TRANSACTION;

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            transaction::STATUS => (self.status, self.spelling) = member(map, &["New"])?,
            transaction::DATA_ELEMENTS => self.data_elements = list(map)?,
            transaction::DOCUMENTS => self.documents = list(map)?,
            _ => drop(map.next_value::<de::IgnoredAny>()?),
        }
        Ok(())
    }

    fn others(&mut self) -> &mut Others {
        &mut self.others
    }
}

impl Members for DataElement {
    const WHAT: &'static str = "an element";
    const CLASS: &'static Class = &contract::ELEMENT;

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            element::NAME => self.name = map.next_value()?,
            element::TYPE => (self.kind, self.spelling) = member(map, &["Form", "List"])?,
            element::KEYS => self.keys = list(map)?,
            element::ROWS => self.rows = list(map)?,
            element::BUSINESS_OBJECT_NAME => self.business_object_name = map.next_value()?,
            _ => drop(map.next_value::<de::IgnoredAny>()?),
        }
        Ok(())
    }

    fn others(&mut self) -> &mut Others {
        &mut self.others
    }
}

impl Members for Row {
    const WHAT: &'static str = "a row";
    const CLASS: &'static Class = &contract::ROW;

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            row::EDITS => self.edits = list(map)?,
            row::RELATIVE_DATE_EDITS => self.relative_date_edits = list(map)?,
            _ => drop(map.next_value::<de::IgnoredAny>()?),
        }
        Ok(())
    }

    fn others(&mut self) -> &mut Others {
        &mut self.others
    }
}

impl Members for Edit {
    const WHAT: &'static str = "an edit";
    const CLASS: &'static Class = &contract::EDIT;

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            edit::NAME => self.name = map.next_value()?,
            edit::VALUE => (self.value, self.spelling) = member(map, &[])?,
            edit::IGNORE_IF_EMPTY => self.ignore_if_empty = map.next_value()?,
            _ => drop(map.next_value::<de::IgnoredAny>()?),
        }
        Ok(())
    }

    fn others(&mut self) -> &mut Others {
        &mut self.others
    }
}

/// A list; null is an empty one.
fn list<'de, A: MapAccess<'de>, T: Deserialize<'de>>(map: &mut A) -> Result<Vec<T>, A::Error> {
    Ok(map.next_value::<Option<Vec<T>>>()?.unwrap_or_default())
}

/// A text, and how it was spelt. Values are strings; older samples send bare numbers, and answers hold nulls. Report
/// payloads and templates spell enums as integers, by their place in `names`.
fn member<'de, A: MapAccess<'de>>(map: &mut A, names: &[&str]) -> Result<(String, Spelling), A::Error> {
    let value = map.next_value::<Value>()?;
    let named = value.as_u64().and_then(|number| names.get(usize::try_from(number).ok()?));
    named.map_or_else(|| scalar(value), |name| Ok(((*name).to_owned(), Spelling::Bare)))
}

fn scalar<E: de::Error>(value: Value) -> Result<(String, Spelling), E> {
    match value {
        Value::Null => Ok((String::new(), Spelling::Null)),
        Value::String(text) => Ok((text, Spelling::Text)),
        Value::Bool(_) | Value::Number(_) => Ok((value.to_string(), Spelling::Bare)),
        Value::Array(_) => Err(E::custom("an array where a value is due")),
        Value::Object(_) => Err(E::custom("an object where a value is due")),
    }
}

/// The JSON of a text, spelt as it was.
fn spelt(text: &str, spelling: Spelling, names: &[&str]) -> Value {
    let as_text = || Value::String(text.to_owned());
    match spelling {
        Spelling::Null if text.is_empty() => Value::Null,
        Spelling::Bare => match names.iter().position(|name| *name == text) {
            Some(number) => number.into(),
            None => match serde_json::from_str(text) {
                Ok(bare @ (Value::Bool(_) | Value::Number(_))) => bare,
                _ => as_text(),
            },
        },
        Spelling::Text | Spelling::Null => as_text(),
    }
}

impl Serialize for TransactionSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(set::NAME, &self.name)?;
        map.serialize_entry(set::USE_CODE_VALUES, &self.use_code_values)?;
        map.serialize_entry(set::IGNORE_DISABLED, &self.ignore_disabled)?;
        optional(&mut map, set::DESCRIPTION, self.description.as_ref())?;
        optional(&mut map, set::FIELD_MAP, Some(&self.field_map).filter(|list| !list.is_empty()))?;
        optional(&mut map, set::PARAMETERS, self.parameters.as_ref())?;
        optional(&mut map, set::QUERY, self.query.as_ref())?;
        optional(&mut map, set::TRANSACTION_SPLIT_METHOD, self.transaction_split_method.as_ref())?;
        map.serialize_entry(set::TRANSACTIONS, &self.transactions)?;
        others(map, &self.others)
    }
}

impl Serialize for Transaction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        text(&mut map, transaction::STATUS, &self.status, self.spelling, &["New"])?;
        map.serialize_entry(transaction::DATA_ELEMENTS, &self.data_elements)?;
        optional(&mut map, transaction::DOCUMENTS, Some(&self.documents).filter(|list| !list.is_empty()))?;
        others(map, &self.others)
    }
}

impl Serialize for DataElement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(element::NAME, &self.name)?;
        if !self.kind.is_empty() {
            text(&mut map, element::TYPE, &self.kind, self.spelling, &["Form", "List"])?;
        }
        map.serialize_entry(element::KEYS, &self.keys)?;
        map.serialize_entry(element::ROWS, &self.rows)?;
        optional(&mut map, element::BUSINESS_OBJECT_NAME, self.business_object_name.as_ref())?;
        others(map, &self.others)
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(row::EDITS, &self.edits)?;
        map.serialize_entry(row::RELATIVE_DATE_EDITS, &self.relative_date_edits)?;
        others(map, &self.others)
    }
}

impl Serialize for Edit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(edit::NAME, &self.name)?;
        text(&mut map, edit::VALUE, &self.value, self.spelling, &[])?;
        optional(&mut map, edit::IGNORE_IF_EMPTY, Some(&true).filter(|_| self.ignore_if_empty))?;
        others(map, &self.others)
    }
}

fn text<M: SerializeMap>(
    map: &mut M,
    name: &str,
    text: &str,
    spelling: Spelling,
    names: &[&str],
) -> Result<(), M::Error> {
    match spelling {
        Spelling::Text => map.serialize_entry(name, text),
        _ => map.serialize_entry(name, &spelt(text, spelling, names)),
    }
}

fn optional<M: SerializeMap>(map: &mut M, name: &str, value: Option<&impl Serialize>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

fn others<M: SerializeMap>(mut map: M, others: &Others) -> Result<M::Ok, M::Error> {
    for (name, value) in others.iter() {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

impl Serialize for SplitMethod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_i64(*number),
            named => serializer.serialize_str(&named.name()),
        }
    }
}

impl<'de> Deserialize<'de> for SplitMethod {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Number(number) => {
                number.as_i64().map(Self::Number).ok_or_else(|| de::Error::custom("a number that is no integer"))
            }
            other => Ok(match scalar(other)?.0 {
                text if text == "Standard" => Self::Standard,
                text if text == "NoSplit" => Self::NoSplit,
                text => Self::Other(text),
            }),
        }
    }
}

impl Others {
    /// A member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Adds a member, or replaces it.
    pub fn insert(&mut self, name: impl Into<String>, value: Value) {
        self.0.get_or_insert_with(Box::default).insert(name.into(), value);
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter().flat_map(|members| Map::iter(members))
    }

    /// All of them, if there are any.
    pub(crate) fn members(&self) -> Option<&Map<String, Value>> {
        self.0.as_deref()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|members| members.is_empty())
    }
}

impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
