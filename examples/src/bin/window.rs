//! A sales price page entered into its window, as a person would: typed, saved, linked to a book, loaded again, expired.
//!
//! `cargo run -p p21-examples --bin window` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and `P21_PASSWORD`
//! set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_services::client::windows::{Session, Window, WindowProblem};
use p21_services::prelude::*;
use p21_services::sales_price_book::{self as price_book, SalesPriceBook, pages};
use p21_services::sales_price_page::{SalesPricePage, breaks, header};

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    // Whatever happens in it, the session ends.
    server.client.session().app("window example").run(work).await
}

async fn work(session: &Session) -> Result<()> {
    let mut page = session.open::<SalesPricePage>().await?;
    println!("{}", page.title());

    // Type, company and group in this order, or P21 refuses them.
    page.type_in(header::PRICE_PAGE_TYPE_CD, header::PricePageTypeCd::SupplierProductGroup).await?;
    page.type_in(header::COMPANY_ID, "ACME").await?;
    page.type_in(header::PRODUCT_GROUP_ID, "FASTENERS").await?;
    page.type_in(header::SUPPLIER_ID, 10).await?;
    page.type_in(header::DESCRIPTION, "Fasteners of Example Supply").await?;
    page.type_in(header::PRICING_METHOD_CD, header::PricingMethodCd::Source).await?;
    page.type_in(header::SOURCE_PRICE_CD, "Supplier List Price").await?;
    page.type_in(header::EFFECTIVE_DATE, date(2027, 1, 1)).await?;
    page.type_in(header::EXPIRATION_DATE, date(2030, 12, 31)).await?;
    // Another tab, which is selected first.
    page.type_in(breaks::CALCULATION_METHOD_CD, breaks::CalculationMethodCd::Multiplier).await?;
    page.type_in(breaks::CALCULATION_VALUE1, dec!(0.90)).await?;
    let saved = page.save().await?;
    let uid = saved.key_of(header::PRICE_PAGE_UID)?.context("P21 assigned no number")?;
    println!("price page {uid}");
    link(session, "WIDGETS", uid).await?;

    // The same window, for the same page again: typing the key of a record loads it.
    page.clear().await?;
    page.type_in(header::PRICE_PAGE_UID, uid).await?;
    show(&mut page).await?;
    page.type_in(header::EXPIRATION_DATE, date(2027, 6, 30)).await?;
    page.save().await?;
    show(&mut page).await?;

    // A page that isn't there. P21 would take values into the empty window all the same.
    page.clear().await?;
    match page.type_in(header::PRICE_PAGE_UID, 999_999).await {
        Err(error) if error.window_problem() == Some(&WindowProblem::NoSuchRecord) => println!("no page 999999"),
        other => println!("{other:?}"),
    }
    page.close().await?;
    Ok(())
}

/// Links a page to a book, in the window of the book.
async fn link(session: &Session, book: &str, uid: i64) -> Result<()> {
    let mut window = session.open::<SalesPriceBook>().await?;
    window.type_in(price_book::header::PRICE_BOOK_ID, book).await?;
    window.add_row::<pages::Row>().await?;
    window.type_in(pages::PRICE_PAGE_UID, uid).await?;
    window.save().await?;
    window.close().await?;
    // P21's word for a save covers the header alone: load the book again, and look.
    let mut window = session.open::<SalesPriceBook>().await?;
    window.type_in(price_book::header::PRICE_BOOK_ID, book).await?;
    window.prove_row(pages::PRICE_PAGE_UID, uid).await?;
    println!("linked to {book}");
    window.close().await?;
    Ok(())
}

async fn show(page: &mut Window<SalesPricePage>) -> Result<()> {
    let description = page.read(header::DESCRIPTION).await?.context("the page has no description")?;
    let until = page.read(header::EXPIRATION_DATE).await?.context("the page has no end")?;
    println!("{description}, until {}", until.date());
    Ok(())
}
