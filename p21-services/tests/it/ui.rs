//! What does not compile, with rustc's words, and what does.
//!
//! A case is one situation, and its file is named after it. The words are those of the toolchain that
//! `rust-toolchain.toml` pins. After a change of messages: `TRYBUILD=overwrite cargo test -p p21-services --features
//! full ui::`, then read every changed `.stderr` as the person who gets it.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::{Path, PathBuf};

#[test]
fn what_does_not_compile_says_why() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*/*.rs");
}

#[test]
fn every_case_counts() {
    let fail = files("fail");
    assert!(fail.len() >= 100, "{} cases", fail.len());
    for case in &fail {
        assert!(case.with_extension("stderr").exists(), "{} has no words", case.display());
    }
    let listed = include_str!("../ui/pass/mod.rs");
    for case in files("pass") {
        let name = case.file_stem().unwrap().to_str().unwrap();
        assert!(name == "mod" || listed.contains(&format!("mod {name};")), "{name} is not compiled");
    }
}

/// The Rust files below a folder of cases.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                Some(extension) if extension == "rs" => found.push(path),
                None => folders.push(path),
                Some(_) => {}
            }
        }
    }
    found
}
