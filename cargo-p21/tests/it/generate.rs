//! `cargo p21 generate`, as a user calls it.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

#[allow(dead_code, reason = "the server is for the other tests")]
use crate::support;

use std::path::Path;
use std::process::Command;

use support::{cargo_of_generated, p21, text};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn check_changes_nothing_and_lists_what_is_stale() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = repository().join("definitions/25.2");
    let arguments = ["generate", "--definitions", definitions.to_str().unwrap(), "--service", "Labor", "--out", "out"];
    assert!(p21(folder.path(), &arguments).status.success());
    let file = folder.path().join("out/labor.rs");
    let changed = std::fs::read_to_string(&file).unwrap() + "\n// By hand.\n";
    std::fs::write(&file, &changed).unwrap();
    let check = p21(folder.path(), &[&arguments[..], &["--check"]].concat());
    assert_eq!(check.status.code(), Some(1));
    assert!(text(&check).contains("changed: out/labor.rs"), "{}", text(&check));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), changed);
    assert!(p21(folder.path(), &arguments).status.success());
    assert!(p21(folder.path(), &[&arguments[..], &["--check"]].concat()).status.success());
}

#[test]
fn a_crate_of_the_captured_services_checks_without_a_warning() {
    let captured = repository().join("../shared/definitions/25.2");
    if !captured.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "CI needs the captured definitions in ../shared/definitions");
        eprintln!("skipped: no captured definitions in ../shared/definitions");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let run = p21(
        folder.path(),
        &["generate", "--definitions", captured.to_str().unwrap(), "--crate", "acme", "--name", "acme-p21"],
    );
    assert!(run.status.success(), "{}", text(&run));
    let check = cargo_of_generated(
        &folder.path().join("acme"),
        &["check", "--quiet", "--no-default-features", "--features", "full"],
    );
    assert!(check.status.success() && check.stderr.is_empty(), "{}", text(&check));
}

#[test]
fn foreign_crates_and_odd_names_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("mine/src")).unwrap();
    std::fs::write(folder.path().join("mine/src/lib.rs"), "pub fn mine() {}").unwrap();
    let definitions = repository().join("definitions/25.2");
    let generate = |name: &str| {
        p21(
            folder.path(),
            &[
                "generate",
                "--definitions",
                definitions.to_str().unwrap(),
                "--service",
                "Labor",
                "--crate",
                "mine",
                "--name",
                name,
            ],
        )
    };
    assert!(text(&generate("mine")).contains("left alone"));
    assert!(text(&generate("a\"b")).contains("can't be the name of a crate"));
    assert_eq!(std::fs::read_to_string(folder.path().join("mine/src/lib.rs")).unwrap(), "pub fn mine() {}");
}

#[test]
fn bad_folders_are_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let generate = |definitions: &str| p21(folder.path(), &["generate", "--definitions", definitions, "--out", "out"]);
    assert!(text(&generate("nowhere")).contains("nowhere: can't read"), "{}", text(&generate("nowhere")));
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    assert!(text(&generate("empty")).contains("holds no definition"));
    std::fs::write(folder.path().join("empty/X.json"), "{").unwrap();
    assert!(
        text(&generate("empty")).contains("empty/X.json:1: the JSON ends too early"),
        "{}",
        text(&generate("empty"))
    );
    assert!(text(&generate("empty/X.json")).contains("it is a file"));
    assert!(!folder.path().join("out").exists());
}

/// What the README says about your own server, walked from a server of either release.
#[test]
fn your_own_server_from_fetch_to_a_crate_that_compiles() {
    for profile in ["25.2", "26.1", "26.1-early"] {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = support::Sandbox::start(profile);
        let arguments = ["fetch", "--url", &sandbox.url, "--all", "--into", "my-definitions"];
        let fetch = support::p21_as(("sandbox", "sandbox"), folder.path(), &arguments);
        assert_eq!(fetch.status.code(), Some(0), "{profile}: {}", text(&fetch));
        // All services of one release, and compiled, which takes its time: the others have what `p21-services` has.
        let whole = profile == "26.1";
        let some: &[&str] = if whole { &[] } else { &["--service", "Labor", "--service", "TimeEntry"] };
        let arguments = ["generate", "--definitions", "my-definitions", "--crate", "acme-p21", "--name", "acme-p21"];
        let generate = p21(folder.path(), &[&arguments, some].concat());
        assert_eq!(generate.status.code(), Some(0), "{profile}: {}", text(&generate));
        let release = &profile[..4];
        assert!(text(&generate).contains(&format!("services of P21 {release}.")), "{profile}: {}", text(&generate));
        if !whole {
            continue;
        }
        let checks = cargo_of_generated(
            &folder.path().join("acme-p21"),
            &["check", "--quiet", "--offline", "--no-default-features", "--features", "full"],
        );
        assert!(checks.status.success(), "{profile}: {}", text(&checks));
    }
}

