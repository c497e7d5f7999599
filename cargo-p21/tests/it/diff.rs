//! `cargo p21 diff`, as a user calls it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Sandbox, p21, p21_as, text};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn pair(rule: &str) -> (PathBuf, PathBuf) {
    let folder = Path::new(REPOSITORY).join("p21-definitions/tests/it/diff/pairs").join(rule);
    (folder.join("old"), folder.join("new"))
}

/// The difference as JSON, and the exit code.
fn diff(folder: &Path, arguments: &[&str]) -> (Value, Option<i32>) {
    let run = p21(folder, &[&["diff", "--format", "json"], arguments].concat());
    let json = serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{}", text(&run)));
    (json, run.status.code())
}

fn change<'a>(diff: &'a Value, rule: &str) -> &'a Value {
    let changes = diff["changes"].as_array().unwrap();
    changes.iter().find(|change| change["rule"] == rule).unwrap_or_else(|| panic!("no {rule}: {diff}"))
}

#[test]
fn the_real_pair_has_its_second_key_with_both_records_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let run = p21(folder.path(), &["diff", "published:25.2", "published:26.1"]);
    let said = text(&run);
    assert_eq!(run.status.code(), Some(1), "{said}");
    for expected in [
        "silent for writers  element-key-added",
        "TimeEntry / TP_LABORRECORDING.prod_order_line_comp_labor / line_number",
        "was: prod_order_number; now: prod_order_number, line_number",
        "stored by old: 1 row\n",
        "stored by new: 2 rows\n",
        "breaking for writers  rule-begins",
        "`breaks` disabled, the whole tab",
        "harmless",
        "compared: 19 services, ",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(!said.contains('\u{1b}'), "colours are for terminals");
    let (json, code) = diff(folder.path(), &["published:25.2", "published:26.1"]);
    assert_eq!(code, Some(1));
    let shown = &change(&json, "element-key-added")["witness"]["shown"];
    let stored = |side: &str| -> Vec<&str> {
        shown[side].as_array().unwrap().iter().map(|row| row["labor_type_cd"].as_str().unwrap()).collect()
    };
    assert_eq!(stored("stored_by_old"), ["OT Rate"], "the last one wins");
    assert_eq!(stored("stored_by_new"), ["Rate", "OT Rate"]);
    let (back, _) = diff(folder.path(), &["published:26.1", "published:25.2"]);
    let shown = &change(&back, "element-key-removed")["witness"]["shown"];
    assert_eq!(
        (shown["stored_by_old"].as_array().unwrap().len(), shown["stored_by_new"].as_array().unwrap().len()),
        (2, 1)
    );
    let markdown = p21(folder.path(), &["diff", "published:25.2", "published:26.1", "--format", "markdown"]);
    assert!(text(&markdown).starts_with("## P21 25.2 to 26.1\n"), "{}", text(&markdown));
    let builds = p21(folder.path(), &["diff", "published:26.1-early", "published:26.1.5940.0", "--no-witness"]);
    assert!(text(&builds).contains("element-key-added"), "{}", text(&builds));
    let same = p21(folder.path(), &["diff", "published:26.1", "published:26.1"]);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same));
    assert!(text(&same).contains("0 silent, 0 breaking, 0 harmless"), "{}", text(&same));
}

/// Each rule that can be silent: shown, or it says why not.
#[test]
fn every_silent_change_has_a_witness_or_says_why_none_can_be_built() {
    let folder = tempfile::tempdir().unwrap();
    let mut shown = 0;
    for rule in p21_definitions::diff::RULES {
        use p21_definitions::diff::{Action, Effect, Witness};
        if rule.writers.max(rule.readers) != Effect::Silent {
            continue;
        }
        let (mut old, mut new) =
            pair(if rule.action == Action::Removed { rule.mirror().unwrap().name } else { rule.name });
        if rule.action == Action::Removed {
            (old, new) = (new, old);
        }
        let (json, code) = diff(folder.path(), &[old.to_str().unwrap(), new.to_str().unwrap()]);
        assert_eq!(code, Some(1), "{}", rule.name);
        let witness = &change(&json, rule.name)["witness"];
        match rule.witness {
            Witness::None(why) => assert_eq!(witness["none"], why, "{}", rule.name),
            _ => {
                let rows = |side: &str| witness["shown"][side].as_array().map(Vec::len);
                assert!(rows("stored_by_old") > Some(0) && rows("stored_by_new") > Some(0), "{}: {witness}", rule.name);
                let [old, new] = match rule.witness {
                    Witness::Read => ["found_by_old", "found_by_new"].map(|side| &witness["shown"]["read"][side]),
                    _ => ["stored_by_old", "stored_by_new"].map(|side| &witness["shown"][side]),
                };
                assert_ne!(old, new, "{}", rule.name);
                shown += 1;
            }
        }
    }
    assert_eq!(shown, 7, "keys that come and go, of rows and records; forms and lists; a column that is another");
}

/// A form that becomes a list, and the reverse: rows of which the last won, and rows of their own.
#[test]
fn rows_of_a_form_and_of_a_list_are_shown_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let (form, list) = pair("element-became-list");
    let rows = |sides: [&PathBuf; 2], rule: &str| -> [usize; 2] {
        let (json, _) = diff(folder.path(), &sides.map(|side| side.to_str().unwrap()));
        let shown = &change(&json, rule)["witness"]["shown"];
        ["stored_by_old", "stored_by_new"].map(|side| shown[side].as_array().unwrap().len())
    };
    assert_eq!(rows([&form, &list], "element-became-list"), [1, 2]);
    assert_eq!(rows([&list, &form], "element-became-form"), [2, 1]);
}

