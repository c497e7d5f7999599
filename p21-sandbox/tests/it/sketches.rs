//! Services that nobody has published a definition of, served by sketches.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::ServedDefinitions;
use serde_json::{Value, json};
use support::*;

async fn sketched() -> P21 {
    p21_with(|builder| builder.sketches()).await
}

fn mark(answer: &reqwest::Response) -> String {
    answer.headers().get("p21-sandbox").map_or("", |value| value.to_str().unwrap()).to_owned()
}

/// Every service that has a sketch.
const SKETCHES: [&str; 16] = [
    "BinLocation",
    "CompletedProducitonOrderAdjustment",
    "CustomerNotepad",
    "ItemNotepad",
    "PickZone",
    "ProductionOrder",
    "ProductionOrderPicking",
    "ProductionOrderProcessing",
    "PutawayZone",
    "RMA",
    "RequisitionPurchaseOrder",
    "ShipTo",
    "SupplierNotepad",
    "Task",
    "Territory",
    "VendorNotepad",
];

#[tokio::test]
async fn answers_about_a_sketch_bear_a_mark_and_nothing_is_served_unless_asked_for() {
    let (with, without) = (sketched().await, p21().await);
    for service in SKETCHES {
        for path in ["definition", "defaults", "basics"] {
            let path = format!("/api/v2/{path}/{service}");
            let answer = with.get(&path).send().await.unwrap();
            assert!(answer.status() == 200 && mark(&answer) == format!("sketch: {service}"), "{path}");
            assert_eq!(without.get(&path).send().await.unwrap().status(), 501, "{path}");
        }
        let sent = json!({"Name": service, "Transactions": []});
        for (path, body) in [
            ("/api/v2/transaction", sent.clone()),
            ("/api/v2/transaction/async", sent),
            ("/api/v2/transaction/get", json!({"ServiceName": service, "TransactionStates": []})),
            ("/api/v2/commands", json!({"Requests": [{"Action": 0, "Args": {"ServiceName": service}}]})),
        ] {
            let answer = with.post(path).json(&body).send().await.unwrap();
            // A ship-to can't be read.
            let marked = mark(&answer) == format!("sketch: {service}") || answer.status() == 500;
            assert!(marked, "{path} {service}: {} {}", answer.status(), mark(&answer));
            assert_eq!(without.post(path).json(&body).send().await.unwrap().status(), 501, "{path} {service}");
        }
    }
    let order = with.get("/api/v2/definition/Order").send().await.unwrap();
    assert_eq!(mark(&order), "", "a published definition is none");
}

#[tokio::test]
async fn production_can_be_tried() {
    let p21 = sketched().await;
    let header = element("TABPAGE_1.tp_1_dw_1", &[], &[&[("source_loc_id", "100")]]);
    let line = element("TABPAGE_17.tp_17_dw_17", &[], &[&[("assembly_item_id", "WIDGET-001"), ("qty_to_make", "5")]]);
    let echo = p21.passes(&set("ProductionOrder", [vec![header, line]])).await;
    assert!(!value(&echo, "TABPAGE_1.tp_1_dw_1", "prod_order_number").is_empty(), "{echo}");
}

/// A note with an area, by commands.
async fn note(p21: &P21, service: &str, about: (&str, &str)) -> Value {
    let change = |field: &str, value: &str| json!({"DatawindowName": "tp_1_dw_1", "FieldName": field, "Value": value});
    let list = [change(about.0, about.1), change("topic", "Careful"), change("note", "It breaks.")];
    let requests = json!([
        {"Action": 0, "Args": {"ServiceName": service}},
        {"Action": 2, "Args": {"List": list}},
        {"Action": 5, "Args": {"DatawindowName": "tp_17_dw_dragdrop", "Row": 1}},
        {"Action": 9, "Args": {"ToolName": "cb_select", "Row": 1}},
        {"Action": 6},
        {"Action": 1},
    ]);
    p21.post("/api/v2/commands").json(&json!({"Requests": requests})).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn every_notepad_takes_a_note_by_commands() {
    let p21 = sketched().await;
    for (service, about) in [
        ("ItemNotepad", ("inv_mast_item_id", "WIDGET-001")),
        ("CustomerNotepad", ("customer_id", "100198")),
        ("SupplierNotepad", ("supplier_id", "10")),
        ("VendorNotepad", ("vendor_id", "5010")),
    ] {
        let answer = note(&p21, service, about).await;
        assert!(answer["Status"] == 1 && answer.to_string().contains("savesucceeded"), "{service}: {answer}");
        let read = p21.read(service, "TABPAGE_1.tp_1_dw_1", &[("note_id", "501")]).await;
        assert_eq!(value(&read, "TABPAGE_1.tp_1_dw_1", "topic"), "Careful", "{service}");
    }
}

#[tokio::test]
async fn a_definition_of_ones_own_goes_before_a_sketch() {
    let folder = support::definitions::more_definitions();
    let p21 = p21_with(|builder| builder.sketches().definitions(folder.path())).await;
    let answer = p21.get("/api/v2/definition/Task").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), mark(&answer).as_str()), (200, ""));
    // A sandbox whose definitions were loaded before has them, too.
    let loaded = ServedDefinitions::load(folder.path(), p21_model::Version::new(25, 2)).unwrap();
    assert!(loaded.names().any(|name| name == "Task"));
}

/// A window that is not served says how it can be had: commands-only ones, too, which most have no sketch of.
#[tokio::test]
async fn what_is_not_served_says_how_to_get_it() {
    let p21 = p21().await;
    let served =
        ["ContainerBuilding", "SlabAdjustment", "VATReturnWorksheet", "ReverseARPayment", "TransferPalletShipping"];
    for (service, has_sketch) in served.map(|name| (name, false)).into_iter().chain(SKETCHES.map(|name| (name, true))) {
        let opens = json!({"Requests": [{"Action": 0, "Args": {"ServiceName": service}}]});
        let sent = json!({"Name": service, "Transactions": []});
        for request in [
            p21.get(&format!("/api/v2/definition/{service}")),
            p21.post("/api/v2/commands").json(&opens),
            p21.post("/api/v2/transaction").json(&sent),
        ] {
            let (status, text) = text_of(request.send().await.unwrap()).await;
            assert!(
                status == 501 && text.contains(service) && text.contains("--definitions"),
                "{service}: {status} {text}"
            );
            assert_eq!(text.contains("--sketches"), has_sketch, "{service}: {text}");
        }
    }
}
