//! What holds for any definitions: the same bytes every time, no clash of names, no panic.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::path::Path;

use p21_codegen::{Builder, CrateOptions, Source};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::adversarial::NAMES;
use crate::real;

#[test]
fn two_runs_give_the_same_bytes() {
    let one = real::committed();
    let two = real::builder().generate().unwrap();
    assert_eq!(one.files(), two.files());
    assert_eq!(one.to_file(), two.to_file());
}

#[test]
fn a_service_by_itself_is_what_it_is_among_others() {
    let all = real::committed().files();
    let alone = real::of(&["Labor"]).files();
    for (path, text) in alone.iter().filter(|(path, _)| *path != "mod.rs") {
        assert_eq!(all.get(path), Some(text), "{path}");
    }
}

#[test]
fn raw_and_canonical_definitions_give_the_same_bytes() {
    // They are generated with the rules that come with the generator, the others with those of a folder, which are the same.
    let Some((_, raw)) = real::all().into_iter().find(|(name, _)| *name == "captured_25_2") else { return };
    assert_eq!(raw.files(), real::committed().files());
}

#[test]
fn every_field_has_its_handle() {
    let text = real::committed().to_file();
    let handles = text.lines().filter(|line| line.starts_with("pub const ")).count();
    assert_eq!(handles, 4_724);
}

/// What the crate of bindings has beside services: its features, and what its root exports.
#[test]
fn no_service_takes_a_name_that_the_crate_of_bindings_has_for_itself() {
    let services = real::repository().join("p21-services");
    let manifest = std::fs::read_to_string(services.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let features = manifest["features"].as_table().unwrap();
    let bindings = real::committed();
    let modules = bindings.modules();
    let mut own: Vec<String> = features.keys().filter(|name| !modules.contains(name.as_str())).cloned().collect();
    let root = syn::parse_file(&std::fs::read_to_string(services.join("src/lib.rs")).unwrap()).unwrap();
    own.extend(root.items.iter().filter_map(|item| match item {
        syn::Item::Mod(syn::ItemMod { vis: syn::Visibility::Public(_), ident, .. }) => Some(ident.to_string()),
        syn::Item::Use(item) if matches!(item.vis, syn::Visibility::Public(_)) => imported(&item.tree),
        _ => None,
    }));
    assert!(own.len() >= 7 && own.iter().any(|name| name == "client"), "{own:?}");
    // No module has a hyphen.
    for name in own.iter().filter(|name| p21_model::name::file_stem(name).is_ok() && !name.contains('-')) {
        let folder = tempfile::tempdir().unwrap();
        let service = json!({"Name": name, "TransactionDefinition": {}});
        let bindings = write(folder.path(), &service).generate().unwrap();
        assert_eq!(bindings.services().next(), Some((name.as_str(), format!("{name}_").as_str())));
    }
}

#[test]
fn current_files_are_not_touched_and_left_over_ones_go() {
    let folder = tempfile::tempdir().unwrap();
    let bindings = real::of(&["Labor", "LaborProcess"]);
    bindings.write(folder.path()).unwrap();
    assert!(bindings.write(folder.path()).unwrap().is_empty());
    std::fs::write(folder.path().join("mine.rs"), "// by hand").unwrap();
    let fewer = real::of(&["Labor"]);
    assert!(!fewer.write(folder.path()).unwrap().is_empty());
    assert!(!folder.path().join("labor_process.rs").exists() && folder.path().join("mine.rs").exists());
    assert!(fewer.stale(folder.path()).unwrap().is_empty());
    let names =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| !name.starts_with(".p21-")), "no temporary file stays");
}

fn write(folder: &Path, definition: &Value) -> Builder {
    let name = definition["Name"].as_str().unwrap();
    std::fs::create_dir_all(folder.join("25.2")).unwrap();
    let file = format!("{}.json", p21_model::name::file_stem(name).unwrap());
    std::fs::write(folder.join("25.2").join(file), definition.to_string()).unwrap();
    Builder::new().definitions(folder.join("25.2"))
}

fn service(elements: Vec<Value>) -> Value {
    json!({"Name": "Random", "TransactionDefinition": {"DataElementDefinitions": elements}})
}

#[test]
fn wide_elements_and_many_elements_are_generated() {
    let folder = tempfile::tempdir().unwrap();
    let fields: Vec<Value> = (0..1_000).map(|n| json!({"Name": format!("field_{n}"), "DataType": "Char"})).collect();
    let mut elements: Vec<Value> = (0..300).map(|n| json!({"Name": format!("A.e{n}"), "Type": "Form"})).collect();
    elements.push(json!({"Name": "B.wide", "Type": "List", "FieldDefinitions": fields}));
    let text = write(folder.path(), &service(elements)).generate().unwrap().to_file();
    syn::parse_file(&text).unwrap();
    assert!(text.contains("FIELD_999: Field<p21::Text> = p21::field(999, \"field_999\");"));
}

#[test]
fn a_huge_file_is_refused_before_it_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("25.2")).unwrap();
    let file = std::fs::File::create(folder.path().join("25.2/Huge.json")).unwrap();
    file.set_len(100 * 1024 * 1024).unwrap();
    let error = Builder::new().definitions(folder.path().join("25.2")).generate().unwrap_err().to_string();
    assert!(error.contains("Huge.json: the file is larger than 32 MB"), "{error}");
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-c_ ]{1,4}", 2 => "[ -~]{1,6}", 1 => ".{1,6}", 1 => prop::sample::select(vec!["type", "self", "new", "1", "-"]).prop_map(str::to_owned), 3 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned)]
}

