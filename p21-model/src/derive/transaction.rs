//! Structs that are a record's worth of rows.

use super::element::FromRow;
use super::problem::{Problems, ReadErrors};
use super::read;
use super::stand_in::{StandIn, StandInService};
use crate::facts::schema::ServiceSchema;
use crate::rows::record::Record;
use crate::rows::row::{Element, RawRow, Service, TopLevel, Transaction, Transactional};
use crate::wire::payload;

/// A struct that is a record's worth of rows: `#[derive(Transaction)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a transaction of a P21 service",
    label = "no `#[derive(Transaction)]`",
    note = "put `#[derive(Transaction)]` and `#[p21(service)]` on the struct"
)]
pub trait ToTransaction {
    /// The service.
    type Service: Service;

    /// The transaction: the rows in the order of the struct's fields, each followed by its children.
    fn to_transaction(&self) -> Transaction<Self::Service>;
}

/// A struct that a record can be read into: `#[derive(Transaction)]`, unless a row of it borrows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read back",
    label = "only written",
    note = "a struct with a borrowed field (`&str`) is only written; own the values (`String`) to read them"
)]
pub trait FromRecord: ToTransaction + Sized {
    /// Reads a record.
    ///
    /// # Errors
    /// Everything that is missing or malformed, with its element, row and field.
    fn from_record(record: &Record<Self::Service>) -> Result<Self, ReadErrors>;
}

/// The service of a `Transaction` type.
pub trait OfService {
    /// The service.
    type Service: Service;
}

impl<S: Service> OfService for Transaction<S> {
    type Service = S;
}

/// The transaction type of a struct whose derive failed.
impl OfService for StandIn {
    type Service = StandInService;
}

/// The schema of a service that the transaction endpoint takes.
pub const fn sent<S: Transactional>() -> &'static ServiceSchema {
    S::SCHEMA
}

/// Elements that stand alone in a transaction of a service.
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't stand alone in a transaction of `{S}`",
    label = "P21 would apply it to another row, or refuse it",
    note = "a child element is nested in the struct of its parent, as `#[p21(child)]`; an element of another service \
            belongs in a transaction of its own"
)]
pub trait StandsIn<S: Service>: Sized {
    /// Appends rows.
    fn push(transaction: Transaction<S>, rows: impl Iterator<Item = RawRow>) -> Transaction<S>;
}

#[diagnostic::do_not_recommend]
impl<S: Service, R: Element + TopLevel<S>> StandsIn<S> for R {
    fn push(transaction: Transaction<S>, rows: impl Iterator<Item = RawRow>) -> Transaction<S> {
        transaction.push_all(rows.map(R::from_raw))
    }
}

/// Whatever it stands for has been reported already.
#[diagnostic::do_not_recommend]
impl<S: Service> StandsIn<S> for StandIn {
    fn push(transaction: Transaction<S>, _: impl Iterator<Item = RawRow>) -> Transaction<S> {
        transaction
    }
}

/// Reads the parts of a record, and gathers what is wrong with them.
pub struct RecordReader<'r> {
    record: &'r payload::Transaction,
    problems: Problems,
}

impl<'r> RecordReader<'r> {
    /// A reader of a record.
    pub fn new<S: Service>(record: &'r Record<S>) -> Self {
        Self { record: record.as_payload(), problems: Problems::default() }
    }

    /// The one row of an element.
    pub fn one<M: FromRow>(&mut self) -> Option<M> {
        let schema = M::DECLARED.schema?;
        let found = read::one(self.record, schema, &mut self.problems)?;
        if found.is_none() {
            self.problems.no_row(schema);
        }
        found
    }

    /// The one row of an element, if it is there.
    pub fn optional<M: FromRow>(&mut self) -> Option<Option<M>> {
        read::one(self.record, M::DECLARED.schema?, &mut self.problems)
    }

    /// Every row of an element that has data.
    pub fn many<M: FromRow>(&mut self) -> Option<Vec<M>> {
        read::rows(self.record, M::DECLARED.schema?, &mut self.problems)
    }

    /// What was read, or what was wrong.
    ///
    /// # Errors
    /// Something was missing or malformed.
    pub fn end<T>(self, read: Option<T>) -> Result<T, ReadErrors> {
        self.problems.end(read)
    }
}
