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
//! What a step looks at and decides is [`crate::batch::workflow`]'s, which `cargo p21 batch` uses, too; here stands what is
//! written with generated types.
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

use p21_batch::workflow::Steps;
use p21_batch::{Batch, Journal};
use p21_client::Client;

pub use books::{Books, NamedBooks};
#[cfg(all(feature = "sales_price_page", feature = "sales_price_book"))]
pub use p21_batch::workflow::Linked;
#[cfg(all(feature = "sales_price_page", feature = "sales_price_book"))]
pub use p21_batch::workflow::Replaced;
pub use p21_batch::workflow::WorkflowError;
#[cfg(feature = "sales_price_page")]
pub use p21_batch::workflow::{Created, Expired};
#[cfg(feature = "sales_price_page")]
pub use pages::NewPage;
#[cfg(feature = "job_contract_pricing")]
pub use prices::ContractPrice;

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
    steps: Steps<J>,
}

impl<J: Journal + Clone> Workflow<J> {
    /// A job of that name: the same name goes on with it.
    pub fn new(client: Client, journal: J, name: impl Into<String>) -> Self {
        let steps = Steps::new(client, journal, name);
        #[cfg(feature = "sales_price_page")]
        let steps = steps.service::<crate::sales_price_page::SalesPricePage>();
        #[cfg(feature = "sales_price_book")]
        let steps = steps.service::<crate::sales_price_book::SalesPriceBook>();
        #[cfg(feature = "job_contract_pricing")]
        let steps = steps.service::<crate::job_contract_pricing::JobContractPricing>();
        Self { steps }
    }

    /// How its runs go: sessions, rate, progress, what stops them.
    #[must_use]
    pub fn with(self, setup: impl Fn(Batch<J>) -> Batch<J> + Send + Sync + 'static) -> Self {
        Self { steps: self.steps.with(setup) }
    }
}

impl<J> std::fmt::Debug for Workflow<J> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workflow").field("steps", &self.steps).finish()
    }
}
