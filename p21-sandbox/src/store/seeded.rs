//! Seeded records of services: rows of their elements, as a window would have stored them.

use super::identity;
use super::{Data, NewRow, Store, StoreError, Writer};
use crate::facts::config::Config;
use crate::facts::plan::{Catalogue, Service};
use crate::facts::seed::{ElementRow, Seed};
use crate::facts::value;

/// What says which master data of a tester's own the records were begun with; no table has this name.
const MARK: &str = "master data";

/// Whether the records were begun with this master data.
pub(crate) fn is_of(store: &Store, config: &Config) -> Result<bool, StoreError> {
    Ok(match config.master_data.mark() {
        Some(mark) => store.number(MARK)? == Some(mark),
        None => true,
    })
}

/// Stores the whole seed: master data, and the records of the services that are served. It is part of one write, so that
/// a store has all of it or nothing, whenever the sandbox is killed.
pub(crate) fn fill(
    seed: &Seed,
    catalogue: &Catalogue,
    config: &Config,
    writer: &mut Writer<'_>,
) -> Result<(), StoreError> {
    Store::add_seed(writer, seed)?;
    if let Some(mark) = config.master_data.mark() {
        writer.set_number(MARK, mark)?;
    }
    for record in &seed.records {
        let Some(service) = catalogue.get(&record.service) else { continue };
        let rows: Vec<(u16, Data)> = record.rows.iter().filter_map(|row| stored(service, row)).collect();
        let Some((_, header)) = rows.first() else { continue };
        let (key, lookup) = identity::of(service, config, header);
        let id = writer.insert_record(service.name(), &service.storages[0].table, &key, &lookup)?;
        let mut parent = None;
        for (position, (element, data)) in (0..).zip(&rows) {
            let storage = &service.storages[service.plan(*element).storage as usize];
            let row = NewRow { record: id, table: &storage.table, element: &storage.element, parent, position, data };
            let row = writer.insert_row(&row)?;
            parent = parent.or(Some(row));
        }
    }
    Ok(())
}

/// A row by the columns it is stored in; definitions of another build may lack an element or a field.
fn stored(service: &Service, row: &ElementRow) -> Option<(u16, Data)> {
    let element = service.element_index(&row.element)?;
    let (schema, plan) = (service.element(element), service.plan(element));
    let column = |(name, text): (&String, &String)| {
        let field = plan.field(name)?;
        let stored = value::typed(&schema.fields[field as usize], text, false).unwrap_or_else(|_| text.clone());
        Some((plan.column(field).to_owned(), stored))
    };
    Some((element, row.fields.iter().filter_map(column).collect()))
}
