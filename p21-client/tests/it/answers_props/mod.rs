//! Whatever a server answers: nothing panics, and nothing is stored or there that the answer doesn't say.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod dice;

use crate::support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dice::{Dice, change_bytes, change_value, size};
use p21_client::odata::col;
use p21_client::{Client, Flavour, Retry, Ticket, Timeouts};
use p21_model::payload::TransactionSet as Payload;
use p21_model::row::{Element as _, Transaction, TransactionSet};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use support::job::{COMMENT, GET_PATH, Header, JOB_NO, Job, Key};
use support::{ROUTER_PATH, SERVICES_PATH, Server, TOKEN_PATH, TRANSACTION_PATH, answer};

const ASYNC_PATH: &str = "/uiserver0/api/v2/transaction/async";
const REPORT_PATH: &str = "/uiserver0/api/v2/process/pdfreport";
const TABLE_PATH: &str = "/odataservice/odata/table/job";
const SERVER_INFO: &str = "/uiserver0/ui/common/v1/serverinfo";
const DEFINITION_PATH: &str = "/uiserver0/api/v2/definition/Job";
const COMMANDS_PATH: &str = "/uiserver0/api/v2/commands";

/// How many answers each door gets; `P21_ANSWERS` says another number.
const ANSWERS: usize = 150;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Submit,
    Refused,
    SubmitXml,
    Read,
    ReadXml,
    Async,
    Report,
    Table,
    Token,
    Router,
    ServerInfo,
    Services,
    Definition,
    DefinitionXml,
    Commands,
}

const DOORS: [Door; 15] = [
    Door::Submit,
    Door::Refused,
    Door::SubmitXml,
    Door::Read,
    Door::ReadXml,
    Door::Async,
    Door::Report,
    Door::Table,
    Door::Token,
    Door::Router,
    Door::ServerInfo,
    Door::Services,
    Door::Definition,
    Door::DefinitionXml,
    Door::Commands,
];

const NAMESPACE: &str = "xmlns=\"http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2\"";

fn header() -> Value {
    json!({"Name": "FORM.header", "Type": "Form", "Keys": ["job_no"], "Rows": [{"Edits": [
        {"Name": "job_no", "Value": "J-1"}, {"Name": "comment", "Value": "new"}], "RelativeDateEdits": []}]})
}

fn outcome(stored: bool) -> Value {
    let (status, text) =
        if stored { ("Passed", "Transaction 1:: ") } else { ("Failed", "Transaction 1:: Column is disabled: x") };
    json!({"Messages": [text], "Results": {"Name": "Job", "Transactions": [{"Status": status, "DataElements": [header()]}]},
        "Summary": {"Succeeded": u8::from(stored), "Failed": u8::from(!stored), "Other": 0}})
}

fn element_in_xml() -> String {
    "<Transactions><Transaction><DataElements><DataElement><Name>FORM.header</Name><Rows><Row><Edits><Edit><Name>job_no</Name>\
     <Value>J-1</Value></Edit></Edits></Row></Rows><Type>Form</Type></DataElement></DataElements><Status>Passed</Status>\
     </Transaction></Transactions>"
        .to_owned()
}

