//! The raw door.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use p21_client::{Host, Method};
use serde_json::{Value, json};
use support::{Server, empty, json as reply};

#[tokio::test]
async fn paths_are_on_the_ui_server_unless_told_otherwise() {
    let server = Server::start(|request| match request.path.as_str() {
        "/uiserver0/ui/common/v1/serverinfo" => Some(reply(200, r#"{"Result":1}"#)),
        "/odataservice/odata/table/supplier" => Some(reply(200, r#"{"value":[]}"#)),
        _ => None,
    })
    .await;
    let client = server.client();
    let info: Value = client.request(Method::GET, "/ui/common/v1/serverinfo").send().await.unwrap().json().unwrap();
    assert_eq!(info["Result"], 1);
    let path = "/odataservice/odata/table/supplier?$top=1&$filter=supplier_id%20eq%201";
    client.request(Method::GET, path).host(Host::Middleware).send().await.unwrap();
    let asked = &server.seen("/odataservice/odata/table/supplier")[0];
    assert_eq!(asked.query, "$top=1&$filter=supplier_id%20eq%201");
    assert_eq!(asked.header("authorization"), "Bearer token-0");
}

#[tokio::test]
async fn bodies_are_sent_and_answers_handed_over() {
    let path = "/uiserver0/api/v2/commands";
    let server = Server::start(move |request| (request.path == path).then(|| empty(204))).await;
    let client = server.client();
    let answer = client.request(Method::POST, "/api/v2/commands").json(&json!({"Requests": []})).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.bytes().len(), answer.content_type()), (204, 0, None));
    assert!(answer.json::<Value>().unwrap_err().is_decode());
    client.request(Method::POST, "/api/v2/commands").body("[]").send().await.unwrap();
    let bodies: Vec<Value> = server.seen(path).iter().map(support::Seen::json).collect();
    assert_eq!(bodies, [json!({"Requests": []}), json!([])]);
}

#[tokio::test]
async fn paths_cannot_leave_the_host() {
    let server = Server::start(|_| None).await;
    let client = server.client();
    for path in ["api", "/../api/security", "/%2e%2e/x", "@evil.example/x", "https://evil.example/", "/a b"] {
        assert!(client.request(Method::GET, path).send().await.unwrap_err().is_input(), "{path}");
    }
}

#[tokio::test]
async fn a_body_without_a_json_form_is_refused() {
    let server = Server::start(|_| None).await;
    let body = std::collections::BTreeMap::from([(vec![1], 1)]);
    let error = server.client().request(Method::POST, "/x").json(&body).send().await.unwrap_err();
    assert!(error.is_input() && !error.is_ambiguous());
    assert_eq!(server.total(), 0);
}
