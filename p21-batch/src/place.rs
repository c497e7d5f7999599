//! Where something stands in an input.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in a file: line and column from 1, as editors count them. A CSV's column is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FilePlace {
    /// The file as the program named it.
    pub file: String,
    /// The line, from 1. A row of a CSV may have several; it is the first.
    pub line: u64,
    /// The character in the line, from 1, or the name of a CSV's column; `None` for the whole line.
    pub column: Option<String>,
}

impl FilePlace {
    /// A line of a file.
    pub fn line(file: impl Into<String>, line: u64) -> Self {
        Self { file: file.into(), line, column: None }
    }

    /// The same in a column.
    #[must_use]
    pub fn column(mut self, column: impl fmt::Display) -> Self {
        self.column = Some(column.to_string());
        self
    }
}

/// `prices.csv:7: column price`.
impl fmt::Display for FilePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        match &self.column {
            Some(column) => write!(f, ": column {column}"),
            None => Ok(()),
        }
    }
}
