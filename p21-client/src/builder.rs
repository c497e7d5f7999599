//! How a client is set up.

use std::sync::Arc;

use p21_model::Version;
use reqwest::Url;
use tokio::sync::Semaphore;

use crate::api::asynchronous::{MAX_ASYNC, Polling, Slots};
use p21_model::row::Service;
use p21_model::schema::ServiceSchema;

use crate::api::flavour::Flavour;
use crate::api::version::ServerVersion;
use crate::auth::check_ui_url;
use crate::client::{Client, Inner};
use crate::clock::Clock;
use crate::credentials::{Credentials, TokenApi};
use crate::error::Error;
use crate::http::{Transport, warnings};
use crate::limits::{MAX_BODY, MAX_CONCURRENT, Timeouts};
use crate::redact::Redactor;
use crate::retry::Retry;
use crate::single_flight::SingleFlight;

/// Sets up a [`Client`].
///
/// Nothing fails half way: the first problem is kept and returned by [`build`](Self::build).
///
/// ```no_run
/// use std::time::Duration;
/// use p21_client::{Client, Credentials, Timeouts};
///
/// # fn example() -> Result<(), p21_client::Error> {
/// let client = Client::builder("https://p21.example.com")
///     .credentials(Credentials::consumer_key("11111111-2222-3333-4444-555555555555").acting_as("svc_demo"))
///     .timeouts(Timeouts::default().operation(Duration::from_secs(600)))
///     .max_concurrent(2)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct ClientBuilder {
    settings: Result<Settings, Error>,
    credentials: Option<Credentials>,
}

pub(crate) struct Settings {
    pub(crate) base: Url,
    pub(crate) ui: Option<Url>,
    pub(crate) token_api: TokenApi,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: Retry,
    pub(crate) max_body: usize,
    pub(crate) max_concurrent: usize,
    pub(crate) flavour: Flavour,
    pub(crate) services: Vec<&'static ServiceSchema>,
    pub(crate) max_async: usize,
    pub(crate) polling: Polling,
    pub(crate) clock: Clock,
    pub(crate) zone: Option<jiff::tz::TimeZone>,
    pub(crate) accept_invalid_certs: bool,
    pub(crate) no_proxy: bool,
    pub(crate) version: Option<Version>,
}

impl ClientBuilder {
    pub(crate) fn new(base_url: &str) -> Self {
        let base = check_ui_url(base_url, None)
            .map_err(|problem| Error::input(format!("the base address can't be used: {problem}")));
        let settings = base.map(|base| Settings {
            base,
            ui: None,
            token_api: TokenApi::default(),
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            max_body: MAX_BODY,
            max_concurrent: MAX_CONCURRENT,
            flavour: Flavour::default(),
            services: Vec::new(),
            max_async: MAX_ASYNC,
            polling: Polling::default(),
            clock: Clock::default(),
            zone: None,
            accept_invalid_certs: false,
            no_proxy: false,
            version: None,
        });
        Self { settings, credentials: None }
    }

    /// Reads address and credentials from the environment: `P21_BASE_URL`, and either `P21_CONSUMER_KEY` with or without
    /// `P21_CONSUMER_USERNAME`, or `P21_USERNAME` and `P21_PASSWORD`. A consumer key wins over a password.
    pub fn from_env() -> Self {
        Self::from_vars(|name| std::env::var(name).ok())
    }

    fn from_vars(var: impl Fn(&str) -> Option<String>) -> Self {
        let var = |name: &str| var(name).filter(|value| !value.trim().is_empty());
        let mut builder = match var("P21_BASE_URL") {
            Some(base_url) => Self::new(&base_url),
            None => return Self { settings: Err(crate::credentials::missing("P21_BASE_URL")), credentials: None },
        };
        match Credentials::from_vars(var) {
            Ok(credentials) => return builder.credentials(credentials),
            Err(error) => builder.settings = builder.settings.and(Err(error)),
        }
        builder
    }

    /// Who the client is. Wanted.
    pub fn credentials(mut self, credentials: impl Into<Credentials>) -> Self {
        self.credentials = Some(credentials.into());
        self
    }

