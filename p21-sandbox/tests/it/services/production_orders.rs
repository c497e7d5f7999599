//! Checks of the sheet on production orders, as far as the Transaction API goes.

use serde_json::Value;

use super::served;
use crate::support::pdf::{ids, text_in};
use crate::support::*;

const HEADER: &str = "TABPAGE_1.tp_1_dw_1";
const LINES: &str = "TABPAGE_17.tp_17_dw_17";
const COMPONENTS: &str = "TABPAGE_18.components";
const NOTES: &str = "PROD_ORDER_HDR_NOTE_TAB.prod_order_hdr_note_tab";

const TICKETS: &str = "ProductionOrderPicking";
const TICKET: &str = "TP_PRODPICKTICKETCONF.tp_prodpickticketconf";
const PICKED: &str = "TABPAGE_17.tp_17_dw_17";

fn component(item: &str, quantity: &str) -> Value {
    element(COMPONENTS, &[], &[&[("item_id", item), ("qty_per_assembly", quantity)]])
}

fn line(item: &str) -> Value {
    element(LINES, &[], &[&[("assembly_item_id", item), ("qty_to_make", "10")]])
}

async fn production_order(p21: &P21) -> String {
    let header = element(HEADER, &[], &[&[("source_loc_id", "100"), ("required_date", "2026-04-01")]]);
    let elements = vec![header, line("WIDGET-001"), component("COMPONENT-A", "2"), component("COMPONENT-B", "1")];
    value(&p21.passes(&set("ProductionOrder", [elements])).await, HEADER, "prod_order_number")
}

/// The order, with edits of its header and whatever else.
fn change(number: &str, edits: &[(&str, &str)], rest: Vec<Value>) -> Value {
    let mut all = vec![("prod_order_number", number)];
    all.extend(edits);
    let mut elements = vec![element(HEADER, &["prod_order_number"], &[&all])];
    elements.extend(rest);
    set("ProductionOrder", [elements])
}

const PRINT: [(&str, &str); 2] = [("print_pick_ticket", "ON"), ("print_form", "ON")];

async fn read(p21: &P21, number: &str) -> Value {
    p21.read("ProductionOrder", HEADER, &[("prod_order_number", number)]).await
}

async fn ticket(p21: &P21, number: &str) -> Value {
    p21.read(TICKETS, TICKET, &[("prod_pick_ticket_number", number)]).await
}

#[tokio::test]
async fn production_labor_section_5_the_location_that_makes_an_item_has_it() {
    let p21 = served().await;
    let header = || element(HEADER, &[], &[&[("source_loc_id", "200")]]);
    let messages = p21.fails(&set("ProductionOrder", [vec![header(), line("WIDGET-001")]])).await;
    assert_eq!(messages, ["Transaction 1:: item ID does not exist at your source location."]);
    let number = production_order(&p21).await;
    let read = read(&p21, &number).await;
    assert_eq!(column(&read, LINES, "assembly_item_id"), ["WIDGET-001"]);
    assert_eq!(column(&read, COMPONENTS, "item_id"), ["COMPONENT-A", "COMPONENT-B"]);
}

#[tokio::test]
async fn production_labor_check_4_printing_marks_the_order_once() {
    let p21 = served().await;
    let number = production_order(&p21).await;
    assert_ne!(value(&read(&p21, &number).await, HEADER, "printed"), "ON");
    p21.passes(&change(&number, &PRINT, vec![])).await;
    let printed = read(&p21, &number).await;
    assert_eq!(value(&printed, HEADER, "printed"), "ON");
    assert_eq!(value(&printed, HEADER, "print_form"), "OFF", "it is a command, no property");
    let first = ticket(&p21, "6000001").await;
    assert_eq!(value(&first, TICKET, "prod_order_number"), number);
    assert_eq!(value(&first, TICKET, "row_status_flag"), "702");
    assert_eq!(column(&first, PICKED, "item_id"), ["COMPONENT-A", "COMPONENT-B"]);
    assert_eq!(column(&first, PICKED, "qty_to_pick"), ["20", "10"], "for ten of them");

    let again = change(&number, &PRINT, vec![]);
    assert_eq!(p21.fails(&again).await, ["Transaction 1:: Save is not enabled."]);
    // What came later is on no ticket yet, and gets one of its own.
    let late = change(&number, &[], vec![component("LAB-TEST", "1")]);
    p21.passes(&late).await;
    p21.passes(&again).await;
    assert_eq!(column(&ticket(&p21, "6000002").await, PICKED, "item_id"), ["LAB-TEST"]);
    assert_eq!(p21.fails(&again).await, ["Transaction 1:: Save is not enabled."]);
}

/// The documents of the one transaction of an answer.
fn documents(transaction: &Value) -> &[Value] {
    transaction["Documents"].as_array().map_or(&[], Vec::as_slice)
}

