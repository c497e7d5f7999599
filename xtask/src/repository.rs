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
