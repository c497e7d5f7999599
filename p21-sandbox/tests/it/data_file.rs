//! A data file and OData: indexes that queries have left in it serve the next start.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use std::time::Duration;

use p21_sandbox::{Fault, QueuedFault};
use serde_json::Value;
use support::*;

async fn add_order(p21: &P21) -> String {
    p21.order(vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]])]).await
}

async fn find(p21: &P21, order: &str) -> Vec<Value> {
    p21.odata_rows("oe_hdr", &format!("order_no eq '{order}'")).await
}

#[tokio::test]
async fn indexes_outlive_the_sandbox_that_made_them() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("p21.sqlite");
    let mut orders: Vec<String> = Vec::new();
    for _ in 0..3 {
        let p21 = p21_with(|builder| builder.data(&data)).await;
        for order in &orders {
            assert_eq!(find(&p21, order).await.len(), 1, "{order} was found before");
        }
        let order = add_order(&p21).await;
        assert_eq!(find(&p21, &order).await.len(), 1);
        let numbers = p21.odata_rows("price_page_x_book", "price_page_uid eq 1 or price_page_uid eq 3").await;
        assert_eq!(numbers.len(), 3);
        orders.push(order);
        p21.sandbox.stop().await;
    }
    assert_eq!(orders.len(), 3);
}

/// Nobody waits for its answer, and it is begun all the same.
#[tokio::test]
async fn a_sandbox_that_stops_stores_what_comes_late_first_and_writes_nothing_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("p21.sqlite");
    let p21 = p21_with(|builder| builder.data(&data)).await;
    let late = Fault::Late(Duration::from_millis(1_500));
    p21.sandbox.queue_fault(QueuedFault::next(late).method("POST").path("/api/v2/transaction"));
    let items = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]]);
    let sent = p21.post("/api/v2/transaction").json(&set("Order", [vec![order_header(), items]])).send().await;
    assert!(sent.is_err(), "the connection breaks before it is done");
    p21.sandbox.stop().await;
    assert!(!folder.path().join("p21.sqlite-wal").exists(), "the file is closed");
    let p21 = p21_with(|builder| builder.data(&data)).await;
    assert_eq!(p21.odata_rows("oe_hdr", "po_no ne null").await.len(), 1);
}
