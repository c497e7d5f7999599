//! Tables as rows, whatever window wrote them: what OData shows.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::facts::column::{MOMENTS, NUMBERS, moments, numbers};

use super::{Data, Store, StoreError, StoredRow, read_data};

/// Which rows of a table are wanted, in which order.
#[derive(Debug)]
pub(crate) struct Selection {
    /// The table: an identifier.
    pub(crate) table: String,
    /// The condition in SQL.
    pub(crate) condition: String,
    /// What its parameters are.
    pub(crate) parameters: Vec<Value>,
    /// `column collate x desc`; empty for the order of insertion.
    pub(crate) order: Vec<String>,
    /// The most rows; `None` for all.
    pub(crate) top: Option<u64>,
    /// The rows that are left out at the start.
    pub(crate) skip: u64,
}

/// Collations have to be known before a table whose index uses one is touched.
pub(super) fn add_collations(connection: &Connection) -> Result<(), StoreError> {
    connection.create_collation(NUMBERS, numbers)?;
    connection.create_collation(MOMENTS, moments)
}

impl Selection {
    /// The table stands in the SQL itself: an index of one table is used only then.
    fn from(&self) -> String {
        format!("from row where tbl = '{}' and ({})", self.table, self.condition)
    }

    fn sql(&self) -> String {
        let mut order = self.order.join(", ");
        if !order.is_empty() {
            order.push_str(", ");
        }
        let top = self.top.and_then(|top| i64::try_from(top).ok()).unwrap_or(-1);
        let skip = i64::try_from(self.skip).unwrap_or(i64::MAX);
        format!("select data {} order by {order}id limit {top} offset {skip}", self.from())
    }
}

impl Store {
    /// Adds indexes, each by name and definition, where they are not there yet.
    pub(crate) fn add_indexes(&mut self, indexes: &[(String, String)]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        // Without figures SQLite takes a table's every row to be as good a start as a key's few.
        transaction.execute_batch("analyze sqlite_schema")?;
        let figure = |index: &str, rows: &str| {
            transaction.execute("delete from sqlite_stat1 where idx = ?1", [index])?;
            transaction.execute("insert into sqlite_stat1 values ('row', ?1, ?2)", [index, rows])
        };
        figure("row_tbl", "1000000 50000")?;
        figure("row_record", "1000000 5")?;
        for (name, on) in indexes {
            transaction.execute_batch(&format!("create index if not exists \"{name}\" on {on}"))?;
            figure(name, "50000 2")?;
        }
        transaction.commit()?;
        self.connection.execute_batch("analyze sqlite_schema")
    }

    /// How many rows fulfil the condition, before any are left out.
    pub(crate) fn count(&self, selection: &Selection) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare(&format!("select count(*) {}", selection.from()))?;
        let count: i64 = statement.query_row(params_from_iter(&selection.parameters), |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// Hands out the rows one by one.
    pub(crate) fn select(&self, selection: &Selection, mut each: impl FnMut(Data)) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare(&selection.sql())?;
        let mut rows = statement.query(params_from_iter(&selection.parameters))?;
        while let Some(row) = rows.next()? {
            each(read_data(row, 0)?);
        }
        Ok(())
    }

    /// How many rows every table has.
    pub(crate) fn table_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("select tbl, count(*) from row group by tbl order by tbl")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
        rows.collect()
    }

    /// Stored rows of a table, in the order they were added.
    pub(crate) fn table_rows(&self, table: &str, top: u32, skip: u32) -> Result<Vec<StoredRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "select id, parent_id, tbl, element, position, data from row where tbl = ?1 order by id limit ?2 offset ?3",
        )?;
        let rows = statement.query_map((table, top, skip), |row| {
            Ok(StoredRow {
                id: row.get(0)?,
                parent: row.get(1)?,
                table: row.get(2)?,
                element: row.get(3)?,
                position: row.get(4)?,
                data: read_data(row, 5)?,
            })
        })?;
        rows.collect()
    }

    /// How SQLite goes about a selection.
    #[cfg(test)]
    pub(crate) fn explain(&self, selection: &Selection) -> String {
        let mut statement = self.connection.prepare(&format!("explain query plan {}", selection.sql())).unwrap();
        let rows = statement.query_map(params_from_iter(&selection.parameters), |row| row.get::<_, String>(3)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("\n")
    }
}
