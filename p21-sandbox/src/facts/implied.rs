//! Columns that nobody types: the numbers that database rows refer to each other by (`price_book_uid`), and the keys of
//! what a row lies below (`oe_line.order_no`). Without them nothing that windows write could be joined over OData.

use std::collections::{BTreeMap, BTreeSet};

use p21_model::InputError;
use p21_model::definition::ServiceDefinition;

use crate::facts::plan::{Service, Storage, split_column};
use crate::store::{StoreError, Writer};
use crate::window::{Row, Window};

/// By table: its columns.
pub(crate) type Columns = BTreeMap<String, BTreeSet<String>>;

/// What tables are joined by.
pub(crate) struct Tables {
    /// Columns that some definition or `facts/known.toml` names.
    all: Columns,
    /// Columns that no window has a field for.
    known: Columns,
}

/// Where numbers of rows start: far from those of the seed.
const FIRST: u64 = 1_000_001;

/// Columns that most tables of a company's records have.
const COMPANY: [&str; 2] = ["company_id", "company_no"];

/// The columns of all tables.
pub(crate) fn columns<'a>(services: impl Iterator<Item = &'a ServiceDefinition>) -> Result<Tables, InputError> {
    let known = super::known::known_columns()?;
    let mut all = known.clone();
    for field in services.flat_map(|service| &service.elements).flat_map(|element| &element.fields) {
        if let Some((table, column)) = field.db_column.as_deref().and_then(split_column) {
            all.entry(table).or_default().insert(column);
        }
    }
    Ok(Tables { all, known })
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

impl Window<'_> {
    /// Fills in the numbers of the master data that new rows name: `inv_mast_uid` of `inv_mast.item_id`.
    pub(crate) fn refer_to_master_data(&mut self) -> Result<(), StoreError> {
        for index in 0..self.rows.len() {
            let row = &self.rows[index];
            if !row.is_new() {
                continue;
            }
            for column in &self.service.storages[row.storage as usize].implied {
                let Some(table) = column.strip_suffix("_uid") else { continue };
                let found = master_uid(self, index, table, column)?;
                if let Some(found) = found {
                    self.rows[index].data.entry(column.clone()).or_insert(found);
                }
            }
        }
        Ok(())
    }
}

fn master_uid(window: &Window<'_>, row: usize, table: &str, column: &str) -> Result<Option<String>, StoreError> {
    let prefix = format!("{table}.");
    for (_, value) in window.rows[row].data.iter().filter(|(name, _)| name.starts_with(&prefix)) {
        if let Some(found) = window.store.master(table, value)?.and_then(|mut found| found.remove(column)) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Fills in a new row's own number, and what it has from the rows it lies below, which are there already.
pub(crate) fn assign(
    service: &Service,
    writer: &mut Writer<'_>,
    rows: &mut [Row],
    index: usize,
) -> Result<(), StoreError> {
    let of = &service.storages[rows[index].storage as usize];
    for column in &of.implied {
        if rows[index].data.contains_key(column) {
            continue;
        }
        let own = column.strip_suffix("_uid") == Some(of.table.as_str());
        let value = if own { Some(writer.next_number(column, FIRST)?.to_string()) } else { above(rows, index, column) };
        if let Some(value) = value {
            rows[index].data.insert(column.clone(), value);
        }
    }
    Ok(())
}

/// The value that the nearest row above has in a column.
fn above(rows: &[Row], index: usize, column: &str) -> Option<String> {
    let mut row = index;
    while row != 0 {
        row = rows[row].parent;
        if let Some(value) = rows[row].data.get(column) {
            return Some(value.clone());
        }
    }
    None
}
