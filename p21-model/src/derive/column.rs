//! A field of a user's struct, bound to a handle: how its value is written and read.
//!
//! Derived code hands over the functions of a conversion (`<_ as Holds<T>>::write_field`) instead of asking for a
//! bound, so that a type that doesn't fit is an error about that type and nothing else.

use std::marker::PhantomData;

use crate::rows::row::{Field, RawRow};
use crate::rows::value::{FieldType, FieldValue, ValueError};

/// That a field of type `Self` can hold a `T`: [`FieldType`] seen from the field.
///
/// Derived code asks in this direction, because rustc would else guess the field's type from the struct's, where that
/// has one conversion only, and then complain about the handle.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` can't hold a `{T}`",
    label = "not a type for this field",
    note = "text takes `String` and `&str`, a number `Decimal` and whole numbers, a date `Date` and `DateTime`, a label \
            its generated enum or one with `#[derive(FieldLabel)]`",
    note = "for a type of your own, implement `FieldType<{Self}>`; for a parameter, make that its bound"
)]
pub trait Holds<T: ?Sized>: Sized {
    /// The value to send.
    fn write_field(value: &T) -> Self;

    /// The value that was read.
    fn read_field(value: Self) -> Result<T, ValueError>
    where
        T: Sized;
}

#[diagnostic::do_not_recommend]
impl<V, T: FieldType<V> + ?Sized> Holds<T> for V {
    fn write_field(value: &T) -> V {
        value.to_field()
    }

    fn read_field(value: Self) -> Result<T, ValueError>
    where
        T: Sized,
    {
        T::from_field(value)
    }
}

/// A field of an element. It fixes the type of the values before rustc looks at the type of the struct's field.
pub struct Target<V> {
    index: u16,
    name: &'static str,
    of: PhantomData<fn() -> V>,
}

/// How values of `T` are written to a field.
pub struct WrittenField<T: ?Sized, V> {
    index: u16,
    to: fn(&T) -> V,
}

/// How values of `T` are written to a field and read from it.
pub struct BoundField<T, V> {
    written: WrittenField<T, V>,
    name: &'static str,
    from: fn(V) -> Result<T, ValueError>,
}

/// The field of a handle.
pub const fn of<E, V: FieldValue>(field: Field<E, V>) -> Target<V> {
    Target { index: field.index(), name: field.name(), of: PhantomData }
}

impl<V: FieldValue> Target<V> {
    /// A field that is only written, because the struct borrows its value.
    pub const fn written<T: ?Sized>(self, to: fn(&T) -> V) -> WrittenField<T, V> {
        WrittenField { index: self.index, to }
    }

    /// A field that is written and read.
    pub const fn column<T>(self, to: fn(&T) -> V, from: fn(V) -> Result<T, ValueError>) -> BoundField<T, V> {
        BoundField { written: WrittenField { index: self.index, to }, name: self.name, from }
    }
}

impl<T, V: FieldValue> BoundField<T, V> {
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn read(&self, text: &str) -> Result<T, ValueError> {
        (self.from)(V::from_wire(text)?)
    }
}

/// A field that is written, whether it is read or not.
pub trait Writes {
    /// The type in the user's struct.
    type Value: ?Sized;

    /// The field's index.
    fn index(&self) -> u16;

    /// Sets the field.
    fn set(&self, row: RawRow, value: &Self::Value) -> RawRow;
}

impl<T: ?Sized, V: FieldValue> Writes for WrittenField<T, V> {
    type Value = T;

    fn index(&self) -> u16 {
        self.index
    }

    fn set(&self, row: RawRow, value: &T) -> RawRow {
        row.set(self.index, (self.to)(value))
    }
}

impl<T, V: FieldValue> Writes for BoundField<T, V> {
    type Value = T;

    fn index(&self) -> u16 {
        self.written.index
    }

    fn set(&self, row: RawRow, value: &T) -> RawRow {
        self.written.set(row, value)
    }
}

/// Sets the field.
#[must_use]
pub fn put<C: Writes>(row: RawRow, column: C, value: &C::Value) -> RawRow {
    column.set(row, value)
}

/// Sets the field; an empty value is one that P21 skips.
#[must_use]
pub fn put_or_skip<C: Writes>(row: RawRow, column: C, value: &C::Value) -> RawRow {
    let index = column.index();
    let row = column.set(row, value);
    if row.value(index) == Some("") { row.set_empty(index, true) } else { row }
}

/// Has P21 skip the field.
#[must_use]
pub fn skip<C: Writes>(row: RawRow, column: C) -> RawRow {
    row.set_empty(column.index(), true)
}

/// A type that owns its value. Nothing else can be read.
#[diagnostic::on_unimplemented(
    message = "a struct that holds a `{Self}` is only written",
    label = "borrows, so there is nowhere to read it to",
    note = "to read it too, own the value: `String` instead of `&str`"
)]
pub trait Owned {}