/// A record by half of its key is a blank window; by a key with a field too many it is the one that is left.
#[test]
fn a_read_by_the_old_key_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (short, long) = pair("record-key-added");
    let read = |sides: [&PathBuf; 2], rule: &str| {
        let (json, _) = diff(folder.path(), &sides.map(|side| side.to_str().unwrap()));
        change(&json, rule)["witness"]["shown"]["read"].clone()
    };
    let added = read([&short, &long], "record-key-added");
    assert_eq!(added["by"].as_array().unwrap().len(), 1, "{added}");
    assert_eq!(added["found_by_old"].as_array().unwrap().len(), 1, "{added}");
    assert_eq!(added["found_by_new"], Value::Array(Vec::new()), "{added}");
    let removed = read([&long, &short], "record-key-removed");
    let level = |side: &str| removed[side][0]["skill_level"].clone();
    assert!(level("found_by_old") == "1" && level("found_by_new") != "1", "{removed}");
    let said = text(&p21(folder.path(), &["diff", short.to_str().unwrap(), long.to_str().unwrap()]));
    assert!(said.contains("read by service_labor_id=") && said.contains("found by new: 0 rows"), "{said}");
}

#[test]
fn a_finding_is_accepted_by_its_fingerprint_and_an_idle_entry_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = pair("element-key-added");
    let sides = [old.to_str().unwrap(), new.to_str().unwrap()];
    let (json, _) = diff(folder.path(), &[sides[0], sides[1], "--no-witness"]);
    let fingerprint = json["changes"][0]["fingerprint"].as_str().unwrap().to_owned();
    let entry = |fingerprint: &str| {
        format!(
            "[[accept]]\nfingerprint = \"{fingerprint}\"\nreason = \"rows are keyed by both\"\ndate = \"2026-11-22\"\n"
        )
    };
    let file = folder.path().join("p21.accept.toml");
    std::fs::write(&file, entry(&fingerprint)).unwrap();
    let run = p21(folder.path(), &["diff", sides[0], sides[1]]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    assert!(text(&run).contains("0 silent, 0 breaking, 0 harmless, 1 accepted"), "{}", text(&run));
    assert!(text(&run).contains("rows are keyed by both"), "{}", text(&run));
    std::fs::write(&file, format!("{}\n{}", entry(&fingerprint), entry("0123456789ab"))).unwrap();
    let idle = p21(folder.path(), &["diff", sides[0], sides[1]]);
    assert_eq!(idle.status.code(), Some(2), "{}", text(&idle));
    assert!(text(&idle).contains("p21.accept.toml:6: `0123456789ab` matches no change"), "{}", text(&idle));
    assert!(idle.stdout.is_empty(), "an error and nothing else");
    std::fs::write(&file, entry(&fingerprint).replace("reason", "why")).unwrap();
    let broken = p21(folder.path(), &["diff", sides[0], sides[1]]);
    assert!(broken.status.code() == Some(2) && text(&broken).contains("p21.accept.toml:"), "{}", text(&broken));
}

#[test]
fn folders_files_and_servers_are_compared_alike() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = Path::new(REPOSITORY).join("definitions");
    let file = |version: &str| definitions.join(version).join("TimeEntry.json").display().to_string();
    let rules = |json: &Value| -> Vec<String> {
        let of_service = json["changes"].as_array().unwrap().iter().filter(|change| change["service"] == "TimeEntry");
        of_service.map(|change| change["rule"].as_str().unwrap().to_owned()).collect()
    };
    let (files, _) = diff(folder.path(), &[&file("25.2"), &file("26.1"), "--no-witness"]);
    assert_eq!(rules(&files), ["element-key-added", "field-added", "rule-begins"]);
    let side = |version: &str| definitions.join(version).display().to_string();
    let (folders, _) = diff(folder.path(), &[&side("25.2"), &side("26.1"), "--no-witness"]);
    assert_eq!(rules(&folders), rules(&files));
    assert_eq!(
        folders["compared"]["unchanged"].as_array().unwrap().len(),
        18,
        "not in the folder, and not said to be gone"
    );
    let sandbox = Sandbox::start("26.1");
    let live = ["diff", "--format", "json", &file("25.2"), &sandbox.url, "--no-witness"];
    let run = p21_as(("sandbox", "sandbox"), folder.path(), &live);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run));
    assert_eq!(rules(&serde_json::from_slice(&run.stdout).unwrap()), rules(&files));
}

#[test]
fn what_cannot_be_compared_is_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = Path::new(REPOSITORY).join("definitions/25.2");
    let file = |service: &str| definitions.join(format!("{service}.json")).display().to_string();
    for (sides, problem) in [
        ([file("Labor"), file("Order")], "have no service in common"),
        ([file("Labor"), "nowhere".to_owned()], "nowhere: can't read"),
        ([file("Labor"), "published:banana".to_owned()], "is no P21 version"),
        (
            ["published:25.2".to_owned(), "published:27.1".to_owned()],
            "no definitions of P21 27.1 are published; there are those of 25.2, 26.1",
        ),
        (["published:25.1".to_owned(), file("Labor")], "no definitions of P21 25.1 are published"),
        ([file("Labor"), file("manifest")], "no definition of service `manifest`"),
    ] {
        let run = p21(folder.path(), &["diff", &sides[0], &sides[1]]);
        assert_eq!(run.status.code(), Some(2), "{}", text(&run));
        assert!(text(&run).contains(problem) && text(&run).contains("next: "), "{problem}: {}", text(&run));
        assert!(run.stdout.is_empty());
    }
}
