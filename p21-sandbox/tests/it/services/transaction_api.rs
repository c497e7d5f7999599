//! Checks of the sheet on the Transaction API that are about one service each.

use p21_sandbox::{Prompt, PromptWhen};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{served, served_with};
use crate::support::*;

fn bin(edits: &[(&str, &str)]) -> Value {
    let mut all = vec![("company_id", "ACME"), ("location_id", "100"), ("bin_id", "A-01")];
    all.extend(edits);
    element("FORM.form", &[], &[&all])
}

async fn read_bin(p21: &P21) -> Value {
    let keys = [("company_id", "ACME"), ("location_id", "100"), ("bin_id", "A-01")];
    p21.read("BinLocation", "FORM.form", &keys).await
}

#[tokio::test]
async fn transaction_api_check_17_system_columns_of_a_bin_want_the_flag_at_the_root() {
    let p21 = served().await;
    let mut payload = set("BinLocation", [vec![bin(&[("frozen_flag", "ON")])]]);
    payload["Transactions"][0]["IgnoreDisabled"] = json!(true);
    payload["Transactions"][0]["DataElements"][0]["IgnoreDisabled"] = json!(true);
    assert_eq!(p21.fails(&payload).await, ["Transaction 1:: General Exception: Column is disabled: frozen_flag"]);
    assert_eq!(value(&read_bin(&p21).await, "FORM.form", "bin_id"), "");
    p21.passes(&ignoring(payload)).await;
    assert_eq!(value(&read_bin(&p21).await, "FORM.form", "frozen_flag"), "ON");
}

#[tokio::test]
async fn transaction_api_section_15_6_bins_are_made_by_the_dozen_in_one_post() {
    let p21 = served().await;
    let transactions: Vec<Value> = (0..40)
        .map(|number| {
            let id = format!("B-{number:02}");
            let edits = [("location_id", "100"), ("bin_id", id.as_str()), ("full_flag", "OFF")];
            json!({"Status": "New", "DataElements": [element("FORM.form", &[], &[&edits])]})
        })
        .collect();
    let payload = json!({"Name": "BinLocation", "IgnoreDisabled": true, "Transactions": transactions});
    assert_eq!(summary(&p21.transact(&payload).await), (40, 0));
    let read = p21.read("BinLocation", "FORM.form", &[("location_id", "100"), ("bin_id", "B-39")]).await;
    assert_eq!(value(&read, "FORM.form", "full_flag"), "OFF");
}

#[tokio::test]
async fn transaction_api_section_7_zones_come_before_the_bins_that_are_in_them() {
    let p21 = served().await;
    let in_zones = set("BinLocation", [vec![bin(&[("putaway_zone_id", "PUT-1"), ("pick_zone_id", "PICK-1")])]]);
    assert_eq!(p21.fails(&in_zones).await, ["Transaction 1:: Invalid putaway_zone_id value: PUT-1"]);
    for (service, zone) in [("PutawayZone", "PUT-1"), ("PickZone", "PICK-1")] {
        let zone = [("location_id", "100"), ("bin_zone_id", zone), ("company_id", "ACME"), ("zone_desc", "Aisle 1")];
        p21.passes(&set(service, [vec![element("FORM.form", &["location_id", "bin_zone_id"], &[&zone])]])).await;
    }
    p21.passes(&in_zones).await;
    assert_eq!(value(&read_bin(&p21).await, "FORM.form", "pick_zone_id"), "PICK-1");
    let elsewhere = bin(&[("pick_zone_id", "PUT-1")]);
    let messages = p21.fails(&set("BinLocation", [vec![elsewhere]])).await;
    assert_eq!(messages, ["Transaction 1:: Invalid pick_zone_id value: PUT-1"], "a putaway zone is no pick zone");
}

