//! What stands in a journal.

use std::fmt;
use std::time::Duration;

use p21_client::Timestamp;

use super::State;
use crate::place::FilePlace;

/// A run in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RunId(pub(super) i64);

/// A run that is to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewRun {
    /// What it is called; a journal has one of a name.
    pub name: String,
    /// The door that its records take.
    pub door: String,
}

impl NewRun {
    /// A run of that name.
    pub fn new(name: impl Into<String>, door: impl Into<String>) -> Self {
        Self { name: name.into(), door: door.into() }
    }
}

/// A run as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// Its name.
    pub name: String,
    /// The door that its records take.
    pub door: String,
    /// Whether all of its input is in the journal.
    pub is_planned: bool,
    /// Whether another process takes its input up just now, as far as can be known.
    pub is_being_planned: bool,
    /// How many records it has.
    pub rows: u64,
}

/// A record that is to be in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planned {
    /// What tells it from every other one of the run.
    pub key: String,
    /// Where it stands in the input.
    pub place: Option<FilePlace>,
    /// What it writes to.
    pub target: Option<String>,
    /// What is needed to send it; nothing for a row that can't be read.
    pub payload: Option<String>,
    /// Of what stands in the input.
    pub digest: String,
    /// Why it can't be sent: the code, and words.
    pub refused: Option<(String, String)>,
}

impl Planned {
    /// A record by its idempotency key, what is needed to send it, and the digest of what stands in the input.
    pub fn new(key: impl Into<String>, payload: impl Into<String>, digest: impl Into<String>) -> Self {
        let (payload, digest) = (Some(payload.into()), digest.into());
        Self { key: key.into(), place: None, target: None, payload, digest, refused: None }
    }

    /// What it writes to.
    #[must_use]
    pub fn target(mut self, target: Option<String>) -> Self {
        self.target = target;
        self
    }

    /// Where it stands in the input.
    #[must_use]
    pub fn at(mut self, place: FilePlace) -> Self {
        self.place = Some(place);
        self
    }

    /// Why it can't be sent.
    #[must_use]
    pub fn refused(mut self, code: impl Into<String>, reason: impl Into<String>) -> Self {
        self.refused = Some((code.into(), reason.into()));
        self
    }
}

/// The code of a record whose idempotency key another one of the run has.
pub const TWICE: &str = "twice";

/// A record whose idempotency key another one of the run has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Twice {
    /// Which of the rows that were to be planned, from 0.
    pub index: usize,
    /// The other one's number.
    pub other: u64,
    /// Where that one stands.
    pub place: Option<FilePlace>,
}

/// Whoever works on a run. A program has a new identity each time it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Worker {
    /// The run.
    pub run: RunId,
    /// Its identity.
    pub id: String,
}

/// What a worker says of what it shares with the run's other ones. Whoever says something says it for all; who doesn't
/// takes what the run has.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct Share {
    /// How many sessions, or sets, are at work at once.
    pub sessions: Option<u32>,
    /// How many records are sent a second.
    pub rate: Option<f64>,
}

impl Share {
    /// How many sessions a run has of which nobody has said anything.
    pub const SESSIONS: u32 = 4;

    /// So many sessions, over all workers.
    #[must_use]
    pub fn sessions(mut self, sessions: Option<u32>) -> Self {
        self.sessions = sessions;
        self
    }

    /// So many records a second, over all workers.
    #[must_use]
    pub fn rate(mut self, records_a_second: Option<f64>) -> Self {
        self.rate = records_a_second;
        self
    }
}

/// What a worker may use until its next [`beat`](super::Journal::beat).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Lease {
    /// The run's sessions that are this worker's, by their numbers from 0.
    pub slots: Vec<u32>,
    /// How many it should have: those above it are to be given up, when they are free.
    pub may: usize,
    /// How many records the run sends a second: then each waits for its [`turn`](super::Journal::turn).
    pub rate: Option<f64>,
    /// In how long it has to beat again; `None` where nobody shares the run.
    pub again_in: Option<Duration>,
}

/// One attempt of a record: what a transition is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Attempt {
    /// The record's number in the run, from 1.
    pub seq: u64,
    /// Which attempt it is, from 1.
    pub attempt: u32,
}

