//! Finding the UI server, and what happens to redirects.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use support::{ROUTER_PATH, SERVICES_PATH, Seen, Server, redirect};

fn router(request: &Seen) -> bool {
    request.path == ROUTER_PATH
}

#[tokio::test]
async fn the_router_is_asked_with_its_slash_and_once() {
    let server = Server::start(|_| None).await;
    let client = server.client();
    client.services().await.unwrap();
    client.clone().services().await.unwrap();
    let asked = server.seen(ROUTER_PATH);
    assert_eq!((asked.len(), asked[0].query.as_str()), (1, "urlType=external"));
    assert_eq!((asked[0].header("authorization"), asked[0].header("accept")), ("Bearer token-0", "application/json"));
}

#[tokio::test]
async fn an_answer_in_xml_is_understood() {
    let server = Server::start(|request| {
        let body = format!("<a:R xmlns:a=\"urn:x\"><a:Url>{}/uiserver0/</a:Url></a:R>", request.url);
        router(request).then(|| support::answer(200, "application/xml", body))
    })
    .await;
    assert_eq!(server.client().services().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_redirect_of_the_router_keeps_the_token() {
    let server = Server::start(|request| {
        let moved = "/api/ui/router/v2/?urlType=external";
        match request.path.as_str() {
            ROUTER_PATH => Some(redirect(307, moved)),
            "/api/ui/router/v2/" => Some(support::json(200, &format!(r#"{{"Url":"{}/uiserver0"}}"#, request.url))),
            _ => None,
        }
    })
    .await;
    server.client().services().await.unwrap();
    assert_eq!(server.seen("/api/ui/router/v2/")[0].header("authorization"), "Bearer token-0");
}

#[tokio::test]
async fn a_redirect_loop_ends() {
    let server = Server::start(|request| router(request).then(|| redirect(307, ROUTER_PATH))).await;
    let error = server.client().services().await.unwrap_err();
    assert!(error.is_redirect() && !error.is_retryable(), "{error}");
    assert_eq!(server.count(ROUTER_PATH), 4);
}

#[tokio::test]
async fn the_router_cannot_redirect_to_another_origin() {
    let other = Server::start(|_| None).await;
    let target = other.url.clone();
    let server =
        Server::start(move |request| router(request).then(|| redirect(307, &format!("{target}{ROUTER_PATH}")))).await;
    let error = server.client().services().await.unwrap_err();
    assert!(error.is_redirect(), "{error}");
    assert!(error.to_string().contains(&other.url), "{error}");
    assert_eq!(other.total(), 0);
}

#[tokio::test]
async fn addresses_that_make_no_sense_are_refused() {
    for url in ["", "ftp://p21", "javascript:alert(1)", "/uiserver0", "http://u:p@127.0.0.1/"] {
        let body = serde_json::json!({ "Url": url }).to_string();
        let server = Server::start(move |request| router(request).then(|| support::json(200, &body))).await;
        let error = server.client().services().await.unwrap_err();
        assert_eq!(error.decode_path(), Some("Url"), "{error}");
    }
    let server = Server::start(|request| router(request).then(|| support::json(200, "{}"))).await;
    assert_eq!(server.client().services().await.unwrap_err().decode_path(), Some("Url"));
}

#[tokio::test]
async fn a_ui_server_on_another_host_gets_the_token() {
    let ui = Server::start(|_| None).await;
    let body = format!(r#"{{"Url":"{}/uiserver0"}}"#, ui.url);
    let server = Server::start(move |request| router(request).then(|| support::json(200, &body))).await;
    server.client().services().await.unwrap();
    assert_eq!(ui.seen(SERVICES_PATH)[0].header("authorization"), "Bearer token-0");
    assert_eq!(server.count(SERVICES_PATH), 0);
}

#[tokio::test]
async fn a_named_ui_server_needs_no_router() {
    let server = Server::start(|_| None).await;
    let client = server.builder().ui_url(format!("{}/uiserver0/", server.url)).build().unwrap();
    client.services().await.unwrap();
    assert_eq!(server.count(ROUTER_PATH), 0);
}

#[tokio::test]
async fn redirects_of_calls_are_errors() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(move |request| {
            (request.path == SERVICES_PATH).then(|| redirect(status, "/uiserver0/elsewhere?secret=1"))
        })
        .await;
        let error = server.client().services().await.unwrap_err();
        assert!(error.is_redirect() && !error.is_retryable());
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert!(error.to_string().contains("redirects to /uiserver0/elsewhere,"), "{error}");
        assert_eq!(server.count("/uiserver0/elsewhere"), 0);
    }
}
