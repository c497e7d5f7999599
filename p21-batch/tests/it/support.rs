//! What the tests share.

use p21_batch::BatchRecord;
use p21_client::{Client, Clock, Credentials, Retry};
use p21_sandbox::{PASSWORD, Sandbox, USER};
use p21_services::job_contract_pricing as contract;
use p21_services::prelude::*;
use p21_services::sales_price_book as book;
use std::time::Duration;

/// A client that hardly pauses.
pub(crate) fn client(url: &str) -> Client {
    client_by(url, &Clock::default())
}

/// The same by a clock that a test moves.
pub(crate) fn client_by(url: &str, clock: &Clock) -> Client {
    let pause = Duration::from_millis(1);
    let retry = Retry::default().first_delay(pause).contaminated_delay(pause, 2 * pause);
    let client = Client::builder(url).clock(clock.clone()).retry(retry);
    client.credentials(Credentials::password(USER, PASSWORD)).build().unwrap()
}

pub(crate) async fn sandbox() -> Sandbox {
    Sandbox::builder().today(date(2026, 11, 21).date()).start().await.unwrap()
}

/// Records that are all taken up, and of which none is sent: it is stopped where they end.
pub(crate) fn up_to_its_end<R>(rows: impl Iterator<Item = R>, stop: p21_batch::Stop) -> impl Iterator<Item = R> {
    rows.chain(std::iter::from_fn(move || {
        stop.now();
        None
    }))
}

/// A new price book, by its key.
pub(crate) fn new_book(id: &str) -> BatchRecord {
    let required = book::header::Required {
        price_book_id: id,
        price_book_description: &format!("Book {id}"),
        row_status_flag: book::header::RowStatusFlag::Active,
    };
    BatchRecord::from(book::Transaction::new().push(book::header::Row::new(required))).key(book::Key::new(id))
}

/// A line of a contract, which is there after the first of them.
pub(crate) fn contract_line(contract_no: &str, item_id: &str) -> contract::Transaction {
    let header = contract::header::Required { company_id: "ACME", contract_no, end_date: date(2027, 12, 31) };
    let line = contract::line::Required { item_id, uom: "EA", pricing_method: contract::line::PricingMethod::Price };
    contract::Transaction::new()
        .push(contract::header::Row::new(header))
        .push(contract::line::Row::new(line).price(dec!(25)))
}

/// The ids of the price books that start so.
pub(crate) async fn books(client: &Client, start: &str) -> Vec<String> {
    use p21_client::odata::col;
    let query = client.table("price_book").filter(col("price_book_id").starts_with(start)).select(["price_book_id"]);
    let rows: Vec<std::collections::HashMap<String, String>> = query.page_size(25_000).rows().await.unwrap();
    let mut ids: Vec<String> = rows.into_iter().filter_map(|mut row| row.remove("price_book_id")).collect();
    ids.sort();
    ids
}
