//! Jobs of several steps, each a run of the journal: what they look at, and what they decide.
//!
//! How a record is spelt is said by who begins the job: `p21_services::workflows` has the types of bindings, `cargo p21 batch` a
//! map. Both decide here.

mod pages;
mod replace;

use std::sync::Arc;

use futures_util::Stream;
use p21_client::Client;
use p21_model::row::Service;
use p21_model::schema::ServiceSchema;

pub use pages::{Created, Expired, Linked};
pub use replace::{Replaced, Replacement, ReplacementPlan, Successor};

use crate::input::{self, BadInput, InputRow};
use crate::journal::Journal;
use crate::record::BatchRecord;
use crate::run::{Batch, BatchDoor, BatchError, Ended, RunSummary};

/// The steps that replace price pages, in their order.
pub const REPLACE_STEPS: [&str; 3] = [EXPIRE, CREATE, LINK];

const EXPIRE: &str = "expire";
const CREATE: &str = "create";
const LINK: &str = "link";

/// The name of a step's run.
fn run_name(job: &str, step: &str) -> String {
    format!("{job}: {step}")
}

/// The job whose step a run is by its name.
pub fn job_of(run: &str) -> Option<&str> {
    REPLACE_STEPS.iter().find_map(|step| run.strip_suffix(step)?.strip_suffix(": "))
}

/// A job: its name, and how its runs go.
pub struct Steps<J> {
    client: Client,
    journal: J,
    name: String,
    setup: Setup<J>,
    schemas: Vec<&'static ServiceSchema>,
}

/// What is said about each of its runs.
type Setup<J> = Arc<dyn Fn(Batch<J>) -> Batch<J> + Send + Sync>;

/// Why a workflow doesn't go on.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum WorkflowError {
    /// One of its runs.
    #[error("{step}: {source}")]
    Batch {
        /// The step.
        step: String,
        /// Why.
        source: BatchError,
    },
    /// A run didn't come to its end. Nothing that depends on it was begun.
    #[error("{step}: {summary}")]
    Unfinished {
        /// The step.
        step: String,
        /// How far it came.
        summary: RunSummary,
    },
    /// Something else is asked for under this name than was begun under it. Nothing was sent for it.
    #[error(
        "{step}: its record {seq} is none of those that are asked for now: give it what it began with, or another name"
    )]
    Changed {
        /// The step.
        step: String,
        /// The record of the journal, from 1.
        seq: u64,
    },
    /// P21 can't be asked.
    #[error(transparent)]
    Client(#[from] p21_client::Error),
    /// A file can't be taken up.
    #[error(transparent)]
    Input(#[from] BadInput),
    /// What was asked for contradicts itself; nothing was sent.
    #[error("{0}")]
    Wrong(String),
}

p21_model::debug_is_its_line!(WorkflowError);
p21_model::written_as_its_line!(WorkflowError);

impl<J: Journal + Clone> Steps<J> {
    /// A job of that name: the same name goes on with it.
    pub fn new(client: Client, journal: J, name: impl Into<String>) -> Self {
        Self { client, journal, name: name.into(), setup: Arc::new(|batch| batch), schemas: Vec::new() }
    }

    /// How its runs go: sessions, rate, progress, what stops them.
    #[must_use]
    pub fn with(mut self, setup: impl Fn(Batch<J>) -> Batch<J> + Send + Sync + 'static) -> Self {
        self.setup = Arc::new(setup);
        self
    }

    /// What is known of a service that it writes to: see [`Batch::service`].
    #[must_use]
    pub fn service<S: Service>(mut self) -> Self {
        self.schemas.push(S::schema());
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of a step's run.
    pub fn run_of(&self, step: &str) -> String {
        run_name(&self.name, step)
    }

    fn batch(&self, step: &str, door: Option<BatchDoor>) -> Batch<J> {
        let batch = (self.setup)(Batch::new(self.client.clone(), self.journal.clone(), self.run_of(step)));
        self.schemas.iter().for_each(|schema| batch.learn(schema));
        match door {
            Some(door) => batch.door(door),
            None => batch,
        }
    }

    /// Runs a step whose rows the program gives, the same each time, or goes on with it.
    ///
    /// # Errors
    /// The run doesn't come to its end; its rows are others than they were.
    pub async fn given(
        &self,
        step: &str,
        rows: impl Stream<Item = InputRow> + Send,
    ) -> Result<RunSummary, WorkflowError> {
        let batch = self.batch(step, None);
        let done = match self.journal.find(&self.run_of(step)).await {
            Err(error) => Err(error.into()),
            Ok(None) => batch.run(rows).await,
            Ok(Some(_)) => batch.resume_with(rows).await,
        };
        self.ended(step, done)
    }

    /// Runs a step for what P21 still lacks, which is less each time, or goes on with it. What a run has that was begun has to be
    /// among what is `asked` for, where that is said.
    async fn missing(
        &self,
        step: &str,
        door: Option<BatchDoor>,
        missing: Vec<BatchRecord>,
        asked: Option<&[BatchRecord]>,
    ) -> Result<RunSummary, WorkflowError> {
        let batch = self.batch(step, door);
        let begun = self.journal.find(&self.run_of(step)).await;
        if let (Ok(Some(run)), Some(asked)) = (&begun, asked) {
            let other = batch.not_among(run, asked).await;
            let other = other.map_err(|source| WorkflowError::Batch { step: self.run_of(step), source })?;
            if let Some(seq) = other {
                return Err(WorkflowError::Changed { step: self.run_of(step), seq });
            }
        }
        let done = match begun {
            Err(error) => Err(error.into()),
            Ok(None) => batch.run(input::records(missing)).await,
            Ok(Some(run)) if run.is_planned => batch.resume().await,
            Ok(Some(_)) => batch.resume_with(input::records(missing)).await,
        };
        self.ended(step, done)
    }

    fn ended(&self, step: &str, done: Result<RunSummary, BatchError>) -> Result<RunSummary, WorkflowError> {
        let step = self.run_of(step);
        match done {
            Err(source) => Err(WorkflowError::Batch { step, source }),
            Ok(summary) if summary.ended == Ended::Done => Ok(summary),
            Ok(summary) => Err(WorkflowError::Unfinished { step, summary }),
        }
    }
}

impl<J> std::fmt::Debug for Steps<J> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Steps").field("name", &self.name).finish_non_exhaustive()
    }
}
