//! All price pages of a supplier end on a day; those that have ended before are left alone.
//!
//! `cargo run -p p21-examples --bin expire_pages` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server.
#![forbid(unsafe_code)]

use anyhow::Result;
use p21_services::batch::SqliteJournal;
use p21_services::prelude::*;
use p21_services::sales_price_page::header;
use p21_services::workflows::{NewPage, Workflow};

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let folder = tempfile::tempdir()?;
    let journal = SqliteJournal::open(folder.path().join("pages.journal"))?;
    let flow = Workflow::new(server.client.clone(), journal, "end of 2027").with(|batch| batch.at_once(2));

    let required = header::Required {
        price_page_type_cd: header::PricePageTypeCd::Supplier,
        pricing_method_cd: header::PricingMethodCd::Source,
        effective_date: date(2027, 1, 1),
        expiration_date: date(2035, 12, 31),
    };
    let header = header::Row::new(required).supplier_id(10).company_id("ACME").source_price_cd("Supplier List Price");
    let page = NewPage::new(header, "Everything of Example Supply, 2027");
    let created = flow.create_pages([page]).await?.pages;

    let done = flow.expire_pages(created.into_values(), date(2027, 12, 31)).await?;
    println!("{} ended, {} had, {} are still in force", done.expired.len(), done.skipped, done.open.len());
    Ok(())
}
