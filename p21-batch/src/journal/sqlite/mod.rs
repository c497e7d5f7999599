//! A journal in one SQLite file, which a person can query.

mod open;
mod read;
mod write;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use p21_client::{Clock, Timestamp};
use rusqlite::Connection;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::{
    Attempt, Claim, FailedRecord, Journal, JournalError, Lease, NewRun, Planned, Run, RunId, Settled, Share, Tally,
    Twice, Unsettled, Worker,
};

/// A journal on one machine: one file, in write-ahead mode, in which every transition is on the disk before the next step
/// (`synchronous=FULL`, so that a power cut loses none either). One process has it at a time; another one is refused as long
/// as the first lives, however that ends. Others may read it meanwhile. Within a process a clone is the same journal: a run that
/// is dropped in its midst still notes to its end what is leaving, and whoever opens the file anew just then finds it in use.
///
/// ```
/// use p21_batch::SqliteJournal;
///
/// # let folder = tempfile::tempdir()?;
/// let journal = SqliteJournal::open(folder.path().join("prices.journal"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SqliteJournal {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    db: Mutex<Connection>,
    path: PathBuf,
    clock: Clock,
    shared: Mutex<HashMap<RunId, Shared>>,
    /// Held as long as the journal is open to work with; the system lets go of it when the process is gone.
    _lock: Option<File>,
}

/// What the workers of a run share: here there is but one.
#[derive(Debug, Default)]
struct Shared {
    share: Share,
    /// When the next record may go.
    next: Option<Instant>,
}

impl Shared {
    fn say(&mut self, share: Share) {
        self.share = Share { sessions: share.sessions.or(self.share.sessions), rate: share.rate.or(self.share.rate) };
    }

    fn turn(&mut self, records: usize) -> Duration {
        let every = self.share.rate.and_then(|rate| Duration::try_from_secs_f64(records as f64 / rate).ok());
        let Some(every) = every else { return Duration::ZERO };
        let now = Instant::now();
        let turn = self.next.map_or(now, |next| next.max(now));
        self.next = turn.checked_add(every);
        turn.duration_since(now)
    }
}

impl SqliteJournal {
    /// Opens a journal, or creates it.
    ///
    /// # Errors
    /// Another process has it, it is something else or of another version, or the file can't be written.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        Self::open_by(path, Clock::default())
    }

    /// The same by a clock that tests move.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_by(path: impl AsRef<Path>, clock: Clock) -> Result<Self, JournalError> {
        let (db, path, lock) = open::open(path.as_ref())?;
        Ok(Self {
            inner: Arc::new(Inner { db: Mutex::new(db), path, clock, shared: Mutex::default(), _lock: Some(lock) }),
        })
    }

    /// Opens a journal to look at it, while another process may be working with it: whatever would change it is an error.
    ///
    /// # Errors
    /// It isn't there, is something else or of another version, or can't be read.
    pub fn open_to_read(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref().to_owned();
        let db = open::open_to_read(&path)?;
        let (clock, shared) = (Clock::default(), Mutex::default());
        Ok(Self { inner: Arc::new(Inner { db: Mutex::new(db), path, clock, shared, _lock: None }) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    fn shared(&self) -> MutexGuard<'_, HashMap<RunId, Shared>> {
        self.inner.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the file on a thread that may wait. The thread's part is compiled once, whatever is done.
    async fn run<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&mut Connection, &Now) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (tell, told) = oneshot::channel();
        // Who stopped waiting isn't told.
        self.on_a_thread(doing, Box::new(move |db, now| drop(tell.send(work(db, now))))).await?;
        let done = told.await.map_err(|error| JournalError::store(doing, error))?;
        done.map_err(|failed| match failed {
            Failed::Store(error) => JournalError::store(doing, error),
            Failed::Journal(error) => error,
        })
    }

    fn on_a_thread(&self, doing: &'static str, work: Box<Doing>) -> BoxFuture<'static, Result<(), JournalError>> {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move {
            let done = tokio::task::spawn_blocking(move || {
                let now = Now(inner.clock.timestamp());
                let mut db = inner.db.lock().unwrap_or_else(PoisonError::into_inner);
                work(&mut db, &now);
            });
            done.await.map_err(|error| JournalError::store(doing, error))
        })
    }
}

/// What is done with the file.
type Doing = dyn FnOnce(&mut Connection, &Now) + Send;

/// What a statement came to.
enum Failed {
    Store(rusqlite::Error),
    Journal(JournalError),
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

impl From<JournalError> for Failed {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

/// The time, spelt so that texts compare as times do.
struct Now(Timestamp);

impl Now {
    fn text(&self) -> String {
        spelt(self.0)
    }

    /// How long it is until then; nothing where it is past.
    fn until(&self, then: Timestamp) -> Duration {
        Duration::try_from(then.duration_since(self.0)).unwrap_or_default()
    }

