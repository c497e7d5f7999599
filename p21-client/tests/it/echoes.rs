//! A server that echoes every secret, in every spelling, at every place of every answer: nothing that P21 says brings one
//! into an error, a message, a trace or a file. What a record holds is its caller's and stays.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use p21_client::odata::col;
use p21_client::{Callback, Client, Credentials, Document, Error, Flavour, Method, Polling, Ticket, TokenApi};
use p21_model::commands::Commands;
use p21_model::payload::{TransactionSet, TransactionState, TransactionStateRequest};
use serde_json::{Value, json};

use crate::support::{self, Reply, Server, TOKEN_PATH, answer, log, quick};

/// Each is found in another way: as it is, as a GUID, as a token; and each has characters that escapes change.
const PASSWORD: &str = "p\"4&s<w/ö'rd 77";
const KEY: &str = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeee01";
const TOKEN: &str = "opaque+bearer/token=1234567890";
const CALLBACK: &str = "secret&of\"the<callback";

/// What is left of a secret by which a test knows it, however it was escaped.
const REMAINS: [&str; 8] =
    ["rd 77", "rd+77", "rd%2077", "eeeeee01", "token=1234", "token%3d1234", "of\"the", "\\u0072\\u0064\\u0020\\u0037"];

type Spelling = fn(&str) -> String;

const SPELLINGS: [(&str, Spelling); 6] = [
    ("plain", |text| text.to_owned()),
    ("json", |text| serde_json::to_string(text).unwrap().trim_matches('"').to_owned()),
    ("unicode", |text| text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()),
    ("html", |text| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#39;")),
    ("percent", |text| text.bytes().map(|byte| format!("%{byte:02x}")).collect()),
    ("upper", |text| if text == KEY { text.to_uppercase().replace('-', "") } else { text.to_owned() }),
];

/// Where in the answers the echo stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    /// The body of a refusal, in each of its members.
    Refusal(u16),
    /// The body of a refusal, as a page.
    Page,
    /// Every text of an answer that is otherwise what it should be.
    Texts,
    /// Names of members.
    Names,
    /// Where another type belongs.
    Types,
    /// The headers.
    Headers,
    /// The body itself, which is no JSON.
    Garbage,
    /// XML of another shape.
    Xml,
}

const PLACES: [Place; 10] = [
    Place::Refusal(400),
    Place::Refusal(404),
    Place::Refusal(500),
    Place::Page,
    Place::Texts,
    Place::Names,
    Place::Types,
    Place::Headers,
    Place::Garbage,
    Place::Xml,
];

fn reply(path: &str, place: Place, echo: &str) -> Reply {
    let json = |status, value: Value| support::json(status, &value.to_string());
    match place {
        Place::Refusal(status) => json(
            status,
            json!({"ErrorMessage": echo, "ErrorType": echo, "InnerException": echo, "errors": {echo: [echo]}}),
        ),
        Place::Page => answer(502, "text/html", format!("<html><title>{echo}</title><body>{echo}</body></html>")),
        Place::Texts => json(200, texts(path, echo)),
        Place::Names => json(200, json!({echo: {echo: echo}, "value": [{echo: echo}]})),
        Place::Types => json(200, types(path, echo)),
        Place::Headers => {
            let echo: String = echo.chars().filter(|c| !c.is_control()).collect();
            let mut reply = json(302, json!({}));
            let headers = reply.response.headers_mut();
            for name in ["location", "content-type", "server", "www-authenticate", "x-request-id"] {
                let value = axum::http::HeaderValue::from_bytes(format!("/x/{echo}").as_bytes());
                headers.insert(name, value.unwrap());
            }
            reply
        }
        Place::Garbage => answer(200, "application/json", format!("{{\"a\": {echo}")),
        Place::Xml => answer(200, "application/xml", format!("<Other a=\"{echo}\"><{echo}>{echo}</Other>")),
    }
}

fn transactions(echo: &str, status: &str) -> Value {
    json!([{"Status": status, "DataElements": [{"Name": echo, "Type": echo, "Keys": [echo],
        "Rows": [{"Edits": [{"Name": echo, "Value": echo}], "RelativeDateEdits": []}]}],
        "Documents": [{"DocumentId": echo, "DocumentName": echo, "ResponseStatus": {"StatusCode": echo, "Message": echo}}]}])
}

