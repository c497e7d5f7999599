//! Connections that a client keeps: an answer given before the body was read must not break the request after it.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::{Chances, ErrorFamily, Fault, QueuedFault};
use reqwest::{Client, StatusCode};
use support::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A client that keeps one connection, or none.
fn keeping(connections: usize) -> Client {
    drop(client()); // the provider for TLS is set up there
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .pool_max_idle_per_host(connections)
        .build()
        .unwrap()
}

const SIZES: [usize; 6] = [0, 1, 900, 70_000, 600_000, 3_000_000];

/// A body that is JSON, and of a size.
fn body(size: usize) -> String {
    format!("{{\"Name\":\"Order\",\"Description\":\"{}\",\"Transactions\":[]}}", "x".repeat(size))
}

/// The kinds of answers that come before the body is read, and one that reads it: method, path, with token, status.
const BEFORE: [(&str, &str, bool, u16); 8] = [
    ("POST", "/uiserver0/api/v2/transaction", false, 401),
    ("POST", "/uiserver0/api/v2/no-such-path", true, 404),
    ("POST", "/no-such-path", false, 404),
    ("POST", "/uiserver0/api/v2/services", true, 405),
    ("DELETE", "/uiserver0/api/v2/transaction/async", true, 405),
    ("PUT", "/uiserver0/ui/full/v2/data/data", true, 501),
    ("POST", "/api/entity/customers", true, 501),
    ("POST", "/uiserver0/api/v2/transaction", true, 200),
];

#[tokio::test]
async fn no_answer_breaks_the_request_after_it() {
    let p21 = p21().await;
    let client = keeping(1);
    for number in 0..400_usize {
        let (method, path, token, mut expected) = BEFORE[number % BEFORE.len()];
        if number % 5 == 4 {
            p21.sandbox.queue_fault(QueuedFault::next(Fault::Answer(ErrorFamily::BadGateway)));
            expected = 502;
        }
        let url = format!("{}{path}", p21.sandbox.url());
        let request = client.request(method.parse().unwrap(), url).header("content-type", "application/json");
        let request = request.header("accept", "application/json").body(body(SIZES[number % SIZES.len()]));
        let request = if token { request.bearer_auth(&p21.token) } else { request };
        let answer = request.send().await.unwrap_or_else(|error| panic!("request {number} ({path}): {error:?}"));
        assert_eq!(answer.status().as_u16(), expected, "request {number} ({path})");
        answer.bytes().await.unwrap();
    }
}

/// What a run of requests is answered with.
async fn met(seed: u64, connections: usize) -> Vec<u16> {
    let chances: Chances = "503=0.2,commit-502=0.2,I=0.1".parse().unwrap();
    let p21 = p21_with(|builder| {
        builder.configure(|config| {
            config.random_seed = seed;
            config.faults.chances = chances;
        })
    })
    .await;
    let client = keeping(connections);
    let mut statuses = Vec::new();
    for number in 0..120_usize {
        let (method, path, token, _) = BEFORE[number % BEFORE.len()];
        let url = format!("{}{path}", p21.sandbox.url());
        let request = client.request(method.parse().unwrap(), url).header("content-type", "application/json");
        let request = request.header("accept", "application/json").body(body(SIZES[number % 5]));
        let request = if token { request.bearer_auth(&p21.token) } else { request };
        let answer = request.send().await.unwrap();
        statuses.push(answer.status().as_u16());
        answer.bytes().await.unwrap();
    }
    statuses
}

#[tokio::test]
async fn the_same_seed_brings_the_same_faults_on_kept_connections_too() {
    let fresh = met(11, 0).await;
    assert!(fresh.contains(&503) && fresh.contains(&502) && fresh.contains(&500) && fresh.contains(&200), "{fresh:?}");
    assert_eq!(met(11, 1).await, fresh);
    assert_eq!(met(11, 1).await, fresh);
    assert_ne!(met(12, 1).await, fresh);
}

/// What a raw request is answered with, up to the end of the headers.
async fn head(p21: &P21, request: &str) -> String {
    let address = p21.sandbox.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(request.replace("HOST", &address).as_bytes()).await.unwrap();
    let mut read = Vec::new();
    let mut buffer = [0; 1024];
    while !read.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "the connection ended: {}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8_lossy(&read).to_ascii_lowercase()
}

#[tokio::test]
async fn a_body_that_is_not_read_ends_the_connection_and_says_so() {
    let p21 = p21_with(|builder| builder.configure(|config| config.max_body = 100_000)).await;
    // Far more than is taken: it is not read at all.
    let huge = "POST /no-such-path HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9000000000\r\n\r\nabc";
    let answer = head(&p21, huge).await;
    assert!(answer.starts_with("http/1.1 404") && answer.contains("connection: close"), "{answer}");
    // Nothing of it is on its way: asking for it would only be to throw it away.
    let asks = "POST /no-such-path HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n";
    let answer = head(&p21, asks).await;
    assert!(answer.starts_with("http/1.1 404") && answer.contains("connection: close"), "{answer}");
    let small = "POST /no-such-path HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\n\r\nabc";
    let answer = head(&p21, small).await;
    assert!(answer.starts_with("http/1.1 404") && !answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_the_next_request_goes_through() {
    let p21 = p21_with(|builder| builder.configure(|config| config.max_body = 100_000)).await;
    let client = keeping(1);
    for size in [150_000, 10, 150_000, 10] {
        let url = format!("{}/api/v2/transaction", p21.sandbox.ui_url());
        let request = client.post(url).bearer_auth(&p21.token).header("content-type", "application/json");
        let status = request.header("accept", "application/json").body(body(size)).send().await.unwrap().status();
        let expected = if size > 100_000 { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::OK };
        assert_eq!(status, expected, "{size}");
    }
}
