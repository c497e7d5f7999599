//! Ten thousand writes through a connection that fails, and an account of every one of them afterwards.
//!
//! Price books are created and then changed; every second one has a row without a key in it, which P21 would append a
//! second time if it were sent twice. Contracts that have ended are refused. Afterwards another sandbox, which has no
//! faults, is started on the same data, and says what is stored.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::StreamExt as _;
use p21_sandbox::Sandbox;
use p21_services::client::odata::col;
use p21_services::client::resilience::{How, ReadBack, Resolved};
use p21_services::client::{Error, Key, Retry, Timeouts};
use p21_services::job_contract_pricing::{self as contract, header as contract_header, line};
use p21_services::model::payload::{KeyValue, Transaction, TransactionState, TransactionStateRequest};
use p21_services::prelude::*;
use p21_services::sales_price_book::{self as book, header, libraries};

/// How many writes are on their way at once.
const ABREAST: usize = 8;
/// Of so many records one is a contract that has ended.
const REFUSED_EACH: usize = 20;
/// How many records are read back in one request.
const READ_AT_ONCE: usize = 100;

/// What goes wrong, and how often something is written.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Shares of requests, as the sandbox's `--faults` has them: `drop=0.02`.
    pub faults: &'static str,
    /// How many records are created; most are changed once.
    pub records: usize,
    /// What chance starts from.
    pub seed: u64,
    /// How long one call may take.
    pub operation: Duration,
    /// How long a record is watched after a failure that the server may still be working on.
    pub settle: Duration,
}

impl Plan {
    /// Waits that are as good as none: the sandbox is done with a request when its connection breaks.
    pub fn new(faults: &'static str, records: usize) -> Self {
        Self { faults, records, seed: 21, operation: Duration::from_secs(60), settle: Duration::ZERO }
    }
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
            Told::Stored(How::ReadBack) => &mut self.read_back,
            Told::Stored(How::Repeated) => &mut self.repeated,
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
enum Told {
    Stored(How),
    Refused,
    NotStored,
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

/// A record, and what was told of its writes.
struct Record {
    number: usize,
    created: Told,
    changed: Option<Told>,
}

/// Writes through the faults, and accounts for every write. The time is that of the writes.
///
/// # Errors
/// The plan's faults can't be read, a sandbox can't start, or what it stored can't be read without faults.
pub async fn account(plan: &Plan) -> Result<(Account, Duration)> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("records.sqlite");
    let chances = plan.faults.parse().map_err(anyhow::Error::msg)?;
    let sandbox = Sandbox::builder().data(&data).today(date(2026, 11, 21).date()).configure(|config| {
        config.faults.chances = chances;
        config.random_seed = plan.seed;
        config.pool.size = ABREAST;
    });
    let sandbox = sandbox.start().await?;
    let client = hasty(&sandbox, plan)?;
    let how = ReadBack::default().settle(plan.settle);
    let start = Instant::now();
    let records = futures_util::stream::iter(0..plan.records).map(|number| write(&client, number, &how));
    let records: Vec<Record> = records.buffer_unordered(ABREAST).collect().await;
    let took = start.elapsed();
    sandbox.stop().await;

    let mut account = Account::default();
    for record in &records {
        account.take(record.created);
        record.changed.into_iter().for_each(|told| account.take(told));
    }
    let honest = Sandbox::builder().data(&data).start().await?;
    let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
    compare(&Client::builder(honest.url()).credentials(credentials).build()?, &records, &mut account).await?;
    Ok((account, took))
}

/// A client that hardly waits.
fn hasty(sandbox: &Sandbox, plan: &Plan) -> Result<Client> {
    let pause = Duration::from_millis(1);
    let retry = Retry::default().first_delay(pause).dirty_delay(pause, 2 * pause);
    let timeouts = Timeouts::default().operation(plan.operation).attempt(plan.operation / 3);
    let client = Client::builder(sandbox.url()).max_concurrent(ABREAST).retry(retry).timeouts(timeouts);
    Ok(client.credentials(Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD)).build()?)
}

async fn write(client: &Client, number: usize, how: &ReadBack) -> Record {
    if is_refused(number) {
        let contract_no = contract_no(number);
        let key = Key::of(contract_header::CONTRACT_NO, contract_no.as_str()).and(contract_header::COMPANY_ID, "ACME");
        let result = client.submit(ended(&contract_no)).key(key).read_back(how.clone()).await;
        return Record { number, created: Told::of(&result), changed: None };
    }
    let id = book_id(number);
    let key = || Key::of(header::PRICE_BOOK_ID, id.as_str());
    let created = Told::of(&client.submit(new_book(number)).key(key()).read_back(how.clone()).await);
    let changed = match created {
        Told::Stored(_) => {
            let change = header::Row::edit().price_book_id(id.as_str()).price_book_description(changed(number));
            let result = client.submit(book::Transaction::new().push(change)).key(key()).read_back(how.clone()).await;
            Some(Told::of(&result))
        }
        _ => None,
    };
    Record { number, created, changed }
}

