//! One line: the call, what happened, what to do next.

use std::fmt;

use p21_model::check::{Findings, Severity};
use reqwest::StatusCode;

use super::{Contamination, Error, ErrorKind, TimeLimit, UnexpectedBody};
use crate::redact::bounded;
use crate::retry::{Class, class};

/// How many findings are named beside the first; [`Error::findings`] has all.
const MORE_FINDINGS: usize = 5;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = &self.0.about;
        if let Some(call) = &about.call {
            write!(f, "{} {}: ", call.method, call.path)?;
        }
        if let Some(place) = about.transaction.filter(|place| place.of > 1) {
            write!(f, "transaction {} of {}: ", place.index + 1, place.of)?;
        }
        #[cfg(feature = "windows")]
        if let Some(window) = self.window() {
            write!(f, "{}: {}: ", one_line(&window.window.escape_debug().to_string()), one_line(&window.step))?;
        }
        self.problem(f)?;
        if let Some(text) = self.server_text() {
            write!(f, ": \"{}\"", one_line(text))?;
        }
        if let Some(unresolved) = self.unresolved() {
            let unresolved = long_line(&unresolved.to_string());
            write!(f, "; whether the write is stored is unknown: {unresolved}")?;
        }
        #[cfg(feature = "windows")]
        if let Some(window) = self.window() {
            write!(f, "; {}", one_line(&window.holds))?;
        }
        write!(f, "; {}", self.next_step())
    }
}

impl Error {
    fn problem(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = || self.status().map_or_else(String::new, |status| format!(" {}", status.as_u16()));
        match self.cause() {
            ErrorKind::Ambiguous { .. } => f.write_str("the write may be stored or not"),
            ErrorKind::Input { problem } => f.write_str(&long_line(problem)),
            ErrorKind::Findings { findings } => found(findings, f),
            ErrorKind::Connect { cause } if cause.is_empty() => f.write_str("no connection"),
            ErrorKind::Connect { cause } => write!(f, "no connection ({})", one_line(cause)),
            ErrorKind::Dropped { cause } if cause.is_empty() => {
                f.write_str("the connection broke before the answer was complete")
            }
            ErrorKind::Dropped { cause } => {
                write!(f, "the connection broke before the answer was complete ({})", one_line(cause))
            }
            ErrorKind::Timeout { limit } => f.write_str(match limit {
                TimeLimit::Connect => "no connection within the connect limit",
                TimeLimit::Read => "the answer stopped for longer than the read limit",
                TimeLimit::Attempt => "no answer within the attempt limit",
                TimeLimit::Operation => "no answer within the operation limit",
                TimeLimit::Slot => "none of this client's asynchronous requests was done within the limit",
            }),
            ErrorKind::TooLarge { limit } => write!(f, "the answer is larger than {limit} bytes"),
            ErrorKind::Redirect { target } => write!(f, "the server redirects to {target}, which is not followed"),
            ErrorKind::NothingToPrint { said: None } => f.write_str("P21 answered that it printed no document"),
            ErrorKind::NothingToPrint { said: Some(_) } => {
                write!(f, "P21 found nothing to print and answered{}", status())
            }
            ErrorKind::NotDeployed { .. } => f.write_str("the service is listed but not available"),
            ErrorKind::UnknownService { service } => {
                write!(f, "P21 knows no service `{}`", bounded(service, 200).escape_debug())
            }
            ErrorKind::Contaminated { by } => {
                f.write_str("a session of the server's pool was contaminated")?;
                match by {
                    Contamination::Transaction(failed) => write!(f, ": {}", one_line(&failed.failure.to_string())),
                    Contamination::Answer(_) => Ok(()),
                }
            }
            ErrorKind::Unfinished { ticket, waited } => {
                let id = bounded(&ticket.request_id().escape_debug().to_string(), 200);
                write!(f, "the asynchronous request `{id}` is not done after {waited:?}")
            }
            ErrorKind::Refused { failed } | ErrorKind::Unclear { failed } | ErrorKind::Skipped { failed } => {
                f.write_str(&one_line(&failed.failure.to_string()))
            }
            ErrorKind::Unproven { elements } => {
                let elements: Vec<String> = elements.iter().map(|name| format!("`{}`", name.escape_debug())).collect();
                let elements = one_line(&elements.join(", "));
                write!(f, "P21 answered that the transaction is stored, and echoed nothing that shows {elements}")
            }
            ErrorKind::NotJson { body } => f.write_str(match body {
                UnexpectedBody::Xml => "XML where JSON was asked for",
                UnexpectedBody::Html => "a web page where JSON was asked for",
                UnexpectedBody::Empty => "an empty answer",
            }),
            ErrorKind::Decode { path, problem } => {
                write!(f, "the answer makes no sense at `{}`: {}", one_line(path), one_line(problem))
            }
            ErrorKind::ReportSilent { causes } => {
                let causes: Vec<String> = causes.iter().map(ToString::to_string).collect();
                write!(f, "P21 answered{} without a word, which means one of: {}", status(), causes.join("; "))
            }
            ErrorKind::CommandsSilent { .. } => write!(
                f,
                "P21 answered{} without a word: a 204 voids the results of all steps, an empty 500 is for an action that it \
                 doesn't implement, and in both cases steps before that one may have been done",
                status()
            ),
            ErrorKind::Table { error, .. } => f.write_str(&one_line(&error.to_string())),
            #[cfg(feature = "windows")]
            ErrorKind::Window { problem, .. } => write!(f, "{problem}"),
            ErrorKind::Unauthorised { .. } if self.status().is_none() => f.write_str("P21 gave no token"),
            ErrorKind::Unauthorised { .. } => write!(f, "P21 answered{}", status()),
            ErrorKind::Status { status, .. } => write!(f, "P21 answered {}", status.as_u16()),
        }
    }

