//! Which record a key means.

use std::collections::BTreeMap;

use crate::facts::config::Config;
use crate::facts::plan::Service;
use crate::facts::seed::KEY_SEPARATOR;
use crate::facts::unknowns::EqualNumbers;
use crate::facts::value;
use crate::store::{Data, Store, StoreError, seed_service};

/// Key values of a record, in the form they are compared in, by header field.
pub(crate) type Given = BTreeMap<u16, String>;

/// The record that the given keys identify: the service's own, else one of the seed.
///
/// A number that leads the keys identifies a record alone (a contract's `job_no`). Otherwise every other key field has to be given, or, where
/// `partly` allows it, at least the last one; of several records that fit, the newest is meant.
pub(crate) fn find(
    service: &Service,
    config: &Config,
    store: &Store,
    given: &Given,
    partly: bool,
) -> Result<Option<i64>, StoreError> {
    let keys = &service.keys;
    if keys.number_is_identity
        && let Some((numbered, _)) = keys.numbered
        && let Some(number) = given.get(&numbered)
    {
        return store.find(service.records(), number);
    }
    // A read by a part of the keys finds the newest of several in any case.
    if keys.number_is_identity && !partly && config.unknowns.equal_numbers == EqualNumbers::Renewal {
        return Ok(None);
    }
    let others: Vec<u16> = others(service);
    let missing = others.iter().any(|field| !given.contains_key(field));
    let Some(last) = others.last() else { return Ok(None) };
    let Some(lookup) = given.get(last) else { return Ok(None) };
    if missing && !partly {
        return Ok(None);
    }
    if !missing && !keys.number_is_identity {
        let parts: Vec<&str> = others.iter().filter_map(|field| given.get(field)).map(String::as_str).collect();
        if let Some(record) = store.find(service.records(), &parts.join(KEY_SEPARATOR))? {
            return Ok(Some(record));
        }
    }
    let table = &service.storages[0].table;
    for of in [service.records(), &seed_service(table)] {
        for record in store.find_by_lookup(of, table, lookup)? {
            let header = store.header(record)?.unwrap_or_default();
            if has(service, config, &header, given) {
                return Ok(Some(record));
            }
        }
    }
    Ok(None)
}

/// Whether a record's own row has these values.
pub(crate) fn has(service: &Service, config: &Config, header: &Data, given: &Given) -> bool {
    given.iter().all(|(field, wanted)| key_value(service, config, header, *field) == *wanted)
}

/// The number of a record, or whatever else identifies it.
pub(crate) fn number_of(service: &Service, header: &Data) -> String {
    let Some((_, plan)) = service.header() else { return String::new() };
    let number = service.keys.numbered.map(|(field, _)| field).or(service.keys.fields.last().copied());
    number.and_then(|field| header.get(plan.column(field))).cloned().unwrap_or_default()
}

/// The key fields without the number that identifies a record alone.
fn others(service: &Service) -> Vec<u16> {
    let keys = &service.keys;
    let number = keys.numbered.filter(|_| keys.number_is_identity).map(|(field, _)| field);
    keys.fields.iter().copied().filter(|field| Some(*field) != number).collect()
}

/// The identity of a record, and what it is looked up by.
pub(crate) fn of(service: &Service, config: &Config, header: &Data) -> (String, String) {
    let keys = &service.keys;
    let others = others(service);
    let values: Vec<String> = others.iter().map(|field| key_value(service, config, header, *field)).collect();
    let number = keys.numbered.filter(|_| keys.number_is_identity);
    let number = number.map(|(field, _)| key_value(service, config, header, field));
    let lookup = values.last().cloned().or_else(|| number.clone()).unwrap_or_default();
    (number.unwrap_or_else(|| values.join(KEY_SEPARATOR)), lookup)
}

fn key_value(service: &Service, config: &Config, header: &Data, field: u16) -> String {
    let Some((schema, plan)) = service.header() else { return String::new() };
    let stored = header.get(plan.column(field)).map_or("", String::as_str);
    value::normal(&schema.fields[field as usize], stored, config.numeric_keys)
}
