//! The XML flavour: the same calls, the same results, other bytes.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use p21_client::{Client, Error, Flavour};
use p21_model::payload;
use p21_model::row::{Element as _, Transaction, TransactionSet};
use p21_model::xml::{Root, to_json};
use support::contract::{CONTRACT_NO, CUSTOMER_ID, Contract, Header, Key, PRICE};
use support::{SERVICES_PATH, Server, TRANSACTION_PATH, answer, empty, json};

const GET_PATH: &str = "/uiserver0/api/v2/transaction/get";
const NAMESPACE: &str = "http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2";

fn set() -> TransactionSet<Contract> {
    let contract = |number: &str| Transaction::new().push(Header::edit().set(CONTRACT_NO, number).set(CUSTOMER_ID, 1));
    ["J<1>", "J&2"].into_iter().map(contract).collect()
}

fn client(server: &Server) -> Client {
    server.builder().flavour(Flavour::Xml).build().unwrap()
}

/// Answers `xml` for a path, if XML was sent and asked for.
async fn server(path: &'static str, xml: String) -> Server {
    Server::start(move |request| {
        (request.path == path).then(|| {
            assert_eq!(request.header("accept"), "application/xml");
            assert_eq!(request.header("content-type"), "application/xml");
            answer(200, "application/xml; charset=utf-8", xml.clone())
        })
    })
    .await
}

fn result() -> String {
    format!(
        r#"<TransactionSetResult xmlns="{NAMESPACE}"><Messages
        xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays"><a:string>Transaction 1:: </a:string>
        <a:string>Transaction 2:: General Exception: Column is disabled: customer_id</a:string></Messages><Results>
        <Name>JobContractPricing</Name><Transactions><Transaction><DataElements><DataElement><Name>FORM.header</Name>
        <Rows><Row><Edits><Edit><Name>contract_no</Name><Value>J&lt;1&gt;</Value></Edit></Edits></Row></Rows></DataElement>
        </DataElements><Status>Passed</Status></Transaction><Transaction><DataElements/><Status>Failed</Status>
        </Transaction></Transactions></Results><Summary><Failed>1</Failed><Other>0</Other><Succeeded>1</Succeeded></Summary>
        </TransactionSetResult>"#
    )
}

#[tokio::test]
async fn transaction_api_43_a_set_is_sent_and_answered_in_xml() {
    let server = server(TRANSACTION_PATH, result()).await;
    let outcome = client(&server).submit(&set()).await.unwrap();
    assert_eq!(outcome.transactions[0].as_ref().unwrap().value("FORM.header", "contract_no"), Some("J<1>"));
    let failure = outcome.transactions[1].as_ref().unwrap_err();
    assert_eq!(failure.messages[0].field.as_deref(), Some("customer_id"));
    let sent = &server.seen(TRANSACTION_PATH)[0];
    assert_eq!(sent.body, set().to_xml().unwrap());
    assert!(sent.body.starts_with(format!("<TransactionSet xmlns=\"{NAMESPACE}\">").as_bytes()));
    client(&server).submit(&set().to_payload()).await.unwrap().transactions[1].as_ref().unwrap_err();
    assert_eq!(server.seen(TRANSACTION_PATH)[1].body, sent.body);
}

#[tokio::test]
async fn records_are_read_in_xml() {
    let record = format!(
        r#"<TransactionSet xmlns="{NAMESPACE}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Name>X</Name>
        <Transactions><Transaction><DataElements><DataElement><Name>FORM.header</Name><Rows><Row><Edits><Edit>
        <Name>contract_no</Name><Value>J&lt;1&gt;</Value></Edit><Edit><Name>price</Name><Value>25.50</Value></Edit><Edit><Name>customer_id</Name><Value i:nil="true"/></Edit></Edits>
        </Row></Rows></DataElement></DataElements><Status>New</Status></Transaction></Transactions></TransactionSet>"#
    );
    let server = server(GET_PATH, record).await;
    let record = client(&server).read(Key::new("J<1>")).await.unwrap().unwrap();
    let header = record.first::<Header>().unwrap();
    assert_eq!(header.get(PRICE).unwrap().unwrap().to_string(), "25.50");
    assert_eq!(header.get(CUSTOMER_ID).unwrap(), None);
    let sent = String::from_utf8(server.seen(GET_PATH)[0].body.to_vec()).unwrap();
    assert!(sent.contains("<Key><Name>contract_no</Name><Value>J&lt;1&gt;</Value></Key>"), "{sent}");
}

