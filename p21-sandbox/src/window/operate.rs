//! A window in somebody's hands: one value, one row, one tool at a time.

use p21_model::definition::ElementKind;

use super::Window;
use super::refusal::Stop;
use crate::facts::value;
use crate::serve::transaction::request::{Edit, Flag, List, Row, Text};
use crate::store::identity::{self, Given};

impl Window<'_> {
    /// The element that shows a datawindow.
    pub(crate) fn element_of_datawindow(&self, datawindow: &str) -> Option<u16> {
        (0..self.service.elements.len() as u16).find(|index| self.service.element(*index).datawindow() == datawindow)
    }

    /// Types a value into the row that an element shows. `true` if that has put another record into the window.
    pub(crate) fn change(&mut self, element: u16, field: &str, value: &str) -> Result<bool, Stop> {
        if !self.is_open() {
            self.create()?;
        }
        let text = |value: &str| Text(Some(value.to_owned()));
        let edit = Edit { name: text(field), value: text(value), ignore_if_empty: Flag(false) };
        let sent = Row { edits: List(vec![Some(edit)]) };
        let is_header = self.service.header == Some(element);
        let loaded = is_header && self.retrieve(element, field, value)?;
        if !is_header {
            if self.tab_is_skipped(element)? {
                return Ok(false);
            }
            self.service.behaviour.before_row(self, element, &sent)?;
        }
        let row = self.shown_row(element).ok_or_else(|| Stop::refused(super::apply::NO_OBJECT))?;
        self.edited.insert(element);
        self.type_row(element, row, &[], &sent)?;
        Ok(loaded)
    }

    /// Puts the record into the window that the keys mean, once the last of them is typed.
    fn retrieve(&mut self, header: u16, field: &str, typed: &str) -> Result<bool, Stop> {
        let service = self.service;
        let plan = service.plan(header);
        let Some(key) = plan.field(field).filter(|field| service.keys.fields.contains(field)) else { return Ok(false) };
        let mut given = Given::new();
        for of in service.keys.fields.iter().copied() {
            let schema = &service.element(header).fields[of as usize];
            let stored = if of == key {
                value::typed(schema, typed, self.codes).unwrap_or_else(|_| typed.to_owned())
            } else {
                self.value(0, header, of).to_owned()
            };
            if !stored.is_empty() {
                given.insert(of, value::normal(schema, &stored, self.config.numeric_keys));
            }
        }
        match identity::find(service, self.config, self.store, &given, false)? {
            Some(record) if self.record != Some(record) => {
                self.load(record)?;
                service.behaviour.retrieved(self)?;
                service.behaviour.loaded(self, true)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The row an element shows: the current one; a grid without rows gets its first.
    fn shown_row(&mut self, element: u16) -> Option<usize> {
        let storage = self.service.plan(element).storage;
        if let Some(row) = self.form_row(storage) {
            return Some(row);
        }
        let parent = self.service.storages[storage as usize].parent.and_then(|parent| self.form_row(parent))?;
        Some(self.push(storage, parent))
    }

    /// Makes a grid's row current, counted from 1. `false` if there is no such row.
    pub(crate) fn select_numbered(&mut self, element: u16, number: usize) -> bool {
        let storage = self.service.plan(element).storage;
        if self.service.element(element).kind == ElementKind::Form {
            return number == 1 && self.form_row(storage).is_some();
        }
        let parent = self.service.storages[storage as usize].parent.and_then(|parent| self.current(parent));
        let rows = parent.map_or(&[][..], |parent| self.below(storage, parent));
        let row = number.checked_sub(1).and_then(|index| rows.get(index)).copied();
        row.inspect(|row| self.select(*row)).is_some()
    }
}
