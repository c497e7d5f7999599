//! Rows that need not be sent, because P21 shows that it is so already.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use p21_batch::BatchRecord;
use p21_batch::input::{BadRow, InputRow};
use p21_client::Client;
use p21_client::pricing::Pricing;
use p21_model::value::{DateTime, FieldValue as _};

/// How many rows are looked up at once.
const AT_ONCE: usize = 50;

/// What makes a row needless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Already {
    /// The page has ended by that day, or is deleted: ended then, it would be in force again until that day.
    Ended,
    /// The page is in that book.
    Linked,
}

/// How many rows were passed over.
#[derive(Debug, Clone, Default)]
pub(crate) struct Skipped(Arc<AtomicU64>);

impl Skipped {
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Says it, beside what a run came to.
    pub(crate) fn tell(&self) {
        match self.count() {
            0 => {}
            1 => eprintln!("note: 1 row was passed over: P21 shows that it is so already"),
            count => eprintln!("note: {count} rows were passed over: P21 shows that it is so already"),
        }
    }
}

/// A row, and the page that it is about.
type About = (i64, BatchRecord);

impl Already {
    /// The rows without those that need not be sent.
    pub(crate) fn pass_over(
        self,
        rows: BoxStream<'static, InputRow>,
        client: &Client,
        skipped: &Skipped,
    ) -> BoxStream<'static, InputRow> {
        let (client, skipped) = (client.clone(), skipped.clone());
        let looked = rows.chunks(AT_ONCE).then(move |rows| {
            // Its own, so that nothing that was read before is remembered.
            let (pricing, skipped) = (client.pricing(), skipped.clone());
            async move { self.look(rows, &pricing, &skipped).await }
        });
        looked.flat_map(stream::iter).boxed()
    }

    async fn look(self, rows: Vec<InputRow>, pricing: &Pricing, skipped: &Skipped) -> Vec<InputRow> {
        let rows: Vec<Result<About, BadRow>> = rows.into_iter().map(|row| about(row?)).collect();
        let uids: Vec<i64> = rows.iter().flatten().map(|(uid, _)| *uid).collect();
        let asked = match self {
            Self::Ended => pricing.pages(uids).await.map(Shown::Pages),
            Self::Linked => pricing.books_of_pages(uids).await.map(Shown::Books),
        };
        let shown = match asked {
            Ok(shown) => shown,
            Err(error) => {
                // Nothing is sent as long as nobody knows what is so already.
                let told = |row: Result<About, BadRow>| {
                    let mut bad = row.map(|(_, record)| record.refused(format!("P21 can't be asked: {error}")))?;
                    bad.ends_input = true;
                    Err(bad)
                };
                return rows.into_iter().map(told).collect();
            }
        };
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            match row.and_then(|(uid, record)| shown.judge(uid, record)) {
                Ok(None) => {
                    skipped.0.fetch_add(1, Ordering::Relaxed);
                }
                Ok(Some(record)) => kept.push(Ok(record)),
                Err(bad) => kept.push(Err(bad)),
            }
        }
        kept
    }
}

/// What P21 shows of the pages of some rows.
enum Shown {
    Pages(std::collections::BTreeMap<i64, p21_client::pricing::PricePage>),
    Books(std::collections::BTreeMap<i64, Vec<p21_client::pricing::Book>>),
}

impl Shown {
    /// The record, if it is to be sent.
    fn judge(&self, uid: i64, record: BatchRecord) -> Result<Option<BatchRecord>, BadRow> {
        let is_so = match self {
            Self::Pages(pages) => {
                let Some(page) = pages.get(&uid) else {
                    return Err(record.refused(format!("P21 has no price page {uid}")));
                };
                let day = value(&record, "expiration_date").map(DateTime::from_wire);
                match day {
                    Some(Ok(day)) => !page.is_open_after(day),
                    _ => return Err(record.refused("it says no day on which the page ends")),
                }
            }
            Self::Books(books) => {
                let id = value(&record, "price_book_id").unwrap_or_default();
                books.get(&uid).is_some_and(|books| books.iter().any(|book| book.is_called(id)))
            }
        };
        Ok((!is_so).then_some(record))
    }
}

fn about(record: BatchRecord) -> Result<About, BadRow> {
    let uid = value(&record, "price_page_uid").and_then(|uid| i64::from_wire(uid).ok());
    match uid {
        Some(uid) => Ok((uid, record)),
        None => Err(record.refused("it says no number of a price page")),
    }
}

/// A value that a record sends.
fn value<'r>(record: &'r BatchRecord, field: &str) -> Option<&'r str> {
    record.transaction().data_elements.iter().find_map(|element| element.value(field))
}
