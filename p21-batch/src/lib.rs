//! Thousands of records into Prophet 21 (P21), none lost and none doubled.
//!
//! | | |
//! | --- | --- |
//! | [`client.submit_all(records)`](SubmitAll::submit_all) | transactions in, an outcome each out, in order; no journal |
//! | [`Batch`] | the same for runs that matter: a journal, either door, and `resume` after `kill -9` |
//! | [`input`] | records from CSV and JSON lines, with structs of the program's own |
//! | [`workflow`] | jobs of several runs, of which each waits for what P21 shows after the one before |
//! | [`SqliteJournal`] | what a run knows of its records, durably; see [`journal`] |
#![forbid(unsafe_code)]

mod find;
pub mod input;
pub mod journal;
mod place;
mod record;
mod run;
mod send;
mod submit_all;
pub mod workflow;

pub use find::Find;
pub use journal::{Journal, JournalError, SqliteJournal};
#[cfg(feature = "postgres")]
pub use journal::{PostgresBuilder, PostgresJournal};
pub use place::FilePlace;
pub use record::{BatchRecord, NotOne};
pub use run::{
    Batch, BatchDoor, BatchError, DryRun, Ended, FailedRows, Failures, NotSent, Progress, RunSummary, Snapshot, Stop,
};
pub use send::Written;
pub use submit_all::{Came, Counts, SubmitAll, Submitting};
