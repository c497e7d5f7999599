//! Which row an edit lands on: keys, folding, upserts, children.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use support::*;

const TWO_OF_ONE_ITEM: [&[(&str, &str)]; 2] = [
    &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")],
    &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "10")],
];

#[tokio::test]
async fn transaction_api_check_1_rows_that_agree_on_the_declared_keys_fold_into_one() {
    let p21 = p21().await;
    let order = p21.order(vec![order_header(), items(&[], &TWO_OF_ONE_ITEM)]).await;
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_quantity"), ["10"]);
}

#[tokio::test]
async fn transaction_api_check_2_different_items_are_different_lines() {
    let p21 = p21().await;
    let lines: [&[(&str, &str)]; 2] = [
        &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")],
        &[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "10")],
    ];
    let order = p21.order(vec![order_header(), items(&[], &lines)]).await;
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_quantity"), ["5", "10"]);
}

#[tokio::test]
async fn transaction_api_check_3_explicit_keys_replace_the_declared_ones() {
    let p21 = p21().await;
    let order = p21.order(vec![order_header(), items(&["unit_quantity"], &TWO_OF_ONE_ITEM)]).await;
    let read = p21.read_order(&order).await;
    assert_eq!(column(&read, ITEMS, "user_line_no"), ["001", "002"]);
    assert_eq!(column(&read, ITEMS, "unit_quantity"), ["5", "10"]);
}

#[tokio::test]
async fn transaction_api_check_4_a_key_that_tells_nothing_apart_is_accepted_silently() {
    let p21 = p21().await;
    let elements = vec![order_header(), items(&["unit_quantity", "oe_order_item_id"], &TWO_OF_ONE_ITEM)];
    let answer = p21.transact(&set("Order", [elements])).await;
    assert_eq!(messages(&answer), ["Transaction 1:: "]);
    let order = value(&answer["Results"]["Transactions"][0], "TABPAGE_1.order", "order_no");
    let read = p21.read_order(&order).await;
    assert_eq!(column(&read, ITEMS, "user_line_no"), ["001", "002"]);
    assert_eq!(column(&read, ITEMS, "unit_quantity"), ["5", "10"]);
}

#[tokio::test]
async fn transaction_api_check_5_a_key_that_a_row_does_not_carry_fails() {
    let p21 = p21().await;
    let elements = vec![order_header(), items(&["user_line_no"], &TWO_OF_ONE_ITEM)];
    let messages = p21.fails(&set("Order", [elements])).await;
    assert_eq!(messages, ["Transaction 1:: General Exception: Sequence contains no matching element"]);
    assert_eq!(value(&p21.read_order("1000001").await, "TABPAGE_1.order", "order_no"), "");
}

#[tokio::test]
async fn transaction_api_check_6_a_key_that_is_no_column_fails() {
    let p21 = p21().await;
    let elements = vec![order_header(), items(&["line_number"], &TWO_OF_ONE_ITEM)];
    let messages = p21.fails(&set("Order", [elements])).await;
    assert_eq!(messages, ["Transaction 1:: General Exception: Invalid column name: line_number"]);
    assert_eq!(value(&p21.read_order("1000001").await, "TABPAGE_1.order", "order_no"), "");
}

#[tokio::test]
async fn an_edit_that_is_no_column_fails() {
    let p21 = p21().await;
    let elements = vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("delete_flag", "Y")]])];
    let messages = p21.fails(&set("Order", [elements])).await;
    assert_eq!(messages, ["Transaction 1:: General Exception: Invalid column name: delete_flag"]);
}

#[tokio::test]
async fn transaction_api_check_7_a_keyed_row_without_a_match_is_inserted() {
    let p21 = p21().await;
    let order = p21.order(vec![order_header(), items(&["unit_quantity"], &TWO_OF_ONE_ITEM)]).await;
    let more = items(&["unit_quantity"], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "20")]]);
    p21.passes(&set("Order", [vec![order_key(&order), more]])).await;
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_quantity"), ["5", "10", "20"]);
}

#[tokio::test]
async fn transaction_api_check_8_a_keyed_row_with_a_match_is_edited_in_place() {
    let p21 = p21().await;
    let order = p21.order(vec![order_header(), items(&["unit_quantity"], &TWO_OF_ONE_ITEM)]).await;
    let more = items(&["unit_quantity"], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "20")]]);
    p21.passes(&set("Order", [vec![order_key(&order), more]])).await;
    let change = items(&["user_line_no"], &[&[("user_line_no", "003"), ("unit_quantity", "33")]]);
    p21.passes(&set("Order", [vec![order_key(&order), change]])).await;
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_quantity"), ["5", "10", "33"]);
}

