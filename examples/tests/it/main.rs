//! Bindings, client and sandbox together, over HTTP: what one test of the client can't know of the server's side, and
//! none of the sandbox of the client's.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

mod accounting;
mod asynchronous;
mod bad_windows;
mod commands;
mod entered;
mod examples;
mod failures;
mod killed_workflow;
mod late_writes;
mod odata;
mod refused;
mod reports;
mod resolved_writes;
mod services;
mod sessions;
mod skipped;
mod versions;
mod windows;
mod workflows;
mod xml;

use std::path::Path;
use std::time::Duration;

use p21_sandbox::{Sandbox, SandboxBuilder, ServerVersion};
use p21_services::client::odata::field;
use p21_services::client::{ClientBuilder, Clock, Lookup, Polling, Retry};
use p21_services::job_contract_pricing::{self as contract, JobContractPricing, header, line};
use p21_services::prelude::*;

/// Both generations.
fn both_versions() -> [ServerVersion; 2] {
    [ServerVersion::v25_2(), ServerVersion::v26_1()]
}

/// A sandbox on a day that never passes.
fn sandbox(change: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> impl Future<Output = Sandbox> {
    started(change(Sandbox::builder().today(date(2026, 11, 21).date())))
}

/// Beside [`sandbox`], so that it is compiled once, not for every test's settings.
async fn started(builder: SandboxBuilder) -> Sandbox {
    builder.start().await.unwrap()
}

/// A client that hardly waits.
fn client(sandbox: &Sandbox) -> Client {
    client_with(sandbox, |builder| builder)
}

fn client_with(sandbox: &Sandbox, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    change(hardly_waiting(sandbox)).build().unwrap()
}

fn hardly_waiting(sandbox: &Sandbox) -> ClientBuilder {
    let pause = Duration::from_millis(1);
    Client::builder(sandbox.url())
        .clock(Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap()))
        .credentials(Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD))
        .retry(Retry::default().first_delay(pause).contaminated_delay(pause, 2 * pause))
        .polling(Polling::default().first_delay(10 * pause).limit(Duration::from_secs(30)))
}

/// A contract with a line for each price.
fn contract(contract_no: &str, prices: &[(&str, Decimal)]) -> contract::Transaction {
    let required = header::Required { company_id: "ACME", contract_no, end_date: date(2027, 12, 31) };
    let line = |(item_id, price): &(&str, Decimal)| {
        let required = line::Required { item_id, uom: "EA", pricing_method: line::PricingMethod::Price };
        line::Row::new(required).price(*price)
    };
    contract::Transaction::new().push(header::Row::new(required).customer_id(100198)).push_all(prices.iter().map(line))
}

/// A contract that P21 refuses.
fn ended(contract_no: &str) -> contract::Transaction {
    let required = header::Required { company_id: "ACME", contract_no, end_date: date(2017, 12, 31) };
    let line = line::Required { item_id: "WIDGET-001", uom: "EA", pricing_method: line::PricingMethod::Price };
    contract::Transaction::new().push(header::Row::new(required)).push(line::Row::new(line).price(dec!(1)))
}

const ENDED: &str = "end date must be equal to or greater than today";

/// The contracts of a number: several, where it was renewed.
fn lookup(contract_no: &str) -> Lookup<JobContractPricing> {
    Lookup::by(field(header::CONTRACT_NO).eq(contract_no).and(field(header::COMPANY_ID).eq("ACME")))
}

/// The one contract of a number.
async fn key(client: &Client, contract_no: &str) -> Option<contract::Key> {
    let mut keys = client.find(lookup(contract_no)).await.unwrap();
    assert!(keys.len() <= 1, "{keys:?}");
    keys.pop()
}

async fn read(client: &Client, contract_no: &str) -> Option<contract::Record> {
    client.read(key(client, contract_no).await?).await.unwrap()
}

/// Items and prices of a stored contract.
async fn prices(client: &Client, contract_no: &str) -> Vec<(String, Decimal)> {
    let record = read(client, contract_no).await;
    let lines = record.iter().flat_map(|record| record.rows::<line::Row>());
    let price = |line: p21_services::model::record::RecordRow<'_, line::Row>| {
        (line.get(line::ITEM_ID).unwrap().unwrap().to_string(), line.get(line::PRICE).unwrap().unwrap_or_default())
    };
    lines.map(price).collect()
}

/// The repository's definitions with those that the sandbox's own tests have beside them.
fn more_definitions() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (from, to) in [
        ("definitions/25.2", "25.2"),
        ("definitions/rules", "rules"),
        ("p21-sandbox/sketches", "25.2"),
        ("p21-sandbox/sketches/rules", "rules"),
    ] {
        let to = folder.path().join(to);
        std::fs::create_dir_all(&to).unwrap();
        for entry in std::fs::read_dir(here.join(from)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    folder
}
