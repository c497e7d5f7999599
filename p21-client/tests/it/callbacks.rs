//! Callbacks: what a submission asks for, and what the receiver takes.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use p21_client::callback::{CallbackEvent, CallbackReceiver, Callbacks};
use p21_client::{Callback, Ticket};
use p21_model::row::{Element as _, Transaction, TransactionSet};
use serde_json::{Value, json};
use support::contract::{CONTRACT_NO, CUSTOMER_ID, Contract, Header};
use support::{Server, json as reply};

const PATH: &str = "/uiserver0/api/v2/transaction/async/callback";
const ASYNC_PATH: &str = "/uiserver0/api/v2/transaction/async";
const SECRET: &str = "a long random text";

fn set() -> TransactionSet<Contract> {
    Transaction::new().push(Header::edit().set(CONTRACT_NO, "J-1").set(CUSTOMER_ID, 100_198)).into()
}

/// The object that P21 posts when a request is done.
fn done(id: &str) -> String {
    let inner = json!({"Messages": ["Transaction 1:: Customer ID is required"], "Results": null,
        "Summary": {"Succeeded": 0, "Failed": 1, "Other": 0}});
    json!({"RequestId": id, "RequestType": "V2 Transaction", "Key": "N/A", "StartDate": "2026-03-02T09:14:07.41-06:00",
        "CompletedDate": "2026-03-02T09:14:09.1", "Status": 2, "CallbackResult": null, "Messages": inner.to_string()})
    .to_string()
}

/// A receiver, mounted below `/p21`.
async fn mounted(receiver: &CallbackReceiver) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = axum::Router::new().nest("/p21", receiver.router());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

async fn receiver() -> (CallbackReceiver, Callbacks, SocketAddr) {
    let (receiver, callbacks) = CallbackReceiver::builder(SECRET).max_body(4_096).build().unwrap();
    let address = mounted(&receiver).await;
    (receiver, callbacks, address)
}

