//! Purchase orders and requisitions.

use serde_json::{Value, json};

use super::served;
use crate::support::*;

const HEADER: &str = "TABPAGE_1.tp_1_dw_1";
const LINES: &str = "TABPAGE_17.tp_17_dw_17";

fn requisition(header: &[(&str, &str)], item: &str) -> Value {
    let mut all = vec![("location_id", "100")];
    all.extend(header);
    let line = element(LINES, &[], &[&[("item_id", item), ("unit_quantity", "4")]]);
    set("RequisitionPurchaseOrder", [vec![element(HEADER, &[], &[&all]), line]])
}

const VENDOR: (&str, &str) = ("vendor_id", "5010");
const SUPPLIER: (&str, &str) = ("vendor_supplier_id", "10");

#[tokio::test]
async fn transaction_api_check_33_the_service_decides_the_type() {
    let p21 = served().await;
    let echo = p21.passes(&requisition(&[VENDOR, SUPPLIER], "OFFICE-PAPER")).await;
    let number = value(&echo, HEADER, "po_no");
    let read = p21.read("RequisitionPurchaseOrder", HEADER, &[("po_no", &number)]).await;
    assert_eq!(value(&read, HEADER, "po_hdr_po_type"), "R");
    let read = p21.read("PurchaseOrder", HEADER, &[("po_no", &number)]).await;
    assert_eq!(value(&read, HEADER, "po_hdr_po_type"), "Requisition", "the number is that of a purchase order");
    let stored = p21.odata_rows("po_hdr", &format!("po_no eq {number}")).await;
    assert_eq!(stored[0]["po_type"], "R");
    let typed = element(HEADER, &["po_no"], &[&[("po_no", &number), ("po_hdr_po_type", "Direct Ship")]]);
    let messages = p21.fails(&set("PurchaseOrder", [vec![typed]])).await;
    assert_eq!(messages, ["Transaction 1:: General Exception: Column is disabled: po_hdr_po_type"]);
}

#[tokio::test]
async fn transaction_api_section_15_5_what_a_requisition_wants() {
    let p21 = served().await;
    let without_supplier = p21.fails(&requisition(&[VENDOR], "OFFICE-PAPER")).await;
    let attributed = "Transaction 1:: A supplier ID must be entered. DataElement: tp_17_dw_17, Column: item_id";
    assert_eq!(without_supplier, [attributed]);
    let supplier_as_vendor = p21.fails(&requisition(&[("vendor_id", "10"), SUPPLIER], "OFFICE-PAPER")).await;
    assert_eq!(supplier_as_vendor, ["Transaction 1:: Record specified was not found."]);
    let stock_item = p21.fails(&requisition(&[VENDOR, SUPPLIER], "WIDGET-001")).await;
    assert_eq!(stock_item, ["Transaction 1:: Only requisition items may be purchased on a requisition PO."]);
}

fn order(header: &[(&str, &str)]) -> Vec<Value> {
    let mut all = vec![
        ("location_id", "100"),
        VENDOR,
        ("buyer_id", "1001"),
        ("order_date", "2026-03-02"),
        ("required_date", "2026-03-09"),
    ];
    all.extend(header);
    let line = [
        ("item_id", "WIDGET-001"),
        ("unit_quantity", "10"),
        ("unit_of_measure", "EA"),
        ("pricing_unit", "EA"),
        ("unit_price_display", "12.50"),
    ];
    vec![element(HEADER, &[], &[&all]), element(LINES, &[], &[&line])]
}

#[tokio::test]
async fn transaction_api_section_15_5_a_purchase_order_without_company_and_division() {
    let p21 = served().await;
    let echo = p21.passes(&set("PurchaseOrder", [order(&[])])).await;
    let number = value(&echo, HEADER, "po_no");
    let read = p21.read("PurchaseOrder", HEADER, &[("po_no", &number)]).await;
    assert_eq!(column(&read, LINES, "line_no"), ["1"]);
    assert_eq!(column(&read, LINES, "unit_price_display"), ["12.50"]);
    assert_eq!(value(&read, HEADER, "company_id"), "ACME");
    let stored = p21.odata_rows("po_line", &format!("po_no eq {number}")).await;
    assert_eq!((&stored[0]["unit_price"], &stored[0]["company_no"]), (&json!(12.5), &json!("ACME")));
    let header = p21.odata_rows("po_hdr", &format!("po_no eq {number}")).await;
    assert_eq!(header[0]["company_no"], "ACME");
    let division = p21.fails(&set("PurchaseOrder", [order(&[("division_id", "1")])])).await;
    assert_eq!(division, ["Transaction 1:: General Exception: Column is disabled: division_id"]);
    let company = element(HEADER, &["po_no"], &[&[("po_no", &number), ("company_id", "ACME")]]);
    let company = p21.fails(&set("PurchaseOrder", [vec![company]])).await;
    assert_eq!(company, ["Transaction 1:: General Exception: Column is disabled: company_id"]);
}

#[tokio::test]
async fn a_purchase_order_is_for_a_vendor_that_is_there() {
    let p21 = served().await;
    for unknown in ["10", "999999"] {
        let refused = p21.fails(&set("PurchaseOrder", [order(&[("vendor_id", unknown)])])).await;
        assert_eq!(refused, ["Transaction 1:: Record specified was not found."], "{unknown}");
    }
}

#[tokio::test]
async fn definitions_check_6_a_column_that_one_build_shuts_and_a_later_one_opens() {
    for (build, is_open) in [("25.2", true), ("26.1.5894.1", false), ("26.1.5940.0", true)] {
        let p21 = p21_with(|builder| builder.p21_version(p21_sandbox::ServerVersion::parse(build).unwrap())).await;
        let mut elements = order(&[]);
        elements.push(element("TABPAGE_18.extended_info", &[], &[&[("extended_desc", "as drawn")]]));
        let answer = p21.transact(&set("PurchaseOrder", [elements])).await;
        assert_eq!(summary(&answer), if is_open { (1, 0) } else { (0, 1) }, "{build}: {answer}");
        if !is_open {
            let wanted = "Transaction 1:: General Exception: Column is disabled: extended_desc";
            assert_eq!(messages(&answer), [wanted]);
        }
    }
}
