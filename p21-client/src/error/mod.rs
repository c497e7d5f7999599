//! The one error of the client.

mod display;
mod failed;
mod kind;
mod questions;
mod server;
#[cfg(feature = "windows")]
mod window;

use std::fmt;
use std::sync::Arc;

use p21_model::check::Findings;
use p21_model::outcome::Failure;
use reqwest::{Method, StatusCode};

pub use failed::FailedTransaction;
pub use kind::{Contamination, ErrorKind, ReportSilence, TimeLimit, UnexpectedBody};
pub use server::ServerError;
#[cfg(feature = "windows")]
pub use window::{FieldsSoFar, WindowContext};

use crate::api::asynchronous::Ticket;
use crate::odata::TableError;
use crate::resilience::Unresolved;

/// Something went wrong, and what can be said about it.
///
/// Its [`Display`](fmt::Display) is one line that names the call, what happened and what to do next, and so is its
/// [`Debug`]: that is what `main` prints of an error that it returns (`{:#?}` shows the members). [`kind`](Self::kind) has
/// everything that is known, [`code`](Self::code) a name for it; causes are in [`source`](std::error::Error::source).
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
// It is made of nothing else by `From`: behind `session.run(async |..| Ok(..)).await?` rustc knows the closure's error by there
// being one way to this one.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    about: About,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// What an error is about, whatever its kind.
#[derive(Debug, Clone, Default)]
struct About {
    call: Option<Name>,
    /// Of the answer, if its head came.
    status: Option<StatusCode>,
    transaction: Option<Place>,
    /// The asynchronous request.
    ticket: Option<Ticket>,
    /// The window of the Interactive API.
    #[cfg(feature = "windows")]
    window: Option<Box<WindowContext>>,
}

/// Which transaction of how many.
#[derive(Debug, Clone, Copy)]
struct Place {
    index: usize,
    of: usize,
}