fn field() -> impl Strategy<Value = Value> {
    let types = prop::sample::select(vec!["Char", "Decimal", "Long", "Datetime", "Number", "Time", "Blob"]);
    let values = prop::option::of(prop::collection::vec(name(), 0..5));
    (name(), prop::option::of(".{0,10}"), prop::option::of(types), any::<bool>(), values).prop_map(
        |(name, label, data_type, required, values)| {
            json!({"Name": name, "Label": label, "DataType": data_type, "Required": required, "ValidValues": values})
        },
    )
}

fn element(index: usize) -> impl Strategy<Value = Value> {
    (name(), any::<bool>(), prop::collection::vec(field(), 0..12), prop::option::of(".{0,8}")).prop_map(
        move |(name, form, fields, label)| {
            json!({"Name": format!("P{index}.{name}"), "Type": if form { "Form" } else { "List" },
                "ParentText": label, "FieldDefinitions": fields})
        },
    )
}

/// So many cases, and more or fewer for whoever says so.
fn cases(usual: u32) -> ProptestConfig {
    let config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_some() { config } else { ProptestConfig { cases: usual, ..config } }
}

proptest! {
    #![proptest_config(cases(64))]

    /// Names are unique per scope and the text is what prettyplease makes of it.
    #[test]
    fn any_definition_generates_items_without_a_clash(elements in (element(0), element(1), element(2), element(3))) {
        let folder = tempfile::tempdir().unwrap();
        let (a, b, c, d) = elements;
        let text = write(folder.path(), &service(vec![a, b, c, d])).generate().unwrap().to_file();
        let file = syn::parse_file(&text).unwrap();
        clashes(&file.items)?;
    }
}

proptest! {
    #![proptest_config(cases(40))]

    /// A service may have any name that may be a file's, and its crate is one that cargo takes.
    #[test]
    fn any_name_of_a_service_is_a_module_and_a_feature(names in prop::collection::hash_set(prop_oneof![
        prop::sample::select(&NAMES[..]).prop_map(str::to_owned), "[A-Za-z][A-Za-z0-9_-]{0,6}",
    ], 1..8)) {
        let folder = tempfile::tempdir().unwrap();
        let names = names.into_iter().filter(|name| p21_model::name::file_stem(name).is_ok()).collect::<Vec<_>>();
        prop_assume!(!names.is_empty());
        let mut builder = Builder::new();
        for name in &names {
            builder = write(folder.path(), &json!({"Name": name, "TransactionDefinition": {}}));
        }
        // Names of one module are refused with an error, never written over each other.
        let Ok(bindings) = builder.generate() else { return Ok(()) };
        prop_assert_eq!(bindings.services().count(), names.len());
        let options = CrateOptions::new("bindings", Source::Version("0.1".to_owned()));
        let files = bindings.crate_files(&options);
        prop_assert_eq!(files.len(), names.len() + 2, "{:?}", files.keys());
        for (path, text) in &files {
            if path.ends_with(".rs") {
                clashes(&syn::parse_file(text).unwrap().items)?;
            }
        }
        let manifest: toml::Table = files["Cargo.toml"].parse().unwrap();
        let features = manifest["features"].as_table().unwrap();
        let of_services = bindings.modules();
        prop_assert!(of_services.iter().all(|module| features.contains_key(*module)));
        let own: Vec<&String> = features.keys().filter(|name| !of_services.contains(name.as_str())).collect();
        prop_assert_eq!(own, ["batch", "batch-postgres", "callback", "client", "default", "full", "serde", "windows"]);
    }
}

/// Fails on two items, variants or methods of one name in one scope.
fn clashes(items: &[syn::Item]) -> Result<(), TestCaseError> {
    let (mut types, mut values, mut methods) = (Vec::new(), Vec::new(), Vec::new());
    for item in items {
        match item {
            syn::Item::Mod(module) => {
                types.push(module.ident.to_string());
                clashes(module.content.as_ref().map_or(&[], |(_, items)| items))?;
            }
            syn::Item::Const(constant) => values.push(constant.ident.to_string()),
            syn::Item::Struct(item) => types.push(item.ident.to_string()),
            syn::Item::Type(item) => types.push(item.ident.to_string()),
            syn::Item::Use(item) => types.extend(imported(&item.tree)),
            syn::Item::Enum(item) => {
                types.push(item.ident.to_string());
                unique(item.variants.iter().map(|variant| variant.ident.to_string()).collect())?;
            }
            syn::Item::Impl(item) if item.trait_.is_none() => {
                methods.extend(item.items.iter().filter_map(|item| match item {
                    syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    unique(types)?;
    unique(values)?;
    unique(methods)
}

/// The name that a `use` brings in; none for a glob.
fn imported(tree: &syn::UseTree) -> Option<String> {
    match tree {
        syn::UseTree::Path(path) => imported(&path.tree),
        syn::UseTree::Name(name) => Some(name.ident.to_string()),
        syn::UseTree::Rename(rename) => Some(rename.rename.to_string()),
        syn::UseTree::Glob(_) | syn::UseTree::Group(_) => None,
    }
}

fn unique(mut names: Vec<String>) -> Result<(), TestCaseError> {
    names.sort();
    let before = names.len();
    names.dedup();
    prop_assert_eq!(names.len(), before, "{:?}", names);
    Ok(())
}
