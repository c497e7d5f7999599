//! Report files: every failure, its reason and its input row.

use std::io::{self, Write};
use std::path::Path;

use futures_util::future::BoxFuture;
use p21_files::Temporary;
use serde::Deserialize;

use super::core::Doing;
use super::{Batch, BatchError};
use crate::input::Source;
use crate::journal::{AnyJournal, FailedRecord, Journal, JournalError};

/// How many failures are taken from the journal at once.
const AT_ONCE: usize = 500;

/// The columns of a report.
const COLUMNS: [&str; 12] =
    ["seq", "key", "file", "line", "column", "state", "code", "reason", "attempts", "record", "row", "payload"];

/// What a run's journal says of the records that aren't known to be stored as they were built. No server is asked.
///
/// ```no_run
/// use p21_batch::{Failures, SqliteJournal, journal::State};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let journal = SqliteJournal::open_to_read("books.journal")?;
/// let failures = Failures::of(&journal, "books 2027");
/// failures.write_csv("report.csv").await?;
/// // Their rows as they stand in the input, to be mended and run again.
/// failures.write_rows("again.csv", |one| one.state == State::Refused).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Failures<'j, J> {
    journal: &'j J,
    name: &'j str,
}

/// How many rows of an input were written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct FailedRows {
    /// Into the file.
    pub written: u64,
    /// Of these the journal has no row: their input was read without [`keep_rows`](crate::input::CsvFile::keep_rows).
    pub without_row: u64,
}

/// What of a record's payload is its row.
#[derive(Deserialize)]
struct Kept {
    source: Option<Source>,
}

/// A failure with the text of its row.
#[derive(serde::Serialize)]
struct Reported<'f> {
    #[serde(flatten)]
    failed: &'f FailedRecord,
    row: Option<String>,
}

fn source_of(one: &FailedRecord) -> Option<Source> {
    serde_json::from_str::<Kept>(one.payload.as_deref()?).ok()?.source
}

/// A row as it stands in the input, without the line break that ends it.
fn row_of(one: &FailedRecord) -> Option<String> {
    let line = String::from_utf8(source_of(one)?.line()).ok()?;
    Some(line.strip_suffix('\n').unwrap_or(&line).to_owned())
}

impl<'j, J: Journal> Failures<'j, J> {
    /// Those of a run.
    pub fn of(journal: &'j J, run: &'j str) -> Self {
        Self { journal, name: run }
    }

    /// The records in their order behind a number, at most so many.
    ///
    /// # Errors
    /// There is no such run, or the journal fails.
    pub async fn list(&self, after: u64, most: usize) -> Result<Vec<FailedRecord>, BatchError> {
        list(self.journal, self.name, after, most).await
    }

    /// The same as a CSV file, with a column each: `seq, key, file, line, column, state, code, reason, attempts, record,
    /// row, payload`; the row is its text in the input, where [that is kept](crate::input::CsvFile::keep_rows). The file
    /// appears whole or not at all. It says how many there are.
    ///
    /// # Errors
    /// As [`list`](Self::list); the file can't be written.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Doing<'j, u64> {
        let (journal, name, path) = (self.journal, self.name, path.as_ref().to_owned());
        Box::pin(async move {
            let head = csv_line(&COLUMNS.map(str::to_owned)).unwrap_or_default();
            let mut count = 0;
            let mut line = |one: &FailedRecord| {
                count += 1;
                csv_line(&columns(one))
            };
            write(journal, name, &path, head, &mut line).await?;
            Ok(count)
        })
    }

    /// The same as JSON lines, an object a failure.
    ///
    /// # Errors
    /// As [`write_csv`](Self::write_csv).
    pub fn write_json(&self, path: impl AsRef<Path>) -> Doing<'j, u64> {
        let (journal, name, path) = (self.journal, self.name, path.as_ref().to_owned());
        Box::pin(async move {
            let mut count = 0;
            let mut line = |one: &FailedRecord| {
                count += 1;
                let mut line = serde_json::to_vec(&Reported { failed: one, row: row_of(one) })?;
                line.push(b'\n');
                Ok(line)
            };
            write(journal, name, &path, Vec::new(), &mut line).await?;
            Ok(count)
        })
    }

    /// Rows of the input as they stand in it, so that they can be mended and run again: those that are `wanted`. The rows that
    /// were refused are what may be run again; one that is ambiguous may be stored, and is looked at first.
    ///
    /// # Errors
    /// As [`write_csv`](Self::write_csv).
    pub fn write_rows<'w>(
        &'w self,
        path: impl AsRef<Path>,
        wanted: impl Fn(&FailedRecord) -> bool + Send + Sync + 'w,
    ) -> Doing<'w, FailedRows> {
        let path = path.as_ref().to_owned();
        Box::pin(async move {
            let (mut rows, mut first): (FailedRows, Option<Source>) = (FailedRows::default(), None);
            let mut line = |one: &FailedRecord| {
                if !wanted(one) {
                    return Ok(Vec::new());
                }
                let Some(source) = source_of(one) else {
                    rows.without_row += 1;
                    return Ok(Vec::new());
                };
                let begins = first.is_none();
                if !first.get_or_insert_with(|| source.clone()).goes_with(&source) {
                    let problem = "the run has rows of files with other columns, which don't go into one";
                    return Err(io::Error::other(problem));
                }
                rows.written += 1;
                let head = if begins { source.head() } else { Vec::new() };
                Ok([head, source.line()].concat())
            };
            write(self.journal, self.name, &path, Vec::new(), &mut line).await?;
            Ok(rows)
        })
    }
}

