//! What the answer to a record means for the journal.

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
    /// The login is refused: nothing left the process, or nothing was stored.
    NoLogin(String, bool),
}

/// How a record was when something came of it.
pub(super) struct About<'a> {
    pub(super) attempt: Attempt,
    pub(super) payload: &'a Payload,
    /// Whether it may have left the process.
    pub(super) is_sent: bool,
    pub(super) most_attempts: u32,
}

impl About<'_> {
    /// Of a transaction.
    pub(super) fn written(&self, result: Result<Written, Error>) -> Came {
        match result {
            Ok(written) => {
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
        if error.is_auth() && !error.is_ambiguous() {
            return Came::NoLogin(reason, self.is_sent);
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
