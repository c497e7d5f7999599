//! What the crate shows: whatever may grow says so.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::Path;

/// Every Rust file below a folder.
pub(crate) fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn every_public_type_that_may_grow_is_marked() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut types = 0;
    for (file, text) in &files {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let is_enum = line.starts_with("pub enum ");
            if !is_enum && !line.starts_with("pub struct ") {
                continue;
            }
            types += 1;
            let mut body = lines[at + 1..].iter().take_while(|line| **line != "}");
            let is_open =
                line.ends_with('{') && body.any(|line| line.starts_with("    pub ") && !line.contains("pub("));
            let above = lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("///"));
            let is_marked = above.into_iter().any(|line| *line == "#[non_exhaustive]");
            assert!(is_marked || !(is_enum || is_open), "{file}: {line}");
        }
    }
    assert!(types > 50, "{types}");
}

/// Words that the public surface doesn't use, because it has others: see the table in `ARCHITECTURE.md`.
const OTHER_WORDS: [&str; 8] = ["dirty", "spoil", "spoils", "spoilt", "shut", "p21_version", "profiles", "cloned"];

/// What a line says to users: its documentation, or the names of something public.
fn shown(line: &str) -> Option<&str> {
    let line = line.trim();
    let docs = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
    docs.or_else(|| line.strip_prefix("pub ")).or_else(|| line.strip_prefix("#[arg("))
}

#[test]
fn one_word_stands_for_one_thing() {
    let root = Path::new("..");
    let mut texts = Vec::new();
    for folder in ["p21-client/src", "p21-model/src", "p21-sandbox/src"] {
        let mut files = Vec::new();
        sources(&root.join(folder), &mut files);
        texts.extend(files.into_iter().map(|(file, text)| {
            let shown: Vec<&str> = text.lines().filter_map(shown).collect();
            (file, shown.join("\n"))
        }));
    }
    for file in ["README.md", "docs/findings/README.md", "docs/guide/when-p21-says-succeeded.md", "docs/rules.md"] {
        texts.push((file.to_owned(), std::fs::read_to_string(root.join(file)).unwrap()));
    }
    for (file, text) in &texts {
        for line in text.lines() {
            let mut words = line.split(|c: char| !c.is_ascii_alphabetic()).map(str::to_ascii_lowercase);
            let found = words.find(|word| OTHER_WORDS.contains(&word.as_str()));
            assert!(found.is_none(), "{file} says `{}`: {line}", found.unwrap_or_default());
        }
    }
    assert!(texts.len() > 100);
}

#[test]
fn outcome_step_and_session_are_each_one_thing() {
    let mut files = Vec::new();
    for folder in ["p21-client/src", "p21-model/src", "p21-sandbox/src"] {
        sources(&Path::new("..").join(folder), &mut files);
    }
    for (name, most) in [("Outcome", 1), ("Step", 1), ("Session", 1)] {
        let declares = |line: &&str| {
            ["pub struct ", "pub enum "].iter().any(|start| {
                let rest = line.trim().strip_prefix(start).and_then(|rest| rest.strip_prefix(name));
                rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
            })
        };
        let found: usize = files.iter().map(|(_, text)| text.lines().filter(declares).count()).sum();
        assert!(found <= most, "{found} public types are called `{name}`");
    }
}
