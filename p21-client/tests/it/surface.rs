//! What the crate shows: whatever may grow says so.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::Path;

/// Every Rust file below a folder.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn every_public_type_that_may_grow_is_marked() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut types = 0;
    for (file, text) in &files {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let is_enum = line.starts_with("pub enum ");
            if !is_enum && !line.starts_with("pub struct ") {
                continue;
            }
            types += 1;
            let mut body = lines[at + 1..].iter().take_while(|line| **line != "}");
            let is_open =
                line.ends_with('{') && body.any(|line| line.starts_with("    pub ") && !line.contains("pub("));
            let above = lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("///"));
            let is_marked = above.into_iter().any(|line| *line == "#[non_exhaustive]");
            assert!(is_marked || !(is_enum || is_open), "{file}: {line}");
        }
    }
    assert!(types > 50, "{types}");
}
