//! Records as new ones, typed templates, and the stored procedure executor.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use p21_client::Client;
use p21_model::row::Element as _;
use serde_json::{Value, json};
use support::contract::{CONTRACT_NO, CUSTOMER_ID, Contract, Header, Key, PRICE};
use support::{Server, TRANSACTION_PATH, json as reply};

const GET_PATH: &str = "/uiserver0/api/v2/transaction/get";
const BASICS_PATH: &str = "/uiserver0/api/v2/basics/JobContractPricing";
const DEFAULTS_PATH: &str = "/uiserver0/api/v2/defaults/JobContractPricing";

fn set(service: &str, elements: Value) -> String {
    json!({"Name": service, "Query": null, "FieldMap": [], "Transactions": [{"Status": "New", "DataElements": elements}]})
        .to_string()
}

fn form(element: &str, edits: &[(&str, &str)]) -> Value {
    let edits: Vec<Value> = edits.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Name": element, "Type": "Form", "Keys": [], "Rows": [{"Edits": edits}]})
}

/// A contract `J-1`, and P21 storing whatever comes.
async fn server() -> Server {
    Server::start(|request| {
        let is_there = String::from_utf8_lossy(&request.body).contains("J-1");
        Some(match request.path.as_str() {
            GET_PATH => {
                let value = |value| if is_there { value } else { "" };
                let header = form(
                    "FORM.header",
                    &[
                        ("contract_no", value("J-1")),
                        ("customer_id", value("100198")),
                        ("price", value("25.50")),
                        ("customer_name", value("Acme")),
                    ],
                );
                reply(200, &set("JobContractPricing", json!([header])))
            }
            BASICS_PATH => {
                let header = form("FORM.header", &[("contract_no", ""), ("customer_id", "")]);
                reply(200, &set("JobContractPricing", json!([header])))
            }
            DEFAULTS_PATH => {
                let defaults: Value =
                    serde_json::from_str(&set("JobContractPricing", json!([form("FORM.header", &[("price", "0")])])))
                        .unwrap();
                reply(200, &json!({"Name": "JobContractPricing", "Template": {"TransactionSet": defaults}}).to_string())
            }
            TRANSACTION_PATH => {
                reply(200, r#"{"Messages":[],"Results":null,"Summary":{"Succeeded":1,"Failed":0,"Other":0}}"#)
            }
            _ => return None,
        })
    })
    .await
}

#[tokio::test]
async fn transaction_api_40_a_clone_is_what_can_be_written_with_another_key() {
    let server = server().await;
    let client: Client = server.client();
    let original = Key::new("J-1");
    let cloned = client.copy_record(original.clone(), |header| header.set(CONTRACT_NO, "J-2")).await.unwrap();
    let sent = server.seen(TRANSACTION_PATH)[0].json();
    assert_eq!(
        sent["Transactions"][0]["DataElements"],
        json!([{"Name": "FORM.header", "Type": "Form", "Keys": [], "Rows": [{"Edits": [
            {"Name": "contract_no", "Value": "J-2"}, {"Name": "customer_id", "Value": "100198"}],
            "RelativeDateEdits": []}]}])
    );
    let left_out: Vec<String> = cloned.left_out.iter().map(ToString::to_string).collect();
    assert_eq!(
        left_out,
        [
            "`FORM.header` `customer_name` (1 row): it is neither a key nor required",
            "`FORM.header` `price` (1 row): it is neither a key nor required",
        ]
    );

    let cloning = client.copying(original).keep(PRICE);
    cloning.store(|header: Header| header.set(CONTRACT_NO, "J-2")).await.unwrap();
    let row = &server.seen(TRANSACTION_PATH)[1].json()["Transactions"][0]["DataElements"][0]["Rows"][0];
    assert_eq!(row["Edits"][2], json!({"Name": "price", "Value": "25.50"}));
}

#[tokio::test]
async fn a_clone_with_the_key_of_the_original_is_refused() {
    let server = server().await;
    let original = Key::new("J-1");
    let error = server.client().copy_record(original, |header| header.set(CUSTOMER_ID, 1)).await.unwrap_err();
    assert!(error.is_input() && server.count(TRANSACTION_PATH) == 0);
    assert!(error.to_string().contains("which P21 may update"), "{error}");
    let prepared = server.client().copying(Key::new("J-1")).prepare(|header| header.set(CONTRACT_NO, "J-2")).await;
    assert_eq!(prepared.unwrap().transaction.to_payload().data_elements[0].value("contract_no"), Some("J-2"));
}

#[tokio::test]
async fn a_record_that_is_not_there_is_not_cloned() {
    let server = server().await;
    let error = server.client().copy_record(Key::new("nope"), |header| header).await.unwrap_err();
    assert!(error.is_input() && error.to_string().contains("no record to copy"), "{error}");
    assert_eq!((server.count(BASICS_PATH), server.count(TRANSACTION_PATH)), (0, 0));
}

#[tokio::test]
async fn templates_are_typed() {
    let server = server().await;
    let basics = server.client().basics_of::<Contract>().await.unwrap();
    assert_eq!(basics.data_elements[0].rows[0].edits.len(), 2);
    let defaults = server.client().defaults_of::<Contract>().await.unwrap();
    let price = defaults.first::<Header>().unwrap().get(PRICE).unwrap();
    assert_eq!(price.unwrap().to_string(), "0");
    let server = Server::start(|request| (request.path == BASICS_PATH).then(|| reply(200, "{}"))).await;
    assert!(server.client().basics_of::<Contract>().await.unwrap_err().is_decode());
}

#[tokio::test]
async fn a_stored_procedure_is_read_with_its_arguments() {
    let server = Server::start(|request| {
        if request.path != GET_PATH {
            return None;
        }
        let body = request.json();
        assert_eq!(
            body,
            json!({"ServiceName": "m_storedprocedureexecutor", "TransactionStates": [
                {"DataElementName": "DEFINITION.stored_procedure_def", "Keys": [
                    {"Name": "stored_procedure_def_uid", "Value": body["TransactionStates"][0]["Keys"][0]["Value"]}]}]})
        );
        let is_there = body["TransactionStates"][0]["Keys"][0]["Value"] == "12";
        let value = |value| if is_there { value } else { "" };
        let definition = form(
            "DEFINITION.stored_procedure_def",
            &[
                ("stored_procedure_def_uid", value("12.0000")),
                ("stored_procedure", value("dbo.p21_rebuild")),
                ("stored_procedure_description", ""),
                ("stored_procedure_default_timeout", value("30")),
                ("row_status_flag", "Active"),
            ],
        );
        let argument = |name, value| {
            json!({"Edits": [{"Name": "parametername", "Value": name},
            {"Name": "parametervalue", "Value": value}, {"Name": "spe_parameter_example", "Value": "5"}]})
        };
        let arguments = json!({"Name": "DEFINITION.argument_list", "Type": "List",
            "Rows": [argument("@company", "ACME"), argument("@days", ""), argument("", "")]});
        Some(reply(200, &set("m_storedprocedureexecutor", json!([definition, arguments]))))
    })
    .await;
    let procedure = server.client().stored_procedure(12).await.unwrap().unwrap();
    assert_eq!((procedure.uid, procedure.procedure.as_str(), procedure.is_active), (12, "dbo.p21_rebuild", true));
    assert_eq!((procedure.default_timeout, procedure.description.as_deref()), (Some(30), None));
    let arguments: Vec<_> =
        procedure.arguments.iter().map(|argument| (argument.name.as_str(), argument.value.as_deref())).collect();
    assert_eq!(arguments, [("@company", Some("ACME")), ("@days", None)]);
    assert_eq!(server.client().stored_procedure(13).await.unwrap(), None);
}
