//! The pages on findings: each has a payload that is wrong and one that is right, and the check agrees with both.
#![cfg(all(feature = "rules", feature = "xml"))]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;

use p21_model::check::{CheckOptions, Code, Findings, JsonPayload, Severity, XmlPayload};
use p21_model::schema::ServiceSchema;
use p21_model::value::Date;

fn folder() -> PathBuf {
    support::repository().join("docs/findings")
}

/// A payload of a page: the fence says language, whether it is right, and the version if it matters.
struct Example {
    language: String,
    is_right: bool,
    version: String,
    text: String,
}

fn examples(page: &str) -> Vec<Example> {
    let mut blocks = page.split("\n```").skip(1);
    let mut examples = Vec::new();
    while let (Some(block), Some(_after)) = (blocks.next(), blocks.next()) {
        let (info, text) = block.split_once('\n').unwrap();
        let mut words = info.split_whitespace();
        let language = words.next().unwrap().to_owned();
        let is_right = match words.next() {
            Some("right") => true,
            Some("wrong") => false,
            other => panic!("a payload is `right` or `wrong`, not {other:?}"),
        };
        let version = words.next().unwrap_or("25.2").to_owned();
        examples.push(Example { language, is_right, version, text: text.to_owned() });
    }
    examples
}

/// Schemas, compiled once each.
#[derive(Default)]
struct Schemas(HashMap<(String, String), ServiceSchema>);

impl Schemas {
    fn get(&mut self, service: Option<&str>, version: &str) -> Option<&ServiceSchema> {
        let service = service?;
        let key = (service.to_owned(), version.to_owned());
        Some(self.0.entry(key).or_insert_with(|| support::schema(service, version)))
    }

    fn check(&mut self, example: &Example, code: Code) -> Findings {
        let mut options = CheckOptions::new().today(Date::constant(2026, 6, 1));
        if code == Code::OtherBody {
            // Only who knows where a body goes can find it.
            options = options.only_sets();
        }
        if example.language == "xml" {
            let payload = XmlPayload::read(&example.text);
            return payload.check(self.get(payload.service(), &example.version), options);
        }
        let payload = JsonPayload::read(&example.text).unwrap();
        payload.check(self.get(payload.service(), &example.version), options)
    }
}

#[test]
fn every_code_has_a_page_whose_examples_hold() {
    let mut schemas = Schemas::default();
    let mut problems = String::new();
    for code in Code::ALL {
        let Ok(page) = std::fs::read_to_string(folder().join(format!("{code}.md"))) else {
            writeln!(problems, "{code}: no page").unwrap();
            continue;
        };
        let title = format!("# {code}: {}\n", code.title().trim_end_matches('.'));
        if !page.starts_with(&title) {
            writeln!(problems, "{code}: the page does not start with {title:?}").unwrap();
        }
        let examples = examples(&page);
        if examples.iter().filter(|example| example.is_right).count() != 1 || examples.len() < 2 {
            writeln!(problems, "{code}: a page has wrong payloads and one right one").unwrap();
        }
        for example in &examples {
            let findings = schemas.check(example, *code);
            let found = findings.iter().any(|finding| finding.code == *code);
            if example.is_right && !findings.is_empty() {
                writeln!(problems, "{code}: the right payload has findings:\n{findings}").unwrap();
            } else if !example.is_right && !found {
                writeln!(problems, "{code}: the wrong payload does not have it, but:\n{findings}").unwrap();
            }
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn what_is_wrong_with_a_value_is_told_of_the_value() {
    let mut schemas = Schemas::default();
    let codes = [Code::TooLong, Code::NotAscending, Code::OtherThanParent, Code::OpensWindow, Code::DateOrder];
    for code in codes {
        let page = std::fs::read_to_string(folder().join(format!("{code}.md"))).unwrap();
        let wrong = examples(&page).into_iter().find(|example| !example.is_right).unwrap();
        let findings = schemas.check(&wrong, code);
        let finding = findings.iter().find(|finding| finding.code == code).unwrap();
        assert!(finding.token().ends_with("].Value"), "{code}: {}", finding.token());
    }
}

#[test]
fn there_are_no_pages_without_a_code() {
    let known: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
    for file in std::fs::read_dir(folder()).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(name == "README.md" || known.contains(&name), "{name} is no page of a code");
    }
}

#[test]
fn the_index_is_current() {
    let path = folder().join("README.md");
    let index = index();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, index).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == index, "the index is stale; run `BLESS=1 cargo test -p p21-model --all-features check_pages`");
}

fn index() -> String {
    let mut index = String::from(
        "# Findings\n\n\
         What `cargo p21 check` and `check()` find in payloads, before P21 does or, worse, doesn't. Codes are stable.\n\
         Each page has a wrong payload, what P21 does with it, and the right one; the tests check both.\n\n\
         ```sh\n\
         cargo p21 check payload.json                  # or XML, or `-` for standard input; read requests too\n\
         cargo p21 check payload.json --p21-version 26.1   # with the rules of another version\n\
         cargo p21 check payload.json --format json    # for other programs\n\
         ```\n\n\
         The exit code is 0 if there is nothing worse than a warning, 1 if there is an error, and 2 if the check could \
         not be\nmade. An error is refused by P21, or stored otherwise than it reads. A warning may be meant.\n",
    );
    let mut group = "";
    for code in Code::ALL {
        if code.group() != group {
            group = code.group();
            write!(index, "\n## {group}\n\n| code | | |\n| --- | --- | --- |\n").unwrap();
        }
        let severity = if code.severity() == Severity::Error { "error" } else { "warning" };
        let title = code.title().trim_end_matches('.');
        writeln!(index, "| [{code}]({code}.md) | {severity} | {title} |").unwrap();
    }
    index
}
