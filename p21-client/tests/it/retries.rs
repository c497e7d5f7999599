//! What is tried again, and what never is.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use p21_client::{Method, Retry};
use p21_model::payload::{TransactionSet, TransactionStateRequest};
use support::{SERVICES_PATH, Seen, Server, TRANSACTION_PATH, empty, json};

const GET_PATH: &str = "/uiserver0/api/v2/transaction/get";
const DIRTY: &str = r#"{"error":{"message":"Unexpected response window encountered"}}"#;

/// Answers `status` twice, then as usual.
async fn fails_twice(status: u16, body: &'static str) -> Server {
    Server::start(move |request| (request.path == SERVICES_PATH && request.earlier < 2).then(|| json(status, body)))
        .await
}

#[tokio::test]
async fn a_read_is_repeated_when_the_gateway_or_an_empty_500_failed_it() {
    for (status, body) in [(502, "x"), (503, ""), (504, "<html></html>"), (500, "")] {
        let server = fails_twice(status, body).await;
        assert_eq!(server.client().services().await.unwrap().len(), 2);
        assert_eq!(server.count(SERVICES_PATH), 3);
    }
}

#[tokio::test]
async fn a_read_is_not_repeated_when_p21_gave_a_reason() {
    let reason = r#"{"ErrorMessage":"Object reference not set to an instance of an object."}"#;
    for status in [400, 404, 405, 409, 422, 500, 501] {
        let server = fails_twice(status, reason).await;
        let error = server.client().services().await.unwrap_err();
        assert!(!error.is_retryable() && !error.is_ambiguous(), "{status}");
        assert_eq!(server.count(SERVICES_PATH), 1);
    }
}

#[tokio::test]
async fn tries_are_counted() {
    for (retry, tries) in [(Retry::never(), 1), (support::quick().attempts(2), 2), (support::quick().attempts(0), 1)] {
        let server = Server::start(|request| (request.path == SERVICES_PATH).then(|| empty(503))).await;
        let error = server.builder().retry(retry).build().unwrap().services().await.unwrap_err();
        assert!(error.is_retryable(), "another time it may work");
        assert_eq!(server.count(SERVICES_PATH), tries);
    }
}

#[tokio::test]
async fn a_login_is_repeated_like_the_call_it_is_for() {
    let server =
        Server::start(|request| (request.path == support::TOKEN_PATH && request.earlier < 2).then(|| empty(503))).await;
    server.client().services().await.unwrap();
    assert_eq!(server.count(support::TOKEN_PATH), 3);
    let server = Server::start(|request| (request.path == support::TOKEN_PATH).then(|| empty(503))).await;
    server.client().services().await.unwrap_err();
    assert_eq!(server.count(support::TOKEN_PATH), 3);
}

#[tokio::test]
async fn a_read_that_met_a_dirty_session_draws_another() {
    let server = Server::start(|request| match request.earlier {
        tries if request.path == GET_PATH && tries < 4 => Some(json(500, DIRTY)),
        _ if request.path == GET_PATH => Some(json(200, r#"{"Name":"Order","Transactions":[]}"#)),
        _ => None,
    })
    .await;
    server.client().get_raw(&TransactionStateRequest::default()).await.unwrap();
    assert_eq!(server.count(GET_PATH), 5);
}

async fn write_answered(reply: impl Fn(&Seen) -> support::Reply + Send + Sync + 'static) -> (p21_client::Error, usize) {
    let server = Server::start(move |request| (request.path == TRANSACTION_PATH).then(|| reply(request))).await;
    let error = server.client().submit(&TransactionSet::default()).unchecked().await.unwrap_err();
    (error, server.count(TRANSACTION_PATH))
}

#[tokio::test]
async fn a_write_is_never_repeated_once_it_may_have_arrived() {
    for status in [500, 502, 503, 504] {
        let (error, sent) = write_answered(move |_| empty(status)).await;
        assert!(error.is_ambiguous() && !error.is_retryable(), "{status}");
        assert_eq!(sent, 1);
    }
    let (error, sent) = write_answered(|_| json(500, DIRTY)).await;
    assert!(error.is_contaminated() && error.is_ambiguous() && !error.is_retryable() && sent == 1);
}

#[tokio::test]
async fn a_refused_write_is_not_ambiguous() {
    for status in [400, 405, 422] {
        let (error, sent) = write_answered(move |_| json(status, r#"{"error":"no"}"#)).await;
        assert!(!error.is_ambiguous() && !error.is_retryable() && sent == 1);
    }
    let old = r#"{"ErrorMessage":"NullReferenceException at ToInternalBeSpecification"}"#;
    let (error, _) = write_answered(move |_| json(500, old)).await;
    assert!(!error.is_ambiguous() && !error.is_retryable());
}

#[tokio::test]
async fn a_write_whose_answer_makes_no_sense_is_ambiguous() {
    for body in ["", "<html></html>", "<a/>", "[]", "{}", r#"{"ErrorMessage":"?"}"#, r#"{"Summary":"?"}"#] {
        let (error, sent) = write_answered(move |_| json(200, body)).await;
        assert!(error.is_ambiguous() && !error.is_retryable() && sent == 1, "{body}: {error:?}");
    }
}

/// A UI server that reads a request, counts it, and drops the connection, after `answer` if there is one.
fn dropping(answer: &'static [u8]) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            counter.fetch_add(1, Ordering::SeqCst);
            drop(connection.read(&mut [0; 4096]));
            drop(connection.write_all(answer));
        }
    });
    (url, count)
}

#[tokio::test]
async fn a_dropped_connection_fails_a_write_and_repeats_a_read() {
    let server = Server::start(|_| None).await;
    for answer in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"a"] {
        let (ui, count) = dropping(answer);
        let client = server.builder().ui_url(&ui).build().unwrap();
        let error = client.submit(&TransactionSet::default()).unchecked().await.unwrap_err();
        assert!(error.is_ambiguous() && !error.is_retryable() && !error.is_connect(), "{error:?}");
        assert_eq!(count.load(Ordering::SeqCst), 1);
        let error = client.services().await.unwrap_err();
        assert!(!error.is_ambiguous() && error.is_retryable());
        assert_eq!(count.load(Ordering::SeqCst), 4);
    }
}

#[tokio::test]
async fn a_write_without_a_connection_is_repeated() {
    let server = Server::start(|_| None).await;
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = server.builder().ui_url(format!("http://{nobody}")).build().unwrap();
    let error = client.submit(&TransactionSet::default()).unchecked().await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable() && !error.is_ambiguous(), "{error:?}");
    assert!(error.to_string().contains("nothing was sent"), "{error}");
}

#[tokio::test]
async fn a_raw_request_is_a_write_unless_it_says_otherwise() {
    let path = "/uiserver0/api/v2/thing";
    let server = Server::start(move |request| (request.path == path).then(|| empty(503))).await;
    let client = server.client();
    let post = || client.request(Method::POST, "/api/v2/thing");
    assert!(post().send().await.unwrap_err().is_ambiguous());
    assert_eq!(server.count(path), 1);
    assert!(post().reads().send().await.unwrap_err().is_retryable());
    assert_eq!(server.count(path), 4);
}
