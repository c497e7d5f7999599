//! Price pages, replaced by others in the order that never leaves two in force.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use p21_client::pricing::PricePage;
use p21_model::value::DateTime;

use super::pages::Spelt;
use super::{CREATE, Created, Expired, Linked, Steps, WorkflowError};
use crate::journal::Journal;
use crate::record::BatchRecord;

/// A new page.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Successor {
    /// Its description, which no other page has: it is how the page is found again.
    pub description: String,
    /// The page that it takes the place of.
    pub replaces: Option<i64>,
    /// The books that it goes into.
    pub books: Vec<String>,
    /// What is sent.
    pub record: BatchRecord,
}

impl Successor {
    /// A new page of that description.
    pub fn new(description: impl Into<String>, record: BatchRecord) -> Self {
        Self { description: description.into(), replaces: None, books: Vec::new(), record }
    }
}

/// What is to be replaced by what.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Replacement {
    /// The pages to end.
    pub old: Vec<i64>,
    /// All of its pages that are in force behind the day end, too, unless they are called as a new one is: what an earlier call
    /// created isn't to be ended by the next.
    pub supplier: Option<i64>,
    /// The day on which the old ones end.
    pub day: DateTime,
    /// The new ones.
    pub new: Vec<Successor>,
    /// What was begun under the job's name has to be part of what is asked for now, so that a file that changed is told. A program
    /// that works out anew each time what is left doesn't say this.
    pub is_whole_input: bool,
}

/// What replacing came to.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Replaced {
    /// The old ones.
    pub expired: Expired,
    /// The new ones.
    pub created: Created,
    /// The new ones in their books.
    pub linked: Linked,
    /// New pages that were not created, because what they replace is still in force.
    pub held_back: Vec<String>,
    /// **Old pages that have ended, and whose successor is not there**: nobody prices what they priced.
    pub without_successor: Vec<i64>,
}

/// What replacing would do, as things stand.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct ReplacementPlan {
    /// These pages would be ended.
    pub expire: Vec<i64>,
    /// So many of those that were named have ended, or are deleted.
    pub ended: usize,
    /// These would be created, if P21 shows that the old ones end.
    pub create: Vec<String>,
    /// So many are there.
    pub there: usize,
    /// These would be put into books: description and book each.
    pub link: Vec<(String, String)>,
}

impl Replaced {
    /// Whether all is as it was asked for.
    pub fn is_whole(&self) -> bool {
        self.expired.open.is_empty()
            && self.expired.unknown.is_empty()
            && self.created.missing.is_empty()
            && self.created.several.is_empty()
            && self.linked.missing.is_empty()
            && self.held_back.is_empty()
            && self.without_successor.is_empty()
    }
}

impl Replacement {
    /// Nothing yet, on a day.
    pub fn on(day: DateTime) -> Self {
        Self { old: Vec::new(), supplier: None, day, new: Vec::new(), is_whole_input: false }
    }

    fn replaced(&self) -> BTreeSet<i64> {
        self.new.iter().filter_map(|page| page.replaces).collect()
    }

    fn names(&self) -> BTreeSet<&str> {
        self.new.iter().map(|page| page.description.as_str()).collect()
    }

    /// Whether a page may be created: what it replaces is known to end, and where it names none, all old ones are.
    fn may_begin(&self, page: &Successor, shown: &BTreeMap<i64, PricePage>, open: &[i64]) -> bool {
        match page.replaces {
            Some(uid) => self.has_ended(shown, uid),
            None => open.is_empty(),
        }
    }

    fn has_ended(&self, shown: &BTreeMap<i64, PricePage>, uid: i64) -> bool {
        shown.get(&uid).is_some_and(|page| !page.is_open_after(self.day))
    }

