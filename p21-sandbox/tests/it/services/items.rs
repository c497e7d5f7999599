//! Items: their suppliers, their locations, and what stands in the way of saving them.

use serde_json::Value;

use super::{served, served_with};
use crate::support::*;
use p21_sandbox::ServerVersion;

const HEADER: &str = "TABPAGE_1.tp_1_dw_1";
const LOCATIONS: &str = "TABPAGE_17.invloclist";
const DETAIL: &str = "TABPAGE_18.inv_loc_detail";
const SUPPLIERS: &str = "TABPAGE_6.tp_6_dw_6";
const SUPPLIER_DETAIL: &str = "TABPAGE_7.tp_7_dw_7";
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
    let location = p21.stock("WIDGET-001", "100").await;
    assert_eq!(location["primary_supplier_id"], 11, "the location names its primary supplier");
}

#[tokio::test]
async fn transaction_api_check_35_a_supplier_without_any_price_stops_every_save_of_the_item() {
    let p21 = served().await;
    let item = || element(HEADER, &[], &[&[("item_id", "WIDGET-001")]]);
    let supplier = |detail: &[(&str, &str)]| {
        let row = [("supplier_id", "11"), ("division_id", "1")];
        let row = element(SUPPLIERS, &["supplier_id"], &[&row]);
        set("Item", [vec![item(), row, element(SUPPLIER_DETAIL, &[], &[detail])]])
    };
    let issues = ["Transaction 1:: Unexpected response window: Item Issues Detected"];
    for _ in 0..3 {
        assert_eq!(p21.fails(&supplier(&[("cost", "0"), ("list_price", "0.00")])).await, issues);
    }
    p21.passes(&supplier(&[("cost", "0.01"), ("list_price", "0")])).await;
    let read = p21.read("Item", HEADER, &[("item_id", "WIDGET-001")]).await;
    assert_eq!(column(&read, SUPPLIERS, "supplier_id"), ["10", "11"]);
    assert_eq!(column(&read, SUPPLIER_DETAIL, "cost"), ["12.50", "0.01"]);
    // Whatever else is edited: the row is looked at on every save.
    p21.fails(&supplier(&[("cost", "0")])).await;
    let other = [("item_id", "WIDGET-001"), ("extended_desc", "Small, of steel")];
    p21.passes(&set("Item", [vec![element(HEADER, &[], &[&other])]])).await;
}

/// Changes the detail of WIDGET-002 at one of its locations.
fn detail(location: &str, edits: &[(&str, &str)]) -> Value {
    let item = element(HEADER, &[], &[&[("item_id", "WIDGET-002")]]);
    let location = element(LOCATIONS, &["location_id"], &[&[("location_id", location)]]);
    set("Item", [vec![item, location, element(DETAIL, &[], &[edits])]])
}

#[tokio::test]
async fn transaction_api_section_15_6_the_detail_is_that_of_the_current_location() {
    for version in ["25.2", "26.1"] {
        let p21 = served_with(|builder| builder.p21_version(ServerVersion::parse(version).unwrap())).await;
        p21.passes(&detail("200", &[("bin", "B-2"), ("track_bins", "ON")])).await;
        p21.passes(&detail("100", &[("bin", "A-1")])).await;
        let read = p21.read("Item", HEADER, &[("item_id", "WIDGET-002")]).await;
        assert_eq!(column(&read, DETAIL, "location_id"), ["100", "200"]);
        assert_eq!(column(&read, DETAIL, "bin"), ["A-1", "B-2"]);
        assert_eq!(column(&read, DETAIL, "track_bins"), ["", "ON"]);
        assert_eq!(p21.stock("WIDGET-002", "200").await["primary_bin"], "B-2");
        // Several locations at once, then one detail: it lands on the last.
        let item = element(HEADER, &[], &[&[("item_id", "WIDGET-002")]]);
        let both = element(LOCATIONS, &["location_id"], &[&[("location_id", "200")], &[("location_id", "100")]]);
        p21.passes(&set("Item", [vec![item, both, element(DETAIL, &[], &[&[("bin", "C-3")]])]])).await;
        let read = p21.read("Item", HEADER, &[("item_id", "WIDGET-002")]).await;
        assert_eq!(column(&read, DETAIL, "bin"), ["C-3", "B-2"]);
    }
}

#[tokio::test]
async fn interactive_api_section_17_the_accounts_of_a_location_are_shut() {
    let p21 = served().await;
    let item = element(HEADER, &[], &[&[("item_id", "WIDGET-001")]]);
    let location = element(LOCATIONS, &["location_id"], &[&[("location_id", "100")]]);
    let accounts = element("TABPAGE_24.inv_loc_accounts", &[], &[&[("gl_account_no", "1200")]]);
    let accounts = set("Item", [vec![item, location, accounts]]);
    let refused = p21.fails(&accounts).await;
    assert_eq!(refused, ["Transaction 1:: General Exception: Column is disabled: gl_account_no"]);
}

#[tokio::test]
async fn transaction_api_section_15_6_an_item_in_lower_case_is_another_item() {
    let p21 = served().await;
    p21.passes(&set(
        "Item",
        [vec![element(
            HEADER,
            &[],
            &[&[
                ("item_id", "widget-001"),
                ("item_desc", "Oops"),
                ("sales_discount_group_id", "A"),
                ("purchase_discount_group_id", "A"),
            ]],
        )]],
    ))
    .await;
    let description = async |id| value(&p21.read("Item", HEADER, &[("item_id", id)]).await, HEADER, "item_desc");
    assert_eq!(description("widget-001").await, "Oops");
    assert_eq!(description("WIDGET-001").await, "Widget, small");
}
