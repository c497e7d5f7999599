//! Typed rows, transactions and sets: what bindings build and clients send.
//!
//! A generated row type is a thin shell over [`RawRow`]; the traits here say what may go where.

mod json;
mod key;
mod keys;
mod raw;
mod transaction;
#[cfg(feature = "xml")]
mod xml;

use std::fmt;
use std::marker::PhantomData;

pub use key::{KeyValues, Keyed, NoKey, RecordKey};
pub use keys::Keys;
pub use raw::{Edit, RawRow};
pub use transaction::{Transaction, TransactionSet};

use crate::facts::schema::{ElementSchema, ServiceSchema};
use crate::rows::value::{FieldValue, IntoField, IntoText, IntoValue, Text, ValueError};

/// A service: the marker type that generated bindings name after it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no service",
    label = "not the type of a service",
    note = "a service's module has a type named after it, `order::Order`; `order::header::Row` is a row of one of its elements"
)]
pub trait Service: Sized + 'static {
    /// Its schema.
    const SCHEMA: &'static ServiceSchema;

    /// Its schema.
    fn schema() -> &'static ServiceSchema {
        Self::SCHEMA
    }
}

/// A service whose payloads `/transaction` takes. Commands-only services and reports don't have it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not sent to the transaction endpoint",
    label = "P21 takes this service elsewhere",
    note = "print a report with `client.print(..)`, drive a commands-only service with `client.run_commands(..)`; as a \
            transaction P21 would refuse it, or answer `Succeeded` and do nothing"
)]
pub trait Transactional: Service {}

/// A service that prints: its criteria go to the PDF report call, which answers with documents.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a report",
    label = "P21 prints nothing for this service",
    note = "only reports (`m_*`) go to the PDF report call; send a transaction with `submit`"
)]
pub trait Report: Service {}

/// A row of an element: the type that generated bindings call `Row`.
pub trait Element: Sized + 'static {
    /// The service it belongs to.
    type Service: Service;

    /// Its schema.
    const SCHEMA: &'static ElementSchema;

    /// Its schema.
    fn schema() -> &'static ElementSchema {
        Self::SCHEMA
    }

    /// A partial row: an update, or a row that picks an existing one.
    fn edit() -> Self {
        Self::from_raw(RawRow::partial(Self::SCHEMA))
    }

    /// The database columns of the fields, in their order, with commas between: `job_price_line.price,,oe_hdr.po_no`.
    /// Nothing stands for a field whose column isn't known. [`Field::column`] reads it.
    #[doc(hidden)]
    const COLUMNS: &'static str = "";

    /// Takes over a row of this element.
    fn from_raw(raw: RawRow) -> Self;

    /// The row underneath.
    fn as_raw(&self) -> &RawRow;

    /// The row underneath, to keep.
    fn into_raw(self) -> RawRow;

    /// Attaches a child row. It leaves right after this row, so that P21 applies it to this one.
    #[must_use]
    fn with<C: ChildOf<Self>>(self, child: C) -> Self {
        let mut raw = self.into_raw();
        raw.push_child(child.into_raw());
        Self::from_raw(raw)
    }

    /// Attaches any number of child rows: a `Vec`, an `Option`, an iterator.
    #[must_use]
    fn with_all<C: ChildOf<Self>>(self, children: impl IntoIterator<Item = C>) -> Self {
        let mut raw = self.into_raw();
        for child in children {
            raw.push_child(child.into_raw());
        }
        Self::from_raw(raw)
    }

    /// Sets a field by its handle.
    #[must_use]
    fn set<E: FieldsOf<Self>, T: FieldValue>(self, field: Field<E, T>, value: impl IntoField<T>) -> Self {
        let raw = self.into_raw();
        Self::from_raw(raw.set_some(field.index, value.into_field_value()))
    }

    /// Sets a field that the definition doesn't have, such as a site's own `ufc_*` column.
    /// Nothing checks its name, type or place; it leaves after the row's other fields.
    ///
    /// Bindings generated from your own server have these columns, with setters and checks.
    ///
    /// ```ignore
    /// line::Row::edit().item_id("WIDGET-001").set_unchecked("ufc_color", "red")
    /// ```
    #[must_use]
    fn set_unchecked(self, name: impl IntoValue<Text>, value: impl IntoText) -> Self {
        let mut raw = self.into_raw();
        if let Some(value) = value.into_text() {
            raw.set_extra(name.into_value(), value);
        }
        Self::from_raw(raw)
    }

    /// Empties a field: P21 types the empty value, which clears what is stored.
    #[must_use]
    fn clear<E: FieldsOf<Self>, T>(self, field: Field<E, T>) -> Self {
        let raw = self.into_raw();
        Self::from_raw(raw.set_empty(field.index, false))
    }

    /// Sends an empty value for P21 to skip (`IgnoreIfEmpty`).
    #[must_use]
    fn skip<E: FieldsOf<Self>, T>(self, field: Field<E, T>) -> Self {
        let raw = self.into_raw();
        Self::from_raw(raw.set_empty(field.index, true))
    }

    /// What this row sets a field to; `None` if it doesn't, or empties it.
    ///
    /// # Errors
    /// The value was set through another type and doesn't read as this one.
    fn get<E: FieldsOf<Self>, T: FieldValue>(&self, field: Field<E, T>) -> Result<Option<T>, ValueError> {
        match self.as_raw().value(field.index) {
            None | Some("") => Ok(None),
            Some(text) => T::from_wire(text).map(Some),
        }
    }
}

