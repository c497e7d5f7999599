//! Records read back from `POST /api/v2/transaction/get`, with typed access.

use std::marker::PhantomData;

use crate::rows::row::{Element, ElementOf, Field, FieldsOf, Service};
use crate::rows::value::{FieldValue, ValueError};
use crate::wire::payload;

/// One record: the whole window, every tab, as P21 read it.
///
/// ```ignore
/// let price = record.rows::<line::Row>().next()?.get(line::PRICE)?;
/// ```
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent, bound = ""))]
pub struct Record<S> {
    transaction: payload::Transaction,
    #[cfg_attr(feature = "serde", serde(skip))]
    of: PhantomData<fn() -> S>,
}

impl<S> Clone for Record<S> {
    fn clone(&self) -> Self {
        Self { transaction: self.transaction.clone(), of: PhantomData }
    }
}

impl<S> std::fmt::Debug for Record<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Record").field(&self.transaction).finish()
    }
}

/// A value of a record can't be read as the type its field has.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{element}` row {row}, field `{field}`: {problem}")]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ReadError {
    /// The element.
    pub element: String,
    /// The row, from 0.
    pub row: usize,
    /// The field.
    pub field: String,
    /// What is wrong with the value.
    #[source]
    pub problem: ValueError,
}

crate::debug_is_its_line!(ReadError);

impl<S: Service> Record<S> {
    /// Takes over what P21 answered.
    pub fn new(transaction: payload::Transaction) -> Self {
        Self { transaction, of: PhantomData }
    }

    /// The rows of an element, in P21's order. Rows without any data are left out: P21 answers such rows.
    pub fn rows<E: ElementOf<S>>(&self) -> RecordRows<'_, E> {
        let name = &*E::schema().name;
        let elements = self.transaction.data_elements.iter().filter(|element| element.name == name);
        let rows = elements.flat_map(|element| &element.rows).enumerate().filter(|(_, row)| has_data(row));
        RecordRows { rows: rows.collect::<Vec<_>>().into_iter(), of: PhantomData }
    }

    /// The first row of an element that has data: the row of a form.
    pub fn first<E: ElementOf<S>>(&self) -> Option<RecordRow<'_, E>> {
        self.rows().next()
    }

    /// Whether no field has a value: P21's answer for a record that does not exist.
    pub fn is_blank(&self) -> bool {
        !self.transaction.data_elements.iter().flat_map(|element| &element.rows).any(has_data)
    }

    /// The record as P21 spelt it.
    pub fn as_payload(&self) -> &payload::Transaction {
        &self.transaction
    }
}

fn has_data(row: &payload::Row) -> bool {
    row.edits.iter().any(|edit| !edit.value.is_empty())
}

/// The rows of an element in a record. It has no bound, so that a wrong element is one error and not two.
pub struct RecordRows<'a, E> {
    rows: std::vec::IntoIter<(usize, &'a payload::Row)>,
    of: PhantomData<fn() -> E>,
}

impl<'a, E> Iterator for RecordRows<'a, E> {
    type Item = RecordRow<'a, E>;

    fn next(&mut self) -> Option<Self::Item> {
        let (index, row) = self.rows.next()?;
        Some(RecordRow { row, index, of: PhantomData })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}

impl<E> ExactSizeIterator for RecordRows<'_, E> {}

impl<E> std::fmt::Debug for RecordRows<'_, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.rows.as_slice()).finish()
    }
}

/// A row of a record.
pub struct RecordRow<'a, E> {
    row: &'a payload::Row,
    index: usize,
    of: PhantomData<fn() -> E>,
}

impl<E> std::fmt::Debug for RecordRow<'_, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RecordRow").field(&self.index).field(self.row).finish()
    }
}

impl<'a, E: Element> RecordRow<'a, E> {
    /// A field's value; `None` if P21 left it out or empty.
    ///
    /// # Errors
    /// The value doesn't read as the field's type; the error names element, row and field.
    pub fn get<F: FieldsOf<E>, T: FieldValue>(&self, field: Field<F, T>) -> Result<Option<T>, ReadError> {
        match self.text(field) {
            None | Some("") => Ok(None),
            Some(text) => T::from_wire(text).map(Some).map_err(|problem| ReadError {
                element: E::schema().name.to_string(),
                row: self.index,
                field: field.name().to_owned(),
                problem,
            }),
        }
    }

    /// A field's value as P21 spelt it.
    pub fn text<F: FieldsOf<E>, T>(&self, field: Field<F, T>) -> Option<&'a str> {
        self.row.value(field.name())
    }

    /// A value by the name of its field, as P21 spelt it.
    pub fn value(&self, field: &str) -> Option<&'a str> {
        self.row.value(field)
    }

    /// The row's place among all rows of its element, from 0.
    pub fn index(&self) -> usize {
        self.index
    }
}
