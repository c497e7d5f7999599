//! Records from a CSV file.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::marker::PhantomData;
use std::path::PathBuf;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use serde::de::DeserializeOwned;

use super::text::{Encoding, Lines};
use super::{BadInput, BadRow, InputRow, RowProblem, Source, cell, fields};
use crate::place::FilePlace;
use crate::record::BatchRecord;

/// A CSV file with a header line, each row read as a struct of the program's own by the names of its columns.
///
/// What spreadsheets do to files is an error with line and column, never a guess: a decimal comma (`1,5`), a column that the
/// struct doesn't know or the file has twice, another encoding, a row of more or fewer fields, a last line that may be cut off.
///
/// ```no_run
/// # use p21_services::{sales_price_book::{self as book, header}, prelude::*};
/// use p21_batch::{BatchRecord, input::CsvFile};
///
/// #[derive(serde::Deserialize)]
/// struct Book {
///     id: String,
///     text: String,
/// }
///
/// # fn example() -> Result<(), p21_batch::input::BadInput> {
/// let rows = CsvFile::of("books.csv").delimiter(';').rows(|row: Book| {
///     let change = header::Row::edit().price_book_id(row.id.as_str()).price_book_description(row.text);
///     Ok::<_, String>(BatchRecord::from(book::Transaction::new().push(change)).key(book::Key::new(row.id)))
/// })?;
/// # drop(rows);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CsvFile {
    path: PathBuf,
    delimiter: char,
    encoding: Encoding,
    longest_field: usize,
    may_end_anyhow: bool,
    may_have_others: bool,
    keeps_rows: bool,
}

/// The longest field by default: P21's longest texts are shorter.
const LONGEST_FIELD: usize = 8_000;

impl CsvFile {
    /// The file: commas, UTF-8, a header line.
    pub fn of(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            delimiter: ',',
            encoding: Encoding::default(),
            longest_field: LONGEST_FIELD,
            may_end_anyhow: false,
            may_have_others: false,
            keeps_rows: false,
        }
    }

    /// What stands between fields, of ASCII: `;` where numbers have commas, `\t`.
    #[must_use]
    pub fn delimiter(mut self, delimiter: char) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// How its bytes are text.
    #[must_use]
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// How many characters a field may have: 8,000.
    #[must_use]
    pub fn longest_field(mut self, characters: usize) -> Self {
        self.longest_field = characters;
        self
    }

    /// Takes a last line that no line break ends.
    #[must_use]
    pub fn last_line_may_lack_its_end(mut self) -> Self {
        self.may_end_anyhow = true;
        self
    }

    /// Takes columns that the struct doesn't read. Otherwise they are an error: one that is misspelt would be left out without
    /// a word.
    #[must_use]
    pub fn other_columns(mut self) -> Self {
        self.may_have_others = true;
        self
    }

    /// Keeps each row in the journal as it stands in the file, so that those that fail can be written into a file that is
    /// mended and run again ([`Failures::write_rows`](crate::Failures::write_rows)).
    #[must_use]
    pub fn keep_rows(mut self) -> Self {
        self.keeps_rows = true;
        self
    }

    /// The names of its columns.
    ///
    /// # Errors
    /// The file can't be opened; it has no header, or a column twice; the delimiter is no ASCII.
    pub fn columns(&self) -> Result<Vec<String>, BadInput> {
        Ok(self.open()?.1.iter().map(str::to_owned).collect())
    }

    fn open(&self) -> Result<(csv::Reader<Text>, csv::StringRecord, String), BadInput> {
        let lines = Lines::open(&self.path, self.encoding)?;
        let file = lines.file().to_owned();
        let place = FilePlace::line(file.clone(), 1);
        let wrong = |place: FilePlace, problem: String| BadInput::At { place, problem };
        let delimiter = u8::try_from(self.delimiter).ok().filter(u8::is_ascii);
        let delimiter = delimiter
            .ok_or_else(|| wrong(place.clone(), format!("`{}` can't stand between fields", self.delimiter)))?;
        let mut csv = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(Text::of(lines));
        let headers = csv.headers().cloned().map_err(|error| file_error(&file, error))?;
        if headers.is_empty() {
            return Err(wrong(place, "the file is empty: its first line names the columns".to_owned()));
        }
        for (at, name) in headers.iter().enumerate() {
            if headers.iter().take(at).any(|other| other == name) {
                let here = place.column(name);
                return Err(wrong(here, format!("the column `{name}` is there twice: rename one of them")));
            }
        }
        Ok((csv, headers, file))
    }

    /// Its rows.
    ///
    /// # Errors
    /// The file can't be opened; it has no header, a column twice, one that the struct doesn't read; the delimiter is no
    /// ASCII.
    pub fn rows<T, E>(
        &self,
        record: impl Fn(T) -> Result<BatchRecord, E> + Send + 'static,
    ) -> Result<BoxStream<'static, InputRow>, BadInput>
    where
        T: DeserializeOwned + 'static,
        E: Into<RowProblem> + 'static,
    {
        let (csv, headers, file) = self.open()?;
        for name in &headers {
            let known = fields::of::<T>().filter(|_| !self.may_have_others);
            if let Some(known) = known.filter(|known| !known.contains(&name)) {
                let problem = format!(
                    "nothing reads the column `{}`: there are {}; rename it, or allow others (`other_columns`)",
                    name.escape_debug(),
                    known.join(", ")
                );
                return Err(BadInput::At { place: FilePlace::line(file, 1).column(name), problem });
            }
        }
        let of = PhantomData;
        let how = self.clone();
        let reading: Reading<T, _> = Reading { csv, file, headers, record, how, has_failed: false, of };
        Ok(stream::iter(reading).boxed())
    }
}

