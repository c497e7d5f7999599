//! One service: asked for, read, written.

use std::path::Path;

use p21_client::{Client, StatusCode};
use p21_definitions::{Entry, hash, write_atomically};
use p21_model::definition::{MAX_BYTES, ServiceDefinition};
use p21_model::name::file_stem;

use super::Wanted;

/// What became of a service.
pub(super) enum Fetched {
    /// Its definition is in the folder.
    Stored(Entry),
    /// The server, or this program, will not give it, however often it is asked.
    Refused {
        /// The HTTP status, if the server refused.
        status: Option<u16>,
        /// Why, 200 characters at most.
        text: String,
    },
    /// It may work another time.
    Failed {
        /// Why it did not.
        why: String,
        /// Whether the server only has too much to do, or a call went astray: asked again soon, it may answer.
        passes: bool,
    },
}

pub(super) async fn fetch_one(client: &Client, folder: &Path, name: &str, wanted: &Wanted) -> Fetched {
    // The name is the server's word: it becomes a path only if it is plain.
    let stem = match file_stem(name) {
        Ok(stem) => stem,
        Err(error) => return refused(None, error),
    };
    let definition = match client.definition(name).await {
        Ok(definition) => definition,
        Err(error) if error.is_unavailable_service() || error.is_unknown_service() => {
            return refused(error.status().map(|status| status.as_u16()), error);
        }
        // A web page or no JSON at all says nothing about the definition: it may come another time.
        Err(error) if error.decode_path().is_some() && !error.is_before_call() => return refused(None, error),
        Err(error) => {
            let passes = error.is_retryable() || error.status() == Some(StatusCode::TOO_MANY_REQUESTS);
            return Fetched::Failed { why: chain(&error), passes };
        }
    };
    if definition.name != name {
        let text = format!("the server answered the definition of `{}`", definition.name.escape_debug());
        return refused(None, text);
    }
    store(folder, &stem, definition, wanted)
}

fn store(folder: &Path, stem: &str, mut definition: ServiceDefinition, wanted: &Wanted) -> Fetched {
    if wanted.sanitize {
        definition.sanitize();
    }
    let text = definition.to_canonical();
    let lower = text.to_lowercase();
    if wanted.scrub.iter().any(|term| lower.contains(term.as_str())) {
        return refused(None, "it contains a term of P21_SCRUB_TERMS, so it is not written");
    }
    let entry = Entry::new(&definition, hash(text.as_bytes()));
    let path = folder.join(format!("{stem}.json"));
    // What is the same stays untouched, so that nothing is built again for it; git on Windows ends lines in its own way.
    let is_same = |found: Vec<u8>| String::from_utf8(found).is_ok_and(|found| found.replace("\r\n", "\n") == text);
    if p21_definitions::read_bounded(&path, MAX_BYTES).is_ok_and(is_same) {
        return Fetched::Stored(entry);
    }
    match write_atomically(&path, &text) {
        Ok(()) => Fetched::Stored(entry),
        Err(error) => Fetched::Failed { why: error.to_string(), passes: false },
    }
}

fn refused(status: Option<u16>, text: impl std::fmt::Display) -> Fetched {
    Fetched::Refused { status, text: text.to_string().chars().take(200).collect() }
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}
