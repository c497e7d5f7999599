//! Price pages: ending them, creating new ones.

use std::collections::{BTreeMap, BTreeSet};

use p21_batch::{BatchRecord, Find, Journal, RunSummary, input};
use p21_client::pricing::PricePage;
use p21_model::row::Element as _;
use p21_model::value::DateTime;

use super::{Origin, Workflow, WorkflowError};
use crate::sales_price_page::{self as page, SalesPricePage, header};

/// A new price page, and what identifies it among all others.
#[derive(Debug, Clone)]
pub struct NewPage {
    pub(super) transaction: page::Transaction,
    pub(super) description: String,
    pub(super) replaces: Option<i64>,
}

impl NewPage {
    /// A page by its description, which **no other page may have, expired ones neither**: it is how the page is found whose
    /// number P21 gives.
    pub fn new(header: header::Row, description: impl Into<String>) -> Self {
        let description = description.into();
        let transaction = page::Transaction::new().push(header.description(description.as_str()));
        Self { transaction, description, replaces: None }
    }

    /// With its values.
    #[must_use]
    pub fn breaks(mut self, breaks: page::breaks::Row) -> Self {
        self.transaction = self.transaction.push(breaks);
        self
    }

    /// The page that it takes the place of: it is created only when that one is known to end.
    #[must_use]
    pub fn replaces(mut self, uid: i64) -> Self {
        self.replaces = Some(uid);
        self
    }

    /// What is sent.
    pub fn transaction(&self) -> &page::Transaction {
        &self.transaction
    }

    fn record(self) -> BatchRecord {
        let find = Find::record_of::<SalesPricePage>().text(header::DESCRIPTION, self.description.as_str());
        BatchRecord::from(self.transaction).find(find).idempotency_key(self.description)
    }
}

/// What expiring came to, as P21 shows it afterwards.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Expired {
    /// These end by that day now.
    pub expired: Vec<i64>,
    /// These are still in force.
    pub open: Vec<i64>,
    /// So many had ended, or were deleted, before; nothing was sent for them.
    pub skipped: usize,
    /// These are not there.
    pub unknown: Vec<i64>,
    /// What the run came to.
    pub summary: RunSummary,
}

/// What creating came to, as P21 shows it afterwards.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Created {
    /// Numbers by description.
    pub pages: BTreeMap<String, i64>,
    /// Descriptions of pages that are not there: [`failures`](p21_batch::Failures) of the run say why.
    pub missing: Vec<String>,
    /// What the run came to.
    pub summary: RunSummary,
}

impl<J: Journal + Clone> Workflow<J> {
    /// The pages of a supplier that are in force behind a day.
    ///
    /// # Errors
    /// P21 can't be asked.
    pub async fn pages_of_supplier(&self, supplier: i64, after: DateTime) -> Result<Vec<PricePage>, WorkflowError> {
        let found = self.client.pricing().pages_of_supplier(supplier).await?;
        Ok(found.into_iter().filter(|page| page.is_open_after(after)).collect())
    }

    /// Ends price pages on a day. Those that have ended by then, or are deleted, are left alone.
    ///
    /// # Errors
    /// The run doesn't come to its end; P21 can't be asked. Pages that P21 refuses are [`open`](Expired::open), and no error.
    pub async fn expire_pages(
        &self,
        uids: impl IntoIterator<Item = i64>,
        day: DateTime,
    ) -> Result<Expired, WorkflowError> {
        let uids: BTreeSet<i64> = uids.into_iter().collect();
        let pricing = self.client.pricing();
        let before = pricing.pages(uids.iter().copied()).await?;
        let open: Vec<i64> = before.values().filter(|page| page.is_open_after(day)).map(|page| page.uid).collect();
        let record = |uid: &i64| {
            let change = header::Row::edit().price_page_uid(*uid).expiration_date(day);
            let change = page::Transaction::new().push(change).keyed_by(header::PRICE_PAGE_UID);
            BatchRecord::from(change).key(page::Key::new(*uid)).idempotency_key(uid.to_string())
        };
        let records: Vec<BatchRecord> = open.iter().map(record).collect();
        let summary = self.step::<SalesPricePage>("expire", None, Origin::Missing, input::records(records)).await?;
        let after = pricing.pages(uids.iter().copied()).await?;
        let still: Vec<i64> = after.values().filter(|page| page.is_open_after(day)).map(|page| page.uid).collect();
        Ok(Expired {
            expired: open.iter().filter(|uid| !still.contains(uid)).copied().collect(),
            skipped: before.len() - open.len(),
            unknown: uids.into_iter().filter(|uid| !after.contains_key(uid)).collect(),
            open: still,
            summary,
        })
    }

    /// Creates price pages, and finds their numbers.
    ///
    /// # Errors
    /// Two have one description; the run doesn't come to its end; P21 can't be asked. Pages that P21 refuses are
    /// [`missing`](Created::missing), and no error.
    pub async fn create_pages(&self, new: impl IntoIterator<Item = NewPage>) -> Result<Created, WorkflowError> {
        let new: Vec<NewPage> = new.into_iter().collect();
        let mut names = BTreeSet::new();
        if let Some(twice) = new.iter().find(|page| !names.insert(page.description.clone())) {
            let problem = format!("two new pages are called `{}`: each needs its own description", twice.description);
            return Err(WorkflowError::Wrong(problem));
        }
        let records: Vec<BatchRecord> = new.into_iter().map(NewPage::record).collect();
        let summary = self.step::<SalesPricePage>("create", None, Origin::Missing, input::records(records)).await?;
        let found = self.client.pricing().pages_described(&names).await?;
        let found: BTreeMap<String, i64> = found.into_iter().map(|page| (page.description, page.uid)).collect();
        let missing = names.into_iter().filter(|name| !found.contains_key(name)).collect();
        Ok(Created { pages: found, missing, summary })
    }
}
