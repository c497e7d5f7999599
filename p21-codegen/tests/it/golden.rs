//! Golden cases: a folder a situation, with definitions, rules and the expected output or error.
//!
//! `BLESS=1 cargo test -p p21-codegen golden` writes what is generated now; read the difference before you
//! commit it.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use p21_codegen::Builder;

fn cases(group: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(group);
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

fn builder(case: &Path) -> Builder {
    let builder = Builder::new().definitions(case.join("25.2")).builtin_rules(false).strict(true);
    if case.join("rules").is_dir() { builder.rules(case.join("rules")) } else { builder }
}

fn blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

fn name(case: &Path) -> String {
    case.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn generated_code_is_what_it_was() {
    for case in cases("golden") {
        let bindings = builder(&case).generate().unwrap_or_else(|error| panic!("{}: {error}", name(&case)));
        let expected = case.join("expected");
        if blessing() {
            let _ = std::fs::remove_dir_all(&expected);
            bindings.write(&expected).unwrap();
        }
        let stale = bindings.stale(&expected).unwrap();
        assert!(stale.is_empty(), "{}: {stale:#?}\nrun BLESS=1 cargo test -p p21-codegen golden", name(&case));
    }
}

#[test]
fn no_line_is_wider_than_120_columns_or_ends_in_a_space() {
    for case in cases("golden") {
        for (path, text) in builder(&case).generate().unwrap().files() {
            for line in text.lines() {
                let fine = line.chars().count() <= 120 && !line.ends_with(' ');
                assert!(fine, "{} {path}: {line}", name(&case));
            }
        }
    }
}

#[test]
fn errors_say_where_and_what_to_do() {
    let mut wrong = BTreeMap::new();
    for case in cases("errors") {
        let error = builder(&case).generate().expect_err(&name(&case)).to_string();
        let error = error.replace(&case.display().to_string(), "CASE") + "\n";
        let file = case.join("expected.txt");
        if blessing() {
            std::fs::write(&file, &error).unwrap();
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(error.lines().count(), 1, "one line: {error}");
        if error != expected {
            wrong.insert(name(&case), (error, expected));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
