//! Sources that fit into a head: no file that somebody writes is longer than 400 lines. What the generator
//! writes has its own measure.

use std::path::{Path, PathBuf};

/// The most lines.
const MOST: usize = 400;

/// Folders whose files nobody writes, or whose files are cases that are compared letter by letter.
const NOT_WRITTEN: [&str; 5] = ["target", "generated", "golden", ".git", "node_modules"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() {
            if !NOT_WRITTEN.contains(&name.as_str()) {
                sources(&path, found);
            }
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_source_is_longer_than_a_reader_takes_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 500, "{} files", files.len());
    let mut longer = Vec::new();
    for file in files {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        let name = file.strip_prefix(&root).unwrap().display().to_string().replace('\\', "/");
        if lines > MOST {
            longer.push((name, lines));
        }
    }
    longer.sort();
    assert!(longer.is_empty(), "split them by what they do: {longer:?}");
}
