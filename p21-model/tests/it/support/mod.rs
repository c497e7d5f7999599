//! The repository's definitions and rules, and the captured definitions where they are at hand.
#![allow(dead_code, clippy::unwrap_used, reason = "each test uses its part, and may fail")]

pub(crate) mod arrows;

use std::path::{Path, PathBuf};

use p21_model::Version;
use p21_model::definition::ServiceDefinition;
use p21_model::rules::Rules;
use p21_model::schema::{RuleSet, ServiceSchema};

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) fn definition(service: &str) -> ServiceDefinition {
    let path = repository().join(format!("definitions/25.2/{service}.json"));
    ServiceDefinition::load(&path.display().to_string(), read(&path).as_bytes()).unwrap()
}

pub(crate) fn rules(name: &str) -> Rules {
    Rules::load(&format!("{name}.toml"), &read(&repository().join(format!("definitions/rules/{name}.toml")))).unwrap()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The services with a committed definition, sorted.
pub(crate) fn services() -> Vec<String> {
    let files = std::fs::read_dir(repository().join("definitions/25.2")).unwrap();
    let names = files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    let mut names: Vec<String> = names.filter(|name| name != "manifest").collect();
    names.sort();
    names
}

pub(crate) fn rules_if_any(name: &str) -> Option<Rules> {
    repository().join(format!("definitions/rules/{name}.toml")).is_file().then(|| rules(name))
}

pub(crate) fn schema(service: &str, version: &str) -> ServiceSchema {
    schema_of(service).at(version.parse().unwrap()).into_owned()
}

/// The folder of captured definitions. Without it the caller skips, visibly; CI has it.
pub(crate) fn captured() -> Option<PathBuf> {
    let folder = repository().join("../shared/definitions");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "CI needs the captured definitions in ../shared/definitions");
    eprintln!("skipped: no captured definitions in ../shared/definitions");
    None
}

/// The schema of a service as its committed definition has it, with the rules that there are.
pub(crate) fn schema_of(service: &str) -> ServiceSchema {
    let (own, any) = (rules_if_any(service), rules("any"));
    let set = RuleSet::new(Version::new(25, 2)).with_service(own.as_ref()).with_any(&any);
    ServiceSchema::compile(&definition(service), set).unwrap()
}