#[tokio::test]
async fn transaction_api_check_31_order_entry_does_not_retrieve_returns() {
    let p21 = served().await;
    let header = order_header_with(&["po_no", "requested_date"], &[]);
    let line = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "2")]]);
    let echo = p21.passes(&set("RMA", [vec![header, line]])).await;
    let number = value(&echo, "TABPAGE_1.order", "order_no");
    let change = items(&["user_line_no"], &[&[("user_line_no", "001"), ("unit_quantity", "3")]]);
    let messages = p21.fails(&set("Order", [vec![order_key(&number), change.clone()]])).await;
    let refusal = "You cannot retrieve an RMA from the Order Entry/Front Counter window.";
    let wanted = format!("Transaction 1:: General Exception: {refusal} DataElement: order, Column: order_no");
    assert_eq!(messages, [wanted]);
    let state = state("TABPAGE_1.order", &[("order_no", &number)]);
    let body = json!({"ServiceName": "Order", "TransactionStates": [state]});
    let (status, text) = text_of(p21.post("/api/v2/transaction/get").json(&body).send().await.unwrap()).await;
    assert!(status == StatusCode::INTERNAL_SERVER_ERROR && text.contains(refusal), "{status}: {text}");
    p21.passes(&set("RMA", [vec![order_key(&number), change]])).await;
    let read = p21.read("RMA", "TABPAGE_1.order", &[("order_no", &number)]).await;
    assert_eq!(column(&read, ITEMS, "unit_quantity"), ["3"]);
    // They are numbered with the orders.
    let order = p21
        .order(vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]])])
        .await;
    assert_eq!(order.parse::<u64>().unwrap(), number.parse::<u64>().unwrap() + 1);
}

#[tokio::test]
async fn transaction_api_section_6_1_ship_tos_are_written_and_not_read() {
    let p21 = served().await;
    let ship_to = |edits: &[(&str, &str)]| set("ShipTo", [vec![element("FORM.ship_to", &["ship_to_id"], &[edits])]]);
    p21.passes(&ship_to(&[("ship_to_id", "100198"), ("ship_to_name", "Example Machine Works, Dock 2")])).await;
    let state = state("FORM.ship_to", &[("ship_to_id", "100198")]);
    let body = json!({"ServiceName": "ShipTo", "TransactionStates": [state]});
    let answer = text_of(p21.post("/api/v2/transaction/get").json(&body).send().await.unwrap()).await;
    assert_eq!(answer, (StatusCode::INTERNAL_SERVER_ERROR, String::new()));
    let moved = ship_to(&[("ship_to_id", "100198"), ("customer_id", "100199")]);
    assert_eq!(p21.fails(&moved).await, ["Transaction 1:: General Exception: Column is disabled: customer_id"]);
}

#[tokio::test]
async fn transaction_api_check_60_a_prompt_is_answered_with_no_and_its_line_is_lost() {
    let prompt = |field: &str, value: &str| Prompt::new("Order", ITEMS, field, PromptWhen::Is(value.to_owned()));
    let prompts = vec![prompt("oe_order_item_id", "COMPONENT-A"), prompt("customer_part_number", "ASK")];
    let p21 = served_with(|builder| builder.configure(|config| config.prompts = prompts)).await;
    let lines: [&[(&str, &str)]; 3] = [
        &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")],
        &[("oe_order_item_id", "COMPONENT-A"), ("unit_quantity", "2")],
        &[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "3")],
    ];
    let answer = p21.transact(&set("Order", [vec![order_header(), items(&[], &lines)]])).await;
    assert_eq!((summary(&answer), messages(&answer)), ((1, 0), vec!["Transaction 1:: ".to_owned()]));
    let order = value(&answer["Results"]["Transactions"][0], "TABPAGE_1.order", "order_no");
    let read = p21.read_order(&order).await;
    assert_eq!(column(&read, ITEMS, "oe_order_item_id"), ["WIDGET-001", "WIDGET-002"]);
    // An existing line stays as it was.
    let change = items(
        &["user_line_no"],
        &[&[("user_line_no", "001"), ("unit_quantity", "9"), ("customer_part_number", "ASK")]],
    );
    p21.passes(&set("Order", [vec![order_key(&order), change]])).await;
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_quantity"), ["1", "3"]);
}

