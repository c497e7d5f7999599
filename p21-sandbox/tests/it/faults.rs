//! What goes wrong on purpose. The checks are those of the sheet `errors-and-session-pool`.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use std::time::{Duration, Instant};

use p21_sandbox::{ErrorFamily, Fault, FaultSettings, Latency, QueuedFault, SandboxBuilder};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

async fn with(change: impl FnOnce(&mut FaultSettings)) -> P21 {
    p21_with(|builder: SandboxBuilder| builder.configure(|config| change(&mut config.faults))).await
}

fn one_order() -> Value {
    set("Order", [vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]])]])
}

/// Whether the order of that number is there.
async fn is_stored(p21: &P21, order: &str) -> bool {
    !value(&p21.read_order(order).await, "TABPAGE_1.order", "order_no").is_empty()
}

#[tokio::test]
async fn errors_and_session_pool_check_1_every_family_of_bodies_can_be_had() {
    let p21 = p21().await;
    for (family, status, media_type, part) in [
        (ErrorFamily::Token, 401, "application/json", "\"error_description\""),
        (ErrorFamily::Envelope, 500, "application/json", "\"InnerException\""),
        (ErrorFamily::Bearer, 401, "application/json", "\"Description\""),
        (ErrorFamily::OData, 404, "application/json", "{\"error\":{\"code\":\"404\""),
        (ErrorFamily::Contaminated, 500, "application/json", "Unexpected response window encountered"),
        (ErrorFamily::Transaction, 200, "application/json", "\"Failed\":1"),
        (ErrorFamily::Entity, 400, "application/json", "The request is invalid."),
        (ErrorFamily::EntityNotFound, 404, "application/json", "Not Found"),
        (ErrorFamily::Udt, 400, "application/json", "{\"error\":[\"Invalid Row Uid!\"]}"),
        (ErrorFamily::UdtNumber, 400, "application/json", "4001"),
        (ErrorFamily::UdtText, 400, "text/plain", "Incompatible table for bulk insert"),
        (ErrorFamily::Interactive, 404, "application/json", "{\"error\":\"Session not found or expired\"}"),
        (ErrorFamily::Empty, 500, "", ""),
        (ErrorFamily::Html, 404, "text/html", "404 - File or directory not found"),
        (ErrorFamily::HtmlRedirect, 307, "text/html", "Object Moved"),
        (ErrorFamily::Xml, 200, "application/xml", "schemas.datacontract.org"),
        (ErrorFamily::BadGateway, 502, "text/html", "502"),
        (ErrorFamily::Unavailable, 503, "text/html", "Service Unavailable"),
        (ErrorFamily::GatewayTimeout, 504, "text/html", "504"),
    ] {
        p21.sandbox.queue_fault(QueuedFault::next(Fault::Answer(family)));
        let answer = p21.get("/api/v2/services").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{family}");
        let found = answer.headers().get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
        assert!(found.starts_with(media_type), "{family}: {found}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(part) && (part.is_empty() == text.is_empty()), "{family}: {text}");
        assert_eq!(p21.get("/api/v2/services").send().await.unwrap().status(), StatusCode::OK, "only once");
    }
    assert_eq!(ErrorFamily::ALL.len(), 19);
}

#[tokio::test]
async fn a_fault_waits_for_the_request_it_means() {
    let p21 = p21().await;
    let fault = QueuedFault::next(Fault::Answer(ErrorFamily::Empty)).method("POST").path("/transaction").times(2);
    p21.sandbox.queue_fault(fault);
    assert_eq!(p21.get("/api/v2/services").send().await.unwrap().status(), StatusCode::OK);
    // Nor what lies below the path.
    let blank = json!({"ServiceName": "Order", "TransactionStates": []});
    let read = p21.post("/api/v2/transaction/get").json(&blank).send().await.unwrap();
    assert_eq!(read.status(), StatusCode::OK);
    for _ in 0..2 {
        assert_eq!(p21.send(&one_order()).await, (StatusCode::INTERNAL_SERVER_ERROR, String::new()));
    }
    p21.passes(&one_order()).await;
    assert!(is_stored(&p21, "1000001").await && !is_stored(&p21, "1000002").await);
}

#[tokio::test]
async fn faults_can_wait_from_the_start() {
    let p21 = with(|faults| {
        faults.queue.push(QueuedFault::next(Fault::Answer(ErrorFamily::Html)).path("/services"));
    })
    .await;
    assert_eq!(p21.get("/api/v2/services").send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(p21.get("/api/v2/services").send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn errors_and_session_pool_check_12_proxies_fail_before_and_after_the_work() {
    for (fault, stored) in [
        (Fault::Answer(ErrorFamily::BadGateway), false),
        (Fault::AnswerAfter(ErrorFamily::BadGateway), true),
        (Fault::Answer(ErrorFamily::Unavailable), false),
        (Fault::AnswerAfter(ErrorFamily::GatewayTimeout), true),
    ] {
        let p21 = p21().await;
        p21.sandbox.queue_fault(QueuedFault::next(fault.clone()));
        let (status, _) = p21.send(&one_order()).await;
        assert!(status.as_u16() >= 502, "{fault}");
        assert_eq!(is_stored(&p21, "1000001").await, stored, "{fault}");
    }
}

#[tokio::test]
async fn errors_and_session_pool_check_12_a_write_can_be_stored_while_its_connection_breaks() {
    for (fault, stored) in [(Fault::Drop, false), (Fault::DropAfter, true)] {
        let p21 = p21().await;
        p21.sandbox.queue_fault(QueuedFault::next(fault.clone()));
        let error = p21.post("/api/v2/transaction").json(&one_order()).send().await.unwrap_err();
        assert!(error.is_request() && !error.is_connect() && error.status().is_none(), "{error:?}");
        assert_eq!(is_stored(&p21, "1000001").await, stored, "{fault}");
        p21.passes(&one_order()).await;
    }
}

#[tokio::test]
async fn errors_and_session_pool_check_12_answers_can_be_slow() {
    let p21 = p21().await;
    p21.sandbox.queue_fault(QueuedFault::next(Fault::Slow(Duration::from_millis(2_000))));
    let request = p21.post("/api/v2/transaction").timeout(Duration::from_millis(1_000)).json(&one_order());
    assert!(request.send().await.unwrap_err().is_timeout());
    assert!(is_stored(&p21, "1000001").await, "slow is not lost");
}

#[tokio::test]
async fn chance_repeats_with_its_seed() {
    let series = async |seed, faults: &str| {
        let faults = faults.parse().unwrap();
        let p21 = p21_with(|builder| {
            builder.configure(|config| {
                config.random_seed = seed;
                config.faults.chances = faults;
            })
        })
        .await;
        let mut series = Vec::new();
        for _ in 0..80 {
            let answer = p21.get("/api/v2/services").send().await;
            series.push(answer.map_or(0, |answer| answer.status().as_u16()));
        }
        series
    };
    let first = series(7, "empty500=0.2,drop=0.1").await;
    assert!(first.contains(&500) && first.contains(&0) && first.contains(&200), "{first:?}");
    assert_eq!(series(7, "empty500=0.2,drop=0.1").await, first);
    assert_ne!(series(8, "empty500=0.2,drop=0.1").await, first);
}

#[tokio::test]
async fn logins_are_spared_by_chance() {
    let p21 = with(|faults| faults.chances = "503=1".parse().unwrap()).await;
    assert!(!p21.token.is_empty());
    assert_eq!(p21.get("/api/v2/services").send().await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_fixed_latency_is_the_least_an_answer_takes() {
    let p21 = with(|faults| faults.latency = Latency::Fixed(Duration::from_millis(60))).await;
    let started = Instant::now();
    p21.passes(&one_order()).await;
    p21.get("/api/v2/services").send().await.unwrap();
    assert!(started.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn a_query_takes_its_documented_time() {
    let p21 = with(|faults| faults.latency = Latency::Documented).await;
    let started = Instant::now();
    let url = format!("{}/odataservice/odata/table/price_page", p21.sandbox.url());
    assert_eq!(p21.client.get(url).bearer_auth(&p21.token).send().await.unwrap().status(), StatusCode::OK);
    assert!(started.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn a_transaction_takes_its_documented_time_while_it_holds_a_session() {
    let p21 = p21_with(|builder| {
        builder.configure(|config| {
            config.faults.latency = Latency::Documented;
            config.pool.size = 2;
        })
    })
    .await;
    let started = Instant::now();
    let order = one_order();
    let (one, two, three) = tokio::join!(p21.passes(&order), p21.passes(&order), p21.passes(&order));
    drop((one, two, three));
    // Two sessions: the third transaction waits for one of them.
    assert!(started.elapsed() >= Duration::from_millis(360), "{:?}", started.elapsed());
}
