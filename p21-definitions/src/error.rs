//! What can go wrong: input that is wrong, and files that can't be read or written.

use std::fmt;
use std::path::{Path, PathBuf};

use p21_model::InputError;

/// Why definitions were not read, generated from or written.
#[non_exhaustive]
pub enum Error {
    /// A definition or a rules file is wrong; names file, service, element and field.
    Input(InputError),
    /// A file or folder can't be read or written.
    Io {
        /// Which.
        path: PathBuf,
        /// What was tried: `read`, `write`.
        action: &'static str,
        /// Why.
        source: std::io::Error,
    },
}

p21_model::debug_is_its_line!(Error);

impl Error {
    /// A file or folder that can't be read or written; `action` is `read`, `write`.
    pub fn io(path: &Path, action: &'static str, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), action, source }
    }

    /// The same as the error of an input file.
    pub fn into_input(self) -> InputError {
        match self {
            Self::Input(error) => error,
            Self::Io { path, action, source } => {
                InputError::new(path.display().to_string(), format!("can't {action}: {source}"))
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(error) => error.fmt(f),
            Self::Io { path, action, source } => write!(f, "{}: can't {action}: {source}", path.display()),
        }
    }
}

// Its line says why already, so that a chain of causes doesn't say it twice.
impl std::error::Error for Error {}

impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}
