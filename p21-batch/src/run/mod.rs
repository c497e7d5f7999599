//! A run: many records through a door, with a journal.

mod breaker;
mod came;
mod compare;
mod core;
mod engine;
mod mark;
mod plan;
mod progress;
mod report;
mod settle;
mod shared;
mod stop;
mod summary;
mod transactions;
mod windows;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use p21_client::Client;
use p21_client::resilience::ReadBack;
use p21_model::row::Service;
use p21_model::schema::ServiceSchema;

pub use progress::{Progress, Snapshot};
pub use report::{FailedRows, Failures};
pub use stop::Stop;
pub use summary::{BatchError, DryRun, Ended, NotSent, RunSummary};

use self::core::{Core, Doing};
use crate::input::Input;
use crate::journal::{AnyJournal, Journal, Run};
use crate::record::BatchRecord;

/// The door that records take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum BatchDoor {
    /// The Transaction API.
    Transactions,
    /// The windows of the Interactive API, typed.
    Windows,
}

impl BatchDoor {
    fn name(self) -> &'static str {
        match self {
            Self::Transactions => "transactions",
            Self::Windows => "windows",
        }
    }
}

/// Many records, each stored exactly once or reported: a run with a name in a [journal](crate::journal).
///
/// Killed at any instant it [resumes](Self::resume): what had not left the process is sent, what had is settled by reading its
/// record, and what can't be known is *ambiguous*, never "failed". So give each record a [key](crate::BatchRecord::key) or a
/// [find](crate::BatchRecord::find).
///
/// ```no_run
/// # use p21_services::{sales_price_book as book, prelude::*};
/// use p21_batch::{Batch, BatchRecord, SqliteJournal, input};
///
/// # async fn example(client: Client, books: Vec<(String, book::Transaction)>) -> Result<(), Box<dyn std::error::Error>> {
/// let journal = SqliteJournal::open("books.journal")?;
/// let batch = Batch::new(client, journal, "books 2027").at_once(3);
/// let records = books.into_iter().map(|(id, book)| BatchRecord::from(book).key(book::Key::new(id.as_str())));
/// let summary = batch.run(input::records(records)).await?;
/// println!("{summary}");
/// batch.write_failures_csv("books-failed.csv").await?;
/// # Ok(())
/// # }
/// ```
pub struct Batch<J> {
    core: Core,
    journal: Arc<J>,
}

impl<J: Journal> Batch<J> {
    /// A run of that name.
    pub fn new(client: Client, journal: J, name: impl Into<String>) -> Self {
        let journal = Arc::new(journal);
        let core = Core {
            client,
            clients: Vec::new(),
            journal: Arc::clone(&journal) as Arc<dyn AnyJournal>,
            name: name.into(),
            door: BatchDoor::Transactions,
            chunk: 1,
            at_once: None,
            session_records: 25,
            session_idle: Duration::from_secs(45),
            rate: None,
            jitter: Duration::ZERO,
            breaker: Some(20),
            attempts: 3,
            pause: Duration::from_secs(2),
            how: ReadBack::default(),
            waits: true,
            stop: Stop::default(),
            progress: None,
            schemas: Mutex::default(),
            find_schema: None,
        };
        Self { core, journal }
    }

    /// The door that records take: transactions, unless something is said. A window's records need the schema of their
    /// service: that of bindings ([`service`](Self::service)), or one that the client was given.
    #[must_use]
    pub fn door(mut self, door: BatchDoor) -> Self {
        self.core.door = door;
        self
    }

    /// How many transactions stand in a set at most: 1, so that what one set comes to is one record's matter.
    #[must_use]
    pub fn chunk(mut self, records: usize) -> Self {
        self.core.chunk = records.max(1);
        self
    }

    /// How many sets, or how many sessions, are at work at once: 4. They are the run's: where several programs work on it,
    /// its journal shares them out. Where the server grants a user no further session, the run goes on with fewer, and
    /// [says so](RunSummary::sessions).
    #[must_use]
    pub fn at_once(mut self, workers: usize) -> Self {
        self.core.at_once = Some(workers.max(1));
        self
    }

    /// Further users for sessions: a token has one at most.
    #[must_use]
    pub fn users(mut self, clients: impl IntoIterator<Item = Client>) -> Self {
        self.core.clients.extend(clients);
        self
    }

    /// After how many records a session is ended and another begins: 25, as documented.
    #[must_use]
    pub fn session_records(mut self, records: usize) -> Self {
        self.core.session_records = records.max(1);
        self
    }

    /// After how long without a call a session isn't used any more: 45 s. P21 ends one after 60 by its documented default.
    #[must_use]
    pub fn session_idle(mut self, limit: Duration) -> Self {
        self.core.session_idle = limit;
        self
    }

