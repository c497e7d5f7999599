//! The published definitions inside the crate are those of `definitions`.
#![cfg(feature = "published")]

use p21_definitions::Definitions;

use crate::repository;

#[test]
fn what_is_inside_is_what_lies_in_the_folder() {
    for version in ["25.2", "26.1-early", "26.1"] {
        let version = version.parse().unwrap();
        let inside = Definitions::published(version).unwrap();
        let folder = Definitions::open(repository(), Some(version)).unwrap();
        assert_eq!(inside.version(), folder.version());
        assert!(inside.services().eq(folder.services()), "{version}");
        for service in inside.services() {
            let (inside, folder) = (inside.source(service).unwrap(), folder.source(service).unwrap());
            assert_eq!((&inside.definition, inside.version), (&folder.definition, folder.version), "{service}");
        }
    }
}

#[test]
fn a_package_has_every_one_of_them() {
    let list = std::process::Command::new(env!("CARGO"))
        .args(["package", "-p", "p21-definitions", "--list", "--allow-dirty", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&list.stdout);
    for service in Definitions::published(p21_model::Version::new(25, 2)).unwrap().services() {
        let file = format!("definitions/25.2/{service}.json");
        assert!(said.lines().any(|line| line == file), "{file}: {said}");
    }
}
