//! Folders, versions, manifests and rules, as files.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

mod builtin;
mod diff;
mod layers;
mod manifests;
mod names;
mod published;
mod site_rules;

use std::path::{Path, PathBuf};

/// The repository's definitions.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("definitions")
}
