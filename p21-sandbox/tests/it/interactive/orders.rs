//! Orders, items and contracts at their windows.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::driver::*;
use crate::support::*;

const ORDER: &str = "TABPAGE_1.order";

/// A stored order with two lines, loaded in a window.
async fn loaded(p21: &P21) -> (Driven<'_>, String) {
    let lines: [&[(&str, &str)]; 2] = [
        &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")],
        &[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "2")],
    ];
    let number = p21.order(vec![order_header(), items(&[], &lines)]).await;
    p21.session().await;
    let order = p21.open("Order").await;
    order.types(ORDER, &[("order_no", &number)]).await;
    (order, number)
}

#[tokio::test]
async fn interactive_api_check_49_tools_come_with_their_tab_and_stay() {
    for (name, p21) in of_every_version().await {
        let (order, _) = loaded(&p21).await;
        let tool = "hdr_note&&cb_addnote".to_owned();
        assert!(!order.tools().await.contains(&tool), "{name}");
        order.tab("HDR_NOTE").await.ok();
        assert!(order.tools().await.contains(&tool));
        order.tab("TABPAGE_1").await.ok();
        assert!(order.tools().await.contains(&tool));
    }
}

#[tokio::test]
async fn interactive_api_check_50_a_note_lands_on_the_line_that_was_selected() {
    for (name, p21) in of_every_version().await {
        let (order, number) = loaded(&p21).await;
        order.tab("TP_ITEMS").await.ok();
        order.row("items", 2).await.ok();
        order.tab("LINE_NOTE").await.ok();
        let popup = order.other(&order.press("line_note&&cb_addnote").await.popup());
        popup.changes(vec![item(None, "_dw_hdr", "topic", "Fragile")]).await.ok();
        popup.changes(vec![item(None, "_dw_hdr", "note", "Handle with care")]).await.ok();
        popup.press("cb_select_all").await.ok();
        popup.press("cb_ok").await.ok();
        order.save().await.ok();
        let url = format!("{}/odataservice/odata/table/oe_line_notepad", p21.sandbox.url());
        let notes = answer(p21.client.get(url).bearer_auth(&p21.token).send().await.unwrap()).await.body;
        let notes = notes["value"].as_array().unwrap();
        assert_eq!((notes.len(), &notes[0]["topic"]), (1, &json!("Fragile")), "{name}");
        // Which line it is on: it lies below the second one.
        order.close().await.ok();
        let order = p21.open("Order").await;
        order.types(ORDER, &[("order_no", &number)]).await;
        for (row, count) in [(1, 0), (2, 1)] {
            order.tab("TP_ITEMS").await.ok();
            order.row("items", row).await.ok();
            order.tab("LINE_NOTE").await.ok();
            assert_eq!(order.rows("line_note").await.len(), count, "{name} line {row}");
        }
    }
}

#[tokio::test]
async fn interactive_api_check_51_a_date_asks_and_the_taker_is_the_user() {
    for (name, p21) in in_session().await {
        let order = p21.open("Order").await;
        assert_eq!(order.value("order", "taker").await, "sandbox", "{name}");
        for (tool, kept) in [("cb_cancel", "2026-03-02"), ("cb_ok", "2026-03-09")] {
            order.change(ORDER, "order_date", "2026-03-02").await;
            let popup = order.change(ORDER, "order_date", "2026-03-09").await;
            let (popup, _) = match popup.result() {
                3 => (order.other(&popup.popup()), ()),
                // The first of the two is still up.
                _ => (order.other(&blocking(&popup, &order)), ()),
            };
            assert_eq!(popup.state().await.body["Definition"]["Name"], "w_response_common");
            popup.press("cb_ok").await.ok();
            let popup = order.other(&order.change(ORDER, "order_date", "2026-03-09").await.popup());
            popup.press(tool).await.ok();
            assert_eq!(order.value("order", "order_date").await, kept, "{name} {tool}");
        }
    }
}

