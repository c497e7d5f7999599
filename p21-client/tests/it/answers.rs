//! What P21 and those in between answer instead of what was asked for.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use p21_client::{Client, Credentials, Error};
use support::{SERVICES_PATH, Server, answer, empty, json};

async fn services_answered(status: u16, content_type: &'static str, body: &'static str) -> Error {
    let server =
        Server::start(move |request| (request.path == SERVICES_PATH).then(|| answer(status, content_type, body))).await;
    server.client().services().await.unwrap_err()
}

#[tokio::test]
async fn markup_and_nothing_are_told_apart() {
    let xml = services_answered(200, "application/xml", "<ArrayOfServiceInfo xmlns=\"urn:x\"/>").await;
    assert_eq!(
        xml.to_string(),
        "GET /api/v2/services: XML where JSON was asked for; \
         the `Accept` header was lost on the way: look for a proxy that drops it"
    );
    let html = services_answered(200, "text/html", "<!DOCTYPE html><html><title>Sign in</title></html>").await;
    assert!(html.to_string().contains("a web page where JSON was asked for"), "{html}");
    let nothing = services_answered(200, "application/json", " ").await;
    assert!(nothing.to_string().contains("an empty answer"), "{nothing}");
    for error in [xml, html, nothing] {
        assert!(error.is_decode() && !error.is_retryable() && error.status().unwrap().as_u16() == 200);
    }
}

#[tokio::test]
async fn json_of_another_shape_is_located() {
    let error = services_answered(200, "application/json", r#"{"Services":["Order",{"Nom":"x"}]}"#).await;
    assert_eq!(error.decode_path(), Some("[1]"));
    let error = services_answered(200, "application/json", "[\"Order\", ").await;
    assert!(error.is_decode(), "{error}");
    let error = services_answered(200, "application/json", "[\"Order\"] trailing").await;
    assert!(error.is_decode() && error.to_string().contains("trailing"), "{error}");
}

#[tokio::test]
async fn every_family_of_refusals_is_read() {
    let envelope = r#"{"DateTimeStamp":"/Date(1)/","ErrorMessage":"The text","ErrorType":"P21.X","HostName":"h","InnerException":"inner"}"#;
    let null_type = r#"{"ErrorMessage":"The text","ErrorType":null,"HostName":"h","InnerException":null}"#;
    let problem = r#"{"type":"u","title":"One or more","status":400,"errors":{"content":["The text"]}}"#;
    let xml = "<Error xmlns=\"u\"><ErrorMessage>The text</ErrorMessage><ErrorType>P21.X</ErrorType></Error>";
    let page = "<html><head><title>The text</title></head></html>";
    let cases = [
        (r#"{"error":"invalid","error_description":"The text"}"#, Some("invalid"), 0),
        (envelope, Some("P21.X"), 1),
        (null_type, None, 0),
        (r#"{"Description":"The text","Error":"invalid_request","Uri":""}"#, Some("invalid_request"), 0),
        (r#"{"error":{"code":"404","message":"The text"}}"#, Some("404"), 0),
        (r#"{"Messages":["The text","more"],"Results":null,"Summary":{"Failed":1}}"#, None, 1),
        (r#"{"Message":"The text","Errors":["a","b"]}"#, None, 2),
        (r#"{"error":"The text"}"#, None, 0),
        (r#"{"error":["The text"]}"#, None, 0),
        (r#"{"id":0,"errorNo":4001,"errorMessage":"The text"}"#, Some("4001"), 0),
        (r#""The text""#, None, 0),
        ("The text", None, 0),
        (problem, Some("One or more"), 1),
        (xml, Some("P21.X"), 0),
        (page, None, 0),
    ];
    for (body, code, details) in cases {
        let error = services_answered(400, "text/plain", body).await;
        let server = error.server().unwrap();
        assert_eq!((server.message.as_str(), server.code.as_deref()), ("The text", code), "{body}");
        assert_eq!(server.details.len(), details, "{body}");
        let line = "GET /api/v2/services: P21 answered 400: \"The text\"; the same call will be answered the same: mend what \
                    P21 names";
        assert_eq!(error.to_string(), line);
    }
}

#[tokio::test]
async fn bodies_that_say_nothing_and_hostile_ones_are_survived() {
    let deep: &'static str = Box::leak("[".repeat(100_000).into_boxed_str());
    for body in ["", "{}", "[]", "null", "{\"error\":{}}", "{\"error\":[]}", "<", "<a", deep, "\u{0}\u{1}"] {
        let error = services_answered(400, "application/json", body).await;
        assert_eq!(error.status().unwrap().as_u16(), 400);
        assert!(error.to_string().len() < 400, "{error}");
    }
}

#[tokio::test]
async fn a_service_that_is_not_deployed_is_told_from_one_that_is_not_there() {
    let server = Server::start(|request| match request.path.as_str() {
        "/uiserver0/api/v2/definition/VendorInvoice" => Some(json(
            500,
            r#"{"ErrorMessage":"Window <<w_vendor>> is not available or user does not have permission to open it"}"#,
        )),
        path if path.starts_with("/uiserver0/api/v2/") => Some(empty(500)),
        _ => None,
    })
    .await;
    let client = server.client();
    let listed = client.definition("VendorInvoice").await.unwrap_err();
    assert!(listed.is_unavailable_service() && !listed.is_unknown_service() && !listed.is_retryable());
    assert!(listed.server_text().unwrap().starts_with("Window <<"));
    let calls = [
        client.definition("Nonsense").await.unwrap_err(),
        client.definition_raw("Nonsense").await.unwrap_err(),
        client.defaults("Nonsense").await.unwrap_err(),
        client.basics("Nonsense").await.unwrap_err(),
    ];
    for error in calls {
        assert!(error.is_unknown_service() && !error.is_unavailable_service() && !error.is_retryable());
    }
    assert_eq!(server.count("/uiserver0/api/v2/definition/Nonsense"), 2, "never repeated");
}

#[tokio::test]
async fn a_refusal_in_a_success_is_a_refusal() {
    let error = services_answered(200, "application/json", r#"{"ErrorMessage":"No","ErrorType":null}"#).await;
    assert_eq!(error.server_text(), Some("No"));
    assert_eq!(error.status().unwrap().as_u16(), 200);
}

#[tokio::test]
async fn an_error_that_main_returns_reads_like_its_line() {
    let nobody =
        Client::builder("http://127.0.0.1:9").credentials(Credentials::password("user", "pass")).build().unwrap();
    let error = nobody.services().await.unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    assert!(error.to_string().contains("Connection refused"), "{error}");
    assert!(format!("{error:#?}").contains("kind:"));
}
