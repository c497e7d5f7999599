//! A file as lines of text: its encoding, and where it ends.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use super::BadInput;
use crate::place::FilePlace;

/// How a file's bytes are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, with or without a mark at its start.
    #[default]
    Utf8,
    /// What spreadsheets on Windows write where they aren't asked for UTF-8.
    Windows1252,
}

/// The longest line: what is longer is no row but a quote that nobody closed, or another kind of file.
const LONGEST: usize = 1 << 20;

/// What the bytes from 0x80 to 0x9F are in Windows-1252; none is `\0`.
const UPPER: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•',
    '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// The lines of a file, one at a time.
pub(super) struct Lines {
    reader: BufReader<File>,
    file: String,
    encoding: Encoding,
    line: u64,
}

/// A line, and whether a line break ends it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: u64,
    /// Without its line break.
    pub(super) text: String,
    /// Its line break; nothing where the file ends in it.
    pub(super) end: &'static str,
}

impl Line {
    pub(super) fn is_ended(&self) -> bool {
        !self.end.is_empty()
    }
}

impl Lines {
    pub(super) fn open(path: &Path, encoding: Encoding) -> Result<Self, BadInput> {
        let file = path.display().to_string();
        let failed = |source| BadInput::File { file: file.clone(), source };
        let opened = File::open(path).map_err(failed)?;
        if !opened.metadata().map_err(failed)?.is_file() {
            return Err(failed(io::Error::other("it is no regular file")));
        }
        let mut reader = BufReader::new(opened);
        let start = reader.fill_buf().map_err(failed)?;
        let place = FilePlace::line(file.clone(), 1);
        if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
            let problem = "it is UTF-16: save it as UTF-8".to_owned();
            return Err(BadInput::At { place, problem });
        }
        if start.starts_with(&[0xEF, 0xBB, 0xBF]) {
            if encoding == Encoding::Windows1252 {
                let problem = "it begins with the mark of UTF-8: don't read it as Windows-1252".to_owned();
                return Err(BadInput::At { place, problem });
            }
            reader.consume(3);
        }
        Ok(Self { reader, file, encoding, line: 0 })
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The next line; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Line>, BadInput> {
        let mut bytes = Vec::new();
        let most = LONGEST as u64 + 2;
        let read = (&mut self.reader).take(most).read_until(b'\n', &mut bytes);
        read.map_err(|source| BadInput::File { file: self.file.clone(), source })?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        let is_ended = bytes.pop_if(|last| *last == b'\n').is_some();
        let has_return = bytes.pop_if(|last| *last == b'\r').is_some();
        let end = match (is_ended, has_return) {
            (false, _) => "",
            (true, false) => "\n",
            (true, true) => "\r\n",
        };
        if bytes.len() > LONGEST {
            return Err(self.wrong(None, format!("the line is longer than {LONGEST} bytes: is a quote not closed?")));
        }
        let text = self.decode(bytes)?;
        Ok(Some(Line { number: self.line, text, end }))
    }

    fn decode(&self, bytes: Vec<u8>) -> Result<String, BadInput> {
        match self.encoding {
            Encoding::Utf8 => String::from_utf8(bytes).map_err(|error| {
                let at = error.utf8_error().valid_up_to();
                let column = String::from_utf8_lossy(&error.as_bytes()[..at]).chars().count() + 1;
                let byte = error.as_bytes()[at];
                let shown =
                    windows_1252(byte).map(|read| format!(", which is `{read}` in Windows-1252")).unwrap_or_default();
                let problem = format!(
                    "byte 0x{byte:02X} is no UTF-8{shown}: save the file as UTF-8, or say that it is \
                     Windows-1252 (the command's `--windows-1252`)"
                );
                self.wrong(Some(column), problem)
            }),
            Encoding::Windows1252 => {
                let decoded = bytes.iter().enumerate().map(|(at, byte)| {
                    windows_1252(*byte).ok_or_else(|| {
                        self.wrong(Some(at + 1), format!("byte 0x{byte:02X} is nothing in Windows-1252"))
                    })
                });
                decoded.collect()
            }
        }
    }

    fn wrong(&self, column: Option<usize>, problem: String) -> BadInput {
        let place = FilePlace::line(self.file.clone(), self.line);
        let place = match column {
            Some(column) => place.column(column),
            None => place,
        };
        BadInput::At { place, problem }
    }
}

fn windows_1252(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9F => Some(UPPER[usize::from(byte - 0x80)]).filter(|read| *read != '\0'),
        byte => Some(char::from(byte)),
    }
}