/// The popup that a refusal names.
fn blocking(refused: &Answer, window: &Driven<'_>) -> String {
    let mut words = refused.error().split_whitespace();
    words.find(|word| super::sessions::uuid_like(word) && *word != window.id).unwrap().to_owned()
}

/// Makes an item an assembly.
async fn assembly(p21: &P21) {
    let header =
        [("inv_mast_item_id", "WIDGET-001"), ("production_order_processing", "ON"), ("auto_create_prod_order", "ON")];
    let component = [("item_id_service_labor_id", "COMPONENT-A"), ("quantity", "2")];
    let elements =
        vec![element("TABPAGE_1.assemblyhdr", &[], &[&header]), element("TABPAGE_17.tp_17_dw_17", &[], &[&component])];
    p21.passes(&set("Assembly", [elements])).await;
}

#[tokio::test]
async fn interactive_api_check_52_an_assembly_asks_what_becomes_of_its_components() {
    for (name, p21) in in_session().await {
        assembly(&p21).await;
        for (tool, kind) in [("cb_1", json!("P")), ("cb_2", Value::Null)] {
            let order = p21.open("Order").await;
            order.types(ORDER, &[("customer_id", "100198"), ("ship_to_id", "100198"), ("contact_id", "1001")]).await;
            order.types(ORDER, &[("sales_loc_id", "100"), ("source_loc_id", "100"), ("po_no", "PO-1")]).await;
            for date in ["order_date", "requested_date"] {
                let popup = order.other(&order.change(ORDER, date, "2026-03-20").await.popup());
                popup.press("cb_ok").await.ok();
            }
            order.tab("TP_ITEMS").await.ok();
            let popup = order.other(&order.change(ITEMS, "oe_order_item_id", "WIDGET-001").await.popup());
            let tools = popup.tools().await;
            assert!(["cb_1", "cb_2", "cb_3"].iter().all(|tool| tools.iter().any(|known| known == tool)), "{tools:?}");
            popup.press(tool).await.ok();
            order.change(ITEMS, "unit_quantity", "1").await.ok();
            order.save().await.ok();
            let url = format!("{}/odataservice/odata/table/oe_line?$orderby=oe_line_uid desc", p21.sandbox.url());
            let lines = answer(p21.client.get(url).bearer_auth(&p21.token).send().await.unwrap()).await.body;
            assert_eq!(lines["value"][0]["assembly"], kind, "{name} {tool}");
            // The quick mode's datawindow does not ask.
            let quick = order.changes(vec![item(
                Some("TP_ITEMS"),
                "d_dw_quickmode_d_dw_oe_line_dataentry",
                "item_id",
                "WIDGET-001",
            )]);
            assert_ne!(quick.await.result(), 3, "{name}");
            order.close().await.ok();
        }
    }
}

#[tokio::test]
async fn interactive_api_check_54_the_disposition_is_given_while_a_line_is_entered() {
    for (name, p21) in of_every_version().await {
        let (order, _) = loaded(&p21).await;
        order.tab("TP_ITEMS").await.ok();
        order.row("items", 1).await.ok();
        let refused = order.change(ITEMS, "disposition", "Direct Ship").await;
        assert_eq!((refused.status.as_u16(), refused.error()), (400, "Column is disabled: disposition"), "{name}");
        order.add_row("items").await.ok();
        order.change(ITEMS, "oe_order_item_id", "WIDGET-001").await.ok();
        let value = disposition(&p21).await;
        order.change(ITEMS, "disposition", &value).await.ok();
        // A user may not have the right.
        p21.sandbox.set("interactive.disabled_columns", "sandbox:disposition").unwrap();
        order.change(ITEMS, "disposition", &value).await.refused(400, "Column is disabled: disposition");
    }
}

