//! The client, and the way every call takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::{StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::api::Sending;
use crate::api::asynchronous::{Polling, Slots};
use crate::api::call::{Call, Host, Silence};
use crate::api::flavour::Flavour;
use crate::api::version::ServerVersion;
use crate::auth::{self, Token};
use crate::builder::ClientBuilder;
use crate::clock::Clock;
use crate::credentials::{Credentials, TokenApi};
use crate::error::{Contamination, Error, ErrorKind, Name, ReportSilence, ServerError, TimeLimit};
use crate::http::{RawAnswer, Transport};
use crate::limits::Timeouts;
use crate::redact::Redactor;
use crate::retry::{self, Retry};
use crate::single_flight::SingleFlight;

/// A client of one P21 installation, as one user.
///
/// Cloning is cheap: clones share connections, token and limits. Nothing is sent before the first call.
///
/// Dropping the future of a call ends it at once. If that call was a write, it may be stored all the same.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) base: Url,
    pub(crate) credentials: Credentials,
    pub(crate) token_api: TokenApi,
    pub(crate) redactor: Arc<Redactor>,
    pub(crate) warnings: Vec<&'static str>,
    pub(crate) transport: Transport,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: Retry,
    pub(crate) limit: Semaphore,
    pub(crate) flavour: Flavour,
    /// Whose raw payloads are checked against their definitions.
    pub(crate) services: Vec<&'static p21_model::schema::ServiceSchema>,
    pub(crate) slots: Slots,
    pub(crate) polling: Polling,
    pub(crate) clock: Clock,
    /// The server's.
    pub(crate) zone: Option<jiff::tz::TimeZone>,
    pub(crate) token: SingleFlight<Token>,
    pub(crate) ui: SingleFlight<Url>,
    pub(crate) version: ServerVersion,
    /// The Interactive API that the server was found to have.
    #[cfg(feature = "windows")]
    pub(crate) interactive: SingleFlight<crate::windows::InteractiveFlavour>,
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

    /// What of the client's settings lets others read or change what is sent, in words: plain `http` to another machine,
    /// certificates that are not verified. They are logged once when the client is built; a command shows them.
    ///
    /// ```
    /// # use p21_client::{Client, Credentials};
    /// let client = Client::builder("http://p21.example.com").credentials(Credentials::password("u", "p")).build()?;
    /// assert!(client.warnings()[0].starts_with("plain http to another machine"));
    /// # Ok::<(), p21_client::Error>(())
    /// ```
    pub fn warnings(&self) -> &[&'static str] {
        &self.inner.warnings
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// Makes a call: login, UI server, turn, tries, and one renewal of the token, all within the operation's limit.
    ///
    /// The answer is a success, though not necessarily JSON.
    pub(crate) fn run<'c>(&'c self, call: &'c Call<'_>) -> Sending<'c, RawAnswer> {
        Box::pin(self.until_answered(call))
    }

    async fn until_answered(&self, call: &Call<'_>) -> Result<RawAnswer, Error> {
        let span = tracing::info_span!(
            "p21",
            method = %call.method,
            path = call.name().path,
            status = Empty,
            tries = Empty,
            elapsed_ms = Empty
        );
        let start = Instant::now();
        let deadline = crate::clock::later(start, self.inner.timeouts.operation);
        let mut run = Run { inner: &self.inner, call, deadline, tries: AtomicUsize::new(0), before: None };
        async {
            let result = run.until_final().await;
            run.report(&span, &result, start);
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

    pub(crate) fn read_json<T: DeserializeOwned>(&self, call: &Call<'_>, answer: &RawAnswer) -> Result<T, Error> {
        answer.json().map_err(|error| error.of(call.name()))
    }

    /// The error for a success that says nothing, or no.
    pub(crate) fn refusal(&self, call: &Call<'_>, answer: &RawAnswer) -> Error {
        self.inner.refusal(call, answer)
    }

    /// The error for a success whose JSON has another shape: a refusal in disguise says more than the shape.
    pub(crate) fn misshapen(&self, call: &Call<'_>, answer: &RawAnswer, path: &str, problem: &str) -> Error {
        if ServerError::read_members(&answer.body, &self.inner.redactor).is_some() {
            return self.inner.refusal(call, answer);
        }
        answer.misread(path, problem).of(call.name())
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
    /// When the operation's limit passes. Whatever may take a while is awaited until then, each by itself: a timer
    /// around all of it would cost every call as much as the rest of the client.
    deadline: Instant,
    tries: AtomicUsize,
    /// What came of the try before this one.
    before: Option<Error>,
}

impl Run<'_> {
    async fn until_final(&mut self) -> Result<RawAnswer, Error> {
        let mut tries = self.inner.retry.tries(self.call.pace);
        loop {
            self.tries.fetch_add(1, Ordering::Relaxed);
            let error = match self.once().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if matches!(error.cause(), ErrorKind::Timeout { limit: TimeLimit::Operation }) {
                return Err(error);
            }
            if self.call.patient && !retry::is_over(&error) {
                return Err(error);
            }
            let Some(pause) = tries.pause_after(&error) else { return Err(error) };
            // There is no time for another try, and that the limit passed would say less than this.
            if self.deadline.saturating_duration_since(Instant::now()) <= pause {
                return Err(error);
            }
            tracing::warn!(%error, pause_ms = pause.as_millis() as u64, "trying again");
            tokio::time::sleep(pause).await;
            self.before = Some(error);
        }
    }

    /// One try, and its repetition with another token if this one is refused: of writes too, which relies on P21 looking at
    /// the token before anything else.
    async fn once(&self) -> Result<RawAnswer, Error> {
        let ui;
        let base = match self.call.host {
            Host::Middleware => &self.inner.base,
            Host::UiServer => {
                ui = match self.inner.known_ui_url() {
                    Some(url) => url,
                    None => self.in_time(self.inner.ui_url()).await??,
                };
                &*ui
            }
        };
        let url = self.call.address(base)?;
        let token = match self.inner.good_token() {
            Some(token) => token,
            None => self.in_time(self.inner.token()).await??,
        };
        let answer = self.send(url, &token).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return self.judge(answer);
        }
        let refused = self.judge(answer);
        let missing_right = matches!(&refused, Err(error) if error.server().is_some_and(ServerError::is_missing_right));
        // A login may end the token of a session that is open (reported).
        if missing_right && (token.is_held() || token.age(self.inner.clock.now()) < FRESH) {
            return refused;
        }
        tracing::debug!("the token was refused; renewing it");
        let token = self.in_time(self.inner.token_after(&token)).await??;
        self.judge(self.send(self.call.address(base)?, &token).await?)
    }

    async fn send(&self, url: Url, token: &Token) -> Result<RawAnswer, Error> {
        let _turn = match self.inner.limit.try_acquire() {
            Ok(turn) => turn,
            Err(_) => {
                self.in_time(self.inner.limit.acquire()).await?.map_err(|_| Error::input("the client is closed"))?
            }
        };
        let mut request = auth::request(self.call.method.clone(), url, self.call.body.clone());
        request.headers_mut().insert(ACCEPT, self.call.flavour.media_type());
        request.headers_mut().insert(CONTENT_TYPE, self.call.flavour.media_type());
        request.headers_mut().insert(AUTHORIZATION, token.header());
        // Cutting a write short leaves its outcome unknown, so only the operation's limit ends it.
        let attempt =
            Instant::now().checked_add(self.inner.timeouts.attempt).filter(|_| !self.call.writes && !self.call.patient);
        let (end, limit) = match attempt {
            Some(attempt) if attempt < self.deadline => (attempt, TimeLimit::Attempt),
            _ => (self.deadline, TimeLimit::Operation),
        };
        // Boxed, because a large future is copied at each step out of here before it runs.
        let answer = timeout_at(end, Box::pin(self.inner.transport.exchange(request))).await;
        answer.unwrap_or_else(|_| Err(Error::timeout(limit))).map_err(|error| error.of(self.call.name()))
    }

    /// Awaits what sends no call, until the operation's limit. If that passes in a further try, of which nothing was sent
    /// then, what came of the one before tells why there is no answer.
    async fn in_time<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        timeout_at(self.deadline, future).await.map_err(|_| {
            self.before.clone().unwrap_or_else(|| {
                let name = Name { written: false, ..self.call.name() };
                Error::timeout(TimeLimit::Operation).of(name)
            })
        })
    }

    fn judge(&self, answer: RawAnswer) -> Result<RawAnswer, Error> {
        if !answer.status.is_success() {
            return Err(self.inner.refusal(self.call, &answer));
        }
        if answer.body.len() > self.call.most {
            let kind = ErrorKind::TooLarge { limit: self.call.most };
            return Err(Error::new(kind).answered(answer.status).of(self.call.name()));
        }
        Ok(answer)
    }

    fn report(&self, span: &tracing::Span, result: &Result<RawAnswer, Error>, start: Instant) {
        if !span.is_disabled() {
            self.record(span, result, start.elapsed());
        }
        match result {
            Ok(answer) => tracing::debug!(bytes = answer.body.len(), "answered"),
            Err(error) => tracing::debug!(%error, "failed"),
        }
    }

    fn record(&self, span: &tracing::Span, result: &Result<RawAnswer, Error>, elapsed: Duration) {
        let status = match result {
            Ok(answer) => Some(answer.status),
            Err(error) => error.status(),
        };
        if let Some(status) = status {
            span.record("status", status.as_u16());
        }
        span.record("tries", self.tries.load(Ordering::Relaxed));
        span.record("elapsed_ms", elapsed.as_millis() as u64);
    }
}

