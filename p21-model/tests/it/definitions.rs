//! Definitions: the captured ones, the committed ones, and whatever a server may answer.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use p21_model::definition::{MAX_BYTES, ServiceDefinition};
use proptest::prelude::*;
use serde_json::{Value, json};

fn load(value: &Value) -> Result<ServiceDefinition, String> {
    ServiceDefinition::load("X.json", value.to_string().as_bytes()).map_err(|error| error.to_string())
}

fn error(value: Value) -> String {
    load(&value).unwrap_err()
}

fn service(elements: Value) -> Value {
    json!({"Name": "X", "TransactionDefinition": {"KeyDefinitions": [], "DataElementDefinitions": elements}})
}

#[test]
fn raw_and_canonical_forms_of_the_captured_services_load_equal() {
    let Some(folder) = support::captured() else { return };
    let mut services = 0;
    for version in ["25.2", "26.1"] {
        for entry in std::fs::read_dir(folder.join(version)).unwrap() {
            let path = entry.unwrap().path();
            let raw = std::fs::read(&path).unwrap();
            let definition = ServiceDefinition::load(&path.display().to_string(), &raw).unwrap();
            let canonical = definition.to_canonical();
            assert_eq!(ServiceDefinition::load("canonical", canonical.as_bytes()).unwrap(), definition);
            assert!(definition.template.is_none(), "{}: the template is derivable", definition.name);
            let mut server: Value = serde_json::from_slice(&raw).unwrap();
            forget_redaction(&mut server);
            assert_eq!(definition.to_server_json(), server, "{}", definition.name);
            services += 1;
        }
    }
    assert_eq!(services, 20);
}

/// The mark of the publisher: a server never sends it.
fn forget_redaction(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(forget_redaction),
        Value::Object(members) => {
            members.remove("ValidValuesRedacted");
            members.values_mut().for_each(forget_redaction);
        }
        _ => {}
    }
}

#[test]
fn the_committed_definitions_are_the_captured_ones_in_canonical_form() {
    let Some(folder) = support::captured() else { return };
    for entry in std::fs::read_dir(folder.join("25.2")).unwrap() {
        let path = entry.unwrap().path();
        let definition = ServiceDefinition::load("captured", &std::fs::read(&path).unwrap()).unwrap();
        let committed = support::repository().join(format!("definitions/25.2/{}.json", definition.name));
        assert_eq!(std::fs::read_to_string(committed).unwrap(), definition.to_canonical(), "{}", definition.name);
    }
}

/// They were published without what belongs to a site, so that our own publishing takes nothing more.
#[test]
fn sanitizing_takes_nothing_from_the_captured_definitions() {
    let Some(folder) = support::captured() else { return };
    for entry in std::fs::read_dir(folder.join("25.2")).unwrap() {
        let raw = std::fs::read(entry.unwrap().path()).unwrap();
        let mut definition = ServiceDefinition::load("captured", &raw).unwrap();
        let before = definition.clone();
        definition.sanitize();
        assert_eq!(definition, before, "{}", before.name);
    }
}

#[test]
fn the_canonical_form_has_one_line_a_field_and_keeps_what_is_unknown() {
    let raw = json!({"Name": "X", "Build": 7, "TransactionDefinition": {"Extra": [1], "KeyDefinitions": [
        {"Location": "a", "Name": "id", "Odd": true}], "DataElementDefinitions": [
        {"Name": "A.a", "Type": "List", "KeyFields": ["id"], "Hue": "red", "FieldDefinitions": [
            {"Name": "id", "Label": null, "DataType": "Char", "Required": true, "ValidValues": null, "Length": 9},
            {"Name": "b"}]}]}, "Template": {"other": true}});
    let canonical = load(&raw).unwrap().to_canonical();
    assert_eq!(
        canonical,
        "{\n\"Name\": \"X\",\n\"TransactionDefinition\": {\n \"KeyDefinitions\": [\n  {\"Location\": \"a\", \"Name\": \"id\", \
         \"Odd\": true}\n ],\n \"DataElementDefinitions\": [\n  {\"Name\": \"A.a\", \"Type\": \"List\", \"KeyFields\": [\"id\"], \
         \"Hue\": \"red\", \"FieldDefinitions\": [\n   {\"Name\": \"id\", \"DataType\": \"Char\", \"Required\": true, \"Length\": 9},\n   \
         {\"Name\": \"b\", \"Required\": false}\n  ]}\n ],\n \"Extra\": [1]},\n\"Build\": 7,\n\"Template\": {\"other\":true}\n}\n"
    );
    assert_eq!(ServiceDefinition::load("again", canonical.as_bytes()).unwrap(), load(&raw).unwrap());
}

