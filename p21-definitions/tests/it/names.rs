//! Services with the names that folders, Windows or bindings keep for something else.

use p21_definitions::Definitions;
use p21_model::Version;
use p21_model::name::file_stem;

const NAMES: [&str; 19] = [
    "manifest",
    "Manifest2",
    "any",
    "rules",
    "off",
    "Lib",
    "Main",
    "Bin",
    "Model",
    "Default",
    "Full",
    "client",
    "bindings",
    "v1",
    "con",
    "AUX",
    "nul",
    "com1",
    "Orderly",
];

#[test]
fn every_name_of_a_service_has_a_definition_and_rules_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    for name in NAMES {
        let stem = file_stem(name).unwrap();
        let definition = format!(
            r#"{{"Name": "{name}", "TransactionDefinition": {{"KeyDefinitions": [], "DataElementDefinitions": [
                {{"Name": "X.{name}", "Type": "Form", "KeyFields": [], "FieldDefinitions": [
                    {{"Name": "{name}", "DataType": "Char"}}]}}]}}}}"#
        );
        std::fs::write(folder.path().join(format!("{stem}.json")), definition).unwrap();
        let rules = format!(
            "service = \"{name}\"\n\n[[required]]\nelement = \"X.{name}\"\nfields = [\"{name}\"]\n\
             consequence = \"about {name}\"\nevidence = \"verified on 26.1\"\n"
        );
        std::fs::write(folder.path().join(format!("rules/{stem}.toml")), rules).unwrap();
    }
    // What the folder keeps for itself stays its own.
    std::fs::write(folder.path().join("manifest.json"), r#"{"p21_version": "25.2"}"#).unwrap();
    let of_all = "[[length]]\ncolumns = [\"a.b\"]\nmax = 4\nconsequence = \"c\"\nevidence = \"verified on 26.1\"\n";
    std::fs::write(folder.path().join("rules/any.toml"), of_all).unwrap();

    let definitions = Definitions::open(folder.path(), None).unwrap();
    assert_eq!(definitions.version(), Version::new(25, 2));
    let mut found: Vec<&str> = definitions.services().collect();
    found.sort_unstable();
    let mut expected = NAMES.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
    for name in NAMES {
        let compiled = definitions.source(name).unwrap().compile(definitions.any()).unwrap();
        assert!(compiled.misfits.is_empty(), "{name}");
        let element = compiled.schema.element(&format!("X.{name}")).unwrap();
        let about = element.rules.iter().any(|rule| rule.why.consequence == format!("about {name}"));
        assert!(about && element.fields[0].is_required(), "{name}");
    }
}
