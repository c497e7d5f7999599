//! How long and how much: nothing hangs, nothing fills the memory.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use p21_client::{Client, Credentials, Retry, Timeouts};
use p21_model::payload::TransactionSet;
use support::{Reply, SERVICES_PATH, Server, TOKEN_PATH, TRANSACTION_PATH, answer, json};

fn endless() -> Body {
    let piece = Bytes::from(vec![b' '; 64 * 1024]);
    Body::from_stream(stream::repeat(piece).map(Ok::<_, Infallible>))
}

/// One byte, then nothing.
fn stalled() -> Reply {
    let pieces = stream::once(async { Ok::<_, Infallible>(Bytes::from_static(b"[")) }).chain(stream::pending());
    Response::new(Body::from_stream(pieces)).into()
}

fn short() -> Timeouts {
    let limit = Duration::from_millis(100);
    Timeouts::default().read(limit).attempt(limit).operation(limit)
}

#[tokio::test]
async fn an_endless_body_ends() {
    let server =
        Server::start(|request| (request.path == SERVICES_PATH).then(|| answer(200, "application/json", endless())))
            .await;
    let error = server.builder().max_body(1_000_000).build().unwrap().services().await.unwrap_err();
    assert!(error.is_too_large() && !error.is_retryable());
    assert_eq!(
        error.to_string(),
        "GET /api/v2/services: the answer is larger than 1000000 bytes; ask for less, or raise the limit with `max_body`"
    );
    assert_eq!(server.count(SERVICES_PATH), 1);
}

#[tokio::test]
async fn an_announced_size_is_believed_when_it_is_too_large() {
    let server = Server::start(|request| {
        (request.path == SERVICES_PATH).then(|| answer(200, "application/json", vec![b' '; 70 * 1024 * 1024]))
    })
    .await;
    let error = server.client().services().await.unwrap_err();
    assert!(error.is_too_large() && error.to_string().contains("67108864"), "{error}");
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let body = "[\"Order\"]";
    let server = Server::start(|request| (request.path == SERVICES_PATH).then(|| json(200, "[\"Order\"]"))).await;
    let client = |limit| server.builder().ui_url(format!("{}/uiserver0", server.url)).max_body(limit).build().unwrap();
    // The login's answer is longer than the list, and counts too.
    assert!(client(body.len()).services().await.is_err_and(|error| error.is_too_large()));
    assert_eq!(client(200).services().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_endless_refusal_is_a_refusal() {
    let server =
        Server::start(|request| (request.path == SERVICES_PATH).then(|| answer(400, "text/plain", endless()))).await;
    let error = server.client().services().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 400);
    assert!(!error.is_too_large());
}

#[tokio::test]
async fn an_endless_login_ends() {
    let server =
        Server::start(|request| (request.path == TOKEN_PATH).then(|| answer(200, "application/json", endless()))).await;
    assert!(server.builder().max_body(100_000).build().unwrap().services().await.unwrap_err().is_too_large());
}

#[tokio::test]
async fn a_body_that_stalls_runs_into_the_read_limit() {
    let server = Server::start(|request| (request.path == SERVICES_PATH).then(stalled)).await;
    let timeouts = Timeouts::default().read(Duration::from_millis(50));
    let client = server.builder().timeouts(timeouts).build().unwrap();
    let error = client.services().await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable() && !error.is_ambiguous());
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert_eq!(server.count(SERVICES_PATH), 3, "a read is repeated");
}

