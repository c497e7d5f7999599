//! Runs: both doors, what stops them, and what they resume.

mod inputs;
mod odd;
mod plain;
mod resumed;
#[cfg(feature = "postgres")]
mod shared;
mod stopped;
mod windows;

use p21_batch::{Batch, SqliteJournal};
use p21_client::{Client, Clock};
use std::time::Duration;

/// A folder with a journal.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: Clock,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
        Self { folder: tempfile::tempdir().unwrap(), clock }
    }

    pub(crate) fn journal(&self) -> SqliteJournal {
        SqliteJournal::open_by(self.folder.path().join("run.journal"), self.clock.clone()).unwrap()
    }

    pub(crate) fn batch(&self, client: Client) -> Batch<SqliteJournal> {
        Batch::new(client, self.journal(), "books").pause(Duration::from_millis(1))
    }

    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> std::path::PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// Lets an hour pass every minute.
pub(crate) fn time_flies(clock: &Clock) -> tokio::task::JoinHandle<()> {
    let clock = clock.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            clock.advance(Duration::from_secs(30));
        }
    })
}
