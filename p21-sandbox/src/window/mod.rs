//! The one window of the sandbox: a record, its rows, what was typed, and what the window waits for.
//!
//! A [`Window`] owns its state and nothing else. The store, the services and who is calling are a [`Desk`], lent to it
//! for the time of a call, so a window lives as long as whoever drives it wants: a transaction, a batch of commands, a
//! session of many requests. They all drive it by the same verbs:
//!
//! | verb | |
//! | --- | --- |
//! | [`Window::open`] | an empty window of a service |
//! | [`Window::begin`], [`Window::retrieve`] | a new record in it, a stored one |
//! | [`Window::select_tab`], [`Window::select_row`], [`Window::select_numbered`] | what is worked on |
//! | [`Window::append`], [`Window::type_row`], [`Window::change`] | rows and values |
//! | [`Window::run_tool`], [`Window::answer`] | buttons, and dialogs |
//! | [`Window::save`], [`Window::save_and_stay`] | what is typed is stored |
//! | [`Window::reload`], [`Window::clear`], [`Window::close`] | what is typed is gone |
//!
//! What happened is in [`Window::take_events`], which tabs are open is said by [`tabs::enabled`]. It interprets definitions and rules; what neither can say about a service is its
//! [`Behaviour`].

mod behaviour;
mod by_hand;
mod check;
pub(crate) mod defaults;
mod desk;
pub(crate) mod dialog;
mod edit;
mod implied;
mod keys;
mod lists;
mod log;
pub(crate) mod posting;
mod reference;
pub(crate) mod refusal;
mod row;
mod rows;
mod save;
pub(crate) mod tabs;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use p21_model::definition::ElementKind;

use crate::facts::plan::Service;
use crate::facts::texts::NO_OBJECT;
use crate::facts::value;
use crate::store::Data;
pub(crate) use behaviour::{Behaviour, Plain, Said, Unmatched};
pub(crate) use desk::{Caller, Desk, Post, Stock};
use dialog::Dialogs;
pub(crate) use keys::Key;
pub(crate) use log::Event;
use posting::{Posting, Print};
use refusal::Stop;
pub(crate) use row::{Applied, Entry};
pub(crate) use rows::{Row, Rows};

/// A window with a record in it, or about to get one.
pub(crate) struct Window {
    pub(crate) service: Arc<Service>,
    pub(crate) behaviour: &'static dyn Behaviour,
    /// Codes are typed instead of labels.
    pub(crate) codes: bool,
    /// Disabled columns are written to.
    pub(crate) ignore_disabled: bool,
    /// The stored record; `None` for a new one.
    pub(crate) record: Option<i64>,
    /// The first is the record's own row.
    pub(crate) rows: Rows,
    /// A disabled tab was skipped under `IgnoreDisabled`: P21 says Succeeded and writes nothing.
    pub(crate) phantom: bool,
    /// What saving the record writes beside it.
    pub(crate) postings: Vec<Posting>,
    /// What saving the record prints.
    pub(crate) prints: Vec<Print>,
    /// The records that saving has made beside it.
    pub(crate) made: Vec<i64>,
    /// The elements that were typed into since the last save.
    pub(crate) edited: BTreeSet<u16>,
    /// Somebody types at it, question by question.
    pub(crate) by_hand: bool,
    /// Grids in which a row was selected.
    pub(crate) chosen: BTreeSet<u16>,
    /// What was picked in a grid that only offers something.
    pub(crate) picked: Option<String>,
    /// The element whose tab is in front.
    tab: Option<u16>,
    dialogs: Dialogs,
    events: Vec<Event>,
}

/// A key that the session brings along.
pub(crate) const COMPANY: &str = "company_id";

impl Window {
    /// Opens a window. There is no record in it yet.
    pub(crate) fn open(service: Arc<Service>, behaviour: &'static dyn Behaviour) -> Self {
        let rows = Rows::new(service.storages.len());
        Self {
            service,
            behaviour,
            codes: false,
            ignore_disabled: false,
            record: None,
            rows,
            phantom: false,
            postings: Vec::new(),
            prints: Vec::new(),
            made: Vec::new(),
            edited: BTreeSet::new(),
            by_hand: false,
            chosen: BTreeSet::new(),
            picked: None,
            tab: None,
            dialogs: Dialogs::default(),
            events: Vec::new(),
        }
    }

