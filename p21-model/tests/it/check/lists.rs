//! Rows of lists: behind their parents, in their order, one marked.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use super::*;

#[test]
fn children_that_land_on_the_wrong_row_are_found() {
    let items = element(
        "TP_ITEMS.items",
        &[],
        &[
            row(&[("oe_order_item_id", "A"), ("unit_quantity", "5")]),
            row(&[("oe_order_item_id", "B"), ("unit_quantity", "5")]),
        ],
    );
    let extended = element("TP_EXTDINFO.extd_info", &[], &[row(&[("extended_desc", "for A")])]);
    assert_eq!(
        found("Order", json!([existing_order(), items, extended])),
        [(Code::ChildOfLastRow, at("DataElements[2]"))]
    );
    assert_eq!(
        found("Order", json!([existing_order(), extended])),
        [(Code::ChildWithoutParent, at("DataElements[1]"))]
    );
}

#[test]
fn children_behind_their_own_rows_are_fine() {
    let item =
        |item: &str| element("TP_ITEMS.items", &[], &[row(&[("oe_order_item_id", item), ("unit_quantity", "5")])]);
    let extended = |text: &str| element("TP_EXTDINFO.extd_info", &[], &[row(&[("extended_desc", text)])]);
    assert_eq!(found("Order", json!([existing_order(), item("A"), extended("a"), item("B"), extended("b")])), []);
}

#[test]
fn a_second_form_row_is_found() {
    let header = element("TABPAGE_1.order", &[], &[row(&[("order_no", "1")]), row(&[("order_no", "2")])]);
    assert_eq!(found("Order", json!([header])), [(Code::SecondFormRow, at("DataElements[0].Rows[1]"))]);
}

fn release(date: &str) -> Value {
    row(&[("release_date", date), ("unit_release_qty", "5")])
}

fn releases(rows: &[Value]) -> Value {
    element("TABPAGE_RELEASE.tabpage_release", &[], rows)
}

fn item(id: &str) -> Value {
    element("TP_ITEMS.items", &[], &[row(&[("oe_order_item_id", id)])])
}

#[test]
fn releases_that_are_not_later_than_the_last_are_found_a_line_at_a_time() {
    let found = found(
        "Order",
        json!([
            existing_order(),
            item("A"),
            releases(&[release("2026-03-02"), release("2026-03-09")]),
            item("B"),
            releases(&[release("2026-03-02"), release("2026-03-01")]),
            releases(&[release("2026-03-03"), release("2026-03-04T08:00:00")])
        ]),
    );
    assert_eq!(found, [(Code::NotAscending, at("DataElements[4].Rows[1].Edits[0]"))]);
}

#[test]
fn a_primary_salesrep_may_be_replaced_but_not_taken_away() {
    let salesrep = |id: &str, flag: &str| row(&[("salesrep_id", id), ("primary_salesrep_flag", flag)]);
    let customer = |rows: &[Value]| {
        found(
            "Customer",
            json!([
                element("TABPAGE_1.tp_1_dw_1", &[], &[row(&[("customer_id", "100198")])]),
                element("CUSTOMERSALESREP.customersalesrep", &[], rows)
            ]),
        )
    };
    assert_eq!(customer(&[salesrep("7", "OFF")]), [(Code::PrimaryMissing, at("DataElements[1].Rows[0].Edits[1]"))]);
    assert_eq!(customer(&[salesrep("7", "N"), salesrep("8", "Y")]), []);
    assert_eq!(customer(&[salesrep("8", "ON")]), []);
}

#[test]
fn new_lines_of_one_contract_in_several_transactions_are_found() {
    let add = |item: &str| {
        json!({"Status": "New", "DataElements": [
            existing_contract(), element("JOBPRICELINE.jobpriceline", &["item_id"], &[line(item)])
        ]})
    };
    let edit = json!({"Status": "New", "DataElements": [
        existing_contract(),
        element("JOBPRICELINE.jobpriceline", &["item_id"], &[row(&[("item_id", "A"), ("price", "26")])])
    ]});
    let set = |transactions: &[&Value]| {
        found_in("JobContractPricing", "25.2", json!({"Name": "JobContractPricing", "Transactions": transactions}))
    };
    assert_eq!(
        set(&[&add("A"), &edit, &add("C")]),
        [(Code::InsertsCollide, "Transactions[2].DataElements[1].Rows[0]".to_owned())]
    );
    assert_eq!(set(&[&edit, &edit, &add("C")]), []);
}
