//! Lengths: no definition has any, and yet writes are refused.

use serde_json::Value;

use super::served;
use crate::support::*;

const HEADER: &str = "TABPAGE_1.tp_1_dw_1";

const DETAIL: &str = "TABPAGE_7.tp_7_dw_7";

/// The text, as often as asked for.
fn long(characters: usize) -> String {
    "ä".repeat(characters)
}

async fn refused(p21: &P21, payload: Value, field: &str, text: &str) {
    assert_eq!(p21.fails(&payload).await, [format!("Transaction 1:: Invalid {field} value: {text}")]);
}

#[tokio::test]
async fn definitions_check_5_definitions_have_no_lengths_and_writes_keep_them() {
    let p21 = served().await;
    let definition = text_of(p21.get("/api/v2/definition/PurchaseOrder").send().await.unwrap()).await.1;
    assert!(!definition.to_lowercase().contains("length"), "no definition says how long a value may be");
    let order = |external: &str, topic: &str| {
        let header = [
            ("location_id", "100"),
            ("vendor_id", "5010"),
            ("buyer_id", "1001"),
            ("external_po_no", external),
            ("order_date", "2026-03-02"),
            ("required_date", "2026-03-09"),
        ];
        let line = [
            ("item_id", "WIDGET-001"),
            ("unit_quantity", "1"),
            ("unit_of_measure", "EA"),
            ("pricing_unit", "EA"),
            ("unit_price_display", "1"),
        ];
        let note = [("note_id", "1"), ("topic", topic), ("note", "x")];
        let elements = vec![
            element(HEADER, &[], &[&header]),
            element("TABPAGE_17.tp_17_dw_17", &[], &[&line]),
            element("TABPAGE_21.tp_21_dw_21", &[], &[&note]),
        ];
        set("PurchaseOrder", [elements])
    };
    let (forty, thirty) = (long(40), long(30));
    refused(&p21, order(&long(41), &thirty), "external_po_no", &long(41)).await;
    refused(&p21, order(&forty, &long(31)), "topic", &long(31)).await;
    let echo = p21.passes(&order(&forty, &thirty)).await;
    let number = value(&echo, HEADER, "po_no");
    let read = p21.read("PurchaseOrder", HEADER, &[("po_no", &number)]).await;
    assert_eq!(value(&read, HEADER, "external_po_no"), forty);
    assert_eq!(value(&read, "TABPAGE_21.tp_21_dw_21", "topic"), thirty);
}

#[tokio::test]
async fn definitions_check_5_a_supplier_part_number_has_forty_characters() {
    let p21 = served().await;
    let supplier = |part: &str| {
        let item = element(HEADER, &[], &[&[("item_id", "WIDGET-001")]]);
        let row = element("TABPAGE_6.tp_6_dw_6", &["supplier_id"], &[&[("supplier_id", "10")]]);
        set("Item", [vec![item, row, element(DETAIL, &[], &[&[("supplier_part_no", part)]])]])
    };
    refused(&p21, supplier(&long(41)), "supplier_part_no", &long(41)).await;
    p21.passes(&supplier(&long(40))).await;
    let read = p21.read("Item", HEADER, &[("item_id", "WIDGET-001")]).await;
    assert_eq!(value(&read, DETAIL, "supplier_part_no"), long(40));
}
