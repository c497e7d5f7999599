//! Report files: every failure, its reason and its input row.

use std::io::{self, Write};
use std::path::Path;

use p21_files::Temporary;

use super::{Batch, BatchError};
use crate::journal::{Failure, Journal, JournalError};

/// How many failures are taken from the journal at once.
const AT_ONCE: usize = 500;

/// The columns of a report.
const COLUMNS: [&str; 11] =
    ["seq", "key", "file", "line", "column", "state", "code", "reason", "attempts", "record", "payload"];

impl<J: Journal> Batch<J> {
    /// The records that aren't known to be stored as they were built, in their order behind a number, at most so many.
    ///
    /// # Errors
    /// There is no such run, or the journal fails.
    pub async fn failures(&self, after: u64, most: usize) -> Result<Vec<Failure>, BatchError> {
        let run = self.journal.find(&self.name).await?;
        let run = run.ok_or_else(|| JournalError::NoSuchRun { name: self.name.clone() })?;
        Ok(self.journal.failures(run.id, after, most).await?)
    }

    /// The same as a CSV file, with a column each: `seq, key, file, line, column, state, code, reason, attempts, record,
    /// payload`. The file appears whole or not at all. It says how many there are.
    ///
    /// # Errors
    /// As [`failures`](Self::failures); the file can't be written.
    pub async fn write_failures_csv(&self, path: impl AsRef<Path>) -> Result<u64, BatchError> {
        let head = csv_line(&COLUMNS.map(str::to_owned)).unwrap_or_default();
        self.write_failures(path.as_ref(), head, |one| csv_line(&columns(one))).await
    }

    /// The same as JSON lines, an object a failure.
    ///
    /// # Errors
    /// As [`write_failures_csv`](Self::write_failures_csv).
    pub async fn write_failures_json(&self, path: impl AsRef<Path>) -> Result<u64, BatchError> {
        let line = |one: &Failure| {
            let mut line = serde_json::to_vec(one)?;
            line.push(b'\n');
            Ok(line)
        };
        self.write_failures(path.as_ref(), Vec::new(), line).await
    }

    async fn write_failures(
        &self,
        path: &Path,
        head: Vec<u8>,
        line: impl Fn(&Failure) -> io::Result<Vec<u8>> + Send,
    ) -> Result<u64, BatchError> {
        let failed = |source| BatchError::Report { path: path.to_owned(), source };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = io::BufWriter::new(Temporary::in_folder(folder).map_err(failed)?);
        file.write_all(&head).map_err(failed)?;
        let (mut count, mut last) = (0, 0);
        loop {
            let some = self.failures(last, AT_ONCE).await?;
            for one in &some {
                file.write_all(&line(one).map_err(failed)?).map_err(failed)?;
                count += 1;
            }
            match some.last() {
                Some(one) => last = one.seq,
                None => break,
            }
        }
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.persist(path).map_err(failed)?;
        Ok(count)
    }
}

fn columns(one: &Failure) -> [String; 11] {
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
        text(&one.payload),
    ]
}

fn csv_line(columns: &[String]) -> io::Result<Vec<u8>> {
    let mut line = csv::Writer::from_writer(Vec::new());
    line.write_record(columns)?;
    line.into_inner().map_err(|error| error.into_error())
}
