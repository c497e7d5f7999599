//! The sources of the repository, as text.

use std::path::{Path, PathBuf};

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The Rust files below a folder of the repository: name from the root on, and text.
pub fn of(folder: &str) -> Vec<(String, String)> {
    let name = |path: &Path| path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    let paths = files(&root().join(folder));
    paths.into_iter().map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The program in a source: without comments, without its tests, and without what it prints about the format of rules,
/// which has examples.
pub fn program(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_page = false;
    let lines = (1..).zip(text.lines()).filter(move |(_, line)| {
        is_page = (is_page && !line.starts_with("\"#;")) || line.contains("const PAGE: &'static str = r#\"");
        !is_page
    });
    let lines = lines.take_while(|(_, line)| !line.starts_with("mod tests {"));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}
