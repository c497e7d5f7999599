//! Values that name a row of a database table, which has to be there.

use super::Window;
use super::desk::Desk;
use super::refusal::Stop;
use crate::facts::plan::Reference;
use crate::facts::value;
use crate::store::Data;

impl Window {
    /// Refuses a value that names what is not there. No value names nothing.
    pub(super) fn refers(&self, desk: &Desk<'_>, element: u16, row: usize, field: u16) -> Result<(), Stop> {
        let references = &self.service.plan(element).refers[field as usize];
        if references.is_empty() || self.value(row, element, field).is_empty() {
            return Ok(());
        }
        let key = self.key_text(desk, row, element, field);
        for reference in references {
            if !self.is_there(desk, row, &key, reference)? {
                let typed = self.value(row, element, field);
                let stop = match &*reference.message {
                    "" => Stop::not_taken(&self.service.element(element).fields[field as usize].name, typed),
                    message => Stop::refused(self.filled(message, element, field).replace("{value}", typed)),
                };
                return Err(stop.own_if(reference.is_own));
            }
        }
        Ok(())
    }

    fn is_there(&self, desk: &Desk<'_>, row: usize, key: &str, reference: &Reference) -> Result<bool, Stop> {
        let location = reference.at.map(|(element, field)| self.value(self.row_of(element, row), element, field));
        let fits = |found: &Data| {
            let has = |column: &str, wanted: &str| found.get(column).is_some_and(|value| is_same(value, wanted));
            location.is_none_or(|location| has(LOCATION, location))
                && reference.with.as_ref().is_none_or(|(column, wanted)| has(column, wanted))
        };
        for table in &reference.tables {
            if desk.store.rows_named(&table.table, &table.by, key)?.iter().any(fits) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The row that an element shows where `row` is worked on: itself, or one that it lies below.
    fn row_of(&self, element: u16, row: usize) -> usize {
        let storage = self.service.plan(element).storage;
        let mut at = row;
        while self.rows[at].storage != storage && at != 0 {
            at = self.rows[at].parent;
        }
        at
    }
}

/// The column that says where a row of the database is.
const LOCATION: &str = "location_id";

/// Numbers of any spelling are one.
fn is_same(stored: &str, wanted: &str) -> bool {
    let (stored, wanted) = (stored.trim(), wanted.trim());
    stored == wanted || value::decimal(stored).is_some_and(|number| value::decimal(wanted) == Some(number))
}