    /// At most so many records a second, over all sessions, and over all programs that work on the run. A number that isn't above
    /// 0 is an [error](BatchError::Rate) of the run.
    #[must_use]
    pub fn rate(mut self, records_a_second: f64) -> Self {
        self.core.rate = Some(records_a_second);
        self
    }

    /// A pause before each, evenly spread from nothing to this.
    #[must_use]
    pub fn jitter(mut self, most: Duration) -> Self {
        self.core.jitter = most;
        self
    }

    /// After how many records in a row that P21 didn't store the run stops: 20. `None` never stops it. What the check refuses
    /// doesn't count, because P21 isn't asked. A login that is refused stops it at once, and so does a server that can't be
    /// reached, unless this program reached it before: then its records are attempted again.
    #[must_use]
    pub fn breaker(mut self, records: Option<u32>) -> Self {
        self.core.breaker = records;
        self
    }

    /// How often a record is attempted at most that is known not to be stored and that nobody refused: 3. A refusal is never
    /// tried again.
    #[must_use]
    pub fn attempts(mut self, most: u32) -> Self {
        self.core.attempts = most.max(1);
        self
    }

    /// How long such a record waits before it is attempted again: 2 s, and half as much again at random.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.core.pause = pause;
        self
    }

    /// How it is found out what became of writes.
    #[must_use]
    pub fn read_back(mut self, how: ReadBack) -> Self {
        self.core.how = how;
        self
    }

    /// Doesn't wait until what may still land has landed: it stays `sent`, and a later [`resume`](Self::resume) settles it.
    #[must_use]
    pub fn settle_later(mut self) -> Self {
        self.core.waits = false;
        self
    }

    /// What stops it between records.
    #[must_use]
    pub fn stop(mut self, stop: Stop) -> Self {
        self.core.stop = stop;
        self
    }

    /// Who is told how far it is.
    #[must_use]
    pub fn progress(mut self, progress: impl Progress + 'static) -> Self {
        self.core.progress = Some(Arc::new(progress));
        self
    }

    /// What is known of a service: records that come from a journal have no bindings of their own, so that a run that is
    /// resumed in another process wants this, or a client that was given the service's definition. Without either payloads are
    /// checked less, and more stays ambiguous.
    #[must_use]
    pub fn service<S: Service>(self) -> Self {
        self.learn(S::schema());
        self
    }

    /// The same of services that are not known yet: `find` is asked once for each.
    #[must_use]
    pub fn schemas(mut self, find: impl Fn(&str) -> Option<&'static ServiceSchema> + Send + Sync + 'static) -> Self {
        self.core.find_schema = Some(Box::new(find));
        self
    }

    pub(crate) fn learn(&self, schema: &'static ServiceSchema) {
        self.core.learn(schema);
    }

    pub(crate) async fn not_among(&self, run: &Run, asked: &[BatchRecord]) -> Result<Option<u64>, BatchError> {
        self.core.not_among(run, asked).await
    }

    /// Checks everything, and sends nothing: rows, records, idempotency keys. The journal is not touched.
    ///
    /// P21 is asked for its version only, where it can be reached.
    pub fn dry_run<'b>(&'b self, input: impl Input + 'b) -> BoxFuture<'b, DryRun> {
        self.core.dry_run(input.boxed())
    }

    /// Takes up the input, all of it, and sends it. Rows that can't be read, and records of one idempotency key, are
    /// refused with their place, and the others go on.
    ///
    /// # Errors
    /// The journal has a run of this name, or fails; the input ends with an error that is not one row's; the rate is none.
    pub fn run<'b>(&'b self, input: impl Input + 'b) -> Doing<'b, RunSummary> {
        self.core.run(input.boxed())
    }

    /// Goes on with a run, by what the journal has: no code of the program's is needed.
    ///
    /// # Errors
    /// There is no such run, or one of the other door; its input isn't all in the journal, so that it takes
    /// [`resume_with`](Self::resume_with); the journal fails.
    pub async fn resume(&self) -> Result<RunSummary, BatchError> {
        self.core.resume().await
    }

    /// The same with the input at hand: it is compared with what the journal has of it, and taken up to its end.
    ///
    /// # Errors
    /// As [`resume`](Self::resume); the input is another one than it was ([`BatchError::InputChanged`]). Nothing is sent
    /// then.
    pub fn resume_with<'b>(&'b self, input: impl Input + 'b) -> Doing<'b, RunSummary> {
        self.core.resume_with(input.boxed())
    }
}

impl<J> std::fmt::Debug for Batch<J> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch").field("name", &self.core.name).field("door", &self.core.door).finish_non_exhaustive()
    }
}
