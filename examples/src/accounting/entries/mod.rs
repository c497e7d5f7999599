//! Thousands of records that are typed into windows through faults, and an account of every one of them afterwards.
//!
//! Writers have a session each, for 25 entries at a time. Of 20 records 4 are new price pages and 4 new contracts with breaks,
//! whose keys P21 gives, half of them by `client.store`; 7 are new orders with two lines, 4 of them with a note, which takes
//! two steps; 4 are price books with a key of the writer's own, 2 of them changed afterwards; one lacks what the window wants.
//! Orders and contracts are looked up where a save is cut; of pages nothing but the window tells.
//! What is said not to be stored is entered again, in another session: if that was wrong, it is there twice.

mod compare;
mod records;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::StreamExt as _;
use p21_sandbox::Sandbox;
use p21_services::client::resilience::{ReadBack, ResolvedHow};
use p21_services::client::windows::enter::{EntryProof, NotEntered};
use p21_services::client::windows::{Session, WindowTimeouts};
use p21_services::client::{Clock, Error, Lookup};
use p21_services::model::row::{Service, Transaction};
use p21_services::prelude::*;

use super::{Account, Plan, Told, hasty};
use records::Kind;

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
    /// Notes that are on another line, or of another order, than they were meant for.
    pub misfiled: usize,
    /// Sessions that are there when every writer is done, and has started and ended one more.
    pub sessions_left: usize,
}

impl Entries {
    /// Whether every entry is what it was reported to be, once, and no session is left.
    pub fn is_balanced(&self) -> bool {
        self.account.is_balanced() && (self.groundless, self.misfiled, self.sessions_left) == (0, 0, 0)
    }
}

/// A record, and what was told of it.
struct Entry {
    number: usize,
    created: Came,
    changed: Option<Came>,
    /// What came of its note.
    noted: Option<Came>,
}

/// What came of an entry.
#[derive(Clone, Copy)]
struct Came {
    told: Told,
    is_proven: bool,
    is_groundless: bool,
}

/// What came of a record whose note is a step of its own.
struct InSteps {
    record: Came,
    note: Came,
    /// The number of the order, where it is known.
    order_no: Option<String>,
}

/// How many entries so many records are: a book that is changed is another one, and so is a note.
pub fn entries_of(records: usize) -> usize {
    (0..records).map(|number| Kind::of(number).entries()).sum()
}

