//! Saving a window: numbers, identity, rows.

use std::sync::Arc;

use p21_model::schema::{Numbering, RuleKind};

use super::desk::Desk;
use super::refusal::Stop;
use super::{Event, Row, Window, implied};
use crate::facts::plan::Service;
use crate::facts::texts;
use crate::store::identity;
use crate::store::{NewRow, StoreError, Writer};

impl Window {
    /// As [`Window::save`], for whoever goes on with the window: a save that is refused leaves it as it was.
    pub(crate) fn save_and_stay(&mut self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let before = self.rows.clone();
        let saved = self.save(desk);
        if saved.is_err() {
            self.rows = before;
        }
        saved
    }

    /// Stores what was changed: all of it or nothing. The window then shows what was typed into it; [`Window::load`] shows
    /// what is stored.
    pub(crate) fn save(&mut self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        self.is_free()?;
        if !self.is_open() {
            return match self.phantom {
                true => Ok(()),
                false => Err(Stop::refused(texts::NOTHING_TO_SAVE)),
            };
        }
        // A save that was refused has left its own behind.
        self.postings.clear();
        self.prints.clear();
        self.made.clear();
        self.dialogs.begin_save();
        self.behaviour.before_save(self, desk)?;
        let grown = self.grows(desk)?;
        self.has_primaries()?;
        self.check(desk)?;
        if self.phantom {
            self.prints.clear();
        } else {
            self.refer_to_master_data(desk.store)?;
            let is_new = self.record.is_none();
            let record = self.store_rows(desk)?;
            self.record = Some(record);
            desk.post.grown.extend(grown.into_iter().map(|element| (record, element)));
            self.tell_saved(is_new);
        }
        self.dialogs.saved();
        self.ask_after_save(desk)?;
        self.open_wizard(desk)
    }

    /// Writes the record and what it brings about; its id.
    fn store_rows(&mut self, desk: &mut Desk<'_>) -> Result<i64, Stop> {
        let postings = std::mem::take(&mut self.postings);
        let Self { service, rows, record, made, .. } = self;
        let config = desk.config;
        let mut writer = desk.store.write()?;
        for row in rows.iter_mut().filter(|row| row.is_new()) {
            assign_numbers(service, &mut writer, row)?;
        }
        if record.is_none() {
            number_record(service, config, &mut writer, &mut rows[0])?;
        }
        let (key, lookup) = identity::of(service, config, &rows[0].data);
        let id = match *record {
            Some(id) => {
                if rows[0].dirty {
                    writer.rename_record(id, &key, &lookup).map_err(taken)?;
                }
                id
            }
            None => {
                // A record that nothing identifies can't be found again, but it is there.
                let key = if service.keys.fields.is_empty() {
                    format!("#{}", writer.next_number(&format!("{}#", service.records()), 1)?)
                } else {
                    key
                };
                writer.insert_record(service.records(), &service.storages[0].table, &key, &lookup).map_err(taken)?
            }
        };
        write_rows(service, &mut writer, id, rows)?;
        for posting in postings {
            made.extend(posting.write(desk.catalogue, &identity::number_of(service, &rows[0].data), &mut writer)?);
        }
        writer.commit()?;
        Ok(id)
    }

    fn tell_saved(&mut self, is_new: bool) {
        let service = Arc::clone(&self.service);
        let header = service.header();
        if let (Some((schema, plan)), Some((number, _))) = (header, service.keys.numbered.filter(|_| is_new)) {
            let key = self.rows[0].data.get(plan.column(number)).cloned().unwrap_or_default();
            self.log(Event::KeyGenerated(schema.fields[number as usize].name.to_string(), key));
        }
        self.log(Event::Saved(header.map(|(schema, _)| schema.datawindow().to_owned())));
    }
}

/// Numbers that P21 gives, where the payload has not typed one.
fn assign_numbers(service: &Service, writer: &mut Writer<'_>, row: &mut Row) -> Result<(), StoreError> {
    for element in service.elements_of(row.storage) {
        for rule in service.element(element).rules.iter() {
            if let RuleKind::Assigned { field, how: Numbering::Number { start } } = &rule.kind {
                let is_record_key = row.storage == 0 && service.keys.fields.contains(field);
                let column = service.plan(element).column(*field);
                if !is_record_key && !row.data.contains_key(column) {
                    let counter = format!("{}.{}.{column}", service.records(), service.element(element).name);
                    let number = writer.next_number(&counter, *start)?;
                    row.data.insert(column.to_owned(), number.to_string());
                }
            }
        }
    }
    Ok(())
}

/// The number of a new record: the next one that no record has, for payloads may bring numbers of their own.
fn number_record(
    service: &Service,
    config: &crate::facts::config::Config,
    writer: &mut Writer<'_>,
    header: &mut Row,
) -> Result<(), StoreError> {
    let (Some((field, start)), Some((_, plan))) = (service.keys.numbered, service.header()) else { return Ok(()) };
    let column = plan.column(field);
    if header.data.contains_key(column) {
        return Ok(());
    }
    loop {
        let number = writer.next_number(service.records(), start)?;
        header.data.insert(column.to_owned(), number.to_string());
        let (key, lookup) = identity::of(service, config, &header.data);
        if !writer.exists(service.records(), &key)? && !writer.is_seeded(&service.storages[0].table, &lookup)? {
            return Ok(());
        }
    }
}

/// Parents come before their children, so every parent has its id in time.
fn write_rows(service: &Service, writer: &mut Writer<'_>, record: i64, rows: &mut [Row]) -> Result<(), StoreError> {
    for index in 0..rows.len() {
        let parent = if index == 0 { None } else { rows[rows[index].parent].id };
        if rows[index].is_new() {
            implied::assign(service, writer, rows, index)?;
        }
        let row = &mut rows[index];
        match row.id {
            None => {
                let of = &service.storages[row.storage as usize];
                row.id = Some(writer.insert_row(&NewRow {
                    record,
                    table: &of.table,
                    element: &of.element,
                    parent,
                    position: row.position,
                    data: &row.data,
                })?);
            }
            Some(id) if row.dirty => writer.update_row(id, &row.data)?,
            Some(_) => {}
        }
    }
    Ok(())
}

/// Two records can't have one identity.
fn taken(error: StoreError) -> Stop {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::ConstraintViolation) => Stop::general(texts::ALREADY_THERE).own_if(true),
        _ => Stop::Store(error),
    }
}