#[tokio::test]
async fn transaction_api_section_15_2_tabs_and_columns_of_an_order_that_are_always_shut() {
    let p21 = served().await;
    let line = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]]);
    let order = p21.order(vec![order_header(), line]).await;
    let line = items(&["user_line_no"], &[&[("user_line_no", "001")]]);
    let fails = async |name: &str, edit: (&str, &str)| {
        p21.fails(&set("Order", [vec![order_key(&order), line.clone(), element(name, &[], &[&[edit]])]])).await
    };
    let tab = "Tab page is disabled and cannot be selected";
    let item_note = fails("TP_ITEMNOTES.tp_itemnotes", ("note", "x")).await;
    let trailer =
        format!("Transaction 1: TP_ITEMNOTES.tp_itemnotes: Error processing data element: tp_itemnotes : {tab}");
    assert_eq!(item_note, [format!("Transaction 1:: General Exception: {tab}"), trailer]);
    let tracking = ["Transaction 1:: General Exception: Column is disabled: c_tracking_no"];
    assert_eq!(fails("TABPAGE_LINESHIPMENT.tabpage_lineshipment", ("c_tracking_no", "1Z")).await, tracking);
    assert_eq!(fails("TP_SHIPMENTS.tp_shipments", ("c_tracking_no", "1Z")).await, tracking);
    let note = ["Transaction 1:: General Exception: Column is disabled: note"];
    assert_eq!(fails("HDR_NOTE.hdr_note", ("note", "x")).await, note);
}

#[tokio::test]
async fn transaction_api_section_15_3_an_item_has_one_assembly() {
    let p21 = p21_with(|builder| {
        builder.configure(|config| config.unknowns.created_again = p21_sandbox::CreatedAgain::Refused)
    })
    .await;
    let header = |keys: &[&str], edits: &[(&str, &str)]| {
        let mut all = vec![("inv_mast_item_id", "WIDGET-001")];
        all.extend(edits);
        element("TABPAGE_1.assemblyhdr", keys, &[&all])
    };
    let component = |id, quantity| {
        let edits = [("item_id_service_labor_id", id), ("quantity", quantity)];
        element("TABPAGE_17.tp_17_dw_17", &["item_id_service_labor_id"], &[&edits])
    };
    p21.passes(&set("Assembly", [vec![header(&[], &[]), component("COMPONENT-A", "2")]])).await;
    p21.fails(&set("Assembly", [vec![header(&[], &[]), component("COMPONENT-B", "1")]])).await;
    let keyed = header(&["inv_mast_item_id"], &[("allow_disassembly", "ON")]);
    p21.passes(&set("Assembly", [vec![keyed, component("COMPONENT-A", "3"), component("LAB-TEST", "1")]])).await;
    let read = p21.read("Assembly", "TABPAGE_1.assemblyhdr", &[("inv_mast_item_id", "WIDGET-001")]).await;
    assert_eq!(column(&read, "TABPAGE_17.tp_17_dw_17", "quantity"), ["3", "1"], "an item and a labor code");
    assert_eq!(value(&read, "TABPAGE_1.assemblyhdr", "allow_disassembly"), "ON");

    // Without the switch a second one changes the first, as for records of other services (6.2.8).
    let p21 = served().await;
    p21.passes(&set("Assembly", [vec![header(&[], &[]), component("COMPONENT-A", "2")]])).await;
    p21.passes(&set("Assembly", [vec![header(&[], &[]), component("COMPONENT-B", "1")]])).await;
    let read = p21.read("Assembly", "TABPAGE_1.assemblyhdr", &[("inv_mast_item_id", "WIDGET-001")]).await;
    assert_eq!(column(&read, "TABPAGE_17.tp_17_dw_17", "quantity"), ["2", "1"]);
    assert_eq!(column(&read, "TABPAGE_17.tp_17_dw_17", "unit_of_measure"), ["EA", "EA"], "from the items");
}

const CUSTOMER: &str = "TABPAGE_1.tp_1_dw_1";

#[tokio::test]
async fn what_the_seed_has_can_be_opened_and_changed() {
    let p21 = served().await;
    let change =
        element(CUSTOMER, &[], &[&[("company_id", "ACME"), ("customer_id", "100198"), ("national_flag", "ON")]]);
    p21.passes(&set("Customer", [vec![change]])).await;
    let read = p21.read("Customer", CUSTOMER, &[("company_id", "ACME"), ("customer_id", "100198")]).await;
    assert_eq!(value(&read, CUSTOMER, "national_flag"), "ON");
    let page = p21.read("SalesPricePage", "FORM.form", &[("price_page_uid", "1")]).await;
    assert_eq!(value(&page, "FORM.form", "price_page_type_cd"), "Supplier / Product Group");
    assert_eq!(value(&page, BREAKS, "calculation_value1"), "0.9");
}

