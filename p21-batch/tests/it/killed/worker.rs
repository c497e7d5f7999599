//! The process that is killed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use p21_batch::{Batch, BatchDoor, BatchError, BatchRecord, Find, Journal, JournalError, SqliteJournal, input};
use p21_client::resilience::ReadBack;
use p21_client::{Client, Clock, Credentials, Retry, Timeouts};
use p21_sandbox::{PASSWORD, USER};
use p21_services::job_contract_pricing::JobContractPricing;
use p21_services::order::{self, Order};
use p21_services::prelude::*;
use p21_services::sales_price_book::{self as book, SalesPriceBook};
use p21_services::sales_price_page::{self as page, SalesPricePage};

use super::ROWS;
use crate::support::contract_line;

/// What a row is, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// By its key, with a row that has none.
    Book,
    /// Found by what nobody else has: an order, or by windows a page.
    Found,
    /// By nothing.
    Blind,
    /// P21 refuses it.
    Refused,
}

impl Kind {
    pub(super) fn of(number: usize) -> Self {
        match number % 10 {
            0 => Self::Refused,
            1 => Self::Blind,
            2..=5 => Self::Found,
            _ => Self::Book,
        }
    }
}

/// What names a row in P21.
pub(super) fn name(run: usize, number: usize) -> String {
    format!("K{run}-{number:04}.")
}

/// What is behind that is the same in each start: an input that changed is refused.
fn record(run: usize, number: usize, door: BatchDoor) -> BatchRecord {
    let name = name(run, number);
    match (Kind::of(number), door) {
        (Kind::Book, BatchDoor::Windows) => BatchRecord::from(new_book(&name)).key(book::Key::new(name.as_str())),
        // A row without a key is added whenever it is sent.
        (Kind::Book, _) => BatchRecord::from(with_library(new_book(&name))).key(book::Key::new(name.as_str())),
        (Kind::Blind, _) => BatchRecord::from(new_book(&name)),
        // The check knows no items; the window wants a description.
        (Kind::Refused, BatchDoor::Windows) => BatchRecord::from(incomplete(&name)).key(book::Key::new(name.as_str())),
        (Kind::Refused, _) => BatchRecord::from(contract_line(&name, "NO-SUCH-ITEM")),
        (Kind::Found, BatchDoor::Windows) => {
            let find = Find::record_of::<SalesPricePage>().text(page::header::DESCRIPTION, name.as_str());
            BatchRecord::from(new_page(&name)).find(find)
        }
        (Kind::Found, _) => {
            let find = Find::record_of::<Order>().text(order::header::PO_NO, name.as_str());
            BatchRecord::from(new_order(&name)).find(find)
        }
    }
}

#[tokio::test]
#[ignore = "the process that a test kills"]
async fn at_work() {
    let said = |name: &str| std::env::var(name).ok();
    let (Some(url), Some(journal)) = (said("P21_BATCH_URL"), said("P21_BATCH_JOURNAL")) else { return };
    let run: usize = said("P21_BATCH_RUN").unwrap().parse().unwrap();
    let door =
        if said("P21_BATCH_DOOR").as_deref() == Some("windows") { BatchDoor::Windows } else { BatchDoor::Transactions };
    let ahead: i64 = said("P21_BATCH_AHEAD").map(|seconds| seconds.parse().unwrap()).unwrap_or_default();
    let pause = Duration::from_millis(5);
    let retry = Retry::default().first_delay(pause).contaminated_delay(pause, 2 * pause);
    let timeouts = Timeouts::default().operation(Duration::from_millis(1_500)).attempt(Duration::from_millis(700));
    let clock = Clock::starting_at(Timestamp::now() + SignedDuration::from_secs(ahead));
    let client = Client::builder(url).retry(retry).timeouts(timeouts).clock(clock);
    let client = client.credentials(Credentials::password(USER, PASSWORD)).build().unwrap();
    match said("P21_BATCH_SCHEMA") {
        None => work(client, SqliteJournal::open(journal).unwrap(), run, door).await,
        #[cfg(feature = "postgres")]
        Some(schema) => {
            let journal = p21_batch::PostgresJournal::builder(&journal).schema(schema).lease(super::LEASE);
            work(client, journal.connect().await.unwrap(), run, door).await;
        }
        #[cfg(not(feature = "postgres"))]
        Some(_) => unreachable!("without the feature nobody asks for it"),
    }
}

