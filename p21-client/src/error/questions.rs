//! What can be asked of an error.

use p21_model::check::{Finding, Findings};
use p21_model::outcome::Failure;
use p21_model::row::{Element, Field, Service};
use reqwest::StatusCode;

use super::{Error, ErrorKind, ServerError, TimeLimit};
use crate::api::asynchronous::Ticket;
use crate::odata::TableProblem;
use crate::resilience::Unresolved;
use crate::retry::{self, Class};

impl Error {
    /// What went wrong, with all that is known of it. A write that may be stored or not is
    /// [`Ambiguous`](ErrorKind::Ambiguous), whatever happened to it.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The name of the [kind](ErrorKind::code): `refused`, `ambiguous`, `not-deployed`. Stable.
    ///
    /// What the check found has codes of its own: [`finding`](Self::finding).
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The first of the [findings](Self::findings) that kept the payload from being sent; its `code` is stable, too.
    pub fn finding(&self) -> Option<&Finding> {
        self.findings()?.first_error()
    }

    /// The index of the transaction that it is about, from 0 (P21 counts from 1).
    pub fn transaction(&self) -> Option<usize> {
        let about = self.0.about.transaction.map(|place| place.index);
        let failed = || self.0.kind.failed().map(|failed| failed.index);
        about.or_else(failed).or_else(|| self.finding()?.transaction())
    }

