//! Paths: as people write them, and where definitions are when nobody says.

use std::path::{Path, PathBuf};

use crate::config::Config;

/// Where definitions are fetched into and generated from.
const DEFINITIONS: &str = "definitions";

/// A path relative to where its reader stands, if it lies below.
pub fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}

/// The folder of definitions: as said, else that of `p21.toml`, else `definitions`.
pub(crate) fn definitions(said: Option<&Path>, config: &Config) -> PathBuf {
    said.or(config.folder.as_deref()).unwrap_or(Path::new(DEFINITIONS)).to_owned()
}
