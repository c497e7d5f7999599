//! What the client costs over bare reqwest: the same bytes, to the same server, in one run.
//!
//! `cargo bench -p p21-client --bench overhead` prints first what interleaved pairs of calls took, since a machine's
//! speed drifts more between two benchmarks than the two differ; then divan's own table. The budget is 5 %.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use bytes::Bytes;
use divan::Bencher;
use p21_client::{Client, Credentials, Method};
use p21_model::definition::ElementKind;
use p21_model::payload::{DataElement, Edit, Row, Transaction, TransactionSet, TransactionStateRequest};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use tokio::runtime::Runtime;

/// Pairs of calls, one after the other.
const PAIRS: usize = 4_000;

fn main() {
    pairs();
    divan::main();
}

const SMALL: &str = "/api/v2/services";
const LARGE: &str = "/api/v2/transaction/get";

struct Bench {
    runtime: Runtime,
    client: Client,
    bare: reqwest::Client,
    base: String,
}

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let base = serve();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = Client::builder(&base).credentials(Credentials::password("u", "p")).ui_url(&base);
    let client = client.build().expect("a client");
    runtime.block_on(client.services()).expect("a login");
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer bench-token"));
    let bare = reqwest::Client::builder()
        .no_proxy()
        .user_agent(concat!("p21-client/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers);
    Bench { runtime, client, bare: bare.build().expect("a client"), base }
});

/// A server in a thread of its own.
fn serve() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a listener");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let json = |body: Bytes| ([(CONTENT_TYPE, "application/json")], body).into_response();
    let (token, small, large) = (
        Bytes::from_static(br#"{"AccessToken":"bench-token","ExpiresInSeconds":86400}"#),
        Bytes::from_static(br#"["Order","Item"]"#),
        Bytes::from(serde_json::to_vec(&record()).expect("JSON")),
    );
    let app = Router::new()
        .route("/api/security/token/v2", post(move || async move { json(token) }))
        .route(SMALL, get(move || async move { json(small) }))
        .route(LARGE, post(move || async move { json(large) }));
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, app).await.expect("a server");
        });
    });
    base
}

/// About 300 KB: what P21 answers for an order.
fn record() -> TransactionSet {
    let edit = |field: usize| Edit::new(format!("field_name_{field}"), format!("value {field}"));
    let element = |index: usize| {
        let rows = vec![Row::new((0..64).map(edit))];
        DataElement::new(format!("TABPAGE_{index}.datawindow"), ElementKind::List, rows)
    };
    TransactionSet::new("Order", vec![Transaction::new((0..102).map(element).collect())])
}

fn wanted() -> TransactionStateRequest {
    TransactionStateRequest::new("Order", vec![Default::default()])
}

impl Bench {
    async fn bare_small(&self) -> Vec<String> {
        let answer = self.bare.get(format!("{}{SMALL}", self.base)).send().await.expect("an answer");
        serde_json::from_slice(&answer.error_for_status().expect("200").bytes().await.expect("a body")).expect("JSON")
    }

    async fn client_small(&self) -> Vec<String> {
        let answer = self.client.request(Method::GET, SMALL).send().await.expect("an answer");
        answer.json().expect("JSON")
    }

    async fn bare_large(&self) -> TransactionSet {
        let request = self.bare.post(format!("{}{LARGE}", self.base));
        let answer = request.body(serde_json::to_vec(&wanted()).expect("JSON")).send().await.expect("an answer");
        serde_json::from_slice(&answer.error_for_status().expect("200").bytes().await.expect("a body")).expect("JSON")
    }

    async fn client_large(&self) -> TransactionSet {
        self.client.get_raw(&wanted()).await.expect("a record")
    }
}

/// Medians of calls that take turns, so that both meet the same machine.
fn pairs() {
    let bench = &*BENCH;
    println!("interleaved pairs         bare reqwest      client   overhead");
    for (name, large) in [("small answer", false), ("a record of 300 KB", true)] {
        let count = if large { PAIRS / 8 } else { PAIRS };
        let (mut bare, mut client) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for pair in 0..count {
            // Whoever goes first finds colder caches.
            for turn in 0..2 {
                let start = Instant::now();
                let is_bare = (pair + turn) % 2 == 0;
                bench.runtime.block_on(async {
                    match (is_bare, large) {
                        (true, false) => drop(divan::black_box(bench.bare_small().await)),
                        (false, false) => drop(divan::black_box(bench.client_small().await)),
                        (true, true) => drop(divan::black_box(bench.bare_large().await)),
                        (false, true) => drop(divan::black_box(bench.client_large().await)),
                    }
                });
                if is_bare { &mut bare } else { &mut client }.push(start.elapsed());
            }
        }
        let (bare, client) = (median(bare), median(client));
        let overhead = client.as_secs_f64() / bare.as_secs_f64() * 100.0 - 100.0;
        println!("{name:<22} {:>12.1} µs {:>8.1} µs   {overhead:>+6.1} %", micros(bare), micros(client));
    }
    println!();
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[divan::bench_group(sample_count = 500)]
mod small {
    use super::*;

    #[divan::bench]
    fn bare_reqwest(bencher: Bencher<'_, '_>) {
        bencher.bench_local(|| BENCH.runtime.block_on(BENCH.bare_small()));
    }

    #[divan::bench]
    fn client(bencher: Bencher<'_, '_>) {
        bencher.bench_local(|| BENCH.runtime.block_on(BENCH.client_small()));
    }
}

#[divan::bench_group(sample_count = 100)]
mod record_of_300_kb {
    use super::*;

    #[divan::bench]
    fn bare_reqwest(bencher: Bencher<'_, '_>) {
        bencher.bench_local(|| BENCH.runtime.block_on(BENCH.bare_large()));
    }

    #[divan::bench]
    fn client(bencher: Bencher<'_, '_>) {
        bencher.bench_local(|| BENCH.runtime.block_on(BENCH.client_large()));
    }
}