impl Door {
    fn path(self) -> &'static str {
        match self {
            Self::Submit | Self::Refused | Self::SubmitXml => TRANSACTION_PATH,
            Self::Read | Self::ReadXml => GET_PATH,
            Self::Async => ASYNC_PATH,
            Self::Report => REPORT_PATH,
            Self::Table => TABLE_PATH,
            Self::Token => TOKEN_PATH,
            Self::Router => ROUTER_PATH,
            Self::ServerInfo => SERVER_INFO,
            Self::Services => SERVICES_PATH,
            Self::Definition | Self::DefinitionXml => DEFINITION_PATH,
            Self::Commands => COMMANDS_PATH,
        }
    }

    fn is_xml(self) -> bool {
        matches!(self, Self::SubmitXml | Self::ReadXml | Self::DefinitionXml)
    }

    /// What a server answers that is in order.
    fn right(self) -> String {
        let value = match self {
            Self::Submit => outcome(true),
            Self::Refused => outcome(false),
            Self::Read => json!({"Name": "Job", "Query": null, "FieldMap": [], "TransactionSplitMethod": 0,
                "Transactions": [{"Status": "Passed", "DataElements": [header()]}]}),
            Self::Async => json!({"RequestId": "0f0e", "RequestType": "V2 Transaction", "Key": "N/A",
                "StartDate": "2026-03-02T09:14:07.41-06:00", "CompletedDate": "2026-03-02T09:14:09.1", "Status": 2,
                "CallbackResult": null, "Messages": outcome(true).to_string()}),
            Self::Report => json!([{"DocumentId": "PO7001", "FileName": "PO7001.pdf", "DocumentFormat": 5,
                "DocumentData": "JVBERi0xLjQ=", "ResponseStatus": {"StatusCode": "Success", "Message": null}}]),
            Self::Table => {
                json!({"@odata.context": "x", "@odata.count": 1, "value": [{"job_no": "J-1", "price": 2.5}]})
            }
            Self::Token => json!({"AccessToken": "t", "RefreshToken": "r", "ExpiresInSeconds": 86400}),
            Self::Router => json!({"Url": "http://127.0.0.1:1/uiserver0/"}),
            Self::ServerInfo => json!({"Result": {"Version/Application Version": "26.1.5910.3"}}),
            Self::Services => json!([{"Name": "Order"}, {"Name": "Item"}]),
            Self::Definition => json!({"Name": "Job", "Template": null, "TransactionDefinition": {
                "KeyDefinitions": [{"Location": "header", "Name": "job_no"}], "DataElementDefinitions": [
                {"Name": "FORM.header", "Type": "Form", "DatawindowName": "d", "BusinessObjectName": "b", "ParentText": "H",
                 "KeyFields": ["job_no"], "FieldDefinitions": [{"Name": "job_no", "Label": "Job", "DataType": "Char",
                 "DbColumnName": "job.job_no", "Required": true, "ValidValues": ["A", "B"]}]}]}}),
            Self::Commands => {
                // Opened, typed into, saved, closed.
                let result = |events: Value| json!({"Result": {"WindowId": "w", "Status": 1, "Events": events, "Messages": []}, "Data": null});
                let saved = result(json!([{"Name": "savesucceeded"}]));
                let quiet = || result(json!([]));
                json!({"Status": 1, "Results": [quiet(), quiet(), saved, quiet()]})
            }
            Self::SubmitXml => {
                return format!(
                    "<TransactionSetResult {NAMESPACE}><Messages/><Results><Name>Job</Name>{}</Results><Summary>\
                     <Failed>0</Failed><Other>0</Other><Succeeded>1</Succeeded></Summary></TransactionSetResult>",
                    element_in_xml()
                );
            }
            Self::ReadXml => {
                return format!("<TransactionSet {NAMESPACE}><Name>Job</Name>{}</TransactionSet>", element_in_xml());
            }
            Self::DefinitionXml => {
                return format!(
                    "<ServiceDefinition {NAMESPACE}><Name>Job</Name><TransactionDefinition><DataElementDefinitions>\
                     <DataElementDefinition><FieldDefinitions><FieldDefinition><DataType>Char</DataType><Name>job_no</Name>\
                     </FieldDefinition></FieldDefinitions><Name>FORM.header</Name><Type>Form</Type></DataElementDefinition>\
                     </DataElementDefinitions></TransactionDefinition></ServiceDefinition>"
                );
            }
        };
        value.to_string()
    }
}

