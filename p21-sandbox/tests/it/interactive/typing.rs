//! Typing into windows: keys, values, rows, and what a refusal leaves behind.

use p21_sandbox::{BurntCall, ServerVersion};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::driver::*;
use crate::support::*;

#[tokio::test]
async fn interactive_api_check_59_the_bin_and_its_quantity_want_two_calls() {
    for (name, version) in profiles() {
        let p21 = p21_with(|builder| builder.p21_version(version).sketches()).await;
        p21.session().await;
        let window = p21.open("ProductionOrderProcessing").await;
        window.types("TABPAGE_1.tp_1_dw_1", &[("prod_order_number", "1")]).await;
        window.tab("TABPAGE_17").await.ok();
        window.types("TABPAGE_17.tp_17_dw_17", &[("qty_to_complete", "5")]).await;
        window.tab("TABPAGE_ASSEMBLY_BIN").await.ok();
        let both = ["bin_cd", "unit_quantity"].into_iter().zip(["BIN-1", "5"]);
        let both = both.map(|(field, value)| item(Some("TABPAGE_ASSEMBLY_BIN"), "tabpage_assembly_bin", field, value));
        window.changes(both.collect()).await.ok();
        assert_eq!(window.value("tabpage_assembly_bin", "bin_cd").await, "BIN-1", "{name}");
        assert_eq!(window.value("tabpage_assembly_bin", "unit_quantity").await, "", "{name}: nothing says so");
        window.change("TABPAGE_ASSEMBLY_BIN.tabpage_assembly_bin", "unit_quantity", "5").await.ok();
        assert_eq!(window.value("tabpage_assembly_bin", "unit_quantity").await, "5", "{name}");
    }
}

/// A stored purchase order; its number.
pub(super) async fn purchase_order(p21: &P21) -> String {
    let header = element(PO, &[], &[&PO_HEADER]);
    let line = [
        ("item_id", "WIDGET-001"),
        ("unit_quantity", "10"),
        ("unit_of_measure", "EA"),
        ("pricing_unit", "EA"),
        ("unit_price_display", "12.5"),
    ];
    let echo = p21.passes(&set("PurchaseOrder", [vec![header, element(PO_LINES, &[], &[&line])]])).await;
    value(&echo, PO, "po_no")
}

/// The header of a purchase order.
const PO_HEADER: [(&str, &str); 5] = [
    ("location_id", "100"),
    ("vendor_id", "5010"),
    ("buyer_id", "1001"),
    ("order_date", "2026-03-02"),
    ("required_date", "2026-03-09"),
];

pub(super) const PO: &str = "TABPAGE_1.tp_1_dw_1";
const PO_LINES: &str = "TABPAGE_17.tp_17_dw_17";

#[tokio::test]
async fn interactive_api_check_21_a_key_loads_its_record_or_says_that_there_is_none() {
    for (name, p21) in in_session_on(&["26.1-early", "26.1"]).await {
        let number = purchase_order(&p21).await;
        let order = p21.open("PurchaseOrder").await;
        let loaded = order.change(PO, "po_no", &number).await.ok();
        assert_eq!(loaded.body["Messages"], json!([]));
        assert!(loaded.has_event("dwcontentchanged"));
        assert_eq!(order.value("tp_1_dw_1", "po_no").await, number);
        let absent = order.change(PO, "po_no", "9999999").await;
        assert_eq!((absent.status, absent.result()), (StatusCode::OK, 2), "{name}: {absent:?}");
        let said = json!([{"Text": "Enter a valid ID or leave ID blank.", "Type": 2}]);
        assert_eq!(absent.body["Messages"], said);
        assert!(absent.has_event("dwcontentchanged"));
        let rows = order.rows("tp_1_dw_1").await;
        assert_eq!((rows.len(), rows[0]["po_no"].as_str(), rows[0]["vendor_id"].as_str()), (1, "", ""));
        order.change(PO, "external_po_no", "X-1").await.ok();
    }
}

