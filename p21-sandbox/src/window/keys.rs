//! What typing a key does: it loads a record, finds none, or is a value as any other.

use super::Window;
use super::desk::Desk;
use super::refusal::Stop;

/// What a value would do that is typed into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// It is no key, not the last one that is missing, or that of the record in the window.
    None,
    /// It loads a record.
    Loads,
    /// It is a number that P21 gives, and no record has it.
    Absent,
}

impl Window {
    /// What a value would do.
    pub(crate) fn key(&self, desk: &Desk<'_>, element: u16, field: &str, typed: &str) -> Result<Key, Stop> {
        if self.service.header != Some(element) || typed.trim().is_empty() {
            return Ok(Key::None);
        }
        let service = &self.service;
        let Some(field) = service.plan(element).field(field) else { return Ok(Key::None) };
        match self.record_of(desk, element, field, typed)? {
            Some(record) if self.record != Some(record) => return Ok(Key::Loads),
            Some(_) => return Ok(Key::None),
            None => {}
        }
        let is_number = service.keys.numbered.is_some_and(|(numbered, _)| numbered == field);
        Ok(if is_number { Key::Absent } else { Key::None })
    }
}
