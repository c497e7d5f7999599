//! Price pages: ending them, creating new ones, putting them into books.

use std::collections::{BTreeMap, BTreeSet};

use p21_client::pricing::PricePage;
use p21_model::value::DateTime;

use super::{CREATE, EXPIRE, LINK, Steps, WorkflowError};
use crate::journal::Journal;
use crate::record::BatchRecord;
use crate::run::{BatchDoor, RunSummary};

/// How many pages are put into a book at once: each is a row, and one save is enough for all.
const ROWS: usize = 25;

/// What expiring came to, as P21 shows it afterwards.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
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
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Created {
    /// Numbers by description.
    pub pages: BTreeMap<String, i64>,
    /// Descriptions that several pages have, with their numbers: which is meant, nobody knows. They are not among `pages`.
    pub several: BTreeMap<String, Vec<i64>>,
    /// Descriptions of pages that are not there: [`failures`](crate::Failures) of the run say why.
    pub missing: Vec<String>,
    /// So many were there before, and nothing was sent for them.
    pub skipped: usize,
    /// What the run came to.
    pub summary: RunSummary,
}

/// What linking came to, as P21 shows it afterwards.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
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

/// How a record is spelt.
pub(super) type Spelt = Result<BatchRecord, String>;

impl<J: Journal + Clone> Steps<J> {
    /// The pages of a supplier that are in force behind a day.
    ///
    /// # Errors
    /// P21 can't be asked.
    pub async fn pages_of_supplier(&self, supplier: i64, after: DateTime) -> Result<Vec<PricePage>, WorkflowError> {
        let found = self.client.pricing().pages_of_supplier(supplier).await?;
        Ok(found.into_iter().filter(|page| page.is_open_after(after)).collect())
    }

    /// Ends price pages on a day, each with the record that `ends` makes of its number. Those that have ended by then, or are
    /// deleted, are left alone.
    ///
    /// # Errors
    /// The run doesn't come to its end; P21 can't be asked; a record can't be spelt. Pages that P21 refuses are
    /// [`open`](Expired::open), and no error.
    pub async fn expire_pages(
        &self,
        uids: impl IntoIterator<Item = i64>,
        day: DateTime,
        ends: impl Fn(i64) -> Spelt + Send,
    ) -> Result<Expired, WorkflowError> {
        let uids: BTreeSet<i64> = uids.into_iter().collect();
        self.expire(&uids, None, day, ends).await
    }

    /// The same of pages among all that the job is about, where that is said.
    pub(super) async fn expire(
        &self,
        uids: &BTreeSet<i64>,
        all: Option<&BTreeSet<i64>>,
        day: DateTime,
        ends: impl Fn(i64) -> Spelt + Send,
    ) -> Result<Expired, WorkflowError> {
        let pricing = self.client.pricing();
        let before = pricing.pages(uids.iter().copied()).await?;
        let open: Vec<i64> = before.values().filter(|page| page.is_open_after(day)).map(|page| page.uid).collect();
        let spelt = |uids: &mut dyn Iterator<Item = &i64>| {
            uids.map(|uid| ends(*uid)).collect::<Result<Vec<_>, _>>().map_err(WorkflowError::Wrong)
        };
        let asked = all.map(|all| spelt(&mut all.iter())).transpose()?;
        let missing = spelt(&mut open.iter())?;
        let summary = self.missing(EXPIRE, None, missing, asked.as_deref()).await?;
        let after = pricing.pages(uids.iter().copied()).await?;
        let still: Vec<i64> = after.values().filter(|page| page.is_open_after(day)).map(|page| page.uid).collect();
        Ok(Expired {
            expired: open.iter().filter(|uid| !still.contains(uid)).copied().collect(),
            skipped: before.len() - open.len(),
            unknown: uids.iter().filter(|uid| !after.contains_key(uid)).copied().collect(),
            open: still,
            summary,
        })
    }

