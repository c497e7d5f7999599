//! The sources of the repository.

use std::path::{Path, PathBuf};

/// Folders whose files nobody writes, or whose files are cases that are compared letter by letter.
const NOT_WRITTEN: [&str; 5] = ["target", "generated", "golden", ".git", "node_modules"];

/// The Rust files below a folder, what is generated apart.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(folder, &mut found);
    found
}

/// A file as it is named in the repository.
pub(crate) fn name(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap().display().to_string().replace('\\', "/")
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() {
            if !NOT_WRITTEN.contains(&name.as_str()) {
                collect(&path, found);
            }
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}
