//! What goes wrong with a journal.

use std::path::PathBuf;

/// An error of a [`Journal`](super::Journal).
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// Another process has it.
    #[error(
        "the journal {} is in use by another process: wait until its run ends, or name another file",
        path.display()
    )]
    InUse {
        /// The journal.
        path: PathBuf,
    },
    /// The file, or the database's schema, is something else.
    #[error("{journal} is no journal of batches: name one that isn't there yet, or the one of an earlier run")]
    NotAJournal {
        /// The file or schema.
        journal: String,
    },
    /// It was written by another version.
    #[error(
        "the journal {journal} has version {found}, and this program reads version {known}: go on with the program that \
         wrote it, or name another one"
    )]
    OtherVersion {
        /// The file or schema.
        journal: String,
        /// Its version.
        found: i64,
        /// What this program reads.
        known: i64,
    },
    /// There is a run of that name.
    #[error("the journal has a run `{}` already: resume it, or give this one another name", name.escape_debug())]
    RunExists {
        /// The name.
        name: String,
    },
    /// There is no run of that name.
    #[error("the journal has no run `{}`", name.escape_debug())]
    NoSuchRun {
        /// The name.
        name: String,
    },
    /// Another process takes the input of the run up.
    #[error(
        "the run has {found} records where {expected} were expected: another process takes its input up; resume it when \
         that is done"
    )]
    Overtaken {
        /// How many there were.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// A worker's lease has run out.
    #[error(
        "the lease of worker {worker} has run out, because it wasn't heard of for too long: others go on with what it held, \
         and nothing of its own counts any more"
    )]
    Gone {
        /// The worker.
        worker: String,
    },
    /// A worker holds a record no more, or it is in another state.
    #[error(
        "record {seq} is no longer this worker's in attempt {attempt}: nothing was changed, and nothing may be sent"
    )]
    Lost {
        /// The record.
        seq: u64,
        /// The attempt.
        attempt: u32,
    },
    /// What stands in it makes no sense.
    #[error("record {seq} of the journal can't be read: {problem}")]
    Unreadable {
        /// The record.
        seq: u64,
        /// Why.
        problem: String,
    },
    /// The store fails: a full disk, a file that can't be written.
    #[error("the journal can't {doing}: {source}")]
    Store {
        /// What was to be done.
        doing: String,
        /// Why it can't.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

p21_model::debug_is_its_line!(JournalError);
p21_model::written_as_its_line!(JournalError);

impl JournalError {
    pub(crate) fn store(doing: impl Into<String>, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Store { doing: doing.into(), source: source.into() }
    }
}
