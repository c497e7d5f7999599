//! The client, and the way every call takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::AUTHORIZATION;
use reqwest::{StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::api::call::{Call, Host};
use crate::auth::{self, Token};
use crate::builder::ClientBuilder;
use crate::credentials::{Credentials, TokenApi};
use crate::error::{Error, Kind, Limit, ServerError};
use crate::http::{Answer, Transport};
use crate::limits::Timeouts;
use crate::redact::Redactor;
use crate::retry::Retry;
use crate::single_flight::SingleFlight;

/// A client of one P21 installation, as one user.
///
/// Cloning is cheap: clones share connections, token and limits. Nothing is sent before the first call.
///
/// Dropping the future of a call ends it at once. If that call was a write, it may be stored all the same.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) base: Url,
    pub(crate) credentials: Credentials,
    pub(crate) token_api: TokenApi,
    pub(crate) redactor: Arc<Redactor>,
    pub(crate) transport: Transport,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: Retry,
    pub(crate) limit: Semaphore,
    pub(crate) token: SingleFlight<Token>,
    pub(crate) ui: SingleFlight<Url>,
}

/// A token refused for a missing right is renewed only if it is older than this: the right may have been granted since.
/// Renewing a fresh one would only open another session of the middleware, each time.
const FRESH: Duration = Duration::from_secs(60);

impl Client {
    /// Sets up a client of the middleware at `base_url`, for example `https://p21.example.com`.
    pub fn builder(base_url: impl AsRef<str>) -> ClientBuilder {
        ClientBuilder::new(base_url.as_ref())
    }

    /// A client from the environment variables `P21_BASE_URL`, and `P21_USERNAME` and `P21_PASSWORD`, or
    /// `P21_CONSUMER_KEY` with or without `P21_CONSUMER_USERNAME`.
    ///
    /// [`ClientBuilder::from_env`] does the same and lets other settings be made.
    ///
    /// # Errors
    /// A variable is missing, or its value can't be used.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), p21_client::Error> {
    /// let client = p21_client::Client::from_env()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env().build()
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// Makes a call: login, UI server, turn, tries, and one renewal of the token, all within the operation's limit.
    ///
    /// The answer is a success, though not necessarily JSON.
    pub(crate) async fn run(&self, call: &Call<'_>) -> Result<Answer, Error> {
        let span = tracing::info_span!(
            "p21",
            method = %call.method,
            path = call.name().path,
            status = Empty,
            tries = Empty,
            elapsed_ms = Empty
        );
        let start = Instant::now();
        let run = Run { inner: &self.inner, call, in_flight: AtomicBool::new(false), tries: AtomicUsize::new(0) };
        async {
            let limit = self.inner.timeouts.operation;
            let result = match tokio::time::timeout(limit, run.until_final()).await {
                Ok(result) => result,
                Err(_) => Err(run.out_of_time()),
            };
            run.report(&span, &result, start.elapsed());
            result
        }
        .instrument(span.clone())
        .await
    }

    /// Makes a call that answers JSON.
    pub(crate) async fn run_json<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T, Error> {
        let answer = self.run(call).await?;
        self.read_json(call, &answer)
    }

    pub(crate) fn read_json<T: DeserializeOwned>(&self, call: &Call<'_>, answer: &Answer) -> Result<T, Error> {
        answer.json_without(&self.inner.redactor).map_err(|error| error.of(call.name()))
    }

    /// The error for a success whose JSON has another shape: a refusal in disguise says more than the shape.
    pub(crate) fn misshapen(&self, call: &Call<'_>, answer: &Answer, path: &str, problem: &str) -> Error {
        if ServerError::read_members(&answer.body, &self.inner.redactor).is_some() {
            return self.inner.refusal(call, answer);
        }
        let kind = Kind::Decode { path: path.to_owned(), problem: problem.to_owned() };
        Error::new(kind).answered(answer.status, None).of(call.name())
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.inner.base.as_str())
            .field("credentials", &self.inner.credentials)
            .finish_non_exhaustive()
    }
}

