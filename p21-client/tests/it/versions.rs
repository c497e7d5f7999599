//! Which version checks are made by: the server's, asked for once.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::future::IntoFuture as _;
use std::time::Duration;

use p21_client::resilience::ReadBack;
use p21_client::{Callback, Client, ClientBuilder, Error};
use p21_model::check::Code;
use p21_model::criteria::Criteria;
use p21_model::payload;
use p21_model::row::{Element as _, Transaction, TransactionSet};
use serde_json::json;

use crate::support::contract::{CONTRACT_NO, CUSTOMER_ID, Contract, Header, Key, PRICE};
use crate::support::report::{Reprint, orders};
use crate::support::{Reply, Seen, Server, TRANSACTION_PATH, empty, given_up, json as reply, log};

const SERVER_INFO: &str = "/uiserver0/ui/common/v1/serverinfo";
const GET_PATH: &str = "/uiserver0/api/v2/transaction/get";
const BASICS_PATH: &str = "/uiserver0/api/v2/basics/JobContractPricing";
const STORED: &str = r#"{"Messages":[],"Results":null,"Summary":{"Succeeded":1,"Failed":0,"Other":0}}"#;

fn info(version: &str) -> Reply {
    reply(200, &json!({"Result": {"Version/Application Version": version}}).to_string())
}

/// A P21 that says this of itself and stores whatever comes.
async fn server(info: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request| {
        let header = |price: &str| {
            let edits = json!([{"Name": "contract_no", "Value": "J-1"}, {"Name": "price", "Value": price}]);
            let element = json!({"Name": "FORM.header", "Type": "Form", "Keys": [], "Rows": [{"Edits": edits}]});
            let transactions = json!([{"Status": "New", "DataElements": [element]}]);
            reply(200, &json!({"Name": "JobContractPricing", "Transactions": transactions}).to_string())
        };
        match request.path.as_str() {
            SERVER_INFO => Some(info(request)),
            TRANSACTION_PATH => Some(reply(200, STORED)),
            GET_PATH => Some(header("25.00")),
            BASICS_PATH => Some(header("")),
            _ => None,
        }
    })
    .await
}

fn of_26_1(_: &Seen) -> Reply {
    info("26.1.5910.3")
}

fn priced(number: &str) -> Transaction<Contract> {
    Transaction::new().push(Header::edit().set(CONTRACT_NO, number).set(CUSTOMER_ID, 100_198).set(PRICE, 25))
}

fn raw() -> payload::TransactionSet {
    TransactionSet::from(priced("J-1")).to_payload()
}

fn knowing(builder: ClientBuilder) -> Client {
    builder.service::<Contract>().service::<Reprint>().build().unwrap()
}

/// What each door that checks answers to a payload that 26.1 refuses and 25.2 takes.
async fn every_door(client: &Client) -> Vec<(&'static str, Option<Error>)> {
    let set = TransactionSet::from(priced("J-1"));
    let key = || Key::new("J-1");
    let how = ReadBack::default;
    let criteria = Criteria::<Reprint>::new(orders());
    let callback = Callback::to("https://erp.example.com/p21");
    let state = || p21_model::row::RecordKey::values(&key()).to_state();
    vec![
        ("typed", client.submit(priced("J-1")).await.err()),
        ("typed set", client.submit(&set).await.err()),
        ("key", client.submit(priced("J-1")).key(key()).read_back(how()).await.err()),
        ("keys", client.submit(&set).keys([key()]).await.err()),
        ("queued", client.submit(&set).queued().await.err()),
        ("callback", client.submit(&set).queued().callback(&callback).await.err()),
        ("raw", client.submit(&raw()).await.err()),
        ("raw states", client.submit(&raw()).states([state()]).await.err()),
        ("raw queued", client.submit(&raw()).queued().await.err()),
        ("print", client.print(criteria.clone()).await.err()),
        ("print raw", client.print_raw(&criteria.to_payload()).await.err()),
        ("copy", client.copying(key()).keep(PRICE).store(|header| header.set(CONTRACT_NO, "J-2")).await.err()),
    ]
}

