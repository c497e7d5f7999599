//! Vouchers made of receipts, by the definition of 25.2. The seed has the receipts of one purchase order.

use serde_json::Value;

use super::{PROFILES, codes, served_with};
use crate::support::*;
use p21_sandbox::ServerVersion;

const HEADER: &str = "TABPAGE_1.tp_1_dw_1";
const ITEMS: &str = "TABPAGE_17.tp_17_dw_17";

/// The documented header.
const DOCUMENTED: [(&str, &str); 5] = [
    ("po_no", "3999001"),
    ("invoice_no", "INV-77"),
    ("invoice_date", "2026-03-02"),
    ("invoice_amount", "625"),
    ("vendor_id", "5010"),
];

fn header(edits: &[(&str, &str)]) -> Value {
    element(HEADER, &[], &[edits])
}

fn receipt(line: &str, quantity: &str) -> Value {
    let edits = [
        ("receipt_number", "8000001"),
        ("line_number", line),
        ("po_no", "3999001"),
        ("unit_qty_invoiced", quantity),
        ("unit_cost_display", "12.50"),
    ];
    list(ITEMS, &[], &[&edits])
}

fn voucher(elements: Vec<Value>) -> Value {
    set("ConvertPOToVoucher", [elements])
}

async fn site(version: &str) -> P21 {
    served_with(|builder| builder.p21_version(ServerVersion::parse(version).unwrap())).await
}

#[tokio::test]
async fn transaction_api_section_15_5_a_voucher_is_made_of_receipts() {
    for version in PROFILES {
        let p21 = site(version).await;
        let payload = voucher(vec![header(&DOCUMENTED), receipt("1", "50")]);
        assert!(codes(&payload, version).is_empty());
        let number = value(&p21.passes(&payload).await, HEADER, "voucher_no");
        assert!(!number.is_empty());
        let read = p21.read("ConvertPOToVoucher", HEADER, &[("voucher_no", &number)]).await;
        assert_eq!(value(&read, HEADER, "company_id"), "ACME", "P21 fills in what is shut");
        assert_eq!(column(&read, ITEMS, "item_id"), ["WIDGET-001", "WIDGET-002"], "all that was received");
        assert_eq!(column(&read, ITEMS, "unit_qty_invoiced"), ["50", "0"]);
        assert_eq!(column(&read, ITEMS, "unit_qty_received"), ["50", "20"]);
        // The tables that the window only shows have got no rows.
        assert_eq!(p21.odata_rows("company", "company_id ne null").await.len(), 1);
        assert_eq!(p21.odata_rows("inventory_receipts_line", "receipt_number ne null").await.len(), 2);
        // Nothing is used up: another invoice may take them, too.
        let another = DOCUMENTED.map(|(name, value)| (name, if name == "invoice_no" { "INV-78" } else { value }));
        let again = p21.passes(&voucher(vec![header(&another), receipt("1", "50")])).await;
        assert_ne!(value(&again, HEADER, "voucher_no"), number);
        // A receipt that is none, and a row that says of neither which it is.
        let elsewhere = p21.fails(&voucher(vec![header(&DOCUMENTED), receipt("3", "1")])).await;
        assert_eq!(elsewhere, ["Transaction 1:: Record specified was not found."]);
        let unnamed = list(ITEMS, &[], &[&[("unit_qty_invoiced", "1"), ("unit_cost_display", "1")]]);
        let unnamed = p21.fails(&voucher(vec![header(&DOCUMENTED), unnamed])).await;
        assert_eq!(unnamed, ["Transaction 1:: Record specified was not found."]);
    }
}

#[tokio::test]
async fn transaction_api_section_15_5_columns_that_the_definition_requires_are_shut() {
    for version in PROFILES {
        let p21 = site(version).await;
        for (field, wanted) in
            [("company_id", "ACME"), ("branch_id", "1"), ("period", "3"), ("year_for_period", "2026")]
        {
            let edits = [&DOCUMENTED[..], &[(field, wanted)]].concat();
            let payload = voucher(vec![header(&edits), receipt("1", "50")]);
            assert_eq!(codes(&payload, version), ["P21-040"], "{field}");
            let shut = format!("Transaction 1:: General Exception: Column is disabled: {field}");
            assert_eq!(p21.fails(&payload).await, [shut]);
            assert_eq!(codes(&ignoring(payload), version), ["P21-042"], "{field}");
        }
    }
}

#[tokio::test]
async fn transaction_api_section_8_without_receipts_a_shut_column_is_never_reached() {
    for version in PROFILES {
        let p21 = site(version).await;
        for edits in [
            &[("company_id", "ACME")][..],
            &[("company_id", "ACME"), ("po_no", "1"), ("invoice_no", "I")],
            &[("po_no", "4999999"), ("invoice_no", "I"), ("company_id", "ACME")],
        ] {
            let refused = p21.fails(&voucher(vec![header(edits)])).await;
            assert_eq!(refused, ["Transaction 1:: No receipts have been selected"], "{edits:?}");
        }
        let lines_alone = p21.fails(&voucher(vec![receipt("1", "1")])).await;
        assert_eq!(lines_alone, ["Transaction 1:: No receipts have been selected"]);
    }
}