/// A disposition that the definition has.
async fn disposition(p21: &P21) -> String {
    let definition = p21.call("GET", "/api/v2/definition/Order", None).await.body;
    let elements = definition["TransactionDefinition"]["DataElementDefinitions"].as_array().unwrap();
    let items = elements.iter().find(|element| element["Name"] == ITEMS).unwrap();
    let fields = items["FieldDefinitions"].as_array().unwrap();
    let field = fields.iter().find(|field| field["Name"] == "disposition").unwrap();
    field["ValidValues"][0].as_str().unwrap_or("D").to_owned()
}

#[tokio::test]
async fn interactive_api_check_30_an_item_brings_its_unit_and_takes_no_other() {
    for (name, p21) in of_every_version().await {
        let (order, _) = loaded(&p21).await;
        order.tab("TP_ITEMS").await.ok();
        order.add_row("items").await.ok();
        order.change(ITEMS, "oe_order_item_id", "WIDGET-001").await.ok();
        assert_eq!(order.rows("items").await[2]["unit_of_measure"], "EA", "{name}");
        let refused = order.change(ITEMS, "unit_of_measure", "PALLET").await;
        refused.refused(422, "Invalid unit_of_measure value: PALLET");
        assert_eq!(order.rows("items").await[2]["unit_of_measure"], "EA", "{name}");
        let contract = p21.open("JobContractPricing").await;
        contract.types(CONTRACT, &[("company_id", "ACME"), ("contract_no", "U-1")]).await;
        contract.tab("JOBPRICELINE").await.ok();
        contract.change(LINES, "item_id", "WIDGET-001").await.ok();
        let refused = contract.change(LINES, "uom", "PALLET").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused:?}");
        assert!(refused.error().starts_with("Invalid uom value"), "{refused:?}");
    }
}

const LOCATIONS: &str = "invloclist";
const DETAIL: &str = "TABPAGE_18.inv_loc_detail";

/// The window of an item at two locations.
async fn item_window(p21: &P21) -> Driven<'_> {
    let window = p21.open("Item").await;
    window.types("TABPAGE_1.tp_1_dw_1", &[("item_id", "WIDGET-002")]).await;
    window.tab("TABPAGE_17").await.ok();
    window
}

#[tokio::test]
async fn interactive_api_check_37_a_detail_shows_the_row_that_was_selected() {
    for (name, p21) in in_session().await {
        let window = item_window(&p21).await;
        let locations: Vec<String> =
            window.rows(LOCATIONS).await.iter().map(|row| row["location_id"].clone()).collect();
        assert_eq!(locations, ["100", "200"], "{name}");
        for (row, location) in [(2, "200"), (1, "100")] {
            window.tab("TABPAGE_17").await.ok();
            window.row(LOCATIONS, row).await.ok();
            window.tab("TABPAGE_18").await.ok();
            assert_eq!(window.value("inv_loc_detail", "location_id").await, location, "{name} {row}");
        }
        // One row behind, counted from 0: the detail shows what was selected before.
        p21.sandbox.set("interactive.one_behind", "Item").unwrap();
        let window = item_window(&p21).await;
        window.data().await;
        for (row, shown) in [(1, "100"), (0, "200"), (0, "100")] {
            window.row(LOCATIONS, row).await.ok();
            window.tab("TABPAGE_18").await.ok();
            assert_eq!(window.value("inv_loc_detail", "location_id").await, shown, "{name} behind, {row}");
        }
    }
}

#[tokio::test]
async fn interactive_api_check_38_selecting_on_the_detail_moves_the_list() {
    for (name, p21) in in_session().await {
        let window = item_window(&p21).await;
        window.row(LOCATIONS, 2).await.ok();
        window.tab("TABPAGE_18").await.ok();
        assert_eq!(window.value("inv_loc_detail", "location_id").await, "200", "{name}");
        window.row("inv_loc_detail", 1).await.ok();
        assert_eq!(window.value("inv_loc_detail", "location_id").await, "100", "{name}: it is another record");
    }
}

