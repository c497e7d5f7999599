//! A job contract with a fixed price and quantity breaks: built, sent, read back.
//!
//! `cargo run -p p21-examples --bin contract` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_services::job_contract_pricing::{self as contract, breaks, header, line};
use p21_services::prelude::*;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;

    let contract = contract::Transaction::new()
        .push(
            header::Row::new(header::Required {
                company_id: "ACME",
                contract_no: "JOB-1001",
                end_date: date(2027, 12, 31),
            })
            .customer_id(100198)
            .approved(true),
        )
        .push(
            line::Row::new(line::Required {
                item_id: "WIDGET-001",
                uom: "EA",
                pricing_method: line::PricingMethod::Price,
            })
            .price(dec!(25.00)),
        )
        .push(
            line::Row::new(line::Required {
                item_id: "WIDGET-002",
                uom: "EA",
                pricing_method: line::PricingMethod::Source,
            })
            .source_price("Supplier List Price")
            .multiplier(1)
            .with(
                breaks::Row::edit()
                    .calculation_method_cd(breaks::CalculationMethodCd::FixedPrice)
                    .calculation_value1(dec!(10.00))
                    .break1(10)
                    .calculation_value2(dec!(8.50))
                    .break2(50)
                    .calculation_value3(dec!(7.00))
                    .break3(0),
            ),
        );
    let stored = server.client.submit(contract).await?;
    let job_no = stored.value("FORM.d_dw_job_price_hdr", "job_no").context("P21 assigned no record number")?.to_owned();
    println!("stored as record {job_no}");

    let record = server.client.read(contract::Key::new(job_no)).await?.context("the contract is not there")?;
    for line in record.rows::<line::Row>() {
        let (item, price) = (line.get(line::ITEM_ID)?.unwrap_or_default(), line.get(line::PRICE)?);
        println!("{item}: {}", price.map_or("from its source".to_owned(), |price| price.to_string()));
    }
    Ok(())
}
