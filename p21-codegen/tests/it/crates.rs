//! Whole crates: what they have beside the services, their features, and manifests that people changed.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::path::Path;

use p21_codegen::{Bindings, Builder, CrateOptions, Source, Stale};
use serde_json::json;

use crate::real::{of as bindings, repository};

fn options() -> CrateOptions {
    CrateOptions::new("own", Source::Version("0.1".to_owned()))
}

/// The items of a module, without its docs.
fn items(file: &str, module: &str) -> Vec<String> {
    let file = syn::parse_file(file).unwrap();
    let found = file.items.into_iter().find_map(|item| match item {
        syn::Item::Mod(item) if item.ident == module => item.content,
        _ => None,
    });
    let text = |item: syn::Item| quote::quote!(#item).to_string().replace(":: p21_", "p21_");
    found.unwrap_or_else(|| panic!("no module {module}")).1.into_iter().map(text).collect()
}

#[test]
fn a_crate_has_the_prelude_the_derives_and_the_features_of_p21_services() {
    let files = bindings(&["Labor"]).crate_files(&options());
    let services = repository().join("p21-services");
    let lib = std::fs::read_to_string(services.join("src/lib.rs")).unwrap();
    for module in ["prelude", "derive", "client", "model", "batch"] {
        assert_eq!(items(&files["src/lib.rs"], module), items(&lib, module), "{module}");
    }
    let features = |text: &str| -> toml::Table {
        let manifest: toml::Table = text.parse().unwrap();
        let mut features = manifest["features"].as_table().unwrap().clone();
        // What the workflows need, which only p21-services has.
        let is_theirs = |need: &toml::Value| {
            need.as_str().is_some_and(|need| !need.starts_with("dep:") || need.starts_with("dep:p21-"))
        };
        features.iter_mut().for_each(|(_, needs)| needs.as_array_mut().unwrap().retain(is_theirs));
        features.retain(|_, needs| !needs.as_array().unwrap().is_empty());
        features.retain(|name, _| name != "full" && name != "default");
        features
    };
    let theirs = std::fs::read_to_string(services.join("Cargo.toml")).unwrap();
    assert_eq!(features(&files["Cargo.toml"]), features(&theirs));
}

#[test]
fn sources_are_a_version_or_a_folder_however_it_is_called() {
    let of = |source: Source| -> toml::Table {
        bindings(&["Labor"]).crate_files(&CrateOptions::new("own", source))["Cargo.toml"].parse().unwrap()
    };
    for folder in ["../p21", "with \"quotes\"", "tab\there"] {
        let found = of(Source::Folder(folder.into()));
        for name in ["p21-model", "p21-macros", "p21-client", "p21-batch"] {
            assert_eq!(found["dependencies"][name]["path"].as_str(), Some(&*format!("{folder}/{name}")));
        }
    }
    // A folder as Windows spells it: Cargo takes slashes on every system.
    let windows = of(Source::Folder("..\\p21".into()));
    assert_eq!(windows["dependencies"]["p21-model"]["path"].as_str(), Some("../p21/p21-model"));
    assert_eq!(of(Source::Version("0.1".to_owned()))["dependencies"]["p21-client"]["version"].as_str(), Some("0.1"));
}

#[test]
fn services_that_come_and_go_are_features_and_the_rest_of_the_manifest_is_the_users() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Cargo.toml");
    let manifest = || std::fs::read_to_string(&path).unwrap();
    bindings(&["Labor"]).write_crate(folder.path(), &options()).unwrap();
    let edited = manifest().replace("publish = false", "publish = [\"acme\"]") + "\n[dev-dependencies]\n# mine\n";
    std::fs::write(&path, &edited).unwrap();
    let two = bindings(&["Labor", "TimeEntry"]);
    let stale = two.stale_crate(folder.path(), &options()).unwrap();
    assert!(stale.contains(&Stale::Changed(path.clone())), "{stale:?}");
    assert_eq!(manifest(), edited, "looking changes nothing");
    two.write_crate(folder.path(), &options()).unwrap();
    let after = manifest();
    assert!(after.contains("\ntime_entry = []\n") && after.contains("    \"time_entry\",\n"), "{after}");
    assert!(after.contains("publish = [\"acme\"]") && after.ends_with("\n[dev-dependencies]\n# mine\n"), "{after}");
    assert!(two.stale_crate(folder.path(), &options()).unwrap().is_empty());
    // Checked out on Windows, where lines end otherwise, it is as current.
    std::fs::write(&path, after.replace('\n', "\r\n")).unwrap();
    assert!(two.stale_crate(folder.path(), &options()).unwrap().is_empty());
    bindings(&["TimeEntry"]).write_crate(folder.path(), &options()).unwrap();
    assert!(!manifest().contains("labor = []"), "{}", manifest());
}

#[test]
fn a_service_that_a_manifest_by_hand_lacks_is_an_error_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Cargo.toml");
    bindings(&["Labor"]).write_crate(folder.path(), &options()).unwrap();
    let by_hand = std::fs::read_to_string(&path).unwrap().replace("# <services>\n", "");
    std::fs::write(&path, &by_hand).unwrap();
    assert!(bindings(&["Labor"]).write_crate(folder.path(), &options()).unwrap().is_empty());
    let error = bindings(&["Labor", "TimeEntry"]).write_crate(folder.path(), &options()).unwrap_err().to_string();
    assert!(error.contains("Cargo.toml") && error.contains("no feature `time_entry`"), "{error}");
    assert!(!folder.path().join("src/time_entry.rs").exists() && std::fs::read_to_string(&path).unwrap() == by_hand);
}

/// So many services, small ones.
fn many(folder: &Path, count: usize) -> Bindings {
    for number in 0..count {
        let name = format!("Service{number}");
        let text = json!({"Name": name, "TransactionDefinition": {}}).to_string();
        std::fs::write(folder.join(format!("{name}.json")), text).unwrap();
    }
    Builder::new().definitions(folder).generate().unwrap()
}

#[test]
fn every_service_of_an_installation_is_a_feature_that_crates_io_takes_and_more_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let installation = many(folder.path(), 240);
    let manifest: toml::Table = installation.crate_files(&options())["Cargo.toml"].parse().unwrap();
    assert!(manifest["features"].as_table().unwrap().len() <= 300);
    assert_eq!(installation.too_many_for_a_registry(), None);
    // The most, and one more.
    let features = |bindings: &Bindings| {
        let manifest: toml::Table = bindings.crate_files(&options())["Cargo.toml"].parse().unwrap();
        manifest["features"].as_table().unwrap().len()
    };
    let most = many(folder.path(), 292);
    assert_eq!((features(&most), most.too_many_for_a_registry()), (300, None));
    let more = many(folder.path(), 293);
    assert!(more.too_many_for_a_registry().unwrap().contains("301 features"), "{:?}", more.too_many_for_a_registry());
}
