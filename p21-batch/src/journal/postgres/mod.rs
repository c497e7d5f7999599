//! A journal in a PostgreSQL database, which several machines share.

mod connect;
mod failed;
mod hint;
mod lease;
mod migrate;
mod plan;
mod read;
mod write;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Client, Pool};
use p21_client::{Clock, Timestamp};

pub use connect::PostgresBuilder;

use self::failed::{Failed, Patience};
use self::hint::Hint;
use super::{
    Attempt, Claim, FailedRecord, Journal, JournalError, Lease, NewRun, Planned, Run, RunId, Settled, Share, Tally,
    Twice, Unsettled, Worker,
};

/// A journal in a PostgreSQL database, in a schema of its own: several processes, on several machines, work on one run.
///
/// Each has a lease, which it renews and the others judge by the database's clock; what a worker held whose lease ran out is
/// handed on, and nothing of its own counts any more ([`JournalError::Gone`]). Every commit is on the database's disk before
/// the next step (`synchronous_commit`), and the database's own settings decide what that is worth: with `fsync = off` it is
/// worth nothing. A database that restarts is waited for, for [a while](PostgresBuilder::patience).
///
/// ```no_run
/// use p21_batch::PostgresJournal;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let url = std::env::var("PRICES_DATABASE_URL")?; // postgres://prices:..@db.example.com/batches?sslmode=require
/// let journal = PostgresJournal::connect(&url).await?;
/// # Ok(())
/// # }
/// ```
///
/// A connection to another machine is encrypted, and its certificate verified; a plain one goes to this machine only, over a
/// socket or the loopback, and only where the connection string doesn't want more (`sslmode=require`).
#[derive(Clone)]
pub struct PostgresJournal {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool,
    /// As errors name it: no user, no password.
    name: String,
    schema: String,
    lease: Duration,
    patience: Duration,
    /// The database's, unless a test moves it.
    clock: Option<Clock>,
    hint: Hint,
}

/// Tries again as long as the database can't be reached.
macro_rules! patiently {
    ($self:ident, $doing:literal, $client:ident => $work:expr) => {{
        let mut patience = $self.patience($doing);
        loop {
            let tried = async {
                #[allow(unused_mut, reason = "only transactions change it")]
                let mut $client = $self.client().await?;
                $work.await
            };
            match patience.limited(tried).await {
                Ok(done) => break Ok(done),
                Err(failed) => {
                    if let Err(error) = patience.wait_after(failed).await {
                        break Err(error);
                    }
                }
            }
        }
    }};
}

use patiently;

impl PostgresJournal {
    /// Connects to a database by a connection string, and makes the journal's tables in its schema `p21_batch` if they aren't
    /// there.
    ///
    /// # Errors
    /// The string isn't one, the database can't be reached or refuses the login, the connection would be plain and leave the
    /// machine; the schema has tables of something else, or of another version.
    pub async fn connect(url: &str) -> Result<Self, JournalError> {
        Self::builder(url).connect().await
    }

    /// The same with something to be said.
    pub fn builder(url: &str) -> PostgresBuilder {
        PostgresBuilder::new(url)
    }

    async fn client(&self) -> Result<Client, Failed> {
        Ok(self.inner.pool.get().await?)
    }

    fn patience(&self, doing: &'static str) -> Patience {
        Patience::new(doing, &self.inner.name, self.inner.patience)
    }

    /// What the statements take for the time: a test's, or nothing, and then it is the database's.
    fn now(&self) -> Option<Timestamp> {
        self.inner.clock.as_ref().map(Clock::timestamp)
    }
}

/// What stands for a time that can't be written down.
fn micros(time: Duration) -> i64 {
    // A hundred years are never.
    const NEVER: u128 = 100 * 366 * 86_400 * 1_000_000;
    i64::try_from(time.as_micros().min(NEVER)).unwrap_or(i64::MAX)
}

