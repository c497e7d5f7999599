//! Structs that are rows of an element.

use std::any::Any;
use std::marker::PhantomData;

use super::check::Declared;
use super::problem::{Problems, ReadErrors};
use super::read::{self, RowReader};
use super::stand_in::StandIn;
use crate::rows::record::Record;
use crate::rows::row::{ChildOf, Element, Keys, RawRow, Service, Transaction};

/// A struct that is a row of an element, with the rows of its children: `#[derive(DataElement)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of a P21 element",
    label = "no `DataElement`",
    note = "put `#[derive(DataElement)]` and `#[p21(service::element)]` on the struct"
)]
pub trait DataElement {
    /// The element's row type.
    type Row;

    /// What the struct declares.
    #[doc(hidden)]
    const DECLARED: Declared;

    /// The row with its children, without its type.
    #[doc(hidden)]
    fn to_raw(&self) -> RawRow;

    /// Keys the rows of the element, and of its children, in a transaction.
    #[doc(hidden)]
    fn keyed(transaction: &mut dyn Any);

    /// The row, with the rows of its children attached.
    ///
    /// Fields leave in the order P21 needs, however the struct declares them.
    fn to_row(&self) -> Self::Row
    where
        Self::Row: Element,
    {
        Self::Row::from_raw(self.to_raw())
    }
}

/// A struct that a row of a record can be read into: `#[derive(DataElement)]`, unless a field borrows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read back",
    label = "only written",
    note = "a struct with a borrowed field (`&str`) is only written; own the values (`String`) to read them"
)]
pub trait FromRow: DataElement + Sized {
    /// Reads a row and its children. What is missing or malformed goes to the reader, and the answer is `None`.
    #[doc(hidden)]
    fn read(row: &mut RowReader<'_>) -> Option<Self>;

    /// Every row of the element that has data.
    ///
    /// # Errors
    /// Everything that is missing or malformed, with its element, row and field.
    fn all_from<S>(record: &Record<S>) -> Result<Vec<Self>, ReadErrors>
    where
        S: Service,
        Self::Row: Element<Service = S>,
    {
        let mut problems = Problems::default();
        let rows = read::rows(record.as_payload(), Self::Row::SCHEMA, &mut problems);
        problems.end(rows)
    }
}

/// Elements whose rows belong to the row of a parent element.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a child of `{P}`",
    label = "P21 would apply it to another row",
    note = "nest it in the struct of its own parent; an element without a parent is a field of the \
            `#[derive(Transaction)]` struct"
)]
pub trait Nested<P>: Sized {
    /// Attaches child rows to their parent's.
    fn attach(mut row: RawRow, children: impl Iterator<Item = RawRow>) -> RawRow {
        children.for_each(|child| row.push_child(child));
        row
    }
}

#[diagnostic::do_not_recommend]
impl<P: Element, R: Element + ChildOf<P>> Nested<P> for R {}

/// Whatever it stands for has been reported already.
#[diagnostic::do_not_recommend]
impl<P> Nested<P> for StandIn {}

/// Keys the rows of an element. The transaction is one of the element's service: nothing else compiles.
pub fn keyed_by<R: Element>(transaction: &mut dyn Any, keys: &'static [u16]) {
    if let Some(transaction) = transaction.downcast_mut::<Transaction<R::Service>>() {
        *transaction = std::mem::take(transaction).keyed_by(Indexes::<R>(keys, PhantomData));
    }
}

/// Keys that are known by their indexes.
struct Indexes<R>(&'static [u16], PhantomData<fn() -> R>);

impl<R: Element> Keys<R> for Indexes<R> {
    fn indexes(self) -> Vec<u16> {
        self.0.to_vec()
    }
}

/// Structs as rows without their types.
pub fn raw<'a, T: 'a>(rows: impl IntoIterator<Item = &'a T>, to_raw: fn(&T) -> RawRow) -> impl Iterator<Item = RawRow> {
    rows.into_iter().map(to_raw)
}
