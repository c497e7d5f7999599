//! A row as it stands in its file, so that what fails can be mended and run again.

use serde::{Deserialize, Serialize};

use super::InputRow;

/// The text of a row, as a journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Source {
    /// Of a CSV: what stands between fields, the header, and the fields.
    Csv { delimiter: char, columns: Vec<String>, fields: Vec<String> },
    /// A line of JSON.
    Json { line: String },
}

impl Source {
    /// The row with its text.
    pub(super) fn kept_in(self, row: InputRow) -> InputRow {
        match row {
            Ok(mut record) => {
                record.payload.source = Some(Box::new(self));
                Ok(record)
            }
            Err(mut bad) => {
                bad.row = Some(Box::new(self));
                Err(bad)
            }
        }
    }

    /// What stands above the rows of a file of such rows. It begins with the mark of UTF-8, so that nobody reads it as
    /// anything else.
    pub(crate) fn head(&self) -> Vec<u8> {
        match self {
            Self::Csv { delimiter, columns, .. } => {
                [&[0xEF, 0xBB, 0xBF], csv_line(*delimiter, columns).as_slice()].concat()
            }
            Self::Json { .. } => Vec::new(),
        }
    }

    pub(crate) fn line(&self) -> Vec<u8> {
        match self {
            Self::Csv { delimiter, fields, .. } => csv_line(*delimiter, fields),
            Self::Json { line } => [line.as_bytes(), b"\n"].concat(),
        }
    }

    /// Whether both can stand in one file.
    pub(crate) fn goes_with(&self, other: &Self) -> bool {
        self.head() == other.head()
    }
}

fn csv_line(delimiter: char, fields: &[String]) -> Vec<u8> {
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    let mut line = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
    // Into memory, which takes everything.
    let _ = line.write_record(fields);
    line.into_inner().unwrap_or_default()
}