    /// P21 refused the transaction and stored nothing of it; [`failure`](Self::failure) says why. The same payload
    /// will be refused again.
    pub fn is_rejected(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Refused { .. })
    }

    /// The call met a contaminated session of the server's pool (`Unexpected response window: …`): somebody's earlier call
    /// left a dialog open. A write that fails like this may have been stored all the same, so it is
    /// [ambiguous](Self::is_ambiguous). [Asynchronous requests](crate::Submission::queued) run in sessions of their own and
    /// don't meet this.
    pub fn is_contaminated(&self) -> bool {
        matches!(self.cause(), ErrorKind::Contaminated { .. })
    }

    /// The same call may succeed later, and repeating it can't store anything twice.
    ///
    /// False for every write that may have been stored: see [`is_ambiguous`](Self::is_ambiguous).
    pub fn is_retryable(&self) -> bool {
        retry::class(self) != Class::Never
    }

    /// A write whose outcome is unknown: it may be stored or not. Read the record back before repeating it.
    pub fn is_ambiguous(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Ambiguous { .. } | ErrorKind::Unfinished { .. })
    }

    /// An [asynchronous request](crate::Submission::queued) was not done within its limit. P21 goes on with it, and
    /// can't be told to stop: wait for it again with its [ticket](Self::ticket).
    pub fn is_unfinished(&self) -> bool {
        matches!(self.cause(), ErrorKind::Unfinished { .. })
    }

    /// The asynchronous request that the error is about.
    pub fn ticket(&self) -> Option<&Ticket> {
        match self.cause() {
            ErrorKind::Unfinished { ticket, .. } => Some(ticket),
            _ => self.0.about.ticket.as_ref(),
        }
    }

    /// P21 answered without a word where it owes one: a report's empty 500, or window commands' empty 500 or 204, whose
    /// cause it doesn't tell. The error's text names the known ones.
    pub fn is_silent(&self) -> bool {
        matches!(self.cause(), ErrorKind::ReportSilent { .. } | ErrorKind::CommandsSilent { .. })
    }

    /// A [report](crate::Client::print) found no record in its range, as P21 says, or brought no document at all.
    pub fn is_nothing_to_print(&self) -> bool {
        matches!(self.cause(), ErrorKind::NothingToPrint { .. })
    }

    /// P21 didn't accept who the client is, or what it may do: a wrong password, an unknown key, a missing right.
    pub fn is_auth(&self) -> bool {
        let of_table = || matches!(self.table_problem(), Some(TableProblem::OutOfScope | TableProblem::NotAllowed));
        matches!(self.cause(), ErrorKind::Unauthorised { .. }) || of_table()
    }

    /// What failed is the login, or the router's answer about the UI server, and not the call that they were for: nothing is
    /// known of what the call asks for, and nothing of it was stored.
    ///
    /// ```no_run
    /// # async fn example(client: p21_client::Client) {
    /// match client.table("oe_hdr").first::<serde_json::Value>().await {
    ///     Err(error) if error.is_before_call() => println!("nobody was asked for the table: {error}"),
    ///     Err(error) if error.is_not_found() => println!("there is no such table"),
    ///     other => println!("{other:?}"),
    /// }
    /// # }
    /// ```
    pub fn is_before_call(&self) -> bool {
        self.0.about.call.as_ref().is_some_and(|call| call.before)
    }

    /// A time limit passed.
    pub fn is_timeout(&self) -> bool {
        matches!(self.cause(), ErrorKind::Timeout { .. })
    }

    /// No connection could be made, TLS included; nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(self.cause(), ErrorKind::Connect { .. } | ErrorKind::Timeout { limit: TimeLimit::Connect })
    }

    /// The call was refused before anything was sent: a bad address, service name or setting, or findings.
    pub fn is_input(&self) -> bool {
        matches!(self.cause(), ErrorKind::Input { .. } | ErrorKind::Findings { .. })
    }

    /// What the check found: what P21 would refuse, or store otherwise. Nothing was sent.
    pub fn findings(&self) -> Option<&Findings> {
        match self.cause() {
            ErrorKind::Findings { findings } => Some(findings),
            _ => None,
        }
    }

    /// The service is listed, but its window is not deployed or licensed here. No permission mends that.
    pub fn is_unavailable_service(&self) -> bool {
        matches!(self.cause(), ErrorKind::NotDeployed { .. })
    }

    /// P21 knows no service of that name.
    pub fn is_unknown_service(&self) -> bool {
        matches!(self.cause(), ErrorKind::UnknownService { .. })
    }

    /// P21 has no such table or view, or it is a view asked for as a table or the other way round.
    pub fn is_not_found(&self) -> bool {
        self.table_problem() == Some(TableProblem::NotFound)
    }

    /// Which part of a query of a table or view P21 didn't like. P21 itself says 404 to nearly everything.
    pub fn table_problem(&self) -> Option<TableProblem> {
        match self.cause() {
            ErrorKind::Table { error, .. } => Some(error.problem),
            _ => None,
        }
    }

    /// Why the outcome of a write stayed unknown although the record was to be read back; see
    /// [`resilience`](crate::resilience).
    pub fn unresolved(&self) -> Option<&Unresolved> {
        match &self.0.kind {
            ErrorKind::Ambiguous { unresolved, .. } => unresolved.as_ref(),
            _ => None,
        }
    }

    /// The answer was larger than the client reads.
    pub fn is_too_large(&self) -> bool {
        matches!(self.cause(), ErrorKind::TooLarge { .. })
    }

    /// The server answered with a redirect, which is not followed.
    pub fn is_redirect(&self) -> bool {
        matches!(self.cause(), ErrorKind::Redirect { .. })
    }

    /// The answer can't be read: not JSON, or JSON of another shape.
    pub fn is_decode(&self) -> bool {
        matches!(self.cause(), ErrorKind::NotJson { .. } | ErrorKind::Decode { .. })
    }

    /// Where in the JSON the answer stopped making sense: `Results.Transactions[0].Status`.
    pub fn decode_path(&self) -> Option<&str> {
        match self.cause() {
            ErrorKind::Decode { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.about.status
    }

    /// What the server said, without secrets.
    pub fn server(&self) -> Option<&ServerError> {
        self.0.kind.said()
    }

    /// The server's text, without secrets and cut to a length fit for logs.
    pub fn server_text(&self) -> Option<&str> {
        self.server().map(|server| server.message.as_str())
    }

    /// Whether P21 refused the transaction for a field: `error.is_about(line::PRICE)`. Never for a field of another
    /// service. See [`Failure::is_about`].
    pub fn is_about<E: Element, T>(&self, field: Field<E, T>) -> bool {
        self.failure_of::<E::Service>().is_some_and(|failure| failure.is_about(field))
    }

    /// The elements that P21 left out, though it answered `Succeeded`; see [`Failure::skipped`].
    pub fn skipped(&self) -> &[String] {
        self.failure().map_or(&[], Failure::skipped)
    }

    /// What P21 said of the transaction that it doesn't say it stored, message by message.
    pub fn failure(&self) -> Option<&Failure> {
        self.0.kind.failed().map(|failed| &failed.failure)
    }

    /// The same, for the handles of the service that was sent; `None` if it is about another one, or was sent through a
    /// raw door.
    pub fn failure_of<S: Service>(&self) -> Option<Failure<S>> {
        self.0.kind.failed()?.of()
    }
}
