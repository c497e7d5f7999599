//! What is written is compiled: a file that no module names is neither code nor a test.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::packages::metadata;
use crate::sources;

/// Programs that are compiled by themselves: each by trybuild, and in crates beside the workspace.
const BY_THEMSELVES: [&str; 4] = ["p21-services/ui/fail/", "examples/own/", "examples/beside/", "examples/guide/"];

/// Adds a file and the modules that it names, and theirs.
fn reach(file: &Path, is_root: bool, reached: &mut BTreeSet<PathBuf>) {
    let Ok(text) = std::fs::read_to_string(file) else { return };
    if !reached.insert(file.to_owned()) {
        return;
    }
    let folder = file.parent().unwrap();
    let own = match is_root || file.ends_with("mod.rs") {
        true => folder.to_owned(),
        false => file.with_extension(""),
    };
    let mut elsewhere = None;
    for line in text.lines().map(str::trim) {
        if let Some(path) = line.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]")) {
            elsewhere = Some(folder.join(path));
        } else if let Some(name) = module(line) {
            match elsewhere.take() {
                Some(path) => reach(&path.canonicalize().unwrap(), false, reached),
                None => {
                    reach(&own.join(format!("{name}.rs")), false, reached);
                    reach(&own.join(name).join("mod.rs"), false, reached);
                }
            }
        }
    }
}

/// The module that a line says is in a file of its own.
fn module(line: &str) -> Option<&str> {
    let words: Vec<&str> = line.strip_suffix(';')?.split(' ').collect();
    match words[..] {
        ["mod", name] => Some(name),
        [seen, "mod", name] if seen.starts_with("pub") => Some(name),
        _ => None,
    }
}

#[test]
fn every_file_is_compiled() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let metadata = metadata();
    let own = metadata["packages"].as_array().unwrap().iter().filter(|package| package["source"].is_null());
    let mut reached = BTreeSet::new();
    for target in own.flat_map(|package| package["targets"].as_array().unwrap()) {
        reach(Path::new(target["src_path"].as_str().unwrap()), true, &mut reached);
    }
    let files = sources::below(&root).into_iter().map(|file| (sources::name(&root, &file), file));
    let by_itself = |name: &str| BY_THEMSELVES.iter().any(|folder| name.starts_with(folder));
    let left: Vec<String> =
        files.filter(|(name, file)| !by_itself(name) && !reached.contains(file)).map(|(name, _)| name).collect();
    assert!(reached.len() > 1_000, "{} files", reached.len());
    assert!(left.is_empty(), "no module names these: {left:#?}");
}
