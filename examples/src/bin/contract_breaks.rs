//! A new contract with quantity breaks on P21 26.1, where a transaction refuses them, or drops them and says `Succeeded`.
//!
//! The record is the same as anywhere else. `client.store` sees that it has breaks, and types it into its window, which
//! opens the tab of breaks only behind a ship-to and one of its items: the record has rows of both, or it is refused before
//! anything is opened. That P21 keeps breaks that a window took is inferred, no source shows it, so they are read back.
//!
//! `cargo run -p p21-examples --bin contract_breaks` runs it on a sandbox of 26.1; with `P21_BASE_URL`, `P21_USERNAME` and `P21_PASSWORD`
//! set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_sandbox::ServerVersion;
use p21_services::client::windows::enter::NotEntered;
use p21_services::job_contract_pricing::{self as contract, breaks, header, line, ship_to, ship_to_item};
use p21_services::prelude::*;

const CUSTOMER: i64 = 100_198;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server_of(ServerVersion::v26_1()).await?;
    let client = &server.client;

    // Without the rows that unlock their tab breaks are not typed: it is an error that names them.
    let bare = contract::Transaction::new().push(new_contract("JOB-3001")).push(line_with_breaks());
    if let Err(NotEntered::NotTyped(refused)) = client.store(&bare).await {
        println!("not typed:");
        refused.gaps().iter().for_each(|gap| println!("  {gap}"));
    }

    let whole = contract::Transaction::new()
        .push(new_contract("JOB-3001").customer_id(CUSTOMER).ship_to_id(CUSTOMER))
        .push(ship_to::Row::edit().customer_id(CUSTOMER).ship_to_id(CUSTOMER))
        .push(line_with_breaks())
        .push(ship_to_item::Row::edit().item_id("WIDGET-001"));
    let stored = client.store(&whole).await?;
    let job_no = stored.key("job_no").context("P21 gave the contract no number")?;
    println!("by {:?}: {}", stored.route.door, stored.route.why.join(" "));

    let record = client.read(contract::Key::new(job_no)).await?.context("the contract is not there")?;
    for tiers in record.rows::<breaks::Row>() {
        let first = tiers.get(breaks::CALCULATION_VALUE1)?.unwrap_or_default();
        let (second, from) = (tiers.get(breaks::CALCULATION_VALUE2)?, tiers.get(breaks::BREAK1)?);
        println!("{first} from 1, {} from {}", second.unwrap_or_default(), from.unwrap_or_default());
    }
    Ok(())
}

fn new_contract(contract_no: &str) -> header::Row {
    header::Row::new(header::Required { company_id: "ACME", contract_no, end_date: date(2027, 12, 31) })
}

fn line_with_breaks() -> line::Row {
    let tiers = breaks::Row::edit()
        .calculation_method_cd(breaks::CalculationMethodCd::Multiplier)
        .calculation_value1(dec!(0.90))
        .break1(10)
        .calculation_value2(dec!(0.85))
        .break2(0);
    line::Row::new(line::Required { item_id: "WIDGET-001", uom: "EA", pricing_method: line::PricingMethod::Source })
        .source_price("Supplier List Price")
        .multiplier(1)
        .with(tiers)
}
