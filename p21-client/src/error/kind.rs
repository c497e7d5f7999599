//! What can go wrong: a kind each, with all that is known of it.

use std::fmt;
use std::time::Duration;

use p21_model::check::Findings;
use reqwest::StatusCode;

use super::{FailedTransaction, ServerError};
use crate::api::asynchronous::Ticket;
use crate::odata::TableError;
use crate::resilience::Unresolved;
#[cfg(feature = "windows")]
use crate::windows::WindowProblem;

/// What went wrong; see [`Error::kind`](crate::Error::kind). A kind has what is known of it, and no kind lacks its data.
///
/// ```no_run
/// use p21_client::{Client, ErrorKind};
/// # async fn example(client: Client, set: p21_model::payload::TransactionSet) {
/// if let Err(error) = client.submit(&set).await {
///     match error.kind() {
///         ErrorKind::Findings { findings, .. } => findings.iter().for_each(|finding| println!("{finding}")),
///         ErrorKind::Refused { failed, .. } => println!("P21 says: {:?}", failed.failure.messages),
///         ErrorKind::Ambiguous { cause, .. } => println!("look first whether it is stored: {}", cause.code()),
///         _ => println!("{error}"),
///     }
/// }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "kebab-case"))]
pub enum ErrorKind {
    /// A setting, an address, a name or a key that can't be used. Nothing was sent.
    #[non_exhaustive]
    Input {
        /// What is wrong with it.
        problem: String,
    },
    /// The check found what P21 would refuse, or store otherwise. Nothing was sent; what it is wrong about goes out with
    /// [`unchecked`](crate::Submission::unchecked).
    #[non_exhaustive]
    Findings {
        /// All of it, warnings too.
        findings: Findings,
    },
    /// No connection came to be. Nothing was sent.
    #[non_exhaustive]
    Connect {
        /// What the system says: `Connection refused`.
        cause: String,
    },
    /// The connection broke before the answer was complete.
    #[non_exhaustive]
    Dropped {
        /// What the system says.
        cause: String,
    },
    /// A time limit passed.
    #[non_exhaustive]
    Timeout {
        /// Which one.
        limit: TimeLimit,
    },
    /// The answer is larger than is read.
    #[non_exhaustive]
    TooLarge {
        /// How many bytes are read at most.
        limit: usize,
    },
    /// P21 doesn't accept who the client is, or what it may do: a wrong password, an unknown key, a missing right.
    #[non_exhaustive]
    Unauthorised {
        /// What P21 says, if it says anything.
        said: Option<ServerError>,
    },
    /// The server redirects, which is not followed.
    #[non_exhaustive]
    Redirect {
        /// Where to, without its query.
        target: String,
    },
    /// A status that is no success, and none of the other kinds.
    #[non_exhaustive]
    Status {
        /// The status.
        #[cfg_attr(feature = "serde", serde(serialize_with = "number"))]
        status: StatusCode,
        /// What the server says, if it says anything.
        said: Option<ServerError>,
    },
    /// A report's empty 500. P21 doesn't say which of the causes it has; after at most three tries only the passing one
    /// is unlikely.
    #[non_exhaustive]
    ReportSilent {
        /// What it is known to mean.
        causes: &'static [ReportSilence],
    },
    /// Window commands that P21 answered with a 204 or an empty 500: the results of all steps are lost.
    #[non_exhaustive]
    CommandsSilent {
        /// 204 for a step that voids the results, 500 for an action that P21 doesn't implement.
        #[cfg_attr(feature = "serde", serde(serialize_with = "number"))]
        status: StatusCode,
    },
    /// A report that found no record in its range, or brought no document.
    #[non_exhaustive]
    NothingToPrint {
        /// What P21 says, if it says anything.
        said: Option<ServerError>,
    },
    /// The service is listed, but its window is not deployed or licensed here.
    #[non_exhaustive]
    NotDeployed {
        /// What P21 says.
        said: ServerError,
    },
    /// P21 knows no service of that name: its definition is answered with an empty 500.
    #[non_exhaustive]
    UnknownService {
        /// The name.
        service: String,
    },
    /// The call met a contaminated session of P21's pool: somebody's earlier call left a dialog open in it.
    #[non_exhaustive]
    Contaminated {
        /// How P21 said so.
        by: Contamination,
    },
    /// An asynchronous request that isn't done yet. P21 goes on with it.
    #[non_exhaustive]
    Unfinished {
        /// What finds the request again.
        ticket: Ticket,
        /// How long it was waited for.
        waited: Duration,
    },
    /// P21 refused the transaction, and stored nothing of it.
    #[non_exhaustive]
    Refused {
        /// Which transaction, and why.
        failed: FailedTransaction,
    },
    /// P21's answer doesn't tell whether the transaction is stored: its parts disagree.
    #[non_exhaustive]
    Unclear {
        /// Which transaction, and what P21 says.
        failed: FailedTransaction,
    },
    /// P21 answered that the transaction is stored, and left out elements.
    #[non_exhaustive]
    Skipped {
        /// Which transaction, and [which elements](p21_model::outcome::Failure::skipped).
        failed: FailedTransaction,
    },
    /// P21 answered that the transaction is stored; neither its echo nor the record shows that.
    #[non_exhaustive]
    Unproven {
        /// The elements that the echo doesn't show.
        elements: Vec<String>,
    },
    /// Markup or nothing where JSON is due.
    #[non_exhaustive]
    NotJson {
        /// What came.
        body: UnexpectedBody,
    },
    /// JSON of another shape.
    #[non_exhaustive]
    Decode {
        /// Where: `Results.Transactions[0].Status`.
        path: String,
        /// What is wrong there.
        problem: String,
    },
    /// P21 doesn't like a query of a table or view.
    #[non_exhaustive]
    Table {
        /// What of it.
        error: TableError,
        /// What P21 says, if it says anything.
        said: Option<ServerError>,
    },
    /// A session or a window of the Interactive API; see [`windows`](crate::windows).
    #[cfg(feature = "windows")]
    #[non_exhaustive]
    Window {
        /// What went wrong.
        problem: WindowProblem,
        /// What P21 says, if it says anything.
        said: Option<ServerError>,
    },
    /// A write that may be stored or not. Read the record back before repeating it.
    #[non_exhaustive]
    Ambiguous {
        /// What happened; never this kind itself.
        cause: Box<Self>,
        /// Why the record doesn't tell either; `None` if it wasn't to be read back.
        unresolved: Option<Unresolved>,
    },
}

