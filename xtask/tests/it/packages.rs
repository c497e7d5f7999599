//! What crates.io and its readers are told of each crate, and the licenses of what they pull in.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::sources::below;

pub(crate) fn metadata() -> Value {
    let run = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--all-features", "--locked"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// The crates of the repository that are published.
fn published(metadata: &Value) -> Vec<&Value> {
    let own = metadata["packages"].as_array().unwrap().iter().filter(|package| package["source"].is_null());
    own.filter(|package| package["publish"].is_null()).collect()
}

/// Categories that crates.io knows, of those that may fit; it refuses others.
const CATEGORIES: [&str; 12] = [
    "api-bindings",
    "command-line-utilities",
    "data-structures",
    "database",
    "development-tools",
    "development-tools::build-utils",
    "development-tools::cargo-plugins",
    "development-tools::procedural-macro-helpers",
    "development-tools::testing",
    "filesystem",
    "simulation",
    "web-programming::http-client",
];

#[test]
fn every_crate_says_what_a_registry_wants() {
    let metadata = metadata();
    let published = published(&metadata);
    assert_eq!(published.len(), 10, "a crate more has to be in .ci/run and RELEASING.md, too");
    for package in published {
        let name = package["name"].as_str().unwrap();
        let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned();
        let description = package["description"].as_str().unwrap_or_default();
        assert!(
            description.len() > 20 && description.len() < 200 && description.ends_with('.'),
            "{name}: {description}"
        );
        let keywords = texts(&package["keywords"]);
        let is_keyword = |word: &&str| word.len() <= 20 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        assert!((1..=5).contains(&keywords.len()) && keywords.iter().all(is_keyword), "{name}: {keywords:?}");
        let categories = texts(&package["categories"]);
        assert!((1..=5).contains(&categories.len()), "{name}: {categories:?}");
        assert!(categories.iter().all(|category| CATEGORIES.contains(category)), "{name}: {categories:?}");
        for text in ["license", "repository", "rust_version"] {
            assert!(package[text].is_string(), "{name} has no {text}");
        }
        let has_features = package["features"].as_object().is_some_and(|features| !features.is_empty());
        let all = package["metadata"]["docs"]["rs"]["all-features"] == true;
        assert_eq!(all, has_features, "{name}: docs.rs shows every feature, of crates that have some");
        for file in ["LICENSE-APACHE", "LICENSE-MIT"] {
            assert!(folder.join(file).exists(), "{name} has no {file}");
        }
        for dependency in package["dependencies"].as_array().unwrap() {
            let is_test = dependency["kind"] == "dev";
            let by_path = dependency["path"].is_string() && dependency["req"] == "*";
            assert!(is_test || !by_path, "{name} needs {} without a version", dependency["name"]);
        }
    }
}

/// Where the tests within a library or a program are not compiled, there are none.
#[test]
fn no_test_is_left_out() {
    let metadata = metadata();
    let own = metadata["packages"].as_array().unwrap().iter().filter(|package| package["source"].is_null());
    let targets: Vec<&Value> = own.flat_map(|package| package["targets"].as_array().unwrap()).collect();
    let folder = |target: &Value| Path::new(target["src_path"].as_str().unwrap()).parent().unwrap().to_owned();
    let tested: BTreeSet<_> =
        targets.iter().filter(|target| target["test"] == true).map(|target| folder(target)).collect();
    let mut untested = 0;
    for target in
        targets.iter().filter(|target| target["test"] == false && ["lib", "bin"].contains(&texts(&target["kind"])[0]))
    {
        let is_whole = target["kind"][0] != "bin" || target["src_path"].as_str().unwrap().ends_with("main.rs");
        let files = match is_whole && !tested.contains(&folder(target)) {
            true => below(&folder(target)),
            false => vec![target["src_path"].as_str().unwrap().into()],
        };
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let is_test =
                |line: &&str| ["#[test", "#[tokio::test", "#[cfg(test"].iter().any(|start| line.starts_with(start));
            let found = text.lines().map(str::trim).find(is_test);
            assert_eq!(found, None, "{}: `test = false` leaves it out", file.display());
        }
        untested += 1;
    }
    assert!(untested > 25, "{untested}");
}

/// Every crate that is pulled in may be used under one of the licenses of `deny.toml`.
#[test]
fn every_license_is_one_of_those_that_are_allowed() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../deny.toml")).unwrap();
    let list = text.split("allow = [").nth(1).unwrap().split(']').next().unwrap();
    let allowed: BTreeSet<&str> = list.split('"').skip(1).step_by(2).collect();
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let mut used = BTreeSet::new();
    for package in packages {
        let license = package["license"].as_str().unwrap_or_default();
        assert!(
            may_be_used(license, &allowed, &mut used),
            "{}: `{license}` is none of deny.toml's",
            package["name"].as_str().unwrap()
        );
    }
    assert!(packages.len() > 200, "{}", packages.len());
    assert_eq!(used, allowed, "deny.toml allows a license that nothing has");
}

/// Of what stands between `OR` (or the old `/`) one is enough, of what stands between `AND` all are wanted; parentheses
/// stand around the former only.
fn may_be_used<'a>(license: &str, allowed: &BTreeSet<&'a str>, used: &mut BTreeSet<&'a str>) -> bool {
    let parts = split_outside(license, " AND ");
    if parts.len() > 1 {
        return parts.iter().all(|part| may_be_used(part, allowed, used));
    }
    let bare = license.trim().trim_start_matches('(').trim_end_matches(')');
    let alternatives = bare.replace('/', " OR ");
    let mut any = false;
    for one in alternatives.split(" OR ") {
        if let Some(one) = allowed.get(one.trim()) {
            used.insert(one);
            any = true;
        }
    }
    any
}

/// Splits at a word that stands outside of parentheses.
fn split_outside<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices(word) {
        let before = &text[..at];
        if before.matches('(').count() == before.matches(')').count() {
            parts.push(&text[from..at]);
            from = at + word.len();
        }
    }
    parts.push(&text[from..]);
    parts
}

#[test]
fn alternatives_and_sums_of_licenses_are_told_apart() {
    let allowed = BTreeSet::from(["MIT", "ISC"]);
    for (license, is_fine) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("GPL-3.0 AND MIT", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("(GPL-3.0 OR MIT) AND BSD-2-Clause", false),
        ("", false),
    ] {
        assert_eq!(may_be_used(license, &allowed, &mut BTreeSet::new()), is_fine, "{license}");
    }
}
