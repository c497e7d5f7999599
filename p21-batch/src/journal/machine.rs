//! The states of a record, and what leads from one to another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A state of a record; see [the journal](super).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum State {
    /// In the journal.
    Planned,
    /// A worker is at it; nothing has left the process.
    Claimed,
    /// It may have left the process: only to be settled.
    Sent,
    /// Stored.
    Stored,
    /// Not stored.
    Refused,
    /// Nobody knows.
    Ambiguous,
}

impl State {
    /// All of them, in the order in which a record may be in them.
    pub const ALL: [Self; 6] = [Self::Planned, Self::Claimed, Self::Sent, Self::Stored, Self::Refused, Self::Ambiguous];

    /// As the journal spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Claimed => "claimed",
            Self::Sent => "sent",
            Self::Stored => "stored",
            Self::Refused => "refused",
            Self::Ambiguous => "ambiguous",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|state| state.name() == text);
        found.ok_or_else(|| format!("`{}` is no state of a record", text.escape_debug()))
    }
}

/// What leads from a state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transition {
    /// From.
    pub from: State,
    /// To.
    pub to: State,
    /// What does it.
    pub by: &'static str,
}

const fn by(from: State, to: State, by: &'static str) -> Transition {
    Transition { from, to, by }
}

/// All transitions there are. The conformance suite tries every pair of states, and holds the stores to these.
pub const TRANSITIONS: [Transition; 9] = [
    by(State::Planned, State::Claimed, "claim"),
    by(State::Claimed, State::Planned, "release"),
    by(State::Claimed, State::Sent, "sent"),
    by(State::Claimed, State::Refused, "settle"),
    by(State::Sent, State::Sent, "sent"),
    by(State::Sent, State::Stored, "settle"),
    by(State::Sent, State::Refused, "settle"),
    by(State::Sent, State::Ambiguous, "settle"),
    by(State::Refused, State::Planned, "again"),
];
