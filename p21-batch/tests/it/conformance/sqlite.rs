//! The suite on SQLite, and what is its own: one process, one version, a file that is a journal.

use std::process::Command;

use p21_batch::journal::{Journal as _, NewRun};
use p21_batch::{JournalError, SqliteJournal};
use p21_client::Clock;

use super::Store;

struct Sqlite(tempfile::TempDir);

impl Sqlite {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

impl Store for Sqlite {
    type Journal = SqliteJournal;

    async fn fresh(&self, clock: &Clock) -> SqliteJournal {
        let name = format!("{}.journal", fastrand::u64(..));
        SqliteJournal::open_by(self.0.path().join(name), clock.clone()).unwrap()
    }
}

super::suite!(Some(Sqlite::new()));

#[tokio::test]
async fn a_second_process_is_refused_while_the_first_lives() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.journal");
    let first = SqliteJournal::open(&path).unwrap();
    // Within the process, and by another name of the same folder.
    let other = folder.path().join(".").join("run.journal");
    let again = SqliteJournal::open(&other).unwrap_err();
    assert!(matches!(again, JournalError::InUse { .. }), "{again}");
    assert!(opens_elsewhere(&path).contains("in use by another process"));
    drop(first);
    assert_eq!(opens_elsewhere(&path), "opened");
}

/// What another process comes to.
fn opens_elsewhere(path: &std::path::Path) -> String {
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new(program);
    command.args(["conformance::sqlite::in_another_process", "--exact", "--ignored", "--nocapture"]);
    let output = command.env("P21_BATCH_JOURNAL", path).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = text.lines().find_map(|line| line.split_once("says: ")).map(|(_, said)| said.to_owned());
    said.unwrap_or_else(|| panic!("{text}"))
}

#[test]
#[ignore = "the other process of a test"]
fn in_another_process() {
    let Some(path) = std::env::var_os("P21_BATCH_JOURNAL") else { return };
    match SqliteJournal::open(path) {
        Ok(_) => println!("says: opened"),
        Err(error) => println!("says: {error}"),
    }
}

#[tokio::test]
async fn what_is_no_journal_or_of_another_version_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database at all, but long enough to be taken for one: ".repeat(40)).unwrap();
    let error = SqliteJournal::open(&text).unwrap_err();
    assert!(matches!(error, JournalError::NotAJournal { .. }), "{error}");
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("not a database"), "it is left alone");

    let other = folder.path().join("other.sqlite");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    assert!(matches!(SqliteJournal::open(&other).unwrap_err(), JournalError::NotAJournal { .. }));

    let newer = folder.path().join("newer.journal");
    drop(SqliteJournal::open(&newer).unwrap());
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = SqliteJournal::open(&newer).unwrap_err();
    assert!(matches!(error, JournalError::OtherVersion { found: 99, .. }), "{error}");
}

#[tokio::test]
async fn it_is_as_durable_as_it_says_and_a_person_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.journal");
    let journal = SqliteJournal::open(&path).unwrap();
    journal.begin(NewRun::new("prices", "transactions")).await.unwrap();
    let person = rusqlite::Connection::open(&path).unwrap();
    let name: String = person.query_row("SELECT name FROM run", [], |row| row.get(0)).unwrap();
    assert_eq!(name, "prices");
    let looked = SqliteJournal::open_to_read(&path).unwrap();
    let run = looked.find("prices").await.unwrap().unwrap();
    assert_eq!(looked.tally(run.id).await.unwrap().total(), 0);
    let error = looked.begin(NewRun::new("another", "transactions")).await.unwrap_err();
    assert!(error.to_string().starts_with("the journal can't begin a run"), "{error}");
    assert!(SqliteJournal::open_to_read(folder.path().join("none")).is_err());
    let mode: String = person.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_an_error_with_its_name() {
    let error = SqliteJournal::open("/no/such/folder/run.journal").unwrap_err();
    assert!(error.to_string().contains("/no/such/folder/run.journal"), "{error}");
}
