//! Window commands.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::SandboxBuilder;
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::definitions::more_definitions;
use support::*;

fn open(service: &str) -> Value {
    json!({"Action": 0, "DetailLevel": 0, "Args": {"ServiceName": service}})
}

fn change(datawindow: &str, changes: &[(&str, &str)]) -> Value {
    let list: Vec<Value> = changes
        .iter()
        .map(|(field, value)| json!({"DatawindowName": datawindow, "FieldName": field, "Value": value}))
        .collect();
    json!({"Action": 2, "DetailLevel": 1, "Args": {"List": list}})
}

fn select(datawindow: &str, row: u32) -> Value {
    json!({"Action": 5, "DetailLevel": 2, "Args": {"DatawindowName": datawindow, "Row": row}})
}

fn tool(name: &str) -> Value {
    json!({"Action": 9, "Args": {"ToolName": name, "Row": 1}})
}

fn bare(action: i64) -> Value {
    json!({"Action": action, "DetailLevel": 0})
}

const SAVE: i64 = 6;
const CLOSE: i64 = 1;
const AREAS: &str = "TABPAGE_17.tp_17_dw_17";
const PICKER: &str = "tp_17_dw_dragdrop";
const NOTE: &str = "TABPAGE_1.tp_1_dw_1";

impl P21 {
    async fn send_commands(&self, requests: &[Value]) -> (StatusCode, String) {
        let body = json!({"Requests": requests});
        text_of(self.post("/api/v2/commands").json(&body).send().await.unwrap()).await
    }

    /// The results of a batch that is answered with some.
    async fn commands(&self, requests: &[Value]) -> Vec<Value> {
        let (status, text) = self.send_commands(requests).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        let answer: Value = serde_json::from_str(&text).unwrap();
        let results = answer["Results"].as_array().unwrap().clone();
        assert_eq!(results.len(), requests.len(), "one result a request");
        let failed = results.iter().any(|result| result["Result"]["Status"] != 1);
        assert_eq!(answer["Status"], if failed { 2 } else { 1 });
        results
    }
}

fn statuses(results: &[Value]) -> Vec<u64> {
    results.iter().map(|result| result["Result"]["Status"].as_u64().unwrap()).collect()
}

fn texts(result: &Value) -> Vec<&str> {
    result["Result"]["Messages"].as_array().unwrap().iter().map(|message| message["Text"].as_str().unwrap()).collect()
}

fn events(result: &Value) -> Vec<&str> {
    result["Result"]["Events"].as_array().unwrap().iter().map(|event| event["Name"].as_str().unwrap()).collect()
}

/// The value of an event's only datum.
fn datum<'v>(result: &'v Value, event: &str) -> &'v str {
    let events = result["Result"]["Events"].as_array().unwrap();
    events.iter().find(|of| of["Name"] == event).unwrap()["Data"][0]["Value"].as_str().unwrap()
}

async fn with_notepad() -> (tempfile::TempDir, P21) {
    let definitions = more_definitions();
    let p21 = p21_with(|builder: SandboxBuilder| builder.definitions(definitions.path())).await;
    (definitions, p21)
}

fn note() -> Value {
    change("tp_1_dw_1", &[("inv_mast_item_id", "WIDGET-001"), ("topic", "Handle with care"), ("note", "It breaks.")])
}

#[tokio::test]
async fn transaction_api_check_57_a_note_with_an_area_is_saved() {
    let (_definitions, p21) = with_notepad().await;
    let batch = [open("ItemNotepad"), note(), select(PICKER, 2), tool("cb_select"), bare(SAVE), bare(CLOSE)];
    let results = p21.commands(&batch).await;
    assert_eq!(statuses(&results), [1; 6], "{results:?}");
    let window = results[0]["Result"]["WindowId"].as_str().unwrap();
    assert_eq!(window.len(), 36);
    assert!(results.iter().all(|result| result["Result"]["WindowId"] == window && result["Data"].is_null()));
    assert_eq!(events(&results[4]), ["keygenerated", "savesucceeded"]);
    assert_eq!(datum(&results[4], "savesucceeded"), "tp_1_dw_1");
    let note = p21.read("ItemNotepad", NOTE, &[("note_id", datum(&results[4], "keygenerated"))]).await;
    assert_eq!(value(&note, NOTE, "topic"), "Handle with care");
    assert_eq!(column(&note, AREAS, "area"), ["Purchase Order Entry"]);
}

