//! Reading records back.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use p21_model::payload::TransactionStateRequest;
use serde_json::json;
use support::contract::{CONTRACT_NO, CUSTOMER_ID, Header, Key, PRICE};
use support::{Server, json as reply};

const GET_PATH: &str = "/uiserver0/api/v2/transaction/get";

/// Answers a contract for `J-…`, and an empty template for any other key.
async fn server() -> Server {
    Server::start(|request| {
        if request.path != GET_PATH {
            return None;
        }
        let request: TransactionStateRequest = serde_json::from_slice(&request.body).unwrap();
        let transactions: Vec<_> = request
            .transaction_states
            .iter()
            .map(|state| {
                let number = Some(state.keys[0].value.as_str()).filter(|number| number.starts_with("J-"));
                let price = number.map_or("", |_| "25.50");
                json!({"Status": "New", "DataElements": [{"Name": "FORM.header", "Type": "Form", "Rows": [{"Edits": [
                    {"Name": "contract_no", "Value": number.unwrap_or_default()}, {"Name": "price", "Value": price},
                    {"Name": "customer_id", "Value": null}]}]}]})
            })
            .collect();
        let set = json!({"Name": request.service_name, "Query": null, "FieldMap": [], "Transactions": transactions});
        Some(reply(200, &set.to_string()))
    })
    .await
}

