//! Replaying elements and rows: which row an edit lands on.

use p21_model::definition::ElementKind;
use p21_model::schema::{IgnoreDisabled, Numbering, Occasion, RuleKind, When};

use super::Window;
use super::edit::Typed;
use super::refusal::Stop;
use crate::behaviour::Unmatched;
use crate::facts::unknowns::{CreatedAgain, UnknownElement};
use crate::facts::value;
use crate::serve::transaction::request::{DataElement, Edit, Row};
use crate::store::identity::{self, Given};

/// What became of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It is echoed.
    Whole,
    /// P21 dropped it, or part of it, in silence: it is missing from the echo.
    Dropped,
}

impl Window<'_> {
    /// Replays an element: its rows in order, each edit in order.
    pub(crate) fn element(&mut self, sent: &DataElement) -> Result<Applied, Stop> {
        let name = sent.name.as_str();
        let Some(element) = self.service.element_index(name) else {
            if self.config.unknowns.unknown_element == UnknownElement::Ignored {
                return Ok(Applied::Dropped);
            }
            return Err(Stop::general(format_args!("Invalid data element name: {name}")));
        };
        let plan = self.service.plan(element);
        let mut keys: Vec<u16> = Vec::new();
        for key in sent.keys.iter() {
            let field = plan.field(key.as_str()).ok_or_else(|| Stop::no_column(key.as_str()))?;
            if !keys.contains(&field) {
                keys.push(field);
            }
        }
        let mut applied = Applied::Whole;
        for row in sent.rows.iter() {
            if row.edits.iter().all(Edit::is_skipped) {
                continue;
            }
            let carries = |key: &u16| row.edits.iter().any(|edit| plan.field(edit.name()) == Some(*key));
            if !keys.iter().all(carries) {
                return Err(Stop::key_not_sent());
            }
            if self.tab_is_skipped(element)? || self.row(element, &keys, row)? == Applied::Dropped {
                applied = Applied::Dropped;
            }
        }
        Ok(applied)
    }

    /// Whether the element's tab is shut and the rows vanish without a word; without `IgnoreDisabled` it is refused.
    pub(super) fn tab_is_skipped(&mut self, element: u16) -> Result<bool, Stop> {
        let plan = self.service.plan(element);
        let parent = self.service.storages[plan.storage as usize].parent.unwrap_or(0);
        let is_new = self.current(parent).is_none_or(|row| self.rows[row].is_new());
        for shut in plan.shut_tab.iter().filter(|shut| holds(shut.when, is_new)) {
            match shut.ignore_disabled {
                IgnoreDisabled::Writes if self.ignore_disabled => {}
                IgnoreDisabled::Nothing if self.ignore_disabled => {
                    self.phantom = true;
                    return Ok(true);
                }
                _ => {
                    let schema = self.service.element(element);
                    return Err(Stop::tab(&schema.name, schema.datawindow(), &shut.message));
                }
            }
        }
        Ok(false)
    }

    fn row(&mut self, element: u16, keys: &[u16], sent: &Row) -> Result<Applied, Stop> {
        let row = if self.service.header == Some(element) {
            Some(self.header_row(element, keys, sent)?)
        } else {
            if !self.is_open() {
                self.create()?;
            }
            self.comes_too_late(element)?;
            self.wants_always(element, sent)?;
            self.service.behaviour.before_row(self, element, sent)?;
            self.other_row(element, keys, sent)?
        };
        self.edited.insert(element);
        match row {
            Some(row) => self.type_row(element, row, keys, sent),
            None => Ok(Applied::Whole),
        }
    }

    /// The keys that every row of a list has to carry, whether it selects a row or adds one. What else every row needs
    /// is looked at when the record is saved.
    fn wants_always(&self, element: u16, sent: &Row) -> Result<(), Stop> {
        let (plan, schema) = (self.service.plan(element), self.service.element(element));
        if schema.kind != ElementKind::List {
            return Ok(());
        }
        let carries = |field: &u16| {
            sent.edits.iter().any(|edit| plan.field(edit.name()) == Some(*field) && !edit.value.as_str().is_empty())
        };
        for rule in schema.rules.iter() {
            let RuleKind::Required { fields, on: Occasion::Always, message, unless } = &rule.kind else { continue };
            if let Some(missing) = fields.iter().find(|field| schema.keys.contains(field) && !carries(field))
                && !unless.iter().any(carries)
            {
                return Err(Stop::refused(self.filled(message, element, *missing)));
            }
        }
        Ok(())
    }

    /// Some elements are the last ones: after them no other tab opens.
    fn comes_too_late(&self, element: u16) -> Result<(), Stop> {
        let schema = self.service.element(element);
        let is_over = self.service.schema.sequences.iter().any(|sequence| {
            !sequence.last.contains(&element) && sequence.last.iter().any(|last| self.edited.contains(last))
        });
        if is_over { Err(Stop::tab(&schema.name, schema.datawindow(), TAB_DISABLED)) } else { Ok(()) }
    }

    /// The first header row decides which record is in the window.
    fn header_row(&mut self, element: u16, keys: &[u16], sent: &Row) -> Result<usize, Stop> {
        if !self.edited.contains(&element) {
            let mut given = Given::new();
            for field in self.service.keys.fields.iter().filter(|field| keys.is_empty() || keys.contains(field)) {
                let mut value = self.key_value(element, *field, sent);
                if value.is_empty() && self.service.element(element).fields[*field as usize].name == COMPANY {
                    value.clone_from(&self.config.company);
                }
                if !value.is_empty() {
                    given.insert(*field, value);
                }
            }
            let found = identity::find(self.service, self.config, self.store, &given, !keys.is_empty())?;
            match found {
                Some(record) => {
                    self.is_created_again(element, keys)?;
                    self.load(record)?;
                    self.service.behaviour.retrieved(self)?;
                    self.service.behaviour.loaded(self, !keys.is_empty())?;
                }
                None if !self.is_open() => {
                    self.service.behaviour.not_found(self, sent)?;
                    self.create()?;
                }
                None => {}
            }
        }
        if self.is_open() { Ok(0) } else { Err(Stop::refused(NO_OBJECT)) }
    }

    /// A header that does not name its keys creates a record; of some there is one only.
    fn is_created_again(&self, element: u16, keys: &[u16]) -> Result<(), Stop> {
        if !keys.is_empty() || self.config.unknowns.created_again == CreatedAgain::Changes {
            return Ok(());
        }
        let rules = self.service.element(element).rules.iter();
        let once = rules.filter_map(|rule| match &rule.kind {
            RuleKind::CreatedOnce { message } => Some(message),
            _ => None,
        });
        once.take(1).try_for_each(|message| Err(Stop::general(message)))
    }

    /// The row of a form, or the row of a list that the keys select; a list without such a row gets a new one. `None`
    /// if P21 drops the row in silence.
    fn other_row(&mut self, element: u16, keys: &[u16], sent: &Row) -> Result<Option<usize>, Stop> {
        let storage = self.service.plan(element).storage;
        let of = &self.service.storages[storage as usize];
        if of.kind == ElementKind::Form || self.service.element(element).kind == ElementKind::Form {
            return self.form_row(storage).map(Some).ok_or_else(|| Stop::refused(NO_OBJECT));
        }
        let parent = of.parent.and_then(|parent| self.form_row(parent)).ok_or_else(|| Stop::refused(NO_OBJECT))?;
        let keys = self.effective_keys(element, keys, sent);
        let values: Vec<String> = keys.iter().map(|key| self.key_value(element, *key, sent)).collect();
        let found = if values.iter().all(String::is_empty) { None } else { self.find(element, parent, &keys, &values) };
        match found {
            Some(row) => {
                self.select(row);
                Ok(Some(row))
            }
            None => Ok(match self.service.behaviour.unmatched(self, element, sent)? {
                Unmatched::Added => Some(self.push(storage, parent)),
                Unmatched::Dropped => None,
                Unmatched::On(row) => {
                    self.select(row);
                    Some(row)
                }
            }),
        }
    }

    /// The keys of the payload; without any, those that the definition declares and the row carries.
    fn effective_keys(&self, element: u16, keys: &[u16], sent: &Row) -> Vec<u16> {
        if !keys.is_empty() {
            return keys.to_vec();
        }
        let plan = self.service.plan(element);
        let carried =
            |key: &u16| sent.edits.iter().any(|edit| !edit.is_skipped() && plan.field(edit.name()) == Some(*key));
        self.service.element(element).keys.iter().copied().filter(carried).collect()
    }

    /// A key's value in the row: the last edit's, in the form it is compared in.
    fn key_value(&self, element: u16, key: u16, sent: &Row) -> String {
        let (plan, schema) = (self.service.plan(element), &self.service.element(element).fields[key as usize]);
        let edits: Vec<&Edit> = sent.edits.iter().filter(|edit| plan.field(edit.name()) == Some(key)).collect();
        let Some(edit) = edits.iter().rev().find(|edit| !edit.is_skipped()) else { return String::new() };
        let typed = edit.value.as_str();
        let stored = value::typed(schema, typed, self.codes).unwrap_or_else(|_| typed.to_owned());
        value::normal(schema, &stored, self.config.numeric_keys)
    }

    pub(super) fn type_row(&mut self, element: u16, row: usize, keys: &[u16], sent: &Row) -> Result<Applied, Stop> {
        let mut applied = Applied::Whole;
        let mut typed: Vec<u16> = Vec::new();
        let before = self.has_prompts(element).then(|| (self.rows[row].data.clone(), self.rows[row].sent.clone()));
        for edit in sent.edits.iter().filter(|edit| !edit.is_skipped()) {
            match self.edit(element, row, keys, edit)? {
                Typed::Stored(field) => typed.push(field),
                Typed::Dropped => applied = Applied::Dropped,
                Typed::Nothing => {}
            }
        }
        if applied == Applied::Dropped && self.discard_unsent(row) {
            return Ok(applied);
        }
        if let Some((data, sent)) = before
            && let Some(prompt) = self.prompt_over(element, row)
        {
            if let Some(title) = &prompt.response_window {
                return Err(Stop::refused(format!("Unexpected response window: {title}")));
            }
            (self.rows[row].data, self.rows[row].sent) = (data, sent);
            self.discard_unsent(row);
            return Ok(applied);
        }
        self.number_line(element, row, &typed);
        self.look_up(element, row, &typed)?;
        self.service.behaviour.row_done(self, element, row)?;
        self.ascends(element, row)?;
        self.reindex(row);
        Ok(applied)
    }

    /// Numbers a new line, or takes note of the number it was given.
    fn number_line(&mut self, element: u16, row: usize, typed: &[u16]) {
        let service = self.service;
        let parent = self.rows[row].parent;
        for rule in service.element(element).rules.iter() {
            let RuleKind::Assigned { field, how: Numbering::Line { width } } = &rule.kind else { continue };
            if typed.contains(field) {
                if let Ok(line) = self.value(row, element, *field).trim().parse() {
                    self.saw_line(element, *field, parent, line);
                }
            } else if self.rows[row].is_new() && self.value(row, element, *field).is_empty() {
                let line = self.next_line(element, *field, parent);
                self.set(row, element, *field, format!("{line:0width$}", width = usize::from(*width)));
            }
        }
    }

    /// Fills in the names that belong to the keys that were typed.
    fn look_up(&mut self, element: u16, row: usize, typed: &[u16]) -> Result<(), Stop> {
        let service = self.service;
        for lookup in &service.plan(element).lookups {
            if typed.contains(&lookup.key) && !typed.contains(&lookup.field) {
                let key_field = &service.element(element).fields[lookup.key as usize];
                let key = value::normal(key_field, self.value(row, element, lookup.key), self.config.numeric_keys);
                let found = self.store.master(&lookup.table, &key)?;
                let name = found.and_then(|mut found| found.remove(&lookup.column)).unwrap_or_default();
                self.set(row, element, lookup.field, name);
            }
        }
        Ok(())
    }
}

/// Whether a column that is shut at some time is shut now.
pub(super) fn holds(when: When, is_new: bool) -> bool {
    match when {
        When::Always => true,
        When::Saved => !is_new,
        When::New => is_new,
    }
}

/// A key that the session brings along.
pub(super) const COMPANY: &str = "company_id";

/// P21's text for a tab that is shut.
pub(crate) const TAB_DISABLED: &str = "Tab page is disabled and cannot be selected";

/// P21's text when a child has no row to apply to.
pub(super) const NO_OBJECT: &str = "Object reference not set to an instance of an object.";