fn list<'j>(
    journal: &'j dyn AnyJournal,
    name: &'j str,
    after: u64,
    most: usize,
) -> BoxFuture<'j, Result<Vec<FailedRecord>, BatchError>> {
    Box::pin(async move {
        let run = journal.find(name).await?;
        let run = run.ok_or_else(|| JournalError::NoSuchRun { name: name.to_owned() })?;
        Ok(journal.failures(run.id, after, most).await?)
    })
}

/// Writes a line a failure.
fn write<'j>(
    journal: &'j dyn AnyJournal,
    name: &'j str,
    path: &'j Path,
    head: Vec<u8>,
    line: &'j mut Line<'_>,
) -> BoxFuture<'j, Result<(), BatchError>> {
    Box::pin(async move {
        let failed = |source| BatchError::Report { path: path.to_owned(), source };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = io::BufWriter::new(Temporary::in_folder(folder).map_err(failed)?);
        file.write_all(&head).map_err(failed)?;
        let mut last = 0;
        loop {
            let some = list(journal, name, last, AT_ONCE).await?;
            for one in &some {
                file.write_all(&line(one).map_err(failed)?).map_err(failed)?;
            }
            match some.last() {
                Some(one) => last = one.seq,
                None => break,
            }
        }
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.persist(path).map_err(failed)
    })
}

type Line<'l> = dyn FnMut(&FailedRecord) -> io::Result<Vec<u8>> + Send + 'l;

impl<J: Journal> Batch<J> {
    /// What isn't known to be stored, to be listed and written.
    pub fn failed(&self) -> Failures<'_, J> {
        Failures::of(&self.journal, &self.core.name)
    }

    /// The records that aren't known to be stored as they were built, in their order behind a number, at most so many.
    ///
    /// # Errors
    /// There is no such run, or the journal fails.
    pub async fn failures(&self, after: u64, most: usize) -> Result<Vec<FailedRecord>, BatchError> {
        self.failed().list(after, most).await
    }

    /// See [`Failures::write_csv`].
    ///
    /// # Errors
    /// As there.
    pub fn write_failures_csv(&self, path: impl AsRef<Path>) -> Doing<'_, u64> {
        self.failed().write_csv(path)
    }

    /// See [`Failures::write_json`].
    ///
    /// # Errors
    /// As there.
    pub fn write_failures_json(&self, path: impl AsRef<Path>) -> Doing<'_, u64> {
        self.failed().write_json(path)
    }
}

fn columns(one: &FailedRecord) -> [String; 12] {
    let place = one.place.as_ref();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        one.seq.to_string(),
        one.key.clone(),
        place.map(|place| place.file.clone()).unwrap_or_default(),
        place.map(|place| place.line.to_string()).unwrap_or_default(),
        place.map(|place| text(&place.column)).unwrap_or_default(),
        one.state.to_string(),
        text(&one.code),
        text(&one.reason),
        one.attempts.to_string(),
        text(&one.record),
        row_of(one).unwrap_or_default(),
        text(&one.payload),
    ]
}

fn csv_line(columns: &[String]) -> io::Result<Vec<u8>> {
    let mut line = csv::Writer::from_writer(Vec::new());
    line.write_record(columns)?;
    line.into_inner().map_err(|error| error.into_error())
}