/// An answer of the right shape that fails.
fn texts(path: &str, echo: &str) -> Value {
    let failed = json!({"Messages": [format!("Transaction 1:: {echo}"), echo],
        "Results": {"Name": echo, "Transactions": transactions(echo, "Failed")},
        "Summary": {"Succeeded": 0, "Failed": 1, "Other": 0}});
    match path.rsplit('/').next().unwrap_or_default() {
        "services" => json!([{"Name": echo, "Type": echo, echo: echo}]),
        "transaction" => failed,
        "get" => json!({"Name": echo, "Transactions": []}),
        "async" | "callback" => json!({"RequestId": "7", "Status": "Complete", "RequestType": echo, "StartDate": echo,
            "CallbackResult": echo, "Messages": failed.to_string()}),
        "commands" => json!({"Status": 2, "Results": vec![json!({"Result": {"WindowId": echo, "Status": 2,
            "Events": [{"Name": echo}], "Messages": [echo, {"Text": echo}]}}); 3]}),
        "pdfreport" => json!([{"DocumentId": echo, "ResponseStatus": {"StatusCode": echo, "Message": echo}},
            {"DocumentName": echo, "FileName": echo, "DocumentContentType": echo, "DocumentFormat": 1,
             "DocumentData": "JVBERi0xLjQ=", "ResponseStatus": {"StatusCode": "Success"}}]),
        _ => json!({"ErrorMessage": echo, "Name": echo, "Url": echo, "TransactionDefinition": echo, "value": echo}),
    }
}

/// An answer with the echo where a list or a number belongs.
fn types(path: &str, echo: &str) -> Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "services" => json!({"Services": echo}),
        "async" | "callback" => json!({"RequestId": echo, "Status": echo, "Messages": echo}),
        "get" => json!({"Name": echo, "Transactions": [{"DataElements": [{"Name": "DEFINITION.stored_procedure_def",
            "Rows": [{"Edits": [{"Name": "stored_procedure", "Value": "p"},
                {"Name": "stored_procedure_def_uid", "Value": echo}]}]}]}]}),
        _ => json!({"Messages": echo, "Results": echo, "Summary": echo, "Status": echo, "Transactions": echo,
            "Name": "Order", "TransactionDefinition": {"DataElementDefinitions": [{"Name": echo, "Type": echo}]},
            "value": [{"uid": echo}], "@odata.count": echo}),
    }
}

#[derive(Debug, serde::Deserialize)]
struct Row {
    #[allow(dead_code, reason = "only its type matters")]
    uid: i64,
}

/// Nothing is ever done here, so nothing is waited for.
fn polling() -> Polling {
    let short = Duration::from_millis(10);
    Polling::default().first_delay(short).longest_delay(short).limit(short * 3)
}

/// What a caller may print of an error.
fn said(error: &Error) -> String {
    let mut text =
        format!("{error}\n{error:?}\n{:?}\n{:?}\n{:?}", error.server(), error.failure(), error.decode_path());
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text += &format!("\n{error}\n{error:?}");
        cause = error.source();
    }
    text
}

/// Calls everything, and collects what it says. Values are not asked for: those are data.
async fn everything(client: &Client) -> String {
    let mut all = format!("{client:?}\n");
    let mut tell = |text: String| all += &(text + "\n");
    let set = TransactionSet::new("Order", vec![Default::default()]);
    let outcome = |outcome: Result<p21_model::outcome::Outcome, Error>| match outcome {
        Ok(outcome) => {
            let failures = outcome.transactions.iter().filter_map(|result| result.as_ref().err());
            let failures: Vec<String> = failures.map(|failure| format!("{failure} {failure:?}")).collect();
            format!("{failures:?} {:?}", outcome.unattributed)
        }
        Err(error) => said(&error),
    };
    tell(client.services().await.map_or_else(|error| said(&error), |list| format!("{list:?}")));
    tell(client.definition("Order").await.map_or_else(|error| said(&error), |_| String::new()));
    tell(client.definition_raw("Order").await.map_or_else(|error| said(&error), |_| String::new()));
    tell(client.defaults("Order").await.map_or_else(|error| said(&error), |_| String::new()));
    tell(client.basics("Order").await.map_or_else(|error| said(&error), |_| String::new()));
    tell(
        client.defaults_of::<support::contract::Contract>().await.map_or_else(|error| said(&error), |_| String::new()),
    );
    tell(client.basics_of::<support::contract::Contract>().await.map_or_else(|error| said(&error), |_| String::new()));
    tell(outcome(client.submit(&set).unchecked().await));
    let state = TransactionState::new("A.a", []);
    let request = TransactionStateRequest::new("Order", vec![state]);
    tell(client.get_raw(&request).await.map_or_else(|error| said(&error), |_| String::new()));
    tell(client.stored_procedure(1).await.map_or_else(|error| said(&error), |_| String::new()));
    match client.submit(&set).unchecked().queued().await {
        Ok(pending) => {
            tell(format!("{pending:?} {:?}", pending.ticket()));
            tell(pending.status().await.map_or_else(|error| said(&error), |request| format!("{request:?}")));
            tell(outcome(pending.wait().await));
        }
        Err(error) => tell(said(&error)),
    }
    let callback = Callback::to("https://h/").secret(CALLBACK);
    let queued = client.submit(&set).unchecked().queued().callback(&callback).await;
    tell(queued.map_or_else(|error| said(&error), |pending| format!("{pending:?}")));
    tell(outcome(client.wait(&Ticket::new("7", "Order", 1)).await));
    match client.run_commands(&Commands::of("Order").save()).await {
        Ok(outcome) => tell(format!("{:?} {:?}", outcome.saved(), outcome.steps[0].messages)),
        Err(error) => tell(said(&error)),
    }
    match client.print_raw(&set).await {
        Ok(documents) => {
            let folder = tempfile::tempdir().unwrap();
            for document in documents {
                match document {
                    Ok(document) => tell(format!("{document:?} {:?}", document.save_in(folder.path()))),
                    Err(failure) => tell(format!("{failure} {failure:?}")),
                }
            }
            let files = std::fs::read_dir(folder.path()).unwrap();
            tell(files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect());
        }
        Err(error) => tell(said(&error)),
    }
    let rows = client.table("t").filter(col("a").eq(1)).rows::<Row>().await;
    tell(rows.map_or_else(|error| said(&error), |_| String::new()));
    tell(client.view("v").count().await.map_or_else(|error| said(&error), |_| String::new()));
    tell(client.pricing().library("1").await.map_or_else(|error| said(&error), |_| String::new()));
    match client.request(Method::GET, "/api/any").send().await {
        Ok(answer) => tell(format!("{answer:?} {:?}", answer.json::<Vec<Row>>().map_err(|error| said(&error)))),
        Err(error) => tell(said(&error)),
    }
    all
}

