//! Thousands of records that are typed into windows through faults, and an account of every one of them afterwards.
//!
//! Writers have a session each, for 25 entries at a time. Of 20 entries 10 are new price pages, whose keys P21 gives, half of
//! them by `client.store`; 9 are price books with a key of the writer's own, 4 of them changed afterwards; one lacks what the
//! window wants. What is said not to be stored is entered again, in another session: if that was wrong, it is there twice.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::StreamExt as _;
use p21_sandbox::Sandbox;
use p21_services::client::odata::col;
use p21_services::client::resilience::How;
use p21_services::client::windows::enter::{NotEntered, Proof};
use p21_services::client::windows::{Session, WindowTimeouts};
use p21_services::client::{Clock, Error};
use p21_services::model::row::{Service, Transaction};
use p21_services::prelude::*;
use p21_services::sales_price_book as book;
use p21_services::sales_price_page::{self as page, header};
use serde_json::{Map, Value};

use super::{Account, Plan, Told, hasty};

/// How many sessions there are at once.
const WRITERS: usize = 5;

/// How many entries a session serves, as documented.
const A_SESSION: usize = 25;

/// How often a record is entered at most.
const TRIES: usize = 3;

/// How often something is tried that has to work in the end.
const PATIENCE: usize = 50;

/// What became of the entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entries {
    /// What was told, and what is there.
    pub account: Account,
    /// Of the stored ones those that the entry couldn't prove by a read.
    pub unproven: usize,
    /// Reported as ambiguous although no call is in doubt.
    pub groundless: usize,
    /// Sessions that are there when every writer is done, and has started and ended one more.
    pub sessions_left: usize,
}

impl Entries {
    /// Whether every entry is what it was reported to be, once, and no session is left.
    pub fn is_balanced(&self) -> bool {
        self.account.is_balanced() && (self.groundless, self.sessions_left) == (0, 0)
    }
}

/// What a record is, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Page,
    PageByStore,
    Book,
    ChangedBook,
    Incomplete,
}

impl Kind {
    fn of(number: usize) -> Self {
        match number % 20 {
            0 => Self::Incomplete,
            1..=5 => Self::Page,
            6..=10 => Self::PageByStore,
            11..=15 => Self::Book,
            _ => Self::ChangedBook,
        }
    }

    fn is_page(self) -> bool {
        matches!(self, Self::Page | Self::PageByStore)
    }
}

/// A record, and what was told of it.
struct Entry {
    number: usize,
    created: Came,
    changed: Option<Came>,
}

/// What came of an entry.
#[derive(Clone, Copy)]
struct Came {
    told: Told,
    is_proven: bool,
    is_groundless: bool,
}

/// Types records through the faults of a plan, and accounts for each. The time is that of the entries.
///
/// # Errors
/// The plan's faults can't be read, a sandbox can't start, no session can be started for long, or what is stored can't be
/// read without faults.
pub async fn account_entries(plan: &Plan) -> Result<(Entries, Duration)> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("records.sqlite");
    let chances = plan.faults.parse().map_err(anyhow::Error::msg)?;
    let sandbox = Sandbox::builder().data(&data).today(date(2026, 11, 21).date()).configure(|config| {
        config.faults.chances = chances;
        config.random_seed = plan.seed;
        // A login may be lost with its session: places enough for both.
        config.interactive.pool_size = 4 * WRITERS;
    });
    let sandbox = sandbox.start().await?;
    let writers = (0..WRITERS).map(|first| Writer::new(&sandbox, plan, first)).collect::<Result<Vec<_>>>()?;
    let start = Instant::now();
    let written = futures_util::stream::iter(writers).map(|writer| writer.write(plan.records));
    let written: Vec<(Writer, Vec<Entry>)> =
        written.buffer_unordered(WRITERS).collect::<Vec<_>>().await.into_iter().collect::<Result<_>>()?;
    let took = start.elapsed();

    let mut entries = Entries::default();
    let (writers, written): (Vec<Writer>, Vec<Vec<Entry>>) = written.into_iter().unzip();
    for writer in &writers {
        entries.sessions_left = writer.others().await?;
    }
    // What came late has landed when this is over, or never will.
    sandbox.stop().await;
    let honest = Sandbox::builder().data(&data).start().await?;
    let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
    let client = Client::builder(honest.url()).credentials(credentials).build()?;
    let written: Vec<Entry> = written.into_iter().flatten().collect();
    entries.compare(&client, &written).await?;
    Ok((entries, took))
}

