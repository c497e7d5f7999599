//! A folder a version: newer ones lie over older ones, service by service.

use p21_definitions::Definitions;
use p21_model::Version;

use crate::repository;

fn keys_of_time_entry(version: &str) -> (Vec<String>, usize) {
    let definitions = Definitions::open(repository(), Some(version.parse().unwrap())).unwrap();
    let source = definitions.source("TimeEntry").unwrap();
    (source.definition.elements[1].key_fields.clone(), definitions.services().count())
}

#[test]
fn a_version_is_served_what_it_has_and_what_did_not_change() {
    let all = keys_of_time_entry("25.2").1;
    for (version, keys) in [
        ("25.2", &["prod_order_number"][..]),
        ("2025.2.5855.0", &["prod_order_number"]),
        ("26.1-early", &["prod_order_number"]),
        ("26.1.5910.3", &["prod_order_number"]),
        ("26.1.5940.0", &["prod_order_number", "line_number"]),
        ("26.1", &["prod_order_number", "line_number"]),
    ] {
        let (found, services) = keys_of_time_entry(version);
        assert_eq!((found, services), (keys.iter().map(|key| (*key).to_owned()).collect(), all), "{version}");
    }
}

#[test]
fn every_rule_fits_the_repositorys_own_definitions_on_every_version() {
    for version in ["25.2", "26.1-early", "26.1.5910.3", "26.1"] {
        let definitions = Definitions::open(repository(), Some(version.parse().unwrap())).unwrap();
        for service in definitions.services() {
            let misfits = definitions.source(service).unwrap().compile(definitions.any()).unwrap().misfits;
            assert_eq!(misfits, [], "{service} on {version}");
        }
    }
}

#[test]
fn a_plain_folder_of_any_name_is_what_its_manifest_says() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("whatever");
    std::fs::create_dir(&mine).unwrap();
    std::fs::copy(repository().join("25.2/Labor.json"), mine.join("Labor.json")).unwrap();
    let open = |version| Definitions::open(&mine, version).unwrap();
    assert!(!open(None).is_version_known());
    assert_eq!(open(Some(Version::new(25, 2))).version(), Version::new(25, 2), "nothing says otherwise");
    std::fs::write(mine.join("manifest.json"), r#"{"p21_version": "26.1", "build": "26.1.5910.3"}"#).unwrap();
    assert_eq!(open(Some(Version::new(25, 2))).version().to_string(), "26.1.5910.3");
    assert!(open(None).is_version_known());
    std::fs::write(mine.join("manifest.json"), r#"{"p21_version": "banana"}"#).unwrap();
    let error = Definitions::open(&mine, None).unwrap_err().to_string();
    assert!(error.contains("manifest.json: not a manifest") && error.contains("`26.1-early`"), "{error}");
}

#[test]
fn a_folder_is_blank_until_it_has_a_definition_or_rules() {
    let folder = tempfile::tempdir().unwrap();
    let is_blank = || Definitions::is_blank(folder.path()).unwrap();
    assert!(is_blank());
    let manifest = folder.path().join("manifest.json");
    std::fs::write(&manifest, r#"{"services": {}}"#).unwrap();
    std::fs::create_dir_all(folder.path().join("26.1")).unwrap();
    std::fs::create_dir_all(folder.path().join("rules")).unwrap();
    assert!(is_blank());
    for file in ["Labor.json", "26.1/Labor.json", "rules/any.toml"] {
        std::fs::write(folder.path().join(file), "").unwrap();
        assert!(!is_blank(), "{file}");
        std::fs::remove_file(folder.path().join(file)).unwrap();
    }
    std::fs::write(&manifest, "{").unwrap();
    assert!(Definitions::is_blank(folder.path()).is_err(), "and not taken for nothing");
}
