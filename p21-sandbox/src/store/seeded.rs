//! Seeded records of services: rows of their elements, as a window would have stored them.

use super::identity;
use super::{Data, NewRow, Store, StoreError, Writer};
use crate::facts::config::Config;
use crate::facts::plan::{Catalogue, Service};
use crate::facts::seed::{ElementRow, Seed};
use crate::facts::value;

/// What says which master data of a tester's own the records were begun with; no table has this name.
const MARK: &str = "master data";

/// What says that they were begun with the master data that is built in.
const BUILT_IN: &str = "built-in master data";

/// Why a data file can't be what it is started as, if it was begun with other master data.
pub(crate) fn contradiction(store: &Store, config: &Config) -> Result<Option<&'static str>, StoreError> {
    if !config.seed && store.number(BUILT_IN)?.is_some() {
        return Ok(Some(
            "it is there already and has the built-in master data; name another data file, or leave --no-seed out \
             (Config::seed)",
        ));
    }
    Ok(match config.master_data.mark() {
        Some(mark) if store.number(MARK)? != Some(mark) => Some(
            "it is there already and was not made with this master data, which would be ignored; name another data \
             file, or leave the seed out (--seed, Builder::master_data)",
        ),
        _ => None,
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
    if config.seed {
        writer.set_number(BUILT_IN, 1)?;
    }
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
