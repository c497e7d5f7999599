//! What is wrong with a record that is read into a struct.

use std::fmt;

use crate::facts::schema::ElementSchema;
use crate::rows::value::ValueError;

/// Everything that is missing or malformed in a record, in the order it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadErrors(Vec<ReadProblem>);

crate::debug_is_its_line!(ReadErrors);

impl ReadErrors {
    /// The problems; there is at least one.
    pub fn iter(&self) -> impl Iterator<Item = &ReadProblem> {
        self.0.iter()
    }
}

impl fmt::Display for ReadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index > 0 { "\n" } else { "" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ReadErrors {}

/// One thing that is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadProblem {
    /// The element.
    pub element: String,
    /// The row, from 0 among all rows of the element, if it is about one.
    pub row: Option<usize>,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// What is wrong.
    pub what: ReadWhat,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadWhat {
    /// The field is absent or empty, and the struct needs it.
    Missing,
    /// The value is none of the struct's type.
    Malformed(ValueError),
    /// No row has data, and the struct needs one.
    NoRow,
    /// Several rows have data, and the struct holds one.
    SeveralRows(usize),
    /// P21's answer doesn't say which parent row these rows belong to.
    Unplaced {
        /// How many rows of the parent there are.
        parents: usize,
        /// How many rows of the child there are.
        children: usize,
    },
}

impl fmt::Display for ReadProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.element)?;
        if let Some(row) = self.row {
            write!(f, " row {row}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", field `{field}`")?;
        }
        match &self.what {
            ReadWhat::Missing => f.write_str(": no value"),
            ReadWhat::Malformed(error) => write!(f, ": {error}"),
            ReadWhat::NoRow => f.write_str(": no row with data"),
            ReadWhat::SeveralRows(rows) => write!(f, ": {rows} rows with data where one is expected"),
            ReadWhat::Unplaced { parents, children } => {
                write!(f, ": {children} rows for {parents} parent rows, and nothing says which belongs to which")
            }
        }
    }
}

/// Gathers problems.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<ReadProblem>);

impl Problems {
    pub(super) fn field(&mut self, element: &ElementSchema, row: usize, field: &str, what: ReadWhat) {
        let element = element.name.to_string();
        self.0.push(ReadProblem { element, row: Some(row), field: Some(field.to_owned()), what });
    }

    pub(super) fn no_row(&mut self, element: &ElementSchema) {
        self.element(element, None, ReadWhat::NoRow);
    }

    /// A problem of an element; said once, though every parent row finds it.
    pub(super) fn element(&mut self, element: &ElementSchema, row: Option<usize>, what: ReadWhat) {
        let problem = ReadProblem { element: element.name.to_string(), row, field: None, what };
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }

    pub(super) fn end<T>(self, read: Option<T>) -> Result<T, ReadErrors> {
        // Whatever can't be read has said why, so that the two always agree.
        read.filter(|_| self.0.is_empty()).ok_or(ReadErrors(self.0))
    }
}
