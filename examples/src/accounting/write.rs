//! What is written, and how its writer finds it again.

use p21_services::client::Lookup;
use p21_services::client::odata::field;
use p21_services::client::resilience::ReadBack;
use p21_services::job_contract_pricing::{self as contract, JobContractPricing, header as contract_header, line};
use p21_services::model::payload::{KeyValue, TransactionState};
use p21_services::order::{self, Order, header as order_header, items};
use p21_services::prelude::*;
use p21_services::sales_price_book::{self as book, header, libraries};

use super::Told;

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
    pub(super) fn of(number: usize) -> Self {
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
pub struct Record {
    /// Which one; it says what kind of record it is, too.
    pub number: usize,
    /// What was told of its first write.
    pub created: Told,
    /// What was told of its change, if it was changed.
    pub changed: Option<Told>,
}

pub(super) async fn write(client: &Client, number: usize, how: &ReadBack) -> Record {
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
    let result = client.submit(new_book(number)).key(key()).read_back(how.clone()).await;
    let created = Told::of(&result);
    // An earlier try that lands after the change would undo it.
    let may_land = result.is_ok_and(|resolved| resolved.may_land_until.is_some());
    let changed = match created {
        Told::Stored(_) if !may_land => {
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
    let key = KeyValue::new("po_no", po_no(number));
    let state = TransactionState::new("TABPAGE_1.order", [key]);
    match client.submit(&set).states([state]).read_back(how.clone()).await {
        Ok(mut results) => results.pop().map_or(Told::NotStored, |result| Told::of(&result)),
        Err(error) => Told::of::<()>(&Err(error)),
    }
}

pub(super) fn po_no(number: usize) -> String {
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
pub(super) fn keyless_rows(number: usize) -> usize {
    number % 2
}

pub(super) fn book_id(number: usize) -> String {
    format!("BOOK-{number}")
}

pub(super) fn contract_no(number: usize) -> String {
    let kind = if Kind::of(number) == Kind::Ended { "ENDED" } else { "NEW" };
    format!("{kind}-{number}")
}

pub(super) fn changed(number: usize) -> String {
    format!("Changed book {number}")
}

/// A book that is not there yet, with the libraries that its number says.
pub fn new_book(number: usize) -> book::Transaction {
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
