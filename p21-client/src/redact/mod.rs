//! Keeping secrets out of texts that come from the server.
//!
//! The token endpoint echoes an unknown consumer key in its error, and servers echo headers in stack traces.
//!
//! The line is drawn between what P21 *says* and what it *holds*. Everything it says passes through here: texts of errors,
//! messages of outcomes and commands, names of services and of documents, whatever is logged. What a record, a row of a
//! table or a document holds is its caller's data and is never touched, for a password may be an honest value; errors
//! about such values quote them, and are cleaned.

mod spelling;

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use p21_model::unseen::is_unseen;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use spelling::Letter;

const MARK: &str = "[redacted]";

/// How many past tokens are remembered: an answer may quote one that was renewed meanwhile.
const TOKENS: usize = 4;

/// How many other secrets are remembered.
const OTHERS: usize = 16;

/// The longest text of a server that an error keeps, in characters.
const LONGEST: usize = 2_000;

/// How much is looked at together, in bytes.
const MOST: usize = 64 * 1024;

/// By how much the next piece overlaps, in bytes: more than any token has, and a password in its longest spelling.
const OVERLAP: usize = 16 * 1024;

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
        let start = up_to(text, MOST);
        let mut clean = self.without_secrets(start);
        if start.len() < text.len() {
            // A secret may have been cut in two.
            let keep = clean.chars().count().saturating_sub(OVERLAP);
            clean = clean.chars().take(keep).chain(['…']).collect();
        }
        bounded(&clean, LONGEST)
    }

    /// The text without secrets in any spelling, and without characters that steer terminals or deceive readers.
    pub(crate) fn without_secrets(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for cut in self.secrets_in(text) {
            if cut.start >= at {
                out.push_str(&text[at..cut.start]);
                out.push_str(MARK);
            }
            at = at.max(cut.end);
        }
        out.push_str(&text[at..]);
        if out.contains(is_unseen) { out.replace(is_unseen, "\u{fffd}") } else { out }
    }

    /// Cleans every text in a value, the names of its members too.
    pub(crate) fn clean_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.without_secrets(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.clean_value(item)),
            Value::Object(members) => {
                for (name, mut item) in std::mem::take(members) {
                    self.clean_value(&mut item);
                    members.insert(self.without_secrets(&name), item);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The places of secrets, in order. Looked for piece by piece, so that memory is bounded whatever the text; pieces
    /// overlap by more than a secret's length.
    fn secrets_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut cuts = Vec::new();
        let mut start = 0;
        loop {
            let piece = up_to(&text[start..], MOST);
            let mut found = Vec::new();
            for letters in spelling::readings(piece) {
                self.find_in(&letters, &mut found);
            }
            cuts.extend(found.into_iter().map(|cut| start + cut.start..start + cut.end));
            if start + piece.len() == text.len() {
                break;
            }
            start += up_to(piece, MOST - OVERLAP).len();
        }
        cuts.sort_by_key(|cut| cut.start);
        cuts
    }

    fn find_in(&self, letters: &[Letter], cuts: &mut Vec<Range<usize>>) {
        let in_key = |c: char| c.is_ascii_hexdigit() || c == '-';
        let in_token = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if let Some(key) = guid(self.secret.expose_secret()) {
            cuts.extend(runs(letters, in_key).filter(|run| hex_digits(run).contains(&key)).map(spelling::bytes));
        }
        // What looks like a JSON web token, whosever it is.
        let is_token = |run: &&[Letter]| run.len() > 20 && run.windows(3).any(|part| is_spelt(part, &['e', 'y', 'J']));
        cuts.extend(runs(letters, in_token).filter(is_token).map(spelling::bytes));
        self.each_secret(|secret| {
            let secret: Vec<char> = secret.chars().collect();
            let found = letters.windows(secret.len().max(1)).filter(|part| is_spelt(part, &secret));
            cuts.extend(found.map(spelling::bytes));
        });
    }

    fn each_secret(&self, mut each: impl FnMut(&str)) {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in tokens.iter().chain(others.iter()).chain([&self.secret]) {
            if !secret.expose_secret().is_empty() {
                each(secret.expose_secret());
            }
        }
    }
}

