//! What is sent and not settled: a look at its record.

use p21_client::Timestamp;
use p21_client::resilience::Verdict;

use super::BatchError;
use super::engine::Work;
use crate::journal::{Journal, NOT_STORED, Settled, Unsettled};
use crate::record::Payload;

/// What a look at all of them came to.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) settled: usize,
    /// When the next of them can't land any more.
    pub(super) next: Option<Timestamp>,
    /// How many couldn't be read.
    pub(super) unread: usize,
}

/// How many are taken from the journal at once.
const AT_ONCE: usize = 200;

impl<J: Journal> Work<'_, J> {
    /// Looks at the records of what is sent. One that shows it is stored, at any time. One that shows nothing is proof only
    /// when it can't land any more.
    pub(super) async fn settle(&self) -> Result<Looked, BatchError> {
        let (mut looked, mut last) = (Looked::default(), None);
        loop {
            let some = self.batch.journal.unsettled(&self.worker, last.as_ref(), AT_ONCE).await?;
            for one in &some {
                match self.look(one).await {
                    Some(settled) => {
                        let settled = [settled];
                        self.batch.journal.settle(&self.worker, &settled).await?;
                        self.told(&settled);
                        looked.settled += 1;
                    }
                    None if self.has_landed(one) => looked.unread += 1,
                    None => looked.next = Some(looked.next.unwrap_or(Timestamp::MAX).min(one.landed_by)),
                }
            }
            match some.into_iter().last() {
                Some(one) => last = Some(one),
                None => return Ok(looked),
            }
        }
    }

    fn has_landed(&self, one: &Unsettled) -> bool {
        self.batch.client.clock().timestamp() >= one.landed_by
    }

    async fn look(&self, one: &Unsettled) -> Option<Settled> {
        let attempt = one.attempt;
        let payload: Payload = match serde_json::from_str(&one.payload) {
            Ok(payload) => payload,
            Err(error) => {
                let reason = format!("what was sent can't be read from the journal: {error}");
                return Some(Settled::ambiguous(attempt, "ambiguous", reason));
            }
        };
        let Some(record) = payload.record_id() else {
            let reason = "it may have been sent, and it has neither a key nor a find by which its record could be read";
            return Some(Settled::ambiguous(attempt, "ambiguous", reason));
        };
        let had_landed = self.has_landed(one);
        let schema = self.batch.schema(&payload.set.name);
        match self.batch.client.read_back_raw(payload.set.clone(), record, schema, one.landed_by).await {
            Ok(Verdict::Stored) => Some(Settled::stored(attempt).of_record(payload.key_text())),
            Ok(Verdict::NotStored) => {
                let reason = "a read of its record shows nothing of it, and it can't land any more";
                Some(Settled::refused(attempt, NOT_STORED, reason))
            }
            Ok(Verdict::Unknown(unresolved)) if had_landed => {
                Some(Settled::ambiguous(attempt, "ambiguous", unresolved.to_string()))
            }
            Err(error) if had_landed && error.is_input() => {
                Some(Settled::ambiguous(attempt, "ambiguous", error.to_string()))
            }
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(record = attempt.seq, %error, "its record can't be read");
                None
            }
        }
    }
}
