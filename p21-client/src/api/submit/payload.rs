//! What can be submitted, and what its answer becomes.

use bytes::Bytes;
use p21_model::check::{CheckOptions, check_json};
use p21_model::outcome::{Outcome, Sent, Stored};
use p21_model::payload;
use p21_model::row::{Service, Transaction, TransactionSet, Transactional};
use p21_model::schema::ServiceSchema;

use crate::api::call::json;
use crate::api::transaction::{passed, write_name};
use crate::client::Client;
use crate::error::Error;
use crate::resilience::Resolved;

/// What [`Client::submit`] takes: a transaction or a set of generated bindings, or a set as P21 spells it. References
/// to them do as well.
///
/// A trait apart from [`Payload`], so that what isn't sent to the transaction endpoint is one error and nothing that follows
/// from it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that can be submitted",
    label = "neither a transaction nor a set of transactions",
    note = "submit a service's `Transaction` or `TransactionSet`, or a `payload::TransactionSet` as P21 spells it; rows are \
            pushed onto a `Transaction` first"
)]
pub trait Submit: sealed::Sealed {
    /// What is sent.
    type Payload: Payload;

    /// What is sent.
    #[doc(hidden)]
    fn into_payload(self) -> Self::Payload;
}

impl<S: Transactional> Submit for Transaction<S> {
    type Payload = Self;

    fn into_payload(self) -> Self {
        self
    }
}

impl<S: Transactional> Submit for TransactionSet<S> {
    type Payload = Self;

    fn into_payload(self) -> Self {
        self
    }
}

impl Submit for payload::TransactionSet {
    type Payload = Self;

    fn into_payload(self) -> Self {
        self
    }
}

impl<'p, P: Submit<Payload = P> + Payload> Submit for &'p P {
    type Payload = &'p P;

    fn into_payload(self) -> &'p P {
        self
    }
}

/// What a [`Submission`](super::Submission) sends.
pub trait Payload: sealed::Sealed + Send + Sync {
    /// What the answer becomes: of one transaction one result, of a set an outcome.
    type Answer: Send;
    /// The same, where the records are read back.
    type Resolved: Send;

    /// The set as P21 spells it.
    #[doc(hidden)]
    fn to_set(&self) -> payload::TransactionSet;
    /// What is known of the service.
    #[doc(hidden)]
    fn schema(&self) -> Option<&'static ServiceSchema>;
    /// The service's name, and how many transactions there are.
    #[doc(hidden)]
    fn size(&self) -> (&str, usize);
    /// What P21's echo is compared with.
    #[doc(hidden)]
    fn sent(&self) -> Sent;
    /// Refuses what P21 would.
    #[doc(hidden)]
    fn check(
        &self,
        client: &Client,
        schema: Option<&'static ServiceSchema>,
        options: CheckOptions,
    ) -> Result<(), Error>;
    /// The bytes in the client's flavour.
    #[doc(hidden)]
    fn body(&self, client: &Client) -> Result<Bytes, Error>;
    /// The bytes for the queue, which takes JSON only.
    #[doc(hidden)]
    fn json(&self) -> Result<Bytes, Error>;
    /// What an outcome is here.
    #[doc(hidden)]
    fn answer(outcome: Outcome) -> Result<Self::Answer, Error>;
    /// What the results of a write are here whose records were read back.
    #[doc(hidden)]
    fn resolved(results: Vec<Result<Resolved, Error>>) -> Result<Self::Resolved, Error>;
}

/// What is submitted through generated bindings.
pub trait Typed: Payload {
    /// The service.
    type Service: Transactional;
}

/// One transaction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a set, which has a key or lookup for each of its transactions",
    label = "not one transaction",
    note = "give them in the order of the transactions: `.keys([..])`, `.lookups([..])`"
)]
pub trait One: Typed {}

/// A set of transactions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is one transaction, which has one key or lookup",
    label = "not a set of transactions",
    note = "give it with `.key(..)` or `.lookup(..)`"
)]
pub trait Many: Typed {}

/// A set as P21 spells it.
pub trait RawSet: Payload {}

mod sealed {
    pub trait Sealed {}
    impl<S> Sealed for super::Transaction<S> {}
    impl<S> Sealed for super::TransactionSet<S> {}
    impl Sealed for super::payload::TransactionSet {}
    impl<P: Sealed + ?Sized> Sealed for &P {}
}

impl<S: Service> Payload for Transaction<S> {
    type Answer = Stored<S>;
    type Resolved = Resolved<S>;

    fn to_set(&self) -> payload::TransactionSet {
        set_of(self).to_payload()
    }

