//! Records in SQLite: in memory, or in a file.
//!
//! A record is one window's data. Its rows are JSON objects keyed by database column, each with the database table it
//! belongs to, so that a table can be shown as rows whatever window wrote them. Values are stored as the database has
//! them: switches as `Y` and `N`, labels as their code where it is known.

mod find;
pub(crate) mod identity;
pub(crate) mod seeded;
mod table;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use crate::facts::error::StartError;
use crate::facts::seed::Seed;

pub(crate) use table::Selection;
pub(crate) use write::{NewRow, Writer};

/// A row's values by database column.
pub(crate) type Data = BTreeMap<String, String>;

/// SQLite's own failure: a full disk, a file that another process holds.
pub(crate) type StoreError = rusqlite::Error;

/// `P21S`: tells the sandbox's files from others.
const APPLICATION_ID: i64 = 0x5032_3153;

/// The layout below. A file with another one is refused, never converted.
const LAYOUT: i64 = 1;

const SCHEMA: &str = "
create table record (
    id integer primary key,
    service text not null,
    tbl text not null,
    key text not null,
    lookup text not null
);
create unique index record_key on record (service, key);
create index record_lookup on record (tbl, lookup);
create table row (
    id integer primary key,
    record_id integer not null references record (id),
    tbl text not null,
    element text not null,
    parent_id integer,
    position integer not null,
    data text not null
);
create index row_record on row (record_id);
create index row_tbl on row (tbl);
create table counter (name text primary key, next integer not null) without rowid;
";

/// A row of the seed that is stored.
struct Filled<'a> {
    record: i64,
    row: i64,
    parent: Option<i64>,
    data: &'a Data,
}

/// The records of a sandbox.
pub(crate) struct Store {
    connection: Connection,
}

/// What a new store is filled with.
pub(crate) type Fill<'a> = &'a dyn Fn(&mut Writer<'_>) -> Result<(), StoreError>;

/// A row as it is stored.
pub(crate) struct StoredRow {
    pub(crate) id: i64,
    pub(crate) parent: Option<i64>,
    pub(crate) table: String,
    pub(crate) element: String,
    pub(crate) position: i64,
    pub(crate) data: Data,
}

impl Store {
    /// Opens a file, or memory, and fills it if it is new.
    pub(crate) fn open(path: Option<&Path>, fill: Option<Fill<'_>>) -> Result<Self, StartError> {
        let shown = path.map_or_else(|| "memory".to_owned(), |path| path.display().to_string());
        let wrong = |problem: String| StartError::Data { path: shown.clone(), problem };
        let connection = match path {
            Some(path) => Connection::open(path),
            None => Connection::open_in_memory(),
        };
        let connection = connection.map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::CannotOpen) => {
                wrong("can't be opened or made: it has to be a file, in a folder that is there".to_owned())
            }
            _ => wrong(error.to_string()),
        })?;
        let foreign = || wrong("this is no data file of this sandbox; name another file".to_owned());
        let mut store = Self { connection };
        store.set_up(path.is_some(), fill).map_err(|error| match error {
            SetUpError::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => foreign(),
            SetUpError::Sqlite(error) => wrong(error.to_string()),
            SetUpError::Foreign => foreign(),
        })?;
        Ok(store)
    }

    fn set_up(&mut self, is_file: bool, fill: Option<Fill<'_>>) -> Result<(), SetUpError> {
        let connection = &mut self.connection;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(64);
        table::add_collations(connection)?;
        let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let layout: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let tables: i64 = connection.query_row("select count(*) from sqlite_master", [], |row| row.get(0))?;
        if tables > 0 && (id, layout) != (APPLICATION_ID, LAYOUT) {
            return Err(SetUpError::Foreign);
        }
        let journal = if is_file { "wal" } else { "memory" };
        connection.pragma_update_and_check(None, "journal_mode", journal, |_| Ok(()))?;
        // In this mode a commit survives whatever happens to the process, and none is ever half there; the machine's
        // own end may take the last ones.
        connection.pragma_update(None, "synchronous", "normal")?;
        if tables == 0 {
            // Tables, marks and seed are one write: a store that has tables has all of it.
            let mut writer = self.write()?;
            writer.lay_out(SCHEMA, APPLICATION_ID, LAYOUT)?;
            if let Some(fill) = fill {
                fill(&mut writer)?;
            }
            writer.commit()?;
        }
        self.connection.execute_batch(find::INDEXES)?;
        Ok(())
    }

    /// Every record goes, and what a new store is filled with comes back.
    pub(crate) fn reset(&mut self, fill: Option<Fill<'_>>) -> Result<(), StoreError> {
        let mut writer = self.write()?;
        writer.delete_all()?;
        if let Some(fill) = fill {
            fill(&mut writer)?;
        }
        writer.commit()
    }

    /// Master data is records of their own, one a row, or rows of such a record.
    fn add_seed(writer: &mut Writer<'_>, seed: &Seed) -> Result<(), StoreError> {
        let mut filled: BTreeMap<&str, Vec<Filled<'_>>> = BTreeMap::new();
        for table in &seed.tables {
            let mut rows: Vec<Filled<'_>> = Vec::new();
            for data in &table.rows {
                let parent = table.below.as_ref().and_then(|below| {
                    let wanted = data.get(&below.by)?;
                    filled.get(&*below.table)?.iter().find(|row| row.data.get(&below.by) == Some(wanted))
                });
                let record = match parent {
                    Some(parent) => parent.record,
                    None => {
                        let key = table.key_of(data);
                        writer.insert_record(&seed_service(&table.name), &table.name, &key, &key)?
                    }
                };
                let parent = parent.map(|parent| parent.row);
                let siblings = rows.iter().filter(|row| row.parent.is_some() && row.parent == parent).count();
                let (table, position) = (&*table.name, siblings as i64);
                let row = writer.insert_row(&NewRow { record, table, element: "", parent, position, data })?;
                rows.push(Filled { record, row, parent, data });
            }
            filled.insert(&table.name, rows);
        }
        Ok(())
    }

    /// The record of a service with that identity.
    pub(crate) fn find(&self, service: &str, key: &str) -> Result<Option<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached("select id from record where service = ?1 and key = ?2")?;
        statement.query_row(params![service, key], |row| row.get(0)).optional()
    }

    /// The records of a service whose last key has that value, the newest first. Few share one.
    pub(crate) fn find_by_lookup(&self, service: &str, table: &str, lookup: &str) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "select id from record where tbl = ?1 and lookup = ?2 and service = ?3 order by id desc limit 1000",
        )?;
        statement.query_map(params![table, lookup, service], |row| row.get(0))?.collect()
    }

    /// Every row of a record, parents before children, in the order they were added.
    pub(crate) fn rows(&self, record: i64) -> Result<Vec<StoredRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "select id, parent_id, tbl, element, position, data from row where record_id = ?1 order by id",
        )?;
        statement.query_map([record], stored_row)?.collect()
    }

    /// The record's own row.
    pub(crate) fn header(&self, record: i64) -> Result<Option<Data>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("select data from row where record_id = ?1 and parent_id is null order by id limit 1")?;
        statement.query_row([record], |row| read_data(row, 0)).optional()
    }

    /// A row of master data by its key, whichever window or seed put it there.
    pub(crate) fn master(&self, table: &str, key: &str) -> Result<Option<Data>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "select row.data from record join row on row.record_id = record.id \
             where record.tbl = ?1 and record.lookup = ?2 and row.parent_id is null order by record.id limit 1",
        )?;
        statement.query_row(params![table, key], |row| read_data(row, 0)).optional()
    }

    /// Every row of a table of master data; these are small.
    pub(crate) fn table(&self, table: &str) -> Result<Vec<Data>, StoreError> {
        Ok(self.headers_of(table, 10_000, |_| true)?.into_iter().map(|(_, data)| data).collect())
    }

    /// The record that such a row belongs to.
    pub(crate) fn master_record(&self, table: &str, key: &str) -> Result<Option<i64>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("select id from record where tbl = ?1 and lookup = ?2 order by id limit 1")?;
        statement.query_row(params![table, key], |row| row.get(0)).optional()
    }

    /// An item's row at a location, which hangs below the item.
    pub(crate) fn stock(&self, item: &str, location: &str) -> Result<Option<StoredRow>, StoreError> {
        let Some(record) = self.master_record("inv_mast", item)? else { return Ok(None) };
        let here = |row: &StoredRow| row.data.get("location_id").is_some_and(|id| id.trim() == location.trim());
        Ok(self.rows_of_table(record, "inv_loc")?.into_iter().find(here))
    }

    /// The next number of a counter, for good: a save that is refused later leaves a gap.
    pub(crate) fn take_number(&mut self, name: &str, start: u64) -> Result<u64, StoreError> {
        let mut writer = self.write()?;
        let number = writer.next_number(name, start)?;
        writer.commit()?;
        Ok(number)
    }

    /// A number that was stored by its name.
    fn number(&self, name: &str) -> Result<Option<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached("select next from counter where name = ?1")?;
        statement.query_row([name], |row| row.get(0)).optional()
    }

    /// Lets the records go: whoever comes later finds no table, and writes nothing.
    pub(crate) fn close(&mut self) -> Result<(), StoreError> {
        self.connection = Connection::open_in_memory()?;
        Ok(())
    }

    /// Starts writing: all of it happens, or nothing.
    pub(crate) fn write(&mut self) -> Result<Writer<'_>, StoreError> {
        Writer::new(&mut self.connection)
    }
}