#[tokio::test]
async fn a_read_that_takes_too_long_is_tried_again() {
    let server = Server::start(|request| {
        let slow = request.path == SERVICES_PATH && request.earlier == 0;
        slow.then(|| json(200, "[]").after(Duration::from_secs(20)))
    })
    .await;
    let timeouts = Timeouts::default().attempt(Duration::from_millis(100));
    let client = server.builder().timeouts(timeouts).build().unwrap();
    assert_eq!(client.services().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_write_that_takes_too_long_is_ambiguous() {
    let server = Server::start(|request| {
        (request.path == TRANSACTION_PATH).then(|| json(200, "{}").after(Duration::from_secs(20)))
    })
    .await;
    // The login before it has room, on a machine that is full.
    let timeouts = Timeouts::default().operation(Duration::from_secs(2));
    let client = server.builder().timeouts(timeouts).build().unwrap();
    let error = client.submit(&TransactionSet::default()).unchecked().await.unwrap_err();
    assert!(error.is_timeout() && error.is_ambiguous() && !error.is_retryable());
    assert_eq!(
        error.to_string(),
        "POST /api/v2/transaction: no answer within the operation limit; \
         the write may be stored: read the record back before repeating it"
    );
    assert_eq!(server.count(TRANSACTION_PATH), 1);
}

#[tokio::test]
async fn the_attempt_limit_never_cuts_a_write() {
    let stored = r#"{"Messages":[],"Results":null,"Summary":{"Succeeded":0,"Failed":0,"Other":0}}"#;
    let server = Server::start(move |request| {
        (request.path == TRANSACTION_PATH).then(|| json(200, stored).after(Duration::from_millis(200)))
    })
    .await;
    let timeouts = Timeouts::default().attempt(Duration::from_millis(50));
    let client = server.builder().timeouts(timeouts).build().unwrap();
    let _ = client.submit(&TransactionSet::default()).unchecked().await.unwrap();
}

#[tokio::test]
async fn a_write_that_never_left_is_not_ambiguous() {
    let server = Server::start(|request| {
        (request.path == TOKEN_PATH).then(|| support::token("t").after(Duration::from_secs(20)))
    })
    .await;
    let client = server.builder().timeouts(short()).retry(Retry::never()).build().unwrap();
    let error = client.submit(&TransactionSet::default()).unchecked().await.unwrap_err();
    assert!(error.is_timeout() && !error.is_ambiguous() && error.is_retryable(), "{error:?}");
    assert_eq!(server.count(TRANSACTION_PATH), 0);
}

#[tokio::test]
async fn a_handshake_that_stalls_runs_into_the_connect_limit() {
    // Accepts and says nothing, so that TLS never comes to be.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let client = Client::builder(url)
        .credentials(Credentials::password("svc_demo", "x"))
        .timeouts(Timeouts::default().connect(Duration::from_millis(100)))
        .retry(Retry::never())
        .build()
        .unwrap();
    let start = Instant::now();
    let error = client.services().await.unwrap_err();
    assert!(error.is_timeout() && error.is_connect() && error.is_retryable(), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn only_so_many_requests_run_at_once() {
    let running = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (now, peak) = (Arc::clone(&running), Arc::clone(&most));
    let server = Server::start(move |request| {
        if request.path != SERVICES_PATH {
            return None;
        }
        peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let now = Arc::clone(&now);
        let body = stream::once(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, Infallible>(Bytes::from_static(b"[]"))
        });
        Some(Response::new(Body::from_stream(body)).into())
    })
    .await;
    let client = server.builder().max_concurrent(3).build().unwrap();
    for result in join_all((0..12).map(|_| client.services())).await {
        result.unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

/// What is small on the wire is not to be large in memory.
#[tokio::test]
async fn lists_of_services_are_bounded() {
    let body = Arc::new(Mutex::new(String::new()));
    let said = Arc::clone(&body);
    let server = Server::start(move |request| match request.path.as_str() {
        support::SERVICES_PATH => Some(support::json(200, &said.lock().unwrap())),
        _ => None,
    })
    .await;
    let client = server.client();
    for (list, passes) in [
        (format!("[{}]", vec!["\"a\""; 10_000].join(",")), true),
        (format!("[{}]", vec!["\"a\""; 10_001].join(",")), false),
        (format!("{{\"Services\":[{}]}}", vec!["\"a\""; 1_000_000].join(",")), false),
        (format!("[{}]", vec!["{\"Name\":\"a\"}"; 1_000_000].join(",")), false),
        (format!("[{}", "[".repeat(1_000_000)), false),
    ] {
        let length = list.len();
        *body.lock().unwrap() = list;
        let answer = client.services().await;
        assert_eq!(answer.is_ok(), passes, "{length} bytes");
        if let Err(error) = answer {
            assert!(error.is_too_large() || error.is_decode(), "{error}");
        }
    }
}