#[tokio::test]
async fn fields_without_a_column_are_kept_apart() {
    let p21 = served().await;
    let line = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "2")]]);
    let counter = "TP_FRONTCOUNTER.tp_frontcounter";
    let print = element(counter, &[], &[&[("print_tix", "OFF"), ("fax_tix", "ON")]]);
    let order = p21.order(vec![order_header(), line, print]).await;
    let read = p21.read_order(&order).await;
    assert_eq!((value(&read, counter, "print_tix"), value(&read, counter, "fax_tix")), ("OFF".into(), "ON".into()));
}

#[tokio::test]
async fn transaction_api_section_7_the_target_of_a_task_comes_before_its_start() {
    let p21 = served().await;
    let task = |dates: &[(&str, &str)]| {
        let mut edits = vec![("subject", "Call back")];
        edits.extend(dates);
        set("Task", [vec![element("Form.form", &[], &[&edits])]])
    };
    let (target, minute, start) =
        (("target_date", "2026-03-09"), ("target_minute", "30"), ("start_date", "2026-03-05"));
    // Both are today to begin with, and are compared whenever one of them is typed.
    let refused = ["Transaction 1:: The start date must be on or before the target date."];
    assert_eq!(p21.fails(&task(&[start, target, minute])).await, refused);
    assert_eq!(p21.fails(&task(&[minute, start])).await, refused);
    assert_eq!(p21.fails(&task(&[("target_date", "2026-03-01")])).await, refused, "it starts today");
    p21.passes(&task(&[("start_date", "2026-03-02"), target])).await;
    p21.passes(&task(&[("start_date", "2026-02-27")])).await;
    let echo = p21.passes(&task(&[])).await;
    let read = p21.read("Task", "Form.form", &[("task_uid", &value(&echo, "Form.form", "task_uid"))]).await;
    let dates = ["start_date", "target_date"].map(|field| value(&read, "Form.form", field));
    assert_eq!(dates, ["2026-03-02", "2026-03-02"]);
    p21.passes(&task(&[target, start])).await;
    let echo = p21.passes(&task(&[target, minute, start])).await;
    let uid = value(&echo, "Form.form", "task_uid");
    let read = p21.read("Task", "Form.form", &[("task_uid", &uid)]).await;
    assert_eq!(value(&read, "Form.form", "start_date"), "2026-03-05");
}

#[tokio::test]
async fn transaction_api_section_6_1_states_without_a_key_are_blank_windows_and_count_as_states() {
    let p21 = served().await;
    let order = p21
        .order(vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]])])
        .await;
    let states = json!([state("TABPAGE_1.order", &[("order_no", &order)]), state(ITEMS, &[])]);
    let read = p21.read_states(&json!({"ServiceName": "Order", "TransactionStates": states})).await;
    let transactions = read["Transactions"].as_array().unwrap();
    assert_eq!(transactions.len(), 2);
    assert_eq!(column(&transactions[0], ITEMS, "unit_quantity"), ["1"]);
    assert_eq!(column(&transactions[1], ITEMS, "unit_quantity"), [""]);
    assert_eq!(element_names(&transactions[0]).len(), 102);
    assert_eq!(element_names(&transactions[1]).len(), 102);
}

