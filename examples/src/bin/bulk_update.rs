//! New prices for the lines of many contracts in one request: a result a transaction, and only what failed is sent
//! again.
//!
//! P21 stores each transaction of a set by itself: one that fails leaves the others in place, and the whole answers
//! HTTP 200.
//!
//! `cargo run -p p21-examples --bin bulk_update` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_services::job_contract_pricing::{self as contract, header, line};
use p21_services::prelude::*;

/// A contract whose prices change.
struct Contract {
    job_no: String,
    contract_no: String,
    end_date: DateTime,
}

const PRICES: [(&str, Decimal); 2] = [("WIDGET-001", dec!(25.50)), ("WIDGET-002", dec!(31.20))];

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let client = &server.client;
    let mut contracts = Vec::new();
    for number in 1..=5 {
        contracts.push(create(client, &format!("BULK-{number}")).await?);
    }
    // Someone mistyped a year: P21 refuses an end date in the past.
    contracts[2].end_date = date(2017, 12, 31);

    let updates: contract::TransactionSet = contracts.iter().map(update).collect();
    // The check finds the date too: unchecked, so that P21 refuses one and stores the others.
    let outcome = client.submit(&updates).unchecked().await?;
    let mut failed = Vec::new();
    for (contract, result) in contracts.iter_mut().zip(outcome.transactions) {
        match result {
            Ok(_) => println!("{} updated", contract.contract_no),
            // Nobody knows what became of it: it has to be read back before it is sent again.
            Err(failure) if failure.is_ambiguous() => anyhow::bail!("{}: {failure}", contract.contract_no),
            Err(failure) => {
                println!("{} refused: {failure}", contract.contract_no);
                contract.end_date = date(2027, 12, 31);
                failed.push(&*contract);
            }
        }
    }

    let again: contract::TransactionSet = failed.into_iter().map(update).collect();
    let stored = client.submit(&again).await?.all_stored()?;
    println!("{} more updated", stored.len());
    Ok(())
}

/// Lines are picked by their item, so a row says the item and what changes. The pricing method leaves before the price
/// in any case: after it, it would clear the price.
fn update(contract: &Contract) -> contract::Transaction {
    contract::Transaction::new()
        .push(
            header::Row::edit()
                .job_no(contract.job_no.as_str())
                .company_id("ACME")
                .contract_no(contract.contract_no.as_str())
                .end_date(contract.end_date),
        )
        .push_all(PRICES.map(|(item, price)| {
            line::Row::edit().item_id(item).price(price).pricing_method(line::PricingMethod::Price)
        }))
        .keyed_by(line::ITEM_ID)
}

async fn create(client: &Client, contract_no: &str) -> Result<Contract> {
    let end_date = date(2027, 12, 31);
    let new = contract::Transaction::new()
        .push(header::Row::new(header::Required { company_id: "ACME", contract_no, end_date }).customer_id(100198))
        .push_all(PRICES.map(|(item, price)| {
            let required = line::Required { item_id: item, uom: "EA", pricing_method: line::PricingMethod::Price };
            line::Row::new(required).price(price - dec!(1))
        }));
    let stored = client.submit(new).await?;
    let job_no = stored.value("FORM.d_dw_job_price_hdr", "job_no").context("P21 assigned no record number")?.to_owned();
    Ok(Contract { job_no, contract_no: contract_no.to_owned(), end_date })
}
