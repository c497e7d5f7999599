//! The rules inside the crate are those of `definitions/rules`, and a package has them.

use std::process::Command;

use p21_definitions::builtin_rules;

use crate::repository;

#[test]
fn the_rules_inside_are_the_files_that_people_edit() {
    let mut files: Vec<(String, String)> = Vec::new();
    for entry in std::fs::read_dir(repository().join("rules")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            files.push((name, std::fs::read_to_string(path).unwrap()));
        }
    }
    files.sort();
    let inside: Vec<(String, String)> =
        builtin_rules().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    assert_eq!(inside, files);
    assert!(files.iter().any(|(name, _)| name == "any"));
}

#[test]
fn a_package_has_every_one_of_them() {
    let list = Command::new(env!("CARGO"))
        .args(["package", "-p", "p21-definitions", "--list", "--allow-dirty", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&list.stdout);
    assert!(list.status.success(), "{}", String::from_utf8_lossy(&list.stderr));
    for (name, _) in builtin_rules() {
        assert!(said.lines().any(|line| line == format!("rules/{name}.toml")), "{name}: {said}");
    }
}
