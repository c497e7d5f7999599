//! Ten thousand writes through a connection that fails, and an account of every one of them afterwards.
//!
//! Price books are created and then changed; every second one has a row without a key in it, which P21 would append a
//! second time if it were sent twice. Orders and contracts are new: P21 gives their numbers, so they are found by lookups,
//! and sent twice they would be there twice. Some orders name a wrong key by the raw door, as a program might that knows no
//! better. Contracts that have ended are refused. Afterwards another sandbox, which has no faults, is started on the same
//! data, and says what is stored.

mod compare;
mod entries;
mod write;

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::StreamExt as _;
use p21_sandbox::{EqualNumbers, Sandbox, ServerVersion};
use p21_services::client::resilience::{ReadBack, Resolved, ResolvedHow};
use p21_services::client::{Clock, Error, Retry, Timeouts};
use p21_services::prelude::*;

pub use compare::compare;
pub use entries::{Entries, account_entries, entries_of, records_for};
use write::{Kind, write};
pub use write::{Record, new_book};

/// How many writes are on their way at once.
const ABREAST: usize = 8;

/// What goes wrong, and how often something is written.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Shares of requests, as the sandbox's `--faults` has them: `drop=0.02`.
    pub faults: String,
    /// How many records are created; most are changed once.
    pub records: usize,
    /// What chance starts from.
    pub seed: u64,
    /// How long one call may take.
    pub operation: Duration,
    /// How long a record is watched after a failure that the server may still be working on.
    pub settle: Duration,
    /// Time passes as quickly as it is waited for: a record is watched until its write can't land any more.
    pub patient: bool,
    /// A contract number that is there already makes a new contract.
    pub renewals: bool,
    /// Which P21 it is.
    pub p21_version: ServerVersion,
}

impl Plan {
    /// Waits that are as good as none: the sandbox is done with a request when its connection breaks.
    pub fn new(faults: impl Into<String>, records: usize) -> Self {
        Self {
            faults: faults.into(),
            records,
            seed: 21,
            operation: Duration::from_secs(60),
            settle: Duration::ZERO,
            patient: false,
            renewals: false,
            p21_version: ServerVersion::v25_2(),
        }
    }
}

/// What a write meets that may be stored or not, with the share of the requests that meet it.
pub fn in_doubt(share: f64) -> [String; 10] {
    let with = |fault: &str| format!("{fault}={share}");
    [
        with("drop"),
        with("commit-drop"),
        with("empty500"),
        with("commit-I"),
        with("commit-B"),
        format!("contamination={}", 2.0 * share),
        with("commit-502"),
        with("commit-503"),
        with("commit-504"),
        format!("late={share}:30ms"),
    ]
}

/// What became of the writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// How many were made.
    pub writes: usize,
    /// Stored, as the first answer said.
    pub answered: usize,
    /// Stored, as the record showed.
    pub read_back: usize,
    /// Stored by a later try, after the record had shown that the earlier one wasn't.
    pub repeated: usize,
    /// Refused by P21.
    pub refused: usize,
    /// Reported as not stored: the tries were used up.
    pub given_up: usize,
    /// Reported as ambiguous.
    pub ambiguous: usize,
    /// Of the ambiguous ones those that were to be read back by a wrong key.
    pub by_wrong_key: usize,
    /// Of the ambiguous ones those that are stored.
    pub ambiguous_stored: usize,
    /// Reported as stored, and not there.
    pub lost: usize,
    /// There more than once.
    pub doubled: usize,
    /// Reported as not stored, and there.
    pub unreported: usize,
}

impl Account {
    /// Whether every write is what it was reported to be, once.
    pub fn is_balanced(&self) -> bool {
        let told = self.answered + self.read_back + self.repeated + self.refused + self.given_up + self.ambiguous;
        told == self.writes && (self.lost, self.doubled, self.unreported) == (0, 0, 0)
    }

    fn take(&mut self, told: Told) {
        self.writes += 1;
        *match told {
            Told::Stored(ResolvedHow::ReadBack) => &mut self.read_back,
            Told::Stored(ResolvedHow::Repeated) => &mut self.repeated,
            Told::Stored(_) => &mut self.answered,
            Told::Refused => &mut self.refused,
            Told::NotStored => &mut self.given_up,
            Told::Ambiguous => &mut self.ambiguous,
        } += 1;
    }

