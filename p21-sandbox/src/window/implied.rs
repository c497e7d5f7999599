//! Filling in the columns that nobody types, in rows that are saved for the first time.

use super::{Row, Window};
use crate::facts::plan::Service;
use crate::facts::services::FIRST_NUMBER;
use crate::store::{Store, StoreError, Writer};

impl Window {
    /// Fills in the numbers of the master data that new rows name: `inv_mast_uid` of `inv_mast.item_id`.
    pub(super) fn refer_to_master_data(&mut self, store: &Store) -> Result<(), StoreError> {
        for index in 0..self.rows.len() {
            let row = &self.rows[index];
            if !row.is_new() {
                continue;
            }
            for column in &self.service.storages[row.storage as usize].implied {
                let Some(table) = column.strip_suffix("_uid") else { continue };
                let found = master_uid(&self.rows[index], store, table, column)?;
                if let Some(found) = found {
                    self.rows[index].data.entry(column.clone()).or_insert(found);
                }
            }
        }
        Ok(())
    }
}

fn master_uid(row: &Row, store: &Store, table: &str, column: &str) -> Result<Option<String>, StoreError> {
    let prefix = format!("{table}.");
    for (_, value) in row.data.iter().filter(|(name, _)| name.starts_with(&prefix)) {
        if let Some(found) = store.master(table, value)?.and_then(|mut found| found.remove(column)) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Fills in a new row's own number, and what it has from the rows it lies below, which are there already.
pub(super) fn assign(
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
        let value =
            if own { Some(writer.next_number(column, FIRST_NUMBER)?.to_string()) } else { above(rows, index, column) };
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
