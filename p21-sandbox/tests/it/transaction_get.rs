//! Reading whole windows.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

async fn two_orders(p21: &P21) -> [String; 2] {
    let order = |quantity| {
        vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", quantity)]])]
    };
    [p21.order(order("1")).await, p21.order(order("2")).await]
}

#[tokio::test]
async fn transaction_api_check_37_one_transaction_for_each_state_whatever_else_is_asked_for() {
    let p21 = p21().await;
    let [first, second] = two_orders(&p21).await;
    let states =
        json!([state("TABPAGE_1.order", &[("order_no", &second)]), state("TABPAGE_1.order", &[("order_no", &first)])]);
    let plain = json!({"ServiceName": "Order", "TransactionStates": states});
    let answer = p21.read_states(&plain).await;
    let transactions = answer["Transactions"].as_array().unwrap();
    let numbers: Vec<String> = transactions.iter().map(|one| value(one, "TABPAGE_1.order", "order_no")).collect();
    assert_eq!(numbers, [second, first]);
    let definition: Value = p21.get("/api/v2/definition/Order").send().await.unwrap().json().await.unwrap();
    let defined = definition["TransactionDefinition"]["DataElementDefinitions"].as_array().unwrap();
    let defined: Vec<&str> = defined.iter().map(|element| element["Name"].as_str().unwrap()).collect();
    assert_eq!(defined.len(), 102, "as many as P21's own");
    for transaction in transactions {
        assert_eq!(element_names(transaction), defined);
    }
    for member in ["Query", "FieldMap", "TransactionSplitMethod"] {
        assert!(answer.get(member).is_some(), "the envelope has {member}");
    }
    let mut filtered = plain.clone();
    filtered["Query"] = json!("TABPAGE_1.order");
    filtered["FieldMap"] = json!([{"Name": "order_no"}]);
    filtered["TransactionSplitMethod"] = json!("NoSplit");
    filtered["DataElements"] = json!(["TABPAGE_1.order"]);
    let bytes = async |body: &Value| {
        p21.post("/api/v2/transaction/get").json(body).send().await.unwrap().bytes().await.unwrap()
    };
    assert_eq!(bytes(&plain).await, bytes(&filtered).await);
}

fn assert_blank(transaction: &Value) {
    for name in element_names(transaction) {
        for row in rows(transaction, &name) {
            assert!(row.values().all(String::is_empty), "{name}: {row:?}");
        }
    }
}

#[tokio::test]
async fn transaction_api_check_38_a_wrong_body_is_answered_with_a_blank_window() {
    let p21 = p21().await;
    let [order, _] = two_orders(&p21).await;
    let body = json!({"ServiceName": "Order", "Keys": [{"Name": "order_no", "Value": order}]});
    let answer = p21.read_states(&body).await;
    assert_eq!(answer["Transactions"].as_array().unwrap().len(), 1);
    assert_blank(&answer["Transactions"][0]);
    assert_eq!(answer["Transactions"][0], p21.read_order("no such order").await, "as a record that is not there");
}

#[tokio::test]
async fn transaction_api_check_39_a_state_keyed_on_a_list_fails() {
    let p21 = p21().await;
    let body =
        json!({"ServiceName": "Order", "TransactionStates": [state(ITEMS, &[("oe_order_item_id", "WIDGET-001")])]});
    let (status, text) = text_of(p21.post("/api/v2/transaction/get").json(&body).send().await.unwrap()).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let envelope: Value = serde_json::from_str(&text).unwrap();
    assert!(envelope["ErrorMessage"].as_str().unwrap().contains(ITEMS), "{text}");
}

