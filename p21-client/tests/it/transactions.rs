//! Writing: what leaves, and what becomes of each transaction.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

use crate::support;

use p21_client::Client;
use p21_model::payload;
use p21_model::row::{Element as _, Transaction, TransactionSet};
use serde_json::json;
use support::contract::{CONTRACT_NO, CUSTOMER_ID, Contract, Header, PRICE};
use support::{Server, TRANSACTION_PATH};

fn contract(number: &str) -> Transaction<Contract> {
    Transaction::new().push(Header::edit().set(CONTRACT_NO, number).set(CUSTOMER_ID, 100_198))
}

async fn server(answer: serde_json::Value) -> Server {
    let answer = answer.to_string();
    Server::start(move |request| (request.path == TRANSACTION_PATH).then(|| support::json(200, &answer))).await
}

fn half_stored() -> serde_json::Value {
    json!({
        "Messages": ["Transaction 1:: ", "Transaction 2:: General Exception: Column is disabled: customer_id"],
        "Results": {"Name": "JobContractPricing", "Transactions": [
            {"Status": "Passed", "DataElements": [{"Name": "FORM.header", "Rows": [
                {"Edits": [{"Name": "contract_no", "Value": "J-1"}]}]}]},
            {"Status": "Failed"}]},
        "Summary": {"Succeeded": 1, "Failed": 1, "Other": 0},
    })
}

#[tokio::test]
async fn what_leaves_is_what_the_set_writes() {
    let server = server(half_stored()).await;
    let set: TransactionSet<Contract> = ["J-1", "J-2"].into_iter().map(contract).collect();
    let outcome = server.client().submit(&set).await.unwrap();
    let sent = &server.seen(TRANSACTION_PATH)[0];
    assert_eq!(sent.body, set.to_json());
    assert_eq!((sent.method.as_str(), sent.header("content-type")), ("POST", "application/json"));
    let stored = outcome.transactions[0].as_ref().unwrap();
    assert_eq!(stored.value("FORM.header", "contract_no"), Some("J-1"));
    let failure = outcome.transactions[1].as_ref().unwrap_err();
    assert_eq!(failure.messages[0].field.as_deref(), Some("customer_id"));
}

#[tokio::test]
async fn a_raw_set_is_sent_as_it_is() {
    let server = server(half_stored()).await;
    let set: TransactionSet<Contract> = ["J-1", "J-2"].into_iter().map(contract).collect();
    let raw: payload::TransactionSet = set.to_payload();
    let outcome = server.client().submit(&raw).await.unwrap();
    assert!(outcome.transactions[0].is_ok() && outcome.transactions[1].is_err());
    assert_eq!(server.seen(TRANSACTION_PATH)[0].json(), serde_json::to_value(&raw).unwrap());
}

#[tokio::test]
async fn what_p21_says_of_a_raw_set_is_attributed_where_the_service_is_known() {
    let answer = json!({
        "Messages": ["Transaction 1:: Wrong. DataElement: header, Column: customer_id"],
        "Results": null,
        "Summary": {"Succeeded": 0, "Failed": 1, "Other": 0},
    });
    let server = server(answer).await;
    let raw = TransactionSet::from(contract("J-1")).to_payload();
    let named = async |client: Client| {
        let failure = client.submit(&raw).await.unwrap().transactions.remove(0).unwrap_err();
        failure.messages[0].element.clone()
    };
    let header = &Header::schema().name;
    assert_eq!(named(server.builder().service::<Contract>().build().unwrap()).await.as_deref(), Some(&**header));
    assert_eq!(named(server.client()).await.as_deref(), Some("header"), "as P21 names it");
}

/// A payload with members that nobody heeds, and one that nobody knows.
fn whole() -> serde_json::Value {
    json!({"Name": "JobContractPricing", "UseCodeValues": false, "IgnoreDisabled": false, "Description": "nightly",
        "FieldMap": [{"a": "b"}], "Parameters": {"p": 1}, "Query": "q", "TransactionSplitMethod": 1, "Mine": null,
        "Transactions": [{"Status": "New", "Mine": [1], "Documents": [{"d": 1}], "DataElements": [
            {"Name": "FORM.header", "Type": "Form", "Keys": [], "BusinessObjectName": "bo", "Mine": 1, "Rows": [
                {"Edits": [{"Name": "contract_no", "Value": 5, "Mine": {}}], "RelativeDateEdits": [{"Days": 3}], "Mine": "x"}]}]}]})
}

