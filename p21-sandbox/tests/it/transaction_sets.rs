//! Sets: what is atomic, what is not, and how requests are bound.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::ServerVersion;
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

#[tokio::test]
async fn transaction_api_check_16_a_status_other_than_new_is_a_500_on_older_builds_and_a_400_on_newer_ones() {
    for status in ["Existing", "Update", "Change"] {
        let mut payload = set("Order", [vec![order_header()]]);
        payload["Transactions"][0]["Status"] = json!(status);
        for version in ["25.2", "26.1.5910.3"] {
            let p21 = p21_with(|builder| builder.p21_version(ServerVersion::parse(version).unwrap())).await;
            let (code, text) = p21.send(&payload).await;
            assert_eq!(code, StatusCode::INTERNAL_SERVER_ERROR, "{text}");
            assert!(text.contains("NullReferenceException") && text.contains("ToInternalBeSpecification"), "{text}");
        }
        let (code, text) = p21_26().await.send(&payload).await;
        assert_eq!(code, StatusCode::BAD_REQUEST);
        let problem: Value = serde_json::from_str(&text).unwrap();
        let wanted =
            format!("Error converting value \"{status}\" to type 'P21.Transactions.Model.V2.TransactionStatus'");
        assert!(problem["errors"]["Transactions[0].Status"][0].as_str().unwrap().starts_with(&wanted), "{text}");
    }
}

#[tokio::test]
async fn transaction_api_check_27_of_several_line_inserts_in_one_post_one_gets_through() {
    let p21 = p21().await;
    p21.passes(&set("JobContractPricing", [vec![contract_header("C-1"), line(&FIXED)]])).await;
    let insert = |item| {
        let line = element(
            LINES,
            &["item_id"],
            &[&[("item_id", item), ("uom", "EA"), ("pricing_method", "Price"), ("price", "1")]],
        );
        vec![contract_key("C-1", &[("end_date", "2027-12-31")]), line]
    };
    let all = set("JobContractPricing", [insert("WIDGET-002"), insert("COMPONENT-A"), insert("COMPONENT-B")]);
    let answer = p21.transact(&all).await;
    assert_eq!(summary(&answer), (1, 2));
    let outside = "Your changes could not be saved because changes to this information have been made outside of";
    for (number, said) in (2..).zip(&messages(&answer)[1..]) {
        assert!(said.starts_with(&format!("Transaction {number}:: {outside}")), "{answer}");
    }
    assert_eq!(messages(&answer).len(), 3, "one that passed, two that did not");
    for item in ["COMPONENT-A", "COMPONENT-B"] {
        p21.passes(&set("JobContractPricing", [insert(item)])).await;
    }
    assert_eq!(column(&p21.read_contract("C-1").await, LINES, "line_no"), ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn transaction_api_check_28_transactions_of_one_post_are_independent() {
    let p21 = p21().await;
    let good = vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]])];
    let poisoned = vec![order_header_with(&[], &[("company_id", "ACME")])];
    let answer = p21.transact(&set("Order", [good, poisoned])).await;
    assert_eq!(summary(&answer), (1, 1));
    let results = &answer["Results"]["Transactions"];
    assert_eq!((results[0]["Status"].as_str(), results[1]["Status"].as_str()), (Some("Passed"), Some("Failed")));
    assert_eq!(messages(&answer)[1], "Transaction 2:: General Exception: Column is disabled: company_id");
    let order = value(&results[0], "TABPAGE_1.order", "order_no");
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_quantity"), ["5"]);
}

#[tokio::test]
async fn errors_and_session_pool_check_2_a_200_says_nothing() {
    let p21 = p21().await;
    let line = |quantity| items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", quantity)]]);
    let good = || vec![order_header(), line("5")];
    let bad = || vec![order_header_with(&[], &[("company_id", "ACME")])];
    assert_eq!(summary(&p21.transact(&set("Order", [bad()])).await), (0, 1));
    let both = p21.transact(&set("Order", [bad(), good()])).await;
    assert_eq!(summary(&both), (1, 1));
    let statuses: Vec<&Value> =
        both["Results"]["Transactions"].as_array().unwrap().iter().map(|one| &one["Status"]).collect();
    assert_eq!(statuses, ["Failed", "Passed"], "by their places in the request");
    let folded = items(
        &[],
        &[
            &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")],
            &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "7")],
        ],
    );
    let number = p21.order(vec![order_header(), folded]).await;
    assert_eq!(column(&p21.read_order(&number).await, ITEMS, "unit_quantity"), ["7"], "the last one wins");
}

#[tokio::test]
async fn transaction_api_check_29_a_transaction_is_atomic() {
    let p21 = p21().await;
    let line = |quantity| items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", quantity)]]);
    let order = p21.order(vec![order_header(), line("5")]).await;
    let note = element("LINE_NOTE.line_note", &[], &[&[("topic", "x")]]);
    let messages = p21.fails(&set("Order", [vec![order_key(&order), line("6"), note]])).await;
    assert_eq!(messages, ["Transaction 1:: General Exception: Column is disabled: topic"]);
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_quantity"), ["5"]);
}

#[tokio::test]
async fn results_are_null_when_nothing_passed_unless_switched() {
    let payload = set("Order", [vec![order_header_with(&["customer_id"], &[])]]);
    let answer = p21().await.transact(&payload).await;
    assert_eq!(answer["Results"], Value::Null);
    let chatty = p21_with(|builder| builder.configure(|config| config.results_on_failure = true)).await;
    let answer = chatty.transact(&payload).await;
    assert_eq!(answer["Results"]["Transactions"][0]["Status"], "Failed");
}

