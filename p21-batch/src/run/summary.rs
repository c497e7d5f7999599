//! What a run came to.

use std::fmt;
use std::time::Duration;

use crate::journal::{JournalError, Tally};
use crate::place::FilePlace;

/// What a run came to.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct RunSummary {
    /// How many records are in each state.
    pub tally: Tally,
    /// How it ended.
    pub ended: Ended,
    /// How long this program was at it.
    pub took: Duration,
    /// How many sessions, or sets, were at work at once: fewer than asked for where the server granted no more.
    pub sessions: usize,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ended {
    /// Everything is settled.
    Done,
    /// It was stopped.
    Stopped,
    /// P21 answered nothing but errors, refused the login, or couldn't be reached.
    Broken(String),
    /// All is sent, and some of it isn't settled: it may still land, or its record can't be read. Resume it later.
    Unsettled,
}

impl RunSummary {
    /// Whether every record is stored.
    pub fn is_all_stored(&self) -> bool {
        self.tally.stored == self.tally.total()
    }
}

impl fmt::Display for RunSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { planned, claimed, sent, stored, refused, ambiguous } = self.tally;
        let total = self.tally.total();
        let records = if total == 1 { "record" } else { "records" };
        write!(f, "{total} {records}: {stored} stored, {refused} not stored, {ambiguous} ambiguous")?;
        if planned + claimed > 0 {
            write!(f, ", {} not begun", planned + claimed)?;
        }
        if sent > 0 {
            write!(f, ", {sent} sent and not settled")?;
        }
        match &self.ended {
            Ended::Done => Ok(()),
            Ended::Stopped => f.write_str("; it was stopped: resume it"),
            Ended::Broken(why) => write!(f, "; it stopped because {why}: resume it when that is mended"),
            Ended::Unsettled => f.write_str("; resume it to settle what is sent"),
        }
    }
}

/// What a dry run found.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct DryRun {
    /// How many records there are.
    pub records: u64,
    /// How many of them would not be sent.
    pub bad: u64,
    /// Why, of the first thousand.
    pub why: Vec<NotSent>,
    /// It was stopped, and what is behind wasn't looked at.
    pub stopped: bool,
}

/// A record that would not be sent.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct NotSent {
    /// Its number, from 1.
    pub seq: u64,
    /// Where it stands.
    pub place: Option<FilePlace>,
    /// Why.
    pub reason: String,
}

/// Why a run doesn't begin, or can't go on.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The input can't be read to its end. Nothing is sent; mended, it goes on with
    /// [`resume_with`](crate::Batch::resume_with).
    #[error("the input can't be read: {0}; nothing is sent")]
    Input(crate::input::BadRow),
    /// The input has changed since it was taken up.
    #[error(
        "record {seq} of the input{} is another one than the run `{}` has: resume it without the input, or begin another run",
        at(place), name.escape_debug()
    )]
    InputChanged {
        /// The run.
        name: String,
        /// The record, from 1.
        seq: u64,
        /// Where it stands.
        place: Option<FilePlace>,
    },
    /// The input is shorter than what was taken up of it.
    #[error(
        "the input ends after {found} records, and the run `{}` has {rows}: give it whole, resume it without the input, or \
         begin another run",
        name.escape_debug()
    )]
    InputShorter {
        /// The run.
        name: String,
        /// How many there are.
        found: u64,
        /// How many there were.
        rows: u64,
    },
    /// The program ended while it took the input up.
    #[error(
        "the run `{}` has {rows} records, and its input wasn't at its end: give the whole input again",
        name.escape_debug()
    )]
    NotPlanned {
        /// The run.
        name: String,
        /// How many there are.
        rows: u64,
    },
    /// The run is of another door.
    #[error("the run `{}` goes through {door}: give the batch that door", name.escape_debug())]
    OtherDoor {
        /// The run.
        name: String,
        /// Its door.
        door: String,
    },
    /// A rate by which nothing would be sent, or nobody knows how much. Nothing is taken up.
    #[error("{rate} records a second are no rate: give a number above 0, of at least one record a year")]
    Rate {
        /// What was said.
        rate: f64,
    },
    /// A file can't be written.
    #[error("{} can't be written: {source}", path.display())]
    Report {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

p21_model::debug_is_its_line!(BatchError);
p21_model::written_as_its_line!(BatchError);

fn at(place: &Option<FilePlace>) -> String {
    place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default()
}
