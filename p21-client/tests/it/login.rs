//! Logging in: what is sent, what is understood, and how often it happens.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::time::Duration;

use futures_util::future::join_all;
use p21_client::{Client, ClientBuilder, Credentials, TokenApi};
use serde_json::json;
use support::{PASSWORD, SERVICES_PATH, Seen, Server, TOKEN_PATH, quick};

const KEY: &str = "11111111-2222-3333-4444-555555555555";

async fn login_of(build: impl Fn(ClientBuilder) -> ClientBuilder) -> Seen {
    let server = Server::start(|_| None).await;
    let client = build(Client::builder(&server.url)).build().unwrap();
    client.services().await.unwrap();
    let mut logins = server.seen(TOKEN_PATH);
    logins.extend(server.seen("/api/security/token"));
    assert_eq!(logins.len(), 1);
    logins.remove(0)
}

#[tokio::test]
async fn a_password_travels_in_the_body() {
    let login = login_of(|client| client.credentials(Credentials::password("svc_demo", PASSWORD))).await;
    assert_eq!(login.json(), json!({"username": "svc_demo", "password": PASSWORD}));
    assert_eq!((login.header("accept"), login.header("content-type")), ("application/json", "application/json"));
    assert!(!login.headers.contains_key("authorization") && login.query.is_empty());
}

#[tokio::test]
async fn a_consumer_key_travels_in_the_body() {
    let login = login_of(|client| client.credentials(Credentials::consumer_key(KEY))).await;
    assert_eq!(login.json(), json!({"ClientSecret": KEY, "GrantType": "client_credentials"}));
    let login = login_of(|client| client.credentials(Credentials::consumer_key(KEY).acting_as("svc_demo"))).await;
    let expected = json!({"ClientSecret": KEY, "GrantType": "client_credentials", "username": "svc_demo"});
    assert_eq!(login.json(), expected);
}

#[tokio::test]
async fn the_deprecated_endpoint_takes_headers() {
    let v1 = |client: ClientBuilder| client.token_api(TokenApi::V1);
    let login = login_of(|client| v1(client).credentials(Credentials::password("svc_demo", PASSWORD))).await;
    assert_eq!(login.path, "/api/security/token");
    assert_eq!((login.header("username"), login.header("password")), ("svc_demo", PASSWORD));
    assert!(login.body.is_empty());
    let login = login_of(|client| v1(client).credentials(Credentials::consumer_key(KEY).acting_as("svc_demo"))).await;
    assert_eq!((login.header("appkey"), login.header("username")), (KEY, "svc_demo"));
    assert!(login.body.is_empty());
}

#[tokio::test]
async fn an_answer_in_xml_is_understood() {
    let server = Server::start(|request| {
        let body = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><TokenResponse xmlns=\"http://p21\"><AccessToken>abc\
                    </AccessToken><TokenType>Bearer</TokenType><ExpiresIn>86400</ExpiresIn></TokenResponse>";
        (request.path == TOKEN_PATH).then(|| support::answer(200, "application/xml", body))
    })
    .await;
    server.client().services().await.unwrap();
    assert_eq!(server.seen(SERVICES_PATH)[0].header("authorization"), "Bearer abc");
}

#[tokio::test]
async fn fifty_calls_share_one_login_and_one_router_call() {
    let server = Server::start(|request| {
        let slow = Duration::from_millis(50);
        (request.path == TOKEN_PATH).then(|| support::token("shared").after(slow))
    })
    .await;
    let client = server.client();
    let calls = (0..50).map(|_| {
        tokio::spawn({
            let client = client.clone();
            async move { client.services().await }
        })
    });
    for result in join_all(calls).await {
        assert_eq!(result.unwrap().unwrap().len(), 2);
    }
    assert_eq!((server.count(TOKEN_PATH), server.count(support::ROUTER_PATH)), (1, 1));
    assert_eq!(server.count(SERVICES_PATH), 50);
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_for_all_waiters() {
    let server = Server::start(|request| {
        let body = r#"{"error":"invalid_grant","error_description":"The user name or password is incorrect."}"#;
        (request.path == TOKEN_PATH).then(|| support::json(401, body).after(Duration::from_millis(50)))
    })
    .await;
    let client = server.client();
    for result in join_all((0..20).map(|_| client.services())).await {
        let error = result.unwrap_err();
        assert!(error.is_auth() && !error.is_retryable() && !error.is_ambiguous());
        assert_eq!(error.status().unwrap().as_u16(), 401);
        assert_eq!(error.server_text(), Some("The user name or password is incorrect."));
        assert_eq!(error.server().unwrap().code.as_deref(), Some("invalid_grant"));
        assert!(error.to_string().starts_with("POST /api/security/token/v2: P21 answered 401: "), "{error}");
    }
    assert_eq!(server.total(), 1);
}

#[tokio::test]
async fn an_unknown_key_is_named_but_never_quoted() {
    let server = Server::start(|request| {
        let body = json!({
            "ErrorMessage": "Unable to generate client token.", "ErrorType": "P21.Business.Common.TokenException",
            "HostName": "web1", "InnerException": format!("P21.Common.Exceptions.NotFoundException: Your query did not \
             yield any results.  No resources found for query string \"Consumer Key: {}\".", KEY.to_uppercase()),
        });
        (request.path == TOKEN_PATH).then(|| support::json(500, &body.to_string()))
    })
    .await;
    let client =
        Client::builder(&server.url).credentials(Credentials::consumer_key(KEY)).retry(quick()).build().unwrap();
    let error = client.services().await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable());
    assert_eq!(error.server_text(), Some("Unable to generate client token."));
    assert!(error.server().unwrap().details[0].contains("Consumer Key: [redacted]"));
    assert!(!format!("{error} {error:?} {client:?}").contains(KEY));
    assert_eq!(server.total(), 1);
}

#[tokio::test]
async fn a_body_without_a_token_is_never_quoted() {
    for body in [r#"{"Echo":"s3cret-passw0rd"}"#, "s3cret-passw0rd", "<html>s3cret-passw0rd</html>", ""] {
        let server = Server::start(move |request| (request.path == TOKEN_PATH).then(|| support::json(200, body))).await;
        let error = server.client().services().await.unwrap_err();
        assert!(error.is_decode() && !format!("{error} {error:?}").contains(PASSWORD), "{error:?}");
        let server = Server::start(move |request| (request.path == TOKEN_PATH).then(|| support::json(500, body))).await;
        let error = server.client().services().await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(PASSWORD), "{error:?}");
    }
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let server = Server::start(|request| {
        let token = format!(r#"{{"AccessToken":"t{}","ExpiresIn":"2"}}"#, request.earlier);
        (request.path == TOKEN_PATH).then(|| support::json(200, &token))
    })
    .await;
    let client = server.client();
    client.services().await.unwrap();
    client.services().await.unwrap();
    assert_eq!(server.count(TOKEN_PATH), 1);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    client.services().await.unwrap();
    assert_eq!(server.count(TOKEN_PATH), 2);
    assert_eq!(server.seen(SERVICES_PATH)[2].header("authorization"), "Bearer t1");
}

#[tokio::test]
async fn a_login_that_was_given_up_is_made_by_the_next_caller() {
    let server = Server::start(|request| {
        let slow = request.path == TOKEN_PATH && request.earlier == 0;
        slow.then(|| support::token("late").after(Duration::from_secs(20)))
    })
    .await;
    let client = server.client();
    support::given_up(|| server.count(TOKEN_PATH), client.services()).await;
    client.services().await.unwrap();
    assert_eq!(server.seen(SERVICES_PATH)[0].header("authorization"), "Bearer token-1");
}
