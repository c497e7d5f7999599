//! One line: the call, what happened, what to do.

use std::fmt;

use super::{Body, Error, Kind, Limit};
use crate::redact::bounded;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(call) = &self.0.call {
            write!(f, "{} {}: ", call.method, call.path)?;
        }
        self.problem(f)?;
        if let Some(text) = self.server_text() {
            write!(f, ": \"{}\"", one_line(text))?;
        }
        if let Some(unresolved) = &self.0.unresolved {
            return write!(f, "; whether the write is stored is unknown: {unresolved}");
        }
        let advice = self.advice();
        if !advice.is_empty() {
            write!(f, "; {advice}")?;
        }
        Ok(())
    }
}

impl Error {
    fn problem(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(table) = &self.0.table {
            return write!(f, "{table}");
        }
        match &self.0.kind {
            Kind::Input(problem) => f.write_str(problem),
            Kind::Found(findings) => {
                f.write_str("the payload was not sent, because P21 would refuse it or store something else:")?;
                findings.iter().try_for_each(|finding| write!(f, "\n{finding}"))
            }
            Kind::Connect => match self.root_cause() {
                Some(cause) => write!(f, "no connection ({cause})"),
                None => f.write_str("no connection"),
            },
            Kind::Dropped => f.write_str("the connection broke before the answer was complete"),
            Kind::Timeout(limit) => f.write_str(match limit {
                Limit::Connect => "no connection within the connect limit",
                Limit::Read => "the answer stopped for longer than the read limit",
                Limit::Attempt => "no answer within the attempt limit",
                Limit::Operation => "no answer within the operation limit",
                Limit::Slot => "none of this client's asynchronous requests was done within the limit",
            }),
            Kind::TooLarge(limit) => write!(f, "the answer is larger than {limit} bytes"),
            Kind::Redirect(target) => write!(f, "the server redirects to {target}, which is not followed"),
            Kind::NoDocuments => f.write_str("P21 answered that it printed no document"),
            Kind::UnavailableService => f.write_str("the service is listed but not available"),
            Kind::UnknownService => f.write_str("P21 knows no service of that name"),
            Kind::Contaminated => match &self.0.failure {
                Some(failure) => {
                    write!(f, "a pooled session of the server was dirty: {}", one_line(&failure.to_string()))
                }
                None => f.write_str("a pooled session of the server was dirty"),
            },
            Kind::Unfinished(limit) => {
                write!(f, "the asynchronous request")?;
                if let Some(ticket) = &self.0.ticket {
                    write!(f, " `{}`", bounded(&ticket.request_id().escape_debug().to_string(), 200))?;
                }
                write!(f, " is not done after {limit:?}")
            }
            Kind::Rejected | Kind::Unclear | Kind::Skipped => match &self.0.failure {
                Some(failure) => f.write_str(&one_line(&failure.to_string())),
                None if self.0.kind == Kind::Rejected => f.write_str("P21 refused the transaction"),
                None => f.write_str("P21 answered that the transaction is stored, and echoed nothing that shows it"),
            },
            Kind::NotJson(body) => f.write_str(match body {
                Body::Xml => "XML where JSON was asked for",
                Body::Html => "a web page where JSON was asked for",
                Body::Empty => "an empty answer",
            }),
            Kind::Decode { path, problem } => write!(f, "the answer makes no sense at `{path}`: {}", one_line(problem)),
            Kind::Silent(meaning) => match self.0.status {
                Some(status) => write!(f, "P21 answered {} without a word: {meaning}", status.as_u16()),
                None => write!(f, "P21 answered without a word: {meaning}"),
            },
            Kind::Auth | Kind::Status => match self.0.status {
                Some(status) => write!(f, "P21 answered {}", status.as_u16()),
                None => f.write_str("P21 gave no token"),
            },
        }
    }

    fn advice(&self) -> &'static str {
        if let Some(table) = &self.0.table {
            return table.advice;
        }
        if self.is_unfinished() {
            return "it goes on and can't be cancelled: wait for it again with its ticket";
        }
        if !self.skipped().is_empty() {
            return "leave them out; the rest may be stored, so read the record back before sending anything again";
        }
        if self.is_ambiguous() {
            return "the write may be stored: read the record back before repeating it";
        }
        match &self.0.kind {
            Kind::Connect | Kind::Timeout(Limit::Connect) => {
                "nothing was sent: check the address, the network and the server's certificate"
            }
            Kind::Auth => "check the credentials, the key's scope and the user's rights",
            Kind::Redirect(_) => "check the address",
            Kind::TooLarge(_) => "ask for less, or raise the limit with `max_body`",
            Kind::NoDocuments => "check the criteria: nothing seems to be in their range",
            Kind::UnavailableService => "its window is not deployed or licensed here: leave the service out",
            Kind::UnknownService => "check the name against the list of services",
            Kind::NotJson(Body::Xml) => "the `Accept` header was lost on the way: look for a proxy that drops it",
            Kind::NotJson(Body::Html) => "check the address: a proxy or another site answered",
            Kind::Rejected => "mend the payload: the same one will be refused again",
            _ if self.is_retryable() => "nothing was written: try again later",
            _ => "",
        }
    }

    /// The innermost cause, which names the reason: `Connection refused`, `invalid peer certificate`.
    fn root_cause(&self) -> Option<String> {
        let mut cause: &dyn std::error::Error = self.0.source.as_deref()?;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Some(one_line(&cause.to_string()))
    }
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    bounded(&words.join(" "), 200)
}
