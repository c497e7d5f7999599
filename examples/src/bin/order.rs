//! An order with the same item on two lines, told apart by line numbers of our own; then one line changed and one
//! added.
//!
//! Lines of an order are matched by item: sent without line numbers, two lines of one item fold into one, with the last
//! quantity, and P21 says `Succeeded`. `keyed_by` names what tells them apart, and `check()` refuses a set that would
//! fold.
//!
//! `cargo run -p p21-examples --bin order` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server.
#![forbid(unsafe_code)]

use anyhow::{Context as _, Result};
use p21_services::order::{self, header, items};
use p21_services::prelude::*;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let client = &server.client;

    let wrong = new_order("PO-7001").push(line("WIDGET-001", 5)).push(line("WIDGET-001", 10));
    if let Err(error) = client.submit(wrong).await {
        println!("not sent: {}", error.findings().map_or_else(|| error.to_string(), |found| found.to_string()));
    }

    let order = new_order("PO-7002")
        .push(line("WIDGET-001", 5).user_line_no("010"))
        .push(line("WIDGET-001", 10).user_line_no("020"))
        .keyed_by(items::USER_LINE_NO);
    let stored = client.submit(order).await?;
    let order_no = stored.value("TABPAGE_1.order", "order_no").context("P21 assigned no order number")?.to_owned();
    println!("order {order_no}");
    print_lines(client, &order_no).await?;

    // The header of an update is its number and nothing else: the customer of a stored order is disabled.
    let update = order::Transaction::new()
        .push(header::Row::edit().order_no(order_no.as_str()))
        .push(items::Row::edit().user_line_no("020").unit_quantity(9))
        .push(line("WIDGET-002", 1).user_line_no("030"))
        .keyed_by(items::USER_LINE_NO);
    client.submit(update).await?;
    println!("line 020 changed, line 030 added");
    print_lines(client, &order_no).await
}

fn new_order(po_no: &str) -> order::Transaction {
    order::Transaction::new().push(
        header::Row::new(header::Required {
            customer_id: 100198,
            sales_loc_id: 100,
            source_loc_id: 100,
            ship_to_id: 100198,
            contact_id: "1001",
            po_no,
            order_date: date(2027, 1, 4),
            // A day later: for the same day the window asks, and the question is answered No.
            requested_date: date(2027, 1, 5),
        })
        .taker("sandbox"),
    )
}

fn line(item: &str, quantity: i64) -> items::Row {
    items::Row::new(items::Required { oe_order_item_id: item, unit_quantity: quantity })
}

async fn print_lines(client: &Client, order_no: &str) -> Result<()> {
    let record = client.read(order::Key::new(order_no)).await?.context("the order is not there")?;
    for line in record.rows::<items::Row>() {
        println!(
            "  {} {} x {}",
            line.get(items::USER_LINE_NO)?.unwrap_or_default(),
            line.get(items::UNIT_QUANTITY)?.unwrap_or_default(),
            line.get(items::OE_ORDER_ITEM_ID)?.unwrap_or_default()
        );
    }
    Ok(())
}
