//! What is sent and not settled: a look at its record.

use std::time::Duration;

use jiff::SignedDuration;
use p21_client::Timestamp;
use p21_client::resilience::Verdict;

use super::BatchError;
use super::engine::Work;
use crate::journal::{NOT_STORED, Settled, Unsettled};
use crate::record::Payload;

/// What a look at all of them came to.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) settled: usize,
    /// How many of this worker's are still open.
    pub(super) open: u64,
    /// In how long the next of them can't land any more.
    pub(super) next: Option<Duration>,
    /// How many couldn't be read.
    pub(super) unread: usize,
}

/// By the journal's clock, when it was asked.
fn has_landed(one: &Unsettled) -> bool {
    one.lands_in.is_zero()
}

/// After the end of any look.
const LATER: SignedDuration = SignedDuration::from_hours(24);

/// How many are taken from the journal at once.
const AT_ONCE: usize = 200;

impl Work<'_> {
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
                    None => {
                        looked.open += 1;
                        match has_landed(one) {
                            true => looked.unread += 1,
                            false => looked.next = Some(looked.next.unwrap_or(Duration::MAX).min(one.lands_in)),
                        }
                    }
                }
            }
            match some.into_iter().last() {
                Some(one) => last = Some(one),
                None => return Ok(looked),
            }
        }
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
        let had_landed = has_landed(one);
        // The journal's clock decides whether it can land, and this machine's may be wrong: either it has by now, or it is
        // looked at again.
        let landed_by = self.batch.client.clock().timestamp();
        let landed_by = if had_landed { landed_by } else { landed_by.saturating_add(LATER).unwrap_or(Timestamp::MAX) };
        let schema = self.batch.schema(&payload.set.name);
        match self.batch.client.read_back_raw(payload.set.clone(), record, schema, landed_by).await {
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
