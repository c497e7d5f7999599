//! Where records come from.
//!
//! Every source is a stream of [`Row`]s: a record, or why a row is none and where it stands. A run refuses the bad ones with
//! their place and goes on; what is wrong with a file as a whole (a column that is missing or there twice, bytes that are no
//! text) is an error, and nothing is sent at all.

mod cell;
mod csv_file;
mod fields;
mod json_lines;
mod text;

use std::fmt;

use futures_util::stream::{self, Stream};

pub use csv_file::CsvFile;
pub use json_lines::JsonLines;
pub use text::Encoding;

use crate::place::Place;
use crate::record::Record;

/// A row of an input.
pub type Row = Result<Record, BadRow>;

/// A row that can't be read, where, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
#[non_exhaustive]
pub struct BadRow {
    /// Where.
    pub place: Place,
    /// Why, and what to do.
    pub problem: String,
    /// Nothing behind it can be read: a run doesn't begin.
    pub ends_input: bool,
}

impl BadRow {
    /// What is wrong at a place.
    pub fn new(place: Place, problem: impl fmt::Display) -> Self {
        Self { place, problem: problem.to_string(), ends_input: false }
    }

    /// The same of all the rest.
    pub fn ending(place: Place, problem: impl fmt::Display) -> Self {
        Self { ends_input: true, ..Self::new(place, problem) }
    }
}

/// A file that can't be taken up at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
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
        place: Place,
        /// What, and what to do.
        problem: String,
    },
}

/// Records that a program has.
pub fn records<R: Into<Record>>(records: impl IntoIterator<Item = R>) -> impl Stream<Item = Row> {
    stream::iter(records.into_iter().map(|record| Ok(record.into())))
}