#[tokio::test]
async fn every_door_checks_by_the_servers_version_and_the_server_is_asked_once() {
    let server = server(of_26_1).await;
    let client = knowing(server.builder());
    for (door, error) in every_door(&client).await {
        let error = error.unwrap_or_else(|| panic!("{door} let it through"));
        let code = error.finding().unwrap_or_else(|| panic!("{door}: {error}")).code;
        assert_eq!(code, Code::DisabledColumn, "{door}: {error}");
    }
    assert_eq!((server.count(SERVER_INFO), server.count(TRANSACTION_PATH)), (1, 0));
}

#[tokio::test]
async fn a_server_of_the_bindings_release_takes_through_every_door_what_they_say() {
    let server = server(|_| info("2025.2.5855.0")).await;
    let client = knowing(server.builder());
    for (door, error) in every_door(&client).await {
        let findings = error.as_ref().and_then(Error::findings);
        assert!(findings.is_none(), "{door}: {error:?}");
    }
    assert_eq!(server.count(SERVER_INFO), 1);
}

#[tokio::test]
async fn a_copy_leaves_out_what_the_servers_version_disables() {
    for (version, left_out) in [("25.2", 0), ("26.1", 1)] {
        let server = server(of_26_1).await;
        let client = server.builder().p21_version(version.parse().unwrap()).build().unwrap();
        let copy = client.copying(Key::new("J-1")).prepare(|header| header.set(CONTRACT_NO, "J-2")).await.unwrap();
        assert_eq!(copy.left_out.len(), left_out, "{version}: {:?}", copy.left_out);
        assert_eq!(server.count(SERVER_INFO), 0, "a version that is told is not asked for");
    }
}

#[tokio::test]
async fn first_calls_at_once_ask_once() {
    let server = server(|request| of_26_1(request).after(Duration::from_millis(50))).await;
    let client = server.client();
    let calls = (0..10).map(|number| {
        let client = client.clone();
        async move { client.submit(priced(&format!("J-{number}"))).await.unwrap_err().finding().unwrap().code }
    });
    for code in futures_util::future::join_all(calls).await {
        assert_eq!(code, Code::DisabledColumn);
    }
    assert_eq!(server.count(SERVER_INFO), 1);
}

#[tokio::test]
async fn a_question_that_is_given_up_is_asked_again_by_the_next_call() {
    let server = server(|request| {
        let after = if request.earlier == 0 { Duration::from_secs(60) } else { Duration::ZERO };
        of_26_1(request).after(after)
    })
    .await;
    let client = server.client();
    given_up(|| server.count(SERVER_INFO), client.submit(priced("J-1")).into_future()).await;
    assert_eq!(client.p21_version().await.unwrap().to_string(), "26.1.5910.3");
}

#[tokio::test]
async fn a_server_that_does_not_tell_is_checked_for_by_the_bindings_and_that_is_said_once() {
    log::start();
    for answer in [404, 500, 503] {
        let server = server(move |_| empty(answer)).await;
        let client = knowing(server.builder());
        let before = log::text().len();
        for _ in 0..3 {
            client.submit(priced("J-1")).await.unwrap();
        }
        let text = log::text().split_off(before);
        assert!(text.contains("version_of=\"bindings\""), "{answer}: {text}");
        let tries = if answer == 404 { 1 } else { 3 };
        assert_eq!(server.count(SERVER_INFO), tries, "{answer}: once, with the tries of a read");
    }
    let said = log::text().matches("the server doesn't tell its P21 version").count();
    assert!(said >= 3, "once a client: {said}");
}

#[tokio::test]
async fn bindings_of_another_release_are_said_once() {
    log::start();
    let server = server(|_| info("26.1.4321.7")).await;
    let client = server.client();
    let said = || log::text().matches("server=26.1.4321.7").count();
    for _ in 0..3 {
        client.submit(Transaction::new().push(Header::edit().set(CONTRACT_NO, "J-1"))).await.unwrap();
    }
    let text = log::text();
    assert!(text.contains("the bindings are of another release than the server"), "{text}");
    assert!(text.contains("p21.check{service=JobContractPricing version=26.1.4321.7 version_of=\"server\"}"), "{text}");
    assert_eq!(said(), 1);
}
