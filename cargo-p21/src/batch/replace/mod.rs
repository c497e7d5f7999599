//! `batch run --workflow replace-pages`: three runs, of which each waits for what P21 shows after the one before. What is looked
//! at and decided is `p21_batch::workflow`'s; here are the rows of a file, and what is said.

mod input;
mod say;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Result, anyhow};
use futures_util::stream;
use p21_batch::workflow::{Replacement, Steps, WorkflowError};
use p21_batch::{Batch, SqliteJournal};
use p21_client::Client;
use p21_model::value::{DateTime, FieldValue as _};

use super::map::Map;
use super::progress::Bar;
use super::run::{mended, next_of_journal, server, set_up, stop};
use super::workflow::Workflow;
use super::{From, How, Known, Where};
use crate::advice::{Next as _, quoted};
use crate::config::Config;
use crate::exit::Done;
use crate::shown;
use input::{Row, Wrong};

/// What the workflow replace-pages wants to know.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Replacing {
    /// Of replace-pages: the day on which old pages end.
    #[arg(long, value_name = "DATE", value_parser = day)]
    ends_on: Option<Day>,
    /// Of replace-pages: all pages of this supplier that are in force behind that day end, too.
    #[arg(long, value_name = "ID", value_parser = clap::value_parser!(i64).range(1..))]
    supplier: Option<i64>,
}

/// A day, as it is sent.
#[derive(Debug, Clone)]
struct Day {
    at: DateTime,
    text: String,
}

fn day(text: &str) -> Result<Day, String> {
    let is_day = text.len() == "2027-12-31".len() && text.is_ascii();
    match DateTime::from_wire(text) {
        Ok(at) if is_day => Ok(Day { at, text: text.to_owned() }),
        _ => Err("a day such as 2027-12-31".to_owned()),
    }
}

impl Replacing {
    /// They are for no other workflow.
    pub(super) fn means_nothing(&self) -> Result<()> {
        let given = [("--ends-on", self.ends_on.is_some()), ("--supplier", self.supplier.is_some())];
        match given.into_iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => Err(anyhow!("`{name}` is for `--workflow replace-pages` alone"))
                .next(|| format!("leave out `{name}`: what else ends has its day in the input")),
            None => Ok(()),
        }
    }
}

/// A step isn't resumed by itself: what depends on it would not begin, and nobody would be told.
pub(super) fn not_resumed(job: &str) -> Result<Done> {
    Err(anyhow!("a job of several steps goes on as a whole: a step alone would leave what depends on it undone")).next(|| {
        format!(
            "call `cargo p21 batch run --workflow replace-pages` again with the same input and the same options, and `--run {}`: \
             it goes on where it was; a program that began it is called again",
            quoted(job)
        )
    })
}

/// A call of it.
pub(super) struct Job {
    pub(super) input: PathBuf,
    pub(super) name: String,
    pub(super) dry_run: bool,
    pub(super) replacing: Replacing,
    pub(super) from: From,
    pub(super) place: Where,
    pub(super) known: Known,
    pub(super) how: How,
}

/// How records are spelt that have no row of their own.
struct Spelling {
    expire: Map,
    link: Map,
}

impl Job {
    pub(super) async fn run(self, config: &Config) -> Result<Done> {
        let Some(day) = self.replacing.ends_on.clone() else {
            return Err(anyhow!("nothing says on which day the old pages end"))
                .next(|| "give `--ends-on`, with a day such as 2027-12-31".to_owned());
        };
        let (map, source) = self.known.source(config, &self.input, Workflow::ReplacePages.map()?, &self.from)?;
        let rows = input::read(&source, map).await.next(|| mended(&self.input))?;
        let fitted = |workflow: Workflow| self.known.fitted(config, workflow.map()?, None, None);
        let spelling = Spelling { expire: fitted(Workflow::ExpirePages)?, link: fitted(Workflow::LinkPages)? };
        let (client, _sandbox) = server(&self.how, config).await?;
        let (wanted, places, mut wrong) = self.wanted(rows, &day);
        let folder = tempfile::tempdir()?;
        let checking = SqliteJournal::open(folder.path().join("none"))?;
        wrong.extend(self.check(&client, &checking, &wanted, &places, config).await?);
        if self.dry_run {
            let plan = match wrong.is_empty() {
                true => Some(Steps::new(client, checking, &self.name).plan_of(&wanted).await?),
                false => None,
            };
            return say::plan(plan.as_ref(), &wrong, &wanted, &day.text, self.how.format);
        }
        if !wrong.is_empty() {
            return Err(say::all(&wrong)).next(|| {
                format!(
                    "mend {} and call it again: nothing was sent, for no page ends whose successor can't come",
                    shown(&self.input)
                )
            });
        }
        self.replace(client, wanted, &spelling, &day.text, config).await
    }

