//! Lists the rules, so that they are part of the crate: those in `rules`, a link to `definitions/rules` in the
//! repository and a folder in a package; or, where links don't exist, `definitions/rules` itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let folders = [root.join("rules"), root.join("../definitions/rules")];
    let folder = folders.iter().find(|folder| folder.is_dir()).expect("the rules are beside the crate or inside it");
    let folder = folder.canonicalize().expect("the folder of rules has a path");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut list = String::from("&[\n");
    for file in files(&folder) {
        println!("cargo::rerun-if-changed={}", file.display());
        let stem = file.file_stem().expect("a rules file has a name").to_string_lossy().into_owned();
        writeln!(list, "    ({stem:?}, include_str!({:?})),", file.display().to_string()).expect("strings grow");
    }
    list.push_str("]\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("rules.rs");
    std::fs::write(out, list).expect("the output folder can be written");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder of rules can be read");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder of rules can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
}