#[tokio::test]
async fn interactive_api_check_55_a_flagged_item_asks_before_it_is_saved() {
    for (name, p21) in in_session().await {
        for (tool, is_saved) in [("cb_2", false), ("cb_1", true)] {
            let window = p21.open("Item").await;
            window.types("TABPAGE_1.tp_1_dw_1", &[("item_id", "WIDGET-001")]).await;
            window.tab("TABPAGE_6").await.ok();
            window.row("tp_6_dw_6", 1).await.ok();
            window.types("TABPAGE_7.tp_7_dw_7", &[("cost", "0"), ("list_price", "0")]).await;
            let popup = window.other(&window.save().await.popup());
            assert_eq!(popup.state().await.body["Definition"]["Name"], "w_rule_callback_response", "{name}");
            let answered = popup.press(tool).await.ok();
            assert_eq!(answered.has_event("savesucceeded"), is_saved, "{name} {tool}: {answered:?}");
            window.close().await.ok();
            let read = p21.read("Item", "TABPAGE_1.tp_1_dw_1", &[("item_id", "WIDGET-001")]).await;
            assert_eq!(value(&read, "TABPAGE_7.tp_7_dw_7", "cost") == "0", is_saved, "{name} {tool}");
        }
    }
}

#[tokio::test]
async fn interactive_api_check_56_a_product_group_overwrites_accounts_unless_somebody_answers() {
    for (name, version) in profiles() {
        for (hands_out, tool, account) in
            [(false, None, "1300"), (true, Some("cb_2"), ""), (true, Some("cb_1"), "1300")]
        {
            let p21 = p21_with(|builder| builder.p21_version(version.clone())).await;
            p21.session_with(json!({"ResponseWindowHandlingEnabled": hands_out, "SessionTimeout": 3600})).await;
            let window = item_window(&p21).await;
            window.row(LOCATIONS, 1).await.ok();
            window.tab("TABPAGE_18").await.ok();
            let changed = window.change(DETAIL, "product_group_id", "MACHINES").await;
            match tool {
                None => drop(changed.ok()),
                Some(tool) => {
                    let popup = window.other(&changed.popup());
                    assert_eq!(popup.state().await.body["Definition"]["Name"], "w_message");
                    assert_eq!(popup.state().await.body["Definition"]["Datawindows"], json!({}));
                    popup.press(tool).await.ok();
                }
            }
            assert_eq!(window.value("inv_loc_detail", "product_group_id").await, "MACHINES", "{name}");
            window.tab("TABPAGE_24").await.ok();
            assert_eq!(window.value("inv_loc_accounts", "gl_account_no").await, account, "{name} {tool:?}");
        }
    }
}

/// The tabs of a new contract that are disabled until something is typed.
const LOCKED: [&str; 7] =
    ["CUSTSHIPTOCONSIGN", "BINS", "VALUES", "BIN_ITEMS", "ITEM_BIN_NOTES", "SHIPTOCONSIGNCONTROL", "CONSIGNMENTISSUES"];