#[tokio::test]
async fn production_labor_check_4_printing_returns_pdfs() {
    let p21 = served().await;
    let number = production_order(&p21).await;
    let echo = p21.passes(&change(&number, &[("print_form", "ON")], vec![])).await;
    let form = documents(&echo);
    assert_eq!(ids(form), [format!("PRO{number} PRODUCTION_ORDER")]);
    let text = text_in(&form[0]);
    for part in [&*format!("PRODUCTION ORDER {number}"), "WIDGET-001", "COMPONENT-A", "COMPONENT-B"] {
        assert!(text.contains(part), "{part}: {text}");
    }

    let echo = p21.passes(&change(&number, &[("print_pick_ticket", "ON")], vec![])).await;
    assert_eq!(ids(documents(&echo)), ["PPT6000001 PRODUCTION_PICK_TICKET"]);
    let text = text_in(&documents(&echo)[0]);
    assert!(text.contains("PRODUCTION PICK TICKET 6000001") && text.contains("COMPONENT-A"), "{text}");

    let number = production_order(&p21).await;
    let both = p21.passes(&change(&number, &PRINT, vec![])).await;
    assert_eq!(documents(&both).len(), 2);
    let plain = p21.passes(&change(&number, &[("required_date", "2026-05-01")], vec![])).await;
    assert!(plain["Documents"].is_null(), "a save without the switches prints nothing");
}

#[tokio::test]
async fn production_labor_check_4_the_pdfs_are_in_the_xml_answer_too() {
    let p21 = served().await;
    let number = production_order(&p21).await;
    let request = p21.post("/api/v2/transaction").header("Accept", "application/xml");
    let (status, text) = text_of(request.json(&change(&number, &PRINT, vec![])).send().await.unwrap()).await;
    assert_eq!(status, reqwest::StatusCode::OK);
    assert_eq!(text.matches("<DocumentData>JVBER").count(), 2, "{text}");
    assert!(text.contains("<Documents><Document>"), "{text}");
}

#[tokio::test]
async fn production_labor_check_4_a_refused_order_prints_nothing() {
    let p21 = served().await;
    let number = production_order(&p21).await;
    let note = element(NOTES, &[], &[&[("note", "x")]]);
    p21.fails(&change(&number, &PRINT, vec![note])).await;
    assert_ne!(value(&read(&p21, &number).await, HEADER, "printed"), "ON");
    assert_eq!(value(&ticket(&p21, "6000001").await, TICKET, "prod_order_number"), "");
}

#[tokio::test]
async fn production_labor_check_5_a_ticket_confirmed_by_transaction_is_a_shell() {
    let p21 = served().await;
    let number = production_order(&p21).await;
    p21.passes(&change(&number, &PRINT, vec![])).await;
    let on_hand = async || p21.stock("COMPONENT-A", "100").await["qty_on_hand"].clone();
    let before = on_hand().await;
    let confirm = |ticket| {
        let edits = [("prod_pick_ticket_number", ticket), ("row_status_flag", "Confirm")];
        set(TICKETS, [vec![element(TICKET, &[], &[&edits])]])
    };
    p21.passes(&confirm("6000001")).await;
    let confirmed = ticket(&p21, "6000001").await;
    assert_eq!(value(&confirmed, TICKET, "row_status_flag"), "1962");
    assert_eq!(column(&confirmed, PICKED, "qty_confirmed"), ["20", "10"]);
    assert_eq!(column(&confirmed, PICKED, "qty_applied"), ["0", "0"]);
    assert_eq!(on_hand().await, before, "nothing moved");
    let unknown = p21.fails(&confirm("6000999")).await;
    assert!(unknown[0].contains("Enter a valid ID or leave ID blank."), "{unknown:?}");
}

#[tokio::test]
async fn production_labor_check_8_header_notes_are_shut() {
    let p21 = served().await;
    let number = production_order(&p21).await;
    for (field, value) in [("note", "as drawn"), ("topic", "Drawing")] {
        let payload = change(&number, &[], vec![element(NOTES, &[], &[&[(field, value)]])]);
        let messages = p21.fails(&payload).await;
        assert_eq!(messages, [format!("Transaction 1:: General Exception: Column is disabled: {field}")]);
        let echo = p21.passes(&ignoring(payload)).await;
        assert_eq!(element_names(&echo), [HEADER]);
    }
    assert!(rows(&read(&p21, &number).await, NOTES).is_empty());
}

/// Labor on the order, by its time or from eight o'clock on.
fn labor(number: &str, code: &str, time: (&str, &str)) -> Value {
    let header = [("company_id", "ACME"), ("technician_id", "1001"), ("entry_date", "2026-03-02")];
    let mut row = vec![
        ("prod_order_number", number),
        ("item_id", "WIDGET-001"),
        ("component_labor_id", code),
        ("start_time", "2026-03-02T08:00:00"),
        time,
        ("labor_type_cd", "Rate"),
    ];
    if time.0 == "time_worked" {
        row.retain(|(name, _)| *name != "start_time");
    }
    let grid = element("TP_LABORRECORDING.prod_order_line_comp_labor", &[], &[&row]);
    set("TimeEntry", [vec![element("TP_TECHNICIAN.tp_technician", &[], &[&header]), grid]])
}

