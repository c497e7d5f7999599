//! The wizard behind an order's save, which makes purchase orders of what the supplier ships.

use serde_json::{Value, json};

use super::driver::*;
use crate::support::*;

const ORDER: &str = "TABPAGE_1.order";

/// A stored order with lines of two suppliers' items, one of which the supplier ships, loaded in a window.
async fn loaded(p21: &P21) -> (Driven<'_>, String) {
    let lines: [&[(&str, &str)]; 2] = [
        &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5"), ("disposition", "D")],
        &[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "2")],
    ];
    let number = p21.order(vec![order_header(), items(&[], &lines)]).await;
    let order = p21.open("Order").await;
    order.types(ORDER, &[("order_no", &number)]).await;
    (order, number)
}

async fn rows(p21: &P21, table: &str) -> Vec<Value> {
    let url = format!("{}/odataservice/odata/table/{table}", p21.sandbox.url());
    let read = answer(p21.client.get(url).bearer_auth(&p21.token).send().await.unwrap()).await;
    read.body["value"].as_array().unwrap_or_else(|| panic!("{read:?}")).clone()
}

/// What the wizard's grid shows of a column.
async fn shown(wizard: &Driven<'_>, column: &str) -> Vec<String> {
    let state = wizard.state().await.body;
    let grid = &state["Data"][0];
    assert_eq!((&grid["Name"], &state["Definition"]["TabPageList"]), (&json!("items"), &json!([])), "{state}");
    let at = grid["Columns"].as_array().unwrap().iter().position(|known| known == column).unwrap();
    let rows = grid["Data"].as_array().unwrap().iter();
    rows.map(|row| row[at].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn interactive_api_check_53_the_wizard_commits_with_its_next_page() {
    for (name, p21) in in_session().await {
        let (order, number) = loaded(&p21).await;
        let refused = order.change(ORDER, "c_create_po", "ON").await;
        assert_eq!(
            (refused.result(), refused.message()),
            (2, "To create a PO, you must have a valid Buyer ID."),
            "{name}"
        );
        p21.sandbox.set("interactive.buyers", "sandbox").unwrap();
        order.change(ORDER, "c_create_po", "ON").await.ok();
        let wizard = order.other(&order.save().await.popup());
        let tools = wizard.tools().await;
        for tool in ["cb_back", "cb_next", "cb_finish", "cb_cancel", "Quick.Save"] {
            assert!(tools.iter().any(|known| known == tool), "{name}: {tools:?}");
        }
        assert_eq!(shown(&wizard, "item_id").await, ["WIDGET-001"], "the line that the supplier ships");
        assert_eq!(shown(&wizard, "po_no").await, [""]);
        let typed = wizard.changes(vec![item(None, "items", "supplier_id", "10")]).await;
        typed.refused(400, "Column is disabled: supplier_id");
        let before = rows(&p21, "po_hdr").await.len();
        wizard.press("cb_next").await.ok();
        let number_shown = shown(&wizard, "po_no").await.swap_remove(0);
        // Nobody presses cb_finish: the session ends, and the order is there all the same.
        let ended = p21.call("DELETE", SESSIONS, None).await;
        assert!(ended.status.is_success(), "{ended:?}");
        let orders = rows(&p21, "po_hdr").await;
        assert_eq!(orders.len(), before + 1, "{name}");
        let made = orders.last().unwrap();
        assert_eq!((made["po_no"].to_string(), &made["po_type"]), (number_shown.clone(), &json!("D")), "{name}");
        let links = rows(&p21, "oe_line_po").await;
        assert_eq!((links.len(), &links[0]["connection_type"]), (1, &json!("P")), "{name}");
        assert_eq!(links[0]["po_no"].to_string(), number_shown);
        let lines = rows(&p21, "oe_line").await;
        let line = lines.iter().find(|line| line["oe_line_uid"] == links[0]["oe_line_uid"]).unwrap();
        assert_eq!((&line["order_no"], &line["disposition"]), (&json!(number), &json!("D")), "{name}");
    }
}

#[tokio::test]
async fn the_wizard_closes_and_a_line_is_ordered_once() {
    let p21 = current_with(|builder| builder.set("interactive.buyers", "sandbox").unwrap()).await;
    p21.session().await;
    let (order, _) = loaded(&p21).await;
    let before = rows(&p21, "po_hdr").await.len();
    // Cancelled before its next page, it makes nothing, and asks again with the next save.
    order.change(ORDER, "c_create_po", "ON").await.ok();
    let wizard = order.other(&order.save().await.popup());
    assert_eq!(wizard.press("cb_finish").await.status, 501, "what it does on the first page is not known");
    wizard.press("cb_cancel").await.ok();
    assert_eq!(rows(&p21, "po_hdr").await.len(), before);
    assert_eq!(order.value("order", "c_create_po").await, "OFF", "it is a command");
    order.change(ORDER, "c_create_po", "ON").await.ok();
    let wizard = order.other(&order.save().await.popup());
    wizard.press("cb_next").await.ok();
    let again = wizard.press("cb_next").await;
    assert_eq!(again.status, 400, "{again:?}");
    wizard.press("cb_finish").await.ok();
    assert_eq!(rows(&p21, "po_hdr").await.len(), before + 1);
    // The line has its order: there is nothing that the wizard would be about.
    order.change(ORDER, "c_create_po", "ON").await.ok();
    order.save().await.ok();
    assert_eq!(rows(&p21, "po_hdr").await.len(), before + 1);
    order.close().await.ok();
    // The purchase order is one like any other: its window shows it.
    let po = rows(&p21, "po_hdr").await.last().unwrap()["po_no"].to_string();
    let window = p21.open("PurchaseOrder").await;
    window.types("TABPAGE_1.tp_1_dw_1", &[("po_no", &po)]).await;
    assert_eq!(window.value("tp_1_dw_1", "vendor_supplier_id").await, "10");
    window.tab("TABPAGE_17").await.ok();
    let lines = window.rows("tp_17_dw_17").await;
    assert_eq!((lines.len(), &lines[0]["item_id"]), (1, &"WIDGET-001".to_owned()));
}

#[tokio::test]
async fn a_session_that_is_not_asked_fails_on_the_wizard_behind_the_save() {
    let p21 = current_with(|builder| builder.set("interactive.buyers", "sandbox").unwrap()).await;
    p21.session_with(json!({"ResponseWindowHandlingEnabled": false, "SessionTimeout": 3600})).await;
    let (order, _) = loaded(&p21).await;
    order.change(ORDER, "c_create_po", "ON").await.ok();
    let saved = order.save().await;
    assert_eq!(saved.status, 400, "{saved:?}");
    assert!(saved.error().starts_with("Unexpected response window: PO/RFQ wizard"), "{saved:?}");
}
