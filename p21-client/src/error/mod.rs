//! The one error of the client.

mod display;
mod questions;
mod server;

use std::fmt;
use std::sync::Arc;

use p21_model::check::Findings;
use p21_model::outcome::Failure;
use reqwest::{Method, StatusCode};

pub use server::ServerError;

use crate::api::asynchronous::Ticket;
use crate::odata::TableError;
use crate::resilience::Unresolved;

/// Something went wrong, and what can be said about it.
///
/// Its [`Display`](fmt::Display) is one line that names the call and what to do; causes are in
/// [`source`](std::error::Error::source). Everything else is a question.
///
/// ```no_run
/// # use p21_client::{Client, Error};
/// # async fn example(client: Client, set: p21_model::payload::TransactionSet) -> Result<(), Error> {
/// match client.submit(&set).await {
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
    failure: Option<Failure>,
    /// The service that the failure is about.
    service: Option<&'static str>,
    table: Option<TableError>,
    unresolved: Option<Unresolved>,
    ticket: Option<Ticket>,
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
    /// Nothing at all where P21 owes an answer, and what that may mean.
    Silent(&'static str),
    /// A report without a document, though P21 calls it a success.
    NoDocuments,
    /// The service is listed but not deployed.
    UnavailableService,
    /// There is no such service.
    UnknownService,
    /// A pooled session of the server was dirty.
    Contaminated,
    /// An asynchronous request that isn't done yet.
    Unfinished(std::time::Duration),
    /// P21 refused the transaction.
    Rejected,
    /// P21's answer doesn't tell whether the transaction is stored.
    Unclear,
    /// P21 answered that the transaction is stored, and left out elements.
    Skipped,
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
    /// Of asynchronous requests.
    Slot,
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
        Self(Box::new(Inner {
            kind,
            call: None,
            status: None,
            server: None,
            failure: None,
            service: None,
            table: None,
            unresolved: None,
            ticket: None,
            source: None,
        }))
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

    /// A transaction that P21 doesn't say it stored; `service` is its name, if bindings know it.
    pub(crate) fn failed<S>(failure: Failure<S>, service: Option<&'static str>) -> Self {
        let mut error = Self::new(match &failure {
            failure if failure.is_contaminated() => Kind::Contaminated,
            failure if failure.is_rejected() => Kind::Rejected,
            failure if !failure.skipped().is_empty() => Kind::Skipped,
            _ => Kind::Unclear,
        });
        error.0.failure = Some(failure.into_raw());
        error.0.service = service;
        error
    }

    #[must_use]
    pub(crate) fn about_table(mut self, problem: TableError) -> Self {
        self.0.table = Some(problem);
        self
    }

    #[must_use]
    pub(crate) fn unresolved_because(mut self, unresolved: Unresolved) -> Self {
        self.0.unresolved = Some(unresolved);
        self
    }

    /// The write is known not to be stored: whether to repeat it is then a read's question.
    #[must_use]
    pub(crate) fn not_stored(mut self) -> Self {
        if let Some(call) = &mut self.0.call {
            call.written = false;
        }
        self
    }

    /// P21 itself answered, so that it is done with the call. Proxies answer while it is still at work, with statuses
    /// of their own (502 to 504, 507, 520 to 524) and with pages and plain text under a 500, so those prove nothing.
    pub(crate) fn is_settled(&self) -> bool {
        let status = self.status();
        // A failed transaction has no status: it stands in a success.
        let own_status = status.is_none_or(|s| s.is_success() || s == StatusCode::INTERNAL_SERVER_ERROR);
        match &self.0.kind {
            Kind::Contaminated | Kind::Unclear | Kind::Skipped => own_status,
            Kind::TooLarge(_) => status.is_some_and(|status| status.is_success()),
            Kind::Status => status.is_some() && own_status && self.server().is_some_and(|server| server.is_structured),
            // Of an answer that can't be read, not even the author is known.
            _ => false,
        }
    }

    /// Says where in the data a decode failure is, before what it is.
    #[must_use]
    pub(crate) fn with_place(mut self, place: &str) -> Self {
        if let Kind::Decode { problem, .. } = &mut self.0.kind {
            *problem = format!("{place}: {problem}");
        }
        self
    }

    #[must_use]
    pub(crate) fn keeping(mut self, ticket: Ticket) -> Self {
        self.0.ticket = Some(ticket);
        self
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.0.kind
    }

    pub(crate) fn is_write(&self) -> bool {
        self.0.call.as_ref().is_some_and(|call| call.written)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

/// What `main` prints of an error that it returns: the line of [`Display`](fmt::Display), and its causes. `{:#?}` shows
/// the members.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            write!(f, "{self}")?;
            let causes = std::iter::successors(std::error::Error::source(self), |cause| cause.source());
            return causes.into_iter().try_for_each(|cause| write!(f, "\n  caused by: {cause}"));
        }
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("call", &self.0.call)
            .field("status", &self.0.status)
            .field("server", &self.0.server)
            .field("failure", &self.0.failure)
            .field("ticket", &self.0.ticket)
            .field("source", &self.0.source)
            .finish()
    }
}