    /// What contradicts itself, or isn't there, by the number of the new page, from 0.
    fn contradictions(&self, shown: &BTreeMap<i64, PricePage>) -> Vec<(usize, String)> {
        let (mut problems, mut called, mut replaced) = (Vec::new(), HashMap::new(), HashMap::new());
        for (at, page) in self.new.iter().enumerate() {
            if called.insert(spelt(&page.description), at).is_some() {
                let problem =
                    format!("two new pages are called `{}`: each needs its own description", page.description);
                problems.push((at, problem));
            }
        }
        for (at, page) in self.new.iter().enumerate() {
            let Some(uid) = page.replaces else { continue };
            if replaced.insert(uid, at).is_some() {
                problems.push((at, format!("two new pages replace the page {uid}: one of them does")));
            }
            match shown.get(&uid) {
                None => problems.push((at, format!("it replaces the page {uid}, and P21 has no price page {uid}"))),
                Some(old) if called.contains_key(&spelt(&old.description)) => {
                    let problem = format!(
                        "it replaces the page {uid}, which is called `{}` as a new one is: give the new one a description \
                         of its own",
                        old.description
                    );
                    problems.push((at, problem));
                }
                Some(_) => {}
            }
        }
        problems
    }
}

/// A description as P21 compares it: capitals and blanks around it make no difference.
fn spelt(description: &str) -> String {
    description.trim().to_lowercase()
}

/// The old pages of a job.
struct Old {
    /// Those to end.
    ends: BTreeSet<i64>,
    /// Those that it may ever have had to end.
    all: BTreeSet<i64>,
}

impl<J: Journal + Clone> Steps<J> {
    /// What is wrong with a replacement, by the number of the new page, from 0. As long as there is anything, nothing is to be
    /// sent.
    ///
    /// # Errors
    /// P21 can't be asked.
    pub async fn problems(&self, wanted: &Replacement) -> Result<Vec<(usize, String)>, WorkflowError> {
        let pricing = self.client.pricing();
        let mut problems = wanted.contradictions(&pricing.pages(wanted.replaced()).await?);
        let books: BTreeSet<&str> = wanted.new.iter().flat_map(|page| &page.books).map(String::as_str).collect();
        for book in books {
            if pricing.books_containing(book).await?.iter().any(|one| one.is_called(book)) {
                continue;
            }
            let is_in = |page: &Successor| page.books.iter().any(|one| one == book);
            let pages = wanted.new.iter().enumerate().filter(|(_, page)| is_in(page));
            problems.extend(pages.map(|(at, _)| (at, format!("P21 has no active price book `{book}`"))));
        }
        problems.sort();
        Ok(problems)
    }

    /// What [`replace_pages`](Self::replace_pages) would do, as things stand. Nothing is sent, and the journal isn't touched.
    ///
    /// # Errors
    /// P21 can't be asked.
    pub async fn plan_of(&self, wanted: &Replacement) -> Result<ReplacementPlan, WorkflowError> {
        let old = self.old(wanted).await?.ends;
        let shown = self.client.pricing().pages(old.iter().copied()).await?;
        let expire: Vec<i64> =
            shown.values().filter(|page| page.is_open_after(wanted.day)).map(|page| page.uid).collect();
        let there = self.described(&wanted.names(), Some(wanted.day)).await?;
        let links = wanted.new.iter().filter_map(|page| Some((there.pages.get(&page.description)?, page)));
        let links = links.flat_map(|(uid, page)| page.books.iter().map(|book| (*uid, book.clone()))).collect();
        let lacking: BTreeSet<(i64, String)> = self.not_linked(&links).await?.into_iter().collect();
        let is_lacking = |page: &Successor, book: &String| {
            there.pages.get(&page.description).is_none_or(|uid| lacking.contains(&(*uid, book.clone())))
        };
        let all = wanted.new.iter().flat_map(|page| page.books.iter().map(move |book| (page, book)));
        let link = all.filter(|(page, book)| is_lacking(page, book));
        let create = wanted.new.iter().map(|page| &page.description).filter(|name| !there.has(name));
        Ok(ReplacementPlan {
            ended: shown.len() - expire.len(),
            expire,
            create: create.cloned().collect(),
            there: there.pages.len() + there.several.len(),
            link: link.map(|(page, book)| (page.description.clone(), book.clone())).collect(),
        })
    }

