//! Whole jobs, made of runs with a [journal](crate::batch::Journal).
//!
//! | | |
//! | --- | --- |
//! | [`Workflow::expire_pages`] | price pages end on a day |
//! | [`Workflow::create_pages`] | new price pages, and the numbers that P21 gives them |
//! | [`Workflow::link_pages`] | price pages into price books |
//! | [`Workflow::replace_pages`] | a supplier's pages: expire, look, create, link, in the order that never leaves two in force |
//! | [`Workflow::contract_prices`] | prices of contract lines from a CSV, every night |
//! | [`Books`] | price books by a pattern of their names, or by library |
//!
//! Each step is a run of its own, named after the workflow and the step. Called again under the same name a workflow goes on
//! where it was, after `kill -9` too: what is stored is not sent again, and what is known only to P21 (which pages are
//! expired, created, linked) is read from it.
//!
//! They stand here and not in `p21-batch`, because they are written with generated types.
#![cfg_attr(not(feature = "full"), allow(dead_code, reason = "workflows of services that are left out use it"))]

mod books;
#[cfg(all(feature = "sales_price_page", feature = "sales_price_book"))]
mod link;
#[cfg(feature = "sales_price_page")]
mod pages;
#[cfg(feature = "job_contract_pricing")]
mod prices;
#[cfg(all(feature = "sales_price_page", feature = "sales_price_book"))]
mod replace;

use std::sync::Arc;

use p21_batch::{Batch, BatchDoor, BatchError, Ended, Journal, RunSummary, input};
use p21_client::Client;
use p21_model::row::Service;

pub use books::{Books, NamedBooks};
#[cfg(all(feature = "sales_price_page", feature = "sales_price_book"))]
pub use link::Linked;
#[cfg(feature = "sales_price_page")]
pub use pages::{Created, Expired, NewPage};
#[cfg(feature = "job_contract_pricing")]
pub use prices::ContractPrice;
#[cfg(all(feature = "sales_price_page", feature = "sales_price_book"))]
pub use replace::Replaced;

/// A job of several steps, each a run in the journal.
///
/// ```no_run
/// # use p21_services::prelude::*;
/// use p21_services::batch::{BatchDoor, SqliteJournal};
/// use p21_services::workflows::Workflow;
///
/// # #[cfg(feature = "sales_price_page")]
/// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let journal = SqliteJournal::open("pages.journal")?;
/// let flow = Workflow::new(client, journal, "spring 2027").with(|batch| batch.door(BatchDoor::Windows).at_once(3));
/// let expired = flow.expire_pages([100_001, 100_002], date(2027, 3, 31)).await?;
/// println!("{} expired, {} were before", expired.expired.len(), expired.skipped);
/// # Ok(())
/// # }
/// ```
pub struct Workflow<J> {
    client: Client,
    journal: J,
    name: String,
    setup: Setup<J>,
}

/// Where the rows of a step come from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// From the program: the same each time, or it is told that they aren't.
    Given,
    /// What P21 still lacks: fewer each time.
    Missing,
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
    /// P21 can't be asked.
    #[error(transparent)]
    Client(#[from] p21_client::Error),
    /// A file can't be taken up.
    #[error(transparent)]
    Input(#[from] input::BadInput),
    /// What was asked for contradicts itself; nothing was sent.
    #[error("{0}")]
    Wrong(String),
}

p21_model::debug_is_its_line!(WorkflowError);

impl<J: Journal + Clone> Workflow<J> {
    /// A job of that name: the same name goes on with it.
    pub fn new(client: Client, journal: J, name: impl Into<String>) -> Self {
        Self { client, journal, name: name.into(), setup: Arc::new(|batch| batch) }
    }

    /// How its runs go: sessions, rate, progress, what stops them.
    #[must_use]
    pub fn with(mut self, setup: impl Fn(Batch<J>) -> Batch<J> + Send + Sync + 'static) -> Self {
        self.setup = Arc::new(setup);
        self
    }

    /// The name of a step's run.
    fn run_of(&self, step: &str) -> String {
        format!("{}: {step}", self.name)
    }

    /// Runs a step, or goes on with it.
    async fn step<S: Service>(
        &self,
        step: &str,
        door: Option<BatchDoor>,
        origin: Origin,
        rows: impl futures_util::Stream<Item = input::InputRow> + Send,
    ) -> Result<RunSummary, WorkflowError> {
        let name = self.run_of(step);
        let batch = (self.setup)(Batch::new(self.client.clone(), self.journal.clone(), &name)).service::<S>();
        let batch = match door {
            Some(door) => batch.door(door),
            None => batch,
        };
        let done = match self.journal.find(&name).await {
            Err(error) => Err(error.into()),
            Ok(None) => batch.run(rows).await,
            Ok(Some(run)) if run.is_planned && origin == Origin::Missing => batch.resume().await,
            Ok(Some(_)) => batch.resume_with(rows).await,
        };
        let summary = done.map_err(|source| WorkflowError::Batch { step: name.clone(), source })?;
        match summary.ended {
            Ended::Done => Ok(summary),
            _ => Err(WorkflowError::Unfinished { step: name, summary }),
        }
    }
}

impl<J> std::fmt::Debug for Workflow<J> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workflow").field("name", &self.name).finish_non_exhaustive()
    }
}
