//! A map as it stands in its file.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use toml::Spanned;

/// A text and where it stands.
pub(super) type At = Spanned<String>;

/// The file.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) service: Option<At>,
    /// The door that records take.
    #[serde(default)]
    pub(super) door: DoorName,
    /// Whether records are new ones.
    #[serde(default)]
    pub(super) records: Records,
    /// What tells what became of a write whose answer was lost.
    pub(super) settle: Spanned<Settle>,
    /// What finds a new record: fields of the form that holds the key.
    #[serde(default)]
    pub(super) find: Vec<At>,
    /// Columns that tell a row from every other one.
    #[serde(default)]
    pub(super) idempotency: Vec<At>,
    /// Columns that nothing reads.
    #[serde(default)]
    pub(super) ignore: Vec<At>,
    /// The fields that tell the rows of an element apart, instead of the definition's own.
    #[serde(default)]
    pub(super) keys: BTreeMap<At, Vec<At>>,
    /// Elements, their fields, and where their values come from.
    #[serde(default)]
    pub(super) element: BTreeMap<At, BTreeMap<At, Spanned<From>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DoorName {
    #[default]
    Transactions,
    Windows,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Records {
    /// Everything that a new record needs has to be there.
    #[default]
    New,
    /// They are there, and some of their fields change.
    Existing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Settle {
    Key,
    Find,
    Nothing,
}

/// Where a value comes from: `"column"`, or `{ column = "..", required = true, at_least = 0 }`, or `{ value = ".." }`, the same
/// in each record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum From {
    Column(Column),
    Value(String),
}

/// A column, and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// An input may lack it.
    pub(crate) optional: bool,
    /// It is never empty.
    pub(crate) required: bool,
    /// What its numbers are at least.
    pub(crate) at_least: Option<i64>,
}

impl<'de> Deserialize<'de> for From {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = From;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a column, or `{ value = \"..\" }`")
    }

    fn visit_str<E: de::Error>(self, column: &str) -> Result<From, E> {
        Ok(From::Column(Column { name: column.to_owned(), ..Column::default() }))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<From, A::Error> {
        let (mut value, mut name, mut column) = (None, None, Column::default());
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "value" => value = Some(map.next_value()?),
                "column" => name = Some(map.next_value()?),
                "optional" => column.optional = map.next_value()?,
                "required" => column.required = map.next_value()?,
                "at_least" => column.at_least = Some(map.next_value()?),
                _ => return Err(wanted()),
            }
        }
        match (value, name) {
            (Some(value), None) if column == Column::default() => Ok(From::Value(value)),
            (None, Some(name)) => Ok(From::Column(Column { name, ..column })),
            _ => Err(wanted()),
        }
    }
}

fn wanted<E: de::Error>() -> E {
    E::custom(
        "expected `{ value = \"..\" }`, or `{ column = \"..\" }` with `required = true`, `optional = true` or `at_least = 0`",
    )
}
