//! Receiving callbacks (feature `callback`): a router to mount where P21 posts the results of asynchronous requests.
//!
//! ```no_run
//! # async fn example<S: p21_model::row::Transactional>(
//! #     client: p21_client::Client, set: p21_model::row::TransactionSet<S>,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! use p21_client::Callback;
//! use p21_client::callback::{CallbackEvent, CallbackReceiver};
//!
//! let secret = std::env::var("CALLBACK_SECRET")?;
//! let (receiver, mut callbacks) = CallbackReceiver::builder(secret.clone()).build()?;
//! let app = axum::Router::new().nest("/p21", receiver.router());
//! let listener = tokio::net::TcpListener::bind("0.0.0.0:8443").await?; // behind a proxy that does TLS
//! tokio::spawn(async move { axum::serve(listener, app).await });
//!
//! let callback = Callback::to("https://erp-events.example.com/p21").secret(secret);
//! receiver.expect(&client.submit(&set).queued().callback(&callback).await?);
//! while let Some(event) = callbacks.next().await {
//!     match event {
//!         CallbackEvent::Finished { ticket, outcome } => println!("{}: {outcome:?}", ticket.request_id()),
//!         CallbackEvent::Unknown(request) => println!("nobody expects {}", request.request_id),
//!         other => println!("{other:?}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod ledger;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use axum::Router;
use axum::body::{HttpBody as _, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::routing::post;
use p21_model::asynchronous::{AsyncRequest, AsyncStatus, UnclearOutcome};
use p21_model::outcome::Outcome;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;
use tokio::sync::mpsc;

use crate::api::asynchronous::{LONGEST_ID, Pending, Ticket};
use crate::api::callback::{SECRET_HEADER, check_secret};
use crate::error::Error;
use crate::redact::Redactor;
use crate::xml;
use ledger::{Entry, Ledger};

/// The largest body that is read by default.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// How many events wait to be taken by default.
const QUEUE: usize = 100;
/// How long a body may take to come in by default.
const BODY_LIMIT: Duration = Duration::from_secs(30);

/// What came in.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum CallbackEvent {
    /// An expected request is done.
    Finished {
        /// Which.
        ticket: Ticket,
        /// What became of each transaction; an error if P21's words don't say. Of the ticket's service:
        /// [`Outcome::assume_service`] lets its handles read it.
        outcome: Result<Outcome, UnclearOutcome>,
    },
    /// A request that nobody expects: of another program with the same secret, or of an earlier run of this one. It may
    /// also have been faster than the answer to its submission: [expecting](CallbackReceiver::expect) it later gives
    /// its outcome all the same.
    Unknown(AsyncRequest),
}

/// Takes P21's callbacks. Clones share everything.
///
/// A callback without the right secret is refused (401) before its body is read. Bodies are bounded, in size (413) and in
/// time (408). JSON and XML are read. One that P21 posts twice is reported once. One that comes while too many events
/// wait to be taken is refused (503); nothing says that P21 posts it again, so take them.
#[derive(Clone)]
pub struct CallbackReceiver {
    shared: Arc<Shared>,
}

struct Shared {
    secret: SecretString,
    header: HeaderName,
    max_body: usize,
    queue: usize,
    body_within: Duration,
    waiting: Arc<AtomicUsize>,
    events: mpsc::UnboundedSender<CallbackEvent>,
    ledger: Mutex<Ledger>,
}

/// Sets up a [`CallbackReceiver`].
pub struct CallbackReceiverBuilder {
    secret: SecretString,
    header: String,
    max_body: usize,
    queue: usize,
    body_within: Duration,
}

/// The events, in the order they came in.
#[derive(Debug)]
pub struct Callbacks {
    events: mpsc::UnboundedReceiver<CallbackEvent>,
    waiting: Arc<AtomicUsize>,
}

impl CallbackReceiver {
    /// A receiver that asks for this secret: the one given to [`Callback::secret`](crate::Callback::secret).
    pub fn builder(secret: impl Into<SecretString>) -> CallbackReceiverBuilder {
        let header = SECRET_HEADER.to_owned();
        CallbackReceiverBuilder {
            secret: secret.into(),
            header,
            max_body: MAX_BODY,
            queue: QUEUE,
            body_within: BODY_LIMIT,
        }
    }

    /// The router: `POST` at its root. Mount it with [`Router::nest`]; the callback's address is then the mount point,
    /// without a slash at its end.
    pub fn router(&self) -> Router {
        Router::new().route("/", post(receive)).with_state(self.clone())
    }

    /// Expects the result of a request.
    pub fn expect<A>(&self, pending: &Pending<A>) {
        self.enter(Entry { ticket: pending.ticket().clone(), schema: pending.schema() });
    }

    /// Expects the result of a request of an earlier run of the program. Its outcome names elements as P21 does.
    pub fn expect_ticket(&self, ticket: Ticket) {
        self.enter(Entry { ticket, schema: None });
    }

    /// Expects a request no longer, because its result is known from [`Pending::wait`] for example. A callback that comes
    /// all the same is not reported. Of 10,000 requests whose callbacks never came the oldest is forgotten by itself.
    pub fn forget(&self, ticket: &Ticket) {
        self.ledger().forget(ticket);
    }

