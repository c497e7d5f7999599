//! An answer, read to its end.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::StatusCode;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, UnexpectedBody};
use crate::redact::{Redactor, bounded};
use crate::xml;

/// What a [raw request](crate::Client::request) got: a success, read to its end.
#[derive(Clone)]
pub struct RawAnswer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) body: Bytes,
    /// What must not get from the body into an error.
    pub(crate) redactor: Arc<Redactor>,
}

impl RawAnswer {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The type of the body, as the server names it.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The body, as it came: what the server says of secrets in it is not taken out.
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// The body is markup, empty, not JSON, or JSON of another shape; then [`Error::decode_path`] says where.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        decode(&self.body).map_err(|error| match error.kind() {
            ErrorKind::Decode { path, problem } => self.misread(path, problem),
            _ => error.answered(self.status),
        })
    }

    /// The error for an answer that makes no sense at a place, without the secrets that it may quote.
    pub(crate) fn misread(&self, path: &str, problem: &str) -> Error {
        let path = bounded(&self.redactor.clean(path), 200);
        let problem = bounded(&self.redactor.clean(problem), 300);
        Error::decode(path, problem).answered(self.status)
    }
}

impl std::fmt::Debug for RawAnswer {
    /// Without the body, which may be large and private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawAnswer")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("bytes", &self.body.len())
            .finish()
    }
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let body = xml::without_bom(body);
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::new(ErrorKind::NotJson { body: UnexpectedBody::Empty }));
    }
    if xml::is_markup(body) {
        let body = if xml::is_html(body) { UnexpectedBody::Html } else { UnexpectedBody::Xml };
        return Err(Error::new(ErrorKind::NotJson { body }));
    }
    let error = match serde_json::from_slice(body) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // Following the path takes time, so only a failure is read a second time to find it.
    let mut again = serde_json::Deserializer::from_slice(body);
    let (path, problem) = match serde_path_to_error::deserialize::<_, T>(&mut again) {
        Err(error) => (error.path().to_string(), error.inner().to_string()),
        Ok(_) => (".".to_owned(), error.to_string()),
    };
    Err(Error::decode(path, problem))
}
