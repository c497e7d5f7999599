//! A set of records through the transaction door.

use std::sync::Arc;

use p21_client::resilience::{Marking, ReadBack, Resolved, ResolvedHow};
use p21_client::{Client, Error, Lookup};
use p21_model::outcome::Stored;
use p21_model::payload::{TransactionSet, TransactionState};
use p21_model::schema::ServiceSchema;

use crate::record::{Known, Payload};

/// A transaction that is stored.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Written {
    /// What P21 echoed; after a read-back the whole record as it was read.
    pub stored: Stored,
    /// How that is known.
    pub how: ResolvedHow,
    /// How often it was sent.
    pub sent: usize,
    /// What the record doesn't show of it, although P21 answered that it is stored.
    pub unconfirmed: Option<String>,
}

/// What is done before transactions of a set leave: which of them, from 0.
pub(crate) type Mark = Arc<dyn Fn(&[usize]) -> Marking + Send + Sync>;

/// What may stand in one set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Key,
    Find,
    Neither,
}

impl Payload {
    pub(crate) fn kind(&self) -> Kind {
        match &self.known {
            Some(Known::Key(_)) => Kind::Key,
            Some(Known::Find(_)) => Kind::Find,
            None => Kind::Neither,
        }
    }

    /// Whether two may share a set, as far as their envelopes go.
    pub(crate) fn goes_with(&self, other: &Self) -> bool {
        self.kind() == other.kind() && self.envelope() == other.envelope()
    }

    fn envelope(&self) -> TransactionSet {
        let mut envelope = self.set.clone();
        envelope.transactions.clear();
        envelope
    }
}

/// Checks what one record sends, and sends nothing.
pub(crate) async fn check(
    client: &Client,
    payload: &Payload,
    schema: Option<&'static ServiceSchema>,
) -> Result<(), Error> {
    let submission = client.submit(&payload.set);
    match schema {
        Some(schema) => submission.known_by(schema).check().await,
        None => submission.check().await,
    }
}

/// Sends records that go with each other in one set, and finds out what became of each.
///
/// # Errors
/// The whole set came to this.
pub(crate) async fn send(
    client: &Client,
    payloads: &[&Payload],
    schema: Option<&'static ServiceSchema>,
    how: &ReadBack,
    mark: Option<Mark>,
) -> Result<Vec<Result<Written, Error>>, Error> {
    let Some(first) = payloads.first() else { return Ok(Vec::new()) };
    let mut set = first.envelope();
    set.transactions = payloads.iter().map(|payload| payload.transaction().clone()).collect();
    // Each was checked by itself; a set of them has nothing more to find but what keeps them apart.
    let mut submission = client.submit(set).unchecked();
    if let Some(schema) = schema {
        submission = submission.known_by(schema);
    }
    let resolving = match first.kind() {
        Kind::Neither => {
            if let Some(mark) = mark {
                let all: Vec<usize> = (0..payloads.len()).collect();
                // Once, at the start: without a key nothing is sent again.
                if let Err(source) = mark(&all).await {
                    return Err(Error::not_marked(source));
                }
            }
            let results = Error::of_outcome(submission.await?);
            return Ok(results.into_iter().map(|result| result.map(Written::answered)).collect());
        }
        Kind::Key => submission.states(payloads.iter().filter_map(|payload| state(payload))),
        Kind::Find => submission.lookups_of_names(payloads.iter().filter_map(|payload| lookup(payload))),
    };
    let mut resolving = resolving.read_back(how.clone());
    if let Some(mark) = mark {
        resolving = resolving.before_sending(move |transactions| mark(transactions));
    }
    let results = resolving.await?;
    Ok(results.into_iter().map(|result| result.map(Written::from)).collect())
}

fn state(payload: &Payload) -> Option<TransactionState> {
    match &payload.known {
        Some(Known::Key(state)) => Some(state.clone()),
        _ => None,
    }
}

fn lookup(payload: &Payload) -> Option<Lookup> {
    match &payload.known {
        Some(Known::Find(find)) => Some(find.to_lookup()),
        _ => None,
    }
}

impl Written {
    fn answered(stored: Stored) -> Self {
        let unconfirmed = (!stored.unproven().is_empty())
            .then(|| format!("P21's answer doesn't show {}", stored.unproven().join(", ")));
        Self { stored, how: ResolvedHow::Answered, sent: 1, unconfirmed }
    }
}

impl From<Resolved> for Written {
    fn from(resolved: Resolved) -> Self {
        let unconfirmed = resolved.unconfirmed.map(|unresolved| unresolved.to_string());
        Self { stored: resolved.stored, how: resolved.how, sent: resolved.sent, unconfirmed }
    }
}
