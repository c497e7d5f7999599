//! Who the client is.

use std::fmt;

use crate::error::Error;
use secrecy::SecretString;

/// What the client logs in with: a user's password, or a registered consumer key.
///
/// ```
/// use p21_client::Credentials;
///
/// let user: Credentials = Credentials::password("svc_demo", "s3cret");
/// let key: Credentials = Credentials::consumer_key("11111111-2222-3333-4444-555555555555").acting_as("svc_demo").into();
/// assert!(!format!("{user:?} {key:?}").contains("s3cret"));
/// ```
#[derive(Clone)]
pub struct Credentials(pub(crate) Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    Password { user: String, password: SecretString },
    ConsumerKey(ConsumerKey),
}

impl Credentials {
    /// Reads the environment: `P21_CONSUMER_KEY` with or without `P21_CONSUMER_USERNAME`, else `P21_USERNAME` and
    /// `P21_PASSWORD`.
    ///
    /// # Errors
    /// One of them is not set; names it.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_vars(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()))
    }

    pub(crate) fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        if let Some(key) = var("P21_CONSUMER_KEY") {
            let key = Self::consumer_key(key.trim());
            return Ok(match var("P21_CONSUMER_USERNAME") {
                Some(user) => key.acting_as(user).into(),
                None => key.into(),
            });
        }
        match (var("P21_USERNAME"), var("P21_PASSWORD")) {
            (Some(user), Some(password)) => Ok(Self::password(user, password)),
            (Some(_), None) => Err(missing("P21_PASSWORD")),
            (None, _) => Err(missing("P21_USERNAME")),
        }
    }

    /// A P21 user and their password. The user must be live and tied to a Windows, AAD or SQL identity.
    pub fn password(user: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self(Kind::Password { user: user.into(), password: password.into() })
    }

    /// A consumer key, registered on the middleware's admin page. The key is the whole credential: whoever holds it can
    /// act as any user.
    pub fn consumer_key(key: impl Into<SecretString>) -> ConsumerKey {
        ConsumerKey { key: key.into(), user: None }
    }

    /// The secrets, for redaction.
    pub(crate) fn secret(&self) -> &SecretString {
        match &self.0 {
            Kind::Password { password, .. } => password,
            Kind::ConsumerKey(consumer) => &consumer.key,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Password { user, .. } => f.debug_struct("Password").field("user", user).finish_non_exhaustive(),
            Kind::ConsumerKey(consumer) => consumer.fmt(f),
        }
    }
}

/// A consumer key, with or without the user it acts as.
#[derive(Clone)]
pub struct ConsumerKey {
    pub(crate) key: SecretString,
    pub(crate) user: Option<String>,
}

impl ConsumerKey {
    /// Names the acting user: what is written carries that user in the audit trail.
    ///
    /// Without one, transactions run as the P21 install user, and no Interactive session can be created. P21 takes any
    /// name here and refuses one that is not a user only when a session is created.
    #[must_use]
    pub fn acting_as(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }
}

impl From<ConsumerKey> for Credentials {
    fn from(consumer: ConsumerKey) -> Self {
        Self(Kind::ConsumerKey(consumer))
    }
}

impl fmt::Debug for ConsumerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsumerKey").field("acting_as", &self.user).finish_non_exhaustive()
    }
}

/// The token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum TokenApi {
    /// `POST /api/security/token`, deprecated: credentials travel in headers, where proxies and servers log them, and
    /// password logins attribute every write to the service account. Only for servers that lack the other one.
    V1,
    /// `POST /api/security/token/v2`: credentials travel in the body.
    #[default]
    V2,
}

/// An error about an environment variable.
pub(crate) fn missing(name: &str) -> Error {
    Error::input(format!("the environment variable `{name}` is not set"))
}
