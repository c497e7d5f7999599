//! Asynchronous transactions: queued, polled, called back.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::routing::any;
use p21_sandbox::{SandboxBuilder, ServerVersion};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;
use tokio::sync::mpsc;

const ASYNC: &str = "/api/v2/transaction/async";

fn valid() -> Value {
    let line = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]]);
    set("Order", [vec![order_header(), line]])
}

fn invalid() -> Value {
    set("Order", [vec![order_header_with(&[], &[("company_id", "ACME")])]])
}

impl P21 {
    async fn submit(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let (status, text) = text_of(self.post(path).json(body).send().await.unwrap()).await;
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    async fn job(&self, id: &Value) -> Value {
        let answer = self.get(&format!("{ASYNC}?id={}", id.as_str().unwrap())).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    /// Asks until the job looks as wanted.
    async fn job_when(&self, id: &Value, wanted: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..500 {
            let job = self.job(id).await;
            if wanted(&job) {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the job never got there: {}", self.job(id).await);
    }

    async fn finished(&self, id: &Value) -> Value {
        self.job_when(id, |job| !job["CompletedDate"].is_null()).await
    }
}

#[tokio::test]
async fn transaction_api_check_54_an_invalid_set_is_queued_and_completed_on_26_1() {
    let p21 = p21_26().await;
    let (status, receipt) = p21.submit(ASYNC, &invalid()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&receipt["Status"], &receipt["RequestType"], &receipt["Key"]),
        (&json!(3), &json!("V2 Transaction"), &json!("N/A"))
    );
    assert!(receipt["Messages"].is_null() && receipt["CompletedDate"].is_null() && receipt["CallbackResult"].is_null());
    let started = receipt["StartDate"].as_str().unwrap();
    assert!(started.parse::<jiff::Timestamp>().is_ok(), "{started} has an offset");
    let job = p21.finished(&receipt["RequestId"]).await;
    assert_eq!(job["Status"], 2, "there is no failed state");
    let completed = job["CompletedDate"].as_str().unwrap();
    assert!(completed.parse::<jiff::Timestamp>().is_err() && completed.parse::<jiff::civil::DateTime>().is_ok());
    for moment in [started, completed] {
        let fraction = moment.split_once('.').map_or("", |(_, rest)| rest.split(['+', '-', 'Z']).next().unwrap());
        assert!(fraction.len() <= 3, "{moment}: P21's fractions have up to three digits");
    }
    let inner: Value = serde_json::from_str(job["Messages"].as_str().unwrap()).unwrap();
    assert_eq!(summary(&inner), (0, 1));
    assert_eq!(messages(&inner), ["Transaction 1:: General Exception: Column is disabled: company_id"]);
}

#[tokio::test]
async fn transaction_api_check_54_the_form_before_26_1_has_words() {
    let p21 = p21().await;
    let (status, receipt) = p21.submit(ASYNC, &valid()).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(receipt, json!({"RequestId": receipt["RequestId"], "Status": "Active"}));
    assert_eq!(p21.finished(&receipt["RequestId"]).await["Status"], "Complete");
    let (status, receipt) = p21.submit(ASYNC, &invalid()).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let job = p21.finished(&receipt["RequestId"]).await;
    assert_eq!(job["Status"], "Failed");
    assert_eq!(job["Messages"], "Transaction 1:: General Exception: Column is disabled: company_id");
}

#[tokio::test]
async fn what_a_job_stores_is_there() {
    let p21 = p21_26().await;
    let (_, receipt) = p21.submit(ASYNC, &valid()).await;
    let job = p21.finished(&receipt["RequestId"]).await;
    let inner: Value = serde_json::from_str(job["Messages"].as_str().unwrap()).unwrap();
    let number = value(&inner["Results"]["Transactions"][0], "TABPAGE_1.order", "order_no");
    assert_eq!(column(&p21.read_order(&number).await, ITEMS, "unit_quantity"), ["5"]);
}

fn slow(builder: SandboxBuilder) -> SandboxBuilder {
    builder
        .p21_version(ServerVersion::v26_1())
        .configure(|config| config.asynchronous.duration = Duration::from_millis(600))
}

#[tokio::test]
async fn transaction_api_check_55_a_third_job_waits_for_one_of_two_slots() {
    let p21 = p21_with(slow).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(p21.submit(ASYNC, &valid()).await.1["RequestId"].clone());
    }
    p21.finished(&ids[0]).await;
    p21.finished(&ids[1]).await;
    assert_eq!(p21.job(&ids[2]).await["Status"], 3, "it has only now got a slot");
    let ends: Vec<String> = {
        let mut ends = Vec::new();
        for id in &ids {
            ends.push(p21.finished(id).await["CompletedDate"].as_str().unwrap().to_owned());
        }
        ends
    };
    let time = |text: &String| text.parse::<jiff::civil::DateTime>().unwrap();
    let gap = time(&ends[2]).since(time(&ends[0]).max(time(&ends[1]))).unwrap();
    assert!(gap.total(jiff::Unit::Millisecond).unwrap() > 300.0, "{ends:?}");
}

#[tokio::test]
async fn transaction_api_check_55_nothing_cancels() {
    let p21 = p21_26().await;
    let id = p21.submit(ASYNC, &valid()).await.1["RequestId"].as_str().unwrap().to_owned();
    let send = async |method: Method, path: String| {
        let url = format!("{}{path}", p21.sandbox.ui_url());
        p21.client.request(method, url).bearer_auth(&p21.token).send().await.unwrap().status().as_u16()
    };
    assert_eq!(send(Method::DELETE, format!("{ASYNC}/{id}")).await, 404);
    assert_eq!(send(Method::DELETE, format!("/api/v2/transaction/{id}")).await, 404);
    assert_eq!(send(Method::POST, format!("{ASYNC}/cancel")).await, 404);
    assert_eq!(send(Method::DELETE, ASYNC.to_owned()).await, 405);
    let url = format!("{}{ASYNC}/{id}", p21.sandbox.ui_url());
    let in_xml = p21.client.delete(url).bearer_auth(&p21.token).header("Accept", "application/xml");
    assert_eq!(in_xml.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn ids_that_nobody_has_are_not_found() {
    let p21 = p21_26().await;
    for id in ["", "1", "no-guid", "3f0f2c5e-0000-4000-8000-000000000000"] {
        assert_eq!(p21.get(&format!("{ASYNC}?id={id}")).send().await.unwrap().status(), 404, "{id}");
    }
    assert_eq!(p21.get(ASYNC).send().await.unwrap().status(), 400);
    assert_eq!(p21.submit(ASYNC, &set("NoSuchService", [vec![]])).await.0, 500);
}

struct Received {
    method: Method,
    headers: HeaderMap,
    body: String,
}

/// Takes callbacks; `/refuse` answers 500, `/moved` redirects, `/slow` takes its time.
async fn listener() -> (String, mpsc::Receiver<Received>) {
    let (sender, receiver) = mpsc::channel(8);
    let take = async |State(sender): State<mpsc::Sender<Received>>, method: Method, headers: HeaderMap, body: Bytes| {
        let body = String::from_utf8(body.to_vec()).unwrap();
        sender.send(Received { method, headers, body }).await.unwrap();
    };
    let slow = async || tokio::time::sleep(Duration::from_secs(30)).await;
    let app = Router::new()
        .route("/take", any(take))
        .route("/refuse", any(async || StatusCode::INTERNAL_SERVER_ERROR))
        .route("/moved", any(async || (StatusCode::FOUND, [("location", "/take")])))
        .route("/slow", any(slow))
        .with_state(sender);
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(socket, app).await.unwrap() });
    (url, receiver)
}

fn with_callback(content: Value, callback: &Value) -> Value {
    json!({"Content": content, "Callback": callback})
}

const CALLBACK: &str = "/api/v2/transaction/async/callback";

#[tokio::test]
async fn transaction_api_check_56_the_listener_gets_the_request_and_the_status_says_so() {
    let p21 = p21_26().await;
    let (url, mut received) = listener().await;
    let callback = json!({"Url": format!("{url}/take"), "Method": "POST", "ContentType": "application/json",
        "Headers": [{"Name": "X-Key", "Value": "s3"}, {"Name": "Host", "Value": "elsewhere"}]});
    let (status, receipt) = p21.submit(CALLBACK, &with_callback(valid(), &callback)).await;
    assert_eq!((status, &receipt["CallbackResult"]), (StatusCode::OK, &Value::Null));
    let call = received.recv().await.unwrap();
    assert_eq!((call.method, call.headers["x-key"].to_str().unwrap()), (Method::POST, "s3"));
    assert!(call.headers["content-type"].to_str().unwrap().starts_with("application/json"));
    let body: Value = serde_json::from_str(&call.body).unwrap();
    assert_eq!((&body["RequestId"], &body["Status"]), (&receipt["RequestId"], &json!(2)));
    let inner: Value = serde_json::from_str(body["Messages"].as_str().unwrap()).unwrap();
    assert_eq!(summary(&inner), (1, 0));
    let job = p21.job_when(&receipt["RequestId"], |job| !job["CallbackResult"].is_null()).await;
    assert_eq!(job["CallbackResult"], "Success : 200 (OK)");
}

#[tokio::test]
async fn transaction_api_check_56_in_xml_too() {
    let p21 = p21().await;
    let (url, mut received) = listener().await;
    let callback = json!({"Url": format!("{url}/take"), "Method": "PUT", "ContentType": "xml", "Headers": []});
    let (status, receipt) = p21.submit(CALLBACK, &with_callback(valid(), &callback)).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let call = received.recv().await.unwrap();
    assert_eq!(call.method, Method::PUT);
    assert!(call.headers["content-type"].to_str().unwrap().starts_with("application/xml"));
    let id = receipt["RequestId"].as_str().unwrap();
    for part in ["<AsyncRequest xmlns=", &format!("<RequestId>{id}</RequestId>"), "<Status>Complete</Status>"] {
        assert!(call.body.contains(part), "{part} in {}", call.body);
    }
}

#[tokio::test]
async fn callbacks_that_fail_leave_the_job_as_it_is() {
    let p21 = p21_with(|builder| {
        builder.configure(|config| config.asynchronous.callback_timeout = Duration::from_millis(300))
    })
    .await;
    let (url, _received) = listener().await;
    for (address, result) in [
        (format!("{url}/refuse"), "Failure : 500 (Internal Server Error)"),
        (format!("{url}/moved"), "Failure : 302 (Found)"),
        (format!("{url}/slow"), "Failure : the receiver took too long"),
        ("http://127.0.0.1:1/".to_owned(), "Failure : the receiver can't be reached"),
        ("file:///etc/passwd".to_owned(), "Failure : only http and https addresses are called"),
        ("nowhere".to_owned(), "Failure : the callback's Url is no address"),
    ] {
        let (_, receipt) = p21.submit(CALLBACK, &with_callback(valid(), &json!({"Url": address}))).await;
        let job = p21.job_when(&receipt["RequestId"], |job| !job["CallbackResult"].is_null()).await;
        assert_eq!((&job["CallbackResult"], &job["Status"]), (&json!(result), &json!("Complete")));
    }
    for body in [json!({"Content": valid()}), json!({"Callback": {"Url": url}}), json!({})] {
        assert_eq!(p21.submit(CALLBACK, &body).await.0, StatusCode::BAD_REQUEST, "{body}");
    }
}

#[tokio::test]
async fn stopping_does_not_wait_for_jobs() {
    let p21 =
        p21_with(|builder| builder.configure(|config| config.asynchronous.duration = Duration::from_secs(600))).await;
    p21.submit(ASYNC, &valid()).await;
    tokio::time::timeout(Duration::from_secs(5), p21.sandbox.stop()).await.unwrap();
}
