//! Which P21 version the server is, and what that means for checks.

use std::borrow::Cow;
use std::time::Duration;

use p21_model::Version;
use p21_model::check::CheckOptions;
use p21_model::schema::ServiceSchema;
use p21_model::sentences::SERVER_VERSION;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tracing::Span;

use super::Awaited;
use super::call::{Call, Host};
use crate::client::Client;

const SERVER_INFO: &str = "/ui/common/v1/serverinfo";

/// How long a write waits to know the version; without it the bindings' own is checked for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long after a request without an answer the server is asked again.
const AGAIN: Duration = Duration::from_secs(300);

/// What is known of the server's version.
pub(crate) struct ServerVersion {
    state: Mutex<State>,
    said: std::sync::Mutex<Said>,
}

#[derive(Default)]
struct State {
    version: Option<Version>,
    /// The server answered, whether it told or not.
    is_final: bool,
    /// When a request ended without an answer.
    unanswered: Option<Instant>,
}

/// What was said already.
#[derive(Default)]
struct Said {
    /// That the server doesn't tell its version.
    unknown: bool,
    /// Which bindings are of another release.
    others: Vec<Version>,
}

impl ServerVersion {
    pub(crate) fn new(version: Option<Version>) -> Self {
        let state = State { version, is_final: version.is_some(), unanswered: None };
        Self { state: Mutex::new(state), said: std::sync::Mutex::default() }
    }

    /// Whether it is the first time.
    fn is_news(&self, first: impl FnOnce(&mut Said) -> bool) -> bool {
        first(&mut self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl Client {
    /// The P21 version of the server: the one [told to the builder](crate::ClientBuilder::p21_version), else what the
    /// server says of itself (`serverinfo`, verified on 26.1.5930 to 26.1.5950). It is asked once; `None` if it doesn't
    /// tell.
    ///
    /// ```no_run
    /// # async fn example(client: p21_client::Client) {
    /// if let Some(version) = client.p21_version().await {
    ///     println!("P21 {version}");
    /// }
    /// # }
    /// ```
    pub async fn p21_version(&self) -> Option<Version> {
        self.version().await
    }

    fn version(&self) -> Awaited<'_, Option<Version>> {
        Box::pin(async move {
            // Whoever comes meanwhile waits for the one answer.
            let mut state = self.inner.version.state.lock().await;
            let waits = state.unanswered.is_some_and(|at| at.elapsed() < AGAIN);
            if !state.is_final && !waits {
                match self.ask_version().await {
                    Some(told) => (state.version, state.is_final) = (told, true),
                    None => state.unanswered = Some(Instant::now()),
                }
            }
            state.version
        })
    }

    /// Checks by the server's version and its day, in a span that says which version that is. Without the server's word it is
    /// the bindings' own.
    pub(crate) async fn checking<T>(&self, schema: Option<&ServiceSchema>, check: impl FnOnce(CheckOptions) -> T) -> T {
        let (options, span) = self.check_options(schema).await;
        span.in_scope(|| check(options))
    }

    fn check_options<'c>(&'c self, schema: Option<&'c ServiceSchema>) -> Awaited<'c, (CheckOptions, Span)> {
        Box::pin(async move {
            let options = CheckOptions::new().today(self.inner.clock.today(self.inner.zone.as_ref()));
            let Some(schema) = schema else { return (options, Span::none()) };
            let server = self.version().await;
            let version = server.unwrap_or(schema.version);
            let source = if server.is_some() { "server" } else { "bindings" };
            let span =
                tracing::info_span!("p21.check", service = %schema.name, version = %version, version_of = source);
            span.in_scope(|| self.compare_releases(server, schema.version));
            (options.version(version), span)
        })
    }

    /// A service as the server's version has it.
    pub(crate) async fn as_served(&self, schema: &'static ServiceSchema) -> Cow<'static, ServiceSchema> {
        match self.version().await {
            Some(version) => schema.at(version),
            None => Cow::Borrowed(schema),
        }
    }

    /// Says once if the bindings are of another release than the server, or if that isn't known.
    fn compare_releases(&self, server: Option<Version>, bindings: Version) {
        let known = &self.inner.version;
        match server {
            Some(server) if server.release() != bindings.release() => {
                let is_news = known.is_news(|said| {
                    let is_new = !said.others.contains(&bindings);
                    if is_new {
                        said.others.push(bindings);
                    }
                    is_new
                });
                if is_news {
                    tracing::warn!(
                        server = %server,
                        bindings = %bindings,
                        "the bindings are of another release than the server: rules are checked as the server has \
                         them, but elements and fields are those of the bindings"
                    );
                }
            }
            Some(_) => {}
            None => {
                if known.is_news(|said| !std::mem::replace(&mut said.unknown, true)) {
                    tracing::warn!(
                        bindings = %bindings,
                        "the server doesn't tell its P21 version: payloads are checked for that of their bindings; \
                         `p21_version` of the builder tells it"
                    );
                }
            }
        }
    }

    /// What the server says: a version or none; `None` if there was no answer.
    async fn ask_version(&self) -> Option<Option<Version>> {
        let call = Call { host: Host::UiServer, ..Call::get(SERVER_INFO) };
        match timeout(PATIENCE, self.run(&call)).await {
            Ok(Ok(answer)) => {
                let body: Option<serde_json::Value> = answer.json().ok();
                let told = body
                    .as_ref()
                    .and_then(|body| body.get("Result")?.get(SERVER_VERSION.pattern())?.as_str()?.parse().ok());
                Some(told)
            }
            // A right may be granted later; that there is no such path stays so.
            Ok(Err(error)) if error.own_status().is_some_and(|status| status.is_client_error()) && !error.is_auth() => {
                Some(None)
            }
            Ok(Err(_)) | Err(_) => None,
        }
    }
}
