//! Whatever a service is sent: no panic, an answer, and the server goes on.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::served_with;
use crate::support::*;

/// An element, and its fields as the definition has them.
type Element = (String, Vec<Value>);

async fn elements(p21: &P21, service: &str) -> Vec<Element> {
    let definition: Value =
        p21.get(&format!("/api/v2/definition/{service}")).send().await.unwrap().json().await.unwrap();
    let elements = definition["TransactionDefinition"]["DataElementDefinitions"].as_array().unwrap();
    let fields = |element: &Value| element["FieldDefinitions"].as_array().unwrap().clone();
    elements.iter().map(|element| (element["Name"].as_str().unwrap().to_owned(), fields(element))).collect()
}

const NUMBERS: [&str; 12] = [
    "0",
    "1",
    "100",
    "2001",
    "100198",
    "5010",
    "10",
    "1001",
    "5000001",
    "7000001",
    "-5",
    "79228162514264337593543950335",
];
const TEXTS: [&str; 10] =
    ["ACME", "1001", "WIDGET-001", "COMPONENT-A", "OFFICE-PAPER", "LAB-TEST", "FASTENERS", "65535:59", "4:30", ""];
const DATES: [&str; 3] = ["2026-03-02", "2019-12-31", "2027-12-31T08:30:00"];

/// What a field takes, most of the time.
fn values(field: &Value) -> BoxedStrategy<String> {
    let labels = field["ValidValues"].as_array().filter(|labels| !labels.is_empty());
    let fitting: Vec<String> = match (labels, field["DataType"].as_str()) {
        (Some(labels), _) => labels.iter().map(|label| label.as_str().unwrap().to_owned()).collect(),
        (None, Some("Decimal" | "Long" | "Number")) => NUMBERS.map(str::to_owned).to_vec(),
        (None, Some("Datetime")) => DATES.map(str::to_owned).to_vec(),
        _ => TEXTS.map(str::to_owned).to_vec(),
    };
    prop_oneof![30 => prop::sample::select(fitting), 1 => any::<String>()].boxed()
}

fn sets(elements: &[Element]) -> BoxedStrategy<Vec<Value>> {
    let element = prop::sample::select(elements.to_vec()).prop_flat_map(|(name, fields)| {
        let edit = prop::sample::select(fields.clone()).prop_flat_map(|field| {
            let name = field["Name"].clone();
            values(&field).prop_map(move |value| json!({"Name": name, "Value": value}))
        });
        let row = prop::collection::vec(edit, 1..5);
        // A key that a row carries: any other is refused before anything happens.
        (prop::collection::vec(row, 1..3), any::<bool>()).prop_map(move |(rows, keyed)| {
            let keys: Vec<&Value> = if keyed && rows.len() == 1 { vec![&rows[0][0]["Name"]] } else { Vec::new() };
            let rows: Vec<Value> = rows.iter().map(|edits| json!({"Edits": edits})).collect();
            json!({"Name": name, "Keys": keys, "Rows": rows})
        })
    });
    prop::collection::vec(element, 1..4).boxed()
}

#[test]
fn random_edits_of_every_service_are_answered() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let p21 = runtime.block_on(served_with(|builder| builder.configure(|config| config.required_flags = false)));
    let mut runner = TestRunner::new_with_rng(
        Config { failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let mut passed = 0;
    let services: Value =
        runtime.block_on(async { p21.get("/api/v2/services").send().await.unwrap().json().await.unwrap() });
    for service in services.as_array().unwrap().iter().map(|service| service["Name"].as_str().unwrap()) {
        let elements = runtime.block_on(elements(&p21, service));
        let header = elements[0].clone();
        for round in 0..60 {
            let mut transaction = sets(&elements).new_tree(&mut runner).unwrap().current();
            transaction
                .insert(0, sets(std::slice::from_ref(&header)).new_tree(&mut runner).unwrap().current().remove(0));
            let set = json!({"Name": service, "IgnoreDisabled": round % 4 != 0, "UseCodeValues": round % 16 == 0,
                "Transactions": [{"Status": "New", "DataElements": transaction}]});
            let (status, text) = runtime.block_on(p21.send(&set));
            assert_eq!(status, 200, "{text}\n{set}");
            let answer: Value = serde_json::from_str(&text).unwrap();
            let (succeeded, failed) = summary(&answer);
            assert_eq!(succeeded + failed, 1, "{set}");
            passed += succeeded;
        }
    }
    assert!(passed > 100, "{passed} passed");
}
