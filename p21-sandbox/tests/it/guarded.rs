//! What the sandbox doesn't do for just anybody, and what it goes by: names of hosts, callbacks, bounds, the clock.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use std::io::{Read as _, Write as _};
use std::time::Duration;

use p21_sandbox::Clock;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{self, *};

const SERVICES: &str = "/api/v2/services";

async fn asked_as(p21: &P21, host: &str) -> StatusCode {
    p21.get(SERVICES).header("host", host).send().await.unwrap().status()
}

#[tokio::test]
async fn a_name_that_dns_resolves_to_this_machine_is_refused_everywhere() {
    let p21 = p21_with(|builder| builder.configure(|config| config.admin = true)).await;
    for host in ["evil.example", "evil.example:2100", "127.0.0.1.evil.example", "localhost.evil.example:80", "x"] {
        assert_eq!(asked_as(&p21, host).await, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    let url = p21.sandbox.url();
    for path in
        ["/api/security/token/v2", "/api/ui/router/v1/", "/odataservice/odata/table/oe_hdr", "/_sandbox/state", "/none"]
    {
        let answer = p21.client.get(format!("{url}{path}")).header("host", "evil.example").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{path}");
        assert!(answer.text().await.unwrap().contains("--allow-host"), "{path}");
    }
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1:9", "[::1]:2100", "192.168.1.5:2100"] {
        assert_eq!(asked_as(&p21, host).await, StatusCode::OK, "{host}");
    }
    let told = p21_with(|builder| builder.configure(|config| config.host_names = vec!["p21.test".to_owned()])).await;
    assert_eq!(asked_as(&told, "P21.test:80").await, StatusCode::OK);
    assert_eq!(asked_as(&told, "evil.example").await, StatusCode::MISDIRECTED_REQUEST);
}

/// The status that raw bytes are answered with, to the path whose answer tells least.
fn raw(address: &str, head: &str) -> u16 {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(format!("{head}\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap().parse().unwrap()
}

/// What an HTTP library would never send: 421 is the guard's own answer, 400 the server's, 401 is what lies behind them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_missing_twice_there_or_oddly_spelt_is_never_let_through() {
    let p21 = p21().await;
    let address = p21.sandbox.url().strip_prefix("http://").unwrap().to_owned();
    let path = "/uiserver0/api/v2/services";
    let ask = async |head: String| {
        let address = address.clone();
        tokio::task::spawn_blocking(move || raw(&address, &head)).await.unwrap()
    };
    let with = |hosts: &[&str]| {
        let hosts: Vec<String> = hosts.iter().map(|host| format!("\r\nHost: {host}")).collect();
        format!("GET {path} HTTP/1.1{}", hosts.concat())
    };
    for host in
        ["localhost", "LOCALHOST.", "localhost:", "127.0.0.1:99999", "[::1]", "[::1]:2100", "[0:0:0:0:0:0:0:1]:1"]
    {
        assert_eq!(ask(with(&[host])).await, 401, "{host}");
    }
    for host in [
        "",
        ".",
        ":",
        ":80",
        "localhost..",
        "localhost .evil.example",
        "localhost@evil.example",
        "evil.example#localhost",
        "evil.example:localhost",
        "localhost:80:evil.example",
        "[::1",
        "::1",
        "[::1]evil.example",
        "[::1].evil.example",
        "[localhost]",
        "127.1",
        "0177.0.0.1",
        "0x7f000001",
        "2130706433",
        "127.0.0.1.",
        "xn--lcalhost-54a",
        "localhost/evil.example",
        "evil.example\tlocalhost",
        "localhost, evil.example",
        "\"localhost\"",
    ] {
        let status = ask(with(&[host])).await;
        // A dot behind an address is the same address.
        assert!(matches!(status, 400 | 421) || (host == "127.0.0.1." && status == 401), "{host:?}: {status}");
    }
    for heads in [
        format!("GET {path} HTTP/1.1"),
        format!("GET {path} HTTP/1.0"),
        with(&["localhost", "evil.example"]),
        with(&["evil.example", "localhost"]),
        with(&["localhost", "localhost"]),
        format!(
            "GET {path} HTTP/1.1\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\nHost: evil.example"
        ),
    ] {
        let status = ask(heads.clone()).await;
        assert!(matches!(status, 400 | 421), "{heads:?}: {status}");
    }
}

/// What became of a callback to an address.
async fn called(p21: &P21, url: &str) -> String {
    let body = json!({"Content": set("Order", [vec![order_header()]]), "Callback": {"Url": url, "Method": "POST"}});
    let answer = p21.post("/api/v2/transaction/async/callback").json(&body).send().await.unwrap();
    let queued: Value = answer.json().await.unwrap();
    let id = queued["RequestId"].as_str().unwrap();
    for _ in 0..500 {
        let status = p21.get(&format!("/api/v2/transaction/async?id={id}")).send().await.unwrap();
        let status: Value = status.json().await.unwrap();
        if let Some(result) = status["CallbackResult"].as_str() {
            return result.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no callback was made");
}

#[tokio::test]
async fn callbacks_go_to_this_machine_unless_told_otherwise() {
    let careful = p21_26().await;
    for url in ["http://169.254.169.254/latest", "https://example.invalid/", "http://0.0.0.0:1/"] {
        assert!(called(&careful, url).await.contains("--callbacks-anywhere"), "{url}");
    }
    let here = format!("{}/none", careful.sandbox.url());
    assert!(called(&careful, &here).await.contains("404"), "{here}");
    let told = p21_with(|builder| {
        let builder = builder.p21_version(p21_sandbox::ServerVersion::v26_1());
        builder.configure(|config| config.asynchronous.callbacks_anywhere = true)
    })
    .await;
    let result = called(&told, "http://callbacks.invalid/").await;
    assert!(result.contains("can't be reached"), "{result}");
}

#[tokio::test]
async fn a_read_has_a_bounded_number_of_states() {
    let p21 = p21().await;
    let read = async |count: usize| {
        let states = vec![state("TABPAGE_1.order", &[("order_no", "1")]); count];
        let request = json!({"ServiceName": "Order", "TransactionStates": states});
        let answer = p21.post("/api/v2/transaction/get").json(&request).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    assert_eq!(read(1_000).await.0, StatusCode::OK);
    for count in [1_001, 20_000] {
        let (status, text) = read(count).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(text.contains(&format!("{count} states are more than the 1000")), "{text}");
    }
}

#[tokio::test]
async fn one_clock_rules_tokens_days_and_the_queue() {
    let clock = Clock::default();
    let day = Duration::from_secs(86_400);
    let p21 = p21_with(|builder| {
        builder.clock(clock.clone()).configure(|config| {
            config.admin = true;
            config.asynchronous.duration = day;
        })
    })
    .await;
    assert_eq!((clock.today(), p21.sandbox.clock().today()), (support::TODAY, support::TODAY));

    let answer =
        p21.post("/api/v2/transaction/async").json(&set("Order", [vec![order_header()]])).send().await.unwrap();
    let queued: Value = answer.json().await.unwrap();
    let path = format!("/api/v2/transaction/async?id={}", queued["RequestId"].as_str().unwrap());
    let status = async |p21: &P21| -> Value { p21.get(&path).send().await.unwrap().json().await.unwrap() };
    assert_eq!(status(&p21).await["Status"], "Active");

    // The lever does what the builder's clock does.
    let url = format!("{}/_sandbox/clock", p21.sandbox.url());
    let moved = p21.client.post(&url).json(&json!({"advance_seconds": 80_000})).send().await.unwrap();
    assert_eq!(moved.status(), StatusCode::OK);
    assert_eq!(clock.today(), support::TODAY.tomorrow().unwrap());
    assert_eq!(status(&p21).await["Status"], "Active", "a day has not passed");

    clock.advance(Duration::from_secs(6_500));
    assert_eq!(p21.get(SERVICES).send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "tokens live a day");
    let login = json!({"username": "sandbox", "password": "sandbox"});
    let token = p21.client.post(format!("{}/api/security/token/v2", p21.sandbox.url())).json(&login);
    let token: Value = token.send().await.unwrap().json().await.unwrap();
    let p21 = P21 { token: token["AccessToken"].as_str().unwrap().to_owned(), ..p21 };
    for _ in 0..500 {
        if status(&p21).await["Status"] != "Active" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_ne!(status(&p21).await["Status"], "Active", "a day has passed in the queue");

    let to = p21.client.post(&url).json(&json!({"now": "2031-06-15T12:00:00Z"})).send().await.unwrap();
    assert_eq!(to.status(), StatusCode::OK);
    assert_eq!(clock.today().year(), 2031);
    let wrong = p21.client.post(&url).json(&json!({"now": "soon"})).send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
}