fn changed(door: Door, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = door.right().into_bytes();
    if !door.is_xml() && dice.below(3) > 0 {
        let mut value: Value = serde_json::from_slice(&bytes).unwrap();
        for _ in 0..=dice.below(2) {
            let mut at = dice.below(size(&value));
            change_value(&mut value, &mut at, dice);
        }
        // What is text within text is changed as well.
        if door == Door::Async
            && dice.below(2) == 0
            && let Some(text) = value.get("Messages").and_then(Value::as_str)
            && let Ok(mut inner) = serde_json::from_str::<Value>(text)
        {
            let mut at = dice.below(size(&inner));
            change_value(&mut inner, &mut at, dice);
            value["Messages"] = json!(inner.to_string());
        }
        return value.to_string().into_bytes();
    }
    for _ in 0..=dice.below(2) {
        change_bytes(&mut bytes, dice);
    }
    bytes
}

/// Whether an answer says that the one transaction is stored, read without the client.
fn says_stored(door: Door, body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    if door == Door::SubmitXml {
        return text.contains("Succeeded>1</") && !text.contains("Failed>1</");
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body))
    else {
        return false;
    };
    if door == Door::Async {
        // One text, or a list of one.
        let text = value["Messages"].as_str().or_else(|| value["Messages"][0].as_str());
        let Some(inner) = text.and_then(|text| serde_json::from_str(text).ok()) else { return false };
        value = inner;
    }
    let status = &value["Results"]["Transactions"][0]["Status"];
    let is_one = |value: &Value| value.as_u64() == Some(1) || value.as_str() == Some("1");
    let is_alone = value["Results"]["Transactions"].as_array().is_none_or(|all| all.len() == 1);
    is_one(&value["Summary"]["Succeeded"]) && !is_one(&value["Summary"]["Failed"]) && !(is_alone && status == "Failed")
}

/// The key of the record that an answer to a read shows.
fn shown_key(body: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body)).ok()?;
    let elements = value["Transactions"][0]["DataElements"].as_array()?;
    let header = elements.iter().find(|element| element["Name"] == "FORM.header")?;
    let edits = header["Rows"][0]["Edits"].as_array()?;
    let edit = edits.iter().find(|edit| edit["Name"] == "job_no")?;
    Some(edit["Value"].as_str()?.trim().to_owned())
}

fn written() -> Payload {
    TransactionSet::from(Transaction::<Job>::new().push(Header::edit().set(JOB_NO, "J-1").set(COMMENT, "new")))
        .to_payload()
}