#[tokio::test]
async fn services_and_definitions_are_read_in_xml() {
    let list = "<ArrayOfServiceInfo><ServiceInfo><Name>Order</Name><Title>T</Title></ServiceInfo></ArrayOfServiceInfo>";
    let server1 = server(SERVICES_PATH, list.to_owned()).await;
    let services = client(&server1).services().await.unwrap();
    assert_eq!((services[0].name.as_str(), &services[0].more["Title"]), ("Order", &"T".into()));
    let definition = r#"<ServiceDefinition><Name>Order</Name><TransactionDefinition><DataElementDefinitions>
        <DataElementDefinition><FieldDefinitions><FieldDefinition><DataType>Char</DataType><Name>po_no</Name>
        <Required>true</Required></FieldDefinition></FieldDefinitions><KeyFields/><Name>A.a</Name><Type>Form</Type>
        </DataElementDefinition></DataElementDefinitions><KeyDefinitions/></TransactionDefinition></ServiceDefinition>"#;
    let server2 = server("/uiserver0/api/v2/definition/Order", definition.to_owned()).await;
    let order = client(&server2).definition("Order").await.unwrap();
    assert!(order.element("A.a").unwrap().field("po_no").unwrap().required);
}

#[tokio::test]
async fn a_character_that_xml_cannot_hold_is_refused_by_name() {
    let server = server(TRANSACTION_PATH, result()).await;
    let bad = Transaction::<Contract>::new().push(Header::edit().set(CONTRACT_NO, "J\0"));
    let error = client(&server).submit(&bad).await.unwrap_err();
    assert!(error.is_input() && server.count(TRANSACTION_PATH) == 0);
    let text = error.to_string();
    assert!(text.contains("`FORM.header`") && text.contains("`contract_no`") && text.contains("U+0000"), "{text}");
}

async fn refused(status: u16, body: &'static str) -> Error {
    let server = Server::start(move |request| {
        (request.path == TRANSACTION_PATH).then(|| answer(status, "application/xml", body))
    })
    .await;
    client(&server).submit(&set()).await.unwrap_err()
}

#[tokio::test]
async fn transaction_api_41_refusals_in_xml_are_read() {
    let problem = r#"<problem xmlns="urn:ietf:rfc:7807"><detail>The content field is required.</detail></problem>"#;
    let error = refused(400, problem).await;
    assert!(error.server_text() == Some("The content field is required.") && !error.is_ambiguous(), "{error:?}");
    let error = refused(200, "<Error><ErrorMessage>No</ErrorMessage></Error>").await;
    assert!(error.server_text() == Some("No") && error.is_ambiguous(), "{error:?}");
    for body in ["<Other/>", "<TransactionSetResult", "<TransactionSetResult/>", "<html></html>", ""] {
        let error = refused(200, body).await;
        assert!(error.is_decode() && error.is_ambiguous(), "{body}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_answers_json_all_the_same_is_understood() {
    let server = Server::start(|request| match request.path.as_str() {
        TRANSACTION_PATH => Some(json(200, r#"{"Messages":[],"Results":null,"Summary":{"Succeeded":2}}"#)),
        "/uiserver0/api/v2/basics/Order" => Some(json(200, "{}")),
        "/uiserver0/api/v2/commands" => Some(empty(204)),
        _ => None,
    })
    .await;
    let outcome = client(&server).submit(&set()).await.unwrap();
    assert!(outcome.transactions.iter().all(Result::is_ok));
    let sent: payload::TransactionSet = {
        let body = server.seen(TRANSACTION_PATH)[0].body.clone();
        serde_json::from_value(to_json(std::str::from_utf8(&body).unwrap(), Root::TransactionSet).unwrap()).unwrap()
    };
    assert_eq!(sent, set().to_payload());
    client(&server).basics("Order").await.unwrap();
    assert_eq!(server.seen("/uiserver0/api/v2/basics/Order")[0].header("accept"), "application/json");
}