/// The name that records of the seed have in place of a service's: no service has one like it.
pub(crate) fn seed_service(table: &str) -> String {
    format!("@{table}")
}

fn stored_row(row: &rusqlite::Row<'_>) -> Result<StoredRow, StoreError> {
    Ok(StoredRow {
        id: row.get(0)?,
        parent: row.get(1)?,
        table: row.get(2)?,
        element: row.get(3)?,
        position: row.get(4)?,
        data: read_data(row, 5)?,
    })
}

fn read_data(row: &rusqlite::Row<'_>, index: usize) -> Result<Data, StoreError> {
    let text = row.get_ref(index)?.as_str()?;
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Text, Box::new(error)))
}

enum SetUpError {
    Sqlite(StoreError),
    Foreign,
}

impl From<StoreError> for SetUpError {
    fn from(error: StoreError) -> Self {
        Self::Sqlite(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_is_closed_writes_nothing_and_its_file_is_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p21.sqlite");
        let mut store = Store::open(Some(&path), None).unwrap();
        store.take_number("order", 1).unwrap();
        store.close().unwrap();
        assert!(store.take_number("order", 1).is_err());
        assert!(store.find("Order", "1").is_err());
        assert!(!folder.path().join("p21.sqlite-wal").exists(), "the file is whole by itself");
        assert_eq!(Store::open(Some(&path), None).unwrap().take_number("order", 1).unwrap(), 2);
    }

    #[test]
    fn a_file_is_written_ahead_and_synced_at_checkpoints() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Some(&folder.path().join("p21.sqlite")), None).unwrap();
        let pragma = |name| store.connection.pragma_query_value(None, name, |row| row.get::<_, String>(0));
        assert_eq!(pragma("journal_mode").unwrap(), "wal");
        let synchronous: i64 = store.connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        assert_eq!(synchronous, 1, "normal: a killed process loses nothing");
    }
}
