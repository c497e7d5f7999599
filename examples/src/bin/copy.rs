//! A job contract stored again under another number, and what the copy goes without.
//!
//! `cargo run -p p21-examples --bin copy` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and `P21_PASSWORD`
//! set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_services::job_contract_pricing::{self as contract, header, line};
use p21_services::prelude::*;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let required = header::Required { company_id: "ACME", contract_no: "JOB-2001", end_date: date(2027, 12, 31) };
    let price = line::PricingMethod::Price;
    let original = contract::Transaction::new()
        .push(header::Row::new(required).customer_id(100198).approved(true))
        .push(
            line::Row::new(line::Required { item_id: "WIDGET-001", uom: "EA", pricing_method: price.clone() })
                .price(dec!(25.00)),
        )
        .push(
            line::Row::new(line::Required { item_id: "WIDGET-002", uom: "EA", pricing_method: price })
                .price(dec!(12.50)),
        );
    let stored = server.client.submit(original).await?;
    let job_no = stored.value("FORM.d_dw_job_price_hdr", "job_no").context("P21 assigned no record number")?.to_owned();

    // Only keys and required fields are copied, so the prices are asked for.
    let copied = server
        .client
        .copying(contract::Key::new(job_no))
        .keep(line::PRICE)
        .store(|header: header::Row| header.contract_no("JOB-2002").end_date(date(2028, 12, 31)))
        .await?;
    for left_out in &copied.left_out {
        println!("left out: {left_out}");
    }

    let job_no = copied.stored.value("FORM.d_dw_job_price_hdr", "job_no").context("P21 assigned no record number")?;
    let copy = server.client.read(contract::Key::new(job_no)).await?.context("the copy is not there")?;
    for line in copy.rows::<line::Row>() {
        let (item, price) = (line.get(line::ITEM_ID)?.unwrap_or_default(), line.get(line::PRICE)?);
        println!("{item} costs {} in contract JOB-2002", price.context("the price was not copied")?);
    }
    Ok(())
}