#[tokio::test]
async fn a_record_is_read_by_its_key_and_typed() {
    let server = server().await;
    let key = Key::new("J-1");
    assert_eq!(format!("{key:?}"), r#"Key(FORM.header {"contract_no": "J-1"})"#);
    let record = server.client().read(key).await.unwrap().unwrap();
    let header = record.first::<Header>().unwrap();
    assert_eq!(header.get(PRICE).unwrap().unwrap().to_string(), "25.50");
    assert_eq!(header.get(CUSTOMER_ID).unwrap(), None);
    assert_eq!(
        server.seen(GET_PATH)[0].json(),
        json!({"ServiceName": "JobContractPricing", "TransactionStates": [{"DataElementName": "FORM.header", "Keys": [
            {"Name": "contract_no", "Value": "J-1"}]}]})
    );
}

#[tokio::test]
async fn a_record_that_is_not_there_is_none() {
    let server = server().await;
    assert!(server.client().read(Key::new("nope")).await.unwrap().is_none());
}

#[tokio::test]
async fn several_records_come_in_the_order_of_their_keys() {
    let server = server().await;
    let keys = ["J-1", "nope", "J-3"].map(Key::new);
    let records = server.client().read_all(keys).await.unwrap();
    let numbers: Vec<Option<&str>> = records
        .iter()
        .map(|record| record.as_ref().and_then(|record| record.first::<Header>()?.text(CONTRACT_NO)))
        .collect();
    assert_eq!(numbers, [Some("J-1"), None, Some("J-3")]);
    assert_eq!(server.count(GET_PATH), 1);
    let none: [Key; 0] = [];
    assert!(server.client().read_all(none).await.unwrap().is_empty());
    assert_eq!(server.count(GET_PATH), 1, "nothing wanted, nothing asked");
}

#[tokio::test]
async fn an_answer_for_other_records_is_an_error() {
    let server = Server::start(|request| {
        (request.path == GET_PATH).then(|| reply(200, r#"{"Name":"JobContractPricing","Transactions":[{}]}"#))
    })
    .await;
    let keys = ["J-1", "J-2"].map(Key::new);
    let error = server.client().read_all(keys).await.unwrap_err();
    assert_eq!(error.decode_path(), Some("Transactions"));
    assert!(error.to_string().contains("1 transactions for 2 states"), "{error}");
    assert!(!error.is_ambiguous());
}

/// A contract's header with these values, for each state.
async fn answering(values: &'static [(&'static str, &'static str)]) -> Server {
    Server::start(move |request| {
        let edits: Vec<_> = values.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
        let header = json!({"Name": "FORM.header", "Type": "Form", "Rows": [{"Edits": edits}]});
        let set = json!({"Name": "JobContractPricing", "Transactions": [{"DataElements": [header]}]});
        (request.path == GET_PATH).then(|| reply(200, &set.to_string()))
    })
    .await
}

#[tokio::test]
async fn an_answer_that_does_not_show_the_key_does_not_say_that_there_is_no_such_record() {
    for elements in [
        json!([]),
        json!(null),
        json!([{"Name": "LINES.line", "Type": "List", "Rows": [{"Edits": [{"Name": "contract_no", "Value": ""}]}]}]),
        json!([{"Name": "FORM.header", "Type": "Form", "Rows": []}]),
        json!([{"Name": "FORM.header", "Type": "Form", "Rows": [{"Edits": []}]}]),
        json!([{"Name": "FORM.header", "Type": "Form", "Rows": [{"Edits": [{"Name": "price", "Value": ""}]}]}]),
    ] {
        let set = json!({"Name": "JobContractPricing", "Transactions": [{"DataElements": elements}]});
        let server =
            Server::start(move |request| (request.path == GET_PATH).then(|| reply(200, &set.to_string()))).await;
        let error = server.client().read(Key::new("J-1")).await.unwrap_err();
        assert_eq!(error.decode_path(), Some("Transactions"), "{elements}: {error}");
        assert!(error.to_string().contains("doesn't show the key of `FORM.header`"), "{elements}: {error}");
        assert!(!error.is_ambiguous(), "a read writes nothing: {error}");
        let raw = server.client().get_raw(&by_name("J-1")).await.unwrap();
        assert_eq!(raw.transactions.len(), 1, "the raw door hands on what is answered, and concludes nothing");
    }
}

fn by_name(number: &str) -> TransactionStateRequest {
    serde_json::from_value(json!({"ServiceName": "JobContractPricing", "TransactionStates": [
        {"DataElementName": "FORM.header", "Keys": [{"Name": "contract_no", "Value": number}]}]}))
    .unwrap()
}

#[tokio::test]
async fn another_record_than_was_asked_for_is_an_error() {
    let server = answering(&[("contract_no", "J-2"), ("price", "25.50")]).await;
    let known = server.builder().service::<support::contract::Contract>().build().unwrap();
    let client = server.client();
    let errors = [
        client.read(Key::new("J-1")).await.unwrap_err(),
        client.read_all([Key::new("J-1")]).await.unwrap_err(),
        client.get_raw(&by_name("J-1")).await.unwrap_err(),
        known.get_raw(&by_name("J-1")).await.unwrap_err(),
        client.copy_record(Key::new("J-1"), |header| header).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.decode_path(), Some("Transactions"));
        assert!(error.to_string().contains("another record than was asked for"), "{error}");
        assert!(error.to_string().contains("/api/v2/transaction/get"), "{error}");
    }
}

#[tokio::test]
async fn a_record_is_the_one_asked_for_however_its_key_is_spelt() {
    let server = answering(&[("contract_no", "JOB-1 "), ("price", "25.50")]).await;
    assert!(server.client().read(Key::new("job-1")).await.unwrap().is_some());
    assert_eq!(server.client().get_raw(&by_name("job-1")).await.unwrap().transactions.len(), 1);
}

#[tokio::test]
async fn a_blank_window_with_defaults_is_no_record() {
    let server = answering(&[("contract_no", ""), ("customer_id", "100198"), ("price", "0.00")]).await;
    assert!(server.client().read(Key::new("J-1")).await.unwrap().is_none());
    let error = server.client().copy_record(Key::new("J-1"), |header| header).await.unwrap_err();
    assert!(error.is_input() && error.to_string().contains("there is no record to copy"), "{error}");
    // As P21 spells it, a blank window is what it is.
    assert_eq!(server.client().get_raw(&by_name("J-1")).await.unwrap().transactions.len(), 1);
}
