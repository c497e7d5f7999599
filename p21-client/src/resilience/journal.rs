//! What a journal needs that outlives the program: a mark before anything leaves, and a look afterwards.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use p21_model::outcome::{Failure, Outcome, Stored};
use p21_model::payload::{self, TransactionState};
use p21_model::schema::ServiceSchema;

use super::{Identity, Lookup, ReadBack, Run, Verdict};
use crate::api::transaction::write_name;
use crate::client::Client;
use crate::error::Error;

/// What [`before_sending`](crate::Submission::before_sending) may answer.
pub type Marking = Pin<Box<dyn Future<Output = Result<(), Box<dyn std::error::Error + Send + Sync>>> + Send>>;

/// Something that is done before transactions leave.
#[derive(Clone)]
pub(crate) struct BeforeSending(Arc<Mark>);

type Mark = dyn Fn(&[usize]) -> Marking + Send + Sync;

impl BeforeSending {
    pub(crate) fn new(mark: impl Fn(&[usize]) -> Marking + Send + Sync + 'static) -> Self {
        Self(Arc::new(mark))
    }

    /// Does it; an error means that nothing is sent.
    pub(crate) async fn mark(&self, transactions: &[usize]) -> Result<(), Error> {
        (self.0)(transactions).await.map_err(Error::not_marked)
    }
}

impl Error {
    /// That nothing was sent, because what is to be done before failed; see
    /// [`before_sending`](crate::Submission::before_sending).
    pub fn not_marked(source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self::input(format!("nothing was sent, because it couldn't be noted before: {source}"))
            .because(NotMarked(source))
    }

    /// The results of a set, each as the submission of one transaction has it. A transaction without a reason of its own
    /// has those that name none.
    pub fn of_outcome(outcome: Outcome) -> Vec<Result<Stored, Self>> {
        let (of, unattributed) = (outcome.transactions.len(), outcome.unattributed);
        let one = |(at, result): (usize, Result<Stored, Failure>)| {
            result.map_err(|mut failure| {
                if failure.messages.is_empty() {
                    failure.messages.clone_from(&unattributed);
                }
                Self::failed(failure, None, at).of(write_name()).about(at, of)
            })
        };
        outcome.transactions.into_iter().enumerate().map(one).collect()
    }
}

impl fmt::Debug for BeforeSending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BeforeSending")
    }
}

#[derive(Debug)]
struct NotMarked(Box<dyn std::error::Error + Send + Sync>);

impl fmt::Display for NotMarked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NotMarked {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// What identifies the record of a transaction as P21 spells it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RecordId {
    /// Its key.
    Key(TransactionState),
    /// What is known of a record whose key P21 gives.
    Lookup(Lookup),
}

impl Client {
    /// How long after it begins a write may still be stored, if nobody hears of it any more: as long as the client itself
    /// may take until its last byte leaves, and as long as P21 may then be at work on it ([`ReadBack::lands_within`]).
    pub fn lands_within(&self, how: &ReadBack) -> Duration {
        self.inner().timeouts.operation.saturating_add(how.lands_within)
    }

    /// The clock that it goes by.
    pub fn clock(&self) -> &crate::Clock {
        &self.inner().clock
    }

    /// Whether a record shows the one transaction of a set as P21 spells it, as [`read_back`](Self::read_back) does:
    /// `landed_by` is until when it may land. A record that isn't there proves nothing before that.
    ///
    /// `schema` says what is known of the service where the client [wasn't given](crate::ClientBuilder::service) its
    /// definition.
    ///
    /// # Errors
    /// The record can't be read, the transaction doesn't set the key, or the set has other than one transaction.
    pub async fn read_back_raw(
        &self,
        set: payload::TransactionSet,
        record: RecordId,
        schema: Option<&'static ServiceSchema>,
        landed_by: Timestamp,
    ) -> Result<Verdict, Error> {
        let identity = match record {
            RecordId::Key(state) => Identity::Key(state),
            RecordId::Lookup(lookup) => Identity::Lookup(lookup.into_plan()),
        };
        let schema = schema.or_else(|| self.known(&set.name));
        let how = ReadBack::default();
        Run::new(self, set, vec![identity], schema, &how).await?.look_until(landed_by).await
    }
}
