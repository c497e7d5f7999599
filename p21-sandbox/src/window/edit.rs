//! One edit: is the column open, does it take the value, what does it change beside.

use p21_model::schema::{Effect, IgnoreDisabled, RuleKind, ValueType};

use super::desk::Desk;
use super::refusal::Stop;
use super::{Entry, Window};
use crate::facts::plan::Shut;
use crate::facts::{texts, value};

/// What became of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typed {
    /// The field has the value.
    Stored(u16),
    /// P21 dropped it in silence, for `IgnoreDisabled` was set.
    Dropped,
    /// It changes nothing: a key that only selects, a value that a prompt discards.
    Nothing,
}

impl Window {
    /// Types one value into one field of a row.
    pub(super) fn edit(
        &mut self,
        desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        keys: &[u16],
        entry: Entry<'_>,
    ) -> Result<Typed, Stop> {
        let Entry { name, value: typed, .. } = entry;
        let field = self.service.plan(element).field(name).ok_or_else(|| Stop::no_column(name))?;
        if self.only_selects(desk, element, row, keys, field, typed) {
            self.rows[row].sent.insert((element, field));
            return Ok(Typed::Nothing);
        }
        if self.is_shut(element, row, field)? {
            return Ok(Typed::Dropped);
        }
        self.wants_first(element, row, field)?;
        let schema = &self.service.element(element).fields[field as usize];
        let stored = if typed.trim().is_empty() {
            String::new()
        } else {
            // What P21 says is known of lists.
            let is_list = !schema.values.is_empty() || schema.value_type == ValueType::Switch;
            value::typed(schema, typed, self.codes).map_err(|_| Stop::not_taken(name, typed).own_if(!is_list))?
        };
        let plan = self.service.plan(element);
        if plan.longest[field as usize].is_some_and(|most| stored.chars().count() > most)
            || (!stored.is_empty() && plan.forms[field as usize].is_some_and(|form| !form.takes(&stored)))
        {
            return Err(Stop::not_taken(name, typed).own_if(true));
        }
        self.wants_rows(element, field, &stored)?;
        if let Some(dialog) = self.opens(desk, element, field, &stored)? {
            let is_taken = self.ask_dialog(desk, dialog, (element, row, field), stored)?;
            return Ok(if is_taken { Typed::Stored(field) } else { Typed::Nothing });
        }
        if self.dates_ask(desk, element, row, field, &stored)? {
            let is_taken = self.ask_about_value(desk, (element, row, field), stored)?;
            return Ok(if is_taken { Typed::Stored(field) } else { Typed::Nothing });
        }
        self.put(desk, element, row, field, stored)?;
        Ok(Typed::Stored(field))
    }

    /// A value that is taken, and what it changes beside.
    pub(super) fn put(
        &mut self,
        desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        field: u16,
        stored: String,
    ) -> Result<(), Stop> {
        self.set(row, element, field, stored);
        self.rows[row].sent.insert((element, field));
        self.clear_after(element, row, field);
        self.behaviour.edited(self, desk, element, row, field)?;
        self.refers(desk, element, row, field)
    }

    /// Keys of a form that shows an existing row say which row is meant and are not typed into it. A record's own keys
    /// may change, but are not rewritten with another spelling of themselves.
    fn only_selects(&self, desk: &Desk<'_>, element: u16, row: usize, keys: &[u16], field: u16, typed: &str) -> bool {
        let schema = self.service.element(element);
        let is_header = self.service.header == Some(element);
        let is_key = keys.contains(&field)
            || schema.keys.contains(&field)
            || (is_header && self.service.keys.fields.contains(&field));
        let current = self.value(row, element, field);
        if !is_key || current.is_empty() {
            return false;
        }
        if !is_header {
            return self.service.storages[self.service.plan(element).storage as usize].element != schema.name;
        }
        let schema = &schema.fields[field as usize];
        let numeric = desk.config.numeric_keys;
        !self.rows[row].is_new() && value::normal(schema, typed, numeric) == value::normal(schema, current, numeric)
    }

    /// Whether a column takes values now. Whoever shows a window asks, and edits are held to the same.
    pub(crate) fn is_enabled(&self, element: u16, row: Option<usize>, field: u16) -> bool {
        let is_new = row.is_none_or(|row| self.rows[row].is_new());
        let shut = &self.service.plan(element).shut[field as usize];
        let by_rule = shut.iter().any(|shut| shut.when.includes(is_new) && !self.is_opened(element, shut));
        !by_rule && row.is_none_or(|row| self.behaviour.shut(self, element, row, field).is_none())
    }

