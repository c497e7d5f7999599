//! Every night's prices of contract lines, from a CSV: a row that is wrong fails alone, and is written where it is mended.
//!
//! `cargo run -p p21-examples --bin contract_prices` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_services::batch::input::CsvFile;
use p21_services::batch::journal::State;
use p21_services::batch::{Failures, SqliteJournal};
use p21_services::job_contract_pricing::{self as contract, header, line};
use p21_services::prelude::*;
use p21_services::workflows::Workflow;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let job = create(&server.client).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("prices.csv");
    let rows = format!(
        "job_no,company_id,contract_no,end_date,item_id,price\n{job},ACME,NIGHTLY,2027-12-31,WIDGET-001,26.10\n{job},ACME,NIGHTLY,2027-12-31,WIDGET-002,\"31,5\"\n"
    );
    std::fs::write(&file, rows)?;

    let journal = SqliteJournal::open(folder.path().join("prices.journal"))?;
    let night = "prices 2026-11-21";
    let flow = Workflow::new(server.client.clone(), journal.clone(), night);
    let summary = flow.contract_prices(&CsvFile::of(&file)).await?;
    println!("{summary}");
    let run = format!("{night}: prices");
    let failures = Failures::of(&journal, &run);
    let again = folder.path().join("again.csv");
    failures.write_rows(&again, |one| one.state == State::Refused).await?;
    for one in failures.list(0, 10).await? {
        let place = one.place.context("a row has a place")?;
        println!("line {}: {}", place.line, one.reason.unwrap_or_default());
    }
    println!("to be mended: {}", std::fs::read_to_string(again)?.lines().skip(1).collect::<Vec<_>>().join(" "));
    Ok(())
}

async fn create(client: &Client) -> Result<String> {
    let end_date = date(2027, 12, 31);
    let header = header::Row::new(header::Required { company_id: "ACME", contract_no: "NIGHTLY", end_date });
    let line = |item_id| {
        let required = line::Required { item_id, uom: "EA", pricing_method: line::PricingMethod::Price };
        line::Row::new(required).price(dec!(25))
    };
    let new = contract::Transaction::new().push(header.customer_id(100198));
    let new = new.push_all(["WIDGET-001", "WIDGET-002"].map(line));
    let stored = client.submit(new).await?;
    Ok(stored.value("FORM.d_dw_job_price_hdr", "job_no").context("P21 assigned no record number")?.to_owned())
}