#[tokio::test]
async fn transaction_api_check_40_a_read_sent_back_stumbles_over_one_shut_column_after_the_other() {
    let p21 = p21().await;
    let [order, _] = two_orders(&p21).await;
    let mut read = p21
        .read_states(
            &json!({"ServiceName": "Order", "TransactionStates": [state("TABPAGE_1.order", &[("order_no", &order)])]}),
        )
        .await;
    assert_eq!(p21.fails(&read).await, ["Transaction 1:: General Exception: Column is disabled: customer_name"]);
    // As a copy it is a new order, and the customer may stay.
    let edits = read["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"].as_array_mut().unwrap();
    edits.iter_mut().find(|edit| edit["Name"] == "order_no").unwrap()["Value"] = json!("");
    without(&mut read, "customer_name");
    assert_eq!(p21.fails(&read).await, ["Transaction 1:: General Exception: Column is disabled: company_id"]);
    without(&mut read, "company_id");
    let copy = value(&p21.passes(&read).await, "TABPAGE_1.order", "order_no");
    assert_ne!(copy, order);
    assert_eq!(column(&p21.read_order(&copy).await, ITEMS, "unit_quantity"), ["1"]);
}

/// Removes a field from the header of a read.
fn without(read: &mut Value, field: &str) {
    let edits = read["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"].as_array_mut().unwrap();
    edits.retain(|edit| edit["Name"] != field);
}

#[tokio::test]
async fn a_contract_is_read_by_its_number_alone_or_by_what_people_know() {
    let p21 = p21().await;
    p21.passes(&set("JobContractPricing", [vec![contract_header("C-1"), line(&FIXED)]])).await;
    let job_no = value(&p21.read_contract("C-1").await, CONTRACT, "job_no");
    assert!(!job_no.is_empty());
    for key in [("job_no", job_no.as_str()), ("contract_no", "C-1")] {
        let read = p21.read("JobContractPricing", CONTRACT, &[key]).await;
        assert_eq!(column(&read, LINES, "item_id"), ["WIDGET-001"], "{key:?}");
    }
    let other = p21.read("JobContractPricing", CONTRACT, &[("company_id", "OTHER"), ("contract_no", "C-1")]).await;
    assert_blank(&other);
}

#[tokio::test]
async fn records_survive_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p21.sqlite");
    let first = p21_with(|builder| builder.data(&file)).await;
    let [order, _] = two_orders(&first).await;
    first.sandbox.stop().await;
    let second = p21_with(|builder| builder.data(&file)).await;
    assert_eq!(column(&second.read_order(&order).await, ITEMS, "unit_quantity"), ["1"]);
    let [next, _] = two_orders(&second).await;
    assert_ne!(next, order, "numbers go on");
}

#[tokio::test]
async fn stored_procedures_are_read_with_their_arguments() {
    const DEFINITION: &str = "DEFINITION.stored_procedure_def";
    const ARGUMENTS: &str = "DEFINITION.argument_list";
    let p21 = p21().await;
    let read = p21.read("m_storedprocedureexecutor", DEFINITION, &[("stored_procedure_def_uid", "1")]).await;
    let procedure = &rows(&read, DEFINITION)[0];
    assert_eq!(procedure["stored_procedure"], "usp_example_reprice");
    assert_eq!((&*procedure["stored_procedure_default_timeout"], &*procedure["row_status_flag"]), ("10", "Active"));
    assert_eq!(column(&read, ARGUMENTS, "parametername"), ["@supplier_id", "@factor"]);
    assert_eq!(column(&read, ARGUMENTS, "parametervalue"), ["", "1.00"]);
    let other = p21.read("m_storedprocedureexecutor", DEFINITION, &[("stored_procedure_def_uid", "2")]).await;
    assert!(rows(&other, ARGUMENTS).is_empty());
    assert_blank(&p21.read("m_storedprocedureexecutor", DEFINITION, &[("stored_procedure_def_uid", "3")]).await);
    let bare = p21_with(|builder| builder.configure(|config| config.seed = false)).await;
    assert_blank(&bare.read("m_storedprocedureexecutor", DEFINITION, &[("stored_procedure_def_uid", "1")]).await);
}

#[tokio::test]
async fn seeded_records_are_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p21.sqlite");
    for _ in 0..2 {
        let p21 = p21_with(|builder| builder.data(&file)).await;
        let key = [("stored_procedure_def_uid", "1")];
        let read = p21.read("m_storedprocedureexecutor", "DEFINITION.stored_procedure_def", &key).await;
        assert_eq!(rows(&read, "DEFINITION.argument_list").len(), 2);
        p21.sandbox.stop().await;
    }
}