impl Inner {
    /// What an answer that is no success means.
    fn refusal(&self, call: &Call<'_>, answer: &RawAnswer) -> Error {
        let said = ServerError::read(&answer.body, &self.redactor);
        let kind = match self.known_refusal(call, answer, said) {
            Ok(kind) => kind,
            Err(said) => ErrorKind::Status { status: answer.status, said },
        };
        Error::new(kind).answered(answer.status).of(call.name())
    }

    /// The kind of a refusal that has one of its own; else what was said comes back.
    fn known_refusal(
        &self,
        call: &Call<'_>,
        answer: &RawAnswer,
        said: Option<ServerError>,
    ) -> Result<ErrorKind, Option<ServerError>> {
        let status = answer.status;
        if status.is_redirection() {
            return Ok(auth::redirect(answer, &self.redactor));
        }
        if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
            return Ok(ErrorKind::Unauthorised { said });
        }
        match (said, &call.silence) {
            (Some(said), _) if said.is_contamination() => {
                Ok(ErrorKind::Contaminated { by: Contamination::Answer(said) })
            }
            (Some(said), _) if said.is_unavailable_window() => Ok(ErrorKind::NotDeployed { said }),
            (Some(said), Silence::ReportFailed) if said.is_nothing_to_print() => {
                Ok(ErrorKind::NothingToPrint { said: Some(said) })
            }
            (None, Silence::NoSuchService(service)) if status == StatusCode::INTERNAL_SERVER_ERROR => {
                Ok(ErrorKind::UnknownService { service: service.clone() })
            }
            (None, Silence::ReportFailed) if is_silence(status) => {
                Ok(ErrorKind::ReportSilent { causes: ReportSilence::ALL })
            }
            (None, Silence::ResultsLost) if is_silence(status) => Ok(ErrorKind::CommandsSilent { status }),
            (said, _) => Err(said),
        }
    }
}

/// Whether an answer without a word is one that P21 gives itself.
fn is_silence(status: StatusCode) -> bool {
    status.is_success() || status == StatusCode::INTERNAL_SERVER_ERROR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calls_future_is_small() {
        let credentials = Credentials::password("u", "p");
        let client = Client::builder("http://127.0.0.1:1").credentials(credentials).build().unwrap();
        let call = Call::get("/x");
        // Futures are moved several times before they run, and large ones cost as much as the rest of a call.
        let size = std::mem::size_of_val(&client.until_answered(&call));
        assert!(size < 2_048, "{size} bytes: box what is rarely awaited");
    }
}
