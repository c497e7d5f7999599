//! Cascades, required fields, disabled columns, labels, empty values.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use serde_json::json;
use support::*;

#[tokio::test]
async fn transaction_api_check_15_a_price_before_its_method_is_cleared_in_silence() {
    let p21 = p21().await;
    let wrong: [(&str, &str); 4] =
        [("item_id", "WIDGET-001"), ("uom", "EA"), ("price", "25.00"), ("pricing_method", "Price")];
    p21.passes(&set("JobContractPricing", [vec![contract_header("C-1"), line(&wrong)]])).await;
    assert_eq!(column(&p21.read_contract("C-1").await, LINES, "price"), ["0"]);
    p21.passes(&set("JobContractPricing", [vec![contract_header("C-2"), line(&FIXED)]])).await;
    assert_eq!(column(&p21.read_contract("C-2").await, LINES, "price"), ["25.00"]);
}

#[tokio::test]
async fn transaction_api_check_18_breaks_are_refused_on_26_1_with_everything_around_them() {
    let p21 = p21_26().await;
    let breaks = element(BREAKS, &[], &[&[("calculation_method_cd", "Fixed Price"), ("calculation_value1", "10")]]);
    let payload = set("JobContractPricing", [vec![contract_header("C-1"), line(&SOURCE), breaks]]);
    assert_eq!(p21.fails(&payload).await, REFUSED);
    assert_eq!(value(&p21.read_contract("C-1").await, CONTRACT, "contract_no"), "");
    // On a stored contract it is the same, for a line that is there and for one that is inserted.
    p21.passes(&set("JobContractPricing", [vec![contract_header("C-2"), line(&SOURCE)]])).await;
    let before = p21.read_contract("C-2").await;
    for stored in on_a_stored_contract() {
        assert_eq!(p21.fails(&stored).await, REFUSED);
        assert_eq!(p21.read_contract("C-2").await, before);
    }
}

/// What P21 says to breaks.
const REFUSED: [&str; 2] = [
    "Transaction 1:: General Exception: Tab page is disabled and cannot be selected",
    "Transaction 1: VALUES.values: Error processing data element: values : Tab page is disabled and cannot be selected",
];

/// Breaks of a line that contract C-2 has, with a change of the line, and of a line that it has not.
fn on_a_stored_contract() -> [serde_json::Value; 2] {
    let breaks = || element(BREAKS, &[], &[&[("calculation_method_cd", "Fixed Price"), ("calculation_value1", "10")]]);
    let key = || contract_key("C-2", &[("end_date", "2027-12-31")]);
    let changed = element(LINES, &["item_id"], &[&[("item_id", "WIDGET-002"), ("multiplier", "3")]]);
    [vec![key(), changed, breaks()], vec![key(), line(&FIXED), breaks()]]
        .map(|elements| set("JobContractPricing", [elements]))
}

#[tokio::test]
async fn transaction_api_check_19_ignore_disabled_makes_the_refusal_a_false_success() {
    let p21 = p21_26().await;
    let breaks = element(BREAKS, &[], &[&[("calculation_method_cd", "Fixed Price"), ("calculation_value1", "10")]]);
    let payload = ignoring(set("JobContractPricing", [vec![contract_header("C-1"), line(&SOURCE), breaks]]));
    let echo = p21.passes(&payload).await;
    assert_eq!(element_names(&echo), [CONTRACT]);
    assert_eq!(value(&p21.read_contract("C-1").await, CONTRACT, "contract_no"), "");
    p21.passes(&set("JobContractPricing", [vec![contract_header("C-2"), line(&SOURCE)]])).await;
    let before = p21.read_contract("C-2").await;
    for stored in on_a_stored_contract() {
        assert_eq!(element_names(&p21.passes(&ignoring(stored)).await), [CONTRACT]);
        assert_eq!(p21.read_contract("C-2").await, before);
    }
}

