//! A supplier's price pages are replaced: created and put into a book, and next year ended, looked at, and followed by new
//! ones. Called again after a crash, each step goes on where it was.
//!
//! `cargo run -p p21-examples --bin replace_pages` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server.
#![forbid(unsafe_code)]

use anyhow::Result;
use p21_services::batch::SqliteJournal;
use p21_services::prelude::*;
use p21_services::sales_price_page::header;
use p21_services::workflows::{NewPage, Workflow};

/// A page of a year; its description is its own.
fn page(year: i16, number: usize) -> NewPage {
    let required = header::Required {
        price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
        pricing_method_cd: header::PricingMethodCd::Source,
        effective_date: date(year, 1, 1),
        expiration_date: date(2035, 12, 31),
    };
    let header = header::Row::new(required).product_group_id("FASTENERS").supplier_id(10).company_id("ACME");
    NewPage::new(header.source_price_cd("Supplier List Price"), format!("Example Supply {year}, {number}"))
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let folder = tempfile::tempdir()?;
    let journal = SqliteJournal::open(folder.path().join("pages.journal"))?;
    let flow = |name| Workflow::new(server.client.clone(), journal.clone(), name);

    let this_year = flow("pages 2027");
    let old = this_year.create_pages((1..=3).map(|number| page(2027, number))).await?.pages;
    let linked = this_year.link_pages(old.values().map(|uid| (*uid, "WIDGETS"))).await?;
    println!("{} created, {} linked", old.len(), linked.linked);

    let last_day = date(2027, 12, 31);
    let new = old.values().zip(1..).map(|(uid, number)| page(2028, number).replaces(*uid));
    let old = old.values().copied().collect();
    let done = flow("pages 2028").replace_pages(10, Some(old), new, &["WIDGETS", "COMPONENTS"], last_day).await?;
    println!(
        "{} ended, {} created, {} linked",
        done.expired.expired.len(),
        done.created.pages.len(),
        done.linked.linked
    );
    println!("held back: {}; ended without a successor: {}", done.held_back.len(), done.without_successor.len());
    Ok(())
}