#[tokio::test]
async fn transaction_api_check_57_a_204_or_an_empty_500_voids_the_whole_answer() {
    let (_definitions, p21) = with_notepad().await;
    let around = async |command: Value| p21.send_commands(&[open("ItemNotepad"), command, bare(CLOSE)]).await;
    let with_args = |action: i64, args: Value| json!({"Action": action, "DetailLevel": 0, "Args": args});
    let void = (StatusCode::NO_CONTENT, String::new());
    assert_eq!(around(bare(3)).await, void);
    assert_eq!(around(with_args(3, json!({"DatawindowName": "tp_1_dw_1", "Row": 1}))).await, void);
    assert_eq!(around(bare(4)).await, void);
    for action in [7, 8, 10, 11, 999, -1] {
        assert_eq!(around(bare(action)).await, (StatusCode::INTERNAL_SERVER_ERROR, String::new()), "{action}");
    }
    let (status, text) = around(with_args(4, json!({"DatawindowName": "tp_1_dw_1"}))).await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(status, StatusCode::OK);
    assert_eq!(statuses(answer["Results"].as_array().unwrap()), [1, 2, 1]);
}

#[tokio::test]
async fn notes_get_their_areas_from_the_picker_only() {
    let (_definitions, p21) = with_notepad().await;
    let refused = "You must select at least one area where this note will display.";
    let results = p21.commands(&[open("ItemNotepad"), note(), bare(SAVE)]).await;
    assert_eq!((statuses(&results), texts(&results[2])), (vec![1, 1, 2], vec![refused]));
    let results = p21.commands(&[open("ItemNotepad"), note(), change("tp_17_dw_17", &[("area", "Shipping")])]).await;
    assert_eq!(texts(&results[2]), ["General Exception: Column is disabled: area"]);
    let results = p21.commands(&[open("ItemNotepad"), note(), tool("cb_selectall"), bare(SAVE)]).await;
    let id = datum(&results[3], "keygenerated").to_owned();
    let all = column(&p21.read("ItemNotepad", NOTE, &[("note_id", &id)]).await, AREAS, "area");
    assert_eq!(all, ["Order Entry", "Purchase Order Entry", "Shipping"]);
    // What is chosen is not offered again.
    let results =
        p21.commands(&[open("ItemNotepad"), change("tp_1_dw_1", &[("note_id", &id)]), select(PICKER, 1)]).await;
    assert_eq!((statuses(&results), events(&results[1])), (vec![1, 1, 2], vec!["dwcontentchanged"]));
}

#[tokio::test]
async fn transaction_api_check_58_a_note_is_refused_in_a_transaction() {
    let (_definitions, p21) = with_notepad().await;
    let note = element(NOTE, &[], &[&[("inv_mast_item_id", "WIDGET-001"), ("topic", "t"), ("note", "n")]]);
    let no_area = ["Transaction 1:: You must select at least one area where this note will display."];
    assert_eq!(p21.fails(&set("ItemNotepad", [vec![note.clone()]])).await, no_area);
    let area = |name: &str| element(name, &[], &[&[("area", "Shipping")]]);
    let disabled = ["Transaction 1:: General Exception: Column is disabled: area"];
    let with_area = set("ItemNotepad", [vec![note.clone(), area(AREAS)]]);
    assert_eq!(p21.fails(&with_area).await, disabled);
    assert_eq!(p21.fails(&ignoring(with_area)).await, disabled);
    let picker = area("TABPAGE_17.tp_17_dw_dragdrop");
    assert_eq!(p21.fails(&set("ItemNotepad", [vec![note, picker]])).await, no_area);
}