/// An order with the lines 010 and 020 of one item.
async fn numbered_order(p21: &P21) -> String {
    let lines: [&[(&str, &str)]; 2] = [
        &[("user_line_no", "010"), ("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")],
        &[("user_line_no", "020"), ("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "2")],
    ];
    p21.order(vec![order_header(), items(&["user_line_no"], &lines)]).await
}

#[tokio::test]
async fn transaction_api_check_9_line_numbers_can_be_given_and_then_select_their_line() {
    let p21 = p21().await;
    let order = numbered_order(&p21).await;
    let change = items(&["user_line_no"], &[&[("user_line_no", "020"), ("unit_quantity", "9")]]);
    p21.passes(&set("Order", [vec![order_key(&order), change]])).await;
    let read = p21.read_order(&order).await;
    assert_eq!(column(&read, ITEMS, "user_line_no"), ["010", "020"]);
    assert_eq!(column(&read, ITEMS, "unit_quantity"), ["1", "9"]);
}

#[tokio::test]
async fn transaction_api_check_10_an_existing_line_is_updated_and_a_new_one_inserted() {
    let p21 = p21().await;
    let order = numbered_order(&p21).await;
    let lines = items(
        &["user_line_no"],
        &[
            &[("user_line_no", "010"), ("unit_quantity", "7")],
            &[("user_line_no", "030"), ("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "3")],
        ],
    );
    p21.passes(&set("Order", [vec![order_key(&order), lines]])).await;
    let read = p21.read_order(&order).await;
    assert_eq!(column(&read, ITEMS, "user_line_no"), ["010", "020", "030"]);
    assert_eq!(column(&read, ITEMS, "unit_quantity"), ["7", "2", "3"]);
}

#[tokio::test]
async fn transaction_api_check_11_a_saved_order_keeps_its_customer() {
    let p21 = p21().await;
    let order = numbered_order(&p21).await;
    let header = element("TABPAGE_1.order", &["order_no"], &[&[("order_no", &order), ("customer_id", "100198")]]);
    let change = items(&["user_line_no"], &[&[("user_line_no", "010"), ("unit_quantity", "7")]]);
    let messages = p21.fails(&set("Order", [vec![header, change]])).await;
    assert_eq!(messages, ["Transaction 1:: General Exception: Column is disabled: customer_id"]);
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_quantity"), ["1", "2"]);
}

const RELEASES: &str = "TABPAGE_RELEASE.tabpage_release";

#[tokio::test]
async fn transaction_api_check_12_a_list_without_keys_never_folds() {
    let p21 = p21().await;
    let item = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]]);
    let release = |date| -> [(&str, &str); 2] { [("release_date", date), ("unit_release_qty", "2")] };
    let releases = element(RELEASES, &[], &[&release("2026-04-01"), &release("2026-05-01")]);
    let order = p21.order(vec![order_header(), item.clone(), releases]).await;
    assert_eq!(column(&p21.read_order(&order).await, RELEASES, "release_date"), ["2026-04-01", "2026-05-01"]);
    let again = element(RELEASES, &[], &[&release("2026-05-01")]);
    let messages = p21.fails(&set("Order", [vec![order_key(&order), item, again]])).await;
    assert_eq!(messages, ["Transaction 1:: The release date must be after the previous release date"]);
}

fn item(id: &str) -> serde_json::Value {
    items(&[], &[&[("oe_order_item_id", id), ("unit_quantity", "1")]])
}

#[tokio::test]
async fn transaction_api_check_13_children_after_all_their_parents_land_on_the_last_one() {
    let p21 = p21().await;
    let elements = vec![order_header(), item("WIDGET-001"), item("WIDGET-002"), extended("A"), extended("B")];
    let read = p21.read_order(&p21.order(elements).await).await;
    assert_eq!(column(&read, EXTENDED, "extended_desc"), ["", "B"]);
    assert_eq!(column(&read, ITEMS, "extended_desc"), ["", "B"], "extended info shows the line's own row");
}

#[tokio::test]
async fn transaction_api_check_14_children_after_their_own_parent_land_on_it() {
    let p21 = p21().await;
    let elements = vec![order_header(), item("WIDGET-001"), extended("A"), item("WIDGET-002"), extended("B")];
    let read = p21.read_order(&p21.order(elements).await).await;
    assert_eq!(column(&read, EXTENDED, "extended_desc"), ["A", "B"]);
}

#[tokio::test]
async fn children_of_lines_have_rows_of_their_own_where_their_table_is_another() {
    let p21 = p21().await;
    let breaks = |value: &'static str| {
        element(
            BREAKS,
            &[],
            &[&[("calculation_method_cd", "Fixed Price"), ("calculation_value1", value), ("break1", "0")]],
        )
    };
    let elements = vec![contract_header("C-1"), line(&SOURCE), breaks("10.00"), line(&FIXED)];
    p21.passes(&set("JobContractPricing", [elements])).await;
    let read = p21.read_contract("C-1").await;
    assert_eq!(column(&read, LINES, "line_no"), ["1", "2"]);
    assert_eq!(column(&read, BREAKS, "calculation_value1"), ["10.00", ""], "the second line has no breaks");
    assert_eq!(value(&read, BREAKS, "calculation_method_cd"), "Fixed Price");
}

#[tokio::test]
async fn transaction_api_check_26_a_line_is_not_selected_by_its_number_alone() {
    let p21 = p21().await;
    p21.passes(&set("JobContractPricing", [vec![contract_header("C-1"), line(&SOURCE)]])).await;
    let elements =
        vec![contract_key("C-1", &[("end_date", "2027-12-31")]), line(&[("line_no", "1"), ("multiplier", "2")])];
    let messages = p21.fails(&set("JobContractPricing", [elements])).await;
    assert_eq!(messages, ["Transaction 1:: General Exception: Sequence contains no matching element"]);
}

#[tokio::test]
async fn numbers_find_their_row_however_they_are_spelt() {
    let p21 = p21().await;
    let order = p21.order(vec![order_header(), items(&["unit_quantity"], &TWO_OF_ONE_ITEM)]).await;
    let change = items(&["unit_quantity"], &[&[("unit_quantity", "5.0000"), ("unit_price", "3")]]);
    p21.passes(&set("Order", [vec![order_key(&order), change]])).await;
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_price"), ["3", ""]);
}
