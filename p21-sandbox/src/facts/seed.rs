//! The master data of a fresh sandbox, read from `seed.toml`, which describes its own format.

use std::collections::BTreeMap;

use p21_model::InputError;
use serde::Deserialize;

use super::config::Config;

/// The file, as it was when the sandbox was built.
const EMBEDDED: &str = include_str!("seed.toml");

/// Between the parts of a key: no key holds it.
pub(crate) const KEY_SEPARATOR: &str = "\u{1f}";

/// The master data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seed {
    #[serde(rename = "table", default)]
    pub(crate) tables: Vec<Table>,
    #[serde(rename = "display", default)]
    pub(crate) displays: Vec<Display>,
    #[serde(rename = "record", default)]
    pub(crate) records: Vec<Record>,
}

/// Rows of a database table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) name: String,
    key: Vec<String>,
    pub(crate) below: Option<Below>,
    pub(crate) rows: Vec<BTreeMap<String, String>>,
}

/// The rows belong to rows of another table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Below {
    pub(crate) table: String,
    pub(crate) by: String,
}

/// A field that shows a column of master data.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Display {
    pub(crate) field: String,
    pub(crate) keys: Vec<String>,
    pub(crate) table: String,
    pub(crate) column: String,
}

/// A record of a service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    pub(crate) service: String,
    /// The header's row, then rows below it.
    pub(crate) rows: Vec<ElementRow>,
}

/// A row of an element: fields and what is typed into them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ElementRow {
    pub(crate) element: String,
    pub(crate) fields: BTreeMap<String, String>,
}

impl Seed {
    /// What a sandbox starts with: the seed that is built in, unless it is not wanted, and what a tester adds.
    pub(crate) fn of(config: &Config) -> Result<Self, InputError> {
        let mut seed = Self::embedded()?;
        if !config.seed {
            // What windows show of master data stays as it is.
            seed.tables.clear();
            seed.records.clear();
        }
        config.master_data.add_to(&mut seed, &config.company)?;
        Ok(seed)
    }

    /// Whether there is nothing to store.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.records.is_empty()
    }

    /// The seed that is built in.
    pub(crate) fn embedded() -> Result<Self, InputError> {
        toml::from_str(EMBEDDED).map_err(|error| InputError::new("seed.toml", error.to_string()))
    }
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(name: &str, key: &[&str], below: Option<(&str, &str)>) -> Self {
        Self {
            name: name.to_owned(),
            key: key.iter().map(|column| (*column).to_owned()).collect(),
            below: below.map(|(table, by)| Below { table: table.to_owned(), by: by.to_owned() }),
            rows: Vec::new(),
        }
    }

    /// The key of a row.
    pub(crate) fn key_of(&self, row: &BTreeMap<String, String>) -> String {
        let parts: Vec<&str> = self.key.iter().map(|column| row.get(column).map_or("", String::as_str)).collect();
        parts.join(KEY_SEPARATOR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_seed_has_a_key_of_its_own() {
        let seed = Seed::embedded().unwrap();
        for table in &seed.tables {
            let mut keys: Vec<String> = table.rows.iter().map(|row| table.key_of(row)).collect();
            assert!(keys.iter().all(|key| key.split(KEY_SEPARATOR).all(|part| !part.is_empty())), "{}", table.name);
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), table.rows.len(), "{}", table.name);
        }
    }
}
