//! Asynchronous submission.
//!
//! Both generations are those of facts sheet `transaction-api`, section 10.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::future::IntoFuture as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use p21_client::{Client, Polling, Ticket};
use p21_model::row::{Element as _, Transaction, TransactionSet};
use serde_json::{Value, json};
use support::contract::{CONTRACT_NO, CUSTOMER_ID, Contract, Header};
use support::{Reply, Seen, Server, empty, json as reply};

const ASYNC_PATH: &str = "/uiserver0/api/v2/transaction/async";

fn contract(number: &str) -> Transaction<Contract> {
    Transaction::new().push(Header::edit().set(CONTRACT_NO, number).set(CUSTOMER_ID, 100_198))
}

fn two() -> TransactionSet<Contract> {
    ["J-1", "J-2"].into_iter().map(contract).collect()
}

fn quick() -> Polling {
    Polling::default().first_delay(Duration::from_millis(2)).longest_delay(Duration::from_millis(4))
}

fn client(server: &Server, polling: Polling) -> Client {
    server.builder().polling(polling).build().unwrap()
}

/// The whole synchronous answer: the first of two stored.
fn envelope() -> Value {
    json!({
        "Messages": ["Transaction 1:: ", "Transaction 2:: General Exception: Column is disabled: customer_id"],
        "Results": {"Name": "JobContractPricing", "Transactions": [
            {"Status": "Passed", "DataElements": [{"Name": "FORM.header", "Rows": [
                {"Edits": [{"Name": "contract_no", "Value": "J-1"}]}]}]},
            {"Status": "Failed"}]},
        "Summary": {"Succeeded": 1, "Failed": 1, "Other": 0},
    })
}

/// The object that 26.1 answers to submissions and questions alike.
fn of_26_1(id: &str, done: Option<&str>) -> String {
    json!({"RequestId": id, "RequestType": "V2 Transaction", "Key": "N/A",
        "StartDate": "2026-03-02T09:14:07.41-06:00",
        "CompletedDate": done.map(|_| "2026-03-02T09:14:09.1"),
        "Status": if done.is_some() { 2 } else { 3 }, "CallbackResult": null, "Messages": done})
    .to_string()
}

/// P21 26.1: 200 and integers; done at the third question.
async fn new_server() -> Server {
    Server::start(|request| match (request.path.as_str(), request.method.as_str()) {
        (ASYNC_PATH, "POST") => Some(reply(200, &of_26_1("0f0e-1", None))),
        (ASYNC_PATH, "GET") if request.earlier < 3 => Some(reply(200, &of_26_1("0f0e-1", None))),
        (ASYNC_PATH, "GET") => Some(reply(200, &of_26_1("0f0e-1", Some(&envelope().to_string())))),
        _ => None,
    })
    .await
}

