//! What does not compile, with rustc's words, and what does.
//!
//! A case is one situation, and its file is named after it. The words are those of the toolchain that
//! `rust-toolchain.toml` pins. After a change of messages: `TRYBUILD=overwrite cargo test -p p21-services --features
//! full --test ui`, then read every changed `.stderr` as the person who gets it.
#![forbid(unsafe_code)]

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/fail/*/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}