#[tokio::test]
async fn transaction_api_check_20_a_contract_without_breaks_is_stored_on_26_1() {
    let p21 = p21_26().await;
    let answer = p21.transact(&set("JobContractPricing", [vec![contract_header("C-1"), line(&SOURCE)]])).await;
    assert_eq!((summary(&answer), messages(&answer).len()), ((1, 0), 0));
    let read = p21.read_contract("C-1").await;
    assert_eq!(value(&read, CONTRACT, "customer_name"), "Example Machine Works");
    assert_eq!(value(&read, CONTRACT, "approved"), "ON");
    let line = &rows(&read, LINES)[0];
    assert_eq!((line["pricing_method"].as_str(), line["source_price"].as_str()), ("Source", "Supplier List Price"));
    assert_eq!((line["line_no"].as_str(), line["item_desc"].as_str()), ("1", "Widget, large"));
    assert_eq!(line["row_status_flag"], "Active");
}

#[tokio::test]
async fn transaction_api_check_21_a_column_that_shuts_when_the_contract_is_saved() {
    let p21 = p21_26().await;
    let mut header = contract_header("C-1");
    header["Rows"][0]["Edits"].as_array_mut().unwrap().push(json!({"Name": "corp_address_id", "Value": "7"}));
    p21.passes(&set("JobContractPricing", [vec![header, line(&SOURCE)]])).await;
    let change = contract_key("C-1", &[("end_date", "2027-12-31"), ("corp_address_id", "8")]);
    let payload = set("JobContractPricing", [vec![change]]);
    assert_eq!(p21.fails(&payload).await, ["Transaction 1:: General Exception: Column is disabled: corp_address_id"]);
    let echo = p21.passes(&ignoring(payload)).await;
    assert!(element_names(&echo).is_empty(), "the element that was skipped is missing from the echo: {echo}");
    assert_eq!(value(&p21.read_contract("C-1").await, CONTRACT, "corp_address_id"), "7");
}

#[tokio::test]
async fn transaction_api_check_22_a_contract_without_a_number_is_refused() {
    let p21 = p21().await;
    let header = element(CONTRACT, &[], &[&[("company_id", "ACME"), ("end_date", "2027-12-31")]]);
    let messages = p21.fails(&set("JobContractPricing", [vec![header, line(&FIXED)]])).await;
    assert_eq!(messages, ["Transaction 1:: Required value missing for Contract No (for Job/Contract Hdr) on row 1."]);
}

#[tokio::test]
async fn transaction_api_check_23_a_contract_without_lines_is_refused() {
    let p21 = p21().await;
    let messages = p21.fails(&set("JobContractPricing", [vec![contract_header("C-1")]])).await;
    assert_eq!(messages, ["Transaction 1:: Required value missing for Uom (for Job/Contract Line) on row 1."]);
}

#[tokio::test]
async fn transaction_api_check_24_an_update_of_lines_repeats_the_end_date_and_it_lies_ahead() {
    let p21 = p21().await;
    p21.passes(&set("JobContractPricing", [vec![contract_header("C-1"), line(&FIXED)]])).await;
    let update = |with: &[(&str, &str)]| {
        let line = element(LINES, &["item_id"], &[&[("item_id", "WIDGET-001"), ("price", "26")]]);
        set("JobContractPricing", [vec![contract_key("C-1", with), line]])
    };
    assert_eq!(p21.fails(&update(&[])).await, ["Transaction 1:: Required value missing for End Date"]);
    let past = p21.fails(&update(&[("end_date", "2026-03-01")])).await;
    assert_eq!(past, ["Transaction 1:: end date must be equal to or greater than today"]);
    p21.passes(&update(&[("end_date", "2026-03-02")])).await;
    assert_eq!(column(&p21.read_contract("C-1").await, LINES, "price"), ["26"]);
}

const BINS: &str = "BINS.bins";

