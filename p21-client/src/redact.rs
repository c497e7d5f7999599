//! Keeping secrets out of texts that come from the server.
//!
//! The token endpoint echoes an unknown consumer key in its error, and servers echo headers in stack traces. Every text
//! that ends up in an error passes through here first.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};

const MARK: &str = "[redacted]";

/// How many past tokens are remembered: an answer may quote one that was renewed meanwhile.
const TOKENS: usize = 4;

/// How many other secrets are remembered.
const OTHERS: usize = 16;

/// The longest text of a server that an error keeps, in characters.
const LONGEST: usize = 2_000;

/// Knows the secrets and takes them out of texts.
pub(crate) struct Redactor {
    secret: SecretString,
    tokens: Mutex<VecDeque<SecretString>>,
    others: Mutex<VecDeque<SecretString>>,
}

impl Redactor {
    pub(crate) fn new(secret: SecretString) -> Self {
        Self { secret, tokens: Mutex::default(), others: Mutex::default() }
    }

    /// Remembers a token.
    pub(crate) fn learn(&self, token: SecretString) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.truncate(TOKENS - 1);
        tokens.push_front(token);
    }

    /// Remembers another secret that is sent to P21.
    pub(crate) fn keep(&self, secret: SecretString) {
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if others.iter().all(|known| known.expose_secret() != secret.expose_secret()) {
            others.truncate(OTHERS - 1);
            others.push_front(secret);
        }
    }

    /// The text without secrets and terminal controls, cut to a length that an error may keep.
    pub(crate) fn clean(&self, text: &str) -> String {
        let mut text = without_tokens(&without_guid(text, self.secret.expose_secret()));
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in tokens.iter().chain(others.iter()).chain([&self.secret]) {
            if !secret.expose_secret().is_empty() {
                text = text.replace(secret.expose_secret(), MARK);
            }
        }
        let harmless = |c: char| if c.is_control() && !c.is_whitespace() { char::REPLACEMENT_CHARACTER } else { c };
        bounded(&text.chars().map(harmless).collect::<String>(), LONGEST)
    }
}

/// At most `longest` characters, with an ellipsis where something was cut.
pub(crate) fn bounded(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Takes out every spelling of a GUID: with or without dashes, upper or lower case.
fn without_guid(text: &str, guid: &str) -> String {
    let plain = hex_digits(guid);
    if plain.len() != 32 || guid.chars().any(|c| !(c.is_ascii_hexdigit() || "-{}() ".contains(c))) {
        return text.to_owned();
    }
    replace_runs(text, |c| c.is_ascii_hexdigit() || c == '-', |run| hex_digits(run).contains(&plain))
}

/// Takes out what looks like a JSON web token, whosever it is.
fn without_tokens(text: &str) -> String {
    let in_token = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    replace_runs(text, in_token, |run| run.len() > 20 && run.contains("eyJ"))
}

fn hex_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect()
}

/// Replaces the runs of `inside` characters that are `secret`.
fn replace_runs(text: &str, inside: impl Fn(char) -> bool, secret: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(&inside) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(from.find(|c| !inside(c)).unwrap_or(from.len()));
        out.push_str(before);
        out.push_str(if secret(run) { MARK } else { run });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "11111111-2222-3333-4444-5555555555aB";

    #[test]
    fn a_key_is_found_in_every_spelling() {
        let redactor = Redactor::new(KEY.into());
        for spelling in [KEY.to_owned(), KEY.to_lowercase(), KEY.to_uppercase(), KEY.replace('-', "")] {
            let text = redactor.clean(&format!("query string \"Consumer Key: {spelling}\"."));
            assert_eq!(text, "query string \"Consumer Key: [redacted]\".");
        }
        let other = "00000000-0000-0000-0000-000000000000";
        assert_eq!(redactor.clean(other), other);
    }

    #[test]
    fn passwords_and_tokens_go() {
        let redactor = Redactor::new("s3cret".into());
        redactor.learn("opaque-token".into());
        assert_eq!(redactor.clean("s3cret Bearer opaque-token"), "[redacted] Bearer [redacted]");
        assert_eq!(redactor.clean("a eyJhbGciOiJIUzI1NiJ9.e30.x b"), "a [redacted] b");
    }

    #[test]
    fn terminals_are_left_alone() {
        assert_eq!(Redactor::new("x".into()).clean("a\u{1b}[2Jb\nc"), "a\u{fffd}[2Jb\nc");
    }

    #[test]
    fn long_texts_are_cut_after_redaction() {
        let redactor = Redactor::new("s3cret".into());
        let text = redactor.clean(&format!("{}s3cret{}", "ä".repeat(LONGEST - 3), "x".repeat(100)));
        assert!(text.chars().count() <= LONGEST + 1 && !text.contains("s3c"));
    }
}