    /// Whether there is a record in the window.
    pub(crate) fn is_open(&self) -> bool {
        !self.rows.is_empty()
    }

    /// Puts a stored record into the window, in place of whatever is there, as it is stored now.
    pub(crate) fn load(&mut self, desk: &Desk<'_>, record: i64) -> Result<(), Stop> {
        self.clear();
        self.record = Some(record);
        let mut by_id: HashMap<i64, usize> = HashMap::new();
        for stored in desk.store.rows(record)? {
            let id = stored.id;
            if let Some(index) = self.rows.place(&self.service, stored, &by_id) {
                by_id.insert(id, index);
            }
        }
        Ok(())
    }

    /// Puts a stored record into the window to change it.
    pub(crate) fn retrieve(&mut self, desk: &mut Desk<'_>, record: i64) -> Result<(), Stop> {
        self.load(desk, record)?;
        self.log(Event::Retrieved);
        self.behaviour.retrieved(self, desk)?;
        self.behaviour.loaded(self, desk)
    }

    /// Puts a new record into the window. A company among its keys is the session's until another one is typed.
    pub(crate) fn begin(&mut self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        self.clear();
        self.log(Event::Begun);
        self.add_row(desk, 0, 0);
        let of_window = &self.service.facts.columns;
        self.rows[0].data.extend(of_window.iter().map(|(column, value)| (column.clone(), value.clone())));
        let service = &self.service;
        let company =
            |field: &u16| service.header().is_some_and(|(header, _)| header.fields[*field as usize].name == COMPANY);
        if let (Some(header), Some(field)) = (service.header, service.keys.fields.iter().copied().find(company)) {
            self.set(0, header, field, desk.config.company.clone());
        }
        self.behaviour.new_record(self, desk)
    }

    /// Empties the window: what is not saved is gone. Tabs that were typed into stay known until the next save.
    pub(crate) fn clear(&mut self) {
        self.record = None;
        self.rows = Rows::new(self.service.storages.len());
        self.postings.clear();
        self.prints.clear();
        self.made.clear();
        self.picked = None;
        self.chosen.clear();
        self.dialogs.clear();
    }

    /// Shows the record as it is stored now; of a new one nothing is, so that it begins anew. What was typed is gone.
    pub(crate) fn reload(&mut self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        self.is_free()?;
        self.edited.clear();
        match self.record {
            Some(record) => {
                self.load(desk, record)?;
                self.log(Event::Reloaded);
                Ok(())
            }
            None => self.begin(desk),
        }
    }

    /// Closes the window, whatever is in it; what happened since somebody asked last.
    pub(crate) fn close(mut self) -> Vec<Event> {
        self.clear();
        self.log(Event::Closed);
        self.take_events()
    }

    /// Adds a row to a grid, below the row that is current there, and makes it current.
    ///
    /// # Errors
    /// The tab is disabled, the element is no grid, or no row is there that it could lie below.
    pub(crate) fn append(&mut self, desk: &mut Desk<'_>, element: u16) -> Result<usize, Stop> {
        if !self.is_open() {
            self.begin(desk)?;
        }
        self.is_free()?;
        if self.select_tab(element)? == tabs::Selected::Vanished
            || self.service.element(element).kind != ElementKind::List
        {
            return Err(Stop::refused(NO_OBJECT));
        }
        self.append_below(desk, element).ok_or_else(|| Stop::refused(NO_OBJECT))
    }

    fn append_below(&mut self, desk: &Desk<'_>, element: u16) -> Option<usize> {
        let storage = self.service.plan(element).storage;
        let parent = self.service.storages[storage as usize].parent;
        let parent = parent.and_then(|parent| self.form_row(desk, parent))?;
        Some(self.add_row(desk, storage, parent))
    }

    /// Adds a row, filled with the defaults of every element that shows it, and makes it current.
    pub(crate) fn add_row(&mut self, desk: &Desk<'_>, storage: u16, parent: usize) -> usize {
        let mut data = Data::new();
        for element in self.service.elements_of(storage) {
            defaults::fill(&self.service, element, desk.config, &desk.caller.user, &mut data);
        }
        self.rows.push(storage, parent, data)
    }