/// The element that a handle is of: itself, and no other. Every element's row type is called `Row`, so that a bound with
/// words of its own says more than two types that differ.
#[diagnostic::on_unimplemented(
    message = "a field of `{Self}` is no field of `{R}`",
    label = "a field of another element",
    note = "handles are constants of their element's module"
)]
pub trait FieldsOf<R> {}

#[diagnostic::do_not_recommend]
impl<E> FieldsOf<E> for E {}

/// Elements of a service.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an element of `{S}`",
    label = "of another service, or no element at all",
    note = "a service's module has a module for each element, with its `Row`"
)]
pub trait ElementOf<S>: Element {}

#[diagnostic::do_not_recommend]
impl<S, E: Element<Service: Is<S>>> ElementOf<S> for E {}

/// The type itself, and no other.
pub trait Is<T> {}

#[diagnostic::do_not_recommend]
impl<T> Is<T> for T {}

/// Elements that stand alone in a transaction of a service.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be pushed onto a transaction of `{S}`",
    label = "not a row of an element that stands alone here",
    note = "several rows, a `Vec` or an `Option`, are pushed with `.push_all(..)`; of `Required {{ .. }}` \
            `Row::new(..)` makes a row",
    note = "a child row is attached to its parent row with `.with(..)`, so that P21 applies it to that one; rows of \
            other services never belong here; a service's elements are modules in its own, with a `Row` each"
)]
pub trait TopLevel<S: Service>: Element<Service = S> {}

/// Elements that apply to the current row of a parent element.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a child of `{P}`",
    label = "P21 would apply this row to another one",
    note = "attach it to a row of its own parent with `.with(..)`; an element without a parent is pushed onto \
            the transaction with `.push(..)`",
    note = "several rows, a `Vec` or an `Option`, are attached with `.with_all(..)`; of `Required {{ .. }}` \
            `Row::new(..)` makes a row"
)]
pub trait ChildOf<P: Element>: Element {}

/// A field of an element, with the type of its values.
///
/// Handles read (`row.get(line::PRICE)`), set (`row.set(line::PRICE, dec!(25))`), name keys and address fields of
/// windows.
pub struct Field<E, T> {
    index: u16,
    name: &'static str,
    of: PhantomData<fn() -> (E, T)>,
}

impl<E, T> Field<E, T> {
    /// A handle; generated bindings write these.
    pub const fn new(index: u16, name: &'static str) -> Self {
        Self { index, name, of: PhantomData }
    }

    /// Its place in the element.
    pub const fn index(self) -> u16 {
        self.index
    }

    /// The name that edits carry.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<E: Element, T> Field<E, T> {
    /// The database column that it shows, as the definition names it: `job_price_line.price`, with its table as a rule.
    /// `None` if the definition names none, as for computed fields.
    pub fn column(self) -> Option<&'static str> {
        E::COLUMNS.split(',').nth(self.index.into()).filter(|column| !column.is_empty())
    }
}

impl<E, T> Clone for Field<E, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, T> Copy for Field<E, T> {}

impl<E: Element, T> fmt::Debug for Field<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", E::schema().name, self.name)
    }
}
