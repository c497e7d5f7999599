//! Columns that nobody types: the numbers that database rows refer to each other by (`price_book_uid`), and the keys of
//! what a row lies below (`oe_line.order_no`). Without them nothing that windows write could be joined over OData.

use std::collections::{BTreeMap, BTreeSet};

use p21_model::InputError;
use p21_model::definition::ServiceDefinition;

use crate::facts::plan::{Storage, split_column};

/// By table: its columns.
pub(crate) type Columns = BTreeMap<String, BTreeSet<String>>;

/// What tables are joined by.
pub(crate) struct Tables {
    /// Columns that some definition or `facts/known.toml` names.
    all: Columns,
    /// Columns that no window has a field for.
    known: Columns,
    /// Tables whose rows lie below those of another, which have the key that people type.
    below: BTreeMap<String, String>,
}

/// A database table, and the one whose records go by the key that people type: mostly itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keyed {
    pub(crate) table: String,
    pub(crate) by: String,
}

impl Tables {
    /// How rows of a table are found.
    pub(crate) fn keyed(&self, table: &str) -> Keyed {
        let by = self.below.get(table).map_or(table, String::as_str);
        Keyed { table: table.to_owned(), by: by.to_owned() }
    }
}

/// Columns that most tables of a company's records have.
const COMPANY: [&str; 2] = ["company_id", "company_no"];

/// The columns of all tables.
pub(crate) fn columns<'a>(services: impl Iterator<Item = &'a ServiceDefinition>) -> Result<Tables, InputError> {
    let (known, below) = super::known::read()?;
    let mut all = known.clone();
    for field in services.flat_map(|service| &service.elements).flat_map(|element| &element.fields) {
        if let Some((table, column)) = field.db_column.as_deref().and_then(split_column) {
            all.entry(table).or_default().insert(column);
        }
    }
    Ok(Tables { all, known, below })
}

/// Notes which columns are implied in each storage of a service. The first one is the record's own row.
pub(crate) fn plan(storages: &mut [Storage], key_columns: &[&str], tables: &Tables) {
    for storage in storages {
        let of = |columns: &Columns| columns.get(&storage.table).cloned().unwrap_or_default();
        let mut implied: BTreeSet<String> =
            of(&tables.known).into_iter().filter(|column| column.ends_with("_uid")).collect();
        if storage.parent.is_some() {
            let all = of(&tables.all);
            let inherited = key_columns.iter().chain(&COMPANY).filter(|column| all.contains(**column));
            implied.extend(inherited.map(|column| (*column).to_owned()));
        }
        storage.implied = implied.into_iter().collect();
    }
}
