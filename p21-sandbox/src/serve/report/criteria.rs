//! The criteria of a report: what was typed into its window, and ranges of it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::ReportError;
use crate::facts::{texts, value};
use crate::serve::transaction::replay;
use crate::serve::transaction::request::Transaction;
use crate::store::Data;
use crate::window::refusal::Stop;
use crate::window::{Desk, Window};

/// What was typed, by field; empty values are none.
pub(super) struct Criteria(BTreeMap<String, String>);

impl Criteria {
    /// Types the criteria into the report's window, so that it refuses what any window refuses.
    pub(super) fn typed(
        window: &mut Window,
        desk: &mut Desk<'_>,
        transaction: &Transaction,
    ) -> Result<Self, ReportError> {
        for element in transaction.elements.iter() {
            replay::element(window, desk, element).map_err(refused)?;
        }
        let service = &window.service;
        let mut values = BTreeMap::new();
        for element in window.edited.iter().copied() {
            let Some(row) = window.current(service.plan(element).storage) else { continue };
            for (index, field) in (0..).zip(service.element(element).fields.iter()) {
                let value = window.value(row, element, index);
                if !value.is_empty() {
                    values.insert(field.name.to_string(), value.to_owned());
                }
            }
        }
        Ok(Self(values))
    }

    /// A value, if one was typed.
    pub(super) fn get(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }

    /// Refuses criteria that the sandbox would ignore: a report must not print more than it was asked for.
    pub(super) fn only(&self, report: &str, known: &[&str]) -> Result<(), ReportError> {
        match self.0.keys().find(|field| !known.contains(&field.as_str())) {
            None => Ok(()),
            Some(field) => Err(ReportError::NotSimulated(format!("the criterion {field} of {report}"))),
        }
    }

    /// The range between two fields; either end may be open. Some fields take any text, but numbers are in the range.
    pub(super) fn range(&self, from: &str, to: &str) -> Result<Range, ReportError> {
        let number = |field: &str| {
            let invalid = |text: &str| ReportError::Refused(texts::INVALID_VALUE.with(&[field, text]));
            let text = self.get(field);
            text.map(|text| value::decimal(text.trim()).ok_or_else(|| invalid(text))).transpose()
        };
        Ok(Range { from: number(from)?, to: number(to)? })
    }
}

pub(super) fn refused(stop: Stop) -> ReportError {
    match stop.into_refusal() {
        Ok(refusal) => ReportError::Refused(refusal.text),
        Err(error) => ReportError::Store(error),
    }
}

/// A range of numbers.
pub(super) struct Range {
    from: Option<Decimal>,
    to: Option<Decimal>,
}

impl Range {
    /// Whether neither end was given.
    pub(super) fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Whether a row's value is in the range. What has no number is in an open one only.
    pub(super) fn holds(&self, stored: &str) -> bool {
        match value::decimal(stored.trim()) {
            None => self.is_open(),
            Some(number) => self.from.is_none_or(|from| from <= number) && self.to.is_none_or(|to| number <= to),
        }
    }
}

/// A column of a row, whichever table the window that wrote it has it from; empty if there is none.
pub(super) fn column<'d>(data: &'d Data, name: &str) -> &'d str {
    let exact = data.get(name);
    let other = || data.iter().find(|(key, _)| key.rsplit('.').next() == Some(name)).map(|(_, value)| value);
    exact.or_else(other).map_or("", String::as_str)
}

/// A column as a number; zero if it is none.
pub(super) fn number(data: &Data, name: &str) -> Decimal {
    value::decimal(column(data, name)).unwrap_or_default()
}

/// Whether a row belongs to that company; one that says nothing belongs to the session's.
pub(super) fn is_of_company(data: &Data, company: &str, session: &str) -> bool {
    let of = ["company_no", "company_id"].into_iter().map(|name| column(data, name)).find(|value| !value.is_empty());
    of.unwrap_or(session) == company
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_may_be_open_and_compare_numbers() {
        let range = |from: &str, to: &str| Range { from: value::decimal(from), to: value::decimal(to) };
        assert!(range("9", "11").holds("10.0") && !range("9", "11").holds("100"));
        assert!(range("9", "").holds("100") && range("", "9").holds("1") && !range("", "9").holds("10"));
        assert!(range("", "").holds("") && !range("1", "").holds("") && !range("1", "").holds("text"));
    }

    #[test]
    fn columns_of_other_tables_are_found_by_their_name() {
        let data: Data = [("inv_mast.item_id", "A"), (".total", "5"), ("unit", "EA")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into();
        assert_eq!(["item_id", "total", "unit", "other"].map(|name| column(&data, name)), ["A", "5", "EA", ""]);
    }
}
