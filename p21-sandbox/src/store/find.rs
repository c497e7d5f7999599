//! Finding the contracts that price an order line, the records of a database table, and rows within a record, whatever
//! window wrote them: look-ups that no key of a record answers.
//!
//! Without figures SQLite takes all rows of a table to be as good a start as the few of a record, so every statement
//! says which index it means.

use rusqlite::params;

use super::{Data, Store, StoreError, StoredRow, read_data};

/// A contract names its customer in its header, and others in the list of their ship-tos.
pub(super) const INDEXES: &str = "
create index if not exists row_contract on row (json_extract(data, '$.customer_id')) where tbl = 'job_price_hdr';
create index if not exists row_contract_ship_to on row (json_extract(data, '$.customer_id'))
    where tbl = 'job_price_customer_shipto';
";

const BY_CUSTOMER: [&str; 2] = [
    "select record_id from row indexed by row_contract \
     where tbl = 'job_price_hdr' and json_extract(data, '$.customer_id') = ?1 order by id desc limit 100",
    "select record_id from row indexed by row_contract_ship_to \
     where tbl = 'job_price_customer_shipto' and json_extract(data, '$.customer_id') = ?1 order by id desc limit 100",
];

impl Store {
    /// The contracts that name a customer, the newest first.
    pub(crate) fn contracts_of(&self, customer: &str) -> Result<Vec<i64>, StoreError> {
        let mut found: Vec<i64> = Vec::new();
        for sql in BY_CUSTOMER {
            let mut statement = self.connection.prepare_cached(sql)?;
            for record in statement.query_map([customer], |row| row.get(0))? {
                found.push(record?);
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        Ok(found)
    }

    /// The rows of a table in a record whose column has that value, with their ids.
    pub(crate) fn rows_with(
        &self,
        record: i64,
        table: &str,
        column: &str,
        value: &str,
    ) -> Result<Vec<(i64, Data)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "select id, data from row indexed by row_record \
             where record_id = ?1 and tbl = ?2 and json_extract(data, ?3) = ?4 order by id",
        )?;
        let path = format!("$.\"{}\"", column.replace('"', ""));
        let rows =
            statement.query_map(params![record, table, path, value], |row| Ok((row.get(0)?, read_data(row, 1)?)))?;
        rows.collect()
    }

    /// The rows of a table in the records that have a key, `by` the table of whose own rows they go: few have one.
    pub(crate) fn rows_named(&self, table: &str, by: &str, key: &str) -> Result<Vec<Data>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "select row.data from record join row on row.record_id = record.id \
             where record.tbl = ?1 and record.lookup = ?2 and row.tbl = ?3 limit 1000",
        )?;
        statement.query_map(params![by, key, table], |row| read_data(row, 0))?.collect()
    }

    /// The rows of a table in a record, in the order of their parents and places.
    pub(crate) fn rows_of_table(&self, record: i64, table: &str) -> Result<Vec<StoredRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "select id, parent_id, tbl, element, position, data from row indexed by row_record \
             where record_id = ?1 and tbl = ?2 order by parent_id, position, id",
        )?;
        statement.query_map(params![record, table], super::stored_row)?.collect()
    }

    /// The values of those rows.
    pub(crate) fn values_of_table(&self, record: i64, table: &str) -> Result<Vec<Data>, StoreError> {
        Ok(self.rows_of_table(record, table)?.into_iter().map(|row| row.data).collect())
    }

    /// Records whose own row is in that table and fits, the oldest first, `most` of them at most.
    pub(crate) fn headers_of(
        &self,
        table: &str,
        most: usize,
        fits: impl Fn(&Data) -> bool,
    ) -> Result<Vec<(i64, Data)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "select record.id, row.data from record join row on row.record_id = record.id \
             where record.tbl = ?1 and row.parent_id is null order by record.id",
        )?;
        let mut found = Vec::new();
        let mut rows = statement.query([table])?;
        while let Some(row) = rows.next()? {
            let data = read_data(row, 1)?;
            if fits(&data) {
                found.push((row.get(0)?, data));
                if found.len() >= most {
                    break;
                }
            }
        }
        Ok(found)
    }
}