    /// Replaces price pages: the old ones end on a day, and when P21 shows that they do, the new ones are created and put into
    /// books. Two pages in force for one supplier and group are applied unpredictably, so a page that replaces one which is still
    /// in force is held back, and one that names none is held back as long as any old one is.
    ///
    /// `ends` and `joins` spell records, as in [`expire_pages`](Self::expire_pages) and [`link_pages`](Self::link_pages).
    ///
    /// # Errors
    /// [Something is wrong](Self::problems) with what is asked for, or it is something else than was begun under the name: nothing
    /// is sent. A step doesn't come to its end: nothing that depends on it was begun, and called again it goes on.
    pub async fn replace_pages(
        &self,
        wanted: Replacement,
        ends: impl Fn(i64) -> Spelt + Send,
        joins: impl Fn(&str, &[i64]) -> Spelt + Send,
    ) -> Result<Replaced, WorkflowError> {
        if let Some((_, problem)) = self.problems(&wanted).await?.into_iter().next() {
            return Err(WorkflowError::Wrong(problem));
        }
        let old = self.old(&wanted).await?;
        let all = wanted.is_whole_input.then_some(&old.all);
        let expired = self.expire(&old.ends, all, wanted.day, ends).await?;
        let shown = self.client.pricing().pages(wanted.replaced()).await?;
        let may_begin = |page: &&Successor| wanted.may_begin(page, &shown, &expired.open);
        let (begin, held): (Vec<&Successor>, Vec<&Successor>) = wanted.new.iter().partition(may_begin);
        let created = self.create_those(&wanted, &begin).await?;
        let links = begin.iter().filter_map(|page| Some((created.pages.get(&page.description)?, page)));
        let links = links.flat_map(|(uid, page)| page.books.iter().map(|book| (*uid, book.clone()))).collect();
        let linked = self.link_pages(&links, joins).await?;
        let is_alone = |page: &&Successor| {
            let has_ended = page.replaces.is_some_and(|uid| wanted.has_ended(&shown, uid));
            let follows =
                created.pages.contains_key(&page.description) || created.several.contains_key(&page.description);
            has_ended && !follows
        };
        Ok(Replaced {
            without_successor: wanted.new.iter().filter(is_alone).filter_map(|page| page.replaces).collect(),
            held_back: held.into_iter().map(|page| page.description.clone()).collect(),
            expired,
            created,
            linked,
        })
    }

    /// Those of the new pages that P21 lacks.
    async fn create_those(&self, wanted: &Replacement, begin: &[&Successor]) -> Result<Created, WorkflowError> {
        let names: BTreeSet<&str> = begin.iter().map(|page| page.description.as_str()).collect();
        let there = self.described(&names, Some(wanted.day)).await?;
        let lacking = begin.iter().filter(|page| !there.has(&page.description));
        let records = lacking.map(|page| page.record.clone()).collect();
        let asked: Option<Vec<BatchRecord>> =
            wanted.is_whole_input.then(|| wanted.new.iter().map(|page| page.record.clone()).collect());
        let summary = self.missing(CREATE, None, records, asked.as_deref()).await?;
        let found = self.described(&names, Some(wanted.day)).await?;
        Ok(Created::of(found, names, there.pages.len() + there.several.len(), summary))
    }

    async fn old(&self, wanted: &Replacement) -> Result<Old, WorkflowError> {
        let mut all: BTreeSet<i64> = wanted.old.iter().copied().collect();
        let mut ends = all.clone();
        if let Some(supplier) = wanted.supplier {
            let names = wanted.names();
            let found = self.client.pricing().pages_of_supplier(supplier).await?;
            let found = found.into_iter().filter(|page| !names.contains(page.description.as_str()));
            for page in found {
                all.insert(page.uid);
                if page.is_open_after(wanted.day) {
                    ends.insert(page.uid);
                }
            }
        }
        Ok(Old { ends, all })
    }
}
