//! What rules about windows say of whoever types at one: what opens which tab, what has to be there before a field, what
//! asks. Transactions and commands don't meet it.

use p21_model::schema::{Dialog, Part};

use super::Window;
use super::desk::Desk;
use super::refusal::Stop;

impl Window {
    /// Whether the tab of an element is open by now, where something has to be typed or selected first. `None` where
    /// nothing has.
    pub(super) fn stage_allows(&self, element: u16) -> Option<bool> {
        if !self.by_hand {
            return None;
        }
        let page = self.service.page(element);
        let on_page = |other: &u16| self.service.page(*other) == page;
        let mut open = None;
        for part in self.parts().filter(|part| part.unlocks.iter().any(on_page)) {
            open = Some(open.unwrap_or(true) && self.is_done(&part));
        }
        open
    }

    /// The parts of the record, as it is typed.
    fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let is_new = self.record.is_none();
        let stages = self.service.window().stages().map(|(stages, _)| stages);
        stages.filter(move |stages| stages.on.includes(is_new)).flat_map(|stages| stages.parts())
    }

    fn is_done(&self, part: &Part<'_>) -> bool {
        if !self.is_open() {
            return false;
        }
        let storage = self.service.plan(part.element).storage;
        if part.fields.is_empty() {
            let was_typed = |row: &super::Row| row.sent.iter().any(|(element, _)| *element == part.element);
            let is_there = self.rows.iter().any(|row| row.storage == storage && was_typed(row));
            return is_there || self.chosen.contains(&part.element);
        }
        let Some(row) = self.current(storage) else { return false };
        part.fields.iter().all(|field| !self.value(row, part.element, *field).is_empty())
    }

    /// Refuses a field before the rows that it wants are there: the row that has its value, where rows have the field.
    pub(super) fn wants_rows(&self, element: u16, field: u16, stored: &str) -> Result<(), Stop> {
        if !self.by_hand {
            return Ok(());
        }
        let name = &*self.service.element(element).fields[usize::from(field)].name;
        let wanted = self.parts().filter(|part| part.element == element && part.fields.contains(&field));
        for other in wanted.flat_map(|part| part.wants.to_vec()) {
            let storage = self.service.plan(other).storage;
            let has = |row: usize| {
                self.rows[row].storage == storage
                    && self.service.plan(other).field(name).is_none_or(|field| self.value(row, other, field) == stored)
            };
            if !(0..self.rows.len()).any(has) {
                let text = self.behaviour.wants_rows(self, other);
                let own = || Stop::in_own_words(format!("{name} wants a row of {}", self.service.element(other).name));
                return Err(text.map_or_else(own, Stop::refused));
            }
        }
        Ok(())
    }

    /// What opens when a value is typed: which of the dialogs that are known.
    pub(super) fn opens(&self, desk: &Desk<'_>, element: u16, field: u16, stored: &str) -> Result<Option<usize>, Stop> {
        if !self.by_hand || stored.is_empty() || self.rows.is_empty() {
            return Ok(None);
        }
        for (index, dialog) in self.dialogs_known().enumerate() {
            let is_it = dialog.typed.as_ref().is_some_and(|(of, fields)| *of == element && fields.contains(&field));
            if is_it && self.behaviour.opens(self, desk, dialog, stored)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// The dialogs of the service.
    pub(super) fn dialogs_known(&self) -> impl Iterator<Item = &Dialog> {
        self.service.window().dialogs().map(|(dialog, _)| dialog)
    }

    /// Adds a row that a response window has made: its columns can't be typed.
    pub(crate) fn enter(&mut self, desk: &mut Desk<'_>, element: u16, values: &[(u16, String)]) -> Result<(), Stop> {
        let service = std::sync::Arc::clone(&self.service);
        let row = self.append(desk, element)?;
        let plan = service.plan(element);
        for (field, value) in values {
            self.set(row, element, *field, value.clone());
            self.rows[row].sent.insert((element, *field));
        }
        // It has its number before any save.
        let number =
            service.element(element).keys.iter().copied().find(|key| self.value(row, element, *key).is_empty());
        if let Some(key) = number {
            let table = &service.storages[usize::from(plan.storage)].table;
            let number = desk.take_number(&format!("{table}#{}", plan.column(key)))?;
            self.set(row, element, key, number.to_string());
            self.rows[row].sent.insert((element, key));
        }
        self.edited.insert(element);
        Ok(())
    }
}
