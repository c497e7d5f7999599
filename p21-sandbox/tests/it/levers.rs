//! Settings by name: on the command line, in Rust, and while the sandbox runs.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use clap::Parser;
use p21_sandbox::cli::{self, Arguments};
use p21_sandbox::{Latency, Sandbox};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

async fn admin() -> P21 {
    p21_with(|builder| builder.configure(|config| config.admin = true)).await
}

impl P21 {
    async fn set(&self, settings: Value) -> (StatusCode, String) {
        let url = format!("{}/_sandbox/settings", self.sandbox.url());
        text_of(self.client.post(url).json(&settings).send().await.unwrap()).await
    }

    async fn is_set(&self, name: &str, value: impl Into<Value>) {
        let (status, text) = self.set(json!({name: value.into()})).await;
        assert_eq!(status, StatusCode::OK, "{text}");
    }

    async fn settings(&self) -> Value {
        let url = format!("{}/_sandbox/settings", self.sandbox.url());
        self.client.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn login_as(&self, login: Value) -> (u16, String) {
        let url = format!("{}/api/security/token/v2", self.sandbox.url());
        let (status, text) = text_of(self.client.post(url).json(&login).send().await.unwrap()).await;
        (status.as_u16(), text)
    }
}

#[tokio::test]
async fn users_keys_and_the_form_of_tokens_change_while_it_runs() {
    let p21 = admin().await;
    let anna = json!({"username": "anna", "password": "secret"});
    assert_eq!(p21.login_as(anna.clone()).await.0, 401);
    p21.is_set("users", "anna:secret ben:other").await;
    assert_eq!(p21.login_as(anna.clone()).await.0, 200);
    assert_eq!(p21.login_as(json!({"username": "sandbox", "password": "sandbox"})).await.0, 401);
    assert_eq!(p21.get("/api/v2/services").send().await.unwrap().status(), 200, "a token that was issued is good");
    p21.is_set("consumer_keys", "k-0000-1111=/api;/odata:po_hdr").await;
    let key = json!({"ClientSecret": "k-0000-1111", "GrantType": "client_credentials"});
    assert!(p21.login_as(key).await.1.contains("/api;/odata:po_hdr"));
    p21.is_set("xml_tokens", true).await;
    assert!(p21.login_as(anna.clone()).await.1.starts_with("<?xml"));
    let shown = p21.settings().await;
    assert_eq!(shown["users"]["value"], "anna:*** ben:***");
    assert_eq!(shown["consumer_keys"]["value"], "***1111=/api;/odata:po_hdr");
}

#[tokio::test]
async fn services_and_choices_change_while_it_runs() {
    let p21 = admin().await;
    p21.is_set("undeployed", "Order").await;
    let (status, text) = text_of(p21.get("/api/v2/definition/Order").send().await.unwrap()).await;
    assert!(status == 500 && text.contains("Window <<Order>> is not available"), "{text}");
    p21.is_set("undeployed", "").await;
    assert_eq!(p21.get("/api/v2/definition/Order").send().await.unwrap().status(), 200);
    let nowhere = json!({"Name": "Nowhere", "Transactions": []});
    assert_eq!(p21.send(&nowhere).await.0, 500);
    p21.is_set("unknowns.unknown_service", "bad-request").await;
    assert_eq!(p21.send(&nowhere).await.0, 400);
    p21.sandbox.set("unknowns.unknown_service", "silent").unwrap();
    assert_eq!(p21.send(&nowhere).await.0, 500);
    p21.is_set("faults.chances", "503=1").await;
    assert_eq!(p21.send(&nowhere).await.0, 503);
}

#[tokio::test]
async fn slots_and_durations_of_jobs_change_while_it_runs() {
    let p21 = admin().await;
    p21.is_set("asynchronous.capacity", 0).await;
    let submit = async || {
        let sent = json!({"Name": "Order", "Transactions": []});
        p21.post("/api/v2/transaction/async").json(&sent).send().await.unwrap()
    };
    let receipt: Value = submit().await.json().await.unwrap();
    let status = async || {
        let path = format!("/api/v2/transaction/async?id={}", receipt["RequestId"].as_str().unwrap());
        let job: Value = p21.get(&path).send().await.unwrap().json().await.unwrap();
        job["Status"].clone()
    };
    assert_eq!(status().await, "Active");
    p21.is_set("asynchronous.capacity", 3).await;
    while status().await == "Active" {
        tokio::task::yield_now().await;
    }
    assert_eq!(status().await, "Complete");
    let url = format!("{}/_sandbox/state", p21.sandbox.url());
    let state: Value = p21.client.get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(state["jobs"], json!({"slots": 3, "waiting": 0, "running": 0, "finished": 1}));
}

#[tokio::test]
async fn a_contract_in_the_queue_takes_what_is_documented() {
    let clock = p21_sandbox::Clock::default();
    let p21 = p21_with(|builder| {
        builder.clock(clock.clone()).configure(|config| config.faults.latency = Latency::Documented)
    })
    .await;
    let contract = set("JobContractPricing", [vec![contract_header("JOB-1"), line(&FIXED)]]);
    let started = clock.now();
    assert!(p21.run_async(&contract).await);
    let took = clock.now().duration_since(started);
    assert!(took >= jiff::SignedDuration::from_millis(800), "{took:?}");
}

#[tokio::test]
async fn what_can_not_be_set_says_why_and_changes_nothing() {
    let p21 = admin().await;
    let before = p21.settings().await;
    for (settings, part) in [
        (json!({"max_body": 9}), "can only be set when the sandbox starts"),
        (json!({"unknowns.list_read": "loud"}), "it takes envelope, silent, bad-request"),
        (json!({"list_read": "silent"}), "did you mean unknowns.list_read?"),
        (json!({"xml_tokens": true, "zzz": 1}), "there is no setting `zzz`"),
        (json!({"users": ["anna"]}), "has to be a text"),
        (json!([]), "has a value of the wrong type"),
    ] {
        let (status, text) = p21.set(settings.clone()).await;
        assert!(status == 400 && text.contains(part), "{settings}: {text}");
    }
    assert_eq!(p21.settings().await, before);
}

#[derive(Debug, Parser)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
}

