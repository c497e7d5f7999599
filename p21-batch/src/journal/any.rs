//! A journal whose type is forgotten: what runs work with, so that a run is compiled once and not for every store, in every
//! program. What a boxed future costs is nothing beside what a store takes.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{
    Attempt, Claim, FailedRecord, Journal, JournalError, Lease, NewRun, Planned, Run, RunId, Settled, Share, Tally,
    Twice, Unsettled, Worker,
};

type Doing<'j, T> = BoxFuture<'j, Result<T, JournalError>>;

/// The calls of [`Journal`] that runs make.
pub(crate) trait AnyJournal: Send + Sync {
    fn begin(&self, run: NewRun) -> Doing<'_, RunId>;
    fn find<'j>(&'j self, name: &'j str) -> Doing<'j, Option<Run>>;
    fn plan(&self, run: RunId, after: u64, rows: Vec<Planned>) -> Doing<'_, Vec<Twice>>;
    fn planned(&self, run: RunId) -> Doing<'_, ()>;
    fn stop_planning(&self, run: RunId) -> Doing<'_, ()>;
    fn digests(&self, run: RunId, after: u64, most: usize) -> Doing<'_, Vec<(u64, String)>>;
    fn join(&self, run: RunId, share: Share) -> Doing<'_, Worker>;
    fn beat<'j>(&'j self, worker: &'j Worker) -> Doing<'j, Lease>;
    fn give_up<'j>(&'j self, worker: &'j Worker, slot: u32) -> Doing<'j, ()>;
    fn leave<'j>(&'j self, worker: &'j Worker) -> Doing<'j, ()>;
    fn turn<'j>(&'j self, worker: &'j Worker, records: usize) -> Doing<'j, Duration>;
    fn hint(&self) -> BoxFuture<'_, ()>;
    fn claim<'j>(&'j self, worker: &'j Worker, most: usize) -> Doing<'j, Vec<Claim>>;
    fn release<'j>(&'j self, worker: &'j Worker, claims: &'j [Attempt], after: Duration) -> Doing<'j, ()>;
    fn sent<'j>(&'j self, worker: &'j Worker, attempts: &'j [Attempt], lands_within: Duration) -> Doing<'j, ()>;
    fn settle<'j>(&'j self, worker: &'j Worker, settled: &'j [Settled]) -> Doing<'j, ()>;
    fn again(&self, run: RunId, most_attempts: u32, after: Duration) -> Doing<'_, u64>;
    fn unsettled<'j>(
        &'j self,
        worker: &'j Worker,
        after: Option<&'j Unsettled>,
        most: usize,
    ) -> Doing<'j, Vec<Unsettled>>;
    fn next_due(&self, run: RunId) -> Doing<'_, Option<Duration>>;
    fn tally(&self, run: RunId) -> Doing<'_, Tally>;
    fn failures(&self, run: RunId, after: u64, most: usize) -> Doing<'_, Vec<FailedRecord>>;
}

impl<J: Journal> AnyJournal for J {
    fn begin(&self, run: NewRun) -> Doing<'_, RunId> {
        Box::pin(Journal::begin(self, run))
    }

    fn find<'j>(&'j self, name: &'j str) -> Doing<'j, Option<Run>> {
        Box::pin(Journal::find(self, name))
    }

    fn plan(&self, run: RunId, after: u64, rows: Vec<Planned>) -> Doing<'_, Vec<Twice>> {
        Box::pin(Journal::plan(self, run, after, rows))
    }

    fn planned(&self, run: RunId) -> Doing<'_, ()> {
        Box::pin(Journal::planned(self, run))
    }

    fn stop_planning(&self, run: RunId) -> Doing<'_, ()> {
        Box::pin(Journal::stop_planning(self, run))
    }

    fn digests(&self, run: RunId, after: u64, most: usize) -> Doing<'_, Vec<(u64, String)>> {
        Box::pin(Journal::digests(self, run, after, most))
    }

    fn join(&self, run: RunId, share: Share) -> Doing<'_, Worker> {
        Box::pin(Journal::join(self, run, share))
    }

    fn beat<'j>(&'j self, worker: &'j Worker) -> Doing<'j, Lease> {
        Box::pin(Journal::beat(self, worker))
    }

    fn give_up<'j>(&'j self, worker: &'j Worker, slot: u32) -> Doing<'j, ()> {
        Box::pin(Journal::give_up(self, worker, slot))
    }

    fn leave<'j>(&'j self, worker: &'j Worker) -> Doing<'j, ()> {
        Box::pin(Journal::leave(self, worker))
    }

    fn turn<'j>(&'j self, worker: &'j Worker, records: usize) -> Doing<'j, Duration> {
        Box::pin(Journal::turn(self, worker, records))
    }

    fn hint(&self) -> BoxFuture<'_, ()> {
        Box::pin(Journal::hint(self))
    }

    fn claim<'j>(&'j self, worker: &'j Worker, most: usize) -> Doing<'j, Vec<Claim>> {
        Box::pin(Journal::claim(self, worker, most))
    }

    fn release<'j>(&'j self, worker: &'j Worker, claims: &'j [Attempt], after: Duration) -> Doing<'j, ()> {
        Box::pin(Journal::release(self, worker, claims, after))
    }

    fn sent<'j>(&'j self, worker: &'j Worker, attempts: &'j [Attempt], lands_within: Duration) -> Doing<'j, ()> {
        Box::pin(Journal::sent(self, worker, attempts, lands_within))
    }

    fn settle<'j>(&'j self, worker: &'j Worker, settled: &'j [Settled]) -> Doing<'j, ()> {
        Box::pin(Journal::settle(self, worker, settled))
    }

    fn again(&self, run: RunId, most_attempts: u32, after: Duration) -> Doing<'_, u64> {
        Box::pin(Journal::again(self, run, most_attempts, after))
    }

    fn unsettled<'j>(
        &'j self,
        worker: &'j Worker,
        after: Option<&'j Unsettled>,
        most: usize,
    ) -> Doing<'j, Vec<Unsettled>> {
        Box::pin(Journal::unsettled(self, worker, after, most))
    }

    fn next_due(&self, run: RunId) -> Doing<'_, Option<Duration>> {
        Box::pin(Journal::next_due(self, run))
    }

    fn tally(&self, run: RunId) -> Doing<'_, Tally> {
        Box::pin(Journal::tally(self, run))
    }

    fn failures(&self, run: RunId, after: u64, most: usize) -> Doing<'_, Vec<FailedRecord>> {
        Box::pin(Journal::failures(self, run, after, most))
    }
}
