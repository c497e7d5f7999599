//! OData over the records' tables: `/odataservice/odata/table/{name}` and `/view/{name}`.

mod access;
mod answer;
mod condition;
mod filter;
mod model;
mod query;
mod refusal;
mod routes;
mod token;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::serve::engine::Engine;
use crate::store::{NewRow, Store, StoreError};
pub(crate) use model::Exposed;
use model::{Model, Table};
use query::Query;

use crate::facts::column::ColumnType;
pub(crate) use routes::routes;

/// The service: its tables and views.
pub(crate) struct Service {
    model: Model,
    /// The names of the indexes that are there.
    indexed: Mutex<HashSet<String>>,
}

/// A table to be created while the sandbox runs.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NewTable {
    /// Its name: letters, digits, underscores.
    pub name: String,
    /// Its columns and their types.
    pub columns: BTreeMap<String, ColumnType>,
    /// Its rows, column by column.
    #[serde(default)]
    pub rows: Vec<BTreeMap<String, String>>,
}

impl NewTable {
    /// A table without columns.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// With a column.
    #[must_use]
    pub fn column(mut self, name: impl Into<String>, kind: ColumnType) -> Self {
        self.columns.insert(name.into(), kind);
        self
    }

    /// With a row: columns and their values.
    #[must_use]
    pub fn row<C: Into<String>, V: Into<String>>(mut self, row: impl IntoIterator<Item = (C, V)>) -> Self {
        self.rows.push(row.into_iter().map(|(column, value)| (column.into(), value.into())).collect());
        self
    }
}

impl Service {
    /// The tables of services.
    pub(crate) fn new(exposed: &Exposed) -> Self {
        Self { model: Model::of(exposed), indexed: Mutex::default() }
    }

    /// Adds the indexes that a query wants, once: sandboxes without such queries don't pay for them on every write.
    fn prepare(&self, store: &mut Store, query: &Query) -> Result<(), StoreError> {
        let mut indexed = self.indexed.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: Vec<_> = query.indexes.iter().filter(|(name, _)| !indexed.contains(name)).cloned().collect();
        if !missing.is_empty() {
            store.add_indexes(&missing)?;
            indexed.extend(missing.into_iter().map(|(name, _)| name));
        }
        Ok(())
    }

    /// Creates a table with rows. As on P21 it is missing until the service is refreshed.
    ///
    /// # Errors
    /// What is wrong with the name or a column, or SQLite's own failure.
    pub(crate) fn create(&self, engine: &Engine, table: NewTable) -> Result<(), CreateTableError> {
        let NewTable { name, columns, rows } = table;
        let name = name.to_ascii_lowercase();
        for part in std::iter::once(&name).chain(columns.keys()) {
            if !model::is_identifier(part) {
                return Err(CreateTableError::Refused(format!(
                    "`{}` is no name for a table or column",
                    part.escape_debug()
                )));
            }
        }
        let unknown = rows.iter().flat_map(BTreeMap::keys).find(|column| !columns.contains_key(*column));
        if let Some(column) = unknown {
            return Err(CreateTableError::Refused(format!(
                "a row has a column `{}` that the table has not",
                column.escape_debug()
            )));
        }
        if !self.model.create(Table::with_columns(&name, columns)) {
            return Err(CreateTableError::Refused(format!("there is a table `{name}` already")));
        }
        let stored = Self::store_rows(engine, &name, &rows);
        if stored.is_err() {
            self.model.forget(&name);
        }
        Ok(stored?)
    }

    fn store_rows(engine: &Engine, name: &str, rows: &[BTreeMap<String, String>]) -> Result<(), StoreError> {
        let mut store = engine.store();
        let mut writer = store.write()?;
        let service = format!("@{name}");
        for (number, data) in rows.iter().enumerate() {
            let key = number.to_string();
            let record = writer.insert_record(&service, name, &key, &key)?;
            writer.insert_row(&NewRow { record, table: name, element: "", parent: None, position: 0, data })?;
        }
        writer.commit()
    }

    /// Takes back the tables that were created.
    pub(crate) fn reset(&self) {
        self.model.forget_created();
    }

    /// What *Refresh OData API service* does on P21's administration page; how many tables are new.
    pub(crate) fn refresh(&self) -> usize {
        self.model.refresh()
    }
}

/// A table can't be created.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum CreateTableError {
    /// A name that is none, a row that does not fit, a table that is there already.
    #[error("{0}")]
    Refused(String),
    /// The rows can't be stored.
    #[error("the rows can't be stored: {0}")]
    Store(String),
}

p21_model::debug_is_its_line!(CreateTableError);

impl From<StoreError> for CreateTableError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}
