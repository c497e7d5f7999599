//! Values of an answer that don't read as their field's type, as errors of the client: `?` takes them there.

use p21_model::derive::ReadErrors;
use p21_model::record::ReadError;

use super::Error;

/// [`ErrorKind::Decode`](super::ErrorKind::Decode): the call succeeded, and a stored transaction is stored.
impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        let path = format!("{}[{}].{}", error.element, error.row, error.field);
        Self::decode(path, error.problem.to_string()).because(error)
    }
}

/// [`ErrorKind::Decode`](super::ErrorKind::Decode), at the first element that is wrong, with all that is.
impl From<ReadErrors> for Error {
    fn from(errors: ReadErrors) -> Self {
        let element = errors.iter().next().map(|problem| problem.element.clone()).unwrap_or_default();
        let problems: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Self::decode(element, problems.join("; ")).because(errors)
    }
}
