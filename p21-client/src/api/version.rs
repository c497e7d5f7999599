//! Which P21 version the server is, and what that means for checks.

use std::time::Duration;

use p21_model::Version;
use p21_model::check::CheckOptions;
use p21_model::schema::ServiceSchema;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::call::{Call, Host};
use crate::client::Client;

const SERVER_INFO: &str = "/ui/common/v1/serverinfo";

/// How long a write waits to know the version; without it the bindings' own is checked for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long after a request without an answer the server is asked again.
const AGAIN: Duration = Duration::from_secs(300);

/// What is known of the server's version.
pub(crate) struct ServerVersion(Mutex<State>);

#[derive(Default)]
struct State {
    version: Option<Version>,
    /// The server answered, whether it told or not.
    is_final: bool,
    asked: Option<Instant>,
    has_warned: bool,
}

impl ServerVersion {
    pub(crate) fn new(version: Option<Version>) -> Self {
        Self(Mutex::new(State { version, is_final: version.is_some(), ..State::default() }))
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
        let mut state = self.inner.version.0.lock().await;
        let waits = state.asked.is_some_and(|asked| asked.elapsed() < AGAIN);
        if !state.is_final && !waits {
            state.asked = Some(Instant::now());
            if let Some(told) = self.ask_version().await {
                (state.version, state.is_final) = (told, true);
            }
        }
        state.version
    }

    /// What the check of a typed payload has to know: the server's version and its day. Says once if the bindings are of another
    /// release.
    pub(crate) async fn check_options(&self, schema: Option<&ServiceSchema>) -> CheckOptions {
        let options = CheckOptions::new().today(self.inner.clock.today(self.inner.zone.as_ref()));
        let Some(schema) = schema else { return options };
        let server = self.p21_version().await;
        let version = server.unwrap_or(schema.version);
        let source = if server.is_some() { "server" } else { "bindings" };
        let span = tracing::info_span!("p21_check", service = %schema.name, version = %version, version_of = source);
        let _entered = span.enter();
        match server {
            Some(server) if server.release() != schema.version.release() => {
                // Nobody else holds it for longer than a question, and a second warning does no harm.
                let is_first = self
                    .inner
                    .version
                    .0
                    .try_lock()
                    .is_ok_and(|mut state| !std::mem::replace(&mut state.has_warned, true));
                if is_first {
                    tracing::warn!(
                        server = %server,
                        bindings = %schema.version,
                        "the bindings are of another release than the server: rules are checked as the server has \
                         them, but elements and fields are those of the bindings"
                    );
                }
            }
            Some(_) => {}
            None => tracing::debug!("the server's version is not known, so that the bindings' own is checked for"),
        }
        options.version(version)
    }

    /// What the server says: a version or none; `None` if there was no answer.
    async fn ask_version(&self) -> Option<Option<Version>> {
        let call = Call { host: Host::UiServer, ..Call::get(SERVER_INFO) };
        match timeout(PATIENCE, self.run(&call)).await {
            Ok(Ok(answer)) => {
                let body: Option<serde_json::Value> = answer.json().ok();
                let told = body
                    .as_ref()
                    .and_then(|body| body.get("Result")?.get("Version/Application Version")?.as_str()?.parse().ok());
                Some(told)
            }
            Ok(Err(error)) if error.status().is_some_and(|status| status.is_client_error()) => Some(None),
            Ok(Err(_)) | Err(_) => None,
        }
    }
}
