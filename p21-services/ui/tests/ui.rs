//! What does not compile, with rustc's words. What does compile is `p21-services/tests/it/pass`.
//!
//! The words are those of the toolchain that `rust-toolchain.toml` pins. After a change of messages: `TRYBUILD=overwrite
//! cargo test -p p21-services-ui`, then read every changed `.stderr` as the person who gets it.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::{Path, PathBuf};

#[test]
fn what_does_not_compile_says_why() {
    trybuild::TestCases::new().compile_fail("fail/*/*.rs");
}

#[test]
fn every_case_has_its_words() {
    let cases = cases();
    assert!(cases.len() >= 100, "{} cases", cases.len());
    for case in &cases {
        assert!(case.with_extension("stderr").exists(), "{} has no words", case.display());
    }
}

fn cases() -> Vec<PathBuf> {
    let groups = Path::new(env!("CARGO_MANIFEST_DIR")).join("fail").read_dir().unwrap();
    let files = groups.flat_map(|group| group.unwrap().path().read_dir().unwrap());
    files.map(|file| file.unwrap().path()).filter(|file| file.extension().is_some_and(|end| end == "rs")).collect()
}