    /// Creates price pages, each with its description, and finds their numbers.
    ///
    /// # Errors
    /// Two have one description; the run doesn't come to its end; P21 can't be asked. Pages that P21 refuses are
    /// [`missing`](Created::missing), and no error.
    pub async fn create_pages(
        &self,
        new: impl IntoIterator<Item = (String, BatchRecord)>,
    ) -> Result<Created, WorkflowError> {
        let new: Vec<(String, BatchRecord)> = new.into_iter().collect();
        let mut names = BTreeSet::new();
        if let Some((twice, _)) = new.iter().find(|(name, _)| !names.insert(name.as_str())) {
            let problem = format!("two new pages are called `{twice}`: each needs its own description");
            return Err(WorkflowError::Wrong(problem));
        }
        let records = new.iter().map(|(_, record)| record.clone()).collect();
        let summary = self.missing(CREATE, None, records, None).await?;
        let found = self.described(&names, None).await?;
        Ok(Created::of(found, names, 0, summary))
    }

    /// The numbers of pages by their descriptions; of those that are in force behind a day.
    pub(super) async fn described(
        &self,
        names: &BTreeSet<&str>,
        after: Option<DateTime>,
    ) -> Result<Described, WorkflowError> {
        let found = self.client.pricing().pages_described(names).await?;
        let mut all: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for page in found.into_iter().filter(|page| after.is_none_or(|day| page.is_open_after(day))) {
            all.entry(page.description).or_default().push(page.uid);
        }
        let (one, several): (BTreeMap<_, _>, BTreeMap<_, _>) = all.into_iter().partition(|(_, uids)| uids.len() == 1);
        let pages = one.into_iter().flat_map(|(name, uids)| uids.into_iter().map(move |uid| (name.clone(), uid)));
        Ok(Described { pages: pages.collect(), several })
    }

    /// Puts price pages into price books: number and book each. Which of them are in their books already is looked up
    /// first. `joins` makes a record of a book and the pages that come to it. It goes through the window of the book, the only
    /// way that is documented.
    ///
    /// # Errors
    /// The run doesn't come to its end; P21 can't be asked; a record can't be spelt.
    pub async fn link_pages(
        &self,
        wanted: &BTreeSet<(i64, String)>,
        joins: impl Fn(&str, &[i64]) -> Spelt + Send,
    ) -> Result<Linked, WorkflowError> {
        let before = self.not_linked(wanted).await?;
        let mut of_book: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for (uid, book) in &before {
            of_book.entry(book).or_default().push(*uid);
        }
        let records = of_book.iter().flat_map(|(book, uids)| uids.chunks(ROWS).map(|some| joins(book, some)));
        let records = records.collect::<Result<Vec<_>, _>>().map_err(WorkflowError::Wrong)?;
        let summary = self.missing(LINK, Some(BatchDoor::Windows), records, None).await?;
        let missing = self.not_linked(wanted).await?;
        let linked = before.iter().filter(|link| !missing.contains(link)).count();
        Ok(Linked { linked, skipped: wanted.len() - before.len(), missing, summary })
    }

    pub(super) async fn not_linked(
        &self,
        wanted: &BTreeSet<(i64, String)>,
    ) -> Result<Vec<(i64, String)>, WorkflowError> {
        // Its own, so that nothing that was read before is remembered.
        let found = self.client.pricing().books_of_pages(wanted.iter().map(|(uid, _)| *uid)).await?;
        let is_there = |(uid, book): &&(i64, String)| {
            !found.get(uid).is_some_and(|books| books.iter().any(|one| one.is_called(book)))
        };
        Ok(wanted.iter().filter(is_there).cloned().collect())
    }
}

/// Pages by their descriptions.
pub(super) struct Described {
    pub(super) pages: BTreeMap<String, i64>,
    pub(super) several: BTreeMap<String, Vec<i64>>,
}

impl Described {
    pub(super) fn has(&self, name: &str) -> bool {
        self.pages.contains_key(name) || self.several.contains_key(name)
    }
}

impl Created {
    pub(super) fn of(found: Described, names: BTreeSet<&str>, skipped: usize, summary: RunSummary) -> Self {
        let missing = names.into_iter().filter(|name| !found.has(name)).map(str::to_owned).collect();
        Self { pages: found.pages, several: found.several, missing, skipped, summary }
    }
}
