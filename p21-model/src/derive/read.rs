//! Rows of a record -> structs.

use super::column::BoundField;
use super::element::FromRow;
use super::problem::{Problems, ReadWhat};
use crate::facts::schema::{ElementKind, ElementSchema};
use crate::rows::value::FieldValue;
use crate::wire::payload::{DataElement, Row, Transaction};

/// A row that is being read.
pub struct RowReader<'r> {
    record: &'r Transaction,
    element: &'static ElementSchema,
    row: &'r Row,
    index: usize,
    problems: &'r mut Problems,
}

impl RowReader<'_> {
    /// A value that must be there.
    pub fn required<T, V: FieldValue>(&mut self, column: BoundField<T, V>) -> Option<T> {
        let name = column.name();
        let found = self.optional(column)?;
        if found.is_none() {
            self.problems.field(self.element, self.index, name, ReadWhat::Missing);
        }
        found
    }

    /// A value that may be absent or empty.
    pub fn optional<T, V: FieldValue>(&mut self, column: BoundField<T, V>) -> Option<Option<T>> {
        let Some(text) = self.row.value(column.name()).filter(|text| !text.is_empty()) else { return Some(None) };
        match column.read(text) {
            Ok(value) => Some(Some(value)),
            Err(error) => {
                self.problems.field(self.element, self.index, column.name(), ReadWhat::Malformed(error));
                None
            }
        }
    }

    /// A value that is its type's default where P21 has none.
    pub fn or_default<T: Default, V: FieldValue>(&mut self, column: BoundField<T, V>) -> Option<T> {
        self.optional(column).map(Option::unwrap_or_default)
    }

    /// The child row that must be there.
    pub fn child<C: FromRow>(&mut self) -> Option<C> {
        let found = self.child_optional()?;
        if let (None, Some(schema)) = (&found, C::DECLARED.schema) {
            self.problems.element(schema, self.place_of(schema), ReadWhat::NoRow);
        }
        found
    }

    /// The child row, if it is there.
    pub fn child_optional<C: FromRow>(&mut self) -> Option<Option<C>> {
        let schema = C::DECLARED.schema?;
        let mut children = self.children(schema)?;
        match children.len() {
            0 => Some(None),
            1 => self.read(schema, children.remove(0)).map(Some),
            rows => {
                self.problems.element(schema, None, ReadWhat::SeveralRows(rows));
                None
            }
        }
    }

    /// Every child row that has data.
    pub fn child_list<C: FromRow>(&mut self) -> Option<Vec<C>> {
        let schema = C::DECLARED.schema?;
        let children = self.children(schema)?;
        read_all(children, |place| self.read(schema, place))
    }

    fn read<C: FromRow>(&mut self, element: &'static ElementSchema, (index, row): (usize, &Row)) -> Option<C> {
        C::read(&mut RowReader { record: self.record, element, row, index, problems: self.problems })
    }

    /// A form's row has the index of its parent's.
    fn place_of(&self, child: &ElementSchema) -> Option<usize> {
        (child.kind == ElementKind::Form).then_some(self.index)
    }
}

impl<'r> RowReader<'r> {
    /// The rows of a child element that belong to this row; see the module's words on reading back.
    fn children(&mut self, child: &ElementSchema) -> Option<Vec<(usize, &'r Row)>> {
        let (parents, children) = (count(self.record, self.element), count(self.record, child));
        if child.kind == ElementKind::Form && parents == children {
            let own = all(self.record, child).nth(self.index).filter(|row| has_data(row));
            return Some(own.map(|row| (self.index, row)).into_iter().collect());
        }
        let rows: Vec<(usize, &Row)> = filled(self.record, child).collect();
        // A single parent row has all there are.
        if rows.is_empty() || filled(self.record, self.element).count() == 1 {
            return Some(rows);
        }
        self.problems.element(child, None, ReadWhat::Unplaced { parents, children });
        None
    }
}

/// The one row of an element that has data.
pub(super) fn one<T: FromRow>(
    record: &Transaction,
    element: &'static ElementSchema,
    problems: &mut Problems,
) -> Option<Option<T>> {
    let mut rows = filled(record, element);
    let Some((index, row)) = rows.next() else { return Some(None) };
    let others = rows.count();
    if others > 0 {
        problems.element(element, None, ReadWhat::SeveralRows(others + 1));
        return None;
    }
    T::read(&mut RowReader { record, element, row, index, problems }).map(Some)
}

/// Every row of an element that has data.
pub(super) fn rows<T: FromRow>(
    record: &Transaction,
    element: &'static ElementSchema,
    problems: &mut Problems,
) -> Option<Vec<T>> {
    let read = |(index, row)| T::read(&mut RowReader { record, element, row, index, problems });
    read_all(filled(record, element), read)
}

/// Reads on after a row that can't be read, so that the errors of every row are known at once.
fn read_all<R, T>(rows: impl IntoIterator<Item = R>, read: impl FnMut(R) -> Option<T>) -> Option<Vec<T>> {
    let read: Vec<Option<T>> = rows.into_iter().map(read).collect();
    read.into_iter().collect()
}

fn of<'r>(record: &'r Transaction, element: &ElementSchema) -> impl Iterator<Item = &'r DataElement> {
    let name = &*element.name;
    record.data_elements.iter().filter(move |other| other.name == name)
}

fn all<'r>(record: &'r Transaction, element: &ElementSchema) -> impl Iterator<Item = &'r Row> {
    of(record, element).flat_map(|element| &element.rows)
}

fn count(record: &Transaction, element: &ElementSchema) -> usize {
    of(record, element).map(|element| element.rows.len()).sum()
}

fn filled<'r>(record: &'r Transaction, element: &ElementSchema) -> impl Iterator<Item = (usize, &'r Row)> {
    all(record, element).enumerate().filter(|(_, row)| has_data(row))
}

fn has_data(row: &Row) -> bool {
    row.edits.iter().any(|edit| !edit.value.is_empty())
}
