//! A sales price page: created, read back, expired.
//!
//! The type decides which fields the window has, the company which groups, so the order of fields matters here more
//! than anywhere else: setters may be called in any order, they leave in P21's.
//!
//! `cargo run -p p21-examples --bin price_page` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_services::prelude::*;
use p21_services::sales_price_page::{self as price_page, breaks, header};

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let client = &server.client;

    let page = price_page::Transaction::new()
        .push(
            header::Row::new(header::Required {
                price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
                pricing_method_cd: header::PricingMethodCd::Source,
                effective_date: date(2027, 1, 1),
                expiration_date: date(2030, 12, 31),
            })
            .description("Fasteners of Example Supply")
            .product_group_id("FASTENERS")
            .supplier_id(10)
            .company_id("ACME")
            .source_price_cd("Supplier List Price"),
        )
        .push(
            breaks::Row::edit()
                .calculation_method_cd(breaks::CalculationMethodCd::Multiplier)
                .calculation_value1(dec!(0.90))
                .break1(10)
                .calculation_value2(dec!(0.85))
                .break2(0),
        );
    let stored = client.submit(page).await?;
    let uid = stored.value("FORM.form", "price_page_uid").context("P21 assigned no number")?.parse::<i64>()?;
    println!("price page {uid}");
    print(client, uid).await?;

    // A page that is keyed by its number is updated, not inserted.
    let expire = price_page::Transaction::new()
        .push(header::Row::edit().price_page_uid(uid).expiration_date(date(2027, 6, 30)))
        .keyed_by(header::PRICE_PAGE_UID);
    client.submit(expire).await?;
    println!("expired");
    print(client, uid).await
}

async fn print(client: &Client, uid: i64) -> Result<()> {
    let record = client.read(price_page::Key::new(uid)).await?.context("the page is not there")?;
    let page = record.first::<header::Row>().context("the page has no header")?;
    let tiers = record.first::<breaks::Row>().context("the page has no breaks")?;
    println!(
        "  {}, until {}, {} from 1 and {} from {}",
        page.get(header::DESCRIPTION)?.unwrap_or_default(),
        page.get(header::EXPIRATION_DATE)?.context("no expiration date")?.date(),
        tiers.get(breaks::CALCULATION_VALUE1)?.unwrap_or_default(),
        tiers.get(breaks::CALCULATION_VALUE2)?.unwrap_or_default(),
        tiers.get(breaks::BREAK1)?.unwrap_or_default()
    );
    Ok(())
}