    /// Presses a button. `false` if the window has none of that name.
    pub(crate) fn run_tool(&mut self, desk: &mut Desk<'_>, tool: &str) -> Result<bool, Stop> {
        self.is_free()?;
        let picked = self.picked.clone();
        let has_run = self.behaviour.tool(self, desk, tool, picked.as_deref())?;
        if has_run {
            // What was picked is not offered any more.
            self.picked = None;
        }
        Ok(has_run)
    }

    /// Takes back a row that was just added and of which P21 has dropped every edit. `false` if it stays.
    fn discard_unsent(&mut self, row: usize) -> bool {
        self.rows[row].sent.is_empty() && self.rows.discard(row)
    }

    /// Lets a row be found by the values that it has now.
    pub(crate) fn reindex(&mut self, desk: &Desk<'_>, row: usize) {
        self.rows.reindex(&self.service, desk.config.numeric_keys, row);
    }

    /// The current row of a storage.
    pub(crate) fn current(&self, storage: u16) -> Option<usize> {
        self.rows.current(&self.service, storage)
    }

    /// The row that a form shows now; a missing one is added.
    fn form_row(&mut self, desk: &Desk<'_>, storage: u16) -> Option<usize> {
        if let Some(row) = self.current(storage) {
            return Some(row);
        }
        let of = &self.service.storages[storage as usize];
        let (kind, parent) = (of.kind, of.parent?);
        if kind == ElementKind::List {
            return None;
        }
        let parent = self.current(parent).or_else(|| self.form_row(desk, parent))?;
        Some(self.add_row(desk, storage, parent))
    }

    /// The element that shows a datawindow.
    pub(crate) fn element_of_datawindow(&self, datawindow: &str) -> Option<u16> {
        (0..self.service.elements.len() as u16).find(|index| self.service.element(*index).datawindow() == datawindow)
    }

    /// A field's stored value; empty if it has none.
    pub(crate) fn value(&self, row: usize, element: u16, field: u16) -> &str {
        self.rows.value(&self.service, row, element, field)
    }

    /// A field's stored value, by the field's name.
    pub(crate) fn named(&self, row: usize, element: u16, field: &str) -> &str {
        self.service.plan(element).field(field).map_or("", |field| self.value(row, element, field))
    }

    /// A value of the header, by the field's name.
    pub(crate) fn named_in_header(&self, field: &str) -> &str {
        self.service.header.filter(|_| self.is_open()).map_or("", |header| self.named(0, header, field))
    }

    /// Stores a value; an empty one is none.
    pub(crate) fn set(&mut self, row: usize, element: u16, field: u16, stored: String) {
        self.rows.set(row, self.service.plan(element).column(field), stored);
    }

    /// Stores a value by the field's name, where the element has the field.
    pub(crate) fn set_named(&mut self, row: usize, element: u16, field: &str, stored: String) {
        if let Some(field) = self.service.plan(element).field(field) {
            self.set(row, element, field, stored);
        }
    }

    /// Whether an element has that name.
    pub(crate) fn is_element(&self, element: u16, name: &str) -> bool {
        self.service.element(element).name == name
    }

    /// Whether a field has that name.
    pub(crate) fn is_field(&self, element: u16, field: u16, name: &str) -> bool {
        self.service.element(element).fields[field as usize].name == name
    }

    /// Whether something has been typed into a field of a row.
    pub(crate) fn was_typed(&self, row: usize, element: u16, field: &str) -> bool {
        let field = self.service.plan(element).field(field);
        field.is_some_and(|field| self.rows[row].sent.contains(&(element, field)))
    }

    /// A field's value in the form that keys are compared in.
    pub(crate) fn key_text(&self, desk: &Desk<'_>, row: usize, element: u16, field: u16) -> String {
        let schema = &self.service.element(element).fields[field as usize];
        value::normal(schema, self.value(row, element, field), desk.config.numeric_keys)
    }

    /// A refusal that P21 attributes to the record's key.
    pub(crate) fn about_key(&self, text: &str) -> Stop {
        let Some((header, _)) = self.service.header() else { return Stop::refused(text) };
        match self.service.keys.fields.last() {
            Some(key) => Stop::attributed(text, header.datawindow(), &header.fields[*key as usize].name),
            None => Stop::refused(text),
        }
    }
}
