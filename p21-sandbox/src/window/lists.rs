//! What rules say about the rows of a list: dates that ascend, one row that carries a mark, one insert a request.

use p21_model::schema::RuleKind;

use super::Window;
use super::desk::Desk;
use super::refusal::Stop;
use crate::facts::value;

/// The label of a row that is on its way out, and the field that says so.
const STATUS: &str = "row_status_flag";
const DELETED: &str = "Delete";

impl Window {
    /// Refuses a new row whose date is not later than that of every row before it.
    pub(super) fn ascends(&self, element: u16, row: usize) -> Result<(), Stop> {
        if !self.rows[row].is_new() {
            return Ok(());
        }
        for rule in self.service.element(element).rules.iter() {
            let RuleKind::Ascending { field, message } = &rule.kind else { continue };
            let date = |row: usize| value::date_time(self.value(row, element, *field));
            let (storage, parent) = (self.rows[row].storage, self.rows[row].parent);
            let before = self.rows.below(storage, parent).iter().filter(|other| **other != row);
            if let (Some(date), Some(last)) = (date(row), before.filter_map(|row| date(*row)).max())
                && date <= last
            {
                return Err(self.refused_value(message, row, element, *field).own_if(rule.why.own_words));
            }
        }
        Ok(())
    }

    /// Of the rows that are left of a list that was edited one has to carry the mark, whichever came first in the
    /// payload.
    pub(super) fn has_primaries(&self) -> Result<(), Stop> {
        for element in self.edited.iter().copied() {
            let schema = self.service.element(element);
            for rule in schema.rules.iter() {
                let RuleKind::Primary { field, value, message } = &rule.kind else { continue };
                let of = &schema.fields[*field as usize];
                let mark = value::typed(of, value, false).unwrap_or_else(|_| value.to_string());
                let storage = self.service.plan(element).storage;
                let is_marked = |row: usize| {
                    self.rows[row].storage == storage
                        && self.value(row, element, *field) == mark
                        && !self.is_deleted(element, row)
                };
                if !(0..self.rows.len()).any(is_marked) {
                    let text = self.filled(message, element, *field);
                    return Err(Stop::refused(text).own_if(rule.why.own_words));
                }
            }
        }
        Ok(())
    }

    /// The lists of which a request may add one row a record, and to which this transaction adds some.
    ///
    /// # Errors
    /// An earlier transaction of the same request has added to one of them.
    pub(super) fn grows(&self, desk: &Desk<'_>) -> Result<Vec<u16>, Stop> {
        let Some(record) = self.record else { return Ok(Vec::new()) };
        let mut grown = Vec::new();
        for (element, schema) in (0..).zip(self.service.schema.elements.iter()) {
            for rule in schema.rules.iter() {
                let RuleKind::OneInsert { message } = &rule.kind else { continue };
                let storage = self.service.plan(element).storage;
                if !self.rows.iter().any(|row| row.storage == storage && row.is_new()) {
                    continue;
                }
                if desk.post.grown.contains(&(record, element)) {
                    return Err(Stop::refused(&**message).own_if(rule.why.own_words));
                }
                grown.push(element);
            }
        }
        Ok(grown)
    }

    fn is_deleted(&self, element: u16, row: usize) -> bool {
        let Some((field, schema)) = self.service.element(element).field(STATUS) else { return false };
        value::shown(schema, self.value(row, element, field)) == DELETED
    }

    /// P21's text, or that of values which a field does not take where P21's is not known.
    fn refused_value(&self, message: &str, row: usize, element: u16, field: u16) -> Stop {
        if !message.is_empty() {
            return Stop::refused(self.filled(message, element, field));
        }
        let name = &self.service.element(element).fields[field as usize].name;
        Stop::not_taken(name, self.value(row, element, field))
    }
}
