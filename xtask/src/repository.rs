//! Where things are in the repository.

use std::path::{Path, PathBuf};

use p21_model::Version;

/// The P21 version whose bindings are committed.
pub(crate) const VERSION: Version = Version::new(25, 2);

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// The committed definitions, a folder a version.
pub(crate) fn all_definitions() -> PathBuf {
    root().join("definitions")
}

/// The committed definitions of a version.
pub(crate) fn definitions(version: Version) -> PathBuf {
    root().join("definitions").join(version.to_string())
}

/// The rules.
pub(crate) fn rules() -> PathBuf {
    root().join("definitions").join("rules")
}

/// The committed bindings.
pub(crate) fn bindings() -> PathBuf {
    root().join("p21-services").join("src").join("generated")
}

/// A path as people write it: relative to where they stand, if it lies below.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}
