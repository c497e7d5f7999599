//! Lists the pages about findings, so that they are part of the program: those in `findings`, a link to `docs/findings`
//! in the repository and a folder in a package; or, where links don't exist, `docs/findings` itself.

use std::fmt::Write as _;
use std::path::PathBuf;

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let folders = [root.join("findings"), root.join("../docs/findings")];
    let folder = folders.iter().find(|folder| folder.is_dir()).expect("the pages are beside the crate or inside it");
    let folder = folder.canonicalize().expect("the folder of pages has a path");
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = std::fs::read_dir(&folder).expect("the folder of pages can be read");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder of pages can be read").path()).collect();
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        let stem = file.file_stem().expect("a page has a name").to_string_lossy().into_owned();
        if stem.starts_with("P21-") {
            println!("cargo::rerun-if-changed={}", file.display());
            writeln!(list, "    ({stem:?}, include_str!({:?})),", file.display().to_string()).expect("strings grow");
        }
    }
    list.push_str("]\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("findings.rs");
    std::fs::write(out, list).expect("the output folder can be written");
}