/// Posts as P21 would, and gives back the status.
fn post(address: SocketAddr, headers: &[(&str, &str)], body: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut request =
        format!("POST /p21 HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    drop(stream.read_to_string(&mut answer));
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

async fn posted(address: SocketAddr, secret: &'static str, body: String) -> u16 {
    tokio::task::spawn_blocking(move || post(address, &[("X-P21-Callback-Secret", secret)], &body)).await.unwrap()
}

/// Events come in order, so one that is asked for now comes next if there is no other.
async fn nothing_more(callbacks: &mut Callbacks, address: SocketAddr) {
    assert_eq!(posted(address, SECRET, done("the-last")).await, 200);
    let next = callbacks.next().await;
    assert!(matches!(&next, Some(CallbackEvent::Unknown(request)) if request.request_id == "the-last"), "{next:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transaction_api_56_a_submission_is_answered_at_its_callback() {
    // A P21 that is done at once, and posts where it was told to before it answers.
    let server = Server::start(|request| {
        if request.path == ASYNC_PATH {
            let mut status: Value = serde_json::from_str(&done("0f0e-1")).unwrap();
            // The request is done before its callback is.
            status["CallbackResult"] = if request.earlier == 0 { Value::Null } else { "Success : 200 (OK)".into() };
            return Some(reply(200, &status.to_string()));
        }
        if request.path != PATH {
            return None;
        }
        let callback = &request.json()["Callback"];
        let headers = callback["Headers"].as_array().unwrap().clone();
        let address: SocketAddr = callback["Url"]
            .as_str()
            .unwrap()
            .strip_prefix("http://")
            .unwrap()
            .strip_suffix("/p21")
            .unwrap()
            .parse()
            .unwrap();
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|h| (h["Name"].as_str().unwrap(), h["Value"].as_str().unwrap())).collect();
        // The receiver runs on the same threads: what waits on this one has to move to another.
        let status = tokio::task::block_in_place(|| post(address, &headers, &done("0f0e-1")));
        assert_eq!(status, 200);
        Some(reply(200, r#"{"RequestId":"0F0E-1","Status":3,"CallbackResult":null,"Messages":null}"#))
    })
    .await;
    let (receiver, mut callbacks, address) = receiver().await;
    let callback = Callback::to(format!("http://{address}/p21")).secret(SECRET).header("x-tenant", "7");
    let pending = server.client().submit(&set()).queued().callback(&callback).await.unwrap();

    let sent = server.seen(PATH)[0].json();
    assert_eq!(sent["Content"], serde_json::from_slice::<Value>(&set().to_json()).unwrap());
    assert_eq!(
        sent["Callback"],
        json!({"Url": format!("http://{address}/p21"), "Method": "POST", "ContentType": "application/json", "Headers": [
            {"Name": "x-p21-callback-secret", "Value": SECRET}, {"Name": "x-tenant", "Value": "7"}]})
    );

    // It was faster than the answer, so nobody expected it; expecting it late loses nothing.
    let CallbackEvent::Unknown(early) = callbacks.next().await.unwrap() else { panic!("it can't be known yet") };
    assert_eq!(early.request_id, "0f0e-1");
    receiver.expect(&pending);
    let CallbackEvent::Finished { ticket, outcome } = callbacks.next().await.unwrap() else { panic!("it is expected") };
    assert_eq!(&ticket, pending.ticket());
    let failure = outcome.unwrap().transactions.remove(0).unwrap_err();
    assert_eq!(failure.messages[0].field.as_deref(), Some("customer_id"), "the service is known");
    assert_eq!(pending.status().await.unwrap().callback_result, None);
    assert_eq!(pending.status().await.unwrap().callback_result.as_deref(), Some("Success : 200 (OK)"));
    assert!(pending.wait().await.unwrap().transactions[0].is_err());
    assert_eq!(server.count(ASYNC_PATH), 2, "what is done is not asked for again");
}

#[tokio::test]
async fn an_expected_result_is_reported_once() {
    let (receiver, mut callbacks, address) = receiver().await;
    receiver.expect_ticket(Ticket::new("0f0e-1", "JobContractPricing", 1));
    for _ in 0..3 {
        assert_eq!(posted(address, SECRET, done("0f0e-1")).await, 200);
    }
    assert!(matches!(callbacks.next().await, Some(CallbackEvent::Finished { outcome: Ok(_), .. })));
    receiver.expect_ticket(Ticket::new("0f0e-1", "JobContractPricing", 1));
    nothing_more(&mut callbacks, address).await;
}

#[tokio::test]
async fn unknown_results_are_reported_once_and_kept_for_a_while() {
    let (receiver, mut callbacks, address) = receiver().await;
    for _ in 0..2 {
        assert_eq!(posted(address, SECRET, done("0f0e-2")).await, 200);
    }
    assert!(matches!(callbacks.next().await, Some(CallbackEvent::Unknown(request)) if request.request_id == "0f0e-2"));
    nothing_more(&mut callbacks, address).await;
    receiver.expect_ticket(Ticket::new("0f0e-2", "JobContractPricing", 1));
    assert!(matches!(callbacks.next().await, Some(CallbackEvent::Finished { .. })));
}

#[tokio::test]
async fn only_the_right_secret_opens() {
    let (receiver, mut callbacks, address) = receiver().await;
    for wrong in ["", "a", "a long random texT", "a long random text2", "A LONG RANDOM TEXT"] {
        assert_eq!(posted(address, wrong, done("0f0e-1")).await, 401, "{wrong:?}");
    }
    let no_header = tokio::task::spawn_blocking(move || post(address, &[], &done("0f0e-1"))).await.unwrap();
    assert_eq!(no_header, 401);
    let twice = [("x-p21-callback-secret", SECRET), ("x-p21-callback-secret", "other")];
    assert_eq!(tokio::task::spawn_blocking(move || post(address, &twice, &done("0f0e-1"))).await.unwrap(), 401);
    nothing_more(&mut callbacks, address).await;
    assert!(!format!("{receiver:?}").contains("random"));
    assert!(CallbackReceiver::builder("short").build().unwrap_err().is_input());
    assert!(CallbackReceiver::builder(SECRET).header("a b").build().unwrap_err().is_input());
}

/// P21, or somebody who has seen it, posts the same result again and again, all at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn results_that_come_many_times_at_once_are_reported_once_each() {
    let (receiver, mut callbacks, address) = receiver().await;
    let ids = ["0f0e-1", "0f0e-2", "0f0e-3"];
    ids.into_iter().for_each(|id| receiver.expect_ticket(Ticket::new(id, "JobContractPricing", 1)));
    let replayed = (0..60).map(|at| tokio::spawn(posted(address, SECRET, done(ids[at % 3]))));
    for answered in futures_util::future::join_all(replayed).await {
        assert_eq!(answered.unwrap(), 200);
    }
    let mut finished = Vec::new();
    for _ in ids {
        let Some(CallbackEvent::Finished { ticket, .. }) = callbacks.next().await else { panic!("it is expected") };
        finished.push(ticket.request_id().to_owned());
    }
    finished.sort();
    assert_eq!(finished, ids);
    nothing_more(&mut callbacks, address).await;
}

/// Sends raw bytes; the status line of what comes back, if anything does.
fn raw(address: SocketAddr, request: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).unwrap();
    // The other side may have hung up already.
    drop(stream.write_all(request.as_bytes()));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
}

/// The secret comes first, and a length that isn't announced is bounded as one that is.
#[tokio::test]
async fn without_the_secret_no_body_is_waited_for_and_with_it_none_without_end() {
    let (_receiver, mut callbacks, address) = receiver().await;
    let head = |more: &str| format!("POST /p21 HTTP/1.1\r\nhost: h\r\nconnection: close\r\n{more}\r\n");
    let secret = format!("x-p21-callback-secret: {SECRET}\r\n");
    let ask = async |request: String| tokio::task::spawn_blocking(move || raw(address, &request)).await.unwrap();
    // A body that is announced and never comes.
    assert_eq!(ask(head("content-length: 1000000\r\n")).await, Some(401));
    assert_eq!(ask(head("transfer-encoding: chunked\r\n")).await, Some(401));
    assert_eq!(ask(head(&format!("{secret}content-length: 99999999999\r\n"))).await, Some(413));
    let chunks = "1000\r\n".to_owned() + &"x".repeat(0x1000) + "\r\n";
    let endless = head(&format!("{secret}transfer-encoding: chunked\r\n")) + &chunks.repeat(3);
    assert_eq!(ask(endless).await, Some(413));
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let other = head(&secret).replacen("POST", method, 1);
        assert_eq!(ask(other).await, Some(405), "{method}");
    }
    nothing_more(&mut callbacks, address).await;
}

#[tokio::test]
async fn bodies_that_are_none_are_refused() {
    let (_receiver, mut callbacks, address) = receiver().await;
    let deep = "[".repeat(4_000);
    for body in ["", "{}", "[]", "<a/>", "<RequestId/>", r#"{"RequestId":" ","Status":2}"#, "<", deep.as_str(), "\u{0}"]
    {
        assert_eq!(posted(address, SECRET, body.to_owned()).await, 400, "{body:?}");
    }
    assert_eq!(posted(address, SECRET, "x".repeat(4_097)).await, 413);
    assert_eq!(posted(address, SECRET, r#"{"RequestId":"a","Status":3}"#.to_owned()).await, 200, "not done yet");
    nothing_more(&mut callbacks, address).await;
}

#[tokio::test]
async fn xml_is_read_as_well() {
    let (receiver, mut callbacks, address) = receiver().await;
    receiver.expect_ticket(Ticket::new("0f0e-1", "JobContractPricing", 2));
    let body = r#"<AsyncRequest xmlns="http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2"
        xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><CallbackResult i:nil="true"/>
        <CompletedDate>2025-03-02T09:14:09</CompletedDate><Messages i:nil="true"/><RequestId>0f0e-1</RequestId>
        <Status>Complete</Status></AsyncRequest>"#;
    assert_eq!(posted(address, SECRET, body.to_owned()).await, 200);
    let Some(CallbackEvent::Finished { outcome, .. }) = callbacks.next().await else { panic!("it is expected") };
    assert!(outcome.unwrap().transactions.iter().all(Result::is_ok));
}

#[tokio::test]
async fn what_nobody_takes_is_refused() {
    let (receiver, mut callbacks) = CallbackReceiver::builder(SECRET).queue(1).build().unwrap();
    let address = mounted(&receiver).await;
    assert_eq!(posted(address, SECRET, done("a")).await, 200);
    assert_eq!(posted(address, SECRET, done("b")).await, 503);
    assert!(callbacks.next().await.is_some());
    assert_eq!(posted(address, SECRET, done("b")).await, 200, "it was not taken for a duplicate");
    drop(callbacks);
    assert_eq!(posted(address, SECRET, done("c")).await, 503);
}

#[tokio::test]
async fn secrets_of_callbacks_are_in_no_error() {
    let server = Server::start(|request| {
        (request.path == PATH).then(|| reply(400, &json!({"ErrorMessage": format!("bad header {SECRET}")}).to_string()))
    })
    .await;
    let callback = Callback::to("https://h/").secret(SECRET).xml();
    let error = server.client().submit(&set()).queued().callback(&callback).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("random"), "{error}");
    assert_eq!(server.seen(PATH)[0].json()["Callback"]["ContentType"], "application/xml");
    let error = server.client().submit(&set()).queued().callback(&Callback::to("nowhere")).await.unwrap_err();
    assert!(error.is_input() && server.count(PATH) == 1);
    let raw = set().to_payload();
    server.client().submit(&raw).queued().callback(&callback).await.unwrap_err();
    assert_eq!(server.seen(PATH)[1].json()["Content"], serde_json::to_value(&raw).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_drips_is_ended_by_the_limit_however_steadily_it_comes() {
    const BYTES: usize = 400;
    let limit = std::time::Duration::from_millis(200);
    let (receiver, _callbacks) = CallbackReceiver::builder(SECRET).body_within(limit).build().unwrap();
    let address = mounted(&receiver).await;
    let posted = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!(
            "POST /p21 HTTP/1.1\r\nhost: h\r\nX-P21-Callback-Secret: {SECRET}\r\ncontent-length: {BYTES}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut drip = stream.try_clone().unwrap();
        let dripped = std::thread::spawn(move || {
            (0..BYTES)
                .take_while(|_| {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                    drip.write_all(b" ").is_ok()
                })
                .count()
        });
        let mut answer = [0; 64];
        let length = stream.read(&mut answer).unwrap();
        let is_still_dripping = !dripped.is_finished();
        drop(stream.shutdown(std::net::Shutdown::Both));
        dripped.join().unwrap();
        (String::from_utf8_lossy(&answer[..length]).into_owned(), is_still_dripping)
    });
    let (answer, is_still_dripping) = posted.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(is_still_dripping, "the answer came before the body was whole");
}