fn assert_clean(text: &str, where_from: &str) {
    let lower = text.to_lowercase();
    for secret in [PASSWORD, KEY, &KEY.replace('-', ""), TOKEN, CALLBACK].iter().map(|secret| secret.to_lowercase()) {
        assert!(!lower.contains(&secret), "{where_from}: {secret} in {}", near(&lower, &secret));
    }
    for remains in REMAINS {
        assert!(!lower.contains(remains), "{where_from}: {remains} in {}", near(&lower, remains));
    }
    let steers =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!text.contains(steers), "{where_from}: {}", near(text, text.matches(steers).next().unwrap_or_default()));
}

/// The lines that hold something.
fn near(text: &str, what: &str) -> String {
    text.lines().filter(|line| line.contains(what)).take(3).map(|line| format!("{line:?}\n")).collect()
}

#[tokio::test]
async fn no_answer_brings_a_secret_into_what_is_said() {
    echoes_in(Flavour::Json).await;
}

#[tokio::test]
async fn no_answer_brings_a_secret_into_what_is_said_of_xml() {
    echoes_in(Flavour::Xml).await;
}

async fn echoes_in(flavour: Flavour) {
    log::start();
    let logins: [(&str, Credentials); 2] =
        [(PASSWORD, Credentials::password("svc", PASSWORD)), (KEY, Credentials::consumer_key(KEY).into())];
    let now = Arc::new(Mutex::new((PLACES[0], String::new())));
    let script = Arc::clone(&now);
    let server = Server::start(move |request| {
        let (place, echo) = script.lock().unwrap().clone();
        match request.path.as_str() {
            TOKEN_PATH => Some(support::token(TOKEN)),
            support::ROUTER_PATH => None,
            path => Some(reply(path, place, &echo)),
        }
    })
    .await;
    let mut said = 0;
    for (own, credentials) in logins {
        let builder = Client::builder(&server.url).credentials(credentials).flavour(flavour);
        let client = builder.retry(quick()).polling(polling()).build().unwrap();
        // What is sent along with a callback is a secret from its first use on.
        *now.lock().unwrap() = (PLACES[0], String::new());
        everything(&client).await;
        for (name, spell) in SPELLINGS {
            for place in PLACES {
                let secrets = [own, TOKEN, CALLBACK].map(spell).join(" | ");
                *now.lock().unwrap() = (place, format!("{secrets} \u{1b}[2J \u{202e}"));
                let text = everything(&client).await;
                assert_clean(&text, &format!("{name} {place:?} {flavour:?}"));
                said += text.matches("[redacted]").count();
            }
        }
    }
    assert!(said > 2_500, "the echoes were there to be taken out: {said}");
    assert_clean(&log::text().replace('\u{1b}', ""), "the log");
}