/// How many records it takes for so many entries at least.
pub fn records_for(entries: usize) -> usize {
    let mut made = 0;
    let mut all = (0..).map(|number| Kind::of(number).entries());
    std::iter::from_fn(|| (made < entries).then(|| made += all.next().unwrap_or(1))).count()
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
    let today = date(2026, 11, 21).date();
    let sandbox =
        Sandbox::builder().data(&data).today(today).p21_version(plan.p21_version.clone()).configure(|config| {
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
    let honest = Sandbox::builder().data(&data).p21_version(plan.p21_version.clone()).start().await?;
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
    /// How transactions are read back.
    how: ReadBack,
    session: Option<Session>,
    served: usize,
}

impl Writer {
    fn new(sandbox: &Sandbox, plan: &Plan, first: usize) -> Result<Self> {
        let client = hasty(sandbox, plan, &Clock::starting_at("2026-11-21T12:00:00Z".parse()?))?;
        let limits = WindowTimeouts::default().save(plan.operation).change(plan.operation).other(plan.operation);
        Ok(Self { client, first, limits, how: ReadBack::default().settle(plan.settle), session: None, served: 0 })
    }

    async fn write(mut self, records: usize) -> Result<(Self, Vec<Entry>)> {
        let mut entries = Vec::new();
        for number in (self.first..records).step_by(WRITERS) {
            entries.push(self.entry(number).await?);
        }
        self.leave().await;
        Ok((self, entries))
    }

    async fn entry(&mut self, number: usize) -> Result<Entry> {
        let kind = Kind::of(number);
        let (mut changed, mut noted) = (None, None);
        let created = match kind {
            Kind::Incomplete => self.enter(&records::incomplete(number), None).await?,
            Kind::Page => self.enter(&records::new_page(number), None).await?,
            Kind::PageByStore => self.store(&records::new_page(number), None).await?,
            Kind::Book | Kind::ChangedBook => self.enter(&records::new_book(number), None).await?,
            Kind::Order => self.enter(&records::new_order(number), Some(records::order_lookup(number))).await?,
            Kind::Contract => {
                self.enter(&records::new_contract(number), Some(records::contract_lookup(number))).await?
            }
            Kind::ContractByStore => {
                self.store(&records::new_contract(number), Some(records::contract_lookup(number))).await?
            }
            Kind::NotedOrder | Kind::NotedByStore => {
                let came = self.in_steps(number, kind == Kind::NotedByStore).await?;
                noted = Some(came.note);
                came.record
            }
        };
        if kind == Kind::ChangedBook && created.told.is_stored() {
            changed = Some(self.enter(&records::changed_book(number), None).await?);
        }
        Ok(Entry { number, created, changed, noted })
    }

    /// A record by a session of the writer's own.
    async fn enter<S: Service>(&mut self, record: &Transaction<S>, lookup: Option<Lookup<S>>) -> Result<Came> {
        let mut came = Came::NOTHING;
        for tries in 1..=TRIES {
            let entering = self.session().await?.enter(record);
            let entered = match &lookup {
                Some(lookup) => entering.lookup(lookup.clone()).await,
                None => entering.await,
            };
            let entered = entered.map(|entered| entered.is_proven());
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
    async fn store<S: Service>(&mut self, record: &Transaction<S>, lookup: Option<Lookup<S>>) -> Result<Came> {
        // A token has one session.
        self.leave().await;
        let mut came = Came::NOTHING;
        for tries in 1..=TRIES {
            let mut storing = self.client.store(record).read_back(self.how.clone());
            if let Some(lookup) = &lookup {
                storing = storing.lookup(lookup.clone());
            }
            let stored = storing.await.map(|stored| stored.proof == EntryProof::Proven);
            came = Came::of(stored, tries)?;
            if came.told.is_settled() {
                break;
            }
        }
        Ok(came)
    }

    /// An order and its note. What is said to be left of a stored order is entered alone.
    async fn in_steps(&mut self, number: usize, by_store: bool) -> Result<InSteps> {
        let record = records::noted_order(number);
        let mut came = InSteps { record: Came::NOTHING, note: Came::NOTHING, order_no: None };
        for tries in 1..=TRIES {
            let outcome = if by_store {
                self.leave().await;
                let storing = self.client.store(&record).read_back(self.how.clone());
                storing.lookup(records::order_lookup(number)).await.map(|stored| stored.proof == EntryProof::Proven)
            } else {
                let entering = self.session().await?.enter(&record).lookup(records::order_lookup(number));
                entering.await.map(|entered| entered.is_proven())
            };
            came = InSteps::of(outcome, tries)?;
            if !came.note.told.is_stored() {
                self.leave().await;
            }
            if came.record.told.is_settled() {
                break;
            }
        }
        match &came.order_no {
            Some(order_no) if !came.note.told.is_settled() => {
                came.note = self.enter(&records::note_of(number, order_no), None).await?.repeated();
            }
            _ => {}
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
    const NOTHING: Self = Self { told: Told::NotStored, is_proven: false, is_groundless: false };

    fn of(entered: Result<bool, NotEntered>, tries: usize) -> Result<Self> {
        let how = if tries == 1 { ResolvedHow::Answered } else { ResolvedHow::Repeated };
        let (told, is_proven, is_groundless) = match entered {
            Ok(is_proven) => (Told::Stored(how), is_proven, false),
            Err(NotEntered::NotTyped(not_typed)) => return Err(not_typed.into()),
            Err(NotEntered::PartlyStored(_)) => (Told::Stored(how), false, false),
            Err(NotEntered::Ambiguous(ambiguous)) => (Told::Ambiguous, false, !in_doubt(&ambiguous.error)),
            Err(_) => (Told::NotStored, false, false),
        };
        Ok(Self { told, is_proven, is_groundless })
    }

    /// It was tried before.
    fn repeated(mut self) -> Self {
        if self.told.is_stored() {
            self.told = Told::Stored(ResolvedHow::Repeated);
        }
        self
    }
}

fn in_doubt(error: &Error) -> bool {
    error.is_ambiguous()
}

impl InSteps {
    fn of(outcome: Result<bool, NotEntered>, tries: usize) -> Result<Self> {
        let how = if tries == 1 { ResolvedHow::Answered } else { ResolvedHow::Repeated };
        let stored = Came { told: Told::Stored(how), is_proven: true, is_groundless: false };
        let order_no = |key: &[(String, String)]| {
            key.iter().find(|(field, _)| field == "order_no").map(|(_, number)| number.clone())
        };
        Ok(match outcome {
            // What can't be proven is the note.
            Ok(is_proven) => Self { record: stored, note: Came { is_proven, ..stored }, order_no: None },
            Err(NotEntered::PartlyStored(partly)) => {
                let is_noted = partly.stored.iter().any(|step| step.starts_with("popup"));
                let note = if is_noted { Came { is_proven: false, ..stored } } else { Came::NOTHING };
                Self { record: stored, note, order_no: order_no(&partly.key) }
            }
            Err(NotEntered::Ambiguous(ambiguous)) if !ambiguous.stored.is_empty() => {
                let is_groundless = !in_doubt(&ambiguous.error);
                let note = Came { told: Told::Ambiguous, is_proven: false, is_groundless };
                Self { record: stored, note, order_no: order_no(&ambiguous.key) }
            }
            other => {
                let came = Came::of(other, tries)?;
                // Of a record that nobody knows of, neither is its note known.
                Self { record: came, note: Came { is_groundless: false, ..came }, order_no: None }
            }
        })
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
