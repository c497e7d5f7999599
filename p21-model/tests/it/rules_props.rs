//! Rules of any text: an error that names file and line, or all of the rules that were written.
#![cfg(feature = "rules")]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use p21_model::definition::ServiceDefinition;
use p21_model::rules::Rules;
use p21_model::schema::{RuleSet, ServiceSchema};
use p21_model::unseen::is_unseen;
use p21_model::{InputError, Version};
use proptest::prelude::*;

const FILE: &str = "rules/Mutated.toml";

/// The rules of the repository, each with the definition that they are about.
fn real() -> Vec<(String, Option<ServiceDefinition>)> {
    let folder = std::fs::read_dir(support::repository().join("definitions/rules")).unwrap();
    let paths = folder.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    paths.sort();
    let services = support::services();
    let with_definition = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let definition = services.contains(&name).then(|| support::definition(&name));
        (std::fs::read_to_string(path).unwrap(), definition)
    };
    paths.into_iter().map(with_definition).collect()
}

/// How many rules and aliases a text has, by the language alone.
fn written(text: &str) -> Option<(usize, usize)> {
    let table: toml::Table = toml::from_str(text).ok()?;
    let rules = table.values().filter_map(toml::Value::as_array).map(Vec::len).sum();
    Some((rules, table.get("alias").and_then(toml::Value::as_table).map_or(0, toml::Table::len)))
}

/// All of it, or an error that says where.
fn all_or_an_error(text: &str) -> Result<Option<Rules>, TestCaseError> {
    match Rules::load(FILE, text) {
        Ok(rules) => {
            let found = (rules.all().len(), rules.aliases.len());
            prop_assert_eq!(Some(found), written(text), "rules and aliases that were read, and those that are there");
            Ok(Some(rules))
        }
        Err(error) => {
            says_where(&error)?;
            Ok(None)
        }
    }
}

fn says_where(error: &InputError) -> Result<(), TestCaseError> {
    let said = error.to_string();
    prop_assert!(said.starts_with(FILE), "{said}");
    prop_assert!(said.len() < 4_000, "{} characters: {said}", said.len());
    prop_assert!(!said.contains(is_unseen), "{said:?}");
    Ok(())
}

/// What a text may be cut into and put together from.
const PIECES: [&str; 24] = [
    "[[order]]\n",
    "[[follows]]\n",
    "[[",
    "]]",
    "[alias]\n",
    "service = \"Order\"\n",
    "=",
    "\"",
    "'''",
    "\n",
    "#",
    "{",
    "}",
    ",",
    "\\u0000",
    "\\",
    "\u{feff}",
    "versions = \">=26.1\"\n",
    "evidence = \"verified\"\n",
    "off = \"no\"\n",
    "99999999999999999999",
    "-1",
    "inf",
    "\u{202e}",
];

/// What a value is replaced by.
const VALUES: [&str; 12] = [
    "\"\"",
    "1",
    "-9223372036854775808",
    "true",
    "[]",
    "[[]]",
    "{}",
    "\"nowhere\"",
    "2026-13-45",
    "1e400",
    "[\"\", \"\"]",
    "\"a.b.c\"",
];

#[derive(Debug, Clone)]
enum Change {
    Cut(usize, usize),
    Insert(usize, usize),
    Character(usize, char),
    LineAway(usize),
    LineTwice(usize),
    LinesSwapped(usize, usize),
    Value(usize, usize),
    End(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let at = || any::<usize>();
    prop_oneof![
        (at(), 1..40usize).prop_map(|(at, length)| Change::Cut(at, length)),
        (at(), at()).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (at(), any::<char>()).prop_map(|(at, character)| Change::Character(at, character)),
        at().prop_map(Change::LineAway),
        at().prop_map(Change::LineTwice),
        (at(), at()).prop_map(|(one, other)| Change::LinesSwapped(one, other)),
        (at(), at()).prop_map(|(at, value)| Change::Value(at, value)),
        at().prop_map(Change::End),
    ]
}

fn changed(text: &str, change: &Change) -> String {
    let place = |at: usize| {
        let at = at % (text.len() + 1);
        (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
    };
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let line = |at: usize| at % lines.len().max(1);
    match *change {
        Change::Cut(at, length) => {
            let (start, end) = (place(at), place((at % (text.len() + 1) + length).min(text.len())));
            return format!("{}{}", &text[..start], &text[end.max(start)..]);
        }
        Change::Insert(at, piece) => {
            let at = place(at);
            return format!("{}{}{}", &text[..at], PIECES[piece % PIECES.len()], &text[at..]);
        }
        Change::Character(at, character) => {
            let at = place(at);
            let rest = text[at..].chars().next().map_or(0, char::len_utf8);
            return format!("{}{character}{}", &text[..at], &text[at + rest..]);
        }
        Change::End(at) => return text[..place(at)].to_owned(),
        _ if lines.is_empty() => {}
        Change::LineAway(at) => drop(lines.remove(line(at))),
        Change::LineTwice(at) => lines.insert(line(at), lines[line(at)]),
        Change::LinesSwapped(one, other) => {
            let (one, other) = (line(one), line(other));
            lines.swap(one, other);
        }
        Change::Value(at, value) => {
            let with: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].contains(" = ")).collect();
            let Some(at) = with.get(at % with.len().max(1)) else { return text.to_owned() };
            let name = lines[*at].split(" = ").next().unwrap_or_default();
            let value = format!("{name} = {}\n", VALUES[value % VALUES.len()]);
            return lines.iter().enumerate().map(|(line, text)| if line == *at { &value } else { *text }).collect();
        }
    }
    lines.concat()
}

