//! Two definitions for each rule of the difference, in `tests/it/diff/pairs`: a real one, and what changed of it.

use std::path::{Path, PathBuf};

use p21_definitions::Manifest;
use p21_definitions::diff::{Action, Diff, Level, RULES, compare};

use super::{folders, names, side};

fn pair(rule: &str) -> (PathBuf, PathBuf) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/diff/pairs").join(rule);
    (folder.join("old"), folder.join("new"))
}

/// What differs in `Labor`: of every service there are rules, too, that hold on one of the versions only.
fn of_labor(old: &Path, new: &Path) -> Diff {
    let version = |folder: &Path| Manifest::load(folder).unwrap().p21_version.unwrap();
    let of = |folder: &Path| side(if folder.ends_with("old") { "old" } else { "new" }, folder, version(folder));
    let mut diff = compare(&of(old), &of(new)).unwrap();
    diff.changes.retain(|change| change.service == "Labor");
    diff
}

#[test]
fn each_rule_has_its_pair_and_its_mirror_the_same_one_from_the_other_side() {
    let mut pairs = 0;
    for rule in RULES.iter().filter(|rule| rule.action != Action::Removed) {
        let (old, new) = pair(rule.name);
        assert!(old.is_dir() && new.is_dir(), "{} has no pair", rule.name);
        // A rule that begins is the same on both sides; the sides are of different versions.
        let folders = if rule.level == Level::Rule { of_labor } else { folders };
        let there = folders(&old, &new);
        assert_eq!(names(&there.changes), [rule.name]);
        let back = folders(&new, &old);
        // A folder that lacks a service does not say that it is gone.
        if rule.level == Level::Service && rule.aspect == "presence" {
            assert_eq!((back.changes.len(), &back.compared.unchanged[..]), (0, &["TimeEntry".to_owned()][..]));
        } else {
            assert_eq!(names(&back.changes), [rule.mirror().unwrap().name], "{}", rule.name);
            let (there, back) = (&there.changes[0], &back.changes[0]);
            // Which of two that changed places has moved is a matter of taste.
            if !rule.name.ends_with("-order") || rule.aspect == "key order" {
                assert_eq!((&there.before, &there.after), (&back.after, &back.before), "{}", rule.name);
            }
            assert_ne!(there.fingerprint(), back.fingerprint(), "{}", rule.name);
        }
        assert!(folders(&old, &old).changes.is_empty() && folders(&new, &new).changes.is_empty(), "{}", rule.name);
        pairs += 1;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/diff/pairs");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), pairs, "each pair has its rule");
}

#[test]
fn what_the_server_says_is_gone_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = pair("service-added");
    for (manifest, why) in [
        (r#"{"whole": true}"#, "does not list it"),
        (
            r#"{"refused": {"TimeEntry": {"status": 500, "text": "Window <<TimeEntry>> is not available"}}}"#,
            "not available",
        ),
    ] {
        std::fs::copy(old.join("Labor.json"), folder.path().join("Labor.json")).unwrap();
        std::fs::write(folder.path().join("manifest.json"), manifest).unwrap();
        let diff = folders(&new, folder.path());
        assert_eq!(names(&diff.changes), ["service-removed"]);
        assert!(diff.changes[0].why.as_ref().unwrap().contains(why), "{:?}", diff.changes[0].why);
    }
}

#[test]
fn an_element_tells_its_fields_and_the_fields_are_there_for_who_wants_them() {
    let (old, new) = pair("element-added");
    let diff = folders(&new, &old);
    let parts: Vec<&str> = diff.changes.iter().filter(|change| change.is_part).map(|change| change.rule.name).collect();
    assert_eq!(parts, ["field-removed", "field-removed"]);
}

#[test]
fn folders_of_different_services_are_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = pair("service-added");
    std::fs::copy(new.join("TimeEntry.json"), folder.path().join("TimeEntry.json")).unwrap();
    let version = p21_model::Version::new(26, 1);
    let (old, other) = (super::side("a", &old, version), super::side("b", folder.path(), version));
    let error = p21_definitions::diff::compare(&old, &other).unwrap_err().to_string();
    assert!(error.contains("a and b have no service in common"), "{error}");
}
