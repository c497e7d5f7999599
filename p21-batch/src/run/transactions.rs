//! Claims through the transaction door.

use std::sync::Arc;

use p21_model::schema::ServiceSchema;

use super::BatchError;
use super::came::About;
use super::engine::Work;
use crate::journal::{Attempt, Claim, JournalError, Settled};
use crate::record::Payload;
use crate::send::{Mark, check, send};

/// A claim whose payload was read.
pub(super) struct Taken {
    pub(super) attempt: Attempt,
    pub(super) payload: Payload,
}

impl Work<'_> {
    /// Sends claims until there are none.
    pub(super) async fn send_claims(&self, slot: u32) -> Result<(), BatchError> {
        while self.goes_on(slot) {
            let claims = self.claim(self.batch.chunk).await?;
            if claims.is_empty() {
                break;
            }
            self.turn(claims.len()).await?;
            if self.is_over().is_some() {
                return self.give_back(&claims).await;
            }
            let mut taken = self.checked(&claims).await?;
            while !taken.is_empty() {
                let first = taken.remove(0);
                let goes = |one: &mut Taken| first.payload.goes_with(&one.payload);
                let rest: Vec<Taken> = taken.extract_if(.., goes).collect();
                self.send_set(std::iter::once(first).chain(rest).collect()).await?;
            }
        }
        Ok(())
    }

    /// Whether something more is begun in that session.
    pub(super) fn goes_on(&self, slot: u32) -> bool {
        self.is_over().is_none() && !self.part.is_over(slot)
    }

    /// Claims that are fit to be sent; the others are refused.
    pub(super) async fn checked(&self, claims: &[Claim]) -> Result<Vec<Taken>, BatchError> {
        let (mut taken, mut came) = (Vec::new(), Vec::new());
        for claim in claims {
            let attempt = claim.attempt;
            let payload: Payload = match serde_json::from_str(&claim.payload) {
                Ok(payload) => payload,
                Err(error) => {
                    let problem = error.to_string();
                    return Err(JournalError::Unreadable { seq: attempt.seq, problem }.into());
                }
            };
            match check(&self.batch.client, &payload, self.schema(&payload)).await {
                Ok(()) => taken.push(Taken { attempt, payload }),
                Err(error) => came.push((attempt, self.about(attempt, &payload, false).failed(&error))),
            }
        }
        self.note(came).await?;
        Ok(taken)
    }

    pub(super) fn schema(&self, payload: &Payload) -> Option<&'static ServiceSchema> {
        self.batch.schema(&payload.set.name)
    }

    pub(super) fn about<'p>(&'p self, attempt: Attempt, payload: &'p Payload, is_sent: bool) -> About<'p> {
        About { attempt, payload, is_sent, most_attempts: self.batch.attempts, reached: &self.reached }
    }

    async fn send_set(&self, set: Vec<Taken>) -> Result<(), BatchError> {
        let marker = self.marker(set.iter().map(|one| one.attempt));
        let mark: Mark = {
            let marker = marker.clone();
            Arc::new(move |leaving| marker.mark(leaving))
        };
        let payloads: Vec<&Payload> = set.iter().map(|one| &one.payload).collect();
        let schema = payloads.first().and_then(|payload| self.schema(payload));
        let results = send(&self.batch.client, &payloads, schema, &self.batch.how, Some(mark)).await;
        let sent = marker.sent().await?;
        let is_single = set.len() == 1;
        let came = match results {
            Ok(results) => {
                let one = |(at, (one, result)): (usize, (&Taken, _))| {
                    (one.attempt, self.about(one.attempt, &one.payload, sent.contains(&at)).written(result))
                };
                set.iter().zip(results).enumerate().map(one).collect()
            }
            // Something about one of them kept all from being sent.
            Err(error) if !is_single && sent.is_empty() && error.is_input() => {
                for one in set {
                    Box::pin(self.send_set(vec![one])).await?;
                }
                return Ok(());
            }
            Err(error) => {
                let one = |(at, one): (usize, &Taken)| {
                    (one.attempt, self.about(one.attempt, &one.payload, sent.contains(&at)).failed(&error))
                };
                set.iter().enumerate().map(one).collect()
            }
        };
        self.note(came).await
    }

    /// Refuses one record.
    pub(super) async fn refuse(&self, attempt: Attempt, code: &str, reason: String) -> Result<(), BatchError> {
        let settled = [Settled::refused(attempt, code, reason)];
        self.batch.journal.settle(&self.worker, &settled).await?;
        self.told(&settled);
        Ok(())
    }
}