    /// What a transaction writes under `IgnoreDisabled` alone is open to whoever has unlocked its tab.
    fn is_opened(&self, element: u16, shut: &Shut) -> bool {
        shut.ignore_disabled == IgnoreDisabled::Writes && self.stage_allows(element) == Some(true)
    }

    /// Whether the column is disabled and the value vanishes; without `IgnoreDisabled` it is refused.
    fn is_shut(&self, element: u16, row: usize, field: u16) -> Result<bool, Stop> {
        let is_new = self.rows[row].is_new();
        let shut = &self.service.plan(element).shut[field as usize];
        for shut in shut.iter().filter(|shut| shut.when.includes(is_new) && !self.is_opened(element, shut)) {
            match shut.ignore_disabled {
                IgnoreDisabled::Writes if self.ignore_disabled => {}
                IgnoreDisabled::Nothing if self.ignore_disabled => return Ok(true),
                _ => return Err(Stop::general(self.filled(&shut.message, element, field))),
            }
        }
        match self.behaviour.shut(self, element, row, field) {
            Some(_) if self.ignore_disabled => Ok(true),
            Some(message) => Err(Stop::general(message)),
            None => Ok(false),
        }
    }

    /// Refuses a field whose predecessors are not set yet, where that is what P21 does.
    fn wants_first(&self, element: u16, row: usize, field: u16) -> Result<(), Stop> {
        for first in &self.service.plan(element).wants_first[field as usize] {
            let is_set = first.fields.iter().any(|field| !self.value(row, element, *field).is_empty());
            if is_set || self.behaviour.is_open_early(self, element, row, field) {
                continue;
            }
            if first.effect == Effect::Refused {
                let fields = &self.service.element(element).fields;
                let before = first.fields.first().map_or("", |field| &fields[usize::from(*field)].name);
                let message = if first.message.is_empty() { texts::SET_FIRST.pattern() } else { &first.message };
                let text = self.filled(message, element, field).replace("{before}", before);
                return Err(Stop::refused(text).own_if(first.is_own));
            }
            if !self.ignore_disabled {
                return Err(Stop::general(self.filled(texts::COLUMN_DISABLED.pattern(), element, field)));
            }
        }
        Ok(())
    }

    /// Empties the fields that this one clears, if they were typed before it.
    fn clear_after(&mut self, element: u16, row: usize, field: u16) {
        let service = &*self.service;
        let plan = service.plan(element);
        for then in &plan.clears[field as usize] {
            if self.rows[row].sent.remove(&(element, *then)) {
                let numeric = service.element(element).fields[*then as usize].value_type;
                let empty = if matches!(numeric, ValueType::Decimal | ValueType::Integer) { "0" } else { "" };
                self.rows.set(row, plan.column(*then), empty.to_owned());
            }
        }
    }

    /// Checks dates against today and against each other. `true` if P21 opens a prompt about it.
    fn dates_ask(&self, desk: &Desk<'_>, element: u16, row: usize, field: u16, stored: &str) -> Result<bool, Stop> {
        let schema = self.service.element(element);
        let Some(moment) = value::date_time(stored) else { return Ok(false) };
        for rule in schema.rules.iter() {
            match &rule.kind {
                RuleKind::Today { field: of, message } if *of == field && moment.date() < desk.today() => {
                    return Err(Stop::refused(self.filled(message, element, field)).own_if(rule.why.own_words));
                }
                RuleKind::Dates { earlier, later, strict, message } if *earlier == field || *later == field => {
                    let other = if *earlier == field { *later } else { *earlier };
                    let Some(other) = value::date_time(self.value(row, element, other)) else { continue };
                    let (first, then) = if *earlier == field { (moment, other) } else { (other, moment) };
                    if first < then || (first == then && !strict) {
                        continue;
                    }
                    let refused = || Stop::refused(&**message).own_if(rule.why.own_words);
                    return if message.is_empty() { Ok(true) } else { Err(refused()) };
                }
                _ => {}
            }
        }
        Ok(false)
    }

    /// A message with the field's name and label filled in.
    pub(super) fn filled(&self, message: &str, element: u16, field: u16) -> String {
        let schema = self.service.element(element);
        let of = &schema.fields[field as usize];
        message.replace("{field}", &of.name).replace("{label}", of.caption()).replace("{page}", schema.caption())
    }
}