/// PostgreSQL's texts have no NUL.
fn text(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

impl Journal for PostgresJournal {
    async fn begin(&self, run: NewRun) -> Result<RunId, JournalError> {
        let lease = self.inner.lease;
        patiently!(self, "begin a run", client => plan::begin(&client, self.now(), &run, lease))
    }

    async fn runs(&self) -> Result<Vec<Run>, JournalError> {
        patiently!(self, "list its runs", client => read::runs(&client, self.now()))
    }

    async fn find(&self, name: &str) -> Result<Option<Run>, JournalError> {
        patiently!(self, "look for a run", client => read::find(&client, self.now(), name))
    }

    async fn plan(&self, run: RunId, after: u64, rows: Vec<Planned>) -> Result<Vec<Twice>, JournalError> {
        let lease = self.inner.lease;
        // Once: whether it was committed can be seen by the rows that are there, and whoever goes on compares them.
        let tried = async {
            let mut client = self.client().await?;
            plan::plan(&mut client, self.now(), run, after, &rows, lease).await
        };
        let mut patience = self.patience("take up records");
        patience.limited(tried).await.map_err(|failed| patience.error(failed))
    }

    async fn planned(&self, run: RunId) -> Result<(), JournalError> {
        patiently!(self, "note the end of the input", client => plan::planned(&client, self.now(), run))
    }

    async fn stop_planning(&self, run: RunId) -> Result<(), JournalError> {
        patiently!(self, "note that nobody takes the input up", client => {
            plan::stop_planning(&client, self.now(), run)
        })
    }

    async fn digests(&self, run: RunId, after: u64, most: usize) -> Result<Vec<(u64, String)>, JournalError> {
        patiently!(self, "show its input", client => read::digests(&client, run, after, most))
    }

    async fn join(&self, run: RunId, share: Share) -> Result<Worker, JournalError> {
        let (lease, schema) = (self.inner.lease, &self.inner.schema);
        patiently!(self, "take up a worker", client => lease::join(&mut client, self.now(), run, &share, lease, schema))
    }

    async fn beat(&self, worker: &Worker) -> Result<Lease, JournalError> {
        let lease = self.inner.lease;
        patiently!(self, "renew a lease", client => lease::beat(&mut client, self.now(), worker, lease))
    }

    async fn give_up(&self, worker: &Worker, slot: u32) -> Result<(), JournalError> {
        patiently!(self, "give a session up", client => lease::give_up(&client, worker, slot))
    }

    async fn leave(&self, worker: &Worker) -> Result<(), JournalError> {
        patiently!(self, "end a lease", client => lease::leave(&mut client, self.now(), worker))
    }

    async fn turn(&self, worker: &Worker, records: usize) -> Result<Duration, JournalError> {
        patiently!(self, "wait for a turn", client => lease::turn(&client, self.now(), worker, records))
    }

    async fn hint(&self) {
        self.inner.hint.next().await;
    }

    async fn claim(&self, worker: &Worker, most: usize) -> Result<Vec<Claim>, JournalError> {
        // A claim whose answer is lost is found by this.
        let claim = uuid::Uuid::new_v4().to_string();
        patiently!(self, "claim records", client => write::claim(&client, self.now(), worker, &claim, most))
    }

    async fn release(&self, worker: &Worker, claims: &[Attempt], after: Duration) -> Result<(), JournalError> {
        let mut is_first = true;
        patiently!(self, "give claims back", client => {
            let again = !std::mem::take(&mut is_first);
            write::release(&client, self.now(), worker, claims, after, again)
        })
    }

    async fn sent(&self, worker: &Worker, attempts: &[Attempt], lands_within: Duration) -> Result<(), JournalError> {
        patiently!(self, "note what is sent", client => {
            write::sent(&client, self.now(), worker, attempts, lands_within)
        })
    }

    async fn settle(&self, worker: &Worker, settled: &[Settled]) -> Result<(), JournalError> {
        patiently!(self, "note what became of records", client => {
            write::settle(&client, self.now(), worker, settled)
        })
    }

    async fn again(&self, run: RunId, most_attempts: u32, after: Duration) -> Result<u64, JournalError> {
        patiently!(self, "plan records again", client => write::again(&client, self.now(), run, most_attempts, after))
    }

    async fn unsettled(
        &self,
        worker: &Worker,
        after: Option<&Unsettled>,
        most: usize,
    ) -> Result<Vec<Unsettled>, JournalError> {
        patiently!(self, "show what is sent", client => read::unsettled(&client, self.now(), worker, after, most))
    }

    async fn next_due(&self, run: RunId) -> Result<Option<Duration>, JournalError> {
        patiently!(self, "show what is due", client => read::next_due(&client, self.now(), run))
    }

    async fn tally(&self, run: RunId) -> Result<Tally, JournalError> {
        patiently!(self, "count records", client => read::tally(&client, run))
    }

    async fn failures(&self, run: RunId, after: u64, most: usize) -> Result<Vec<FailedRecord>, JournalError> {
        patiently!(self, "show failures", client => read::failures(&client, run, after, most))
    }
}

impl fmt::Debug for PostgresJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresJournal").field("journal", &self.inner.name).finish_non_exhaustive()
    }
}
