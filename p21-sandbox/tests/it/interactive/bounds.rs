//! What anybody can send is bounded, and many windows take little.

use p21_sandbox::Config;
use reqwest::StatusCode;
use serde_json::json;

use super::driver::*;

fn roomy(config: &mut Config) {
    config.interactive.max_windows = 1_000;
}

#[tokio::test]
async fn a_session_has_so_many_windows_and_no_more() {
    let p21 = current_with(|builder| builder.configure(|config| config.interactive.max_windows = 3)).await;
    p21.session().await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(p21.open("SalesPricePage").await);
    }
    let refused = p21.try_open(json!({"ServiceName": "SalesPricePage"})).await;
    assert_eq!((refused.status, refused.marks), (StatusCode::BAD_REQUEST, vec!["own words".to_owned()]));
    open.pop().unwrap().close().await.ok();
    p21.open("SalesPricePage").await;
}

#[tokio::test]
async fn what_is_typed_into_a_window_is_bounded() {
    let p21 = current().await;
    p21.session().await;
    let page = p21.open("SalesPricePage").await;
    let long = "x".repeat(1024 * 1024);
    for _ in 0..4 {
        page.change("FORM.form", "description", &long).await;
    }
    let refused = page.change("FORM.form", "description", &long).await;
    assert_eq!((refused.status, refused.marks), (StatusCode::BAD_REQUEST, vec!["own words".to_owned()]));
    page.clear().await.ok();
    page.change("FORM.form", "description", "short").await.ok();
    let many = vec![item(Some("FORM"), "form", "description", "x"); 10_001];
    let refused = page.changes(many).await;
    assert_eq!((refused.status, refused.marks), (StatusCode::BAD_REQUEST, vec!["own words".to_owned()]));
    for body in ["", "{", "[]", "7", "{\"WindowId\":7}", "{\"WindowId\":\"x\",\"List\":{}}"] {
        let request = p21.client.put(format!("{}{V2}/change", p21.sandbox.ui_url())).bearer_auth(&p21.token);
        let request = request.header("accept", "application/json").header("content-type", "application/json");
        let answer = answer(request.body(body).send().await.unwrap()).await;
        assert!(answer.status.is_client_error(), "{body}: {answer:?}");
        assert!(!answer.text.contains("serde"), "{answer:?}");
    }
}

/// The memory that this process holds, in bytes.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4_096)
}

#[tokio::test]
#[ignore = "it measures the whole process: run it alone"]
async fn a_thousand_windows_take_at_most_100_kb_each() {
    let p21 = current_with(|builder| builder.configure(roomy)).await;
    let lines: [&[(&str, &str)]; 2] = [
        &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")],
        &[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "2")],
    ];
    use crate::support::{items, order_header};
    let number = p21.order(vec![order_header(), items(&[], &lines)]).await;
    p21.session().await;
    for _ in 0..20 {
        p21.open("Order").await.close().await.ok();
    }
    let Some(before) = resident() else { return };
    for _ in 0..1_000 {
        let order = p21.open("Order").await;
        order.types("TABPAGE_1.order", &[("order_no", &number)]).await;
        order.tab("TP_ITEMS").await.ok();
    }
    let each = resident().unwrap_or(before).saturating_sub(before) / 1_000;
    println!("{each} bytes a window");
    assert!(each <= 100 * 1024, "{each} bytes a window");
}