async fn started(arguments: &[&str]) -> anyhow::Result<Sandbox> {
    let all = ["p21-sandbox", "--port", "0"].into_iter().chain(arguments.iter().copied());
    cli::start(&Command::try_parse_from(all)?.arguments).await
}

#[tokio::test]
async fn the_command_line_has_them_too() {
    let sandbox = started(&[
        "--user",
        "anna:secret",
        "--consumer-key",
        "k1=/api;/odata:po_hdr",
        "--undeployed",
        "Order",
        "--xml-tokens",
        "--set",
        "unknowns.unknown_service=bad-request",
        "--set",
        "asynchronous.duration=2s",
    ])
    .await
    .unwrap();
    let login = json!({"username": "anna", "password": "secret"});
    let url = format!("{}/api/security/token/v2", sandbox.url());
    let answer = client().post(url).json(&login).send().await.unwrap();
    assert!(answer.status() == 200 && answer.text().await.unwrap().starts_with("<?xml"));
    for (arguments, part) in [
        (["--set", "nonsense"], "NAME=VALUE"),
        (["--set", "asynchronous.duration=soon"], "it takes a time"),
        (["--set", "pool.size=0"], "it takes a number from 1 on"),
        (["--set", "interactive.pool_size=0"], "it takes a number from 1 on"),
        (["--set", "duration=2s"], "did you mean asynchronous.duration?"),
        (["--user", "anna"], "NAME:PASSWORD"),
        (["--consumer-key", "=x"], "KEY=SCOPE"),
    ] {
        let error = format!("{:#}", started(&arguments).await.unwrap_err());
        assert!(error.contains(part), "{arguments:?}: {error}");
    }
}

#[tokio::test]
async fn the_pool_changes_its_size_while_it_runs() {
    let p21 = admin().await;
    let size = async || {
        let url = format!("{}/_sandbox/state", p21.sandbox.url());
        let state: Value = p21.client.get(url).send().await.unwrap().json().await.unwrap();
        (state["pool"]["size"].as_u64(), state["pool"]["idle"].as_u64())
    };
    for wanted in [1, 9, 3] {
        p21.is_set("pool.size", wanted).await;
        assert_eq!(size().await, (Some(wanted), Some(wanted)));
        p21.order(vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]])])
            .await;
    }
    let (status, text) = p21.set(json!({"max_body": 100})).await;
    assert!(status == 400 && text.contains("when the sandbox starts"), "{text}");
}

/// The seed again is the same run again.
#[tokio::test]
async fn chance_starts_again_from_its_seed_while_it_runs() {
    let p21 = admin().await;
    p21.is_set("faults.chances", "empty500=0.5").await;
    let run = async |seed: u64| {
        p21.is_set("random_seed", seed).await;
        let mut statuses = Vec::new();
        for _ in 0..24 {
            statuses.push(p21.get("/api/v2/services").send().await.unwrap().status().as_u16());
        }
        statuses
    };
    let (first, other, again) = (run(7).await, run(8).await, run(7).await);
    assert!(first.contains(&200) && first.contains(&500), "{first:?}");
    assert_eq!(first, again);
    assert_ne!(first, other);
}
