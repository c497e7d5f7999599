//! What saving a record writes beside it: stock that moves, tickets that are printed.

use std::collections::BTreeMap;

use crate::facts::plan::{Catalogue, Service};
use crate::facts::services::{self, FIRST_NUMBER};
use crate::store::{Data, NewRow, StoreError, Writer};

/// A write that happens if, and only if, the record in the window is saved.
#[derive(Debug)]
pub(crate) enum Posting {
    /// Changes columns of a row that is stored already.
    Change { row: i64, columns: Data },
    /// Adds a row to a stored record of another window.
    Row(AddedRow),
    /// Adds a record of another window.
    Record(NewRecord),
}

/// A row that P21 adds on its own. Values go by the names of fields, or of columns that are no fields.
#[derive(Debug)]
pub(crate) struct AddedRow {
    pub(crate) record: i64,
    /// The row it hangs below.
    pub(crate) parent: i64,
    /// The service whose window shows it.
    pub(crate) service: &'static str,
    pub(crate) table: &'static str,
    pub(crate) values: Data,
}

/// A record that P21 makes on its own. Values go by the names of fields, or of columns that are no fields.
#[derive(Debug)]
pub(crate) struct NewRecord {
    /// The service whose window shows it.
    pub(crate) service: &'static str,
    /// Its database table, where the service is not served.
    pub(crate) table: &'static str,
    /// The field that it is numbered in, and the counter.
    pub(crate) number: (&'static str, &'static str),
    /// The field that takes the number of the record in the window, which may not have one yet.
    pub(crate) made_by: Option<&'static str>,
    pub(crate) values: Data,
    /// Rows below it: their database table and values.
    pub(crate) rows: Vec<(&'static str, Data)>,
}

/// Something that the save prints, and that comes along in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Print {
    /// The record itself.
    Form,
    /// The tickets that it makes.
    Tickets,
}

/// Values by name, from pairs.
pub(crate) fn values<const N: usize>(pairs: [(&str, &str); N]) -> Data {
    BTreeMap::from(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

impl Posting {
    /// Writes it, within the transaction that saves the record of `owner`. The record that it has made, if it is one.
    pub(crate) fn write(
        self,
        catalogue: &Catalogue,
        owner: &str,
        writer: &mut Writer<'_>,
    ) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Change { row, columns } => writer.change_row(row, &columns).map(|()| None),
            Self::Row(row) => {
                let AddedRow { record, parent, table, .. } = row;
                let data = &by_column(catalogue.get(row.service).map(AsRef::as_ref), table, row.values);
                let position = writer.count_below(record, parent, table)?;
                writer
                    .insert_row(&NewRow { record, table, element: "", parent: Some(parent), position, data })
                    .map(|_| None)
            }
            Self::Record(record) => record.write(catalogue, owner, writer).map(Some),
        }
    }
}

impl NewRecord {
    fn write(mut self, catalogue: &Catalogue, owner: &str, writer: &mut Writer<'_>) -> Result<i64, StoreError> {
        let (field, counter) = self.number;
        let service = catalogue.get(self.service).map(AsRef::as_ref);
        let by_window = || service.and_then(|service| service.keys.numbered).map(|(_, start)| start);
        let start = services::first_number(self.table).or_else(by_window).unwrap_or(FIRST_NUMBER);
        let number = loop {
            let number = writer.next_number(counter, start)?.to_string();
            if !writer.exists(self.service, &number)? && !writer.is_seeded(self.table, &number)? {
                break number;
            }
        };
        self.values.insert(field.to_owned(), number.clone());
        if let Some(field) = self.made_by {
            self.values.insert(field.to_owned(), owner.to_owned());
        }
        let table = service.map_or(self.table, |service| &service.storages[0].table);
        let record = writer.insert_record(self.service, table, &number, &number)?;
        let header = by_column(service, table, self.values);
        let own =
            writer.insert_row(&NewRow { record, table, element: "", parent: None, position: 0, data: &header })?;
        for ((table, mut values), position) in self.rows.into_iter().zip(0..) {
            // Rows carry the key of what they lie below, so that tables can be joined.
            values.entry(field.to_owned()).or_insert_with(|| number.clone());
            let columns = by_column(service, table, values);
            writer.insert_row(&NewRow { record, table, element: "", parent: Some(own), position, data: &columns })?;
        }
        Ok(record)
    }
}

/// Values by the columns that the service keeps its fields in.
fn by_column(service: Option<&Service>, table: &str, values: Data) -> Data {
    let plans = || {
        let service = service?;
        let storage = service.storages.iter().position(|storage| storage.table == table)?;
        Some(service.elements_of(storage as u16).map(|element| service.plan(element)).collect::<Vec<_>>())
    };
    let plans = plans().unwrap_or_default();
    let column = |name: String| {
        let found = plans.iter().find_map(|plan| plan.field(&name).map(|field| plan.column(field).to_owned()));
        found.unwrap_or(name)
    };
    values.into_iter().map(|(name, value)| (column(name), value)).collect()
}

/// The column that a service keeps a field of a table in.
pub(crate) fn column_of(catalogue: &Catalogue, service: &str, table: &str, field: &str) -> String {
    let one = by_column(catalogue.get(service).map(AsRef::as_ref), table, values([(field, "")]));
    one.into_keys().next().unwrap_or_default()
}