/// What the client makes of an answer; an error where it says more than the answer does.
async fn ask(client: &Client, door: Door, body: &[u8]) -> Result<bool, String> {
    let untrue = |what: &str| Err(format!("{what}, which the answer doesn't say"));
    match door {
        Door::Submit | Door::Refused | Door::SubmitXml => {
            let outcome = client.submit(&written()).unchecked().await;
            let stored = outcome.is_ok_and(|outcome| outcome.transactions.iter().any(Result::is_ok));
            if stored && !says_stored(door, body) { untrue("stored") } else { Ok(stored) }
        }
        Door::Async => {
            let pending = client.resume::<Job>(Ticket::new("0f0e", "Job", 1)).unwrap();
            let told = pending.status().await.ok().filter(|request| request.is_done());
            let outcome = told.and_then(|request| request.outcome(1, None).ok());
            let stored = outcome.is_some_and(|outcome| outcome.transactions.iter().any(Result::is_ok));
            if stored && !says_stored(door, body) { untrue("stored") } else { Ok(stored) }
        }
        Door::Read => match client.read(Key::new("J-1")).await {
            Ok(Some(_)) if !shown_key(body).is_some_and(|key| key.eq_ignore_ascii_case("J-1")) => untrue("there"),
            Ok(None) if shown_key(body).is_some_and(|key| !key.is_empty()) => untrue("not there"),
            found => Ok(found.is_ok()),
        },
        Door::ReadXml => match client.read(Key::new("J-1")).await {
            Ok(Some(_)) if !String::from_utf8_lossy(body).contains("J-1") => untrue("there"),
            found => Ok(found.is_ok()),
        },
        Door::Report => match client.print_unchecked(&written()).await {
            Ok(documents) => {
                let told: Value = serde_json::from_slice(body).unwrap_or_default();
                let good = |item: &Value| {
                    item["ResponseStatus"]["StatusCode"] == "Success" && item["DocumentData"].is_string()
                };
                let good = told.as_array().map_or(0, |items| items.iter().filter(|item| good(item)).count());
                if documents.iter().filter(|document| document.is_ok()).count() > good {
                    untrue("printed")
                } else {
                    Ok(true)
                }
            }
            Err(_) => Ok(false),
        },
        Door::Table => {
            let rows = client.table("job").filter(col("job_no").eq("J-1")).top(3).rows::<Map<String, Value>>().await;
            Ok(rows.is_ok())
        }
        Door::Token | Door::Router | Door::Services => Ok(client.services().await.is_ok()),
        Door::ServerInfo => Ok(client.p21_version().await.is_some()),
        Door::Definition | Door::DefinitionXml => match client.definition("Job").await {
            Ok(definition) => {
                let _ = (definition.to_canonical(), definition.to_server_json());
                Ok(true)
            }
            Err(_) => Ok(false),
        },
        Door::Commands => {
            let note = p21_model::commands::Commands::of("Job").set_named("header", "comment", "new").save();
            let saved = client.run_commands(&note).await.is_ok_and(|outcome| outcome.saved().is_ok());
            if saved && !String::from_utf8_lossy(body).contains("savesucceeded") { untrue("saved") } else { Ok(saved) }
        }
    }
}

fn client(server: &Server, door: Door) -> Client {
    let limit = Duration::from_secs(10);
    let mut builder = server.builder().retry(Retry::never()).max_body(200_000);
    builder = builder.timeouts(Timeouts::default().operation(limit).attempt(limit).connect(Duration::from_secs(1)));
    if door.is_xml() {
        builder = builder.flavour(Flavour::Xml);
    }
    builder.build().unwrap()
}

#[tokio::test]
async fn nothing_panics_and_nothing_is_said_that_no_answer_says() {
    let count = std::env::var("P21_ANSWERS").ok().and_then(|text| text.parse().ok()).unwrap_or(ANSWERS);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let drawn = prop::collection::vec(any::<u32>(), 40);
    for door in DOORS {
        let next = Arc::new(Mutex::new(door.right().into_bytes()));
        let body = Arc::clone(&next);
        let server = Server::start(move |request| {
            let kind = if door.is_xml() { "application/xml" } else { "application/json" };
            (request.path == door.path()).then(|| answer(200, kind, body.lock().unwrap().clone()))
        })
        .await;
        // What is asked once and kept wants a client of its own every time.
        let is_kept = matches!(door, Door::Token | Door::Router | Door::ServerInfo);
        let shared = client(&server, door);
        let is_right = ask(&shared, door, door.right().as_bytes()).await.unwrap();
        assert_eq!(is_right, !matches!(door, Door::Refused | Door::Router), "{door:?}: what wasn't changed is read");
        let mut read = 0;
        for _ in 0..if is_kept { count / 5 } else { count } {
            let mut dice = Dice(drawn.new_tree(&mut runner).unwrap().current(), 0);
            let bytes = changed(door, &mut dice);
            next.lock().unwrap().clone_from(&bytes);
            let client = if is_kept { client(&server, door) } else { shared.clone() };
            match ask(&client, door, &bytes).await {
                Ok(is_read) => read += usize::from(is_read),
                Err(untrue) => panic!("{door:?}: {untrue}: {}", String::from_utf8_lossy(&bytes)),
            }
        }
        println!("{door:?}: {read} of {count} changed answers were read");
        assert!(read < count, "{door:?}: no change was noticed");
    }
}
