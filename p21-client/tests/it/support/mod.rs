//! A server that answers like P21 where a test doesn't say otherwise, and remembers what it was asked.
#![allow(dead_code, reason = "every test uses a part of it")]

pub(crate) mod contract;
pub(crate) mod job;
pub(crate) mod log;
pub(crate) mod odata;
pub(crate) mod report;
mod window;
pub(crate) mod windows;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use p21_client::{Client, ClientBuilder, Credentials, Retry};
use serde_json::Value;

pub(crate) const TOKEN_PATH: &str = "/api/security/token/v2";
pub(crate) const ROUTER_PATH: &str = "/api/ui/router/v1/";
pub(crate) const SERVICES_PATH: &str = "/uiserver0/api/v2/services";
pub(crate) const TRANSACTION_PATH: &str = "/uiserver0/api/v2/transaction";
pub(crate) const PASSWORD: &str = "s3cret-passw0rd";

/// A request that came in.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// How often this path was asked for before.
    pub(crate) earlier: usize,
    /// The server's own address.
    pub(crate) url: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What a test's server answers.
type Script = dyn Fn(&Seen) -> Option<Reply> + Send + Sync;

/// An answer, possibly after a while.
pub(crate) struct Reply {
    pub(crate) after: Duration,
    pub(crate) response: Response,
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self { after: Duration::ZERO, response }
    }
}

pub(crate) fn answer(status: u16, content_type: &str, body: impl Into<Body>) -> Reply {
    Response::builder().status(status).header("content-type", content_type).body(body.into()).unwrap().into()
}

pub(crate) fn json(status: u16, body: &str) -> Reply {
    answer(status, "application/json", body.to_owned())
}

pub(crate) fn empty(status: u16) -> Reply {
    Response::builder().status(status).body(Body::empty()).unwrap().into()
}

pub(crate) fn redirect(status: u16, location: &str) -> Reply {
    let response = Response::builder().status(status).header("location", location).header("content-type", "text/html");
    response.body(Body::from("<html><title>Object moved</title></html>")).unwrap().into()
}

pub(crate) fn token(access: &str) -> Reply {
    let body = serde_json::json!({"AccessToken": access, "RefreshToken": "r", "ExpiresInSeconds": 86400});
    json(200, &body.to_string())
}

impl Reply {
    pub(crate) fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }
}

/// The server; it stops when dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Starts on a free port. What `script` answers with `None` is answered as P21 would: a token, the router, else 404.
    pub(crate) fn start(script: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static) -> impl Future<Output = Self> {
        Self::serve(Arc::new(script))
    }

    /// Beside [`start`](Self::start), so that axum and tokio are compiled once, not for every test's script.
    async fn serve(script: Arc<Script>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, own) = (Arc::clone(&seen), url.clone());
        let app = axum::Router::new().fallback(move |request: Request| {
            let (script, log, own) = (Arc::clone(&script), Arc::clone(&log), own.clone());
            async move {
                let request = record(request, &log, own).await;
                let reply = script(&request).unwrap_or_else(|| usual(&request));
                tokio::time::sleep(reply.after).await;
                reply.response
            }
        });
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, seen, task }
    }

    /// What came in for a path.
    pub(crate) fn seen(&self, path: &str) -> Vec<Seen> {
        self.seen.lock().unwrap().iter().filter(|seen| seen.path == path).cloned().collect()
    }

    /// Everything that came in, in order.
    pub(crate) fn all(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// How often a path was asked for.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.seen(path).len()
    }

    pub(crate) fn total(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder(&self.url).credentials(Credentials::password("svc_demo", PASSWORD)).retry(quick())
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }
}

/// The default number of tries, without the waiting.
pub(crate) fn quick() -> Retry {
    let short = Duration::from_millis(2);
    Retry::default().first_delay(short).contaminated_delay(short, short)
}

async fn record(request: Request, log: &Mutex<Vec<Seen>>, url: String) -> Seen {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let path = parts.uri.path().to_owned();
    let mut log = log.lock().unwrap();
    let earlier = log.iter().filter(|seen| seen.path == path).count();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let seen = Seen { method: parts.method, path, query, headers: parts.headers, body, earlier, url };
    log.push(seen.clone());
    seen
}

fn usual(request: &Seen) -> Reply {
    match request.path.as_str() {
        TOKEN_PATH | "/api/security/token" => token(&format!("token-{}", request.earlier)),
        ROUTER_PATH => json(200, &format!(r#"{{"Url":"{}/uiserver0/"}}"#, request.url)),
        SERVICES_PATH => json(200, r#"["Order","Item"]"#),
        _ => json(StatusCode::NOT_FOUND.as_u16(), r#"{"error":"Not Found"}"#),
    }
}

/// Makes a call until the server has it, which is how a count goes up, and drops it before it is answered.
pub(crate) async fn given_up<T>(count: impl Fn() -> usize, call: impl Future<Output = T>) {
    let (mut call, before) = (std::pin::pin!(call), count());
    while count() == before {
        let waited = tokio::time::timeout(Duration::from_millis(1), &mut call).await;
        assert!(waited.is_err(), "it was answered at once");
    }
}
