//! A data file and OData: indexes that queries have left in it serve the next start.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

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