#[tokio::test]
async fn transaction_api_check_25_bins_of_an_expired_contract_change_under_ignore_disabled_without_an_end_date() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p21.sqlite");
    let before = p21_with(|builder| builder.data(&file)).await;
    let bin = |quantity| element(BINS, &[], &[&[("contract_bin_id", "B-1"), ("max_qty", quantity)]]);
    before.passes(&ignoring(set("JobContractPricing", [vec![contract_header("C-1"), line(&FIXED), bin("5")]]))).await;
    let job_no = value(&before.read_contract("C-1").await, CONTRACT, "job_no");
    before.sandbox.stop().await;

    let after = p21_with(|builder| builder.data(&file).today(jiff::civil::date(2028, 6, 1))).await;
    let header = element(CONTRACT, &[], &[&[("job_no", &job_no), ("customer_id", "100198"), ("ship_to_id", "100198")]]);
    let select = element(LINES, &["item_id"], &[&[("item_id", "WIDGET-001")]]);
    let payload = set("JobContractPricing", [vec![header, select, bin("9")]]);
    assert_eq!(after.fails(&payload).await, ["Transaction 1:: General Exception: Column is disabled: max_qty"]);
    after.passes(&ignoring(payload)).await;
    assert_eq!(column(&after.read_contract("C-1").await, BINS, "max_qty"), ["9"]);
}

#[tokio::test]
async fn transaction_api_check_33_the_type_of_a_purchase_order_is_shut() {
    let p21 = p21().await;
    let header = element("TABPAGE_1.tp_1_dw_1", &[], &[&[("location_id", "100"), ("po_hdr_po_type", "Regular")]]);
    let messages = p21.fails(&set("PurchaseOrder", [vec![header]])).await;
    assert_eq!(messages, ["Transaction 1:: General Exception: Column is disabled: po_hdr_po_type"]);
}

#[tokio::test]
async fn transaction_api_check_30_what_an_order_wants_and_what_it_does_not() {
    let p21 = p21().await;
    let order = |header| {
        set("Order", [vec![header, items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]])]])
    };
    let without_source = p21.fails(&order(order_header_with(&["source_loc_id"], &[]))).await;
    assert!(without_source[0].contains("Jurisdiction ID for Order Header Tax"), "{without_source:?}");
    let without_ship_to = p21.fails(&order(order_header_with(&["ship_to_id"], &[]))).await;
    assert_eq!(without_ship_to, ["Transaction 1:: This column is required."]);
    let with_company = p21.fails(&order(order_header_with(&[], &[("company_id", "ACME")]))).await;
    assert_eq!(with_company, ["Transaction 1:: General Exception: Column is disabled: company_id"]);
}

#[tokio::test]
async fn transaction_api_check_36_notes_vanish_under_ignore_disabled() {
    let p21 = p21().await;
    let item = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]]);
    let note = element("LINE_NOTE.line_note", &[], &[&[("note", "handle with care")]]);
    let payload = set("Order", [vec![order_header(), item, note]]);
    assert_eq!(p21.fails(&payload).await, ["Transaction 1:: General Exception: Column is disabled: note"]);
    let echo = p21.passes(&ignoring(payload)).await;
    assert_eq!(element_names(&echo), ["TABPAGE_1.order", ITEMS]);
    let read = p21.read_order(&value(&echo, "TABPAGE_1.order", "order_no")).await;
    assert!(rows(&read, "LINE_NOTE.line_note").is_empty());
}

#[tokio::test]
async fn ignore_disabled_below_the_root_is_no_flag_at_all() {
    let p21 = p21().await;
    let mut payload = set("Order", [vec![order_header_with(&[], &[("company_id", "ACME")])]]);
    payload["Transactions"][0]["IgnoreDisabled"] = json!(true);
    assert_eq!(p21.fails(&payload).await, ["Transaction 1:: General Exception: Column is disabled: company_id"]);
}

