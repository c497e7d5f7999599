//! The list of services and their definitions.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use support::{SERVICES_PATH, Server, json};

const DEFINITION: &str = r#"{"Name":"Zone","Template":null,"TransactionDefinition":{"KeyDefinitions":[{"Location":"form",
    "Name":"zone_id"}],"DataElementDefinitions":[{"Name":"FORM.form","Type":"Form","DatawindowName":"d_zone",
    "BusinessObjectName":"zone","ParentText":null,"KeyFields":["zone_id"],"FieldDefinitions":[{"Name":"zone_id",
    "Label":"Zone","DataType":"Char","DbColumnName":"zone.zone_id","Required":true,"ValidValues":null}]}]}}"#;

#[tokio::test]
async fn three_shapes_of_the_list_are_read() {
    let shapes = [
        r#"["Order","Item"]"#,
        r#"[{"Name":"Order","Type":"window"},{"Name":"Item"}]"#,
        r#"{"Services":[{"Name":"Order","Type":"window"},"Item"]}"#,
        "\u{feff}[\"Order\",\"Item\"]",
    ];
    for shape in shapes {
        let server = Server::start(move |request| (request.path == SERVICES_PATH).then(|| json(200, shape))).await;
        let services = server.client().services().await.unwrap();
        let names: Vec<&str> = services.iter().map(|service| service.name.as_str()).collect();
        assert_eq!(names, ["Order", "Item"], "{shape}");
        assert_eq!(services[0].more.contains_key("Type"), shape.contains("Type"));
    }
}

#[tokio::test]
async fn a_list_of_another_shape_is_an_error() {
    for shape in ["{}", "5", r#"{"Services":"Order"}"#, r#"[{"Name":5}]"#, "[[]]", "[null]"] {
        let server = Server::start(move |request| (request.path == SERVICES_PATH).then(|| json(200, shape))).await;
        assert!(server.client().services().await.unwrap_err().is_decode(), "{shape}");
    }
}

#[tokio::test]
async fn every_call_carries_the_same_headers() {
    let server = Server::start(|_| None).await;
    server.client().services().await.unwrap();
    let call = &server.seen(SERVICES_PATH)[0];
    assert_eq!((call.header("accept"), call.header("content-type")), ("application/json", "application/json"));
    assert_eq!(call.header("authorization"), "Bearer token-0");
}

#[tokio::test]
async fn definitions_are_read_and_handed_on() {
    let server = Server::start(|request| {
        let body = match request.path.as_str() {
            "/uiserver0/api/v2/definition/Zone" => DEFINITION,
            "/uiserver0/api/v2/defaults/Zone" => r#"{"defaults":1}"#,
            "/uiserver0/api/v2/basics/Zone" => r#"{"basics":1}"#,
            _ => return None,
        };
        Some(json(200, body))
    })
    .await;
    let client = server.client();
    assert_eq!(client.definition("Zone").await.unwrap().field_count(), 1);
    assert_eq!(client.definition_raw("Zone").await.unwrap(), DEFINITION);
    assert_eq!(client.defaults("Zone").await.unwrap()["defaults"], 1);
    assert_eq!(client.basics("Zone").await.unwrap()["basics"], 1);
}

#[tokio::test]
async fn a_broken_definition_says_where() {
    let broken: &'static str =
        Box::leak(DEFINITION.replace(r#""Required":true"#, r#""Required":"?""#).into_boxed_str());
    for (body, place) in [(broken, "FORM.form/zone_id"), ("[]", ""), ("{}", "")] {
        let server = Server::start(move |request| request.path.contains("/definition/").then(|| json(200, body))).await;
        let error = server.client().definition("Zone").await.unwrap_err();
        assert!(error.is_decode(), "{error:?}");
        assert!(error.decode_path().is_some_and(|path| path.ends_with(place)), "{error}");
    }
    for body in ["", "<a/>", "<html></html>"] {
        let server = Server::start(move |request| request.path.contains("/definition/").then(|| json(200, body))).await;
        let client = server.client();
        assert!(client.definition("Zone").await.unwrap_err().is_decode());
        assert!(client.definition_raw("Zone").await.unwrap_err().is_decode());
    }
}

#[tokio::test]
async fn names_never_change_the_path() {
    let server = Server::start(|_| None).await;
    let client = server.client();
    for name in ["../../x", "a/b", "a\\b", "..", "a?b", "a#b", "a%2fb", "a b", "", "ä", "a\r\nX: y"] {
        let error = client.definition(name).await.unwrap_err();
        assert!(error.is_input() && error.to_string().contains("service name"), "{error}");
        assert!(client.definition_raw(name).await.unwrap_err().is_input());
        assert!(client.defaults(name).await.unwrap_err().is_input());
        assert!(client.basics(name).await.unwrap_err().is_input());
    }
    assert_eq!(server.total(), 0);
}
