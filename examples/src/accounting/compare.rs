//! What is stored, beside what was told.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use p21_services::client::odata::col;
use p21_services::model::payload::{KeyValue, Transaction, TransactionState, TransactionStateRequest};
use p21_services::prelude::*;

use super::Account;
use super::write::{Kind, Record, book_id, changed, contract_no, keyless_rows, po_no};

/// How many records are read back in one request.
const READ_AT_ONCE: usize = 100;

/// Compares what was told with what is there.
///
/// # Errors
/// What is there can't be read.
pub async fn compare(client: &Client, records: &[Record], account: &mut Account) -> Result<()> {
    // A header that is there twice doesn't show in a read by its key.
    let headers = client.table("price_book").filter(col("price_book_id").starts_with("BOOK-")).count().await?;
    let mut there = 0;
    let books: Vec<&Record> = records.iter().filter(|record| Kind::of(record.number) == Kind::Book).collect();
    for some in books.chunks(READ_AT_ONCE) {
        let state = |record: &&Record| {
            TransactionState::new("FORM.form", [KeyValue::new("price_book_id", book_id(record.number))])
        };
        let states = some.iter().map(state).collect();
        let request = TransactionStateRequest::new("SalesPriceBook", states);
        let found = client.get_raw(&request).await?.transactions;
        anyhow::ensure!(found.len() == some.len(), "{} of {} records were answered", found.len(), some.len());
        for (record, found) in some.iter().zip(&found) {
            there += usize::from(compare_book(record, found, account)?);
        }
    }
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