#[test]
fn a_version_can_be_told_and_a_rule_that_does_not_fit_is_one_warning() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("anything");
    std::fs::create_dir(&mine).unwrap();
    let contracts = std::fs::read_to_string(repository().join("definitions/25.2/JobContractPricing.json")).unwrap();
    assert!(contracts.contains("\"commission_cost_value\""));
    std::fs::write(mine.join("JobContractPricing.json"), contracts.replace("\"commission_cost_value\"", "\"renamed\""))
        .unwrap();
    std::fs::copy(repository().join("definitions/25.2/Order.json"), mine.join("Order.json")).unwrap();
    let generate = |more: &[&str]| {
        p21(folder.path(), &[&["generate", "--definitions", "anything", "--out", "out"][..], more].concat())
    };
    let told = generate(&["--p21-version", "2025.2.5855.0"]);
    let said = text(&told);
    assert_eq!(told.status.code(), Some(0), "{said}");
    assert!(said.contains("2 services of P21 25.2.5855.0"), "{said}");
    let warnings: Vec<&str> = said.lines().filter(|line| line.starts_with("warning: ")).collect();
    assert_eq!(warnings.len(), 2, "{said}");
    for warning in warnings {
        assert!(warning.starts_with("warning: built-in rules of JobContractPricing:"), "{warning}");
        assert!(warning.contains("has no field `commission_cost_value`"), "{warning}");
    }
    let line = std::fs::read_to_string(folder.path().join("out/job_contract_pricing/line.rs")).unwrap();
    assert!(line.contains("Sent after"), "every other rule holds");
    let untold = generate(&[]);
    assert!(text(&untold).contains("nothing says of which P21 version"), "{}", text(&untold));
    assert!(text(&untold).contains("2 services of P21 26.1 "), "{}", text(&untold));
    let nonsense = generate(&["--p21-version", "banana"]);
    assert_eq!(nonsense.status.code(), Some(2));
    assert!(text(&nonsense).contains("understood are releases (`25.2`"), "{}", text(&nonsense));
}

/// In whatever reads definitions with their rules.
#[test]
fn a_rules_file_with_a_misspelt_name_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let labor = repository().join("definitions/25.2/Labor.json");
    for side in ["my", "other"] {
        std::fs::create_dir(folder.path().join(side)).unwrap();
        std::fs::copy(&labor, folder.path().join(side).join("Labor.json")).unwrap();
    }
    std::fs::create_dir(folder.path().join("my/rules")).unwrap();
    let rules = folder.path().join("my/rules/Labour.toml");
    std::fs::write(&rules, "service = \"Labor\"\n").unwrap();
    std::fs::write(folder.path().join("set.json"), r#"{"Name": "Labor", "Transactions": []}"#).unwrap();
    let all: [&[&str]; 3] = [
        &["generate", "--definitions", "my", "--out", "out"],
        &["check", "set.json", "--definitions", "my"],
        &["diff", "my", "other", "--old-version", "25.2", "--new-version", "25.2"],
    ];
    for arguments in all {
        let said = text(&p21(folder.path(), arguments));
        let warnings: Vec<&str> =
            said.lines().filter(|line| line.starts_with("warning: my/rules/Labour.toml: ")).collect();
        assert_eq!(warnings.len(), 1, "{arguments:?}: {said}");
        assert!(warnings[0].ends_with("did you mean `Labor.toml`?"), "{arguments:?}: {said}");
    }
    std::fs::rename(&rules, folder.path().join("my/rules/Labor.toml")).unwrap();
    for arguments in all {
        let said = text(&p21(folder.path(), arguments));
        assert!(!said.contains("my/rules/"), "{arguments:?}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine");
    std::fs::create_dir(&mine).unwrap();
    std::fs::copy(repository().join("definitions/25.2/Labor.json"), mine.join("Labor.json")).unwrap();
    for file in ["Order.json", "manifest.json", "rules/Labor.toml"] {
        std::fs::create_dir_all(mine.join("rules")).unwrap();
        let path = mine.join(file);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let run = p21(folder.path(), &["generate", "--definitions", "mine", "--out", "out"]);
        assert_eq!(run.status.code(), Some(2), "{file}: {}", text(&run));
        assert!(text(&run).contains("not a file") && text(&run).contains(file), "{file}: {}", text(&run));
        std::fs::remove_file(path).unwrap();
    }
}