/// One of those who type.
struct Writer {
    client: Client,
    first: usize,
    limits: WindowTimeouts,
    session: Option<Session>,
    served: usize,
}

impl Writer {
    fn new(sandbox: &Sandbox, plan: &Plan, first: usize) -> Result<Self> {
        let client = hasty(sandbox, plan, &Clock::starting_at("2026-11-21T12:00:00Z".parse()?))?;
        let limits = WindowTimeouts::default().save(plan.operation).change(plan.operation).other(plan.operation);
        Ok(Self { client, first, limits, session: None, served: 0 })
    }

    async fn write(mut self, records: usize) -> Result<(Self, Vec<Entry>)> {
        let mut entries = Vec::new();
        for number in (self.first..records).step_by(WRITERS) {
            let (kind, mut changed) = (Kind::of(number), None);
            let created = match kind {
                Kind::Page => self.enter(&new_page(number)).await?,
                Kind::PageByStore => self.store(&new_page(number)).await?,
                Kind::Book | Kind::ChangedBook => self.enter(&new_book(number)).await?,
                Kind::Incomplete => self.enter(&incomplete(number)).await?,
            };
            if kind == Kind::ChangedBook && matches!(created.told, Told::Stored(_)) {
                changed = Some(self.enter(&changed_book(number)).await?);
            }
            entries.push(Entry { number, created, changed });
        }
        self.leave().await;
        Ok((self, entries))
    }

    /// A record by a session of the writer's own.
    async fn enter<S: Service>(&mut self, record: &Transaction<S>) -> Result<Came> {
        let mut came = Came { told: Told::NotStored, is_proven: false, is_groundless: false };
        for tries in 1..=TRIES {
            let session = self.session().await?;
            let entered = session.enter(record).await.map(|entered| entered.is_proven());
            came = Came::of(entered, tries)?;
            if came.told.is_stored() {
                return Ok(came);
            }
            // Whatever is left in its windows is nobody's any more.
            self.leave().await;
            if came.told.is_settled() {
                return Ok(came);
            }
        }
        Ok(came)
    }

    /// The same by a session that `client.store` has for it.
    async fn store<S: Service>(&mut self, record: &Transaction<S>) -> Result<Came> {
        // A token has one session.
        self.leave().await;
        let mut came = Came { told: Told::NotStored, is_proven: false, is_groundless: false };
        for tries in 1..=TRIES {
            let stored = self.client.store(record).await.map(|stored| stored.proof == Proof::Proven);
            came = Came::of(stored, tries)?;
            if came.told.is_settled() {
                break;
            }
        }
        Ok(came)
    }

    async fn session(&mut self) -> Result<&Session> {
        if self.served >= A_SESSION {
            self.leave().await;
        }
        self.served += 1;
        if self.session.is_none() {
            self.session = Some(self.start().await?);
        }
        self.session.as_ref().context("a session was started")
    }

    async fn start(&self) -> Result<Session> {
        let mut failed = None;
        for _ in 0..PATIENCE {
            match self.client.session().timeouts(self.limits).start().await {
                Ok(session) => return Ok(session),
                Err(error) => failed = Some(error),
            }
        }
        Err(failed.map_or_else(|| anyhow::anyhow!("no try"), anyhow::Error::from).context("no session can be started"))
    }

    async fn leave(&mut self) {
        self.served = 0;
        if let Some(session) = self.session.take() {
            // One whose end was cut is ended by the next start.
            let _ = session.end().await;
        }
    }

    /// How many sessions there are beside this writer's own, which ends.
    async fn others(&self) -> Result<usize> {
        for _ in 0..PATIENCE {
            let session = self.start().await?;
            let listed = session.list().await;
            let ended = session.end().await;
            if let (Ok(listed), Ok(())) = (listed, ended) {
                let listed = listed.as_array().context("the sessions are a list")?.len();
                return Ok(listed.saturating_sub(1));
            }
        }
        anyhow::bail!("no session can be started, listed and ended")
    }
}

