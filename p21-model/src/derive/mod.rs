//! What the derives of `p21-macros` write against: users' structs as rows and transactions.
//!
//! | derive | implements | for |
//! | --- | --- | --- |
//! | `DataElement` | [`DataElement`], [`FromRow`] | a struct that is a row of an element |
//! | `Transaction` | [`ToTransaction`], [`FromRecord`] | a struct that is a record's worth of rows |
//! | `FieldLabel` | [`FieldType`] | an enum over some of a field's labels |
//!
//! A struct's fields are handles of the bindings, so rustc itself finds an unknown one. What handles can't say, the
//! [`check`] functions say while the struct compiles: they read the static schema of the element and stop with a
//! message on the field that is wrong.
//!
//! # Reading back
//!
//! `POST /api/v2/transaction/get` answers elements side by side, without a word on which child row belongs to which
//! parent row. Child **forms** come with one row a parent row, in the same order, so they are matched by index. Child
//! **lists** don't tell; they are read when one parent row has data, and are an error when several have.

pub mod check;
mod column;
mod element;
mod message;
mod problem;
mod read;
mod stand_in;
mod transaction;

pub use crate::rows::value::FieldType;
pub use element::{DataElement, FromRow};
pub use problem::{ReadErrors, ReadProblem, ReadWhat};
pub use transaction::{FromRecord, ToTransaction};

/// What derived code calls. Not for people: it changes with the derives.
#[doc(hidden)]
pub mod expansion {
    pub use super::check::{Declared, FieldUse, MemberUse, check_label, check_transaction};
    pub use super::column::{Holds, Owned, of, put, put_or_skip, skip};
    pub use super::element::{DataElement, FromRow, Nested, keyed_by, raw};
    pub use super::problem::ReadErrors;
    pub use super::read::RowReader;
    pub use super::stand_in::{StandIn, StandInService};
    pub use super::transaction::{FromRecord, OfService, RecordReader, StandsIn, ToTransaction, sent};
    pub use crate::facts::schema::ServiceSchema;
    pub use crate::rows::record::Record;
    pub use crate::rows::row::{Element, RawRow, Service, Transaction};
    pub use crate::rows::value::{FieldType, IntoLabel, IntoValue, Label, Text, ValueError};
    pub use core::default::Default;
    pub use core::iter::once;
    pub use core::option::Option::{self, None, Some};
    pub use core::result::Result::{self, Err, Ok};
    pub use std::any::Any;
}
