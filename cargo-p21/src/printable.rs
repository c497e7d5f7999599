//! Foreign text that goes to a terminal: what steers a terminal, or turns the direction of the text, is shown and
//! never sent.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::{Context as _, Result};
use p21_model::unseen::{self, is_unseen};

/// The text with such characters spelt out, as `\u{1b}`.
pub(crate) fn spelt(text: &str) -> String {
    unseen::spelt(text).to_string()
}

/// The text with such characters replaced by others of as many bytes, so that places in it stay what they are.
pub(crate) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if !is_unseen(c) => out.push(c),
            _ => out.push_str(["?", "\u{b7}", "\u{fffd}", "\u{fffd}?"][c.len_utf8() - 1]),
        }
    }
    out
}

/// JSON in which such characters are escaped. They stand in strings only, for JSON has none elsewhere.
pub(crate) fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if !is_unseen(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

/// Prints a text. A closed pipe is the reader's choice, not an error.
pub(crate) fn print(text: &str) -> Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error).context("can't print"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        let hostile: String =
            ('\0'..='\u{2fff}').chain('\u{e0000}'..='\u{e007f}').chain(['\u{feff}', '\u{fffa}']).collect();
        for shown in [spelt(&hostile), masked(&hostile), escaped(&hostile)] {
            assert!(!shown.chars().any(is_unseen));
        }
        assert_eq!(masked(&hostile).len(), hostile.len());
        assert_eq!(spelt("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
        let json = serde_json::to_string("a\u{9b}\u{e0041}b").unwrap();
        assert_eq!(serde_json::from_str::<String>(&escaped(&json)).unwrap(), "a\u{9b}\u{e0041}b");
    }
}