async fn work<J: Journal>(client: Client, journal: J, run: usize, door: BatchDoor) {
    // What is late in the sandbox is so by less than that, on a machine that is full as well: what landed later would be doubled.
    let how = ReadBack::default().settle(Duration::ZERO).lands_within(Duration::from_secs(2));
    let batch = Batch::new(client, journal, format!("run {run}")).door(door).read_back(how);
    let batch =
        batch.pause(Duration::from_millis(5)).at_once(3).chunk(3).breaker(None).attempts(20).session_records(10);
    let batch = batch.service::<SalesPriceBook>().service::<SalesPricePage>().service::<Order>();
    let batch = batch.service::<JobContractPricing>();
    let books = std::env::var("P21_BATCH_BOOKS").ok().map(|books| books.parse().unwrap());
    let one = move |number| match books {
        Some(_) => crate::support::new_book(&name(run, number)),
        None => record(run, number, door),
    };
    let records = || input::records((0..books.unwrap_or(ROWS)).map(one));
    let summary = loop {
        let summary = match batch.resume().await {
            Err(BatchError::NotPlanned { .. }) => batch.resume_with(records()).await,
            Err(BatchError::Journal(JournalError::NoSuchRun { .. })) => batch.run(records()).await,
            resumed => resumed,
        };
        match summary {
            // One that hangs while it takes the input up loses its connection: it compares, and goes on.
            Err(BatchError::Journal(JournalError::Store { doing, .. })) if doing == "take up records" => {}
            // Another process was faster.
            Err(BatchError::Journal(JournalError::RunExists { .. } | JournalError::Overtaken { .. })) => {}
            summary => break summary.unwrap(),
        }
    };
    println!("ended: {:?}\n{summary}", summary.ended);
}

fn new_book(id: &str) -> book::Transaction {
    let required = book::header::Required {
        price_book_id: id,
        price_book_description: id,
        row_status_flag: book::header::RowStatusFlag::Active,
    };
    book::Transaction::new().push(book::header::Row::new(required))
}

fn incomplete(id: &str) -> book::Transaction {
    book::Transaction::new().push(book::header::Row::edit().price_book_id(id))
}

fn with_library(book: book::Transaction) -> book::Transaction {
    book.push(book::libraries::Row::new().price_library_id("STANDARD"))
}

fn new_page(description: &str) -> page::Transaction {
    let required = page::header::Required {
        price_page_type_cd: page::header::PricePageTypeCd::SupplierProductGroup,
        pricing_method_cd: page::header::PricingMethodCd::Source,
        effective_date: date(2027, 1, 1),
        expiration_date: date(2030, 12, 31),
    };
    let header = page::header::Row::new(required).description(description).product_group_id("FASTENERS");
    page::Transaction::new().push(header.supplier_id(10).company_id("ACME").source_price_cd("Supplier List Price"))
}

fn new_order(po_no: &str) -> order::Transaction {
    let header = order::header::Row::new(order::header::Required {
        customer_id: 100198,
        sales_loc_id: 100,
        source_loc_id: 100,
        ship_to_id: 100198,
        contact_id: "1001",
        po_no,
        order_date: date(2026, 11, 21),
        requested_date: date(2026, 12, 1),
    });
    let item = order::items::Required { oe_order_item_id: "WIDGET-001", unit_quantity: 5 };
    order::Transaction::new().push(header.taker("sandbox")).push(order::items::Row::new(item))
}