    fn schema(&self) -> Option<&'static ServiceSchema> {
        Some(S::schema())
    }

    fn size(&self) -> (&str, usize) {
        (&S::schema().name, 1)
    }

    fn sent(&self) -> Sent {
        Sent::from(&set_of(self))
    }

    fn check(&self, _: &Client, _: Option<&'static ServiceSchema>, options: CheckOptions) -> Result<(), Error> {
        passed(set_of(self).check_with(options))
    }

    fn body(&self, client: &Client) -> Result<Bytes, Error> {
        client.body_of(&set_of(self))
    }

    fn json(&self) -> Result<Bytes, Error> {
        Ok(set_of(self).to_json().into())
    }

    fn answer(outcome: Outcome) -> Result<Stored<S>, Error> {
        match outcome.assume_service().transactions.into_iter().next() {
            Some(Ok(stored)) => Ok(stored),
            Some(Err(failure)) => Err(Error::failed(failure, Some(&*S::schema().name), 0).of(write_name())),
            None => Err(no_result()),
        }
    }

    fn resolved(results: Vec<Result<Resolved, Error>>) -> Result<Resolved<S>, Error> {
        let result = results.into_iter().next().unwrap_or_else(|| Err(no_result()));
        result.map(Resolved::assume_service)
    }
}

impl<S: Service> Payload for TransactionSet<S> {
    type Answer = Outcome<S>;
    type Resolved = Vec<Result<Resolved<S>, Error>>;

    fn to_set(&self) -> payload::TransactionSet {
        self.to_payload()
    }

    fn schema(&self) -> Option<&'static ServiceSchema> {
        Some(S::schema())
    }

    fn size(&self) -> (&str, usize) {
        (&S::schema().name, self.transactions().len())
    }

    fn sent(&self) -> Sent {
        Sent::from(self)
    }

    fn check(&self, _: &Client, _: Option<&'static ServiceSchema>, options: CheckOptions) -> Result<(), Error> {
        passed(self.check_with(options))
    }

    fn body(&self, client: &Client) -> Result<Bytes, Error> {
        client.body_of(self)
    }

    fn json(&self) -> Result<Bytes, Error> {
        Ok(self.to_json().into())
    }

    fn answer(outcome: Outcome) -> Result<Outcome<S>, Error> {
        Ok(outcome.assume_service())
    }

    fn resolved(results: Vec<Result<Resolved, Error>>) -> Result<Self::Resolved, Error> {
        Ok(results.into_iter().map(|result| result.map(Resolved::assume_service)).collect())
    }
}

impl Payload for payload::TransactionSet {
    type Answer = Outcome;
    type Resolved = Vec<Result<Resolved, Error>>;

    fn to_set(&self) -> payload::TransactionSet {
        self.clone()
    }

    fn schema(&self) -> Option<&'static ServiceSchema> {
        None
    }

    fn size(&self) -> (&str, usize) {
        (&self.name, self.transactions.len())
    }

    fn sent(&self) -> Sent {
        Sent::of(self)
    }

    fn check(
        &self,
        client: &Client,
        schema: Option<&'static ServiceSchema>,
        options: CheckOptions,
    ) -> Result<(), Error> {
        let body = serde_json::json!(self);
        match schema.filter(|schema| *schema.name == self.name) {
            Some(schema) => passed(check_json(Some(schema), &body, options.only_sets())),
            None => passed(client.check_raw(&body, options)),
        }
    }

    fn body(&self, client: &Client) -> Result<Bytes, Error> {
        client.body_of_raw(self)
    }

    fn json(&self) -> Result<Bytes, Error> {
        json(self)
    }

    fn answer(outcome: Outcome) -> Result<Outcome, Error> {
        Ok(outcome)
    }

    fn resolved(results: Vec<Result<Resolved, Error>>) -> Result<Self::Resolved, Error> {
        Ok(results)
    }
}

impl<P: Payload> Payload for &P {
    type Answer = P::Answer;
    type Resolved = P::Resolved;

    fn to_set(&self) -> payload::TransactionSet {
        P::to_set(self)
    }

    fn schema(&self) -> Option<&'static ServiceSchema> {
        P::schema(self)
    }

    fn size(&self) -> (&str, usize) {
        P::size(self)
    }

    fn sent(&self) -> Sent {
        P::sent(self)
    }

    fn check(
        &self,
        client: &Client,
        schema: Option<&'static ServiceSchema>,
        options: CheckOptions,
    ) -> Result<(), Error> {
        P::check(self, client, schema, options)
    }

    fn body(&self, client: &Client) -> Result<Bytes, Error> {
        P::body(self, client)
    }

    fn json(&self) -> Result<Bytes, Error> {
        P::json(self)
    }

    fn answer(outcome: Outcome) -> Result<Self::Answer, Error> {
        P::answer(outcome)
    }

    fn resolved(results: Vec<Result<Resolved, Error>>) -> Result<Self::Resolved, Error> {
        P::resolved(results)
    }
}

impl<S: Transactional> Typed for Transaction<S> {
    type Service = S;
}
impl<S: Transactional> Typed for TransactionSet<S> {
    type Service = S;
}
impl<P: Typed> Typed for &P {
    type Service = P::Service;
}
impl<S: Transactional> One for Transaction<S> {}
impl<P: One> One for &P {}
impl<S: Transactional> Many for TransactionSet<S> {}
impl<P: Many> Many for &P {}
impl RawSet for payload::TransactionSet {}
impl<P: RawSet> RawSet for &P {}

fn set_of<S: Service>(transaction: &Transaction<S>) -> TransactionSet<S> {
    TransactionSet::from(transaction.clone())
}

fn no_result() -> Error {
    Error::decode("Results", "no result for the transaction").of(write_name())
}
