//! A batch without its journal's type, and what it does: compiled once, not in every program and for every store.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use p21_client::Client;
use p21_client::resilience::ReadBack;
use p21_model::schema::ServiceSchema;

use super::{BatchDoor, BatchError, Ended, Progress, RunSummary, Stop};
use crate::input::InputRow;
use crate::journal::{AnyJournal, JournalError, NewRun, Run, RunId};

/// Between two looks whether another program has taken the input up.
const PLANNED: Duration = Duration::from_millis(500);

/// In seconds.
const A_YEAR: f64 = 366.0 * 86_400.0;

/// What finds the schema of a service.
pub(super) type FindSchema = Box<dyn Fn(&str) -> Option<&'static ServiceSchema> + Send + Sync>;

/// What a public call does. Not an `async fn`, whose bounds rustc would report three times.
pub(super) type Doing<'b, T> = BoxFuture<'b, Result<T, BatchError>>;

/// What is said of a batch.
pub(super) struct Core {
    pub(super) client: Client,
    /// Further users that sessions may be of.
    pub(super) clients: Vec<Client>,
    pub(super) journal: Arc<dyn AnyJournal>,
    pub(super) name: String,
    pub(super) door: BatchDoor,
    pub(super) chunk: usize,
    pub(super) at_once: Option<usize>,
    pub(super) session_records: usize,
    pub(super) session_idle: Duration,
    pub(super) rate: Option<f64>,
    pub(super) jitter: Duration,
    pub(super) breaker: Option<u32>,
    pub(super) attempts: u32,
    pub(super) pause: Duration,
    pub(super) how: ReadBack,
    pub(super) waits: bool,
    pub(super) stop: Stop,
    pub(super) progress: Option<Arc<dyn Progress>>,
    /// Of the services that records were of, and those that were named.
    pub(super) schemas: Mutex<Vec<&'static ServiceSchema>>,
    pub(super) find_schema: Option<FindSchema>,
}

impl Core {
    pub(super) fn run<'b>(&'b self, mut input: BoxStream<'b, InputRow>) -> Doing<'b, RunSummary> {
        Box::pin(async move {
            self.sensible()?;
            let run = self.journal.begin(NewRun::new(&self.name, self.door.name())).await?;
            match self.plan(run, 0, &mut input).await? {
                true => self.go(run).await,
                false => self.stopped(run).await,
            }
        })
    }

    pub(super) fn resume(&self) -> Doing<'_, RunSummary> {
        Box::pin(async move {
            let run = self.known().await?;
            match run.is_planned {
                true => self.go(run.id).await,
                false => Err(BatchError::NotPlanned { name: self.name.clone(), rows: run.rows }),
            }
        })
    }

    pub(super) fn resume_with<'b>(&'b self, mut input: BoxStream<'b, InputRow>) -> Doing<'b, RunSummary> {
        Box::pin(async move {
            let run = self.known().await?;
            self.compare(&run, &mut input).await?;
            if !run.is_planned && !self.plan(run.id, run.rows, &mut input).await? {
                return self.stopped(run.id).await;
            }
            self.go(run.id).await
        })
    }

    /// Stopped while the input was taken up: nothing was sent.
    async fn stopped(&self, run: RunId) -> Result<RunSummary, BatchError> {
        let tally = self.journal.tally(run).await?;
        Ok(RunSummary { tally, ended: Ended::Stopped, took: Duration::ZERO, sessions: 0 })
    }

    fn sensible(&self) -> Result<(), BatchError> {
        let is_none = |rate: &f64| !(rate.is_finite() && *rate * A_YEAR >= 1.0);
        self.rate.filter(is_none).map_or(Ok(()), |rate| Err(BatchError::Rate { rate }))
    }

    /// The run, when nobody else is taking its input up.
    async fn known(&self) -> Result<Run, BatchError> {
        self.sensible()?;
        let mut is_told = false;
        loop {
            let run = self.journal.find(&self.name).await?;
            let run = run.ok_or_else(|| JournalError::NoSuchRun { name: self.name.clone() })?;
            if run.door != self.door.name() {
                return Err(BatchError::OtherDoor { name: self.name.clone(), door: run.door });
            }
            if !run.is_being_planned || self.stop.is_set() {
                return Ok(run);
            }
            if !std::mem::replace(&mut is_told, true) {
                tracing::warn!(run = self.name, "another program takes its input up: this one waits for that");
            }
            tokio::select! {
                () = tokio::time::sleep(PLANNED) => {}
                () = self.stop.wait() => {}
                () = self.journal.hint() => {}
            }
        }
    }

    pub(super) fn learn(&self, schema: &'static ServiceSchema) {
        let mut schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        if !schemas.iter().any(|known| std::ptr::eq(*known, schema)) {
            schemas.push(schema);
        }
    }

    /// What the client, or whoever made the batch, knows of a service.
    pub(super) fn schema(&self, service: &str) -> Option<&'static ServiceSchema> {
        let mut schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        let known = schemas.iter().find(|schema| *schema.name == *service).copied();
        known.or_else(|| self.client.service_schema(service)).or_else(|| {
            let found = self.find_schema.as_ref()?(service)?;
            schemas.push(found);
            Some(found)
        })
    }
}
