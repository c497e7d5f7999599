//! Arrows inside the sandbox point one way: facts, store, window, behaviour, serve.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each may use those before it, and itself.
const LAYERS: [&str; 5] = ["facts", "store", "window", "behaviour", "serve"];

#[test]
fn every_arrow_points_to_an_earlier_layer() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for (layer, name) in LAYERS.iter().enumerate() {
        let files = sources(&src.join(name));
        assert!(!files.is_empty(), "{name} is no folder of sources");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let is_root = file == src.join(name).join("mod.rs");
            for (number, line) in text.lines().enumerate() {
                if *name != "window" && line.starts_with("impl Window") {
                    wrong.push(format!(
                        "{}:{}: a window gets its methods in `window` alone",
                        file.display(),
                        number + 1
                    ));
                }
                // By way of `super` nobody leaves a layer either.
                let leaves = if is_root { "super::" } else { "super::super::" };
                if code(line).contains(leaves) && !code(line).contains("super::*") {
                    wrong.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
                }
                for other in paths(line) {
                    let place = LAYERS.iter().position(|layer| *layer == other);
                    let place =
                        place.unwrap_or_else(|| panic!("{}:{}: {other} is no layer", file.display(), number + 1));
                    used.insert((layer, place));
                    if place > layer {
                        wrong.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "these use a later layer:\n{}", wrong.join("\n"));
    // The test sees arrows at all: each layer but the first stands on the one before it.
    for layer in 1..LAYERS.len() {
        assert!(used.contains(&(layer, layer - 1)), "{} does not use {}", LAYERS[layer], LAYERS[layer - 1]);
    }
}

#[test]
fn every_source_is_in_a_layer() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found: Vec<String> = std::fs::read_dir(&src)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != "lib.rs" && name != "main.rs")
        .collect();
    found.sort();
    let mut layers = LAYERS.map(str::to_owned).to_vec();
    layers.sort();
    assert_eq!(found, layers);
}

/// What a line of code names of this crate: the part behind each `crate::`, wherever it stands.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    code(line).split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

/// A line, unless it is a comment.
fn code(line: &str) -> &str {
    if line.trim_start().starts_with("//") { "" } else { line }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return files };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn paths_are_found_wherever_they_stand() {
    assert_eq!(paths("use crate::store::{Data, Store};").collect::<Vec<_>>(), ["store"]);
    assert_eq!(
        paths("    config: &crate::facts::config::Config, x: crate::serve").collect::<Vec<_>>(),
        ["facts", "serve"]
    );
    assert_eq!(paths("/// See [`x`](crate::Config).").count(), 0);
}

/// The beginnings of the constants in a source that are texts, from 12 characters on.
fn literals(text: &str) -> Vec<&str> {
    let constants = text.lines().filter(|line| line.starts_with("pub(crate) const"));
    let quoted = constants.filter_map(|line| Some(line.split_once('"')?.1.rsplit_once('"')?.0));
    // What is filled in is no part of the sentence.
    quoted.filter_map(|text| text.split('{').next()).filter(|text| text.len() >= 12).collect()
}

#[test]
fn p21s_sentences_stand_in_one_file() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let texts = src.join("facts/texts.rs");
    let sentences = std::fs::read_to_string(&texts).unwrap();
    let sentences = literals(&sentences);
    assert!(sentences.len() > 5, "{sentences:?}");
    for file in sources(&src).into_iter().filter(|file| *file != texts && !file.ends_with("tests.rs")) {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines().map(code) {
            let again = sentences.iter().find(|sentence| line.contains(**sentence));
            assert_eq!(again, None, "{}: {line}", file.display());
        }
    }
}
