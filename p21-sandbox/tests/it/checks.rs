//! `CHECKS.md` says which test shows which check of the facts sheets; here it is held to what the sources have.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A sheet of the table: how many checks it has, and what stands for each.
struct Sheet {
    checks: u32,
    rows: BTreeMap<u32, String>,
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn sheets() -> BTreeMap<String, Sheet> {
    let text = std::fs::read_to_string(here("CHECKS.md")).unwrap();
    let mut sheets: BTreeMap<String, Sheet> = BTreeMap::new();
    let mut name = String::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            let (sheet, count) = heading.split_once(": ").unwrap();
            let checks = count.strip_suffix(" checks").unwrap().parse().unwrap();
            name = sheet.to_owned();
            sheets.insert(name.clone(), Sheet { checks, rows: BTreeMap::new() });
        } else if let Some((number, shown)) = line.strip_prefix("| ").and_then(|row| row.split_once(" | "))
            && let Ok(number) = number.parse::<u32>()
        {
            let known = sheets.get_mut(&name).unwrap().rows.insert(number, shown.trim_end_matches(" |").to_owned());
            assert!(known.is_none(), "{name} {number} stands there twice");
        }
    }
    sheets
}

/// What a row names: file and function.
pub(crate) fn named(row: &str) -> Vec<(&str, &str)> {
    row.split('`').filter_map(|part| part.split_once("::")).collect()
}

/// The functions of every file with tests, by its name from `tests` on.
pub(crate) fn functions() -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for folder in ["", "services/", "agreement/", "interactive/"] {
        for entry in std::fs::read_dir(here("tests/it").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let starts = text
                    .lines()
                    .filter_map(|line| line.trim_start().strip_prefix("async fn ").or(line.strip_prefix("fn ")));
                let names = starts.filter_map(|rest| rest.split_once('(')).map(|(name, _)| name.to_owned()).collect();
                found.insert(format!("{folder}{}", path.file_name().unwrap().to_str().unwrap()), names);
            }
        }
    }
    found
}

#[test]
fn every_check_of_every_sheet_has_a_test_or_a_reason() {
    for (name, sheet) in sheets() {
        let numbers: Vec<u32> = sheet.rows.keys().copied().collect();
        assert_eq!(numbers, (1..=sheet.checks).collect::<Vec<u32>>(), "{name}");
        for (number, row) in &sheet.rows {
            assert!(!named(row).is_empty() || row.starts_with("Out: "), "{name} {number}: {row}");
        }
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let functions = functions();
    for (name, sheet) in sheets() {
        for (number, row) in &sheet.rows {
            for (file, function) in named(row) {
                let exists = functions.get(file).is_some_and(|functions| functions.contains(function));
                assert!(exists, "{name} {number}: tests/{file} has no `{function}`");
            }
        }
    }
}

#[test]
fn every_test_that_bears_a_checks_name_is_listed_there() {
    let functions = functions();
    for (name, sheet) in sheets() {
        let prefix = format!("{}_check_", name.replace('-', "_"));
        for (file, function) in functions.iter().flat_map(|(file, of)| of.iter().map(move |function| (file, function)))
        {
            let Some(rest) = function.strip_prefix(&prefix) else { continue };
            let number: u32 = rest.split('_').next().unwrap().parse().unwrap();
            let row = sheet.rows.get(&number).map_or("", String::as_str);
            let wanted = (file.as_str(), function.as_str());
            assert!(named(row).contains(&wanted), "CHECKS.md, {name} {number}: add `{file}::{function}`");
        }
    }
}
