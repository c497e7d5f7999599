//! The detail of an item at one of its locations, and the question that P21 asks about its accounts.
//!
//! A list selects the location, a detail form shows it, and some windows show the row before: the key is compared before
//! anything is typed. Another product group makes P21 ask whether the location's accounts are to be overwritten. The record
//! is not typed before the program has said what is answered.
//!
//! `cargo run -p p21-examples --bin item_location` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and `P21_PASSWORD`
//! set, on a real server.
#![forbid(unsafe_code)]

use anyhow::Result;
use p21_services::client::windows::Session;
use p21_services::client::windows::enter::{EntryProof, NewOrStored};
use p21_services::item::{self, header, location_detail, locations};
use p21_services::prelude::*;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    server.client.session().app("item location").run(work).await
}

async fn work(session: &Session) -> Result<()> {
    let bins = at(200, location_detail::Row::edit().track_bins(true));
    println!("{}", session.enter(&bins).explain(NewOrStored::Stored)?);
    let entered = session.enter(&bins).await?;
    println!("bins are tracked");
    // A read of an item shows the detail of one of its locations, so this is the window's word.
    if let EntryProof::NotProven(parts) = &entered.proof {
        println!("not proven: {}", parts.join(", "));
    }

    let group = at(100, location_detail::Row::edit().product_group_id("MACHINES"));
    if let Err(refused) = session.enter(&group).await {
        println!("{refused}");
    }
    let entered = session.enter(&group).answer(item::window::ACCOUNTS_KEEP).await?;
    for answered in &entered.answered {
        println!("`{}` was answered with {}", answered.title, answered.tool);
    }
    println!("the group is another one, the accounts are what they were");
    Ok(())
}

/// A change of the detail of a location.
fn at(location: i64, detail: location_detail::Row) -> item::Transaction {
    item::Transaction::new()
        .push(header::Row::edit().item_id("WIDGET-002"))
        .push(locations::Row::edit().company_id("ACME").location_id(location).with(detail))
}
