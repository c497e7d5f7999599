//! What can go wrong before the sandbox serves.

use p21_model::InputError;

/// The sandbox can't start.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A definition or a rules file is wrong; the error names it.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The data file can't be opened or isn't the sandbox's.
    #[error("{path}: {problem}")]
    Data {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The port can't be listened on.
    #[error("can't listen on {address}")]
    Listen {
        /// The address.
        address: String,
        /// Why.
        source: std::io::Error,
    },
}

p21_model::debug_is_its_line!(StartError);
