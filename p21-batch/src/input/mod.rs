//! Where records come from.
//!
//! Every source is a stream of [`InputRow`]s: a record, or why a row is none and where it stands. A run refuses the bad ones with
//! their place and goes on; what is wrong with a file as a whole (a column that is missing or there twice, bytes that are no
//! text) is an error, and nothing is sent at all.

mod cell;
mod csv_file;
mod fields;
mod json_lines;
mod members;
mod source;
mod text;

use std::fmt;

use futures_util::stream::{self, Stream};

pub use csv_file::CsvFile;
pub use json_lines::JsonLines;
pub(crate) use source::Source;
pub use text::Encoding;

use crate::place::FilePlace;
use crate::record::BatchRecord;

/// A row of an input.
pub type InputRow = Result<BatchRecord, BadRow>;

/// What a run takes: a stream of rows, such as those of a file, or of [`records`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no input of a run",
    label = "not a stream of rows",
    note = "records that a program has are an input by `input::records(..)`, rows of a file by `CsvFile` or `JsonLines`"
)]
pub trait Input: Stream<Item = InputRow> + Send {}

#[diagnostic::do_not_recommend]
impl<I: Stream<Item = InputRow> + Send> Input for I {}

/// A row that can't be read, where, and why.
#[derive(Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{place}: {problem}")]
#[non_exhaustive]
pub struct BadRow {
    /// Where.
    pub place: FilePlace,
    /// Why, and what to do.
    pub problem: String,
    /// Nothing behind it can be read: a run doesn't begin.
    pub ends_input: bool,
    /// Its text, where rows are kept.
    pub(crate) row: Option<Box<Source>>,
}

p21_model::debug_is_its_line!(BadRow);

impl BadRow {
    /// What is wrong at a place.
    pub fn new(place: FilePlace, problem: impl fmt::Display) -> Self {
        Self { place, problem: problem.to_string(), ends_input: false, row: None }
    }

    /// The same of all the rest.
    pub fn ending(place: FilePlace, problem: impl fmt::Display) -> Self {
        Self { ends_input: true, ..Self::new(place, problem) }
    }
}

/// What is wrong with a row, as whoever makes records of rows says it: words, and the column where one is to blame.
#[derive(Debug, Clone, serde::Serialize)]
#[non_exhaustive]
pub struct RowProblem {
    /// The column.
    pub column: Option<String>,
    /// What is wrong, and what to do.
    pub text: String,
}

impl RowProblem {
    /// What is wrong in a column.
    pub fn in_column(column: impl Into<String>, text: impl Into<String>) -> Self {
        Self { column: Some(column.into()), text: text.into() }
    }

    fn at(self, place: FilePlace) -> BadRow {
        match self.column {
            Some(column) => BadRow::new(place.column(column), self.text),
            None => BadRow::new(place, self.text),
        }
    }
}

impl<E: fmt::Display> From<E> for RowProblem {
    fn from(problem: E) -> Self {
        Self { column: None, text: problem.to_string() }
    }
}

/// A file that can't be taken up at all.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BadInput {
    /// It can't be opened or read.
    #[error("{file} can't be read: {source}")]
    File {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something at a place is wrong with all of it.
    #[error("{place}: {problem}")]
    At {
        /// Where.
        place: FilePlace,
        /// What, and what to do.
        problem: String,
    },
}

p21_model::debug_is_its_line!(BadInput);
p21_model::written_as_its_line!(BadInput);

/// Records that a program has.
pub fn records<R: Into<BatchRecord>>(records: impl IntoIterator<Item = R>) -> impl Stream<Item = InputRow> {
    stream::iter(records.into_iter().map(|record| Ok(record.into())))
}