#[tokio::test]
async fn transaction_api_check_40_a_read_of_basics_is_a_clean_copy() {
    let p21 = served().await;
    let line = [("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "4")];
    let order = p21.order(vec![order_header(), items(&[], &[&line])]).await;
    let mut copy = p21
        .read_states(
            &json!({"ServiceName": "Order", "TransactionStates": [state("TABPAGE_1.order", &[("order_no", &order)])]}),
        )
        .await;
    assert_eq!(p21.fails(&copy).await, ["Transaction 1:: General Exception: Column is disabled: customer_name"]);
    // What basics has, and what it leaves out though P21 wants it; the number is given anew.
    let basics: Value = p21.get("/api/v2/basics/Order").send().await.unwrap().json().await.unwrap();
    let missing = ["customer_id", "ship_to_id", "source_loc_id"];
    let elements = copy["Transactions"][0]["DataElements"].as_array_mut().unwrap();
    for (element, basic) in elements.iter_mut().zip(basics["Transactions"][0]["DataElements"].as_array().unwrap()) {
        let kept: Vec<&str> =
            basic["Rows"][0]["Edits"].as_array().unwrap().iter().map(|edit| edit["Name"].as_str().unwrap()).collect();
        for row in element["Rows"].as_array_mut().unwrap() {
            row["Edits"].as_array_mut().unwrap().retain(|edit| {
                let name = edit["Name"].as_str().unwrap();
                (kept.contains(&name) || missing.contains(&name)) && name != "company_id"
            });
            for edit in row["Edits"].as_array_mut().unwrap().iter_mut().filter(|edit| edit["Name"] == "order_no") {
                edit["Value"] = "".into();
            }
        }
    }
    let number = value(&p21.passes(&copy).await, "TABPAGE_1.order", "order_no");
    assert_ne!(number, order);
    assert_eq!(column(&p21.read_order(&number).await, ITEMS, "unit_quantity"), ["4"]);
}

#[tokio::test]
async fn transaction_api_section_7_bins_follow_the_line_that_was_selected_before_them() {
    let p21 = served().await;
    let fixed =
        |line| element(LINES, &["item_id", "line_no"], &[&[("line_no", line), FIXED[0], FIXED[1], FIXED[2], FIXED[3]]]);
    p21.passes(&set("JobContractPricing", [vec![contract_header("C-1"), fixed("1"), fixed("2")]])).await;
    let header = || contract_key("C-1", &[("customer_id", "100198"), ("ship_to_id", "100198")]);
    let select = |line| element(LINES, &["item_id", "line_no"], &[&[("item_id", "WIDGET-001"), ("line_no", line)]]);
    let bin = |quantity| element("BINS.bins", &[], &[&[("contract_bin_id", "B-1"), ("max_qty", quantity)]]);
    let pairs = vec![header(), select("1"), bin("10"), select("2"), bin("20")];
    p21.passes(&ignoring(set("JobContractPricing", [pairs]))).await;
    assert_eq!(column(&p21.read_contract("C-1").await, "BINS.bins", "max_qty"), ["10", "20"]);
    let late = vec![header(), select("1"), select("2"), bin("11"), bin("21")];
    p21.passes(&ignoring(set("JobContractPricing", [late]))).await;
    assert_eq!(column(&p21.read_contract("C-1").await, "BINS.bins", "max_qty"), ["10", "21"], "both went to line 2");
}

#[tokio::test]
async fn transaction_api_section_7_payments_come_last() {
    let p21 = served().await;
    let line = || items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]]);
    let payment =
        || element("TP_REMITTANCES.remittances", &[], &[&[("payment_type_id", "1"), ("payment_amount", "25")]]);
    p21.passes(&set("Order", [vec![order_header(), line(), payment()]])).await;
    let messages = p21.fails(&set("Order", [vec![order_header(), payment(), line()]])).await;
    assert!(messages[0].contains("Tab page is disabled and cannot be selected"), "{messages:?}");
}

#[tokio::test]
async fn transaction_api_section_13_a_response_window_stops_the_transaction_every_time() {
    let rule = Prompt::new("Order", "TABPAGE_1.order", "po_no", PromptWhen::Is("PO-1".to_owned()))
        .response_window("Duplicate PO");
    let p21 = served_with(|builder| builder.configure(|config| config.prompts = vec![rule])).await;
    let line = || items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]]);
    for _ in 0..2 {
        let messages = p21.fails(&set("Order", [vec![order_header(), line()]])).await;
        assert_eq!(messages, ["Transaction 1:: Unexpected response window: Duplicate PO"]);
    }
    p21.order(vec![order_header_with(&["po_no"], &[("po_no", "PO-2")]), line()]).await;
}
