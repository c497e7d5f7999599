//! One request, one bounded answer.

mod answer;
mod tls;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Request, Response};

pub use answer::RawAnswer;

use crate::builder::Settings;
use crate::error::{Error, ErrorKind, TimeLimit};
use crate::limits::IDLE_CONNECTION;
use crate::redact::Redactor;

/// How much of a refusal's body is read; the rest says nothing more.
const MAX_REFUSAL: usize = 64 * 1024;

/// The most that is reserved on a server's word.
const FIRST_PIECE: usize = 1024 * 1024;

/// Sends requests; knows nothing of P21.
pub(crate) struct Transport {
    http: reqwest::Client,
    read_limit: Duration,
    max_body: usize,
    redactor: Arc<Redactor>,
    #[cfg(feature = "windows")]
    how: How,
}

/// How connections are made.
#[derive(Clone, Copy)]
struct How {
    connect_limit: Duration,
    accept_invalid_certs: bool,
    no_proxy: bool,
}

impl Transport {
    pub(crate) fn new(settings: &Settings, redactor: Arc<Redactor>) -> Result<Self, Error> {
        let how = How {
            connect_limit: settings.timeouts.connect,
            accept_invalid_certs: settings.accept_invalid_certs,
            no_proxy: settings.no_proxy || is_loopback(&settings.base),
        };
        let http = connections(how)?;
        Ok(Self {
            http,
            read_limit: settings.timeouts.read,
            max_body: settings.max_body,
            redactor,
            #[cfg(feature = "windows")]
            how,
        })
    }

    /// The same with connections of its own: those of another runtime end with it.
    #[cfg(feature = "windows")]
    pub(crate) fn anew(&self) -> Result<Self, Error> {
        let http = connections(self.how)?;
        Ok(Self { http, redactor: Arc::clone(&self.redactor), ..*self })
    }

    /// Sends a request and reads the answer, whatever its status.
    pub(crate) async fn exchange(&self, request: Request) -> Result<RawAnswer, Error> {
        let response = self.http.execute(request).await.map_err(|error| self.failed(error))?;
        self.read(response).await
    }

    /// The same, within a limit.
    pub(crate) async fn exchange_within(&self, request: Request, attempt: Duration) -> Result<RawAnswer, Error> {
        let answer = tokio::time::timeout(attempt, self.exchange(request)).await;
        answer.unwrap_or_else(|_| Err(Error::timeout(TimeLimit::Attempt)))
    }

    async fn read(&self, mut response: Response) -> Result<RawAnswer, Error> {
        let status = response.status();
        let limit = if status.is_success() { self.max_body } else { MAX_REFUSAL.min(self.max_body) };
        let announced = response.content_length().unwrap_or(0);
        let too_large = || Error::new(ErrorKind::TooLarge { limit }).answered(status);
        if status.is_success() && announced > limit as u64 {
            return Err(too_large());
        }
        let mut body = BytesMut::with_capacity(announced.min(limit.min(FIRST_PIECE) as u64) as usize);
        while let Some(piece) = self.piece(&mut response).await.map_err(|error| error.answered(status))? {
            let room = limit - body.len();
            if piece.len() > room {
                if status.is_success() {
                    return Err(too_large());
                }
                body.extend_from_slice(&piece[..room]);
                break;
            }
            body.extend_from_slice(&piece);
        }
        Ok(RawAnswer {
            status,
            content_type: header(response.headers(), &CONTENT_TYPE).map(|value| self.redactor.clean(&value)),
            location: header(response.headers(), &LOCATION),
            body: body.freeze(),
            redactor: Arc::clone(&self.redactor),
        })
    }

    async fn piece(&self, response: &mut Response) -> Result<Option<Bytes>, Error> {
        let mut piece = pin!(response.chunk());
        // What is there already needs no timer.
        if let Poll::Ready(piece) = poll_fn(|context| Poll::Ready(piece.as_mut().poll(context))).await {
            return piece.map_err(|error| self.failed(error));
        }
        match tokio::time::timeout(self.read_limit, piece).await {
            Ok(piece) => piece.map_err(|error| self.failed(error)),
            Err(_) => Err(Error::timeout(TimeLimit::Read)),
        }
    }

    /// A failure of the connection. Requests that were never written are told from those that may have been.
    fn failed(&self, error: reqwest::Error) -> Error {
        let never_sent = error.is_connect() || error.is_builder();
        let is_timeout = error.is_timeout();
        let error = error.without_url();
        // Of a certificate it may quote what the other side calls itself.
        let cause = || self.redactor.clean(&innermost(&error).to_string());
        let kind = match (never_sent, is_timeout) {
            (true, true) => ErrorKind::Timeout { limit: TimeLimit::Connect },
            (true, false) => ErrorKind::Connect { cause: cause() },
            (false, _) => ErrorKind::Dropped { cause: cause() },
        };
        Error::new(kind).because(error)
    }
}

fn connections(how: How) -> Result<reqwest::Client, Error> {
    tls::install_provider();
    let mut http = reqwest::Client::builder()
        .user_agent(concat!("p21-client/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(how.connect_limit)
        .pool_idle_timeout(IDLE_CONNECTION);
    if how.accept_invalid_certs {
        http = http.tls_danger_accept_invalid_certs(true);
    }
    if how.no_proxy {
        http = http.no_proxy();
    }
    http.build().map_err(|error| {
        Error::input("the HTTP client can't be set up; check TLS and proxy settings").because(error.without_url())
    })
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lossy = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.get(name).map(|value| value.to_str().map_or_else(|_| lossy(value), str::to_owned))
}

/// The cause that names the reason: `Connection refused`, `invalid peer certificate`.
fn innermost<'e>(error: &'e (dyn std::error::Error + 'static)) -> &'e (dyn std::error::Error + 'static) {
    std::iter::successors(Some(error), |cause| cause.source()).last().unwrap_or(error)
}

/// What of the settings lets others read what is sent.
pub(crate) fn warnings(settings: &Settings) -> Vec<&'static str> {
    let plain = |url: &reqwest::Url| url.scheme() == "http" && !is_loopback(url);
    let plain = plain(&settings.base) || settings.ui.as_ref().is_some_and(plain);
    let mut warnings = Vec::new();
    if plain {
        warnings.push(
            "plain http to another machine: anyone on the way can read credentials and data, and change them; use https",
        );
    }
    if settings.accept_invalid_certs {
        warnings.push("TLS certificates are not verified: anyone on the way can read and change what is sent");
    }
    warnings
}

/// A proxy can't reach this machine's loopback, whatever the environment says.
fn is_loopback(base: &reqwest::Url) -> bool {
    match base.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}
