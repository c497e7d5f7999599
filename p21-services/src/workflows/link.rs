//! Price pages into price books.

use std::collections::BTreeSet;

use p21_batch::workflow::Linked;
use p21_batch::{BatchRecord, Journal};
use p21_model::row::Element as _;

use super::{Workflow, WorkflowError};
use crate::sales_price_book::{self as book, header, pages};

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
        self.steps.link_pages(&wanted, |book, uids| Ok(joins(book, uids))).await
    }
}

/// Pages that come to a book.
pub(super) fn joins(book: &str, uids: &[i64]) -> BatchRecord {
    let rows = uids.iter().map(|uid| pages::Row::new().price_page_uid(*uid));
    let change = book::Transaction::new().push(header::Row::edit().price_book_id(book)).push_all(rows);
    BatchRecord::from(change).key(book::Key::new(book))
}
