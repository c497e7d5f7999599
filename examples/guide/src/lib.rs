//! The Rust blocks of the guide and of the README, in the crate of somebody who uses it: `cargo test --doc` runs them.
#![forbid(unsafe_code)]

macro_rules! pages {
    ($($name:ident $file:literal)+) => {
        $(#[doc = include_str!(concat!("../../../", $file))]
        pub mod $name {})+
    };
}

pages! {
    a_sandbox_of_your_own "docs/guide/a-sandbox-of-your-own.md"
    when_p21_says_succeeded "docs/guide/when-p21-says-succeeded.md"
    which_door "docs/guide/which-door.md"
    windows_from_rust "docs/guide/windows-from-rust.md"
    from_the_sdk "docs/guide/from-the-sdk.md"
    updates_of_p21 "docs/guide/updates-of-p21.md"
    batches "docs/guide/batches.md"
    readme "README.md"
}

/// Every page of the guide is in the list.
#[test]
fn no_page_is_left_out() {
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide");
    for page in std::fs::read_dir(guide).unwrap() {
        let name = page.unwrap().file_name().into_string().unwrap();
        assert!(include_str!("lib.rs").contains(&format!("docs/guide/{name}")), "{name}");
    }
}