#[tokio::test]
async fn the_window_follows_the_rules_of_transactions() {
    let p21 = p21_26().await;
    p21.passes(&set("JobContractPricing", [vec![contract_header("C-1"), line(&SOURCE), line(&FIXED)]])).await;
    let load =
        change("d_dw_job_price_hdr", &[("company_id", "ACME"), ("contract_no", "C-1"), ("end_date", "2028-01-31")]);
    let results = p21
        .commands(&[
            open("JobContractPricing"),
            load.clone(),
            select("jobpriceline", 2),
            change("jobpriceline", &[("pricing_method", "Price"), ("price", "31")]),
            change("d_dw_job_price_hdr", &[("corp_address_id", "7")]),
            change("values", &[("calculation_value1", "1")]),
            change("jobpriceline", &[("no_such_field", "1")]),
            change("no_such_datawindow", &[("price", "1")]),
            select("jobpriceline", 3),
            bare(SAVE),
            bare(SAVE),
        ])
        .await;
    assert_eq!(statuses(&results), [1, 1, 1, 1, 2, 2, 2, 2, 2, 1, 2], "{results:?}");
    assert_eq!(texts(&results[4]), ["General Exception: Column is disabled: corp_address_id"]);
    assert_eq!(texts(&results[5])[0], "General Exception: Tab page is disabled and cannot be selected");
    assert_eq!(texts(&results[6]), ["General Exception: Invalid column name: no_such_field"]);
    assert_eq!(texts(&results[7]), ["Unable to find datawindow named no_such_datawindow"]);
    assert_eq!(texts(&results[8]), ["There is no row 3."]);
    assert_eq!((events(&results[9]), texts(&results[10])), (vec!["savesucceeded"], vec!["Save is not enabled."]));
    let contract = p21.read_contract("C-1").await;
    assert_eq!(column(&contract, LINES, "price"), ["", "31"]);
    assert_eq!(value(&contract, CONTRACT, "end_date"), "2028-01-31");
    // A new record, with its first line.
    let number = |results: &[Value]| datum(results.last().unwrap(), "keygenerated").to_owned();
    let header: Vec<(&str, &str)> = ORDER_HEADER.to_vec();
    let line = change("items", &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]);
    let results = p21.commands(&[open("Order"), change("order", &header), line, bare(SAVE)]).await;
    let order = p21.read_order(&number(&results)).await;
    assert_eq!(
        (column(&order, ITEMS, "unit_quantity"), column(&order, ITEMS, "unit_of_measure")),
        (vec!["5".to_owned()], vec!["EA".to_owned()])
    );
}

#[tokio::test]
async fn windows_that_are_not_there() {
    let p21 = p21_with(|builder| builder.undeployed("VendorInvoice")).await;
    assert_eq!(p21.send_commands(&[open("NoSuchService")]).await, (StatusCode::INTERNAL_SERVER_ERROR, String::new()));
    let (status, text) = p21.send_commands(&[open("VendorInvoice")]).await;
    assert!(status == 500 && text.contains("Window <<VendorInvoice>> is not available"), "{text}");
    let results =
        p21.commands(&[bare(SAVE), open("Order"), bare(CLOSE), bare(SAVE), open("Order"), open("Order")]).await;
    assert_eq!(statuses(&results), [2, 1, 1, 2, 1, 1]);
    assert_eq!(texts(&results[3]), ["Window not found"]);
    assert_eq!(p21.commands(&[]).await, Vec::<Value>::new());
    let unknown_tool = p21.commands(&[open("Order"), tool("cb_nothing")]).await;
    assert!(texts(&unknown_tool[1])[0].contains("does not simulate the tool `cb_nothing`"));
    for body in ["{\"Requests\":5}", "{\"Requests\":[{\"Action\":\"open\"}]}", "null", ""] {
        let request = p21.post("/api/v2/commands").header("Content-Type", "application/json").body(body);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST, "{body}");
    }
}
