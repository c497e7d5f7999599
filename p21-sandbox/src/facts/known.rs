//! What is known of database tables beyond the columns that definitions name.

use std::collections::BTreeMap;

use p21_model::InputError;
use serde::Deserialize;

use super::column::ColumnType;
use crate::facts::implied::Columns;

/// The file, as it was when the sandbox was built.
const KNOWN: &str = include_str!("known.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    pub(crate) table: Vec<KnownTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnownTable {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) columns: BTreeMap<String, ColumnType>,
    /// The table whose rows its own lie below.
    below: Option<String>,
    #[serde(default)]
    pub(crate) without: Vec<String>,
}

impl Known {
    /// Reads the file that is built in.
    pub(crate) fn read() -> Result<Self, InputError> {
        toml::from_str(KNOWN).map_err(|error| InputError::new("facts/known.toml", error.to_string()))
    }
}

/// The columns of every table that is known beyond definitions, and the tables that lie below others.
pub(crate) fn read() -> Result<(Columns, BTreeMap<String, String>), InputError> {
    let (mut columns, mut below) = (Columns::new(), BTreeMap::new());
    for table in Known::read()?.table {
        below.extend(table.below.map(|of| (table.name.clone(), of)));
        columns.insert(table.name, table.columns.into_keys().collect());
    }
    Ok((columns, below))
}