#[tokio::test]
async fn commission_columns_are_shut_and_open_under_ignore_disabled() {
    let p21 = p21().await;
    let cost = element(
        "JOBPRICECOST.jobpricecost",
        &["item_id"],
        &[&[("item_id", "WIDGET-001"), ("commission_cost_type_cd", "Value"), ("commission_cost_value", "3")]],
    );
    let payload = set("JobContractPricing", [vec![contract_header("C-1"), line(&FIXED), cost]]);
    let refused = p21.fails(&payload).await;
    assert_eq!(refused, ["Transaction 1:: General Exception: Column is disabled: commission_cost_type_cd"]);
    p21.passes(&ignoring(payload)).await;
    let read = p21.read_contract("C-1").await;
    assert_eq!(value(&read, "JOBPRICECOST.jobpricecost", "commission_cost_value"), "3");
    assert_eq!(value(&read, "JOBPRICECOST.jobpricecost", "commission_cost_type_cd"), "Value");
}

#[tokio::test]
async fn labels_are_wanted_without_the_flag_and_codes_with_it() {
    let p21 = p21().await;
    let with_method = |method| {
        let line = line(&[("item_id", "WIDGET-001"), ("uom", "EA"), ("pricing_method", method), ("price", "1")]);
        set("JobContractPricing", [vec![contract_header("C-1"), line]])
    };
    assert_eq!(p21.fails(&with_method("221")).await, ["Transaction 1:: Invalid pricing_method value: 221"]);
    let mut coded = with_method("221");
    coded["UseCodeValues"] = json!(true);
    coded["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"][5]["Value"] = json!("Y");
    p21.passes(&coded).await;
    let read = p21.read_contract("C-1").await;
    assert_eq!(value(&read, LINES, "pricing_method"), "Price", "reads show labels");
    assert_eq!(value(&read, CONTRACT, "approved"), "ON");
}

#[tokio::test]
async fn numbers_and_dates_that_are_none_are_refused() {
    let p21 = p21().await;
    for (field, wrong) in [("unit_quantity", "many"), ("ship_loc_id", "1e3")] {
        let mut edits = vec![("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")];
        edits.push((field, wrong));
        let messages = p21.fails(&set("Order", [vec![order_header(), items(&[], &[&edits])]])).await;
        assert_eq!(messages, [format!("Transaction 1:: Invalid {field} value: {wrong}")]);
    }
    let messages = p21.fails(&set("Order", [vec![order_header_with(&[], &[("expedite_date", "soon")])]])).await;
    assert_eq!(messages, ["Transaction 1:: Invalid expedite_date value: soon"]);
}

#[tokio::test]
async fn transaction_api_check_61_an_empty_value_clears_unless_it_is_ignored() {
    let p21 = p21().await;
    let line =
        items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1"), ("customer_part_number", "X1")]]);
    let order = p21.order(vec![order_header(), line]).await;
    let update = |flag: Option<bool>| {
        let mut edit = json!({"Name": "customer_part_number", "Value": ""});
        if let Some(flag) = flag {
            edit["IgnoreIfEmpty"] = json!(flag);
        }
        let mut line = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "2")]]);
        line["Rows"][0]["Edits"].as_array_mut().unwrap().push(edit);
        set("Order", [vec![order_key(&order), line]])
    };
    p21.passes(&update(Some(true))).await;
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "customer_part_number"), ["X1"]);
    p21.passes(&update(None)).await;
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "customer_part_number"), [""]);
}

#[tokio::test]
async fn dates_that_cross_are_refused_or_dropped() {
    let p21 = p21().await;
    let order = |header| {
        set("Order", [vec![header, items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]])]])
    };
    let expedite = p21.fails(&order(order_header_with(&[], &[("expedite_date", "2026-03-21")]))).await;
    assert_eq!(expedite, ["Transaction 1:: The Expedite Date must be on or before the Required Date"]);
    // The prompt about equal dates is answered with No, which drops the edit.
    let same_day = order(order_header_with(&["requested_date"], &[("requested_date", "2026-03-02")]));
    let messages = p21.fails(&same_day).await;
    assert_eq!(messages, ["Transaction 1:: Required value missing for Required Date (for Order) on row 1."]);
}