/// A status as its number.
#[cfg(feature = "serde")]
fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

/// The limit that passed; see [`Timeouts`](crate::Timeouts) and [`Polling`](crate::Polling).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum TimeLimit {
    /// For a connection to stand.
    Connect,
    /// Between two pieces of an answer.
    Read,
    /// Of one try.
    Attempt,
    /// Of the whole call.
    Operation,
    /// For one of the client's asynchronous requests to be done, so that another may be sent.
    Slot,
}

/// What came instead of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum UnexpectedBody {
    /// XML.
    Xml,
    /// A web page.
    Html,
    /// Nothing.
    Empty,
}

/// What an empty 500 of a report is known to mean; those who documented it saw all three (verified on 26.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum ReportSilence {
    /// A fault that passes: three tries nearly always mend it.
    PassingFault,
    /// Criteria that P21 can't use, an unknown company among them: the same answer comes every time.
    UnusableCriteria,
    /// No report works in this environment.
    NoReportsHere,
}

impl ReportSilence {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::PassingFault, Self::UnusableCriteria, Self::NoReportsHere];
}

impl fmt::Display for ReportSilence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PassingFault => "a passing fault",
            Self::UnusableCriteria => "criteria that it can't use, such as an unknown company",
            Self::NoReportsHere => "an environment in which no report works",
        })
    }
}

