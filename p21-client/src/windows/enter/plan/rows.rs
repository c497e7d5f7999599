//! The rows of a record, each with its parent, and how each is found.

use p21_model::row::{Edit, RawRow};
use p21_model::schema::ElementKind;

use super::{Value, Wanted};

/// The rows, as they stand in the record with their children behind them.
pub(super) struct Rows<'a> {
    pub(super) all: Vec<Row<'a>>,
}

/// A row.
pub(super) struct Row<'a> {
    pub(super) raw: &'a RawRow,
    pub(super) parent: Option<usize>,
    /// Which of its element's rows it is.
    pub(super) nth: usize,
}

impl<'a> Rows<'a> {
    pub(super) fn of(wanted: &Wanted<'a>) -> Self {
        let mut rows = Self { all: Vec::new() };
        rows.add(wanted.rows, None);
        rows
    }

    fn add(&mut self, of: &'a [RawRow], parent: Option<usize>) {
        for raw in of {
            let nth = self.all.iter().filter(|row| row.raw.element().index == raw.element().index).count();
            self.all.push(Row { raw, parent, nth });
            self.add(raw.children(), Some(self.all.len() - 1));
        }
    }

    /// The rows of an element, with their numbers.
    pub(super) fn of_element(&self, element: u16) -> impl Iterator<Item = (usize, &Row<'a>)> {
        self.all.iter().enumerate().filter(move |(_, row)| row.element() == element)
    }

    /// The elements that have rows, in the order of the record.
    pub(super) fn elements(&self) -> Vec<u16> {
        let mut elements: Vec<u16> = Vec::new();
        for row in &self.all {
            if !elements.contains(&row.element()) {
                elements.push(row.element());
            }
        }
        elements
    }

    /// Whether some row of an element sets a field.
    pub(super) fn sets(&self, element: u16, field: u16) -> bool {
        self.of_element(element).any(|(_, row)| row.edits().any(|edit| edit.index() == field))
    }
}

impl<'a> Row<'a> {
    pub(super) fn element(&self) -> u16 {
        self.raw.element().index
    }

    pub(super) fn is_list(&self) -> bool {
        self.raw.element().kind == ElementKind::List
    }

    /// What is to be typed: P21 skips an empty value that is marked so.
    pub(super) fn edits(&self) -> impl Iterator<Item = &'a Edit> + use<'a> {
        self.raw.edits().iter().filter(|edit| !(edit.value().is_empty() && edit.ignore_if_empty()))
    }

    /// The values of some fields, in their order there.
    pub(super) fn values(&self, fields: &[u16]) -> Vec<Value> {
        let value = |field: &u16| {
            let edit = self.edits().find(|edit| edit.index() == *field)?;
            Some(Value { field: *field, value: edit.value().to_owned() })
        };
        fields.iter().filter_map(value).collect()
    }

    /// The values of which no field is among these, in the order of the element.
    pub(super) fn others(&self, but: &[u16]) -> Vec<Value> {
        let edits = self.edits().filter(|edit| !but.contains(&edit.index()));
        edits.map(|edit| Value { field: edit.index(), value: edit.value().to_owned() }).collect()
    }
}

/// How a row of a list comes to be current.
pub(super) enum Found {
    /// It is a new one.
    Added,
    /// By the values of these fields.
    By(Vec<u16>),
}

/// How a row of a list is found.
pub(super) fn found(wanted: &Wanted<'_>, row: &Row<'_>) -> Found {
    let is_new = wanted.record.is_new();
    if let Some(fields) = wanted.facts.selector(row.element(), is_new) {
        let given: Vec<u16> = fields.iter().copied().filter(|field| row.raw.value(*field).is_some()).collect();
        return Found::By(given);
    }
    if is_new {
        return Found::Added;
    }
    let explicit = wanted.keyed_by.iter().find(|(element, _)| *element == row.element()).map(|(_, keys)| &**keys);
    let keys = explicit.unwrap_or(&row.raw.element().keys);
    // P21 tells rows apart by all of their keys: a row that lacks one is a new row.
    let has_all = !keys.is_empty() && keys.iter().all(|key| row.raw.value(*key).is_some_and(|value| !value.is_empty()));
    if has_all { Found::By(keys.to_vec()) } else { Found::Added }
}