#[tokio::test]
async fn production_labor_check_4_labor_that_comes_after_printing_wants_a_ticket_of_its_own() {
    let p21 = served().await;
    let number = production_order(&p21).await;
    p21.passes(&change(&number, &PRINT, vec![])).await;
    p21.passes(&labor(&number, "LAB-TEST", ("end_time", "2026-03-02T09:30:00"))).await;
    let read_components = async |field: &str| column(&read(&p21, &number).await, COMPONENTS, field);
    assert_eq!(read_components("item_id").await, ["COMPONENT-A", "COMPONENT-B", "LAB-TEST"]);
    assert_eq!(read_components("qty_on_pick_tickets").await, ["20", "10", "0"], "completion would fail now");
    p21.passes(&change(&number, &PRINT, vec![])).await;
    assert_eq!(column(&ticket(&p21, "6000002").await, PICKED, "item_id"), ["LAB-TEST"]);
    assert_ne!(read_components("qty_on_pick_tickets").await[2], "0");
    assert_eq!(p21.fails(&change(&number, &PRINT, vec![])).await, ["Transaction 1:: Save is not enabled."]);
}

#[tokio::test]
async fn production_labor_section_2_time_adds_up_to_the_minute() {
    let p21 = served().await;
    let number = production_order(&p21).await;
    p21.passes(&labor(&number, "LAB-TEST", ("end_time", "2026-03-02T09:45:00"))).await;
    p21.passes(&labor(&number, "LAB-TEST", ("time_worked", "0:20"))).await;
    p21.passes(&labor(&number, "LAB-ASSEMBLE", ("time_worked", "12:00"))).await;
    let times = column(&read(&p21, &number).await, COMPONENTS, "time_worked");
    assert_eq!(times, ["", "", "2:05", "12:00"]);
}

/// Makes WIDGET-001 an assembly that is made in production.
async fn assemble(p21: &P21, makes_orders: &str) {
    let header = [
        ("inv_mast_item_id", "WIDGET-001"),
        ("production_order_processing", "ON"),
        ("auto_create_prod_order", makes_orders),
    ];
    let component = [("item_id_service_labor_id", "COMPONENT-A"), ("quantity", "2")];
    let elements =
        vec![element("TABPAGE_1.assemblyhdr", &[], &[&header]), element("TABPAGE_17.tp_17_dw_17", &[], &[&component])];
    p21.passes(&set("Assembly", [elements])).await;
}

async fn sell(p21: &P21, quantity: &str) {
    let line = [("oe_order_item_id", "WIDGET-001"), ("unit_quantity", quantity)];
    p21.order(vec![order_header(), items(&[], &[&line])]).await;
}

async fn allocated(p21: &P21) -> Value {
    p21.stock("WIDGET-001", "100").await["qty_allocated"].clone()
}

#[tokio::test]
async fn production_labor_check_3_stock_is_netted_before_a_production_order_is_made() {
    let p21 = served().await;
    assemble(&p21, "ON").await;
    sell(&p21, "420").await;
    assert_eq!(allocated(&p21).await, 420);
    let first = read(&p21, "7000001").await;
    assert_eq!(value(&first, HEADER, "prod_order_number"), "", "enough on hand: nothing to make");
    sell(&p21, "100").await;
    assert_eq!(allocated(&p21).await, 500);
    let first = read(&p21, "7000001").await;
    assert_eq!(
        (column(&first, LINES, "assembly_item_id"), column(&first, LINES, "qty_to_make")),
        (vec!["WIDGET-001".to_owned()], vec!["20".to_owned()])
    );
    assert_eq!(value(&first, HEADER, "source_loc_id"), "100");
    let link = &rows(&first, "LINKS.links")[0];
    assert_eq!((link["transaction_uid"].as_str(), link["trans_type"].as_str()), ("1", "O"));
    // A refused order takes nothing.
    let line = [("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "7")];
    let header = order_header_with(&["ship_to_id"], &[]);
    p21.fails(&set("Order", [vec![header, items(&[], &[&line])]])).await;
    assert_eq!(value(&read(&p21, "7000002").await, HEADER, "prod_order_number"), "");
    // One more is all short.
    sell(&p21, "3").await;
    assert_eq!(column(&read(&p21, "7000002").await, LINES, "qty_to_make"), ["3"]);
    assert_eq!(allocated(&p21).await, 500);
}

#[tokio::test]
async fn production_labor_section_4_without_the_switch_no_production_order_is_made() {
    let p21 = served().await;
    assemble(&p21, "OFF").await;
    sell(&p21, "900").await;
    assert_eq!(allocated(&p21).await, Value::Null);
    assert_eq!(value(&read(&p21, "7000001").await, HEADER, "prod_order_number"), "");
}