impl Came {
    fn of(entered: Result<bool, NotEntered>, tries: usize) -> Result<Self> {
        let how = if tries == 1 { How::Answered } else { How::Repeated };
        let in_doubt = |error: &Error| error.is_ambiguous();
        let (told, is_proven, is_groundless) = match entered {
            Ok(is_proven) => (Told::Stored(how), is_proven, false),
            Err(NotEntered::NotTyped(not_typed)) => return Err(not_typed.into()),
            Err(NotEntered::PartlyStored(_)) => (Told::Stored(how), false, false),
            Err(NotEntered::Ambiguous(ambiguous)) => (Told::Ambiguous, false, !in_doubt(&ambiguous.error)),
            Err(_) => (Told::NotStored, false, false),
        };
        Ok(Self { told, is_proven, is_groundless })
    }
}

impl Told {
    fn is_stored(self) -> bool {
        matches!(self, Self::Stored(_))
    }

    /// There is nothing to be tried again.
    fn is_settled(self) -> bool {
        !matches!(self, Self::NotStored)
    }
}

impl Entries {
    fn take(&mut self, came: Came, is_incomplete: bool) {
        let refused = is_incomplete && matches!(came.told, Told::NotStored);
        self.account.take(if refused { Told::Refused } else { came.told });
        self.unproven += usize::from(came.told.is_stored() && !came.is_proven);
        self.groundless += usize::from(came.is_groundless);
    }

    /// Compares what was told with what is there.
    async fn compare(&mut self, client: &Client, written: &[Entry]) -> Result<()> {
        let pages = rows(client, "price_page", "description").await?;
        let books = rows(client, "price_book", "price_book_id").await?;
        for entry in written {
            let kind = Kind::of(entry.number);
            let (table, column) = if kind.is_page() { (&pages, "description") } else { (&books, "price_book_id") };
            let name = name(entry.number);
            let found: Vec<_> =
                table.iter().filter(|row| row.get(column).is_some_and(|value| *value == name)).collect();
            self.take(entry.created, kind == Kind::Incomplete);
            self.account.compare(entry.created.told, !found.is_empty());
            self.account.doubled += found.len().saturating_sub(1);
            if let Some(came) = entry.changed {
                let changed = changed(entry.number);
                let is_there = found.iter().any(|row| row.values().any(|value| *value == changed));
                self.take(came, false);
                self.account.compare(came.told, is_there);
            }
        }
        Ok(())
    }
}

/// The typed records of a table, by the column that has their names.
async fn rows(client: &Client, table: &str, column: &str) -> Result<Vec<Map<String, Value>>> {
    let typed = client.table(table).filter(col(column).starts_with(TYPED)).page_size(25_000);
    Ok(typed.allow_unordered_pages().rows().await?)
}

/// What the names of typed records start with.
const TYPED: &str = "TYPED-";

fn name(number: usize) -> String {
    format!("{TYPED}{number}.")
}

fn changed(number: usize) -> String {
    format!("Changed book {number}")
}

fn new_page(number: usize) -> page::Transaction {
    let required = header::Required {
        price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
        pricing_method_cd: header::PricingMethodCd::Source,
        effective_date: date(2027, 1, 1),
        expiration_date: date(2030, 12, 31),
    };
    let header = header::Row::new(required).description(name(number)).product_group_id("FASTENERS");
    page::Transaction::new().push(header.supplier_id(10).company_id("ACME").source_price_cd("Supplier List Price"))
}

fn new_book(number: usize) -> book::Transaction {
    book::Transaction::new().push(book::header::Row::new(book::header::Required {
        price_book_id: &name(number),
        price_book_description: &format!("New book {number}"),
        row_status_flag: book::header::RowStatusFlag::Active,
    }))
}

fn changed_book(number: usize) -> book::Transaction {
    let id = name(number);
    let change = book::header::Row::edit().price_book_id(id.as_str()).price_book_description(changed(number));
    book::Transaction::new().push(change)
}

/// A book without its description, which the window wants.
fn incomplete(number: usize) -> book::Transaction {
    book::Transaction::new().push(book::header::Row::edit().price_book_id(name(number).as_str()))
}
