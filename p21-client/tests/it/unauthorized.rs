//! A refused token is renewed once, and the call repeated once.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use futures_util::future::join_all;
use p21_model::payload::{Transaction, TransactionSet};
use support::{Reply, SERVICES_PATH, Seen, Server, TOKEN_PATH, TRANSACTION_PATH, empty, json};

const STORED: &str = r#"{"Messages":[],"Results":null,"Summary":{"Succeeded":1,"Failed":0,"Other":0}}"#;

/// Refuses the first token.
fn expired(request: &Seen) -> Option<Reply> {
    (request.header("authorization") == "Bearer token-0" && request.path.starts_with("/uiserver0")).then(|| empty(401))
}

#[tokio::test]
async fn a_read_is_repeated_with_a_new_token() {
    let server = Server::start(expired).await;
    assert_eq!(server.client().services().await.unwrap().len(), 2);
    let calls: Vec<String> =
        server.seen(SERVICES_PATH).iter().map(|seen| seen.header("authorization").to_owned()).collect();
    assert_eq!(calls, ["Bearer token-0", "Bearer token-1"]);
    assert_eq!(server.count(TOKEN_PATH), 2);
}

#[tokio::test]
async fn a_write_is_repeated_too_since_it_was_refused_unread() {
    let server = Server::start(|request| {
        let stored = || (request.path == TRANSACTION_PATH).then(|| json(200, STORED));
        expired(request).or_else(stored)
    })
    .await;
    let set = TransactionSet::new("", vec![Transaction::default()]);
    let outcome = server.client().submit(&set).unchecked().await.unwrap();
    assert!(outcome.transactions[0].is_ok());
    assert_eq!(server.count(TRANSACTION_PATH), 2);
}

#[tokio::test]
async fn a_second_refusal_is_final() {
    let server = Server::start(|request| (request.path == SERVICES_PATH).then(|| empty(401))).await;
    let error = server.client().services().await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable());
    assert_eq!(
        error.to_string(),
        "GET /api/v2/services: P21 answered 401; check the credentials, the key's scope and the user's rights"
    );
    assert_eq!((server.count(SERVICES_PATH), server.count(TOKEN_PATH)), (2, 2));
}

#[tokio::test]
async fn many_refused_calls_renew_once() {
    let server = Server::start(expired).await;
    let client = server.builder().max_concurrent(20).build().unwrap();
    for result in join_all((0..20).map(|_| client.services())).await {
        result.unwrap();
    }
    assert_eq!(server.count(TOKEN_PATH), 2);
}

#[tokio::test]
async fn a_missing_right_does_not_log_in_again() {
    let server = Server::start(|request| {
        let body =
            r#"{"ErrorMessage":"You are not authorized to access API. Please contact administrator to get access."}"#;
        (request.path == SERVICES_PATH).then(|| json(401, body))
    })
    .await;
    let error = server.client().services().await.unwrap_err();
    assert!(error.is_auth() && error.server_text().unwrap().starts_with("You are not authorized"));
    assert_eq!((server.count(SERVICES_PATH), server.count(TOKEN_PATH)), (1, 1));
}
