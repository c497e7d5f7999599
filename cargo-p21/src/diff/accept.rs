//! `p21.accept.toml`: findings that somebody looked at, and why they are fine.

use std::path::Path;

use anyhow::{Result, anyhow};
use p21_definitions::diff::{Change, Diff};
use p21_model::InputError;
use serde::Deserialize;
use toml::Spanned;

use crate::advice::Next as _;
use crate::{shown, toml_error};

/// The file's name.
const NAME: &str = "p21.accept.toml";

/// The largest one that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// What was accepted.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    file: String,
    entries: Vec<(usize, Entry)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    accept: Vec<Spanned<Entry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: String,
    reason: String,
    date: String,
}

impl Accepted {
    /// Reads a file, by default `p21.accept.toml` in the working directory if it is there.
    pub(super) fn find(named: Option<&Path>) -> Result<Self> {
        match named {
            Some(path) => Self::load(path),
            None if Path::new(NAME).is_file() => Self::load(Path::new(NAME)),
            None => Ok(Self::default()),
        }
    }

    fn load(path: &Path) -> Result<Self> {
        let file = shown(path);
        let fix = || format!("put it right in {file}; `cargo p21 help diff` shows an entry");
        let bytes = p21_definitions::read_bounded(path, MAX_BYTES).next(fix)?;
        let text = String::from_utf8(bytes).map_err(|_| InputError::new(&file, "not UTF-8 text")).next(fix)?;
        Self::read(&file, &text.replace("\r\n", "\n")).next(fix)
    }

    fn read(file: &str, text: &str) -> Result<Self, InputError> {
        let found: File = toml::from_str(text).map_err(|error| toml_error::input(file, text, &error))?;
        let mut entries = Vec::new();
        for entry in found.accept {
            let line = toml_error::line(text, entry.span().start);
            let entry = entry.into_inner();
            let wrong = |problem: String| InputError::new(file, problem).at_line(line);
            if entry.reason.trim().is_empty() {
                return Err(wrong(format!("`{}` has no reason", entry.fingerprint)));
            }
            if entry.date.parse::<jiff::civil::Date>().is_err() {
                return Err(wrong(format!("`{}` is no day such as `2026-11-22`", entry.date.escape_debug())));
            }
            if entries.iter().any(|(_, other): &(usize, Entry)| other.fingerprint == entry.fingerprint) {
                return Err(wrong(format!("`{}` is accepted twice", entry.fingerprint)));
            }
            entries.push((line, entry));
        }
        Ok(Self { file: file.to_owned(), entries })
    }

    /// Why a change was accepted, if it was.
    pub(super) fn reason(&self, change: &Change) -> Option<&str> {
        let fingerprint = change.fingerprint();
        let found = self.entries.iter().find(|(_, entry)| entry.fingerprint == fingerprint);
        found.map(|(_, entry)| entry.reason.as_str())
    }

    /// An entry that matches nothing would accept something else some day.
    pub(super) fn refuse_idle(&self, diff: &Diff) -> Result<()> {
        let found: Vec<String> = diff.changes.iter().map(Change::fingerprint).collect();
        match self.entries.iter().find(|(_, entry)| !found.contains(&entry.fingerprint)) {
            None => Ok(()),
            Some((line, entry)) => Err(anyhow!(
                "{}:{line}: `{}` matches no change between {} and {}",
                self.file,
                entry.fingerprint.escape_debug(),
                diff.old.0,
                diff.new.0
            ))
            .next(|| format!("remove the entry from {}", self.file)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_say_why_and_when() {
        let entry = |more: &str| format!("\n[[accept]]\nfingerprint = \"0123456789ab\"\n{more}\n");
        assert!(Accepted::read("a.toml", &entry("reason = \"x\"\ndate = \"2026-11-22\"")).is_ok());
        for (text, problem) in [
            (entry("date = \"2026-11-22\""), "a.toml:2: missing field `reason`"),
            (entry("reason = \" \"\ndate = \"2026-11-22\""), "has no reason"),
            (entry("reason = \"x\"\ndate = \"soon\""), "is no day"),
            (entry("reason = \"x\"\ndate = \"2026-11-22\"\nuntil = 1"), "a.toml:6: there is no setting `until`"),
            (entry("reason = \"x\"\ndate = \"2026-11-22\"").repeat(2), "accepted twice"),
        ] {
            let said = Accepted::read("a.toml", &text).unwrap_err().to_string();
            assert!(said.contains(problem), "{problem}: {said}");
        }
    }
}
