//! Items: their suppliers, what stands in the way of saving them, and their stock.

use serde_json::Value;

use super::served;
use crate::support::*;

const HEADER: &str = "TABPAGE_1.tp_1_dw_1";
const LOCATIONS: &str = "TABPAGE_17.invloclist";
const LOCATION_SUPPLIERS: &str = "SUPPLIER_X_LOCATION.supplier_x_location";

/// Changes suppliers of WIDGET-001 at location 100.
fn supplier(keys: &[&str], edits: &[(&str, &str)]) -> Value {
    let item = element(HEADER, &[], &[&[("item_id", "WIDGET-001")]]);
    let location = element(LOCATIONS, &["location_id"], &[&[("location_id", "100")]]);
    set("Item", [vec![item, location, element(LOCATION_SUPPLIERS, keys, &[edits])]])
}

async fn primaries(p21: &P21) -> Vec<(String, String)> {
    let read = p21.read("Item", HEADER, &[("item_id", "WIDGET-001")]).await;
    let row = |mut row: Row| (row.remove("supplier_id").unwrap(), row.remove("primary_supplier").unwrap());
    rows(&read, LOCATION_SUPPLIERS).into_iter().map(row).filter(|(supplier, _)| !supplier.is_empty()).collect()
}

#[tokio::test]
async fn transaction_api_check_34_a_primary_supplier_needs_a_row_at_the_location() {
    let p21 = served().await;
    let flag = |id| supplier(&["supplier_id"], &[("supplier_id", id), ("primary_supplier", "ON")]);
    p21.passes(&flag("10")).await;
    assert!(primaries(&p21).await.is_empty(), "Succeeded, and nothing changed");
    let row = |id, on| {
        let keys = ["location_id", "supplier_id"];
        supplier(&keys, &[("supplier_id", id), ("location_id", "100"), ("primary_supplier", on)])
    };
    let refused = p21.fails(&row("10", "ON")).await;
    assert_eq!(refused, ["Transaction 1:: General Exception: Column is disabled: location_id"]);
    p21.passes(&ignoring(row("10", "ON"))).await;
    p21.passes(&ignoring(row("11", "OFF"))).await;
    p21.passes(&flag("11")).await;
    let pair = |id: &str, on: &str| (id.to_owned(), on.to_owned());
    assert_eq!(primaries(&p21).await, [pair("10", "OFF"), pair("11", "ON")]);
    let read = p21.read("Item", HEADER, &[("item_id", "WIDGET-001")]).await;
    assert_eq!(column(&read, LOCATIONS, "supplier_id"), ["11"], "the location names its primary supplier");
}

#[tokio::test]
async fn transaction_api_check_35_a_supplier_without_any_price_stops_every_save_of_the_item() {
    let p21 = served().await;
    let item = || element(HEADER, &[], &[&[("item_id", "WIDGET-001")]]);
    let supplier = |edits: &[(&str, &str)]| element("SUPPLIERS.suppliers", &["supplier_id"], &[edits]);
    let free = [("supplier_id", "11"), ("cost", "0"), ("list_price", "0.00")];
    let issues = ["Transaction 1:: Unexpected response window: Item Issues Detected"];
    for _ in 0..3 {
        assert_eq!(p21.fails(&set("Item", [vec![item(), supplier(&free)]])).await, issues);
    }
    let paid = [("supplier_id", "11"), ("cost", "0.01"), ("list_price", "0")];
    p21.passes(&set("Item", [vec![item(), supplier(&paid)]])).await;
    let read = p21.read("Item", HEADER, &[("item_id", "WIDGET-001")]).await;
    assert_eq!(column(&read, "SUPPLIERS.suppliers", "supplier_id"), ["10", "11"]);
    // Whatever else is edited: the row is looked at on every save.
    p21.fails(&set("Item", [vec![item(), supplier(&[("supplier_id", "11"), ("cost", "0")])]])).await;
    p21.passes(&set("Item", [vec![element(HEADER, &[], &[&[("item_id", "WIDGET-001"), ("track_bins", "ON")]])]])).await;
}

#[tokio::test]
async fn transaction_api_section_15_7_an_adjustment_moves_stock_at_once() {
    let p21 = served().await;
    let on_hand = async || {
        let read = p21.read("Item", HEADER, &[("item_id", "WIDGET-001")]).await;
        column(&read, LOCATIONS, "qty_on_hand")
    };
    let adjustment = |reason, lines: &[&[(&str, &str)]]| {
        let header = element(HEADER, &[], &[&[("location_id", "100"), ("reason_id", reason)]]);
        set("InventoryAdjustment", [vec![header, element("TABPAGE_17.tp_17_dw_17", &["unit_quantity"], lines)]])
    };
    assert_eq!(on_hand().await, ["500"]);
    let line = |quantity| [("item_id", "WIDGET-001"), ("unit_quantity", quantity)];
    let echo = p21.passes(&adjustment("Cycle Count", &[&line("-20"), &line("5.5")])).await;
    let number = value(&echo, HEADER, "adjustment_number");
    assert!(!number.is_empty());
    assert_eq!(on_hand().await, ["485.5"], "the quantities are differences");
    let code = p21.fails(&adjustment("7", &[&line("1")])).await;
    assert_eq!(code, ["Transaction 1:: Invalid reason_id value: 7"], "the reason is its text");
    let nowhere = [("item_id", "OFFICE-PAPER"), ("unit_quantity", "1")];
    let nowhere = p21.fails(&adjustment("Damaged", &[&line("1"), &nowhere])).await;
    assert_eq!(nowhere, ["Transaction 1:: item ID does not exist at your source location."]);
    assert_eq!(on_hand().await, ["485.5"], "a refused adjustment moves nothing");
    // Opened again it does not post again.
    let header =
        element(HEADER, &["adjustment_number"], &[&[("adjustment_number", &number), ("reason_id", "Damaged")]]);
    p21.passes(&set("InventoryAdjustment", [vec![header]])).await;
    assert_eq!(on_hand().await, ["485.5"]);
}

#[tokio::test]
async fn transaction_api_section_15_6_an_item_in_lower_case_is_another_item() {
    let p21 = served().await;
    p21.passes(&set("Item", [vec![element(HEADER, &[], &[&[("item_id", "widget-001"), ("item_desc", "Oops")]])]]))
        .await;
    let description = async |id| value(&p21.read("Item", HEADER, &[("item_id", id)]).await, HEADER, "item_desc");
    assert_eq!(description("widget-001").await, "Oops");
    assert_eq!(description("WIDGET-001").await, "Widget, small");
}
