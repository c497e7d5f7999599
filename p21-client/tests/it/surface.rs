//! What the crates show: whatever may grow says so.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::collections::BTreeSet;
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

/// The crates that others write programs against. The generated bindings are no part of it: they show one server as it is,
/// and a label that it has one day more is to be looked at where somebody matches on all of them; what a row requires more
/// is to be an error where the row is made.
pub(crate) const CRATES: [&str; 8] = [
    "p21-batch",
    "p21-client",
    "p21-codegen",
    "p21-definitions",
    "p21-files",
    "p21-model",
    "p21-sandbox",
    "p21-services",
];

/// What is public, and won't grow: where it is, what, and why.
const EXHAUSTIVE: [(&str, &str, &str); 9] = [
    ("p21-client/src/windows/enter", "Wanted", "it is hidden: what tests say of a plan"),
    ("p21-client/src", "Reply", "it is done, or P21 asks: whoever doesn't say which is to be told"),
    (
        "p21-definitions/src/diff",
        "Effect Level Action",
        "the coordinates of a rule about a difference: whoever shows or counts them has to know them all",
    ),
    ("p21-model/src/facts", "ElementKind", "a window shows a record or a list; definitions have had no third kind"),
    ("p21-model/src/kinds", "OneOrMore", "one name or several"),
    ("p21-model/src/check", "PathStep", "JSON has objects and lists"),
    ("p21-model/src/calls", "Raw", "it has no values, so that nothing is ever of it"),
    ("p21-model/src/check", "Severity", "P21 does what was meant, or doesn't: programs decide by it whether to send"),
    (
        "p21-model/src/facts",
        "ValueType",
        "whoever spells values has to know them all: one that falls through is spelt as another",
    ),
];

/// A public type with something public in it: its name, and whether it is marked.
struct Open<'a> {
    name: &'a str,
    line: &'a str,
    is_marked: bool,
}

/// Whether a member of a struct is public, be it one that a macro writes.
fn is_public(member: &str) -> bool {
    member.starts_with("pub ") || (member.starts_with('$') && member.contains(" pub "))
}

/// The public enums of a file, and its structs that can be written down elsewhere: all their members are public.
fn open_types(text: &str) -> Vec<Open<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let item = line.trim_start();
        let (Some(rest), indent) = (item.strip_prefix("pub "), line.len() - item.len()) else { continue };
        let (is_enum, is_struct) = (rest.starts_with("enum "), rest.starts_with("struct "));
        if !is_enum && !is_struct {
            continue;
        }
        // What a generator writes has its name from elsewhere.
        let name = rest.split([' ', '<', '(', '{', ';', ':']).nth(1).filter(|name| !name.starts_with('#'));
        let Some(name) = name else { continue };
        let member = " ".repeat(indent + 4);
        let ends = |line: &&&str| line.trim_end() == format!("{}}}", " ".repeat(indent));
        let body = lines[at + 1..].iter().take_while(|line| !ends(line)).filter_map(|line| line.strip_prefix(&member));
        let members = body.filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$'));
        let members: Vec<bool> = members.map(is_public).collect();
        let is_tuple = item.contains("(pub ") && item.ends_with(';');
        let is_open = is_tuple || (item.ends_with('{') && !members.is_empty() && members.iter().all(|open| *open));
        let above = lines[..at].iter().rev().map(|line| line.trim_start());
        let mut above = above.take_while(|line| line.starts_with("#[") || line.starts_with("///"));
        if is_enum || (is_struct && is_open) {
            found.push(Open { name, line, is_marked: above.any(|line| line == "#[non_exhaustive]") });
        }
    }
    found
}