#[test]
fn the_count_of_rules_is_right_for_the_real_ones() {
    let real = real();
    assert!(real.len() > 20, "{}", real.len());
    for (text, _) in &real {
        let rules = all_or_an_error(text).unwrap().expect("real rules load");
        assert!(!rules.all().is_empty() || text.len() < 1_000);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_an_error_or_all_of_its_rules(text in "\\PC{0,200}") {
        all_or_an_error(&text)?;
    }

    #[test]
    fn any_heap_of_pieces_is_an_error_or_all_of_its_rules(pieces in prop::collection::vec(0..PIECES.len(), 0..40)) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        all_or_an_error(&text)?;
    }
}

#[test]
fn changes_of_the_real_rules_are_an_error_or_all_of_the_rules() {
    let (real, any) = (real(), support::rules("any"));
    let config = ProptestConfig { cases: 1_200, failure_persistence: None, ..ProptestConfig::default() };
    let changes = prop::collection::vec(change(), 1..4);
    let (mut loaded, mut compiled) = (0, 0);
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let counts = std::cell::RefCell::new((&mut loaded, &mut compiled));
    let run = runner.run(&(0..real.len(), changes), |(file, changes)| {
        let (text, definition) = &real[file];
        let text = changes.iter().fold(text.clone(), |text, change| changed(&text, change));
        let Some(rules) = all_or_an_error(&text)? else { return Ok(()) };
        *counts.borrow_mut().0 += 1;
        let Some(definition) = definition.as_ref().filter(|_| rules.service.is_some()) else { return Ok(()) };
        // Each rule holds, is told not to fit, or is an error.
        let set = RuleSet::new(Version::new(25, 2)).with_service(&rules).with_any(&any);
        match ServiceSchema::compile(definition, set) {
            Ok(_) => *counts.borrow_mut().1 += 1,
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
        Ok(())
    });
    run.unwrap();
    assert!(loaded > 100 && compiled > 50, "{loaded} were loaded, {compiled} compiled");
}

/// What a text says in escapes is not done to the terminal of whoever reads the error.
#[test]
fn what_steers_a_terminal_is_spelt_out() {
    for (text, spelt) in [("\"\\u001b[31m\" = 1", "\\u{1b}[31m"), ("[[\"\\u202e\"]]", "\\u{202e}")] {
        let error = Rules::load(FILE, text).unwrap_err();
        says_where(&error).unwrap();
        assert!(error.to_string().contains(spelt), "{error}");
    }
    let error = InputError::new("a\u{1b}b", "c\u{9b}d\n").help("e\u{ad}f");
    assert_eq!(error.to_string(), "a\\u{1b}b: c\\u{9b}d\n; e\\u{ad}f");
}

/// Nesting that would exhaust the stack, and files that no rules have.
#[test]
fn endless_nesting_and_endless_files_are_errors() {
    for nested in
        ["[".repeat(200_000), format!("a = {}", "[".repeat(200_000)), format!("a = {}", "{a=".repeat(100_000))]
    {
        says_where(&Rules::load(FILE, &nested).unwrap_err()).unwrap();
    }
    let keys = format!("a.{}b = 1", "a.".repeat(100_000));
    says_where(&Rules::load(FILE, &keys).unwrap_err()).unwrap();
    let large = format!("service = \"Order\" # {}", "x".repeat(5 * 1024 * 1024));
    says_where(&Rules::load(FILE, &large).unwrap_err()).unwrap();
}
