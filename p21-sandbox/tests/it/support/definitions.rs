//! Folders of definitions.

use std::path::Path;

/// The repository's definitions, and those of `tests/definitions` beside them.
pub fn more_definitions() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (from, to) in [
        ("../definitions/25.2", ""),
        ("../definitions/rules", "rules"),
        ("tests/definitions", ""),
        ("tests/definitions/rules", "rules"),
    ] {
        copy(&here.join(from), &folder.path().join(to));
    }
    folder
}

/// Copies the files of a folder.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}
