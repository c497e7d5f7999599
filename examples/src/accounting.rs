//! Ten thousand writes through a connection that fails, and an account of every one of them afterwards.
//!
//! Price books are created and then changed; every second one has a row without a key in it, which P21 would append a
//! second time if it were sent twice. Orders and contracts are new: P21 gives their numbers, so they are found by lookups,
//! and sent twice they would be there twice. Some orders name a wrong key by the raw door, as a program might that knows no
//! better. Contracts that have ended are refused. Afterwards another sandbox, which has no faults, is started on the same
//! data, and says what is stored.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::StreamExt as _;
use p21_sandbox::{EqualNumbers, Sandbox};
use p21_services::client::odata::{col, field};
use p21_services::client::resilience::{How, ReadBack, Resolved};
use p21_services::client::{Clock, Error, Lookup, Retry, Timeouts};
use p21_services::job_contract_pricing::{self as contract, JobContractPricing, header as contract_header, line};
use p21_services::model::payload::{KeyValue, Transaction, TransactionState, TransactionStateRequest};
use p21_services::order::{self, Order, header as order_header, items};
use p21_services::prelude::*;
use p21_services::sales_price_book::{self as book, header, libraries};

/// How many writes are on their way at once.
const ABREAST: usize = 8;
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
    /// Time passes as quickly as it is waited for: a record is watched until its write can't land any more.
    pub patient: bool,
    /// A contract number that is there already makes a new contract.
    pub renewals: bool,
}