#[test]
fn bad_input_is_one_error_that_says_where() {
    let cases = [
        ("", "X.json:1: the JSON ends too early"),
        ("{\"Name\": \"X\"", "X.json:1: the JSON ends too early"),
        ("nonsense", "X.json:1: not JSON"),
        ("<html>", "it starts like XML or HTML"),
        ("[]", "X.json: the definition is an array, expected an object"),
        ("{}", "X.json: `Name` is missing"),
    ];
    for (text, expected) in cases {
        let error = ServiceDefinition::load("X.json", text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{text:?}: {error}");
        assert!(!error.contains('\n'), "{error}");
    }
    assert!(
        ServiceDefinition::load("X.json", &vec![b' '; MAX_BYTES + 1]).unwrap_err().to_string().contains("too large")
    );
    assert!(error(json!({"Name": "X"})).contains("service `X`: `TransactionDefinition` is missing"));
    assert!(error(json!({"Name": 1})).contains("`Name` is a number, expected a string"));
    assert!(error(service(json!({}))).contains("`DataElementDefinitions` is an object, expected an array"));
    assert!(error(service(json!([{"Name": "A.a", "Type": "Grid"}]))).contains("element `A.a`: `Type` is `Grid`"));
    let field = |field: Value| error(service(json!([{"Name": "A.a", "Type": "Form", "FieldDefinitions": [field]}])));
    assert!(field(json!({})).contains("element `A.a`, field `#0`: `Name` is missing"));
    assert!(
        field(json!({"Name": "f", "Required": "yes"}))
            .contains("field `f`: `Required` is a string, expected true or false")
    );
    assert!(field(json!({"Name": "f", "ValidValues": [1]})).contains("an item of `ValidValues` is a number"));
    let twice = json!({"Name": "A.a", "Type": "Form"});
    assert!(error(service(json!([twice, twice]))).contains("element `A.a` is defined twice"));
}

/// Any JSON at all, with the names that a definition uses more often than chance would.
fn any_json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "Name",
        "Type",
        "TransactionDefinition",
        "DataElementDefinitions",
        "FieldDefinitions",
        "KeyFields",
        "Label",
        "Required",
        "ValidValues",
        "Template",
        "Form",
        "List",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        names.clone().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..6)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_makes_loading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = ServiceDefinition::load("X.json", &bytes);
    }

    #[test]
    fn no_json_makes_loading_panic_and_what_loads_round_trips(value in any_json()) {
        if let Ok(definition) = ServiceDefinition::load("X.json", value.to_string().as_bytes()) {
            let canonical = definition.to_canonical();
            prop_assert_eq!(ServiceDefinition::load("again", canonical.as_bytes()).unwrap(), definition);
        }
    }

    #[test]
    fn any_fields_round_trip(
        fields in prop::collection::vec((".{1,12}", any::<bool>(), prop::option::of(".{0,12}"),
            prop::option::of(prop::collection::vec(".{0,6}", 0..4))), 0..12),
    ) {
        let fields: Vec<Value> = fields
            .into_iter()
            .map(|(name, required, label, values)| json!({"Name": name, "Required": required, "Label": label, "ValidValues": values}))
            .collect();
        let raw = service(json!([{"Name": "A.a", "Type": "Form", "FieldDefinitions": fields}]));
        let definition = load(&raw).unwrap();
        prop_assert_eq!(ServiceDefinition::load("again", definition.to_canonical().as_bytes()).unwrap(), definition.clone());
        prop_assert_eq!(ServiceDefinition::load("server", definition.to_server_json().to_string().as_bytes()).unwrap(), definition);
    }
}
