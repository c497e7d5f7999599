//! The one error of the client.

mod display;
mod server;

use std::fmt;
use std::sync::Arc;

use p21_model::check::Findings;
use p21_model::outcome::Rejection;
use reqwest::{Method, StatusCode};

pub use server::ServerError;

use crate::retry::{self, Class};

/// Something went wrong, and what can be said about it.
///
/// Its [`Display`](fmt::Display) is one line that names the call and what to do; causes are in
/// [`source`](std::error::Error::source). Everything else is a question.
///
/// ```no_run
/// # use p21_client::{Client, Error};
/// # async fn example(client: Client, set: p21_model::payload::TransactionSet) -> Result<(), Error> {
/// match client.submit_raw(&set).await {
///     Ok(outcome) => println!("{} transactions answered", outcome.transactions.len()),
///     Err(error) if error.is_ambiguous() => println!("{error}: read the record back first"),
///     Err(error) if error.is_retryable() => println!("{error}: try again later"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    call: Option<Name>,
    status: Option<StatusCode>,
    server: Option<ServerError>,
    rejection: Option<Rejection>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Refused here; nothing was sent.
    Input(String),
    /// The check found something; nothing was sent.
    Found(Findings),
    /// No connection; nothing was sent.
    Connect,
    /// The connection broke after something was sent.
    Dropped,
    /// A limit passed.
    Timeout(Limit),
    /// The answer is larger than allowed.
    TooLarge(usize),
    /// Who the client is was not accepted.
    Auth,
    /// An answer that points elsewhere.
    Redirect(String),
    /// A status that is not success.
    Status,
    /// The service is listed but not deployed.
    UnavailableService,
    /// There is no such service.
    UnknownService,
    /// A pooled session of the server was dirty.
    Contaminated,
    /// P21 refused the transaction.
    Rejected,
    /// Markup or nothing where JSON is due.
    NotJson(Body),
    /// JSON of another shape.
    Decode {
        /// Where.
        path: String,
        /// What.
        problem: String,
    },
}

/// The limit that passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Connect,
    Read,
    Attempt,
    Operation,
}

/// What came instead of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Xml,
    Html,
    Empty,
}

/// The call an error is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) method: Method,
    /// Without the query.
    pub(crate) path: String,
    /// It writes, and may have reached P21.
    pub(crate) written: bool,
}

impl Error {
    pub(crate) fn new(kind: Kind) -> Self {
        Self(Box::new(Inner { kind, call: None, status: None, server: None, rejection: None, source: None }))
    }

    pub(crate) fn input(problem: impl Into<String>) -> Self {
        Self::new(Kind::Input(problem.into()))
    }

    pub(crate) fn found(findings: Findings) -> Self {
        Self::new(Kind::Found(findings))
    }

    #[must_use]
    pub(crate) fn of(mut self, call: Name) -> Self {
        self.0.call.get_or_insert(call);
        self
    }

    #[must_use]
    pub(crate) fn answered(mut self, status: StatusCode, server: Option<ServerError>) -> Self {
        self.0.status = Some(status);
        self.0.server = server;
        self
    }

    #[must_use]
    pub(crate) fn because(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    pub(crate) fn rejected(rejection: Rejection) -> Self {
        let contaminated = rejection.messages.iter().any(|message| server::is_contamination(&message.text));
        let mut error = Self::new(if contaminated { Kind::Contaminated } else { Kind::Rejected });
        error.0.rejection = Some(rejection);
        error
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.0.kind
    }

    pub(crate) fn is_write(&self) -> bool {
        self.0.call.as_ref().is_some_and(|call| call.written)
    }

    /// P21 refused the transaction and stored nothing of it; [`rejection`](Self::rejection) says why. The same payload
    /// will be refused again.
    pub fn is_rejected(&self) -> bool {
        self.0.kind == Kind::Rejected
    }

    /// A pooled session of the server was dirty (`Unexpected response window: …`): somebody's earlier call left a dialog
    /// open. A write that fails like this may have been stored all the same, so it is [ambiguous](Self::is_ambiguous).
    pub fn is_contaminated(&self) -> bool {
        self.0.kind == Kind::Contaminated
    }

    /// The same call may succeed later, and repeating it can't store anything twice.
    ///
    /// False for every write that may have been stored: see [`is_ambiguous`](Self::is_ambiguous).
    pub fn is_retryable(&self) -> bool {
        retry::class(self) != Class::Never
    }

    /// A write whose outcome is unknown: it may be stored or not. Read the record back before repeating it.
    pub fn is_ambiguous(&self) -> bool {
        self.is_write()
            && match &self.0.kind {
                Kind::Dropped | Kind::TooLarge(_) | Kind::Contaminated | Kind::NotJson(_) | Kind::Decode { .. } => true,
                Kind::Timeout(limit) => *limit != Limit::Connect,
                Kind::Status => {
                    // A refusal in the body of a success says as little about what was stored as a 5xx.
                    self.status().is_some_and(|status| !status.is_client_error())
                        && !self.server().is_some_and(ServerError::is_deterministic)
                }
                _ => false,
            }
    }

    /// P21 didn't accept who the client is, or what it may do: a wrong password, an unknown key, a missing right.
    pub fn is_auth(&self) -> bool {
        self.0.kind == Kind::Auth
    }

    /// A time limit passed.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout(_))
    }

    /// No connection could be made, TLS included; nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect | Kind::Timeout(Limit::Connect))
    }

    /// The call was refused before anything was sent: a bad address, service name or setting.
    pub fn is_input(&self) -> bool {
        matches!(self.0.kind, Kind::Input(_) | Kind::Found(_))
    }

    /// What the check found in a typed set: what P21 would refuse, or store otherwise. Nothing was sent.
    pub fn findings(&self) -> Option<&Findings> {
        match &self.0.kind {
            Kind::Found(findings) => Some(findings),
            _ => None,
        }
    }

    /// The service is listed, but its window is not deployed or licensed here. No permission mends that.
    pub fn is_unavailable_service(&self) -> bool {
        self.0.kind == Kind::UnavailableService
    }

    /// P21 knows no service of that name.
    pub fn is_unknown_service(&self) -> bool {
        self.0.kind == Kind::UnknownService
    }

    /// The answer was larger than the client reads.
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, Kind::TooLarge(_))
    }

    /// The server answered with a redirect, which is not followed.
    pub fn is_redirect(&self) -> bool {
        matches!(self.0.kind, Kind::Redirect(_))
    }

    /// The answer can't be read: not JSON, or JSON of another shape.
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::NotJson(_) | Kind::Decode { .. })
    }

    /// Where in the JSON the answer stopped making sense: `Results.Transactions[0].Status`.
    pub fn decode_path(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Decode { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// What the server said, without secrets.
    pub fn server(&self) -> Option<&ServerError> {
        self.0.server.as_ref()
    }

    /// The server's text, without secrets and cut to a length fit for logs.
    pub fn server_text(&self) -> Option<&str> {
        self.server().map(|server| server.message.as_str())
    }

    /// Why P21 refused the transaction, message by message.
    pub fn rejection(&self) -> Option<&Rejection> {
        self.0.rejection.as_ref()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("call", &self.0.call)
            .field("status", &self.0.status)
            .field("server", &self.0.server)
            .field("rejection", &self.0.rejection)
            .field("source", &self.0.source)
            .finish()
    }
}
