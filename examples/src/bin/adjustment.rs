//! An inventory adjustment of two lot-tracked items: what is added to the stock, each quantity with its lot.
//!
//! Lots apply to the item that is current when they come: two items and then their two lots are two lots of the second
//! item, and P21 says `Succeeded`. `with` keeps a lot with its item.
//!
//! `cargo run -p p21-examples --bin adjustment` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_services::inventory_adjustment::{self as adjustment, header, items, lots};
use p21_services::prelude::*;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let client = &server.client;

    // The reason is the text that the window shows. The quantities are differences, negative to take away.
    let counted = adjustment::Transaction::new()
        .push(header::Row::new(header::Required { location_id: 100, reason_id: "Cycle Count" }))
        .push(item("WIDGET-001", dec!(-20)).with(lot("WIDGET-001", "L-2026-04", dec!(-20))))
        .push(item("WIDGET-002", dec!(5)).with(lot("WIDGET-002", "L-2026-07", dec!(5))));
    let stored = client.submit(counted).await?;
    // It is posted: another adjustment is the only way back.
    let number = stored.value("TABPAGE_1.tp_1_dw_1", "adjustment_number").context("P21 assigned no number")?;
    println!("adjustment {number}");
    Ok(())
}

fn item(item_id: &str, unit_quantity: Decimal) -> items::Row {
    items::Row::new(items::Required { item_id, unit_quantity })
}

fn lot(item_id: &str, lot_cd: &str, quantity: Decimal) -> lots::Row {
    lots::Row::edit().item_id(item_id).lot_cd(lot_cd).unit_quantity(quantity)
}
