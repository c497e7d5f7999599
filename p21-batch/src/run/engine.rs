//! The loop: work, settle, wait, until nothing is left to do.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::breaker::Breaker;
use super::came::Came;
use super::progress::Counter;
use super::shared::Part;
use super::{BatchError, Core, Ended, RunSummary};
use crate::journal::{Attempt, Claim, JournalError, RunId, Settled, Worker};

/// A run at work.
pub(super) struct Work<'b> {
    pub(super) batch: &'b Core,
    pub(super) worker: Worker,
    /// What is this worker's of what the run's workers share.
    pub(super) part: Part,
    pub(super) breaker: Breaker,
    pub(super) counter: Counter,
    /// How many records were claimed since the last look.
    pub(super) claimed: AtomicUsize,
    /// Whether P21 was reached: what isn't there at the first record is no outage.
    pub(super) reached: AtomicBool,
}

impl Core {
    pub(super) async fn go(&self, run: RunId) -> Result<RunSummary, BatchError> {
        let since = Instant::now();
        loop {
            match self.go_as_one(run, since).await {
                // What it held is others' by now, or this program's again as soon as it joins: under another name, so that
                // nothing of before counts.
                Err(BatchError::Journal(JournalError::Gone { worker })) => {
                    tracing::warn!(worker, "the lease has run out: this program begins as another worker");
                }
                ended => return ended,
            }
        }
    }

    /// Works on the run as one worker, until that is at its end.
    async fn go_as_one(&self, run: RunId, since: Instant) -> Result<RunSummary, BatchError> {
        let worker = self.journal.join(run, self.share()).await?;
        let lease = self.journal.beat(&worker).await?;
        let work = Work {
            batch: self,
            worker,
            part: Part::new(lease.clone()),
            breaker: Breaker::new(self.breaker),
            counter: Counter::new(self.journal.tally(run).await?),
            claimed: AtomicUsize::new(0),
            reached: AtomicBool::new(false),
        };
        let ended = tokio::select! {
            ended = work.until_done(run) => ended,
            // The beats go on until the last answer is noted.
            never = work.beats(lease) => match never {},
        };
        if let Err(error) = self.journal.leave(&work.worker).await {
            tracing::warn!(%error, "the lease can't be ended: others wait until it runs out");
        }
        let tally = self.journal.tally(run).await?;
        Ok(RunSummary { tally, ended: ended?, took: since.elapsed(), sessions: work.part.most() })
    }
}

impl Work<'_> {
    async fn until_done(&self, run: RunId) -> Result<Ended, BatchError> {
        let (batch, mut unread) = (self.batch, 0);
        loop {
            self.again(run).await?;
            self.round().await?;
            if let Some(ended) = self.ended()? {
                return Ok(ended);
            }
            let looked = self.settle().await?;
            let again = self.again(run).await?;
            let tally = batch.journal.tally(run).await?;
            let due = batch.journal.next_due(run).await?;
            if tally.planned + tally.claimed + tally.sent == 0 {
                return Ok(Ended::Done);
            }
            let has_moved = again > 0 || looked.settled > 0 || self.claimed.swap(0, Ordering::Relaxed) > 0;
            if has_moved && due.is_some_and(|due| due.is_zero()) {
                unread = 0;
                continue;
            }
            unread += usize::from(looked.unread > 0);
            // Another worker is at it, or is gone, and then it is this one's after a while.
            let elsewhere = self.part.is_shared() && (tally.claimed > 0 || tally.sent > looked.open);
            let only_later = tally.planned == 0 && !elsewhere && (!batch.waits || unread > UNREAD);
            // What waits for something that may land later isn't due before that.
            let landed = looked.next.filter(|_| batch.waits);
            let until = [due.filter(|due| !due.is_zero()), landed].into_iter().flatten().min();
            match until {
                _ if only_later => return Ok(Ended::Unsettled),
                None if tally.sent > 0 && !has_moved && !elsewhere => return Ok(Ended::Unsettled),
                until => self.sleep(until.unwrap_or_default()).await,
            }
            if let Some(ended) = self.ended()? {
                return Ok(ended);
            }
        }
    }

    /// How it ends, if it does; an error where this worker has no part in the run any more.
    fn ended(&self) -> Result<Option<Ended>, BatchError> {
        match self.part.why_lost() {
            Some(error) => Err(error.into()),
            None => Ok(self.is_over()),
        }
    }

    /// Why nothing more is begun.
    pub(super) fn is_over(&self) -> Option<Ended> {
        let broken = self.breaker.why().map(Ended::Broken);
        broken.or_else(|| (self.batch.stop.is_set() || self.part.is_lost()).then_some(Ended::Stopped))
    }

    async fn again(&self, run: RunId) -> Result<u64, BatchError> {
        let again = self.batch.journal.again(run, self.batch.attempts, self.pause()).await?;
        self.counter.again(again);
        Ok(again)
    }

    fn pause(&self) -> Duration {
        times(self.batch.pause, 1.0 + fastrand::f64() / 2.0)
    }

    /// Waits, and not for long where others may change what it waits for.
    async fn sleep(&self, rest: Duration) {
        let rest = if self.part.is_shared() { rest.min(POLLED) } else { rest };
        tokio::select! {
            () = self.batch.client.clock().sleep(rest.max(LEAST)) => {}
            () = self.batch.stop.wait() => {}
            () = self.batch.journal.hint() => {}
        }
    }

    /// Waits for the turn of some records, or until the run is stopped.
    pub(super) async fn turn(&self, records: usize) -> Result<(), BatchError> {
        let mut pause = times(self.batch.jitter, fastrand::f64());
        if self.part.rate().is_some() {
            pause = pause.saturating_add(self.batch.journal.turn(&self.worker, records).await?);
        }
        if !pause.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.batch.stop.wait() => {}
            }
        }
        Ok(())
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
                Came::Halt(halt) => {
                    self.breaker.open(&halt.to_string());
                    match halt.is_sent {
                        true => settled.push(Settled::refused(attempt, crate::journal::NOT_STORED, halt.reason)),
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
}

fn times(pause: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(pause.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

/// How often what can't be read is tried to be read.
const UNREAD: usize = 3;

/// Between two looks, whatever is waited for.
const LEAST: Duration = Duration::from_millis(50);

/// Between two looks at the most, where others work on the run: a hint may be lost.
const POLLED: Duration = Duration::from_secs(1);