/// An older P21: 202 and strings.
async fn old_server(status: &'static str, messages: Value) -> Server {
    Server::start(move |request| match (request.path.as_str(), request.method.as_str()) {
        (ASYNC_PATH, "POST") => Some(reply(202, r#"{"RequestId":"0f0e-1","Status":"Active"}"#)),
        (ASYNC_PATH, "GET") if request.earlier < 2 => Some(reply(200, r#"{"RequestId":"0f0e-1","Status":"Active"}"#)),
        (ASYNC_PATH, "GET") => {
            let done = json!({"RequestId": "0f0e-1", "Status": status, "CompletedDate": "2025-03-02T09:14:09",
                "Messages": messages});
            Some(reply(200, &done.to_string()))
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn transaction_api_54_a_request_of_26_1_is_asked_for_until_it_is_done() {
    let server = new_server().await;
    let pending = client(&server, quick()).submit(&two()).queued().await.unwrap();
    let ticket = pending.ticket();
    assert_eq!((ticket.request_id(), ticket.service(), ticket.transactions()), ("0f0e-1", "JobContractPricing", 2));
    let outcome = pending.wait().await.unwrap();
    assert_eq!(outcome.transactions[0].as_ref().unwrap().value("FORM.header", "contract_no"), Some("J-1"));
    let failure = outcome.transactions[1].as_ref().unwrap_err();
    assert_eq!(failure.messages[0].field.as_deref(), Some("customer_id"));
    let seen = server.seen(ASYNC_PATH);
    assert_eq!(seen[0].body, two().to_json());
    assert_eq!((seen.len(), seen[1].query.as_str()), (4, "id=0f0e-1"));
    assert_eq!(pending.wait().await.unwrap(), outcome, "a second wait asks nobody");
    assert_eq!(server.count(ASYNC_PATH), 4);
}

#[tokio::test]
async fn transaction_api_54_the_older_generation_says_it_in_words() {
    let server = old_server("Complete", Value::Null).await;
    let outcome = client(&server, quick()).submit(&two()).queued().await.unwrap().wait().await.unwrap();
    assert!(outcome.transactions.iter().all(Result::is_ok));

    let server = old_server("Failed", json!("Transaction 1:: Customer ID is required")).await;
    let set = TransactionSet::from(contract("J-1"));
    let outcome = client(&server, quick()).submit(&set).queued().await.unwrap().wait().await.unwrap();
    let failure = outcome.transactions[0].as_ref().unwrap_err();
    assert_eq!(failure.messages[0].field.as_deref(), Some("customer_id"), "the service is known");

    let server = old_server("Failed", json!(envelope().to_string())).await;
    let outcome = client(&server, quick()).submit(&two()).queued().await.unwrap().wait().await.unwrap();
    assert!(outcome.transactions[0].is_ok(), "the envelope says more than the status");
}

#[tokio::test]
async fn a_ticket_outlives_the_client() {
    let server = new_server().await;
    let stored = {
        let pending = client(&server, quick()).submit(&two()).queued().await.unwrap();
        serde_json::to_string(pending.ticket()).unwrap()
    };
    let ticket: Ticket = serde_json::from_str(&stored).unwrap();
    let later = client(&server, quick());
    assert!(later.wait(&ticket).await.unwrap().transactions[1].is_err());
    let resumed = later.resume::<Contract>(ticket).unwrap();
    assert!(resumed.wait().await.unwrap().transactions[0].is_ok());
    let error = later.resume::<Contract>(Ticket::new("0f0e-1", "Order", 1)).unwrap_err();
    assert!(error.is_input() && error.ticket().is_some(), "{error}");
}

#[tokio::test]
async fn a_request_that_is_not_done_in_time_keeps_its_id() {
    let server =
        Server::start(|request| (request.path == ASYNC_PATH).then(|| reply(200, &of_26_1("0f0e-1", None)))).await;
    let pending = client(&server, quick()).submit(&two()).queued().await.unwrap();
    let error = pending.wait_for(Duration::from_millis(30)).await.unwrap_err();
    assert!(error.is_unfinished() && error.is_ambiguous() && !error.is_retryable());
    assert_eq!(error.ticket(), Some(pending.ticket()));
    assert_eq!(
        error.to_string(),
        "GET /api/v2/transaction/async: the asynchronous request `0f0e-1` is not done after 30ms; \
         it goes on and can't be cancelled: wait for it again with its ticket"
    );
}

#[tokio::test]
async fn questions_that_fail_in_passing_are_repeated() {
    let server = Server::start(|request| match (request.path.as_str(), request.method.as_str(), request.earlier) {
        (ASYNC_PATH, "POST", _) => Some(reply(200, &of_26_1("0f0e-1", None))),
        (ASYNC_PATH, "GET", 1..=7) => Some(empty(503)),
        (ASYNC_PATH, "GET", _) => Some(reply(200, &of_26_1("0f0e-1", Some(&envelope().to_string())))),
        _ => None,
    })
    .await;
    let pending = client(&server, quick()).submit(&two()).queued().await.unwrap();
    assert!(pending.wait().await.unwrap().transactions[0].is_ok());
}

async fn answered(done: &'static str) -> p21_client::Error {
    let server = Server::start(move |request| match (request.path.as_str(), request.method.as_str()) {
        (ASYNC_PATH, "POST") => Some(reply(200, &of_26_1("0f0e-1", None))),
        (ASYNC_PATH, "GET") => Some(reply(200, done)),
        _ => None,
    })
    .await;
    client(&server, quick()).submit(&two()).queued().await.unwrap().wait().await.unwrap_err()
}

#[tokio::test]
async fn answers_that_tell_nothing_are_ambiguous_and_keep_the_id() {
    for done in [
        r#"{"RequestId":"0f0e-1","Status":2,"Messages":"Object reference not set"}"#,
        r#"{"RequestId":"0f0e-1","Status":2,"Messages":null}"#,
        r#"{"RequestId":"0f0e-1","Status":2,"Messages":"{\"Summary\":"}"#,
        r#"{"RequestId":"0f0e-1","Status":"Failed","Messages":"Transaction 1:: Customer ID is required"}"#,
    ] {
        let error = answered(done).await;
        assert!(error.is_ambiguous() && error.is_decode() && !error.is_retryable(), "{done}: {error:?}");
        assert_eq!(error.ticket().unwrap().request_id(), "0f0e-1");
        assert_eq!(error.decode_path(), Some("Messages"));
    }
    let error = answered(r#"{"RequestId":"another","Status":2}"#).await;
    assert_eq!(error.decode_path(), Some("RequestId"), "{error}");
}

#[tokio::test]
async fn a_submission_whose_answer_has_no_id_is_ambiguous() {
    for body in ["{}", r#"{"RequestId":null,"Status":3}"#, r#"{"RequestId":{}}"#, "", "<a/>"] {
        let server = Server::start(move |request| (request.path == ASYNC_PATH).then(|| reply(200, body))).await;
        let error = client(&server, quick()).submit(&two()).queued().await.unwrap_err();
        assert!(error.is_ambiguous() && !error.is_retryable(), "{body}: {error:?}");
        assert_eq!(server.count(ASYNC_PATH), 1);
    }
}

#[tokio::test]
async fn a_set_that_p21_would_mangle_is_not_queued() {
    let server = new_server().await;
    let twice = Transaction::<Contract>::new().push(Header::edit()).push(Header::edit().set(CONTRACT_NO, "J-2"));
    let error = client(&server, quick()).submit(&TransactionSet::from(twice)).queued().await.unwrap_err();
    assert!(error.findings().is_some(), "{error}");
    assert_eq!(server.count(ASYNC_PATH), 0);
}

/// A server that works on a request until it is told to stop, and knows how many it works on.
#[derive(Default)]
struct Queue {
    running: Mutex<Vec<String>>,
    most: AtomicUsize,
    let_go: AtomicBool,
    taken: AtomicUsize,
}

impl Queue {
    fn answer(&self, request: &Seen) -> Option<Reply> {
        if request.path != ASYNC_PATH {
            return None;
        }
        let mut running = self.running.lock().unwrap();
        if request.method == "POST" {
            let id = format!("job-{}", self.taken.fetch_add(1, Ordering::SeqCst));
            running.push(id.clone());
            self.most.fetch_max(running.len(), Ordering::SeqCst);
            return Some(reply(200, &of_26_1(&id, None)));
        }
        let id = request.query.strip_prefix("id=").unwrap();
        if self.let_go.load(Ordering::SeqCst) {
            running.retain(|other| other != id);
            return Some(reply(200, &of_26_1(id, Some(&envelope().to_string()))));
        }
        Some(reply(200, &of_26_1(id, None)))
    }
}

async fn queue() -> (Server, Arc<Queue>) {
    let queue = Arc::new(Queue::default());
    let own = Arc::clone(&queue);
    (Server::start(move |request| own.answer(request)).await, queue)
}

#[tokio::test]
async fn transaction_api_55_a_third_request_waits_for_one_of_two_slots() {
    let (server, queue) = queue().await;
    let client = client(&server, quick());
    let set = two();
    let held = [client.submit(&set).queued().await.unwrap(), client.submit(&set).queued().await.unwrap()];
    // It asks about the first two again and again, and is sent no sooner than one of them is done.
    let asked = async {
        while server.seen(ASYNC_PATH).iter().filter(|seen| seen.method == "GET").count() < 6 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        third = client.submit(&set).queued() => panic!("both slots are taken: {third:?}"),
        () = asked => {}
    }
    assert_eq!(queue.taken.load(Ordering::SeqCst), 2);
    queue.let_go.store(true, Ordering::SeqCst);
    // Nobody waits for the first two; whoever needs a slot asks about them.
    let more = futures_util::future::join_all((0..6).map(|_| client.submit(&set).queued().into_future())).await;
    assert!(more.iter().all(Result::is_ok));
    assert_eq!((queue.taken.load(Ordering::SeqCst), queue.most.load(Ordering::SeqCst)), (8, 2));
    assert!(held[0].wait().await.unwrap().transactions[0].is_ok());
}

#[tokio::test]
async fn slots_are_no_places_in_the_pool() {
    let (server, queue) = queue().await;
    let client = server.builder().polling(quick()).max_concurrent(1).max_async(3).build().unwrap();
    for _ in 0..3 {
        drop(client.submit(&two()).queued().await.unwrap());
    }
    assert_eq!(queue.most.load(Ordering::SeqCst), 3, "dropping the handle gives no slot back");
    assert_eq!(client.services().await.unwrap().len(), 2);
}

#[tokio::test]
async fn no_slot_in_time_means_that_nothing_was_sent() {
    let (server, queue) = queue().await;
    let client = client(&server, quick().limit(Duration::from_millis(40)));
    let _held = [client.submit(&two()).queued().await.unwrap(), client.submit(&two()).queued().await.unwrap()];
    let error = client.submit(&two()).queued().await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable() && !error.is_ambiguous(), "{error:?}");
    assert_eq!(queue.taken.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_request_that_p21_forgot_gives_its_slot_back() {
    let server = Server::start(|request| match (request.path.as_str(), request.method.as_str()) {
        (ASYNC_PATH, "POST") => Some(reply(200, &of_26_1(&format!("job-{}", request.earlier), None))),
        (ASYNC_PATH, "GET") => Some(reply(404, r#"{"error":"Not Found"}"#)),
        _ => None,
    })
    .await;
    let client = client(&server, quick());
    for _ in 0..3 {
        let pending = client.submit(&two()).queued().await.unwrap();
        let error = pending.status().await.unwrap_err();
        assert_eq!(error.ticket(), Some(pending.ticket()), "{error}");
    }
}

#[tokio::test]
async fn a_raw_payload_is_queued_as_it_is() {
    let server = new_server().await;
    let raw = two().to_payload();
    let outcome = client(&server, quick()).submit(&raw).queued().await.unwrap().wait().await.unwrap();
    assert_eq!(outcome.transactions.len(), 2);
    assert_eq!(server.seen(ASYNC_PATH)[0].json(), serde_json::to_value(&raw).unwrap());
}