    /// What to do; every kind has something.
    fn next_step(&self) -> &'static str {
        match &self.0.kind {
            ErrorKind::Ambiguous { cause, .. } if matches!(**cause, ErrorKind::Skipped { .. }) => {
                "leave them out; the rest may be stored, so read the record back before sending anything again"
            }
            ErrorKind::Ambiguous { .. } => "the write may be stored: read the record back before repeating it",
            ErrorKind::Unfinished { .. } => "it goes on and can't be cancelled: wait for it again with its ticket",
            ErrorKind::Input { .. } => "nothing was sent: mend it and call again",
            ErrorKind::Findings { .. } => "nothing was sent: mend the payload",
            ErrorKind::Connect { .. } | ErrorKind::Timeout { limit: TimeLimit::Connect } => {
                "nothing was sent: check the address, the network and the server's certificate"
            }
            ErrorKind::Unauthorised { .. } => "check the credentials, the key's scope and the user's rights",
            ErrorKind::Redirect { .. } => "check the address",
            ErrorKind::TooLarge { .. } => "ask for less, or raise the limit with `max_body`",
            ErrorKind::NothingToPrint { .. } => "check the criteria: nothing seems to be in their range",
            ErrorKind::NotDeployed { .. } => "its window is not deployed or licensed here: leave the service out",
            ErrorKind::UnknownService { .. } => "check the name against the list of services",
            ErrorKind::NotJson { body: UnexpectedBody::Xml } => {
                "the `Accept` header was lost on the way: look for a proxy that drops it"
            }
            ErrorKind::NotJson { body: UnexpectedBody::Html } => "check the address: a proxy or another site answered",
            ErrorKind::NotJson { body: UnexpectedBody::Empty } => {
                "try again later, and check what lies between here and P21"
            }
            ErrorKind::Refused { .. } => "mend the payload: the same one will be refused again",
            ErrorKind::Table { error, .. } => error.advice,
            #[cfg(feature = "windows")]
            ErrorKind::Window { problem, .. } => problem.mend(),
            ErrorKind::ReportSilent { .. } => {
                "check the criteria, the company first, and whether any report works here"
            }
            ErrorKind::CommandsSilent { .. } => "check the steps, and what of them was done",
            ErrorKind::Decode { .. } => "the server may be of another version, or another server: look at its answer",
            ErrorKind::Status { status: StatusCode::NOT_FOUND, .. } if self.is_before_call() => {
                "check the address, its path first: no middleware of P21 answers there"
            }
            _ if class(self) != Class::Never => "nothing was written: try again later",
            ErrorKind::Status { said: Some(_), .. } => "the same call will be answered the same: mend what P21 names",
            ErrorKind::Status { .. } => "check the path and the server: the same call will be answered the same",
            _ => "nothing was written: mend what P21 names, then send it again",
        }
    }
}

/// The first error in full, and where others are.
fn found(findings: &Findings, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("the payload was not sent, because P21 would refuse it or store something else: ")?;
    let errors: Vec<_> = findings.iter().filter(|finding| finding.severity() == Severity::Error).collect();
    let Some((first, others)) = errors.split_first() else { return f.write_str("see its findings") };
    write!(f, "{} {}: {}", first.code, one_line(&first.place()), long_line(&first.problem))?;
    if !first.remedy.is_empty() {
        write!(f, " (remedy: {})", long_line(&first.remedy))?;
    }
    for other in others.iter().take(MORE_FINDINGS) {
        write!(f, "; {} {}: {}", other.code, one_line(&other.place()), one_line(&other.problem))?;
    }
    match others.len().saturating_sub(MORE_FINDINGS) {
        0 => Ok(()),
        more => write!(f, "; and {more} more"),
    }
}

fn one_line(text: &str) -> String {
    line(text, 200)
}

/// What this crate says itself, which may name many things.
fn long_line(text: &str) -> String {
    line(text, 1_000)
}

fn line(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    bounded(&words.join(" "), most)
}
