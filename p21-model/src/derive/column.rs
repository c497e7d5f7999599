//! A field of a user's struct, bound to a handle: how its value is written and read.
//!
//! The functions behind a column are looked up once, where the column is made, so that a type that doesn't fit is one
//! error on that type, whether the struct is written, read or both.

use super::field::FieldType;
use crate::row::{Field, RawRow};
use crate::value::{FieldValue, ValueError};

/// How values of `T` are written to a field.
pub struct Written<T: ?Sized> {
    index: u16,
    write: fn(RawRow, u16, &T) -> RawRow,
}

/// How values of `T` are written to a field and read from it.
pub struct Column<T> {
    written: Written<T>,
    pub(super) name: &'static str,
    pub(super) read: fn(&str) -> Result<T, ValueError>,
}

/// A field that is only written, because the struct borrows its value.
pub const fn written<T: FieldType<V> + ?Sized, E, V: FieldValue>(field: Field<E, V>) -> Written<T> {
    Written { index: field.index(), write: |row, index, value| row.set::<V>(index, value.to_field()) }
}

/// A field that is written and read.
pub const fn column<T: FieldType<V>, E, V: FieldValue>(field: Field<E, V>) -> Column<T> {
    Column {
        written: Written { index: field.index(), write: |row, index, value| row.set::<V>(index, value.to_field()) },
        name: field.name(),
        read: |text| T::from_field(V::from_wire(text)?),
    }
}

/// Either of the two.
pub trait Writes {
    /// The type in the user's struct.
    type Value: ?Sized;

    /// The part that writes.
    fn written(&self) -> &Written<Self::Value>;
}

impl<T: ?Sized> Writes for Written<T> {
    type Value = T;

    fn written(&self) -> &Self {
        self
    }
}

impl<T> Writes for Column<T> {
    type Value = T;

    fn written(&self) -> &Written<T> {
        &self.written
    }
}

/// Sets the field.
#[must_use]
pub fn put<C: Writes>(row: RawRow, column: C, value: &C::Value) -> RawRow {
    let column = column.written();
    (column.write)(row, column.index, value)
}

/// Sets the field; an empty value is one that P21 skips.
#[must_use]
pub fn put_or_skip<C: Writes>(row: RawRow, column: C, value: &C::Value) -> RawRow {
    let index = column.written().index;
    let row = put(row, column, value);
    if row.value(index) == Some("") { row.set_empty(index, true) } else { row }
}

/// Has P21 skip the field.
#[must_use]
pub fn skip<C: Writes>(row: RawRow, column: C) -> RawRow {
    row.set_empty(column.written().index, true)
}