    /// What is asked for, where each new page stands, and the rows that are none.
    fn wanted(&self, rows: Vec<Row>, day: &Day) -> (Replacement, Vec<String>, Vec<Wrong>) {
        let mut wanted = Replacement::on(day.at);
        let (mut places, mut wrong) = (Vec::new(), Vec::new());
        for row in rows {
            match row {
                Ok((place, page)) => {
                    places.push(place);
                    wanted.new.push(page);
                }
                Err(one) => wrong.push(one),
            }
        }
        if wanted.new.is_empty() && wrong.is_empty() {
            let problem = "it has no row, and without a new page nothing would follow the old ones".to_owned();
            wrong.push(Wrong { place: shown(&self.input), problem });
        }
        let replaced: BTreeSet<i64> = wanted.new.iter().filter_map(|page| page.replaces).collect();
        wanted.old = replaced.into_iter().collect();
        wanted.supplier = self.replacing.supplier;
        wanted.is_whole_input = true;
        (wanted, places, wrong)
    }

    /// Everything that is known to be wrong before the first page ends: a page that P21 would refuse later has ended its
    /// predecessor by then.
    async fn check(
        &self,
        client: &Client,
        checking: &SqliteJournal,
        wanted: &Replacement,
        places: &[String],
        config: &Config,
    ) -> Result<Vec<Wrong>> {
        let schemas = self.known.schemas(config);
        let batch = Batch::new(client.clone(), checking.clone(), &self.name).schemas(move |service| schemas(service));
        // Descriptions that are there twice are told as such.
        let numbered = wanted.new.iter().zip(1..);
        let records = numbered.map(|(page, at): (_, u64)| Ok(page.record.clone().idempotency_key(at.to_string())));
        let found = batch.dry_run(stream::iter(records.collect::<Vec<_>>())).await;
        let place = |at: usize| places.get(at).cloned().unwrap_or_default();
        let unfit = found.why.into_iter().map(|one| {
            let at = usize::try_from(one.seq).unwrap_or_default().saturating_sub(1);
            Wrong { place: place(at), problem: one.reason }
        });
        let mut wrong: Vec<Wrong> = unfit.collect();
        let steps = Steps::new(client.clone(), checking.clone(), &self.name);
        let problems = steps.problems(wanted).await?;
        wrong.extend(problems.into_iter().map(|(at, problem)| Wrong { place: place(at), problem }));
        Ok(wrong)
    }

    async fn replace(
        &self,
        client: Client,
        wanted: Replacement,
        spelling: &Spelling,
        day: &str,
        config: &Config,
    ) -> Result<Done> {
        let journal = SqliteJournal::open(&self.place.journal).next(|| next_of_journal(&self.place))?;
        let bar = Bar::new();
        let (how, schemas, stop, shows) = (self.how.clone(), self.known.schemas(config), stop(), bar.clone());
        let steps = Steps::new(client, journal, &self.name)
            .with(move |batch| set_up(batch, &how, schemas.clone(), stop.clone()).progress(shows.clone()));
        let replaced: BTreeSet<i64> = wanted.old.iter().copied().collect();
        let done = steps.replace_pages(wanted, |uid| spelling.ends(uid, day), |book, uids| spelling.joins(book, uids));
        let done = done.await;
        bar.end();
        match done {
            Ok(done) => say::done(&done, &replaced, &self.name, &self.place, day, self.how.format),
            Err(error) => self.broken(error),
        }
    }

    fn broken(&self, error: WorkflowError) -> Result<Done> {
        if let WorkflowError::Unfinished { step, summary } = &error {
            say::unfinished(step, summary, &self.name, &self.place, self.how.format)?;
        }
        let next = match &error {
            WorkflowError::Changed { .. } => {
                "call it with the input and the options that it began with, or under another name with `--run`: what is done by \
                 then is passed over"
            }
            WorkflowError::Wrong(_) => "mend the input and call it again: nothing was sent",
            WorkflowError::Client(_) => {
                "call it again with the same input, and it goes on where it was; `cargo p21 doctor`, with the same --url, \
                 says what is wrong with the server"
            }
            _ => "call it again with the same input and the same options: it goes on where it was",
        };
        Err(anyhow::Error::from(error)).next(|| next.to_owned())
    }
}

impl Spelling {
    fn ends(&self, uid: i64, day: &str) -> Result<p21_batch::BatchRecord, String> {
        let cells = [("price_page_uid", uid.to_string()), ("expiration_date", day.to_owned())];
        self.expire.record(&named(cells)).map_err(|problem| problem.text)
    }

    fn joins(&self, book: &str, uids: &[i64]) -> Result<p21_batch::BatchRecord, String> {
        let cells = |uid: &i64| named([("price_book_id", book.to_owned()), ("price_page_uid", uid.to_string())]);
        let rows: Vec<_> = uids.iter().map(cells).collect();
        self.link.record_of_all(&rows).map_err(|problem| problem.text)
    }
}

fn named<const N: usize>(cells: [(&str, String); N]) -> Vec<(String, String)> {
    cells.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}