/// One call on its way.
struct Run<'a> {
    inner: &'a Inner,
    call: &'a Call<'a>,
    /// A request is out whose answer isn't in: what time cuts short now may have reached P21.
    in_flight: AtomicBool,
    tries: AtomicUsize,
}

impl Run<'_> {
    async fn until_final(&self) -> Result<Answer, Error> {
        let mut tries = self.inner.retry.tries();
        loop {
            self.tries.fetch_add(1, Ordering::Relaxed);
            let error = match self.once().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(pause) = tries.pause_after(&error) else { return Err(error) };
            tracing::warn!(%error, pause_ms = pause.as_millis() as u64, "trying again");
            tokio::time::sleep(pause).await;
        }
    }

    /// One try, and its repetition with another token if this one is refused.
    async fn once(&self) -> Result<Answer, Error> {
        let base = match self.call.host {
            Host::Middleware => self.inner.base.clone(),
            Host::UiServer => Url::clone(&*self.inner.ui_url().await?),
        };
        let url = self.call.address(&base)?;
        let token = self.inner.token().await?;
        let answer = self.send(&url, &token).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return self.judge(answer);
        }
        let refused = self.judge(answer);
        let missing_right = matches!(&refused, Err(error) if error.server().is_some_and(ServerError::is_missing_right));
        if missing_right && token.age() < FRESH {
            return refused;
        }
        tracing::debug!("the token was refused; renewing it");
        let token = self.inner.token_after(&token).await?;
        self.judge(self.send(&url, &token).await?)
    }

    async fn send(&self, url: &Url, token: &Token) -> Result<Answer, Error> {
        let Ok(_turn) = self.inner.limit.acquire().await else {
            return Err(Error::input("the client is shut"));
        };
        let mut request = auth::request(self.call.method.clone(), url.clone(), self.call.body.clone());
        request.headers_mut().insert(AUTHORIZATION, token.header());
        // Cutting a write short leaves its outcome unknown, so only the operation's limit ends it.
        let attempt = (!self.call.writes).then_some(self.inner.timeouts.attempt);
        self.in_flight.store(true, Ordering::Relaxed);
        let answer = self.inner.transport.exchange(request, attempt).await;
        self.in_flight.store(false, Ordering::Relaxed);
        answer.map_err(|error| error.of(self.call.name()))
    }

    fn judge(&self, answer: Answer) -> Result<Answer, Error> {
        if answer.status.is_success() { Ok(answer) } else { Err(self.inner.refusal(self.call, &answer)) }
    }

    fn out_of_time(&self) -> Error {
        let mut name = self.call.name();
        name.written &= self.in_flight.load(Ordering::Relaxed);
        Error::new(Kind::Timeout(Limit::Operation)).of(name)
    }

    fn report(&self, span: &tracing::Span, result: &Result<Answer, Error>, elapsed: Duration) {
        let status = match result {
            Ok(answer) => Some(answer.status),
            Err(error) => error.status(),
        };
        if let Some(status) = status {
            span.record("status", status.as_u16());
        }
        span.record("tries", self.tries.load(Ordering::Relaxed));
        span.record("elapsed_ms", elapsed.as_millis() as u64);
        match result {
            Ok(answer) => tracing::debug!(bytes = answer.body.len(), "answered"),
            Err(error) => tracing::debug!(%error, "failed"),
        }
    }
}

impl Inner {
    /// What an answer that is no success means.
    fn refusal(&self, call: &Call<'_>, answer: &Answer) -> Error {
        let server = ServerError::read(&answer.body, &self.redactor);
        let status = answer.status;
        let is = |question: fn(&ServerError) -> bool| server.as_ref().is_some_and(question);
        let kind = if status.is_redirection() {
            auth::redirect(answer, &self.redactor)
        } else if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
            Kind::Auth
        } else if is(ServerError::is_contamination) {
            Kind::Contaminated
        } else if is(ServerError::is_unavailable_window) {
            Kind::UnavailableService
        } else if call.names_service && status == StatusCode::INTERNAL_SERVER_ERROR && server.is_none() {
            Kind::UnknownService
        } else {
            Kind::Status
        };
        Error::new(kind).answered(status, server).of(call.name())
    }
}