    fn after(&self, time: Duration) -> String {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        // A time that can't be written down is never.
        spelt(self.0.saturating_add(time).unwrap_or(Timestamp::MAX))
    }
}

/// In UTC with milliseconds, always as long: rounded up, so that nothing is earlier than it is.
fn spelt(time: Timestamp) -> String {
    let up = time.saturating_add(SignedDuration::from_nanos(999_999)).unwrap_or(time);
    let millis = Timestamp::from_millisecond(up.as_millisecond()).unwrap_or(up);
    format!("{millis:.3}")
}

impl Journal for SqliteJournal {
    async fn begin(&self, run: NewRun) -> Result<RunId, JournalError> {
        self.run("begin a run", move |db, now| write::begin(db, now, &run)).await
    }

    async fn runs(&self) -> Result<Vec<Run>, JournalError> {
        self.run("list its runs", move |db, _| read::runs(db)).await
    }

    async fn find(&self, name: &str) -> Result<Option<Run>, JournalError> {
        let name = name.to_owned();
        self.run("look for a run", move |db, _| read::find(db, &name)).await
    }

    async fn plan(&self, run: RunId, after: u64, rows: Vec<Planned>) -> Result<Vec<Twice>, JournalError> {
        self.run("take up records", move |db, now| write::plan(db, now, run, after, &rows)).await
    }

    async fn planned(&self, run: RunId) -> Result<(), JournalError> {
        self.run("note the end of the input", move |db, now| write::planned(db, now, run)).await
    }

    async fn stop_planning(&self, _: RunId) -> Result<(), JournalError> {
        // The lock of the file says who takes it up.
        Ok(())
    }

    async fn digests(&self, run: RunId, after: u64, most: usize) -> Result<Vec<(u64, String)>, JournalError> {
        self.run("show its input", move |db, _| read::digests(db, run, after, most)).await
    }

    async fn join(&self, run: RunId, share: Share) -> Result<Worker, JournalError> {
        self.shared().entry(run).or_default().say(share);
        self.run("take up a worker", move |db, _| write::join(db, run)).await
    }

    async fn beat(&self, worker: &Worker) -> Result<Lease, JournalError> {
        let share = self.shared().entry(worker.run).or_default().share;
        let sessions = share.sessions.unwrap_or(Share::SESSIONS);
        // The lock of the file is the lease, and nobody else wants anything of it.
        Ok(Lease { slots: (0..sessions).collect(), may: sessions as usize, rate: share.rate, again_in: None })
    }

    async fn give_up(&self, _: &Worker, _: u32) -> Result<(), JournalError> {
        Ok(())
    }

    async fn leave(&self, _: &Worker) -> Result<(), JournalError> {
        Ok(())
    }

    async fn turn(&self, worker: &Worker, records: usize) -> Result<Duration, JournalError> {
        Ok(self.shared().entry(worker.run).or_default().turn(records))
    }

    async fn hint(&self) {
        std::future::pending().await
    }

    async fn claim(&self, worker: &Worker, most: usize) -> Result<Vec<Claim>, JournalError> {
        let worker = worker.clone();
        self.run("claim records", move |db, now| write::claim(db, now, &worker, most)).await
    }

    async fn release(&self, worker: &Worker, claims: &[Attempt], after: Duration) -> Result<(), JournalError> {
        let (worker, claims) = (worker.clone(), claims.to_vec());
        self.run("give claims back", move |db, now| write::release(db, now, &worker, &claims, after)).await
    }

    async fn sent(&self, worker: &Worker, attempts: &[Attempt], lands_within: Duration) -> Result<(), JournalError> {
        let (worker, attempts) = (worker.clone(), attempts.to_vec());
        self.run("note what is sent", move |db, now| write::sent(db, now, &worker, &attempts, lands_within)).await
    }

    async fn settle(&self, worker: &Worker, settled: &[Settled]) -> Result<(), JournalError> {
        let (worker, settled) = (worker.clone(), settled.to_vec());
        self.run("note what became of records", move |db, now| write::settle(db, now, &worker, &settled)).await
    }

    async fn again(&self, run: RunId, most_attempts: u32, after: Duration) -> Result<u64, JournalError> {
        self.run("plan records again", move |db, now| write::again(db, now, run, most_attempts, after)).await
    }

    async fn unsettled(
        &self,
        worker: &Worker,
        after: Option<&Unsettled>,
        most: usize,
    ) -> Result<Vec<Unsettled>, JournalError> {
        let (worker, after) = (worker.clone(), after.map(|last| (spelt(last.landed_by), last.attempt.seq)));
        self.run("show what is sent", move |db, now| read::unsettled(db, now, &worker, after, most)).await
    }

    async fn next_due(&self, run: RunId) -> Result<Option<Duration>, JournalError> {
        self.run("show what is due", move |db, now| read::next_due(db, now, run)).await
    }

    async fn tally(&self, run: RunId) -> Result<Tally, JournalError> {
        self.run("count records", move |db, _| read::tally(db, run)).await
    }

    async fn failures(&self, run: RunId, after: u64, most: usize) -> Result<Vec<FailedRecord>, JournalError> {
        self.run("show failures", move |db, _| read::failures(db, run, after, most)).await
    }
}
