//! What can be switched about the form of answers.

use super::words::words;

/// What a request without an `Accept` header gets from the UI server's `/api/v2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MissingAccept {
    /// XML, as documented in passing; the default, for it shows a client that it forgot the header.
    #[default]
    Xml,
    /// JSON.
    Json,
    /// A 500 without a body, as some builds answer on the Interactive API.
    Refused,
}

words!(MissingAccept: Xml = "xml", Json = "json", Refused = "refused");