#[tokio::test]
async fn interactive_api_check_40_a_new_contract_opens_its_tabs_one_after_the_other() {
    for (name, p21) in in_session().await {
        let contract = p21.open("JobContractPricing").await;
        for page in LOCKED {
            assert!(!contract.is_enabled(page).await, "{name} {page}");
        }
        contract.tab("BINS").await.refused(400, "Tab page is disabled and cannot be selected");
        let typed = contract.change(CONTRACT, "contract_no", "W-1").await.ok();
        let opened: Vec<String> = typed.events("tabpageenabled").into_iter().map(|(_, page)| page).collect();
        assert_eq!(opened, ["CUSTOMER_SHIP_TO"], "{name}");
        let refused = contract.change(CONTRACT, "customer_id", "100198").await;
        let text = "Before selecting a Customer ID or Ship To ID, make sure that the combination exists in the \
                    Customer/Ship To tab.";
        assert_eq!((refused.result(), refused.message()), (2, text), "{name}");
        contract.tab("CUSTOMER_SHIP_TO").await.ok();
        contract.add_row("customer_ship_to").await.ok();
        let pair = [("customer_id", "100198"), ("ship_to_id", "100198")];
        contract.types("CUSTOMER_SHIP_TO.customer_ship_to", &pair).await;
        contract.types(CONTRACT, &pair).await;
        assert!(contract.is_enabled("SHIP_TO_ITEM").await, "{name}");
        contract.tab("SHIP_TO_ITEM").await.ok();
        contract.add_row("ship_to_item").await.ok();
        let asked = contract.change("SHIP_TO_ITEM.ship_to_item", "item_id", "WIDGET-001").await;
        let popup = contract.other(&asked.popup());
        assert_eq!(popup.state().await.body["Definition"]["Name"], "w_inventory_scan_lookup");
        let answered = popup.press("cb_cancel").await.ok();
        let opened: Vec<String> = answered.events("tabpageenabled").into_iter().map(|(_, page)| page).collect();
        for page in ["VALUES", "BINS", "BIN_ITEMS", "ITEM_BIN_NOTES"] {
            assert!(opened.iter().any(|of| of == page), "{name} {page}: {opened:?}");
        }
    }
}

/// A stored contract with a ship-to, a line and its bin; its number.
async fn contract(p21: &P21) -> String {
    let elements = vec![
        contract_header("B-1"),
        element("CUSTOMER_SHIP_TO.customer_ship_to", &[], &[&[("customer_id", "100198"), ("ship_to_id", "100198")]]),
        line(&FIXED),
        element(
            "BINS.bins",
            &[],
            &[&[("contract_bin_id", "BIN-1"), ("customer_id", "100198"), ("ship_to_id", "100198"), ("min_qty", "1")]],
        ),
    ];
    let echo = p21.passes(&ignoring(set("JobContractPricing", [elements]))).await;
    value(&echo, CONTRACT, "job_no")
}

/// The bins of the contract's only line, in front.
async fn bins<'a>(p21: &'a P21, number: &str) -> Driven<'a> {
    let window = p21.open("JobContractPricing").await;
    window.types(CONTRACT, &[("job_no", number)]).await;
    window.tab("CUSTOMER_SHIP_TO").await.ok();
    window.row("customer_ship_to", 1).await.ok();
    window.tab("JOBPRICELINE").await.ok();
    window.row("jobpriceline", 1).await.ok();
    window.tab("BINS").await.ok();
    window
}

#[tokio::test]
async fn interactive_api_check_41_bins_open_with_the_ship_to_that_is_selected() {
    for (name, p21) in in_session().await {
        let number = contract(&p21).await;
        let window = p21.open("JobContractPricing").await;
        window.types(CONTRACT, &[("job_no", &number)]).await;
        window.tab("BINS").await.refused(400, "Tab page is disabled and cannot be selected");
        let window = bins(&p21, &number).await;
        assert_eq!(window.rows("bins").await.len(), 1, "{name}");
    }
}

#[tokio::test]
async fn interactive_api_check_39_the_key_of_a_bin_moves_the_cursor() {
    for (name, p21) in in_session().await {
        let number = contract(&p21).await;
        let window = bins(&p21, &number).await;
        window.row("bins", 1).await.ok();
        let both = ["contract_bin_id", "min_qty"].into_iter().zip(["BIN-1", "7"]);
        let both = both.map(|(field, value)| item(Some("BINS"), "bins", field, value)).collect();
        window.changes(both).await.ok();
        assert_eq!(window.value("bins", "min_qty").await, "1", "{name}: nothing says so");
        window.row("bins", 1).await.ok();
        window.change("BINS.bins", "min_qty", "7").await.ok();
        assert_eq!(window.value("bins", "min_qty").await, "7", "{name}");
    }
}