#[tokio::test]
async fn an_item_has_to_exist() {
    let p21 = p21().await;
    let order = vec![order_header(), items(&[], &[&[("oe_order_item_id", "NO-SUCH"), ("unit_quantity", "1")]])];
    let messages = p21.fails(&set("Order", [order])).await;
    assert_eq!(messages, ["Transaction 1:: item ID does not exist at your source location."]);
    let assembly = |item| element("TABPAGE_1.assemblyhdr", &[], &[&[("inv_mast_item_id", item)]]);
    let messages = p21.fails(&set("Assembly", [vec![assembly("NO-SUCH")]])).await;
    assert_eq!(messages, ["Transaction 1:: This item ID is not valid"]);
    let component =
        element("TABPAGE_17.tp_17_dw_17", &[], &[&[("item_id_service_labor_id", "COMPONENT-A"), ("quantity", "2")]]);
    p21.passes(&set("Assembly", [vec![assembly("WIDGET-001"), component]])).await;
    let read = p21.read("Assembly", "TABPAGE_1.assemblyhdr", &[("inv_mast_item_id", "WIDGET-001")]).await;
    assert_eq!(column(&read, "TABPAGE_17.tp_17_dw_17", "quantity"), ["2"]);
}

#[tokio::test]
async fn what_the_payload_leaves_out_is_filled_in() {
    let p21 = p21().await;
    let line = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]]);
    let header = order_header_with(&["taker"], &[]);
    let read = p21.read_order(&p21.order(vec![header, line]).await).await;
    assert_eq!(value(&read, "TABPAGE_1.order", "taker"), "sandbox");
    assert_eq!(value(&read, "TABPAGE_1.order", "company_id"), "ACME");
    assert_eq!(value(&read, "TABPAGE_1.order", "customer_name"), "Example Machine Works");
    assert_eq!(value(&read, ITEMS, "unit_of_measure"), "EA");
    assert_eq!(value(&read, EXTENDED, "item_desc"), "Widget, small");
}

#[tokio::test]
async fn price_pages_are_created_and_updated_by_their_number() {
    let p21 = p21().await;
    let header = element(
        "FORM.form",
        &[],
        &[&[
            ("price_page_type_cd", "Supplier / Product Group"),
            ("company_id", "ACME"),
            ("product_group_id", "FASTENERS"),
            ("supplier_id", "10"),
            ("description", "Fasteners"),
            ("pricing_method_cd", "Source"),
            ("source_price_cd", "Supplier List Price"),
            ("effective_date", "2026-01-01"),
            ("expiration_date", "2027-12-31"),
        ]],
    );
    let breaks = element(BREAKS, &[], &[&[("calculation_method_cd", "Multiplier"), ("calculation_value1", "0.9")]]);
    let echo = p21.passes(&set("SalesPricePage", [vec![header, breaks]])).await;
    let uid = value(&echo, "FORM.form", "price_page_uid");
    let change =
        element("FORM.form", &["price_page_uid"], &[&[("price_page_uid", &uid), ("description", "All fasteners")]]);
    p21.passes(&set("SalesPricePage", [vec![change]])).await;
    let read = p21.read("SalesPricePage", "FORM.form", &[("price_page_uid", &uid)]).await;
    assert_eq!(value(&read, "FORM.form", "description"), "All fasteners");
    assert_eq!(value(&read, BREAKS, "calculation_value1"), "0.9");
    let too_early = element(
        "FORM.form",
        &[],
        &[&[("price_page_type_cd", "Product Group"), ("product_group_id", "FASTENERS"), ("company_id", "ACME")]],
    );
    let messages = p21.fails(&set("SalesPricePage", [vec![too_early]])).await;
    assert_eq!(messages, ["Transaction 1:: company_id must be set before product_group_id"]);
}