/// How P21 said that a session was contaminated.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Contamination {
    /// By an error in the place of the answer.
    Answer(ServerError),
    /// By a message about a transaction.
    Transaction(FailedTransaction),
}

impl ErrorKind {
    /// The kind's name, in words joined by `-`. Codes are stable: a code keeps its meaning.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input { .. } => "input",
            Self::Findings { .. } => "findings",
            Self::Connect { .. } => "connect",
            Self::Dropped { .. } => "dropped",
            Self::Timeout { .. } => "timeout",
            Self::TooLarge { .. } => "too-large",
            Self::Unauthorised { .. } => "unauthorised",
            Self::Redirect { .. } => "redirect",
            Self::Status { .. } => "status",
            Self::ReportSilent { .. } => "report-silent",
            Self::CommandsSilent { .. } => "commands-silent",
            Self::NothingToPrint { .. } => "nothing-to-print",
            Self::NotDeployed { .. } => "not-deployed",
            Self::UnknownService { .. } => "unknown-service",
            Self::Contaminated { .. } => "contaminated",
            Self::Unfinished { .. } => "unfinished",
            Self::Refused { .. } => "refused",
            Self::Unclear { .. } => "unclear",
            Self::Skipped { .. } => "skipped",
            Self::Unproven { .. } => "unproven",
            Self::NotJson { .. } => "not-json",
            Self::Decode { .. } => "decode",
            Self::Table { .. } => "table",
            #[cfg(feature = "windows")]
            Self::Window { .. } => "window",
            Self::Ambiguous { .. } => "ambiguous",
        }
    }

    /// What happened, of an ambiguous write too.
    pub(crate) fn cause(&self) -> &Self {
        match self {
            Self::Ambiguous { cause, .. } => cause,
            kind => kind,
        }
    }

    /// What the server said.
    pub(crate) fn said(&self) -> Option<&ServerError> {
        match self {
            Self::Unauthorised { said }
            | Self::Status { said, .. }
            | Self::NothingToPrint { said }
            | Self::Table { said, .. } => said.as_ref(),
            #[cfg(feature = "windows")]
            Self::Window { said, .. } => said.as_ref(),
            Self::NotDeployed { said } | Self::Contaminated { by: Contamination::Answer(said) } => Some(said),
            Self::Ambiguous { cause, .. } => cause.said(),
            _ => None,
        }
    }

    /// The transaction that isn't known to be stored.
    pub(crate) fn failed(&self) -> Option<&FailedTransaction> {
        match self {
            Self::Refused { failed } | Self::Unclear { failed } | Self::Skipped { failed } => Some(failed),
            Self::Contaminated { by: Contamination::Transaction(failed) } => Some(failed),
            Self::Ambiguous { cause, .. } => cause.failed(),
            _ => None,
        }
    }

    /// Whether a write that ends like this may be stored.
    pub(super) fn leaves_doubt(&self, status: Option<StatusCode>) -> bool {
        match self {
            Self::Dropped { .. } | Self::TooLarge { .. } | Self::Contaminated { .. } => true,
            Self::NotJson { .. } | Self::Decode { .. } => true,
            Self::ReportSilent { .. } | Self::CommandsSilent { .. } => true,
            Self::Unclear { .. } | Self::Skipped { .. } | Self::Unproven { .. } => true,
            // P21 says nothing of a range that it found empty, and brings no document: it may have created what it prints.
            Self::NothingToPrint { said } => said.is_none(),
            #[cfg(feature = "windows")]
            Self::Window { problem, .. } => problem.leaves_doubt(),
            Self::Timeout { limit } => *limit != TimeLimit::Connect,
            Self::Status { status: answered, said } => {
                // A refusal in the body of a success says as little about what was stored as a 5xx.
                !status.unwrap_or(*answered).is_client_error()
                    && !said.as_ref().is_some_and(ServerError::is_deterministic)
            }
            _ => false,
        }
    }
}