/// Whether letters are a secret's. A form spells a space as `+`.
fn is_spelt(letters: &[Letter], secret: &[char]) -> bool {
    letters.len() == secret.len()
        && letters.iter().zip(secret).all(|(letter, c)| letter.c == *c || (*c == ' ' && letter.c == '+'))
}

/// The first bytes of a text, in whole characters.
fn up_to(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// At most `longest` characters, with an ellipsis where something was cut.
pub(crate) fn bounded(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The digits of a GUID, in lower case; `None` if it is none.
fn guid(text: &str) -> Option<String> {
    let is_guid = text.chars().all(|c| c.is_ascii_hexdigit() || "-{}() ".contains(c));
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect();
    (is_guid && digits.len() == 32).then_some(digits)
}

fn hex_digits(run: &[Letter]) -> String {
    run.iter().map(|letter| letter.c).filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect()
}

/// The longest runs of letters that are `inside`.
fn runs(letters: &[Letter], inside: impl Fn(char) -> bool) -> impl Iterator<Item = &[Letter]> {
    letters.split(move |letter| !inside(letter.c)).filter(|run| !run.is_empty())
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
    fn every_spelling_of_every_secret_goes() {
        let json = |text: &str| serde_json::to_string(text).unwrap().trim_matches('"').to_owned();
        let unicode = |text: &str| text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect::<String>();
        let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let decimal = |text: &str| text.chars().map(|c| format!("&#{};", c as u32)).collect::<String>();
        let hexadecimal = |text: &str| text.chars().map(|c| format!("&#x{:08x};", c as u32)).collect::<String>();
        let html =
            |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&apos;");
        let loose_form = |text: &str| text.replace('%', "%25").replace('&', "%26").replace(' ', "+");
        let form = |text: &str| -> String {
            reqwest::Url::parse_with_params("a:b", [("", text)]).unwrap().query().unwrap()[1..].to_owned()
        };
        let spellings: [&dyn Fn(&str) -> String; 8] =
            [&json, &unicode, &percent, &decimal, &hexadecimal, &html, &loose_form, &form];
        for secret in ["p\"a&s<s'/w\\ö rd", "correct horse  battery", "a+b c%20d+ e"] {
            let redactor = Redactor::new(secret.into());
            for one in spellings {
                for two in spellings {
                    for spelt in [secret.to_owned(), one(secret), two(&one(secret))] {
                        let text = redactor.clean(&format!("before {spelt} after"));
                        assert_eq!(text, "before [redacted] after", "{spelt}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_secret_stays_as_it_is() {
        let redactor = Redactor::new("s3cret".into());
        for text in ["100 % of \\server\\share & more", "&amp; %41 \\u0041", "s3cre t", "\\uD800 &#xD800; %ff %"] {
            assert_eq!(redactor.clean(text), text);
        }
    }

    #[test]
    fn values_lose_secrets_in_names_too() {
        let mut value = serde_json::json!({"a s3cret": ["s3cret", 1, {"b": "x\u{202e}"}]});
        Redactor::new("s3cret".into()).clean_value(&mut value);
        assert_eq!(value, serde_json::json!({"a [redacted]": ["[redacted]", 1, {"b": "x\u{fffd}"}]}));
    }

    #[test]
    fn a_secret_at_the_end_of_what_is_looked_at_goes_whole() {
        let redactor = Redactor::new("s3cret".into());
        for more in 0..8 {
            let text = format!("{}{}s3cret", "s3cret".repeat((MOST - 40) / 6), "x".repeat(more));
            assert!(!redactor.clean(&(text.clone() + &"y".repeat(100))).contains("s3"));
            assert!(!redactor.without_secrets(&(text.repeat(4) + &"y".repeat(100))).contains("s3"));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(?s)(\\\\|u|00|%|&|#|x|;|[0-9a-fA-F]|\\PC|s3cret){0,40}") {
            let clean = Redactor::new("s3cret".into()).without_secrets(&text);
            proptest::prop_assert!(!clean.contains("s3cret"));
        }
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
