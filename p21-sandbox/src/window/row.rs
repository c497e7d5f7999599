//! Working on a row: selecting it, typing into it, and what follows when it is done.

use p21_model::definition::ElementKind;
use p21_model::schema::{Numbering, Occasion, RuleKind};

use super::desk::Desk;
use super::edit::Typed;
use super::refusal::Stop;
use super::rows::Index;
use super::tabs::Selected;
use super::{Unmatched, Window};
use crate::facts::texts::NO_OBJECT;
use crate::facts::value;
use crate::store::identity::{self, Given};

/// A value for a field, as somebody wants it typed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    /// It is there, and nothing is typed: an empty value that is to be ignored.
    pub(crate) is_skipped: bool,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    /// All of it is in the window.
    Whole,
    /// P21 dropped some of it in silence.
    Dropped,
}

impl Window {
    /// Selects the row that a payload's row means: the row of a form, or the one of a list that the keys select. A list
    /// without such a row gets a new one. `None` if P21 drops the row in silence.
    pub(crate) fn select_row(
        &mut self,
        desk: &Desk<'_>,
        element: u16,
        keys: &[u16],
        sent: &[Entry<'_>],
    ) -> Result<Option<usize>, Stop> {
        let storage = self.service.plan(element).storage;
        let of = &self.service.storages[storage as usize];
        let (kind, parent) = (of.kind, of.parent);
        if kind == ElementKind::Form || self.service.element(element).kind == ElementKind::Form {
            return self.form_row(desk, storage).map(Some).ok_or_else(|| Stop::refused(NO_OBJECT));
        }
        let parent = parent.and_then(|parent| self.form_row(desk, parent)).ok_or_else(|| Stop::refused(NO_OBJECT))?;
        let keys = self.effective_keys(element, keys, sent);
        let values: Vec<String> = keys.iter().map(|key| self.typed_key(desk, element, *key, sent)).collect();
        let by = Index { service: &self.service, numeric: desk.config.numeric_keys, element, fields: &keys };
        let found = if values.iter().all(String::is_empty) { None } else { self.rows.find(&by, parent, &values) };
        match found {
            Some(row) => {
                self.rows.select(row);
                Ok(Some(row))
            }
            None => Ok(match self.behaviour.unmatched(self, element, sent)? {
                Unmatched::Added => Some(self.add_row(desk, storage, parent)),
                Unmatched::Dropped => None,
                Unmatched::On(row) => {
                    self.rows.select(row);
                    Some(row)
                }
            }),
        }
    }

    /// The keys that every row of a list has to carry, whether it selects a row or adds one. What else every row needs
    /// is looked at when the record is saved.
    pub(crate) fn wants_always(&self, element: u16, sent: &[Entry<'_>]) -> Result<(), Stop> {
        let (plan, schema) = (self.service.plan(element), self.service.element(element));
        if schema.kind != ElementKind::List {
            return Ok(());
        }
        let carries =
            |field: &u16| sent.iter().any(|entry| plan.field(entry.name) == Some(*field) && !entry.value.is_empty());
        for rule in schema.rules.iter() {
            let RuleKind::Required { fields, on: Occasion::Always, message, unless } = &rule.kind else { continue };
            if let Some(missing) = fields.iter().find(|field| schema.keys.contains(field) && !carries(field))
                && !unless.iter().any(carries)
            {
                return Err(Stop::refused(self.filled(message, element, *missing)).own_if(rule.why.own_words));
            }
        }
        Ok(())
    }

    /// Makes a grid's row current, counted from 1. `false` if there is no such row.
    pub(crate) fn select_numbered(&mut self, desk: &Desk<'_>, element: u16, number: usize) -> Result<bool, Stop> {
        self.is_free()?;
        if let Some(offered) = self.behaviour.offers(self, element) {
            self.picked = number.checked_sub(1).and_then(|index| offered.get(index)).cloned();
            return Ok(self.picked.is_some());
        }
        let storage = self.service.plan(element).storage;
        if self.service.element(element).kind == ElementKind::Form {
            return Ok(number == 1 && self.form_row(desk, storage).is_some());
        }
        let row = number.checked_sub(1).and_then(|index| self.listed(element).get(index)).copied();
        Ok(row.inspect(|row| self.rows.select(*row)).is_some())
    }

    /// Makes the first row current of those that an element shows, if there is one.
    pub(crate) fn select_first(&mut self, element: u16) {
        let first = self.listed(element).first().copied();
        if let Some(row) = first {
            self.rows.select(row);
        }
    }

    /// The rows that an element shows: the one of a form, all of a grid.
    pub(crate) fn shown(&self, element: u16) -> Vec<usize> {
        match self.service.element(element).kind {
            ElementKind::Form => self.current(self.service.plan(element).storage).into_iter().collect(),
            ElementKind::List => self.listed(element).to_vec(),
        }
    }

    /// The rows of the list that an element shows, or shows one row of.
    fn listed(&self, element: u16) -> &[usize] {
        let storage = self.service.plan(element).storage;
        let parent = self.service.storages[storage as usize].parent.and_then(|parent| self.current(parent));
        parent.map_or(&[][..], |parent| self.rows.below(storage, parent))
    }

    /// The keys of the payload; without any, those that the definition declares and the row carries.
    fn effective_keys(&self, element: u16, keys: &[u16], sent: &[Entry<'_>]) -> Vec<u16> {
        if !keys.is_empty() {
            return keys.to_vec();
        }
        let plan = self.service.plan(element);
        let carried = |key: &u16| sent.iter().any(|entry| !entry.is_skipped && plan.field(entry.name) == Some(*key));
        self.service.element(element).keys.iter().copied().filter(carried).collect()
    }

    /// A key's value among those to be typed: the last one, in the form it is compared in.
    pub(crate) fn typed_key(&self, desk: &Desk<'_>, element: u16, key: u16, sent: &[Entry<'_>]) -> String {
        let plan = self.service.plan(element);
        let is_it = |entry: &&Entry<'_>| !entry.is_skipped && plan.field(entry.name) == Some(key);
        let Some(entry) = sent.iter().rev().find(is_it) else { return String::new() };
        self.key_form(desk, element, key, entry.value)
    }

    /// What is typed, in the form that keys are compared in.
    fn key_form(&self, desk: &Desk<'_>, element: u16, key: u16, typed: &str) -> String {
        let schema = &self.service.element(element).fields[key as usize];
        let stored = value::typed(schema, typed, self.codes).unwrap_or_else(|_| typed.to_owned());
        value::normal(schema, &stored, desk.config.numeric_keys)
    }

    /// Types values into a row, in their order.
    pub(crate) fn type_row(
        &mut self,
        desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        keys: &[u16],
        sent: &[Entry<'_>],
    ) -> Result<Applied, Stop> {
        self.is_free()?;
        let mut applied = Applied::Whole;
        let mut typed: Vec<u16> = Vec::new();
        let before = self.before_typing(desk, element, row);
        for entry in sent.iter().filter(|entry| !entry.is_skipped) {
            match self.edit(desk, element, row, keys, *entry)? {
                Typed::Stored(field) => typed.push(field),
                Typed::Dropped => applied = Applied::Dropped,
                Typed::Nothing => {}
            }
        }
        if applied == Applied::Dropped && self.discard_unsent(row) {
            return Ok(applied);
        }
        if let Some(before) = before
            && let Some(prompt) = self.prompt_over(desk, element, row)
        {
            self.ask_about_row(desk, prompt, (element, row), (typed, before))?;
        } else {
            self.finish_row(desk, element, row, &typed)?;
        }
        Ok(applied)
    }

    /// What follows when a row is typed: its number, names that belong to keys, what the service and its rules say.
    pub(super) fn finish_row(
        &mut self,
        desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        typed: &[u16],
    ) -> Result<(), Stop> {
        self.number_line(element, row, typed);
        self.look_up(desk, element, row, typed)?;
        self.behaviour.row_done(self, desk, element, row)?;
        self.ascends(element, row)?;
        self.reindex(desk, row);
        Ok(())
    }

    /// Numbers a new line, or takes note of the number it was given.
    fn number_line(&mut self, element: u16, row: usize, typed: &[u16]) {
        let service = &*self.service;
        let parent = self.rows[row].parent;
        for rule in service.element(element).rules.iter() {
            let RuleKind::Assigned { field, how: Numbering::Line { width } } = &rule.kind else { continue };
            let value = self.rows.value(service, row, element, *field);
            if typed.contains(field) {
                if let Ok(line) = value.trim().parse() {
                    self.rows.saw_line(service, element, *field, parent, line);
                }
            } else if self.rows[row].is_new() && value.is_empty() {
                let line = self.rows.next_line(service, element, *field, parent);
                let number = format!("{line:0width$}", width = usize::from(*width));
                self.rows.set(row, service.plan(element).column(*field), number);
            }
        }
    }

    /// Fills in the names that belong to the keys that were typed.
    fn look_up(&mut self, desk: &Desk<'_>, element: u16, row: usize, typed: &[u16]) -> Result<(), Stop> {
        let service = &*self.service;
        let plan = service.plan(element);
        for lookup in &plan.lookups {
            if typed.contains(&lookup.key) && !typed.contains(&lookup.field) {
                let key_field = &service.element(element).fields[lookup.key as usize];
                let stored = self.rows.value(service, row, element, lookup.key);
                let key = value::normal(key_field, stored, desk.config.numeric_keys);
                let found = desk.store.master(&lookup.table, &key)?;
                let name = found.and_then(|mut found| found.remove(&lookup.column)).unwrap_or_default();
                self.rows.set(row, plan.column(lookup.field), name);
            }
        }
        Ok(())
    }

    /// Types one value into the row that an element shows, as somebody at the window does. A key that is complete with it
    /// puts its record into the window.
    pub(crate) fn change(&mut self, desk: &mut Desk<'_>, element: u16, field: &str, value: &str) -> Result<(), Stop> {
        if !self.is_open() {
            self.begin(desk)?;
        }
        if self.select_tab(element)? == Selected::Vanished {
            return Ok(());
        }
        let sent = [Entry { name: field, value, is_skipped: false }];
        if self.service.header == Some(element) {
            self.retrieve_by(desk, element, field, value)?;
        }
        let row = self.shown_row(desk, element).ok_or_else(|| Stop::refused(NO_OBJECT))?;
        self.edited.insert(element);
        let (data, typed) = (self.rows[row].data.clone(), self.rows[row].sent.clone());
        let done = self.type_row(desk, element, row, &[], &sent);
        if let Err(Stop::Refused(_)) = &done
            && row < self.rows.len()
        {
            // What is refused does not stay.
            (self.rows[row].data, self.rows[row].sent) = (data, typed);
        }
        done.map(|_| ())
    }

    /// Puts the record into the window that the keys mean, once the last of them is typed.
    fn retrieve_by(&mut self, desk: &mut Desk<'_>, header: u16, field: &str, typed: &str) -> Result<(), Stop> {
        let Some(key) = self.service.plan(header).field(field) else { return Ok(()) };
        match self.record_of(desk, header, key, typed)? {
            Some(record) if self.record != Some(record) => self.retrieve(desk, record),
            _ => Ok(()),
        }
    }

    /// The record that the keys mean with one more of them typed.
    pub(super) fn record_of(&self, desk: &Desk<'_>, header: u16, key: u16, typed: &str) -> Result<Option<i64>, Stop> {
        let service = &self.service;
        if !service.keys.fields.contains(&key) {
            return Ok(None);
        }
        let mut given = Given::new();
        for of in service.keys.fields.iter().copied() {
            let value =
                if of == key { self.key_form(desk, header, of, typed) } else { self.stored_key(desk, header, of) };
            if !value.is_empty() {
                given.insert(of, value);
            }
        }
        Ok(identity::find(service, desk.config, desk.store, &given, false)?)
    }

    fn stored_key(&self, desk: &Desk<'_>, header: u16, field: u16) -> String {
        if self.is_open() { self.key_text(desk, 0, header, field) } else { String::new() }
    }

    /// The row an element shows: the current one; a grid without rows gets its first.
    fn shown_row(&mut self, desk: &Desk<'_>, element: u16) -> Option<usize> {
        let storage = self.service.plan(element).storage;
        self.form_row(desk, storage).or_else(|| self.append_below(desk, element))
    }
}
