//! `CHOICES.md` says what the sandbox does where the facts are silent; here it is held to the sources, and what no other test
//! shows is shown.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::checks::{functions, named};
use crate::support;

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

/// Question, choice, test.
fn rows() -> Vec<[String; 3]> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("CHOICES.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let cells = rows.map(|row| row.split(" | ").map(str::to_owned).collect::<Vec<_>>());
    cells.map(|cells| <[String; 3]>::try_from(cells).unwrap()).skip(2).collect()
}

#[test]
fn every_choice_has_a_test_that_exists_or_a_reason() {
    let (functions, rows) = (functions(), rows());
    assert!(rows.len() > 90, "{}", rows.len());
    for [question, choice, shown] in &rows {
        assert!(!choice.is_empty(), "{question}");
        let tests = named(shown);
        let has_reason = shown.strip_prefix("Untested: ").is_some_and(|reason| reason.len() > 10);
        assert!(tests.is_empty() == has_reason, "{question}: {shown}");
        for (file, function) in tests {
            let exists = functions.get(file).is_some_and(|functions| functions.contains(function));
            assert!(exists, "{question}: tests/it/{file} has no `{function}`");
        }
    }
    let untested = rows.iter().filter(|[_, _, shown]| shown.starts_with("Untested")).count();
    assert!(untested <= 16, "{untested} of {} are untested: there were 16, and there shall be fewer", rows.len());
}

#[test]
fn every_open_question_that_can_be_switched_is_among_them() {
    let source = include_str!("../../src/facts/unknowns.rs");
    let text = rows().concat().concat();
    let switches =
        source.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": ")).map(|(name, _)| name);
    let missing: Vec<&str> = switches.filter(|name| !text.contains(&format!("`Unknowns::{name}`"))).collect();
    assert!(missing.is_empty(), "CHOICES.md does not name {missing:?}");
}

fn empty(name: &str) -> Value {
    json!({"Name": name, "Transactions": []})
}

#[tokio::test]
async fn a_number_for_an_enum_is_taken() {
    let mut sent = empty("Order");
    for number in [json!(0), json!(1), json!(77), json!("77")] {
        sent["TransactionSplitMethod"] = number.clone();
        assert_eq!(p21().await.send(&sent).await.0, StatusCode::OK, "{number}");
    }
}

#[tokio::test]
async fn what_is_neither_json_nor_xml_is_a_415() {
    let p21 = p21().await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"] {
        let request = p21.post("/api/v2/transaction").header("content-type", content_type);
        let status = request.body(empty("Order").to_string()).send().await.unwrap().status();
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
    }
}

#[tokio::test]
async fn a_bad_token_has_the_members_of_a_missing_one() {
    let p21 = p21().await;
    let url = format!("{}/api/v2/services", p21.sandbox.ui_url());
    let (status, text) = text_of(p21.client.get(url).bearer_auth("nobody's").send().await.unwrap()).await;
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["Description", "Error", "Uri"]);
    assert_eq!(body["Error"], "invalid_token");
}

#[tokio::test]
async fn an_accept_that_fits_neither_gets_json() {
    let answer = p21().await.get("/api/v2/services").header("accept", "image/png").send().await.unwrap();
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/json"));
}

#[tokio::test]
async fn error_envelopes_are_json_where_xml_is_wanted() {
    let p21 = p21_with(|builder| builder.undeployed("Supplier")).await;
    let answer = p21.get("/api/v2/definition/Supplier").header("accept", "application/xml").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.json::<Value>().await.unwrap()["ErrorMessage"].is_string());
}

#[tokio::test]
async fn a_transaction_that_edits_nothing_is_no_save() {
    let said = p21().await.fails(&set("Order", [vec![]])).await;
    assert!(said[0].contains("Save is not enabled."), "{said:?}");
}