#[test]
fn every_public_type_that_may_grow_is_marked() {
    let listed = |file: &str, name: &str| {
        EXHAUSTIVE
            .iter()
            .any(|(folder, names, _)| file.contains(folder) && names.split_whitespace().any(|listed| listed == name))
    };
    let (mut types, mut exhaustive) = (0, BTreeSet::new());
    for krate in CRATES {
        let mut files = Vec::new();
        sources(&Path::new("..").join(krate).join("src"), &mut files);
        for (file, text) in files.iter().filter(|(file, _)| !file.contains("generated")) {
            for open in open_types(text) {
                types += 1;
                let is_exhaustive = listed(file, open.name);
                assert!(open.is_marked != is_exhaustive, "{file}: {}", open.line);
                exhaustive.extend(is_exhaustive.then(|| open.name.to_owned()));
            }
        }
    }
    let names = EXHAUSTIVE.iter().flat_map(|(_, names, _)| names.split_whitespace());
    let gone: Vec<&str> = names.filter(|name| !exhaustive.contains(*name)).collect();
    assert!(gone.is_empty(), "there are no such types: {gone:?}");
    assert!(types > 120, "{types}");
}

#[test]
fn types_that_can_be_written_down_are_told_from_those_that_can_not() {
    let names =
        |text: &'static str| open_types(text).iter().map(|open| (open.name, open.is_marked)).collect::<Vec<_>>();
    assert_eq!(names("pub enum A<T> {\n    B,\n}"), [("A", false)]);
    assert_eq!(names("#[non_exhaustive]\n/// It.\n#[derive(Debug)]\npub struct A {\n    pub b: u8,\n}"), [("A", true)]);
    assert_eq!(names("    pub struct A {\n        /// b\n        pub b: u8,\n    }"), [("A", false)]);
    assert_eq!(names("pub struct A {\n    pub b: u8,\n    c: u8,\n}"), []);
    assert_eq!(names("pub struct A(pub u8);\npub struct B(u8);\npub struct C;"), [("A", false)]);
}

/// What would panic outside of tests: where, and why it doesn't. (`unwrap` clippy refuses.)
const EXPECTED: [(&str, &str, &str); 12] = [
    ("p21-client/src/pricing/tables.rs", "the code of a status is a number", "it is computed where it is compiled"),
    (
        "p21-model/src/rows/value/decimal.rs",
        "not a decimal number such as 25.00",
        "`dec!` is computed where it is compiled",
    ),
    ("p21-model/src/derive/message.rs", "\"{}\", text", "it stops the compiler: derives are checked in constants"),
    ("p21-model/src/derive/message.rs", "the derive found a mistake", "as above"),
    (
        "p21-model/src/facts/schema/columns.rs",
        "bindings have a list for each field that is listed",
        "the generator writes both, and a test reads all it wrote",
    ),
    ("p21-model/src/facts/schema/table.rs", "a type of fields that no generator writes", "as above"),
    ("p21-model/src/facts/schema/table.rs", "a flag of fields that no generator writes", "as above"),
    ("p21-codegen/src/format/mod.rs", "the generator emits items", "tests generate from definitions at random"),
    ("p21-sandbox/src/facts/services.rs", "a test reads services.toml", "the file is part of the program"),
    ("p21-sandbox/src/facts/habits.rs", "a test reads habits.toml", "as above"),
    ("p21-sandbox/src/facts/plan/mod.rs", "element indexes come from this service", "nobody else makes them"),
    ("p21-sandbox/src/facts/settings/pool.rs", "there is one dialog that is known, and a test reads it", "as above"),
];

/// The text before a module of tests that is in it.
fn without_tests(text: &str) -> &str {
    let is_module = |at: &usize| {
        let item = &text[*at..];
        item.find(['{', ';']).is_some_and(|end| item[end..].starts_with('{') && item[..end].contains("\nmod "))
    };
    let tests = text.match_indices("#[cfg(test)]").map(|(at, _)| at).find(is_module);
    &text[..tests.unwrap_or(text.len())]
}

#[test]
fn what_could_panic_is_listed_with_the_reason_why_it_does_not() {
    let mut found = BTreeSet::new();
    for krate in CRATES.into_iter().chain(["p21-macros", "xtask"]) {
        let mut files = Vec::new();
        sources(&Path::new("..").join(krate).join("src"), &mut files);
        // These are mounted as tests.
        files.retain(|(file, _)| {
            !file.ends_with("tests.rs") && !file.contains("/tests/") && !file.ends_with("/doors.rs")
        });
        for (file, text) in &files {
            for line in without_tests(text).lines().filter(|line| !line.trim_start().starts_with("//")) {
                let may_panic = [".expect(\"", ".expect(&", "unreachable!(", "todo!(", "unimplemented!(", "panic!("];
                if may_panic.iter().any(|call| line.contains(call)) {
                    let listed = EXPECTED.iter().position(|(of, why, _)| file.contains(of) && line.contains(why));
                    found.insert(listed.unwrap_or_else(|| panic!("{file}: {line}")));
                }
            }
        }
    }
    assert_eq!(found.len(), EXPECTED.len(), "what is listed is there");
}

