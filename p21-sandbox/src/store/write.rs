//! Writing records: everything a transaction stores goes through one [`Writer`].

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{Data, StoreError};

/// A write in progress; dropped without [`Writer::commit`] it leaves nothing.
pub(crate) struct Writer<'a> {
    transaction: Transaction<'a>,
}

/// A row that is not stored yet.
pub(crate) struct NewRow<'a> {
    pub(crate) record: i64,
    pub(crate) table: &'a str,
    pub(crate) element: &'a str,
    pub(crate) parent: Option<i64>,
    pub(crate) position: i64,
    pub(crate) data: &'a Data,
}

impl<'a> Writer<'a> {
    pub(super) fn new(connection: &'a mut Connection) -> Result<Self, StoreError> {
        Ok(Self { transaction: connection.transaction_with_behavior(TransactionBehavior::Immediate)? })
    }

    /// Makes the tables of a new store, and the marks by which it is known again.
    pub(super) fn lay_out(&mut self, schema: &str, application: i64, layout: i64) -> Result<(), StoreError> {
        self.transaction.execute_batch(schema)?;
        self.transaction.pragma_update(None, "application_id", application)?;
        self.transaction.pragma_update(None, "user_version", layout)
    }

    /// The next number of a counter that starts at `start`.
    pub(crate) fn next_number(&mut self, name: &str, start: u64) -> Result<u64, StoreError> {
        let start = i64::try_from(start).unwrap_or(i64::MAX / 2);
        let mut statement = self.transaction.prepare_cached(
            "insert into counter (name, next) values (?1, ?2 + 1) \
             on conflict (name) do update set next = next + 1 returning next - 1",
        )?;
        let number: i64 = statement.query_row(params![name, start], |row| row.get(0))?;
        Ok(number.unsigned_abs())
    }

    /// Whether a record of that identity exists.
    pub(crate) fn exists(&mut self, service: &str, key: &str) -> Result<bool, StoreError> {
        let mut statement = self.transaction.prepare_cached("select 1 from record where service = ?1 and key = ?2")?;
        Ok(statement.query_row(params![service, key], |_| Ok(())).optional()?.is_some())
    }

    /// Whether the seed has a row with that key.
    pub(crate) fn is_seeded(&mut self, table: &str, key: &str) -> Result<bool, StoreError> {
        let mut statement =
            self.transaction.prepare_cached("select 1 from record where tbl = ?1 and lookup = ?2 and service = ?3")?;
        Ok(statement.query_row(params![table, key, super::seed_service(table)], |_| Ok(())).optional()?.is_some())
    }

    /// Adds a record.
    pub(crate) fn insert_record(
        &mut self,
        service: &str,
        table: &str,
        key: &str,
        lookup: &str,
    ) -> Result<i64, StoreError> {
        let mut statement = self
            .transaction
            .prepare_cached("insert into record (service, tbl, key, lookup) values (?1, ?2, ?3, ?4)")?;
        statement.insert(params![service, table, key, lookup])
    }

    /// Gives a record another identity.
    pub(crate) fn rename_record(&mut self, id: i64, key: &str, lookup: &str) -> Result<(), StoreError> {
        let mut statement = self.transaction.prepare_cached("update record set key = ?2, lookup = ?3 where id = ?1")?;
        statement.execute(params![id, key, lookup]).map(|_| ())
    }

    /// Adds a row.
    pub(crate) fn insert_row(&mut self, row: &NewRow<'_>) -> Result<i64, StoreError> {
        let mut statement = self.transaction.prepare_cached(
            "insert into row (record_id, tbl, element, parent_id, position, data) values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        statement.insert(params![row.record, row.table, row.element, row.parent, row.position, json(row.data)])
    }

    /// How many rows of a table hang below a row of a record.
    pub(crate) fn count_below(&mut self, record: i64, parent: i64, table: &str) -> Result<i64, StoreError> {
        let mut statement = self.transaction.prepare_cached(
            "select count(*) from row indexed by row_record where record_id = ?1 and parent_id = ?2 and tbl = ?3",
        )?;
        statement.query_row(params![record, parent, table], |row| row.get(0))
    }

    /// Replaces a row's values.
    pub(crate) fn update_row(&mut self, id: i64, data: &Data) -> Result<(), StoreError> {
        let mut statement = self.transaction.prepare_cached("update row set data = ?2 where id = ?1")?;
        statement.execute(params![id, json(data)]).map(|_| ())
    }

    /// Changes some of a row's values.
    pub(crate) fn change_row(&mut self, id: i64, values: &Data) -> Result<(), StoreError> {
        let mut statement = self.transaction.prepare_cached("select data from row where id = ?1")?;
        let mut data = statement.query_row([id], |row| super::read_data(row, 0))?;
        drop(statement);
        data.extend(values.iter().map(|(column, value)| (column.clone(), value.clone())));
        self.update_row(id, &data)
    }

    /// A number of that name.
    pub(super) fn set_number(&mut self, name: &str, number: i64) -> Result<(), StoreError> {
        self.transaction.execute("insert or replace into counter (name, next) values (?1, ?2)", (name, number))?;
        Ok(())
    }

    /// Removes every record and every counter.
    pub(super) fn delete_all(&mut self) -> Result<(), StoreError> {
        self.transaction.execute_batch("delete from row; delete from record; delete from counter")
    }

    /// Makes it last.
    pub(crate) fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit()
    }
}

/// Strings by string: nothing that JSON could refuse.
fn json(data: &Data) -> String {
    serde_json::to_string(data).unwrap_or_default()
}
