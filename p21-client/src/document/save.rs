//! Documents as files.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use p21_files::Temporary;

use super::Document;
use super::file_name::safe;

/// How many files of one name a directory may have.
const MOST: usize = 10_000;
/// PDF allows some bytes before its mark.
const MARK_WITHIN: usize = 1_024;

/// A document could not be written. No part of it is left.
#[non_exhaustive]
pub enum SaveError {
    /// P21 says that it is a PDF, and it isn't: an error page, for example.
    NoPdf,
    /// A file of that name is there, and is left alone.
    Exists(PathBuf),
    /// The file system refuses.
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

p21_model::debug_is_its_line!(SaveError);
#[cfg(feature = "serde")]
p21_model::written_as_its_line!(SaveError);

impl Document {
    /// Writes the document into a directory, and says where. Blocks the thread.
    ///
    /// The name is the one that P21 proposes, made harmless: the file is always directly in that directory, whatever
    /// the server says, and a PDF's name ends in `.pdf`. Nothing is ever overwritten; where the name is taken, a number is appended (`order (2).pdf`).
    /// The file appears whole or not at all.
    ///
    /// # Errors
    /// The directory is missing or can't be written to, or what P21 calls a PDF is none.
    ///
    /// ```no_run
    /// # fn example(document: p21_client::Document) -> Result<(), Box<dyn std::error::Error>> {
    /// println!("{}", document.save_in("purchase-orders")?.display());
    /// # Ok(())
    /// # }
    /// ```
    pub fn save_in(&self, directory: impl AsRef<Path>) -> Result<PathBuf, SaveError> {
        self.save(directory.as_ref(), MOST)
    }

    /// The same, but a file that has the name already is an error.
    ///
    /// # Errors
    /// As [`save_in`](Self::save_in), and [`SaveError::Exists`].
    pub fn save_new_in(&self, directory: impl AsRef<Path>) -> Result<PathBuf, SaveError> {
        self.save(directory.as_ref(), 1)
    }

    fn save(&self, directory: &Path, most: usize) -> Result<PathBuf, SaveError> {
        if self.is_pdf() && !starts_like_pdf(&self.bytes) {
            return Err(SaveError::NoPdf);
        }
        let proposed = if self.file_name.trim().is_empty() { &self.name } else { &self.file_name };
        let (mut stem, mut extension) = safe(proposed, "document");
        if self.is_pdf() && !extension.eq_ignore_ascii_case(".pdf") {
            stem.push_str(&extension);
            extension = ".pdf".to_owned();
        }
        let failed = |path: &Path, source| SaveError::Io { path: path.to_owned(), source };
        let mut file = Temporary::in_folder(directory).map_err(|error| failed(directory, error))?;
        file.write_all(&self.bytes)
            .and_then(|()| file.as_file().sync_all())
            .map_err(|error| failed(directory, error))?;
        let mut target = PathBuf::new();
        for number in 1..=most {
            target = directory.join(match number {
                1 => format!("{stem}{extension}"),
                _ => format!("{stem} ({number}){extension}"),
            });
            match file.persist_new(&target) {
                Ok(()) => return Ok(target),
                Err((same, error)) if error.kind() == io::ErrorKind::AlreadyExists => file = same,
                Err((_, error)) => return Err(failed(&target, error)),
            }
        }
        Err(SaveError::Exists(target))
    }
}

fn starts_like_pdf(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(MARK_WITHIN)].windows(4).any(|window| window == b"%PDF")
}

impl std::fmt::Display for SaveError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoPdf => f.write_str("P21 calls the document a PDF, but it has no `%PDF` at its start"),
            Self::Exists(path) => write!(f, "`{}` is there already", path.display()),
            Self::Io { path, source } => write!(f, "`{}` can't be written: {source}", path.display()),
        }
    }
}

impl std::error::Error for SaveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::NoPdf | Self::Exists(_) => None,
        }
    }
}
