//! A note of a purchase order's header, through the popup that P21 opens for it, as a person would.
//!
//! Two tools are labelled "Add Note": `cb_add` is for the header, `cb_add_line` files the note on a line, and every call
//! succeeds. The popup is a value: its title and fields are looked at before anything is typed into it. The same note as
//! one record is `session.enter(&transaction)`.
//!
//! `cargo run -p p21-examples --bin purchase_note` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and `P21_PASSWORD`
//! set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result, ensure};
use p21_services::client::windows::{Reply, Session};
use p21_services::prelude::*;
use p21_services::purchase_order::{self, PurchaseOrder, header, header_note, items};

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let client = &server.client;
    let po_no = purchase_order(client).await?;
    println!("purchase order {po_no}");
    client.session().app("purchase note").run(async |session| add_note(session, po_no).await).await
}

async fn add_note(session: &Session, po_no: Decimal) -> Result<()> {
    let mut window = session.open::<PurchaseOrder>().await?;
    window.type_in(header::PO_NO, po_no).await?;
    window.select_tab_of::<header_note::Row>().await?;

    // The tool opens a popup, and the window is blocked until it is answered.
    let mut popup = window.run_tool("cb_add").or_ask().await?.asked()?;
    let question = popup.question();
    println!("{} ({})", question.title(), question.class());
    ensure!(question.fields().all(|(_, field)| field != "line_no"), "this popup is the one of a line");
    popup.type_in("_dw_hdr", "topic", "Deliver early").await?;
    popup.type_in("_dw_hdr", "note", "Before seven.").await?;
    popup.run("cb_select_all").await?;
    match popup.answer("cb_ok").await? {
        Reply::Done(_) => println!("the note is in the window, and not stored yet"),
        Reply::Asked(next) => anyhow::bail!("P21 asks: {}", next.question().title()),
    }
    window.save().await?;
    window.close().await?;

    // P21's word for a save covers the header alone: load it again, and look.
    let mut window = session.open::<PurchaseOrder>().await?;
    window.type_in(header::PO_NO, po_no).await?;
    for note in window.rows::<header_note::Row>().await?.iter() {
        println!("stored: {}", note.get(header_note::TOPIC)?.unwrap_or_default());
    }
    window.close().await?;
    Ok(())
}

/// A purchase order to write a note for.
async fn purchase_order(client: &Client) -> Result<Decimal> {
    let new = purchase_order::Transaction::new()
        .push(header::Row::new(header::Required {
            location_id: 100,
            vendor_id: 5010,
            buyer_id: "1001",
            order_date: date(2027, 1, 4),
            required_date: date(2027, 1, 11),
        }))
        .push(
            items::Row::new(items::Required {
                item_id: "WIDGET-001",
                unit_of_measure: "EA",
                unit_quantity: 10,
                pricing_unit: "EA",
            })
            .unit_price_display(dec!(12.5)),
        );
    let stored = client.submit(new).await?;
    stored.get(header::PO_NO)?.context("P21 assigned no number")
}
