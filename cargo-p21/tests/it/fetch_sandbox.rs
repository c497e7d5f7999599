//! `cargo p21 fetch --sandbox`: what is tried first, without a server.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::path::Path;

use crate::support::{p21, text};

fn files(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn the_sandbox_is_a_server_too() {
    let folder = tempfile::tempdir().unwrap();
    let run =
        p21(folder.path(), &["fetch", "--sandbox", "--service", "TimeEntry", "--service", "Nonsense", "--into", "out"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    let manifest = std::fs::read(folder.path().join("out/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["p21_version"], "25.2");
    assert!(manifest["refused"]["Nonsense"].is_object());
}

/// The sandbox of a fetch has what is published, whatever lies in the folder that is fetched into.
#[test]
fn one_service_after_the_other_comes_from_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let fetch = |more: &[&str]| {
        let run = p21(folder.path(), &[&["fetch", "--sandbox"], more].concat());
        assert_eq!(run.status.code(), Some(0), "{more:?}: {}", text(&run));
        text(&run)
    };
    assert!(fetch(&["--service", "Labor"]).contains("1 fetched"));
    assert!(fetch(&["--service", "Order"]).contains("1 fetched"));
    let all = fetch(&["--all"]);
    assert!(!all.contains("0 fetched") && all.contains("2 kept"), "{all}");
}

#[test]
fn a_misspelt_service_leaves_nothing_that_stands_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    for (written, meant) in [("Labr", "Labor"), ("order", "Order")] {
        let run = p21(folder.path(), &["fetch", "--sandbox", "--service", written, "--into", "new/definitions"]);
        let said = text(&run);
        assert_eq!(run.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("refused: {written}: ")), "{said}");
        assert!(said.contains(&format!("; did you mean `{meant}`?")), "{said}");
        assert!(said.contains("next: name services as the server lists them"), "{said}");
        assert!(files(folder.path()).is_empty(), "{said}");
    }
    // Nor does what an earlier version left, or somebody's empty folder.
    std::fs::create_dir(folder.path().join("definitions")).unwrap();
    std::fs::write(folder.path().join("definitions/manifest.json"), r#"{"services": {}}"#).unwrap();
    for arguments in [&["doctor", "--sandbox"][..], &["fetch", "--sandbox", "--service", "Labor"]] {
        let run = p21(folder.path(), arguments);
        assert_eq!(run.status.code(), Some(0), "{arguments:?}: {}", text(&run));
    }
}
