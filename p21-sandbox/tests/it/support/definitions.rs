//! Folders of definitions.

use std::path::Path;

use p21_model::definition::ServiceDefinition;
use p21_model::rules::Rules;
use p21_model::schema::{RuleSet, ServiceSchema};

/// The repository's definitions, and the sketches beside them.
pub fn more_definitions() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (from, to) in
        [("../definitions/25.2", ""), ("../definitions/rules", "rules"), ("sketches", ""), ("sketches/rules", "rules")]
    {
        copy(&here.join(from), &folder.path().join(to));
    }
    folder
}

/// Copies the files of a folder.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

/// A service of the repository with its rules, as a version has it.
pub fn schema(service: &str, version: &str) -> ServiceSchema {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
    let definition = std::fs::read(root.join(format!("25.2/{service}.json"))).unwrap();
    let rules = |name: &str| {
        let path = root.join(format!("rules/{name}.toml"));
        Rules::load(name, &std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let (own, any) = (rules(service), rules("any"));
    let set = RuleSet::new(p21_model::Version::new(25, 2)).with_service(&own).with_any(&any);
    let schema = ServiceSchema::compile(&ServiceDefinition::load(service, &definition).unwrap(), set).unwrap();
    schema.at(version.parse().unwrap()).into_owned()
}