#[tokio::test]
async fn nothing_of_a_raw_set_is_left_out() {
    let set: payload::TransactionSet = serde_json::from_value(whole()).unwrap();
    let json = server(half_stored()).await;
    drop(json.client().submit(&set).unchecked().await);
    assert_eq!(json.seen(TRANSACTION_PATH)[0].json(), whole());
    let xml = server(half_stored()).await;
    let error =
        xml.builder().flavour(p21_client::Flavour::Xml).build().unwrap().submit(&set).unchecked().await.unwrap_err();
    assert!(
        error.is_input() && error.to_string().contains("`FieldMap`") && xml.count(TRANSACTION_PATH) == 0,
        "{error}"
    );
    let split = json!({"Name": "JobContractPricing", "TransactionSplitMethod": "NoSplit", "Query": "q"});
    let mut small: payload::TransactionSet = serde_json::from_value(split).unwrap();
    small.transactions = set.transactions.into_iter().map(|_| payload::Transaction::default()).collect();
    drop(xml.builder().flavour(p21_client::Flavour::Xml).build().unwrap().submit(&small).unchecked().await);
    let sent = String::from_utf8(xml.seen(TRANSACTION_PATH)[0].body.to_vec()).unwrap();
    assert!(sent.contains("<Query>q</Query><TransactionSplitMethod>NoSplit</TransactionSplitMethod>"), "{sent}");
}

/// What every raw door finds without a definition, and the code.
const MISTAKES: [(&str, &str); 6] = [
    (
        r#"{"Name":"m_reprintpurchaseorders","Transactions":[{"Status":"New","DataElements":[{"Name":"A.a","Type":"Form","Rows":[{"Edits":[{"Name":"company_id","Value":"ACME"}]}]}]}]}"#,
        "P21-001",
    ),
    (
        r#"{"Name":"ItemNotepad","Transactions":[{"Status":"New","DataElements":[{"Name":"A.a","Type":"Form","Rows":[{"Edits":[{"Name":"topic","Value":"t"}]}]}]}]}"#,
        "P21-001",
    ),
    (r#"{"Name":"Order","transactions":[{"Status":"New","DataElements":[]}]}"#, "P21-094"),
    (r#"{"Name":"Order","Transactions":[]}"#, "P21-091"),
    (
        r#"{"Name":"Order","Transactions":[{"Status":"Existing","DataElements":[{"Name":"A.a","Type":"Form","Rows":[{"Edits":[{"Name":"x","Value":"t"}]}]}]}]}"#,
        "P21-005",
    ),
    (
        r#"{"Name":"Order","Transactions":[{"Status":"New","DataElements":[{"Name":"A.a","Type":"Form","Rows":[{"Edits":[]}]}]}]}"#,
        "P21-017",
    ),
];

#[tokio::test]
async fn every_raw_door_checks_what_needs_no_definition() {
    for (text, code) in MISTAKES {
        let set: payload::TransactionSet = serde_json::from_str(text).unwrap();
        for flavour in [p21_client::Flavour::Json, p21_client::Flavour::Xml] {
            let server = server(half_stored()).await;
            let client = server.builder().flavour(flavour).build().unwrap();
            let callback = p21_client::Callback::to("https://erp-events.example.com/p21");
            let errors = [
                client.submit(&set).await.unwrap_err(),
                client.submit(&set).queued().await.unwrap_err(),
                client.submit(&set).queued().callback(&callback).await.unwrap_err(),
                client.submit(&set).states([]).await.unwrap_err(),
            ];
            for error in errors {
                let found = error.findings().unwrap_or_else(|| panic!("{code} {error}"));
                assert!(found.iter().any(|finding| finding.code.as_str() == code), "{code}: {error}");
            }
            assert_eq!(server.total(), 0, "nothing was sent");
        }
        let server = server(half_stored()).await;
        drop(server.client().submit(&set).unchecked().await);
        assert_eq!(server.count(TRANSACTION_PATH), 1, "{code}: unless told not to");
    }
}

#[tokio::test]
async fn a_raw_set_of_a_known_service_is_checked_against_its_definition() {
    let text = r#"{"Name":"JobContractPricing","Transactions":[{"Status":"New","DataElements":[
        {"Name":"FORM.header","Type":"Form","Rows":[{"Edits":[{"Name":"contract_nr","Value":"J-1"}]}]}]}]}"#;
    let set: payload::TransactionSet = serde_json::from_str(text).unwrap();
    let server = server(half_stored()).await;
    let knowing = server.builder().service::<Contract>().build().unwrap();
    let error = knowing.submit(&set).await.unwrap_err();
    assert!(error.to_string().contains("did you mean `contract_no`?"), "{error}");
    assert_eq!(server.count(TRANSACTION_PATH), 0);
    drop(server.client().submit(&set).await);
    assert_eq!(server.count(TRANSACTION_PATH), 1, "without its definition nobody knows");
}

