//! The price pages of a supplier, and the libraries that reach them.
//!
//! Filters are built, from the handles of bindings or from names: P21 answers some that one could write with the whole
//! table. Deleted rows stay in P21's tables, so active ones are asked for.
//!
//! `cargo run -p p21-examples --bin odata_lookup` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server.
#![forbid(unsafe_code)]

use std::pin::pin;

use anyhow::Result;
use futures_util::TryStreamExt as _;
use p21_services::client::odata::{col, field};
use p21_services::sales_price_page::header;

#[derive(serde::Deserialize)]
struct Page {
    price_page_uid: i64,
    description: Option<String>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let client = &server.client;

    // A handle knows its column, and the code of a label: `Active` is 704 in the table.
    let of_supplier = field(header::SUPPLIER_ID).eq(10);
    let active = field(header::ROW_STATUS_FLAG).eq(header::RowStatusFlag::Active);
    let pages = client.table("price_page").filter(of_supplier.clone());
    println!(
        "{} price pages, {} of them active",
        pages.count().await?,
        pages.clone().filter(active.clone()).count().await?
    );

    // Two rows a request, to show paging; a real table wants thousands.
    let active = pages.filter(active).select(["price_page_uid", "description"]).order_by("price_page_uid").page_size(2);
    let mut uids = Vec::new();
    let mut rows = pin!(active.stream::<Page>());
    while let Some(page) = rows.try_next().await? {
        println!("{} {}", page.price_page_uid, page.description.unwrap_or_default());
        uids.push(page.price_page_uid);
    }

    for (page, placements) in client.pricing().libraries_of_pages(uids).await? {
        for placement in placements {
            println!("page {page} is in book {} of library {}", placement.book.id, placement.library.id);
        }
    }

    // P21 answers 404 to nearly every mistake; the error says which one it was.
    let wrong = client.table("price_page").filter(col("delete_flag").eq("N"));
    if let Err(error) = wrong.first::<Page>().await {
        println!("{error}");
    }
    Ok(())
}
