//! Price pages: ending them, creating new ones.

use p21_batch::workflow::{Created, Expired};
use p21_batch::{BatchRecord, Find, Journal};
use p21_client::pricing::PricePage;
use p21_model::row::Element as _;
use p21_model::value::DateTime;

use super::{Workflow, WorkflowError};
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

    pub(super) fn record(self) -> BatchRecord {
        let find = Find::record_of::<SalesPricePage>().text(header::DESCRIPTION, self.description.as_str());
        BatchRecord::from(self.transaction).find(find).idempotency_key(self.description)
    }
}

/// A page that ends on a day.
pub(super) fn ends(uid: i64, day: DateTime) -> BatchRecord {
    let change = header::Row::edit().price_page_uid(uid).expiration_date(day);
    let change = page::Transaction::new().push(change).keyed_by(header::PRICE_PAGE_UID);
    BatchRecord::from(change).key(page::Key::new(uid)).idempotency_key(uid.to_string())
}

impl<J: Journal + Clone> Workflow<J> {
    /// The pages of a supplier that are in force behind a day.
    ///
    /// # Errors
    /// P21 can't be asked.
    pub async fn pages_of_supplier(&self, supplier: i64, after: DateTime) -> Result<Vec<PricePage>, WorkflowError> {
        self.steps.pages_of_supplier(supplier, after).await
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
        let uids: Vec<i64> = uids.into_iter().collect();
        self.steps.expire_pages(uids, day, |uid| Ok(ends(uid, day))).await
    }

    /// Creates price pages, and finds their numbers.
    ///
    /// # Errors
    /// Two have one description; the run doesn't come to its end; P21 can't be asked. Pages that P21 refuses are
    /// [`missing`](Created::missing), and no error.
    pub async fn create_pages(&self, new: impl IntoIterator<Item = NewPage>) -> Result<Created, WorkflowError> {
        let new: Vec<_> = new.into_iter().map(|page| (page.description.clone(), page.record())).collect();
        self.steps.create_pages(new).await
    }
}