/// Words that the public surface doesn't use, because it has others: see the table in `ARCHITECTURE.md`.
const OTHER_WORDS: [&str; 8] = ["dirty", "spoil", "spoils", "spoilt", "shut", "profile", "profiles", "cloned"];

/// Words that no variant has: in sentences they are Rust's own.
const NO_NAMES: [&str; 1] = ["clone"];

/// What a line says to users: its documentation, the names of something public, an error's message.
fn shown(line: &str) -> Option<&str> {
    let line = line.trim();
    let docs = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
    ["pub ", "#[arg(", "#[error("].iter().fold(docs, |said, start| said.or_else(|| line.strip_prefix(start)))
}

/// The names of a public enum's variants, and of what they carry.
fn variants(text: &str) -> Vec<&str> {
    let (mut found, mut ends) = (Vec::new(), None);
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        match ends {
            None if line.trim_start().starts_with("pub enum ") && line.ends_with('{') => ends = Some(indent),
            Some(end) if line.trim() == "}" && indent == end => ends = None,
            Some(_) if line.trim_start().starts_with(|c: char| c.is_ascii_alphabetic()) => found.push(line.trim()),
            _ => {}
        }
    }
    found
}

/// The words of a line, those of names in it one by one: `SessionLost` has two.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut before) = (vec![String::new()], ' ');
    for c in line.chars() {
        if !c.is_ascii_alphabetic() || (c.is_ascii_uppercase() && before.is_ascii_lowercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphabetic()) {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn names_are_read_word_by_word() {
    assert_eq!(words("p21_version: SessionLost(dirtyWord)"), ["p", "version", "session", "lost", "dirty", "word"]);
    let text = "pub enum A {\n    /// It.\n    DirtySession,\n    B { shut: u8 },\n}\npub struct C {\n    d: u8,\n}\n";
    assert_eq!(variants(text), ["DirtySession,", "B { shut: u8 },"]);
}

#[test]
fn one_word_stands_for_one_thing() {
    let root = Path::new("..");
    let (mut texts, mut variants_read) = (Vec::new(), 0);
    for folder in CRATES.into_iter().chain(["cargo-p21"]) {
        let mut files = Vec::new();
        sources(&root.join(folder).join("src"), &mut files);
        files.retain(|(file, _)| !file.contains("/generated/"));
        texts.extend(files.into_iter().map(|(file, text)| {
            let text = without_tests(&text);
            let names = variants(text);
            variants_read += names.len();
            for name in &names {
                let other = words(name).into_iter().find(|word| NO_NAMES.contains(&word.as_str()));
                assert!(other.is_none(), "{file} has a variant `{name}`");
            }
            let shown: Vec<&str> = text.lines().filter_map(shown).chain(names).collect();
            (file, shown.join("\n"))
        }));
    }
    let mut pages: Vec<String> = ["README.md", "docs/rules.md", "docs/silent-failures.md"].map(str::to_owned).into();
    for folder in ["docs/guide", "docs/findings"] {
        let names = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().file_name());
        pages.extend(names.map(|name| format!("{folder}/{}", name.to_string_lossy())));
    }
    for file in pages {
        let text = std::fs::read_to_string(root.join(&file)).unwrap();
        texts.push((file, text));
    }
    for (file, text) in &texts {
        for line in text.lines() {
            let found = words(line).into_iter().find(|word| OTHER_WORDS.contains(&word.as_str()));
            assert!(found.is_none(), "{file} says `{}`: {line}", found.unwrap_or_default());
        }
    }
    assert!(texts.len() > 100 && variants_read > 400, "{variants_read}");
}