/// The text of a file for the parser, line by line.
struct Text {
    lines: Lines,
    bytes: VecDeque<u8>,
    /// Whether the last line that was read is ended.
    is_ended: bool,
    /// Whether there are no more.
    is_done: bool,
    /// The last line that was read.
    last: u64,
    /// The first one of the row that has anything: the parser passes over empty ones, and counts them to the next row.
    first: Option<u64>,
}

impl Text {
    fn of(lines: Lines) -> Self {
        Self { lines, bytes: VecDeque::new(), is_ended: true, is_done: false, last: 0, first: None }
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.bytes.is_empty() {
            match self.lines.next().map_err(io::Error::other)? {
                Some(line) => {
                    self.bytes.extend(line.text.as_bytes());
                    self.bytes.extend(line.end.as_bytes());
                    (self.is_ended, self.last) = (line.is_ended(), line.number);
                    if !line.text.is_empty() {
                        self.first.get_or_insert(line.number);
                    }
                }
                None => self.is_done = true,
            }
        }
        self.bytes.read(buffer)
    }
}

struct Reading<T, F> {
    csv: csv::Reader<Text>,
    file: String,
    headers: csv::StringRecord,
    record: F,
    how: CsvFile,
    has_failed: bool,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned, E: Into<RowProblem>, F: Fn(T) -> Result<BatchRecord, E>> Iterator for Reading<T, F> {
    type Item = InputRow;

    fn next(&mut self) -> Option<InputRow> {
        if self.has_failed {
            return None;
        }
        let mut row = csv::StringRecord::new();
        self.csv.get_mut().first = None;
        match self.csv.read_record(&mut row) {
            Ok(true) => {
                let row = self.kept(&row);
                self.has_failed = row.as_ref().is_err_and(|bad| bad.ends_input);
                Some(row)
            }
            Ok(false) => None,
            Err(error) => {
                self.has_failed = true;
                Some(Err(file_error(&self.file, error).into_row(&self.file)))
            }
        }
    }
}

impl<T: DeserializeOwned, E: Into<RowProblem>, F: Fn(T) -> Result<BatchRecord, E>> Reading<T, F> {
    fn kept(&self, row: &csv::StringRecord) -> InputRow {
        let read = self.row(row);
        if !self.how.keeps_rows {
            return read;
        }
        let texts = |of: &csv::StringRecord| of.iter().map(str::to_owned).collect();
        let source = Source::Csv { delimiter: self.how.delimiter, columns: texts(&self.headers), fields: texts(row) };
        source.kept_in(read)
    }

    fn row(&self, row: &csv::StringRecord) -> InputRow {
        let text = self.csv.get_ref();
        let place = FilePlace::line(self.file.clone(), text.first.unwrap_or(text.last));
        let (found, wanted) = (row.len(), self.headers.len());
        let is_last_cut = text.is_done && !text.is_ended;
        if found != wanted {
            let last = if is_last_cut { ", and the file ends in it: it is cut off" } else { "" };
            let comma = if found > wanted && self.headers.len() > 1 {
                ": a field with a comma, such as the number `1,5`, stands in quotes, or is written `1.5`"
            } else {
                ""
            };
            let problem = format!("the row has {found} fields, and the header names {wanted}{last}{comma}");
            return Err(BadRow::new(place, problem));
        }
        if is_last_cut && !self.how.may_end_anyhow {
            let cut = "the file ends without a line break, so that this line may be cut off: end it with one, or allow it \
                       (`last_line_may_lack_its_end`, `--allow-no-final-newline`)";
            return Err(BadRow::new(place, cut));
        }
        let long = row.iter().position(|field| field.chars().count() > self.how.longest_field);
        if let Some(at) = long {
            let name = self.headers.get(at).unwrap_or_default();
            let problem = format!(
                "the field has {} characters, and may have {}: shorten it (is a quote not closed?)",
                row[at].chars().count(),
                self.how.longest_field
            );
            return Err(BadRow::new(place.column(name), problem));
        }
        let cells = self.headers.iter().zip(row);
        let value: T = cell::read(cells).map_err(|(name, problem)| self.wrong(row, place.clone(), name, &problem))?;
        match (self.record)(value) {
            Ok(record) => Ok(record.at(place)),
            Err(error) => Err(error.into().at(place)),
        }
    }

    fn wrong(&self, row: &csv::StringRecord, place: FilePlace, name: Option<String>, problem: &str) -> BadRow {
        if let Some(missing) = problem.strip_prefix("missing field ") {
            let named = self.headers.iter().collect::<Vec<_>>().join(", ");
            let problem = format!("the column {missing} is missing: the header names {named}");
            return BadRow::ending(FilePlace::line(self.file.clone(), 1), problem);
        }
        let at = name.as_ref().and_then(|name| self.headers.iter().position(|header| header == name));
        let (Some(name), Some(value)) = (name, at.and_then(|at| row.get(at))) else {
            return BadRow::new(place, problem);
        };
        let shown: String = value.chars().take(60).collect();
        let has_comma = value.contains(',') && value.chars().all(|c| c.is_ascii_digit() || "+-., ".contains(c));
        let comma = if has_comma {
            "; numbers have a point: write `1.5` for `1,5`, and no separators of thousands"
        } else {
            ""
        };
        let problem = format!("`{}`: {problem}{comma}", shown.escape_debug());
        BadRow::new(place.column(name), problem)
    }
}

fn file_error(file: &str, error: csv::Error) -> BadInput {
    let line = error.position().map_or(0, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(source) => match source.downcast::<BadInput>() {
            Ok(error) => error,
            Err(source) => BadInput::File { file: file.to_owned(), source },
        },
        other => {
            let problem = format!("it can't be read as CSV: {other:?}");
            BadInput::At { place: FilePlace::line(file, line), problem }
        }
    }
}