    /// The token endpoint: [`TokenApi::V2`], unless the server lacks it.
    pub fn token_api(self, api: TokenApi) -> Self {
        self.set(|settings| settings.token_api = api)
    }

    /// The UI server's address, where the router's answer is not to be used: `https://p21.example.com/uiserver0`.
    ///
    /// The bearer token is sent there. An address given here is used as it is, even if it leads from `https` to `http`.
    pub fn ui_url(mut self, url: impl AsRef<str>) -> Self {
        match check_ui_url(url.as_ref(), None) {
            Ok(url) => self.set(|settings| settings.ui = Some(url)),
            Err(problem) => {
                let problem = Error::input(format!("the UI server's address can't be used: {problem}"));
                self.settings = self.settings.and(Err(problem));
                self
            }
        }
    }

    /// The time limits.
    pub fn timeouts(self, timeouts: Timeouts) -> Self {
        self.set(|settings| settings.timeouts = timeouts)
    }

    /// What is tried again.
    pub fn retry(self, retry: Retry) -> Self {
        self.set(|settings| settings.retry = retry)
    }

    /// The largest answer that is read, in bytes: 64 MB.
    pub fn max_body(self, bytes: usize) -> Self {
        self.set(|settings| settings.max_body = bytes)
    }

    /// How many requests run at once: 5. Others wait their turn. Logins and the search for the UI server don't count;
    /// of those there is never more than one each. 0 counts as 1.
    pub fn max_concurrent(self, requests: usize) -> Self {
        self.set(|settings| settings.max_concurrent = requests.clamp(1, Semaphore::MAX_PERMITS))
    }

    /// JSON or XML on the wire: JSON.
    pub fn flavour(self, flavour: Flavour) -> Self {
        self.set(|settings| settings.flavour = flavour)
    }

    /// A service whose raw payloads are checked against its definition, as typed ones are. Without it the check of a raw
    /// payload knows its shape, and where the service's payloads go, and no more. What P21 answers of a known service is
    /// attributed to elements by their full names, and records that are read back are compared by its types.
    ///
    /// ```ignore
    /// let client = Client::builder(url).credentials(credentials).service::<JobContractPricing>().build()?;
    /// ```
    pub fn service<S: Service>(self) -> Self {
        self.set(|settings| settings.services.push(S::schema()))
    }

    /// How many [asynchronous requests](crate::Submission::queued) of this client P21 works on at once: 2, which is the
    /// server's own default (`AsyncRequests.QueueCapacity`); what is more waits there, and may time out. 0 counts as 1.
    pub fn max_async(self, requests: usize) -> Self {
        self.set(|settings| settings.max_async = requests)
    }

    /// How asynchronous requests are waited for.
    pub fn polling(self, polling: Polling) -> Self {
        self.set(|settings| settings.polling = polling)
    }

    /// The clock: the real one. A test gives its own, and moves it.
    pub fn clock(self, clock: Clock) -> Self {
        self.set(|settings| settings.clock = clock)
    }

    /// The time zone of the server, by its IANA name: `America/Chicago`. P21 refuses some dates before today, and its today
    /// is the server's; no call tells where that is.
    ///
    /// Without it the check finds a date only if it is past everywhere on Earth: a date that the server would take is never
    /// refused here, and one that has been past for less than a day may be left to the server.
    pub fn time_zone(mut self, name: &str) -> Self {
        match jiff::tz::TimeZone::get(name) {
            Ok(zone) => self.set(|settings| settings.zone = Some(zone)),
            Err(_) => {
                let name = crate::redact::bounded(name, 60).escape_debug().to_string();
                let problem = format!("`{name}` is no time zone that is known here; `America/Chicago` is one");
                self.settings = self.settings.and(Err(Error::input(problem)));
                self
            }
        }
    }

    /// Accepts any TLS certificate: test tenants often have self-signed ones. **Dangerous:** anyone on the way can then
    /// read the credentials and change what is sent. Building such a client logs a warning.
    pub fn danger_accept_invalid_certs(self, accept: bool) -> Self {
        self.set(|settings| settings.accept_invalid_certs = accept)
    }