/// Whether a record is one that P21 refuses.
fn is_refused(number: usize) -> bool {
    number.is_multiple_of(REFUSED_EACH)
}

/// How many rows without a key a book has.
fn keyless_rows(number: usize) -> usize {
    number % 2
}

fn book_id(number: usize) -> String {
    format!("BOOK-{number}")
}

fn contract_no(number: usize) -> String {
    format!("ENDED-{number}")
}

fn changed(number: usize) -> String {
    format!("Changed book {number}")
}

fn new_book(number: usize) -> book::Transaction {
    let id = book_id(number);
    let row = header::Row::new(header::Required {
        price_book_id: &id,
        price_book_description: &format!("New book {number}"),
        row_status_flag: header::RowStatusFlag::Active,
    });
    let library = |_| libraries::Row::new().price_library_id("STANDARD");
    book::Transaction::new().push(row).push_all((0..keyless_rows(number)).map(library))
}

fn ended(contract_no: &str) -> contract::Transaction {
    let required = line::Required { item_id: "WIDGET-001", uom: "EA", pricing_method: line::PricingMethod::Price };
    contract::Transaction::new()
        .push(contract_header::Row::new(contract_header::Required {
            company_id: "ACME",
            contract_no,
            end_date: date(2017, 12, 31),
        }))
        .push(line::Row::new(required).price(dec!(25)))
}

/// Compares what was told with what is there.
async fn compare(client: &Client, records: &[Record], account: &mut Account) -> Result<()> {
    let mut there = 0;
    let books: Vec<&Record> = records.iter().filter(|record| !is_refused(record.number)).collect();
    for some in books.chunks(READ_AT_ONCE) {
        let state = |record: &&Record| TransactionState {
            data_element_name: "FORM.form".to_owned(),
            keys: vec![KeyValue { name: "price_book_id".to_owned(), value: book_id(record.number) }],
        };
        let states = some.iter().map(state).collect();
        let request = TransactionStateRequest { service_name: "SalesPriceBook".to_owned(), transaction_states: states };
        let found = client.get_raw(&request).await?.transactions;
        anyhow::ensure!(found.len() == some.len(), "{} of {} records were answered", found.len(), some.len());
        for (record, found) in some.iter().zip(&found) {
            there += usize::from(compare_book(record, found, account)?);
        }
    }
    // A header that is there twice doesn't show in a read by its key.
    let headers = client.table("price_book").filter(col("price_book_id").starts_with("BOOK-")).count().await?;
    account.doubled += usize::try_from(headers)?.saturating_sub(there);
    let contracts = client.table("job_price_hdr").filter(col("contract_no").starts_with("ENDED-")).count().await?;
    account.unreported += usize::try_from(contracts)?;
    Ok(())
}

/// Whether the book is there.
fn compare_book(record: &Record, found: &Transaction, account: &mut Account) -> Result<bool> {
    let value = |field: &str| found.data_elements.first().and_then(|element| element.value(field)).unwrap_or_default();
    let is_there = value("price_book_id") == book_id(record.number);
    account.compare(record.created, is_there);
    if let Some(told) = record.changed {
        account.compare(told, value("price_book_description") == changed(record.number));
    }
    let rows = found.data_elements.iter().find(|element| element.name == "USED BY.price_library_x_book");
    let rows = rows.context("the window has no libraries")?.rows.iter();
    let rows = rows.filter(|row| row.value("price_library_id").is_some_and(|id| !id.is_empty())).count();
    let wanted = keyless_rows(record.number);
    if is_there && rows < wanted {
        account.lost += 1;
    }
    account.doubled += rows.saturating_sub(wanted);
    Ok(is_there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_lost_doubled_or_reported_wrongly_is_seen() -> Result<()> {
        let sandbox = Sandbox::builder().start().await?;
        let client = hasty(&sandbox, &Plan::new("", 0))?;
        for number in [1, 1, 3] {
            client.submit(new_book(number)).await?;
        }
        let answered = Told::Stored(How::Answered);
        let record = |number, created, changed| Record { number, created, changed };
        let records = [
            record(1, answered, Some(answered)),
            record(3, Told::Refused, None),
            record(5, answered, None),
            record(7, Told::Ambiguous, None),
        ];
        let mut account = Account::default();
        compare(&client, &records, &mut account).await?;
        // Book 1 has its keyless row twice and was never changed, book 3 is there, book 5 and its row are not.
        assert_eq!((account.doubled, account.lost, account.unreported, account.ambiguous_stored), (1, 2, 1, 0));
        Ok(())
    }
}
