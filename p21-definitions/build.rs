//! Lists the rules, so that they are part of the crate: those in `rules`, a link to `definitions/rules` in the
//! repository and a folder in a package; or, where links don't exist, `definitions/rules` itself. The same of the
//! published definitions, in `definitions`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let rules = folder(&[root.join("rules"), root.join("../definitions/rules")]);
    std::fs::write(out.join("rules.rs"), list(&rules, "toml")).expect("the output folder can be written");
    if std::env::var_os("CARGO_FEATURE_PUBLISHED").is_some() {
        let published = folder(&[root.join("definitions"), root.join("../definitions")]);
        let mut versions = String::from("&[\n");
        for folder in entries(&published).into_iter().filter(|path| path.is_dir()) {
            let name = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
            if name.starts_with(|c: char| c.is_ascii_digit()) {
                writeln!(versions, "({name:?}, {}),", list(&folder, "json")).expect("strings grow");
            }
        }
        versions.push_str("]\n");
        std::fs::write(out.join("published.rs"), versions).expect("the output folder can be written");
    }
}

/// The first of these that is there.
fn folder(candidates: &[PathBuf]) -> PathBuf {
    let found = candidates.iter().find(|folder| folder.is_dir()).expect("it is beside the crate or inside it");
    found.canonicalize().expect("the folder has a path")
}

/// Name and text of a folder's files, as Rust.
fn list(folder: &Path, extension: &str) -> String {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut list = String::from("&[\n");
    for file in entries(folder).into_iter().filter(|path| path.extension().is_some_and(|found| found == extension)) {
        println!("cargo::rerun-if-changed={}", file.display());
        let stem = file.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        writeln!(list, "    ({stem:?}, include_str!({:?})),", file.display().to_string()).expect("strings grow");
    }
    list.push(']');
    list
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    paths
}