impl Attempt {
    /// An attempt of a record.
    pub fn new(seq: u64, attempt: u32) -> Self {
        Self { seq, attempt }
    }
}

/// A record that a worker has claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The record and attempt.
    pub attempt: Attempt,
    /// What was planned.
    pub payload: String,
    /// Where it stands in the input.
    pub place: Option<FilePlace>,
}

/// A sent record that isn't settled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsettled {
    /// The record and attempt.
    pub attempt: Attempt,
    /// What was sent.
    pub payload: String,
    /// Until when it may land, by the store's clock.
    pub landed_by: Timestamp,
    /// In how long that is, when the store was asked; nothing where it can't land any more.
    pub lands_in: Duration,
}

/// What a record came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settled {
    /// The record and attempt.
    pub attempt: Attempt,
    /// [`Stored`](State::Stored), [`Refused`](State::Refused) or [`Ambiguous`](State::Ambiguous).
    pub state: State,
    /// A stable name of the reason.
    pub code: Option<String>,
    /// The reason in words; of a stored one what isn't proven of it.
    pub reason: Option<String>,
    /// The key that P21 gave, or that was typed, as `field=value`.
    pub record: Option<String>,
}

/// The code of a record of which a read has shown that nothing was stored, and nothing can land any more.
pub const NOT_STORED: &str = "not-stored";

impl Settled {
    /// It is stored.
    pub fn stored(attempt: Attempt) -> Self {
        Self { attempt, state: State::Stored, code: None, reason: None, record: None }
    }

    /// It is not stored, and why.
    pub fn refused(attempt: Attempt, code: impl Into<String>, reason: impl Into<String>) -> Self {
        let (code, reason) = (Some(code.into()), Some(reason.into()));
        Self { attempt, state: State::Refused, code, reason, record: None }
    }

    /// Nobody knows whether it is stored.
    pub fn ambiguous(attempt: Attempt, code: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { state: State::Ambiguous, ..Self::refused(attempt, code, reason) }
    }

    /// The record's key.
    #[must_use]
    pub fn of_record(mut self, record: Option<String>) -> Self {
        self.record = record;
        self
    }

    /// Something about a stored record that isn't proven.
    #[must_use]
    pub fn unproven(mut self, what: Option<String>) -> Self {
        if let Some(what) = what {
            (self.code, self.reason) = (Some(NOT_PROVEN.to_owned()), Some(what));
        }
        self
    }
}

/// The code of a stored record of which a read doesn't show everything.
pub const NOT_PROVEN: &str = "not-proven";

/// How many records are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Tally {
    /// In the journal, and not begun.
    pub planned: u64,
    /// Somebody is at it; nothing has left the process.
    pub claimed: u64,
    /// May have left the process; not settled yet.
    pub sent: u64,
    /// Stored.
    pub stored: u64,
    /// Not stored, and known not to be.
    pub refused: u64,
    /// Nobody knows.
    pub ambiguous: u64,
}

impl Tally {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.planned + self.claimed + self.sent + self.stored + self.refused + self.ambiguous
    }

    /// Those that are done.
    pub fn done(&self) -> u64 {
        self.stored + self.refused + self.ambiguous
    }
}

/// A record that is not known to be stored, or not known to be stored as it was built.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct FailedRecord {
    /// Its number in the run, from 1.
    pub seq: u64,
    /// Its idempotency key.
    pub key: String,
    /// Where it stands in the input.
    pub place: Option<FilePlace>,
    /// What it came to.
    pub state: State,
    /// A stable name of the reason.
    pub code: Option<String>,
    /// The reason in words.
    pub reason: Option<String>,
    /// How often it was attempted.
    pub attempts: u32,
    /// The record's key, where it is known.
    pub record: Option<String>,
    /// What was planned, as JSON; of a row that couldn't be read its text at most.
    pub payload: Option<String>,
}

impl fmt::Display for Twice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "its idempotency key, or without one all of it, is that of record {}", self.other)?;
        if let Some(place) = &self.place {
            write!(f, " ({place})")?;
        }
        f.write_str(": if both are meant, give each an idempotency key of its own")
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