    /// Compares what was told of a write with what is there.
    fn compare(&mut self, told: Told, is_there: bool) {
        match told {
            Told::Stored(_) if !is_there => self.lost += 1,
            Told::Refused | Told::NotStored if is_there => self.unreported += 1,
            Told::Ambiguous if is_there => self.ambiguous_stored += 1,
            _ => {}
        }
    }
}

/// What the client said of a write.
#[derive(Debug, Clone, Copy)]
pub enum Told {
    /// Stored, and how that was found out.
    Stored(ResolvedHow),
    /// P21 refused it.
    Refused,
    /// Not stored, after all tries.
    NotStored,
    /// Stored or not.
    Ambiguous,
}

impl Told {
    fn of<S>(result: &Result<Resolved<S>, Error>) -> Self {
        match result {
            Ok(resolved) => Self::Stored(resolved.how),
            Err(error) if error.is_ambiguous() => Self::Ambiguous,
            Err(error) if error.is_rejected() && !error.is_contaminated() => Self::Refused,
            Err(_) => Self::NotStored,
        }
    }
}

/// Writes through the faults, and accounts for every write. The time is that of the writes.
///
/// # Errors
/// The plan's faults can't be read, a sandbox can't start, or what it stored can't be read without faults.
pub async fn account(plan: &Plan) -> Result<(Account, Duration)> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("records.sqlite");
    let chances = plan.faults.parse().map_err(anyhow::Error::msg)?;
    let today = date(2026, 11, 21).date();
    let sandbox =
        Sandbox::builder().data(&data).today(today).p21_version(plan.p21_version.clone()).configure(|config| {
            config.faults.chances = chances;
            config.random_seed = plan.seed;
            config.pool.size = ABREAST;
            if plan.renewals {
                config.unknowns.equal_numbers = EqualNumbers::Renewal;
            }
        });
    let sandbox = sandbox.start().await?;
    let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse()?);
    let client = hasty(&sandbox, plan, &clock)?;
    let how = match plan.patient {
        true => ReadBack::default().settle(PATIENCE),
        false => ReadBack::default().settle(plan.settle),
    };
    let time = plan.patient.then(|| tokio::spawn(pass(clock)));
    let start = Instant::now();
    let records = futures_util::stream::iter(0..plan.records).map(|number| write(&client, number, &how));
    let records: Vec<Record> = records.buffer_unordered(ABREAST).collect().await;
    let took = start.elapsed();
    if let Some(time) = time {
        time.abort();
    }
    // What came late has landed when this is over, or never will: nothing changes while it is compared.
    sandbox.stop().await;

    let mut account = Account::default();
    for record in &records {
        account.take(record.created);
        let by_wrong_key = Kind::of(record.number) == Kind::WrongKey && matches!(record.created, Told::Ambiguous);
        account.by_wrong_key += usize::from(by_wrong_key);
        record.changed.into_iter().for_each(|told| account.take(told));
    }
    let honest = Sandbox::builder().data(&data).p21_version(plan.p21_version.clone()).start().await?;
    let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
    compare(&Client::builder(honest.url()).credentials(credentials).build()?, &records, &mut account).await?;
    Ok((account, took))
}

/// Longer than a write may land.
const PATIENCE: Duration = Duration::from_secs(400);

/// Lets an hour pass every minute.
async fn pass(clock: Clock) {
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        clock.advance(Duration::from_secs(30));
    }
}

/// A client that hardly waits.
///
/// # Errors
/// The client can't be built.
pub fn hasty(sandbox: &Sandbox, plan: &Plan, clock: &Clock) -> Result<Client> {
    let pause = Duration::from_millis(1);
    let retry = Retry::default().first_delay(pause).contaminated_delay(pause, 2 * pause);
    let timeouts = Timeouts::default().operation(plan.operation).attempt(plan.operation / 3);
    let client =
        Client::builder(sandbox.url()).clock(clock.clone()).max_concurrent(ABREAST).retry(retry).timeouts(timeouts);
    Ok(client.credentials(Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD)).build()?)
}
