//! The real definitions: the committed ones, and the captured ones where they are.

use std::path::{Path, PathBuf};

use p21_codegen::{Bindings, Builder};

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The folder of captured definitions. Without it a test skips that part, visibly; CI has it.
pub(crate) fn captured() -> Option<PathBuf> {
    let folder = repository().join("../shared/definitions");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "CI needs the captured definitions in ../shared/definitions");
    eprintln!("skipped: no captured definitions in ../shared/definitions");
    None
}

/// The bindings that are committed.
pub(crate) fn committed() -> Bindings {
    let definitions = repository().join("definitions");
    Builder::new().definitions(definitions.join("25.2")).rules(definitions.join("rules")).generate().unwrap()
}

/// Bindings of everything real, each under a name.
pub(crate) fn all() -> Vec<(String, Bindings)> {
    let mut all = vec![("committed".to_owned(), committed())];
    if let Some(folder) = captured() {
        for version in ["25.2", "26.1"] {
            // With the rules that come with the generator, as of any server.
            let bindings = Builder::new().definitions(folder.join(version)).generate().unwrap();
            all.push((format!("captured_{}", version.replace('.', "_")), bindings));
        }
    }
    all
}
