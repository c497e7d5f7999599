//! Records from a file of JSON lines.

use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use serde::de::DeserializeOwned;

use super::text::{Encoding, Line, Lines};
use super::{BadInput, BadRow, InputRow, RowProblem, Source, members};
use crate::place::FilePlace;
use crate::record::BatchRecord;

/// A file with a JSON value a line, each read as a struct of the program's own.
///
/// ```no_run
/// # use p21_services::{sales_price_book::{self as book, header}, prelude::*};
/// use p21_batch::{BatchRecord, input::JsonLines};
///
/// #[derive(serde::Deserialize)]
/// struct Book {
///     id: String,
///     text: String,
/// }
///
/// # fn example() -> Result<(), p21_batch::input::BadInput> {
/// let rows = JsonLines::of("books.jsonl").rows(|row: Book| {
///     let change = header::Row::edit().price_book_id(row.id.as_str()).price_book_description(row.text);
///     Ok::<_, String>(BatchRecord::from(book::Transaction::new().push(change)).key(book::Key::new(row.id)))
/// })?;
/// # drop(rows);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct JsonLines {
    path: PathBuf,
    may_end_anyhow: bool,
    keeps_rows: bool,
}

impl JsonLines {
    /// The file.
    pub fn of(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), may_end_anyhow: false, keeps_rows: false }
    }

    /// Takes a last line that no line break ends.
    #[must_use]
    pub fn last_line_may_lack_its_end(mut self) -> Self {
        self.may_end_anyhow = true;
        self
    }

    /// Keeps each row in the journal as it stands in the file, as [`CsvFile::keep_rows`](super::CsvFile::keep_rows) does.
    #[must_use]
    pub fn keep_rows(mut self) -> Self {
        self.keeps_rows = true;
        self
    }

    /// Its rows. Empty lines are passed over; of a member that an object has twice nobody knows which one is meant, so that such
    /// a row is refused.
    ///
    /// # Errors
    /// The file can't be opened.
    pub fn rows<T, E>(
        &self,
        record: impl Fn(T) -> Result<BatchRecord, E> + Send + 'static,
    ) -> Result<BoxStream<'static, InputRow>, BadInput>
    where
        T: DeserializeOwned + 'static,
        E: Into<RowProblem> + 'static,
    {
        let lines = Lines::open(&self.path, Encoding::Utf8)?;
        let how = self.clone();
        let reading: Reading<T, _> = Reading { lines, record, how, has_failed: false, of: PhantomData };
        Ok(stream::iter(reading).boxed())
    }
}

struct Reading<T, F> {
    lines: Lines,
    record: F,
    how: JsonLines,
    has_failed: bool,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned, E: Into<RowProblem>, F: Fn(T) -> Result<BatchRecord, E>> Iterator for Reading<T, F> {
    type Item = InputRow;

    fn next(&mut self) -> Option<InputRow> {
        while !self.has_failed {
            match self.lines.next() {
                Ok(Some(line)) if line.text.trim().is_empty() => {}
                Ok(Some(line)) => {
                    let read = self.row(&line);
                    return Some(match self.how.keeps_rows {
                        true => Source::Json { line: line.text }.kept_in(read),
                        false => read,
                    });
                }
                Ok(None) => return None,
                Err(error) => {
                    self.has_failed = true;
                    return Some(Err(error.into_row(self.lines.file())));
                }
            }
        }
        None
    }
}

impl<T: DeserializeOwned, E: Into<RowProblem>, F: Fn(T) -> Result<BatchRecord, E>> Reading<T, F> {
    fn row(&self, line: &Line) -> InputRow {
        let place = FilePlace::line(self.lines.file(), line.number);
        let bad = |place: FilePlace, problem: &dyn fmt::Display| Err(BadRow::new(place, problem));
        if !line.is_ended() && !self.how.may_end_anyhow {
            let cut = "the file ends without a line break, so that this line may be cut off: end it with one, or allow it \
                       (`last_line_may_lack_its_end`, `--allow-no-final-newline`)";
            return bad(place, &cut);
        }
        if let Some((name, column)) = members::twice(&line.text) {
            let problem = format!("the member `{}` is there twice: leave one out", name.escape_debug());
            return bad(place.column(column), &problem);
        }
        let mut json = serde_json::Deserializer::from_str(&line.text);
        let value = serde_path_to_error::deserialize(&mut json);
        let value: T = match value {
            Ok(value) => value,
            Err(error) => {
                let column = error.inner().column();
                let path = error.path().to_string();
                let problem = error.inner().to_string();
                let problem = problem.split_once(" at line ").map_or(problem.as_str(), |(problem, _)| problem);
                let said = if path == "." { problem.to_owned() } else { format!("`{path}`: {problem}") };
                return bad(place.column(column), &said);
            }
        };
        if let Err(error) = json.end() {
            return bad(place.column(error.column()), &"something stands behind the value: a line has one");
        }
        match (self.record)(value) {
            Ok(record) => Ok(record.at(place)),
            Err(error) => Err(error.into().at(place)),
        }
    }
}

impl BadInput {
    /// The last row of a file that can't be read any further.
    pub(super) fn into_row(self, file: &str) -> BadRow {
        match self {
            Self::At { place, problem } => BadRow::ending(place, problem),
            other => BadRow::ending(FilePlace::line(file, 0), other),
        }
    }
}