#[tokio::test]
async fn interactive_api_check_22_on_25_2_a_missing_record_is_no_status() {
    let p21 = p21().await;
    p21.session().await;
    let order = p21.open("PurchaseOrder").await;
    let absent = order.change(PO, "po_no", "9999999").await;
    assert_eq!((absent.status, absent.result()), (StatusCode::OK, 0), "{absent:?}");
}

#[tokio::test]
async fn interactive_api_check_23_the_first_refusal_ends_a_batch_and_what_came_before_stays() {
    for (name, p21) in in_session().await {
        let number = purchase_order(&p21).await;
        let order = p21.open("PurchaseOrder").await;
        order.types(PO, &[("po_no", &number), ("external_po_no", "before")]).await;
        let [open, shut] = [("external_po_no", "after"), ("company_id", "OTHER")]
            .map(|(field, value)| item(Some("TABPAGE_1"), "tp_1_dw_1", field, value));
        let refused = order.changes(vec![shut.clone(), open.clone()]).await;
        let refused = refused.refused(400, "Column is disabled: company_id");
        assert_eq!(refused.body["ErrorType"], Value::Null);
        assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "before", "{name}");
        order.changes(vec![open, shut]).await.refused(400, "Column is disabled: company_id");
        assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "after", "{name}");
    }
}

#[tokio::test]
async fn interactive_api_check_24_a_disabled_column_burns_nothing() {
    for (_, p21) in in_session().await {
        let number = purchase_order(&p21).await;
        let order = p21.open("PurchaseOrder").await;
        order.types(PO, &[("po_no", &number)]).await;
        order.change(PO, "company_id", "OTHER").await.refused(400, "Column is disabled: company_id");
        order.change(PO, "external_po_no", "X").await.ok();
    }
}

#[tokio::test]
async fn interactive_api_check_25_an_unknown_datawindow_burns_the_next_call() {
    let p21 = current().await;
    p21.session().await;
    let order = p21.open("PurchaseOrder").await;
    let unknown = async || {
        let answer = order.changes(vec![item(Some("TABPAGE_1"), "dw_1", "external_po_no", "X")]).await;
        answer.refused(400, "Unable to find datawindow named dw_1");
    };
    unknown().await;
    order.change(PO, "external_po_no", "lost").await.lost();
    assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "");
    order.change(PO, "external_po_no", "kept").await.ok();
    unknown().await;
    order.data().await.lost();
    assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "kept");
    unknown().await;
    order.tab("SHIP_TO").await.lost();
    assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "kept", "the tab is another one");
    order.tab("SHIP_TO").await.ok();
    // A name that the definition has, and no window.
    let defined =
        order.changes(vec![item(Some("TABPAGE_1"), "d_po_purchase_order_sheet", "external_po_no", "X")]).await;
    defined.refused(400, "Unable to find datawindow named d_po_purchase_order_sheet");
    order.state().await.lost();
}

#[tokio::test]
async fn which_versions_burn_a_call_can_be_chosen() {
    for (choice, version, burns) in [
        (BurntCall::From26, ServerVersion::v25_2(), false),
        (BurntCall::From26, ServerVersion::parse("26.1-early").unwrap(), true),
        (BurntCall::Always, ServerVersion::v25_2(), true),
        (BurntCall::Never, ServerVersion::v26_1(), false),
    ] {
        let set = |config: &mut p21_sandbox::Config| config.unknowns.burnt_call = choice;
        let p21 = p21_with(|builder| builder.p21_version(version.clone()).configure(set)).await;
        p21.session().await;
        let order = p21.open("PurchaseOrder").await;
        order.changes(vec![item(None, "dw_1", "external_po_no", "X")]).await;
        assert_eq!(order.data().await.status == StatusCode::OK, !burns, "{choice:?} {version:?}");
    }
}

