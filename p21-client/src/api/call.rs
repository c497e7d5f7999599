//! A call, before it is made.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use reqwest::{Method, Url};
use serde::Serialize;

use super::flavour::Flavour;
use crate::error::{Error, Name};

/// Which of P21's two hosts a path is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Host {
    /// The middleware: OData, Entity and other REST APIs, below the client's base address.
    Middleware,
    /// The UI server, whose address the router hands out: Transaction and Interactive APIs.
    #[default]
    UiServer,
}

/// What an answer without a word means.
#[derive(Debug, Clone)]
pub(crate) enum Silence {
    Meaningless,
    /// There is no such service.
    NoSuchService(String),
    /// One of several things.
    ReportFailed,
    /// The results are lost.
    ResultsLost,
}

/// How a call is tried again, at most.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pace {
    /// The longest pause before the first repetition.
    pub(crate) first_delay: Option<Duration>,
    /// The most tries.
    pub(crate) attempts: Option<usize>,
}

/// A call.
#[derive(Debug, Clone)]
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) host: Host,
    /// From the host's address on, with its query; already percent-encoded.
    pub(crate) path: Cow<'a, str>,
    pub(crate) body: Option<Bytes>,
    /// Whether the call may store something.
    pub(crate) writes: bool,
    /// What it is spoken in.
    pub(crate) flavour: Flavour,
    /// P21 goes on with what it was asked for, though nobody waits: only the operation's limit ends a try, and it is
    /// tried again only where P21 isn't at it.
    pub(crate) patient: bool,
    /// What an answer without a word means here.
    pub(crate) silence: Silence,
    /// The largest answer that makes sense, in bytes: what is larger is not read as JSON, which takes many times as much.
    pub(crate) most: usize,
    /// Where it is tried again otherwise than the client is told.
    pub(crate) pace: Pace,
}

impl<'a> Call<'a> {
    /// A `GET` of the UI server.
    pub(crate) fn get(path: impl Into<Cow<'a, str>>) -> Self {
        Self {
            method: Method::GET,
            host: Host::UiServer,
            path: path.into(),
            body: None,
            writes: false,
            flavour: Flavour::Json,
            patient: false,
            silence: Silence::Meaningless,
            most: usize::MAX,
            pace: Pace::default(),
        }
    }

    /// A `POST` to the UI server that stores something.
    pub(crate) fn write(path: impl Into<Cow<'a, str>>, body: impl Into<Bytes>) -> Self {
        Self { method: Method::POST, body: Some(body.into()), writes: true, ..Self::get(path) }
    }

    /// A `POST` to the UI server that only reads.
    pub(crate) fn query(path: impl Into<Cow<'a, str>>, body: impl Into<Bytes>) -> Self {
        Self { writes: false, ..Self::write(path, body) }
    }

    /// What errors and logs call it.
    pub(crate) fn name(&self) -> Name {
        let path = self.path.split(['?', '#']).next().unwrap_or_default();
        Name { method: self.method.clone(), path: path.to_owned(), written: self.writes, before: false }
    }

    /// The whole address.
    ///
    /// # Errors
    /// The path doesn't stay below the host's address, or isn't percent-encoded.
    pub(crate) fn address(&self, base: &Url) -> Result<Url, Error> {
        let refuse = |problem: &str| {
            let path = crate::redact::bounded(&self.name().path, 200);
            Err(Error::input(format!("the path `{}` can't be called: {problem}", path.escape_debug())))
        };
        if !self.path.starts_with('/') || self.path.contains('#') {
            return refuse("it must start with `/` and have no fragment");
        }
        let start = base.as_str().trim_end_matches('/');
        let Ok(url) = Url::parse(&format!("{start}{}", self.path)) else {
            return refuse("it is no path");
        };
        // Reading an address resolves `..`, in any spelling, and encodes what wasn't: either way it is not what was
        // asked for.
        if url.as_str().strip_prefix(start) != Some(&self.path) {
            return refuse("it has `..`, or characters that must be percent-encoded");
        }
        Ok(url)
    }
}

/// A body as JSON.
///
/// # Errors
/// The value has no JSON form: maps with keys that aren't strings.
pub(crate) fn json(body: &impl Serialize) -> Result<Bytes, Error> {
    let bytes = serde_json::to_vec(body);
    bytes.map(Bytes::from).map_err(|error| Error::input("the body can't be written as JSON").because(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_where_they_are() {
        let base = Url::parse("https://p21.example.com/uiserver0").unwrap();
        let address = |path: &'static str| Call::get(path).address(&base).map(String::from);
        let whole = address("/api/v2/services?type=window").unwrap();
        assert_eq!(whole, "https://p21.example.com/uiserver0/api/v2/services?type=window");
        assert!(address("/odata/t?$filter=a%20eq%20%27b%27").is_ok());
        for bad in
            ["", "api", "/../x", "/a/../b", "/a/%2e%2e/b", "/a/.%2E", "/a/./b", "/a b", "/a#b", "/a\\b", "/ä", "/a\n"]
        {
            assert!(address(bad).is_err_and(|error| error.is_input()), "{bad:?}");
        }
        let root = Url::parse("https://p21.example.com").unwrap();
        assert_eq!(Call::get("//evil/x").address(&root).unwrap().host_str(), Some("p21.example.com"));
        assert!(Call::get("@evil/x").address(&root).is_err());
    }
}
