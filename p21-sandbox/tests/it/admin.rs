//! `/_sandbox/...`: levers for tests.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::*;

async fn admin() -> P21 {
    p21_with(|builder| builder.configure(|config| config.admin = true)).await
}

impl P21 {
    async fn lever(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self.client.request(method, format!("{}/_sandbox/{path}", self.sandbox.url()));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let (status, text) = text_of(request.send().await.unwrap()).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn pull(&self, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.lever(Method::POST, path, body).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }

    async fn state(&self) -> Value {
        self.lever(Method::GET, "state", None).await.1
    }
}

async fn add_order(p21: &P21) {
    p21.order(vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]])]).await;
}

#[tokio::test]
async fn there_are_no_levers_unless_asked_for() {
    let p21 = p21().await;
    for (method, path) in [(Method::GET, "state"), (Method::POST, "reset"), (Method::POST, "expire-tokens")] {
        assert_eq!(p21.lever(method, path, None).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_state_counts_rows_sessions_and_tokens() {
    let p21 = admin().await;
    add_order(&p21).await;
    let state = p21.state().await;
    assert_eq!((&state["tables"]["oe_hdr"], &state["tables"]["oe_line"]), (&json!(1), &json!(1)));
    assert_eq!(state["pool"], json!({"size": 5, "idle": 5, "dirty": [[], [], [], [], []]}));
    assert_eq!((&state["tokens"], &state["faults"]), (&json!(1), &json!([])));
    assert_eq!(state["jobs"], json!({"slots": 2, "waiting": 0, "running": 0, "finished": 0}));
    p21.run_async(&set("Order", [vec![order_header()]])).await;
    assert_eq!(p21.state().await["jobs"]["finished"], 1);
}

#[tokio::test]
async fn rows_are_shown_as_they_are_stored() {
    let p21 = admin().await;
    let (_, answer) = p21.lever(Method::GET, "tables/PRICE_LIBRARY?top=1", None).await;
    assert_eq!(answer["rows"].as_array().unwrap().len(), 1);
    assert_eq!(answer["rows"][0]["values"]["price_library_id"], "STANDARD");
    let (_, none) = p21.lever(Method::GET, "tables/no_such_table", None).await;
    assert_eq!(none["rows"], json!([]));
}

#[tokio::test]
async fn a_reset_brings_the_seed_back() {
    let p21 = admin().await;
    let before = p21.state().await["tables"].clone();
    add_order(&p21).await;
    assert_ne!(p21.state().await["tables"], before);
    p21.pull("reset", None).await;
    assert_eq!(p21.state().await["tables"], before);
    add_order(&p21).await;
    assert_eq!(value(&p21.read_order("1000001").await, "TABPAGE_1.order", "order_no"), "1000001", "numbers start anew");
}

#[tokio::test]
async fn a_reset_takes_created_tables_back() {
    let p21 = admin().await;
    let table = || Some(json!({"name": "site_codes", "columns": {"code": "integer"}, "rows": [{"code": "1"}]}));
    p21.pull("tables", table()).await;
    let (status, again) = p21.lever(Method::POST, "tables", table()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{again}");
    p21.pull("reset", None).await;
    p21.pull("tables", table()).await;
    let (_, rows) = p21.lever(Method::GET, "tables/site_codes", None).await;
    assert_eq!(rows["rows"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn tokens_can_be_expired() {
    let p21 = admin().await;
    p21.pull("expire-tokens", None).await;
    assert_eq!(p21.get("/api/v2/services").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn faults_can_be_queued_and_forgotten() {
    let p21 = admin().await;
    let wanted = json!({"fault": "commit-504", "method": "GET", "path": "/services", "times": 3});
    p21.pull("faults", Some(wanted.clone())).await;
    assert_eq!(p21.state().await["faults"], json!([wanted]));
    assert_eq!(p21.get("/api/v2/services").send().await.unwrap().status(), StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(p21.state().await["faults"][0]["times"], 2);
    assert_eq!(p21.lever(Method::DELETE, "faults", None).await.0, StatusCode::OK);
    assert_eq!(p21.get("/api/v2/services").send().await.unwrap().status(), StatusCode::OK);
    let (status, answer) = p21.lever(Method::POST, "faults", Some(json!({"fault": "Z"}))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(answer["error"].as_str().unwrap().contains("no error family `Z`"), "{answer}");
}

#[tokio::test]
async fn sessions_can_be_cleaned() {
    let p21 = p21_with(|builder| {
        builder.configure(|config| {
            config.admin = true;
            config.pool.contaminated_after_failure = true;
            config.pool.size = 1;
        })
    })
    .await;
    p21.fails(&set("PurchaseOrder", [vec![element("TABPAGE_1.tp_1_dw_1", &[], &[&[("nonsense", "1")]])]])).await;
    assert_eq!(p21.state().await["pool"]["dirty"], json!([["PurchaseOrder"]]));
    p21.pull("clean-sessions", None).await;
    assert_eq!(p21.state().await["pool"]["dirty"], json!([[]]));
}

#[tokio::test]
async fn tables_can_be_created_and_exposed() {
    let p21 = admin().await;
    let table = json!({"name": "acme_rating", "columns": {"rating_uid": "integer"}, "rows": [{"rating_uid": "1"}]});
    p21.pull("tables", Some(table.clone())).await;
    assert_eq!(p21.pull("refresh-odata", None).await["new"], 1);
    let url = format!("{}/odataservice/odata/table/acme_rating", p21.sandbox.url());
    let (status, text) = text_of(p21.client.get(url).bearer_auth(&p21.token).send().await.unwrap()).await;
    assert!(status == StatusCode::OK && text.contains("{\"rating_uid\":1}"), "{text}");
    assert_eq!(p21.lever(Method::POST, "tables", Some(table)).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(p21.lever(Method::POST, "tables", Some(json!({"nonsense": 1}))).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn web_pages_and_proxies_are_refused() {
    let p21 = admin().await;
    let url = format!("{}/_sandbox/reset", p21.sandbox.url());
    for (name, value) in [
        ("Origin", "https://evil.example"),
        ("Sec-Fetch-Site", "cross-site"),
        ("X-Forwarded-For", "203.0.113.5"),
        ("Forwarded", "for=203.0.113.5"),
    ] {
        let answer = p21.client.post(&url).header(name, value).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}");
    }
    // Other names are refused before the levers are reached, addresses of other machines by their own guard.
    for (host, status) in [("evil.example", StatusCode::MISDIRECTED_REQUEST), ("192.0.2.1", StatusCode::FORBIDDEN)] {
        let answer = p21.client.post(&url).header("Host", host).send().await.unwrap();
        assert_eq!(answer.status(), status, "{host}");
    }
}

#[tokio::test]
async fn other_machines_are_refused() {
    // A connection to the machine's own address on the network comes from that address, not from loopback.
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    let address = socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr());
    let Some(address) = address.ok().filter(|address| !address.ip().is_loopback()) else {
        println!("skipped: this machine has no network address");
        return;
    };
    let sandbox = p21_sandbox::Sandbox::builder()
        .configure(|config| config.admin = true)
        .address(std::net::SocketAddr::new(address.ip(), 0))
        .start()
        .await
        .unwrap();
    let answer = client().get(format!("{}/_sandbox/state", sandbox.url())).send().await.unwrap();
    let (status, text) = text_of(answer).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(text.contains("only loopback"), "{text}");
}