#[tokio::test]
async fn one_transaction_is_stored_or_an_error() {
    let server =
        server(json!({"Messages": [], "Results": null, "Summary": {"Succeeded": 1, "Failed": 0, "Other": 0}})).await;
    server.client().submit(contract("J-1")).await.unwrap();
}

async fn refused(message: &str) -> p21_client::Error {
    let answer = json!({"Messages": [message], "Results": null, "Summary": {"Succeeded": 0, "Failed": 1, "Other": 0}});
    let server = server(answer).await;
    server.client().submit(contract("J-1")).await.unwrap_err()
}

#[tokio::test]
async fn a_refused_transaction_is_rejected_with_p21s_reasons() {
    let error = refused("Transaction 1:: Customer ID is required").await;
    assert!(error.is_rejected() && !error.is_ambiguous() && !error.is_retryable() && !error.is_contaminated());
    assert_eq!(error.failure().unwrap().messages[0].field.as_deref(), Some("customer_id"));
    assert_eq!(
        error.to_string(),
        "POST /api/v2/transaction: P21 refused the transaction: Customer ID is required; \
         mend the payload: the same one will be refused again"
    );
}

#[tokio::test]
async fn a_refusal_leads_back_to_the_field_that_it_is_about() {
    let by_label = refused("Transaction 1:: Customer ID is required").await;
    assert!(by_label.is_about(CUSTOMER_ID) && !by_label.is_about(CONTRACT_NO));
    let by_column = refused("Transaction 1:: General Exception: Column is disabled: price").await;
    assert!(
        by_column.is_about(PRICE) && !by_column.is_about(CUSTOMER_ID),
        "no element is named, so it may be this one"
    );
    let attributed = "Transaction 1:: No. DataElement: header, Column: price";
    let attributed = refused(attributed).await;
    let failure = attributed.failure_of::<Contract>().unwrap();
    assert!(failure.is_about(PRICE) && failure.is_about_element::<Header>());
    assert_eq!(failure.about(PRICE).count(), 1);
    let elsewhere = refused("Transaction 1:: No. DataElement: tp_1_dw_1, Column: price").await;
    assert!(!elsewhere.is_about(PRICE), "the same name on another element");
    let of_an_element = "Transaction 1: FORM.header: Error processing data element: header : Tab page is disabled";
    let of_an_element = refused(of_an_element).await;
    assert!(
        of_an_element.failure_of::<Contract>().unwrap().is_about_element::<Header>() && !of_an_element.is_about(PRICE)
    );
    let unnamed = refused("Transaction 1:: This column is required.").await;
    assert!(!unnamed.is_about(PRICE) && !unnamed.failure_of::<Contract>().unwrap().is_about_element::<Header>());
}

#[tokio::test]
async fn a_dirty_session_is_no_rejection() {
    let window = "Unexpected response window: Email Purchase Order(s). Window class: w_email_response";
    let error = refused(&format!("Transaction 1:: General Exception: {window}")).await;
    assert!(error.is_contaminated() && error.is_ambiguous() && !error.is_rejected() && !error.is_retryable());
    assert!(error.failure().unwrap().to_string().contains("w_email_response"));
    let of_a_rule = "Unexpected response window: Item Issues Detected. Window class: w_rule_callback_response";
    let error = refused(&format!("Transaction 1:: {of_a_rule}")).await;
    assert!(error.is_rejected() && !error.is_contaminated(), "a rule's dialog comes every time");
}

#[tokio::test]
async fn calls_can_be_spawned() {
    let server = server(half_stored()).await;
    let client: Client = server.client();
    let set: TransactionSet<Contract> = ["J-1", "J-2"].into_iter().map(contract).collect();
    let call = tokio::spawn(async move { client.submit(&set).await });
    assert_eq!(call.await.unwrap().unwrap().transactions.len(), 2);
}