    /// The P21 version of the server, for checks. Without it the server is asked when it is first needed; see
    /// [`Client::p21_version`].
    ///
    /// ```no_run
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = p21_client::ClientBuilder::from_env().p21_version("26.1".parse()?).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn p21_version(self, version: Version) -> Self {
        self.set(|settings| settings.version = Some(version))
    }

    /// Ignores the system's proxies. A server on this machine's loopback is never reached through a proxy.
    pub fn no_proxy(self) -> Self {
        self.set(|settings| settings.no_proxy = true)
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        if let Ok(settings) = &mut self.settings {
            change(settings);
        }
        self
    }

    /// The client. Nothing is sent before the first call.
    ///
    /// # Errors
    /// A bad address, no credentials, or TLS and proxy settings that don't work ([`Error::is_input`]).
    pub fn build(self) -> Result<Client, Error> {
        let settings = self.settings?;
        let Some(credentials) = self.credentials else {
            return Err(Error::input("the client has no credentials; call `credentials` on its builder"));
        };
        let redactor = Arc::new(Redactor::new(credentials.secret().clone()));
        let transport = Transport::new(&settings, Arc::clone(&redactor))?;
        let warnings = warnings(&settings);
        warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
        Ok(Client::new(Inner {
            base: settings.base,
            redactor,
            warnings,
            credentials,
            token_api: settings.token_api,
            transport,
            timeouts: settings.timeouts,
            retry: settings.retry,
            limit: Semaphore::new(settings.max_concurrent),
            flavour: settings.flavour,
            services: settings.services,
            slots: Slots::new(settings.max_async),
            polling: settings.polling,
            clock: settings.clock,
            zone: settings.zone,
            token: SingleFlight::new(None),
            ui: SingleFlight::new(settings.ui),
            #[cfg(feature = "windows")]
            interactive: SingleFlight::new(None),
            version: ServerVersion::new(settings.version),
        }))
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("ClientBuilder");
        match &self.settings {
            Ok(settings) => out.field("base", &settings.base.as_str()),
            Err(error) => out.field("error", error),
        };
        out.field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(vars: &[(&str, &str)]) -> String {
        let var = |name: &str| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let builder = ClientBuilder::from_vars(var);
        let shown = format!("{builder:?}");
        builder.build().map_or_else(|error| error.to_string(), |_| shown)
    }

    #[test]
    fn the_environment_names_address_and_credentials() {
        let base = ("P21_BASE_URL", "https://p21.example.com/");
        let unset = |name: &str| {
            format!("the environment variable `{name}` is not set; nothing was sent: mend it and call again")
        };
        assert_eq!(built(&[]), unset("P21_BASE_URL"));
        assert_eq!(built(&[base]), unset("P21_USERNAME"));
        assert_eq!(built(&[base, ("P21_USERNAME", "u")]), unset("P21_PASSWORD"));
        let user = built(&[base, ("P21_USERNAME", "u"), ("P21_PASSWORD", "s3cret")]);
        assert!(user.contains("Password") && user.contains("\"u\"") && !user.contains("s3cret"), "{user}");
        let key = [base, ("P21_CONSUMER_KEY", "s3cret"), ("P21_CONSUMER_USERNAME", "v"), ("P21_USERNAME", "u")];
        let key = built(&key);
        assert!(key.contains("ConsumerKey") && key.contains("\"v\"") && !key.contains("s3cret"), "{key}");
    }

    #[test]
    fn bad_addresses_are_refused_without_quoting_them() {
        for bad in ["", "p21.example.com", "ftp://p21", "https://u:s3cret@p21.example.com", "https://h/?k=s3cret"] {
            let error = Client::builder(bad).credentials(Credentials::password("u", "p")).build().unwrap_err();
            assert!(error.is_input() && !format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn a_client_wants_credentials() {
        assert!(Client::builder("https://p21.example.com").build().unwrap_err().to_string().contains("credentials"));
    }
}
