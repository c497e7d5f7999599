//! An order whose second line has a note.
//!
//! A transaction refuses notes, or drops them and says `Succeeded`. `client.store` takes two steps: the order as a
//! transaction, and then the note through the popup of the window, on the line that it stands in. The second step can fail
//! alone; the error says then which order is stored without its note.
//!
//! `cargo run -p p21-examples --bin order_note` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and `P21_PASSWORD`
//! set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_services::client::windows::enter::{EntryProof, NotEntered};
use p21_services::order::{self, header, items, line_note};
use p21_services::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Note {
    topic: String,
    note: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let client = &server.client;

    let line = |item, quantity| items::Row::new(items::Required { oe_order_item_id: item, unit_quantity: quantity });
    let note = line_note::Row::edit().topic("Handle with care").note("It breaks.");
    let order = order::Transaction::new()
        .push(header::Row::new(header::Required {
            customer_id: 100_198,
            sales_loc_id: 100,
            source_loc_id: 100,
            ship_to_id: 100_198,
            contact_id: "1001",
            po_no: "PO-7010",
            order_date: date(2027, 1, 4),
            requested_date: date(2027, 1, 5),
        }))
        .push(line("WIDGET-001", 5))
        .push(line("WIDGET-002", 1).with(note));

    let stored = match client.store(&order).await {
        Ok(stored) => stored,
        Err(NotEntered::PartlyStored(partly)) => {
            println!("the order {:?} is stored, and its note is not: {}", partly.key, partly.error);
            return Ok(());
        }
        Err(other) => return Err(other.into()),
    };
    println!("by {:?}", stored.route.door);
    // A read of an order never shows the notes of its lines: a table does, by columns that differ from site to site.
    if let EntryProof::NotProven(parts) = &stored.proof {
        println!("not proven: {}", parts.join(", "));
    }
    stored.key("order_no").context("P21 assigned no order number")?;
    let notes: Vec<Note> = client.table("oe_line_notepad").select(["topic", "note"]).top(10).rows().await?;
    for Note { topic, note } in notes {
        println!("{topic}: {note}");
    }
    Ok(())
}
