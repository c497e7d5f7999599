//! A server's worth of services: the repository's own, copied under other names.
#![allow(dead_code, reason = "the benchmark and the example use their part")]

use std::path::{Path, PathBuf};

use p21_codegen::Builder;
use p21_model::definition::ServiceDefinition;

/// The version the repository's bindings are of.
pub(crate) const VERSION: &str = "25.2";

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The builder of the committed bindings.
pub(crate) fn own() -> Builder {
    let definitions = repository().join("definitions");
    Builder::new().definitions(definitions.join(VERSION)).rules(definitions.join("rules"))
}

/// A builder of `count` copies of every service, `Order01`, `Order02`, …, whose files are put into a folder.
pub(crate) fn copies(folder: &Path, count: usize) -> std::io::Result<Builder> {
    let (from, rules) = (repository().join("definitions").join(VERSION), repository().join("definitions/rules"));
    let (into, rules_into) = (folder.join(VERSION), folder.join("rules"));
    std::fs::create_dir_all(&into)?;
    std::fs::create_dir_all(&rules_into)?;
    std::fs::copy(rules.join("any.toml"), rules_into.join("any.toml"))?;
    for service in services(&from)? {
        let definition = std::fs::read_to_string(from.join(format!("{service}.json")))?;
        let own_rules = std::fs::read_to_string(rules.join(format!("{service}.toml"))).unwrap_or_default();
        for number in 1..=count {
            let copy = format!("{service}{number:02}");
            let renamed = definition.replacen(&format!("\"Name\": \"{service}\""), &format!("\"Name\": \"{copy}\""), 1);
            std::fs::write(into.join(format!("{copy}.json")), renamed)?;
            if !own_rules.is_empty() {
                let old = format!("service = \"{service}\"");
                let renamed = own_rules.replacen(&old, &format!("service = \"{copy}\""), 1);
                std::fs::write(rules_into.join(format!("{copy}.toml")), renamed)?;
            }
        }
    }
    Ok(Builder::new().definitions(into).rules(rules_into))
}

fn services(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == "json") && stem != "manifest" {
            names.push(stem.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// How many fields a builder's definitions have.
pub(crate) fn fields(folder: &Path) -> usize {
    let files = services(folder).unwrap_or_default();
    let paths = files.iter().map(|service| folder.join(format!("{service}.json")));
    let read = |path: PathBuf| ServiceDefinition::load("bench", &std::fs::read(path).ok()?).ok();
    paths.filter_map(read).map(|definition| definition.field_count()).sum()
}