impl Plan {
    /// Waits that are as good as none: the sandbox is done with a request when its connection breaks.
    pub fn new(faults: &'static str, records: usize) -> Self {
        Self {
            faults,
            records,
            seed: 21,
            operation: Duration::from_secs(60),
            settle: Duration::ZERO,
            patient: false,
            renewals: false,
        }
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

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// With a key of the writer's own.
    Book,
    /// New, and looked up by its `po_no` and customer.
    Order,
    /// The same, read back by `po_no` as if that were its key.
    WrongKey,
    /// New, and looked up by its number, which may repeat.
    Contract,
    /// One that P21 refuses.
    Ended,
}

impl Kind {
    fn of(number: usize) -> Self {
        match number % 20 {
            0 => Self::Ended,
            1..=6 => Self::Order,
            7 | 8 => Self::WrongKey,
            9..=11 => Self::Contract,
            _ => Self::Book,
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
    sandbox.stop().await;

    let mut account = Account::default();
    for record in &records {
        account.take(record.created);
        let by_wrong_key = Kind::of(record.number) == Kind::WrongKey && matches!(record.created, Told::Ambiguous);
        account.by_wrong_key += usize::from(by_wrong_key);
        record.changed.into_iter().for_each(|told| account.take(told));
    }
    let honest = Sandbox::builder().data(&data).start().await?;
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
fn hasty(sandbox: &Sandbox, plan: &Plan, clock: &Clock) -> Result<Client> {
    let pause = Duration::from_millis(1);
    let retry = Retry::default().first_delay(pause).dirty_delay(pause, 2 * pause);
    let timeouts = Timeouts::default().operation(plan.operation).attempt(plan.operation / 3);
    let client =
        Client::builder(sandbox.url()).clock(clock.clone()).max_concurrent(ABREAST).retry(retry).timeouts(timeouts);
    Ok(client.credentials(Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD)).build()?)
}

async fn write(client: &Client, number: usize, how: &ReadBack) -> Record {
    let told = match Kind::of(number) {
        Kind::Book => return write_book(client, number, how).await,
        Kind::Order => {
            let by = field(order_header::PO_NO).eq(po_no(number)).and(field(order_header::CUSTOMER_ID).eq(100_198));
            Told::of(&client.submit(new_order(number)).lookup(Lookup::<Order>::by(by)).read_back(how.clone()).await)
        }
        Kind::WrongKey => write_by_wrong_key(client, number, how).await,
        Kind::Contract => {
            let new = contract_of(&contract_no(number), date(2027, 12, 31));
            Told::of(&client.submit(new).lookup(contract_lookup(number)).read_back(how.clone()).await)
        }
        // The check would find it, and it wouldn't be sent.
        Kind::Ended => {
            let ended = contract_of(&contract_no(number), date(2017, 12, 31));
            let submission = client.submit(ended).unchecked().lookup(contract_lookup(number));
            Told::of(&submission.read_back(how.clone()).await)
        }
    };
    Record { number, created: told, changed: None }
}

async fn write_book(client: &Client, number: usize, how: &ReadBack) -> Record {
    let id = book_id(number);
    let key = || book::Key::new(id.as_str());
    let created = Told::of(&client.submit(new_book(number)).key(key()).read_back(how.clone()).await);
    let changed = match created {
        Told::Stored(_) => {
            let change = header::Row::edit().price_book_id(id.as_str()).price_book_description(changed(number));
            let change = book::Transaction::new().push(change);
            Some(Told::of(&client.submit(change).key(key()).read_back(how.clone()).await))
        }
        _ => None,
    };
    Record { number, created, changed }
}

/// `po_no` is no key of an order: P21 answers a read by it with a blank window.
async fn write_by_wrong_key(client: &Client, number: usize, how: &ReadBack) -> Told {
    let set = order::TransactionSet::from(new_order(number)).to_payload();
    let key = KeyValue { name: "po_no".to_owned(), value: po_no(number) };
    let state = TransactionState { data_element_name: "TABPAGE_1.order".to_owned(), keys: vec![key] };
    match client.submit(&set).states([state]).read_back(how.clone()).await {
        Ok(mut results) => results.pop().map_or(Told::NotStored, |result| Told::of(&result)),
        Err(error) => Told::of::<()>(&Err(error)),
    }
}

fn po_no(number: usize) -> String {
    format!("PO-{number}")
}

fn new_order(number: usize) -> order::Transaction {
    let po_no = po_no(number);
    let header = order_header::Row::new(order_header::Required {
        customer_id: 100198,
        sales_loc_id: 100,
        source_loc_id: 100,
        ship_to_id: 100198,
        contact_id: "1001",
        po_no: po_no.as_str(),
        order_date: date(2026, 11, 21),
        requested_date: date(2026, 12, 1),
    });
    let item = items::Required { oe_order_item_id: "WIDGET-001", unit_quantity: 5 };
    order::Transaction::new().push(header.taker("sandbox")).push(items::Row::new(item))
}

fn contract_lookup(number: usize) -> Lookup<JobContractPricing> {
    let by = field(contract_header::CONTRACT_NO).eq(contract_no(number));
    Lookup::by(by.and(field(contract_header::COMPANY_ID).eq("ACME")))
}

/// How many rows without a key a book has.
fn keyless_rows(number: usize) -> usize {
    number % 2
}

fn book_id(number: usize) -> String {
    format!("BOOK-{number}")
}

fn contract_no(number: usize) -> String {
    let kind = if Kind::of(number) == Kind::Ended { "ENDED" } else { "NEW" };
    format!("{kind}-{number}")
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

fn contract_of(contract_no: &str, end_date: DateTime) -> contract::Transaction {
    let required = line::Required { item_id: "WIDGET-001", uom: "EA", pricing_method: line::PricingMethod::Price };
    let header = contract_header::Row::new(contract_header::Required { company_id: "ACME", contract_no, end_date });
    contract::Transaction::new().push(header).push(line::Row::new(required).price(dec!(25)))
}

/// Compares what was told with what is there.
async fn compare(client: &Client, records: &[Record], account: &mut Account) -> Result<()> {
    let mut there = 0;
    let books: Vec<&Record> = records.iter().filter(|record| Kind::of(record.number) == Kind::Book).collect();
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
    let orders = counted(client, "oe_hdr", "po_no", "PO-").await?;
    let mut contracts = counted(client, "job_price_hdr", "contract_no", "NEW-").await?;
    contracts.extend(counted(client, "job_price_hdr", "contract_no", "ENDED-").await?);
    for record in records {
        let stored = match Kind::of(record.number) {
            Kind::Book => continue,
            Kind::Order | Kind::WrongKey => orders.get(&po_no(record.number)),
            Kind::Contract | Kind::Ended => contracts.get(&contract_no(record.number)),
        };
        let stored = stored.copied().unwrap_or_default();
        account.compare(record.created, stored > 0);
        account.doubled += stored.saturating_sub(1);
    }
    Ok(())
}

/// How often each text that starts like this is in a column.
async fn counted(client: &Client, table: &str, column: &str, start: &str) -> Result<HashMap<String, usize>> {
    let query = client.table(table).filter(col(column).starts_with(start)).select([column]).page_size(25_000);
    let mut counted = HashMap::new();
    for row in query.rows::<HashMap<String, String>>().await? {
        *counted.entry(row.get(column).cloned().unwrap_or_default()).or_default() += 1;
    }
    Ok(counted)
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
        let client = hasty(&sandbox, &Plan::new("", 0), &Clock::default())?;
        for number in [13, 13, 15] {
            client.submit(new_book(number)).await?;
        }
        let answered = Told::Stored(How::Answered);
        let record = |number, created, changed| Record { number, created, changed };
        let records = [
            record(13, answered, Some(answered)),
            record(15, Told::Refused, None),
            record(17, answered, None),
            record(19, Told::Ambiguous, None),
        ];
        let mut account = Account::default();
        compare(&client, &records, &mut account).await?;
        // Book 13 has its keyless row twice and was never changed, book 15 is there, book 17 and its row are not.
        assert_eq!((account.doubled, account.lost, account.unreported, account.ambiguous_stored), (1, 2, 1, 0));
        Ok(())
    }
}