#[tokio::test]
async fn interactive_api_check_26_a_datawindow_may_be_left_out_from_26_1_on() {
    for (name, p21) in in_session_on(&["26.1-early", "26.1"]).await {
        let order = p21.open("PurchaseOrder").await;
        for (value, datawindow) in [("one", None), ("two", Some(json!(""))), ("three", Some(Value::Null))] {
            let mut change = json!({"TabName": "TABPAGE_1", "FieldName": "external_po_no", "Value": value});
            if let Some(datawindow) = datawindow {
                change["DatawindowName"] = datawindow;
            }
            order.changes(vec![change]).await.ok();
            assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, value, "{name}");
        }
    }
    let p21 = p21().await;
    p21.session().await;
    let order = p21.open("PurchaseOrder").await;
    let three = json!({"TabName": "TABPAGE_1", "FieldName": "external_po_no", "Value": "X"});
    let refused = order.changes(vec![three]).await;
    assert_eq!((refused.status, refused.result(), &refused.body["Messages"]), (StatusCode::OK, 2, &json!([])));
    assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "");
}

#[tokio::test]
async fn interactive_api_check_27_a_field_of_another_tab_is_taken() {
    for (name, p21) in in_session().await {
        let order = p21.open("PurchaseOrder").await;
        order.change("SHIP_TO.ship_to", "ship2_name", "Elsewhere").await.ok();
        order.tab("SHIP_TO").await.ok();
        assert_eq!(order.value("ship_to", "ship2_name").await, "Elsewhere", "{name}");
    }
}

#[tokio::test]
async fn interactive_api_check_28_data_follows_the_tab_that_was_worked_on() {
    for (name, p21) in in_session().await {
        let number = purchase_order(&p21).await;
        let order = p21.open("PurchaseOrder").await;
        order.types(PO, &[("po_no", &number)]).await;
        assert_eq!(order.shown().await, ["TABPAGE_1.tp_1_dw_1", "TABPAGE_17.tp_17_dw_17"], "{name}");
        order.change("SHIP_TO.ship_to", "ship2_name", "Elsewhere").await.ok();
        assert_eq!(order.shown().await, ["SHIP_TO.ship_to", "TABPAGE_17.tp_17_dw_17"], "{name}");
    }
}

#[tokio::test]
async fn interactive_api_check_29_a_value_that_is_too_long_is_refused_as_it_is_typed() {
    for (name, p21) in in_session().await {
        let order = p21.open("PurchaseOrder").await;
        order.change(PO, "external_po_no", &"x".repeat(40)).await.ok();
        let refused = order.change(PO, "external_po_no", &"y".repeat(41)).await;
        assert_ne!(refused.result(), 1, "{name}: {refused:?}");
        assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "x".repeat(40));
    }
}

#[tokio::test]
async fn interactive_api_check_35_an_incomplete_row_is_named_and_the_next_one_is_there() {
    for (name, p21) in in_session().await {
        let order = p21.open("Order").await;
        order.types("TABPAGE_1.order", &[("customer_id", "100198")]).await;
        order.tab("TP_ITEMS").await.ok();
        order.add_row("items").await;
        let before = order.rows("items").await.len();
        let added = order.add_row("items").await;
        assert_eq!((added.status, added.result()), (StatusCode::OK, 2), "{name}: {added:?}");
        assert!(added.message().starts_with("Required value missing for "), "{added:?}");
        assert_eq!(order.rows("items").await.len(), before + 1);
        order.change("TP_ITEMS.items", "oe_order_item_id", "WIDGET-001").await.ok();
    }
}

#[tokio::test]
async fn interactive_api_check_36_the_first_row_is_selected_with_its_tab() {
    for (_, p21) in in_session().await {
        let number = purchase_order(&p21).await;
        let order = p21.open("PurchaseOrder").await;
        order.types(PO, &[("po_no", &number)]).await;
        order.tab("TABPAGE_17").await.ok();
        assert_eq!(order.row("tp_17_dw_17", 0).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        order.row("tp_17_dw_17", 1).await.ok();
        // Not with the tab any more: it is taken. So is a row that is not there.
        order.row("tp_17_dw_17", 0).await.ok();
        order.row("tp_17_dw_17", 99).await.ok();
    }
}