/// The call an error is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) method: Method,
    /// Without the query.
    pub(crate) path: String,
    /// It writes, and may have reached P21.
    pub(crate) written: bool,
    /// A login, or the router: made for the sake of another one.
    pub(crate) before: bool,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, about: About::default(), source: None }))
    }

    pub(crate) fn input(problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input { problem: problem.into() })
    }

    pub(crate) fn found(findings: Findings) -> Self {
        Self::new(ErrorKind::Findings { findings })
    }

    pub(crate) fn timeout(limit: TimeLimit) -> Self {
        Self::new(ErrorKind::Timeout { limit })
    }

    pub(crate) fn decode(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::Decode { path: path.into(), problem: problem.into() })
    }

    /// Says which call it is about. A write that may be stored is ambiguous from here on.
    #[must_use]
    pub(crate) fn of(mut self, call: Name) -> Self {
        if self.0.about.call.is_none() {
            let in_doubt = call.written && self.0.kind.leaves_doubt(self.0.about.status);
            self.0.about.call = Some(call);
            if in_doubt { self.ambiguous(None) } else { self }
        } else {
            self
        }
    }

    /// The status of the answer that it is about.
    #[must_use]
    pub(crate) fn answered(mut self, status: StatusCode) -> Self {
        self.0.about.status = Some(status);
        self
    }

    #[must_use]
    pub(crate) fn because(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// A transaction that P21 doesn't say it stored; `service` is its name, if bindings know it.
    pub(crate) fn failed<S>(failure: Failure<S>, service: Option<&'static str>, index: usize) -> Self {
        let failed = FailedTransaction { failure: failure.into_raw(), index, service };
        let failure = &failed.failure;
        Self::new(if failure.is_contaminated() {
            ErrorKind::Contaminated { by: Contamination::Transaction(failed) }
        } else if failure.is_rejected() {
            ErrorKind::Refused { failed }
        } else if failure.skipped().is_empty() {
            ErrorKind::Unclear { failed }
        } else {
            ErrorKind::Skipped { failed }
        })
    }

    /// Which transaction of how many it is about.
    #[must_use]
    pub(crate) fn about(mut self, index: usize, of: usize) -> Self {
        self.0.about.transaction = Some(Place { index, of });
        self
    }

    /// What P21 doesn't like of a query.
    #[must_use]
    pub(crate) fn about_table(mut self, error: TableError) -> Self {
        let said = self.0.kind.said().cloned();
        self.0.kind = ErrorKind::Table { error, said };
        self
    }

    /// The write may be stored, and the record doesn't tell.
    #[must_use]
    pub(crate) fn unresolved_because(self, unresolved: Unresolved) -> Self {
        self.ambiguous(Some(unresolved))
    }

    fn ambiguous(mut self, unresolved: Option<Unresolved>) -> Self {
        let nothing = ErrorKind::Input { problem: String::new() };
        let cause = match std::mem::replace(&mut self.0.kind, nothing) {
            ErrorKind::Ambiguous { cause, .. } => cause,
            kind => Box::new(kind),
        };
        self.0.kind = ErrorKind::Ambiguous { cause, unresolved };
        self
    }

    /// The write is known not to be stored: whether to repeat it is then a read's question.
    #[must_use]
    pub(crate) fn not_stored(mut self) -> Self {
        if let Some(call) = &mut self.0.about.call {
            call.written = false;
        }
        if let ErrorKind::Ambiguous { cause, .. } = self.0.kind {
            self.0.kind = *cause;
        }
        self
    }

    /// P21 itself answered, so that it is done with the call. Proxies answer while it is still at work, with statuses
    /// of their own (502 to 504, 507, 520 to 524) and with pages and plain text under a 500, so those prove nothing.
    pub(crate) fn is_settled(&self) -> bool {
        let status = self.status();
        // A failed transaction has no status: it stands in a success.
        let own_status = status.is_none_or(|s| s.is_success() || s == StatusCode::INTERNAL_SERVER_ERROR);
        match self.cause() {
            ErrorKind::Contaminated { .. } | ErrorKind::Unclear { .. } | ErrorKind::Skipped { .. } => own_status,
            ErrorKind::TooLarge { .. } => status.is_some_and(|status| status.is_success()),
            ErrorKind::Status { said, .. } => own_status && said.as_ref().is_some_and(|said| said.is_structured),
            // Of an answer that can't be read, not even the author is known.
            _ => false,
        }
    }

    /// Says where in the data a decode failure is, before what it is.
    #[must_use]
    pub(crate) fn with_place(mut self, place: &str) -> Self {
        if let ErrorKind::Decode { problem, .. } = &mut self.0.kind {
            *problem = format!("{place}: {problem}");
        }
        self
    }

    #[must_use]
    pub(crate) fn keeping(mut self, ticket: Ticket) -> Self {
        self.0.about.ticket = Some(ticket);
        self
    }

    /// What happened, of an ambiguous write too.
    pub(crate) fn cause(&self) -> &ErrorKind {
        self.0.kind.cause()
    }

    /// The status of the call's own answer: what it means for the call is to be read from this one only. The status of a
    /// login or of the router says nothing about what the call asks for.
    pub(crate) fn own_status(&self) -> Option<StatusCode> {
        self.status().filter(|_| !self.is_before_call())
    }

    pub(crate) fn is_write(&self) -> bool {
        self.0.about.call.as_ref().is_some_and(|call| call.written)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

/// What `main` prints of an error that it returns: the line of [`Display`](fmt::Display). `{:#?}` shows the members.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("about", &self.0.about)
            .field("source", &self.0.source)
            .finish()
    }
}

/// What a log or another program needs: the line, and the kind with what it knows.
#[cfg(feature = "serde")]
impl serde::Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut members = serializer.serialize_struct("Error", 5)?;
        members.serialize_field("code", self.code())?;
        members.serialize_field("message", &self.to_string())?;
        members.serialize_field("kind", self.kind())?;
        members.serialize_field("status", &self.status().map(|status| status.as_u16()))?;
        members.serialize_field("transaction", &self.transaction())?;
        members.end()
    }
}