#[tokio::test]
async fn transaction_api_check_44_keys_given_as_objects_are_a_400_in_json_nets_words() {
    let p21 = p21().await;
    let body = r#"{"Name":"Order","Transactions":[{"Status":"New","DataElements":[{"Name":"TABPAGE_1.order","Keys":[{"Name":"order_no","Value":"1"}]}]}]}"#;
    let request = p21.post("/api/v2/transaction").header("Content-Type", "application/json").body(body);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/problem+json; charset=utf-8");
    let (status, text) = text_of(response).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let position = body.find("[{\"Name\":\"order_no\"").unwrap() + 2;
    let wanted = format!(
        "Unexpected character encountered while parsing value: {{. Path 'Transactions[0].DataElements[0].Keys', line 1, position {position}."
    );
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(problem["errors"]["Transactions[0].DataElements[0].Keys"], json!([wanted]));
}

#[tokio::test]
async fn a_body_that_binds_to_nothing_is_a_problem_document() {
    let p21 = p21().await;
    for path in ["/api/v2/transaction", "/api/v2/transaction/get"] {
        for body in ["null", "", "  "] {
            let request = p21.post(path).header("Content-Type", "application/json").body(body);
            let (status, text) = text_of(request.send().await.unwrap()).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{text}");
            assert!(text.contains("The content field is required."), "{text}");
        }
    }
}

#[tokio::test]
async fn transaction_api_check_45_names_are_case_sensitive() {
    let p21 = p21().await;
    let answer = p21.transact(&json!({"Name": "Order", "transactions": [{"Status": "New"}]})).await;
    assert_eq!(summary(&answer), (0, 0));
    let mut payload = set("Order", [vec![order_header_with(&[], &[("company_id", "ACME")])]]);
    payload["ignoreDisabled"] = json!(true);
    payload.as_object_mut().unwrap().remove("IgnoreDisabled");
    assert_eq!(p21.fails(&payload).await, ["Transaction 1:: General Exception: Column is disabled: company_id"]);
}

#[tokio::test]
async fn unknown_members_are_ignored_and_numbers_pass_as_values() {
    let p21 = p21().await;
    let mut payload = set("Order", [vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001")]])]]);
    payload["FieldMap"] = json!([{"x": 1}]);
    payload["Query"] = json!("anything");
    payload["Transactions"][0]["Documents"] = json!(null);
    payload["Transactions"][0]["Status"] = json!(0);
    payload["Transactions"][0]["DataElements"][0]["BusinessObjectName"] = json!(null);
    let edits = payload["Transactions"][0]["DataElements"][1]["Rows"][0]["Edits"].as_array_mut().unwrap();
    edits.push(json!({"Name": "unit_quantity", "Value": 5, "Hint": "a bare number"}));
    let echo = p21.passes(&payload).await;
    let read = p21.read_order(&value(&echo, "TABPAGE_1.order", "order_no")).await;
    assert_eq!(column(&read, ITEMS, "unit_quantity"), ["5"]);
}

#[tokio::test]
async fn shapes_that_json_net_can_not_bind_are_400s() {
    let p21 = p21().await;
    let bodies = [
        json!([]),
        json!("text"),
        json!({"Name": "Order", "Transactions": {}}),
        json!({"Name": "Order", "Transactions": [[]]}),
        json!({"Name": "Order", "Transactions": [{"DataElements": [{"Keys": "order_no"}]}]}),
        json!({"Name": "Order", "Transactions": [{"DataElements": [{"Rows": {"Edits": []}}]}]}),
        json!({"Name": "Order", "UseCodeValues": "maybe", "Transactions": []}),
        json!({"Name": {}, "Transactions": []}),
    ];
    for body in bodies {
        let (status, text) = p21.send(&body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}: {text}");
        assert!(text.contains("Path '"), "{text}");
    }
}

#[tokio::test]
async fn services_that_transaction_does_not_serve() {
    let p21 = p21().await;
    let criteria = element("TABPAGE_1.poreportcriteriadw", &[], &[&[("company_id", "ACME")]]);
    p21.passes(&set("m_reprintpurchaseorders", [vec![criteria]])).await;
    let (status, text) = p21.send(&set("NoSuchService", [vec![]])).await;
    assert_eq!((status, text.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, ""));
}

#[tokio::test]
async fn numbers_go_on_and_a_number_that_was_brought_along_is_not_given_again() {
    let p21 = p21().await;
    let line = || items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]]);
    let first: u64 = p21.order(vec![order_header(), line()]).await.parse().unwrap();
    let taken = (first + 1).to_string();
    let brought = order_header_with(&[], &[("order_no", &taken)]);
    assert_eq!(p21.order(vec![brought, line()]).await, taken);
    assert_eq!(p21.order(vec![order_header(), line()]).await, (first + 2).to_string());
}

#[tokio::test]
async fn transaction_api_check_58_a_notepad_wants_commands() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    std::fs::create_dir(&rules).unwrap();
    let any = concat!(env!("CARGO_MANIFEST_DIR"), "/../definitions/rules/any.toml");
    std::fs::copy(any, rules.join("any.toml")).unwrap();
    let definition = r#"{"Name":"ItemNotepad","TransactionDefinition":{"DataElementDefinitions":[
        {"Name":"TABPAGE_1.tp_1_dw_1","Type":"Form","FieldDefinitions":[{"Name":"topic","DataType":"Char"}]}]}}"#;
    std::fs::write(folder.path().join("ItemNotepad.json"), definition).unwrap();
    let p21 = p21_with(|builder| builder.definitions(folder.path())).await;
    let note = element("TABPAGE_1.tp_1_dw_1", &[], &[&[("topic", "t")]]);
    let messages = p21.fails(&set("ItemNotepad", [vec![note]])).await;
    assert_eq!(messages, ["Transaction 1:: You must select at least one area where this note will display."]);
}
