//! The loop: work, settle, wait, until nothing is left to do.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use p21_client::Timestamp;
use tokio::time::Instant;

use super::came::Came;
use super::pace::{Breaker, Pace};
use super::progress::Counter;
use super::{Batch, BatchError, Door, Ended, Summary};
use crate::journal::{Attempt, Claim, Journal, RunId, Settled, Worker};

/// A run at work.
pub(super) struct Work<'b, J> {
    pub(super) batch: &'b Batch<J>,
    pub(super) worker: Worker,
    pub(super) pace: Pace,
    pub(super) breaker: Breaker,
    pub(super) counter: Counter,
    /// How many records were claimed since the last look.
    pub(super) claimed: AtomicUsize,
    /// Slots that the server grants no session.
    retired: Mutex<HashSet<usize>>,
}

impl<J: Journal> Batch<J> {
    pub(super) async fn go(&self, run: RunId) -> Result<Summary, BatchError> {
        let since = Instant::now();
        let worker = self.journal.join(run).await?;
        let counter = Counter::new(self.journal.tally(run).await?);
        let work = Work {
            batch: self,
            worker,
            pace: Pace::new(self.rate, self.jitter),
            breaker: Breaker::new(self.breaker),
            counter,
            claimed: AtomicUsize::new(0),
            retired: Mutex::default(),
        };
        let ended = work.until_done(run).await?;
        let sessions = self.at_once - work.retired().len();
        Ok(Summary { tally: self.journal.tally(run).await?, ended, took: since.elapsed(), sessions })
    }
}

impl<J: Journal> Work<'_, J> {
    async fn until_done(&self, run: RunId) -> Result<Ended, BatchError> {
        let (batch, mut unread) = (self.batch, 0);
        loop {
            self.again(run).await?;
            let workers = (0..batch.at_once).map(|slot| async move {
                match batch.door {
                    Door::Transactions => self.send_claims().await,
                    Door::Windows => self.type_claims(slot).await,
                }
            });
            join_all(workers).await.into_iter().collect::<Result<(), _>>()?;
            if let Some(ended) = self.is_over() {
                return Ok(ended);
            }
            let looked = self.settle().await?;
            let again = self.again(run).await?;
            let tally = batch.journal.tally(run).await?;
            let due = batch.journal.next_due(run).await?;
            if tally.planned + tally.claimed + tally.sent == 0 {
                return Ok(Ended::Done);
            }
            let now = batch.client.clock().timestamp();
            let has_moved = again > 0 || looked.settled > 0 || self.claimed.swap(0, Ordering::Relaxed) > 0;
            if has_moved && due.is_some_and(|due| due <= now) {
                unread = 0;
                continue;
            }
            unread += usize::from(looked.unread > 0);
            let only_later = tally.planned == 0 && (!batch.waits || unread > UNREAD);
            // What waits for something that may land later isn't due before that.
            let landed = looked.next.filter(|_| batch.waits);
            let until = [due.filter(|due| *due > now), landed].into_iter().flatten().min();
            match until {
                _ if only_later => return Ok(Ended::Unsettled),
                None if tally.sent > 0 && !has_moved => return Ok(Ended::Unsettled),
                until => self.sleep_until(until.unwrap_or(now)).await,
            }
            if let Some(ended) = self.is_over() {
                return Ok(ended);
            }
        }
    }

    /// Why nothing more is begun.
    pub(super) fn is_over(&self) -> Option<Ended> {
        let broken = self.breaker.why().map(Ended::Broken);
        broken.or_else(|| self.batch.stop.is_set().then_some(Ended::Stopped))
    }

    async fn again(&self, run: RunId) -> Result<u64, BatchError> {
        let again = self.batch.journal.again(run, self.batch.attempts, self.pause()).await?;
        self.counter.again(again);
        Ok(again)
    }

    fn pause(&self) -> Duration {
        self.batch.pause.mul_f64(1.0 + fastrand::f64() / 2.0)
    }

    async fn sleep_until(&self, until: Timestamp) {
        let clock = self.batch.client.clock();
        let rest = Duration::try_from(until.duration_since(clock.timestamp())).unwrap_or_default();
        tokio::select! {
            () = clock.sleep(rest.max(LEAST)) => {}
            () = self.batch.stop.wait() => {}
        }
    }

    /// Claims the next records.
    pub(super) async fn claim(&self, most: usize) -> Result<Vec<Claim>, BatchError> {
        let claims = self.batch.journal.claim(&self.worker, most).await?;
        self.claimed.fetch_add(claims.len(), Ordering::Relaxed);
        Ok(claims)
    }

    /// Gives back what nothing was begun of.
    pub(super) async fn give_back<'c>(&self, claims: impl IntoIterator<Item = &'c Claim>) -> Result<(), BatchError> {
        let claims: Vec<Attempt> = claims.into_iter().map(|claim| claim.attempt).collect();
        if claims.is_empty() {
            return Ok(());
        }
        Ok(self.batch.journal.release(&self.worker, &claims, Duration::ZERO).await?)
    }

    /// Notes what came of records.
    pub(super) async fn note(&self, came: Vec<(Attempt, Came)>) -> Result<(), BatchError> {
        let (mut settled, mut later) = (Vec::new(), Vec::new());
        for (attempt, came) in came {
            match came {
                Came::Settled(one) => {
                    self.judge(&one);
                    settled.push(one);
                }
                Came::Later(reason) => {
                    tracing::warn!(record = attempt.seq, reason, "nothing was sent; it is tried again");
                    self.breaker.failed(&reason);
                    later.push(attempt);
                }
                Came::Open(reason) => {
                    tracing::warn!(record = attempt.seq, reason, "nobody knows yet whether it is stored");
                    self.breaker.failed(&reason);
                }
                Came::NoLogin(reason, is_sent) => {
                    self.breaker.open(&format!("the login is refused: {reason}"));
                    match is_sent {
                        true => settled.push(Settled::refused(attempt, crate::journal::NOT_STORED, reason)),
                        false => later.push(attempt),
                    }
                }
            }
        }
        let journal = &self.batch.journal;
        if !settled.is_empty() {
            journal.settle(&self.worker, &settled).await?;
            self.told(&settled);
        }
        if !later.is_empty() {
            journal.release(&self.worker, &later, self.pause()).await?;
        }
        Ok(())
    }

    fn judge(&self, settled: &Settled) {
        use crate::journal::State;
        match (settled.state, settled.code.as_deref(), &settled.reason) {
            (State::Stored, ..) => self.breaker.passed(),
            // P21 wasn't asked.
            (_, Some(code), _) if code.starts_with("P21-") || matches!(code, "not-typed" | "input" | "findings") => {}
            (.., Some(reason)) => self.breaker.failed(reason),
            _ => {}
        }
    }

    pub(super) fn told(&self, settled: &[Settled]) {
        let snapshot = self.counter.settled(settled);
        if let Some(progress) = &self.batch.progress {
            progress.at(&snapshot);
        }
    }

    fn retired(&self) -> MutexGuard<'_, HashSet<usize>> {
        self.retired.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_retired(&self, slot: usize) -> bool {
        self.retired().contains(&slot)
    }

    /// The server grants no session for that slot: the run goes on with fewer.
    pub(super) fn retire(&self, slot: usize) {
        self.retired().insert(slot);
        tracing::warn!(slot, "the server grants no further session; the run goes on with fewer");
    }
}

/// How often what can't be read is tried to be read.
const UNREAD: usize = 3;

/// Between two looks, whatever is waited for.
const LEAST: Duration = Duration::from_millis(50);
