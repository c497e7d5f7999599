//! Structs that are rows of an element.

use super::check::Declared;
use super::read::RowReader;
use super::stand_in::StandIn;
use super::{ReadErrors, problem::Problems};
use crate::record::Record;
use crate::row::{ChildOf, Element, RawRow, Service, Transaction};

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

    /// Applies the keys of the element and its children.
    #[doc(hidden)]
    fn keyed<S: Service>(transaction: Transaction<S>) -> Transaction<S>;

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
        let rows = super::read::rows(record.as_payload(), Self::Row::SCHEMA, &mut problems);
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
pub trait Nested<P> {}

#[diagnostic::do_not_recommend]
impl<P: Element, R: Element + ChildOf<P>> Nested<P> for R {}

/// Whatever it stands for has been reported already.
#[diagnostic::do_not_recommend]
impl<P> Nested<P> for StandIn {}

/// What a child struct declares; the one place that asks whether it is a child of `P`.
pub const fn child<P, C: DataElement>() -> Declared
where
    C::Row: Nested<P>,
{
    C::DECLARED
}

/// Attaches the row of a child.
#[must_use]
pub fn attach<C: DataElement>(mut row: RawRow, child: &C) -> RawRow {
    row.push_child(child.to_raw());
    row
}
