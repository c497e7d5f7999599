//! What a run knows of its records, durably.
//!
#![doc = include_str!("machine.md")]

mod any;
mod entry;
mod error;
mod machine;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;

use std::time::Duration;

pub(crate) use any::AnyJournal;
pub use entry::{
    Attempt, Claim, FailedRecord, Lease, NOT_PROVEN, NOT_STORED, NewRun, Planned, Run, RunId, Settled, Share, TWICE,
    Tally, Twice, Unsettled, Worker,
};
pub use error::JournalError;
pub use machine::{State, TRANSITIONS, Transition};
#[cfg(feature = "postgres")]
pub use postgres::{PostgresBuilder, PostgresJournal};
pub use sqlite::SqliteJournal;

/// A store of runs. [`SqliteJournal`] is the one for one machine; `PostgresJournal` (feature `postgres`) is shared by several.
///
/// Every change of a record's state is one statement that names the state, the worker and the attempt it goes from: whoever
/// doesn't hold the record any more changes nothing, and is told so ([`JournalError::Lost`]). Times are the store's own. A
/// store that several machines share goes by its own clock, and theirs don't count.
///
/// `tests/it/conformance` of this crate is what every store has to pass.
pub trait Journal: Send + Sync + 'static {
    /// Begins a run.
    ///
    /// # Errors
    /// There is one of that name.
    fn begin(&self, run: NewRun) -> impl Future<Output = Result<RunId, JournalError>> + Send;

    /// All runs, in the order in which they began.
    ///
    /// # Errors
    /// The store fails.
    fn runs(&self) -> impl Future<Output = Result<Vec<Run>, JournalError>> + Send;

    /// A run by its name.
    ///
    /// # Errors
    /// The store fails.
    fn find(&self, name: &str) -> impl Future<Output = Result<Option<Run>, JournalError>> + Send;

    /// Adds records, all or none of them, behind the first `after`. What is bad about one stands in it; a record whose
    /// idempotency key the run has already is added as refused ([`TWICE`]), and told back with the number of that one.
    ///
    /// # Errors
    /// The run has other than `after` records ([`JournalError::Overtaken`]): somebody else takes its input up. The store fails.
    fn plan(
        &self,
        run: RunId,
        after: u64,
        rows: Vec<Planned>,
    ) -> impl Future<Output = Result<Vec<Twice>, JournalError>> + Send;

    /// All of the input is planned.
    ///
    /// # Errors
    /// The store fails.
    fn planned(&self, run: RunId) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Whoever takes the input up stops before its end: another one may go on with it at once.
    ///
    /// # Errors
    /// The store fails.
    fn stop_planning(&self, run: RunId) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// What stands in the journal of the input, in its order, behind a number: to compare it.
    ///
    /// # Errors
    /// The store fails.
    fn digests(
        &self,
        run: RunId,
        after: u64,
        most: usize,
    ) -> impl Future<Output = Result<Vec<(u64, String)>, JournalError>> + Send;

    /// A worker begins: it gets an identity that no other had. What workers had claimed that are gone may be claimed
    /// again, as if they had not; what they had sent is this one's to settle, under the attempt it was sent in.
    ///
    /// # Errors
    /// Another worker has the run, where the store takes but one; another version has changed the store.
    fn join(&self, run: RunId, share: Share) -> impl Future<Output = Result<Worker, JournalError>> + Send;

    /// A worker is alive: its lease begins anew, and says what it may use of what the run's workers share. What those held
    /// that are gone is taken over, as when it joined.
    ///
    /// # Errors
    /// Its lease has run out ([`JournalError::Gone`]).
    fn beat(&self, worker: &Worker) -> impl Future<Output = Result<Lease, JournalError>> + Send;

    /// A worker needs one of its sessions no more.
    ///
    /// # Errors
    /// The store fails.
    fn give_up(&self, worker: &Worker, slot: u32) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// A worker ends. What it has claimed or sent by then is as that of one that is gone.
    ///
    /// # Errors
    /// The store fails.
    fn leave(&self, worker: &Worker) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// How long so many records have to wait, so that all workers of the run together keep to its rate.
    ///
    /// # Errors
    /// The store fails.
    fn turn(&self, worker: &Worker, records: usize) -> impl Future<Output = Result<Duration, JournalError>> + Send;

    /// Ends when another worker may have changed something that a worker waits for. It may never end, where there are no
    /// others, or where the store can't tell: whoever waits looks for itself from time to time.
    fn hint(&self) -> impl Future<Output = ()> + Send;

    /// Claims planned records in their order. Of those with one target at most one is claimed or sent at a time, and the
    /// first one first.
    ///
    /// # Errors
    /// The store fails.
    fn claim(&self, worker: &Worker, most: usize) -> impl Future<Output = Result<Vec<Claim>, JournalError>> + Send;

    /// Gives claims back of which nothing has left the process; they may be claimed again after a while.
    ///
    /// # Errors
    /// One of them isn't this worker's any more: none is given back.
    fn release(
        &self,
        worker: &Worker,
        claims: &[Attempt],
        after: Duration,
    ) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Notes, durably, that records are about to leave the process, and how long after this they may be stored. A further
    /// try of the same attempt is noted the same way.
    ///
    /// # Errors
    /// One of them isn't this worker's any more: nothing is noted, and nothing may be sent.
    fn sent(
        &self,
        worker: &Worker,
        attempts: &[Attempt],
        lands_within: Duration,
    ) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// What became of records: of a claimed one that it is refused, of a sent one anything.
    ///
    /// # Errors
    /// One of them isn't this worker's any more, or is in another state: nothing is changed.
    fn settle(&self, worker: &Worker, settled: &[Settled]) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Plans records again of which a read has shown that nothing was stored, and nothing can land any more.
    ///
    /// # Errors
    /// The store fails.
    fn again(
        &self,
        run: RunId,
        most_attempts: u32,
        after: Duration,
    ) -> impl Future<Output = Result<u64, JournalError>> + Send;

    /// Sent records that aren't settled, in the order in which they may be.
    ///
    /// # Errors
    /// The store fails.
    fn unsettled(
        &self,
        worker: &Worker,
        after: Option<&Unsettled>,
        most: usize,
    ) -> impl Future<Output = Result<Vec<Unsettled>, JournalError>> + Send;

    /// In how long, by the store's clock, the next planned record may be claimed, if any is planned.
    ///
    /// # Errors
    /// The store fails.
    fn next_due(&self, run: RunId) -> impl Future<Output = Result<Option<Duration>, JournalError>> + Send;

    /// How many records are in each state.
    ///
    /// # Errors
    /// The store fails.
    fn tally(&self, run: RunId) -> impl Future<Output = Result<Tally, JournalError>> + Send;

    /// Records that are not known to be stored, or whose storing isn't proven, in their order behind a number.
    ///
    /// # Errors
    /// The store fails.
    fn failures(
        &self,
        run: RunId,
        after: u64,
        most: usize,
    ) -> impl Future<Output = Result<Vec<FailedRecord>, JournalError>> + Send;
}
