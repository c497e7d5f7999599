//! What the answer to a record means for the journal.

use std::sync::atomic::{AtomicBool, Ordering};

use p21_client::Error;
use p21_client::windows::WindowProblem;
use p21_client::windows::enter::{Entered, EntryProof, NotEntered};
use p21_model::outcome::Stored;

use crate::journal::{Attempt, NOT_STORED, Settled};
use crate::record::{Known, Payload};
use crate::send::Written;

/// What becomes of a record.
#[derive(Debug)]
pub(super) enum Came {
    /// It is known.
    Settled(Settled),
    /// Nothing has left the process, and it may go better later.
    Later(String),
    /// It stays sent, until a read tells.
    Open(String),
    /// P21 can't be asked at all, so that no record fares better: nothing left the process, or nothing was stored.
    Halt(Halt),
}

/// Why the run stops at once.
#[derive(Debug)]
pub(super) struct Halt {
    why: &'static str,
    pub(super) reason: String,
    /// Whether the record may have left the process.
    pub(super) is_sent: bool,
}

impl std::fmt::Display for Halt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.why, self.reason)
    }
}

/// How a record was when something came of it.
pub(super) struct About<'a> {
    pub(super) attempt: Attempt,
    pub(super) payload: &'a Payload,
    /// Whether it may have left the process.
    pub(super) is_sent: bool,
    pub(super) most_attempts: u32,
    /// Whether this run has reached P21.
    pub(super) reached: &'a AtomicBool,
}

impl About<'_> {
    /// Of a transaction.
    pub(super) fn written(&self, result: Result<Written, Error>) -> Came {
        match result {
            Ok(written) => {
                self.reached.store(true, Ordering::Relaxed);
                let record = self.key_in(&written.stored);
                Came::Settled(Settled::stored(self.attempt).of_record(record).unproven(written.unconfirmed))
            }
            Err(error) => self.failed(&error),
        }
    }

    /// Of a record that was typed.
    pub(super) fn entered(&self, entered: Result<Entered, NotEntered>) -> Came {
        let named = |key: &[(String, String)]| {
            let key: Vec<String> = key.iter().map(|(field, value)| format!("{field}={value}")).collect();
            (!key.is_empty()).then(|| key.join(" "))
        };
        match entered {
            Ok(entered) => {
                self.reached.store(true, Ordering::Relaxed);
                let unproven = match entered.proof {
                    EntryProof::NotProven(what) => Some(what.join("; ")),
                    _ => None,
                };
                Came::Settled(Settled::stored(self.attempt).of_record(named(&entered.key)).unproven(unproven))
            }
            Err(NotEntered::Refused(error)) => self.failed(&error),
            Err(NotEntered::PartlyStored(partly)) => {
                let reason = NotEntered::PartlyStored(partly);
                let NotEntered::PartlyStored(partly) = &reason else { return Came::Open(reason.to_string()) };
                let settled = Settled::ambiguous(self.attempt, "partly-stored", reason.to_string());
                Came::Settled(settled.of_record(named(&partly.key)))
            }
            Err(NotEntered::Ambiguous(ambiguous)) => {
                let key = named(&ambiguous.key);
                let reason = NotEntered::Ambiguous(ambiguous).to_string();
                match self.payload.known {
                    Some(_) if self.is_sent => Came::Open(reason),
                    _ => Came::Settled(Settled::ambiguous(self.attempt, "ambiguous", reason).of_record(key)),
                }
            }
            Err(not_typed) => Came::Settled(Settled::refused(self.attempt, "not-typed", not_typed.to_string())),
        }
    }

    pub(super) fn failed(&self, error: &Error) -> Came {
        let reason = error.to_string();
        let code =
            || error.finding().map_or_else(|| error.code().to_owned(), |finding| finding.code.as_str().to_owned());
        if let Some(why) = self.halts(error) {
            return Came::Halt(Halt { why, reason, is_sent: self.is_sent });
        }
        if !self.is_sent {
            return match may_pass(error) {
                true if self.attempt.attempt < self.most_attempts => Came::Later(reason),
                true => Came::Settled(Settled::refused(self.attempt, "not-sent", reason)),
                false => Came::Settled(Settled::refused(self.attempt, code(), reason)),
            };
        }
        if error.is_ambiguous() && error.window().is_none() {
            let may_land = error.unresolved().is_some_and(|unresolved| unresolved.may_land_until.is_some());
            return match self.payload.known {
                // Whether it is stored can be read when it can't land any more.
                Some(_) if may_land => Came::Open(reason),
                _ => Came::Settled(Settled::ambiguous(self.attempt, "ambiguous", reason)),
            };
        }
        match may_pass(error) || error.is_ambiguous() {
            // It was sent, and is known not to be stored.
            true => Came::Settled(Settled::refused(self.attempt, NOT_STORED, reason)),
            false => Came::Settled(Settled::refused(self.attempt, code(), reason)),
        }
    }

    /// What came of a record for which no session was to be had.
    pub(super) fn no_session(&self, error: &Error) -> Came {
        let reason = format!("no session can be started: {error}");
        match self.halts(error) {
            Some(why) => Came::Halt(Halt { why, reason, is_sent: false }),
            None if self.attempt.attempt < self.most_attempts => Came::Later(reason),
            None => Came::Settled(Settled::refused(self.attempt, "not-sent", reason)),
        }
    }

    /// Why the run stops, if the error says that no record fares better. A server that was reached may come back: records
    /// wait for it as often as they are attempted.
    fn halts(&self, error: &Error) -> Option<&'static str> {
        if error.is_ambiguous() {
            return None;
        }
        if error.is_auth() {
            return Some("the login is refused");
        }
        if error.is_before_call() && !may_pass(error) {
            return Some("the login fails");
        }
        if error.is_connect() {
            return (!self.reached.load(Ordering::Relaxed)).then_some("P21 can't be reached");
        }
        if !error.is_input() {
            self.reached.store(true, Ordering::Relaxed);
        }
        None
    }

    /// The key of the record that a transaction wrote, in its answer.
    fn key_in(&self, stored: &Stored) -> Option<String> {
        let Some(Known::Find(find)) = &self.payload.known else { return self.payload.key_text() };
        let value = |field: &str| stored.value(find.element(), field).map(|value| format!("{field}={value}"));
        let key: Vec<String> = find.key_fields().filter_map(value).collect();
        (!key.is_empty()).then(|| key.join(" "))
    }
}

/// Whether another try may come to something else: the failure says nothing about the record.
fn may_pass(error: &Error) -> bool {
    let is_lost = error.window_problem().is_some_and(|problem| {
        matches!(
            problem,
            WindowProblem::SessionLost
                | WindowProblem::SessionEnded
                | WindowProblem::WindowLost
                | WindowProblem::PoolFull
                | WindowProblem::EmptyAnswer
                | WindowProblem::Unseen
                | WindowProblem::Blocked { .. }
                | WindowProblem::UnexpectedResponseWindow { .. }
        )
    });
    let is_passing = error.status().is_some_and(|status| matches!(status.as_u16(), 500 | 502..=504));
    let is_refused = error.is_rejected() || error.is_input() || error.is_unavailable_service();
    is_lost
        || error.is_contaminated()
        || (!is_refused && error.window_problem().is_none() && (is_passing || error.status().is_none()))
}
