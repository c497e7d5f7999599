//! Price pages into price books.

use std::collections::{BTreeMap, BTreeSet};

use p21_batch::{BatchDoor, BatchRecord, Journal, RunSummary, input};
use p21_model::row::Element as _;

use super::{Origin, Workflow, WorkflowError};
use crate::sales_price_book::{self as book, SalesPriceBook, header, pages};

/// How many pages are put into a book at once: each is a row, and one save is enough for all.
const ROWS: usize = 25;

/// What linking came to, as P21 shows it afterwards.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Linked {
    /// So many were put into their books.
    pub linked: usize,
    /// So many were in them before.
    pub skipped: usize,
    /// Pages that aren't in the book that was wanted: failures of the run say why.
    pub missing: Vec<(i64, String)>,
    /// What the run came to.
    pub summary: RunSummary,
}

impl<J: Journal + Clone> Workflow<J> {
    /// Puts price pages into price books: number and book each. Which of them are in their books already is looked up
    /// first. It goes through the window of the book, the only way that is documented.
    ///
    /// # Errors
    /// The run doesn't come to its end; P21 can't be asked.
    pub async fn link_pages<B: Into<String>>(
        &self,
        links: impl IntoIterator<Item = (i64, B)>,
    ) -> Result<Linked, WorkflowError> {
        let wanted: BTreeSet<(i64, String)> = links.into_iter().map(|(uid, book)| (uid, book.into())).collect();
        let before = self.not_linked(&wanted).await?;
        let mut of_book: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for (uid, book) in &before {
            of_book.entry(book).or_default().push(*uid);
        }
        let record = |book: &str, uids: &[i64]| {
            let rows = uids.iter().map(|uid| pages::Row::new().price_page_uid(*uid));
            let change = book::Transaction::new().push(header::Row::edit().price_book_id(book)).push_all(rows);
            BatchRecord::from(change).key(book::Key::new(book))
        };
        let records: Vec<BatchRecord> =
            of_book.iter().flat_map(|(book, uids)| uids.chunks(ROWS).map(|some| record(book, some))).collect();
        let summary = self
            .step::<SalesPriceBook>("link", Some(BatchDoor::Windows), Origin::Missing, input::records(records))
            .await?;
        let missing = self.not_linked(&wanted).await?;
        let linked = before.iter().filter(|link| !missing.contains(link)).count();
        Ok(Linked { linked, skipped: wanted.len() - before.len(), missing, summary })
    }

    async fn not_linked(&self, wanted: &BTreeSet<(i64, String)>) -> Result<Vec<(i64, String)>, WorkflowError> {
        // Its own, so that nothing that was read before is remembered.
        let found = self.client.pricing().books_of_pages(wanted.iter().map(|(uid, _)| *uid)).await?;
        let is_there = |(uid, book): &&(i64, String)| {
            !found.get(uid).is_some_and(|books| books.iter().any(|one| one.is_called(book)))
        };
        Ok(wanted.iter().filter(is_there).cloned().collect())
    }
}