#[tokio::test]
async fn logins_and_routers_that_echo_give_nothing_away() {
    log::start();
    for (name, spell) in SPELLINGS {
        for place in PLACES {
            for at in [TOKEN_PATH, "/api/security/token", support::ROUTER_PATH] {
                let echo = spell(KEY);
                let server = Server::start(move |request| match request.path.as_str() {
                    path if path == at => Some(reply(path, place, &echo)),
                    TOKEN_PATH => Some(support::token(TOKEN)),
                    _ => None,
                })
                .await;
                let api = if at == "/api/security/token" { TokenApi::V1 } else { TokenApi::V2 };
                let client = Client::builder(&server.url).credentials(Credentials::consumer_key(KEY)).token_api(api);
                let text = client.retry(quick()).build().unwrap().services().await.unwrap_err();
                assert!(
                    !said(&text).to_lowercase().replace('-', "").contains(&KEY.replace('-', "")),
                    "{name} {place:?} {at}"
                );
            }
        }
    }
}

/// A password may be an honest value, and its record must read back as it is stored.
#[tokio::test]
async fn what_a_record_holds_is_data() {
    let server = Server::start(|request| match request.path.as_str() {
        support::TRANSACTION_PATH => Some(support::json(
            200,
            &json!({"Messages": [PASSWORD],
            "Results": {"Name": "Order", "Transactions": [{"Status": "Passed", "DataElements": [{"Name": "A.a",
                "Rows": [{"Edits": [{"Name": "note", "Value": PASSWORD}]}]}],
                "Documents": [{"DocumentId": PASSWORD, "DocumentData": "QUJD"}]}]},
            "Summary": {"Succeeded": 1, "Failed": 0, "Other": 0}})
            .to_string(),
        )),
        path if path.starts_with("/odataservice") => {
            Some(support::json(200, &json!({"value": [{"a": PASSWORD}]}).to_string()))
        }
        _ => None,
    })
    .await;
    let client = Client::builder(&server.url).credentials(Credentials::password("svc", PASSWORD)).build().unwrap();
    let set = TransactionSet::new("Order", vec![Default::default()]);
    let outcome = client.submit(&set).unchecked().await.unwrap();
    let stored = outcome.transactions.into_iter().next().unwrap().unwrap();
    assert_eq!(stored.value("A.a", "note"), Some(PASSWORD));
    assert!(!format!("{:?} {:?}", stored.messages, outcome.unattributed).contains("rd 77"));
    assert_eq!(Document::printed_with(&stored)[0].as_ref().unwrap().id, "[redacted]");
    let rows = client.table("t").rows::<Value>().await.unwrap();
    assert_eq!(rows[0]["a"], PASSWORD);
}

#[tokio::test]
async fn names_of_services_steer_no_terminal() {
    let server = Server::start(|request| match request.path.as_str() {
        support::SERVICES_PATH => {
            let list = json!(["Order", "\u{1b}]0;x\u{7}", {"Name": "\u{202e}redrO", "Type": "\u{9b}31m\u{200b}"}]);
            Some(support::json(200, &list.to_string()))
        }
        _ => None,
    })
    .await;
    let services = server.client().services().await.unwrap();
    let names: Vec<&str> = services.iter().map(|service| service.name.as_str()).collect();
    assert_eq!(names, ["Order", "\u{fffd}]0;x\u{fffd}", "\u{fffd}redrO"]);
    assert_eq!(services[2].more["Type"], "\u{fffd}31m\u{fffd}");
}

#[test]
fn connections_that_others_can_read_are_warned_of_once() {
    log::start();
    let built = |url: &str, blind: bool| {
        let builder = Client::builder(url).credentials(Credentials::password("u", "p"));
        builder.danger_accept_invalid_certs(blind).build().unwrap().warnings().to_vec()
    };
    for own in
        ["https://p21.example.com", "http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://127.9.9.9"]
    {
        assert!(built(own, false).is_empty(), "{own}");
    }
    for other in ["http://p21.example.com", "http://10.0.0.5", "http://127.0.0.1.example.com", "http://[fe80::1]"] {
        assert!(built(other, false)[0].starts_with("plain http"), "{other}");
    }
    assert!(built("https://p21.example.com", true)[0].contains("not verified"));
    assert_eq!(built("http://p21.example.com", true).len(), 2);
    assert!(log::text().contains("plain http to another machine"));
}

#[cfg(feature = "callback")]
#[test]
fn weak_secrets_of_callbacks_are_refused() {
    use p21_client::callback::CallbackReceiver;
    let weak = ["", "                ", "aaaaaaaaaaaaaaaa", "short", "  0123456789abcd  ", "ababababababababab"];
    for secret in weak {
        let error = CallbackReceiver::builder(secret).build().unwrap_err();
        assert!(error.is_input() && error.to_string().contains("weak"), "{secret:?}: {error}");
    }
    assert!(CallbackReceiver::builder("5f0c2b8e-93f4-4f0e-a9c9-d9a3c1f60b1e").build().is_ok());
}