    fn enter(&self, entry: Entry) {
        let early = self.ledger().expect(entry);
        if let Some((entry, request)) = early {
            self.send(self.finished(entry, &request));
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.shared.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, event: CallbackEvent) {
        self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        if self.shared.events.send(event).is_err() {
            tracing::warn!("a callback came in that nobody takes any more");
        }
    }

    fn finished(&self, entry: Entry, request: &AsyncRequest) -> CallbackEvent {
        let outcome = request.outcome(entry.ticket.transactions(), entry.schema);
        let mut outcome = outcome.map(|outcome| entry.ticket.compare(outcome));
        match &mut outcome {
            Ok(outcome) => outcome.map_said(&|text| self.said(text)),
            Err(unclear) => unclear.map_said(&|text| self.said(text)),
        }
        CallbackEvent::Finished { ticket: entry.ticket, outcome }
    }

    /// A text without the one secret that the receiver knows.
    fn said(&self, text: &str) -> String {
        Redactor::new(self.shared.secret.clone()).without_secrets(text)
    }

    fn knows_secret(&self, headers: &HeaderMap) -> bool {
        let mut given = headers.get_all(&self.shared.header).iter();
        match (given.next(), given.next()) {
            (Some(given), None) => given.as_bytes().ct_eq(self.shared.secret.expose_secret().as_bytes()).into(),
            _ => false,
        }
    }

    async fn take(&self, request: Request) -> StatusCode {
        if !self.knows_secret(request.headers()) {
            tracing::warn!("a callback without the right secret");
            return StatusCode::UNAUTHORIZED;
        }
        // What is announced to be too large isn't waited for.
        if request.body().size_hint().lower() > self.shared.max_body as u64 {
            return StatusCode::PAYLOAD_TOO_LARGE;
        }
        let body = to_bytes(request.into_body(), self.shared.max_body);
        let body = match tokio::time::timeout(self.shared.body_within, body).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE,
            Err(_) => return StatusCode::REQUEST_TIMEOUT,
        };
        let Some(request) = read(&body) else {
            tracing::warn!(bytes = body.len(), "a callback that is no asynchronous request");
            return StatusCode::BAD_REQUEST;
        };
        if !request.is_done() {
            tracing::debug!(request_id = self.said(&request.request_id), status = ?request.status, "not done yet");
            return StatusCode::OK;
        }
        if self.shared.waiting.load(Ordering::Relaxed) >= self.shared.queue || self.shared.events.is_closed() {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        let arrival = self.ledger().arrive(&request);
        match arrival {
            ledger::Arrival::Expected(entry) => self.send(self.finished(entry, &request)),
            ledger::Arrival::Unknown => {
                let mut request = request;
                request.map_said(&|text| self.said(text));
                self.send(CallbackEvent::Unknown(request));
            }
            ledger::Arrival::Again => {
                tracing::debug!(request_id = self.said(&request.request_id), "a callback came twice");
            }
        }
        StatusCode::OK
    }
}

async fn receive(State(receiver): State<CallbackReceiver>, request: Request) -> StatusCode {
    receiver.take(request).await
}

/// Reads the body of a callback, JSON or XML.
fn read(body: &[u8]) -> Option<AsyncRequest> {
    let request = if xml::is_markup(body) {
        let text = |name| xml::text_of(body, name).filter(|text| !text.is_empty());
        let mut request = AsyncRequest::default();
        request.request_id = text("RequestId")?;
        request.request_type = text("RequestType");
        request.start_date = text("StartDate");
        request.completed_date = text("CompletedDate");
        request.status = AsyncStatus::from_text(&text("Status").unwrap_or_default());
        request.callback_result = text("CallbackResult");
        request.messages = text("Messages");
        request
    } else {
        serde_json::from_slice(xml::without_bom(body)).ok()?
    };
    let id = request.request_id.trim();
    (!id.is_empty() && id.len() <= LONGEST_ID).then_some(request)
}

impl CallbackReceiverBuilder {
    /// The header that carries the secret: [`SECRET_HEADER`], unless the callback sends another.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>) -> Self {
        self.header = name.into();
        self
    }

    /// The largest body that is read, in bytes: 4 MB. With [`queue`](Self::queue) it bounds what the receiver may hold.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// How long the body of a callback may take, however steadily it comes: 30 s.
    #[must_use]
    pub fn body_within(mut self, limit: Duration) -> Self {
        self.body_within = limit;
        self
    }

    /// How many events may wait to be taken before callbacks are refused: 100.
    #[must_use]
    pub fn queue(mut self, events: usize) -> Self {
        self.queue = events.max(1);
        self
    }

    /// The receiver, and what it receives.
    ///
    /// # Errors
    /// The secret is weak: shorter than 16 bytes without the blanks around it, or of fewer than 6 different characters;
    /// or the header's name can't be one ([`Error::is_input`]).
    pub fn build(self) -> Result<(CallbackReceiver, Callbacks), Error> {
        check_secret(&self.secret)?;
        let Ok(header) = HeaderName::try_from(self.header.as_str()) else {
            return Err(Error::input(format!("`{}` can't be the name of a header", self.header.escape_debug())));
        };
        let (sender, events) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let shared = Shared {
            secret: self.secret,
            header,
            max_body: self.max_body,
            queue: self.queue,
            body_within: self.body_within,
            waiting: Arc::clone(&waiting),
            events: sender,
            ledger: Mutex::default(),
        };
        Ok((CallbackReceiver { shared: Arc::new(shared) }, Callbacks { events, waiting }))
    }
}

impl Callbacks {
    /// The next event; `None` once the receiver and its router are gone. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<CallbackEvent> {
        let event = self.events.recv().await;
        if event.is_some() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        event
    }
}

impl std::fmt::Debug for CallbackReceiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallbackReceiver").field("header", &self.shared.header).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for CallbackReceiverBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallbackReceiverBuilder").field("header", &self.header).finish_non_exhaustive()
    }
}
