//! What there is too much of is refused in one line that names the place; what is much and allowed takes no longer than
//! its share.

use std::path::Path;
use std::time::Instant;

use p21_codegen::{Builder, CrateOptions, Source};
use serde_json::{Value, json};

fn generate(elements: Vec<Value>) -> Result<usize, String> {
    let folder = tempfile::tempdir().unwrap();
    let definition = json!({"Name": "Wide", "TransactionDefinition": {"DataElementDefinitions": elements}});
    std::fs::write(folder.path().join("Wide.json"), definition.to_string()).unwrap();
    match Builder::new().definitions(folder.path()).version(p21_model::Version::new(25, 2)).generate() {
        Ok(bindings) => Ok(bindings.to_file().len()),
        Err(error) => Err(error.to_string().replace(&folder.path().display().to_string(), "DIR")),
    }
}

fn fields(count: usize) -> Vec<Value> {
    (0..count).map(|n| json!({"Name": format!("f{n}"), "DataType": "Char"})).collect()
}

fn element(n: usize, fields: Vec<Value>) -> Value {
    json!({"Name": format!("P.e{n}"), "Type": "Form", "FieldDefinitions": fields})
}

#[test]
fn more_than_indexes_hold_is_refused_with_the_place() {
    let small = |count: usize| (0..count).map(|n| element(n, Vec::new())).collect::<Vec<_>>();
    for count in [10_001, 65_536, 80_000] {
        let error = generate(small(count)).unwrap_err();
        assert!(
            error.starts_with(&format!(
                "DIR/Wide.json: service `Wide`: {count} elements are more than the 10000 allowed"
            )),
            "{error}"
        );
    }
    for count in [20_001, 65_537] {
        let error = generate(vec![element(0, fields(count))]).unwrap_err();
        assert!(error.contains("element `P.e0`") && error.contains("more than the 20000 allowed"), "{error}");
    }
    let error = generate((0..6).map(|n| element(n, fields(19_000))).collect()).unwrap_err();
    assert!(error.contains("element `P.e5`: 114000 fields of the service so far"), "{error}");
    let labels: Vec<String> = (0..600_000).map(|n| n.to_string()).collect();
    let list = |n: usize| element(n, vec![json!({"Name": "f", "ValidValues": labels})]);
    let error = generate(vec![list(0), list(1)]).unwrap_err();
    assert!(error.contains("element `P.e1`: 1200000 labels of the service so far"), "{error}");
}

#[test]
fn names_too_long_for_files_are_refused_with_the_place() {
    let long = "n".repeat(201);
    let error = generate(vec![json!({"Name": long, "Type": "Form"})]).unwrap_err();
    assert!(error.contains("element `#0`") && error.contains("has 201 bytes, more than the 200 allowed"), "{error}");
    let error = generate(vec![element(0, vec![json!({"Name": long})])]).unwrap_err();
    assert!(error.contains("element `P.e0`, field `#0`"), "{error}");
    let most = json!({"Name": format!("P.{}", "n".repeat(198)), "Type": "Form"});
    assert!(generate(vec![most]).is_ok());
}

/// How many times as long eight times as much takes: the least of some runs in turns, and of more where that is too much, for a
/// busy machine can disturb any of them, and none makes a run shorter than it is.
fn growth(one: impl Fn(usize) -> Vec<Value>, small: usize) -> f64 {
    let time = |count: usize| {
        let elements = one(count);
        let start = Instant::now();
        generate(elements).unwrap();
        start.elapsed().as_secs_f64()
    };
    let mut least = (f64::MAX, f64::MAX);
    for round in 1..=12 {
        least = (least.0.min(time(small)), least.1.min(time(small * 8)));
        if round >= 2 && least.1 / least.0 < MOST {
            break;
        }
    }
    least.1 / least.0
}

/// Linear is 8 times, quadratic 64.
const MOST: f64 = 32.0;

#[test]
fn generating_is_linear_in_labels_elements_and_fields() {
    let labels = |count: usize| {
        let labels: Vec<String> = (0..count).map(|n| format!("label {n}")).collect();
        vec![element(0, vec![json!({"Name": "f", "ValidValues": labels})])]
    };
    // Names that differ for the server and not for Rust.
    let alike = |count: usize| {
        let spelt = |n: usize| format!("P.{}", " ".repeat(n % 180) + &"/".repeat(n / 180 + 1));
        (0..count).map(|n| json!({"Name": spelt(n), "Type": "Form"})).collect()
    };
    let wide = |count: usize| vec![element(0, fields(count))];
    assert!(growth(labels, 2_000) < MOST, "labels");
    assert!(growth(alike, 100) < MOST, "elements of one name");
    assert!(growth(wide, 250) < MOST, "fields");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_folder_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("Order.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let error = Builder::new().definitions(folder.path()).generate().unwrap_err().to_string();
    assert!(error.contains("Order.json") && error.contains("it is a pipe, a socket or a device"), "{error}");
    let out = tempfile::tempdir().unwrap();
    let pipe: &Path = &out.path().join("mod.rs");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    let definitions = tempfile::tempdir().unwrap();
    std::fs::write(definitions.path().join("X.json"), r#"{"Name": "X", "TransactionDefinition": {}}"#).unwrap();
    let bindings = Builder::new().definitions(definitions.path()).generate().unwrap();
    let error = bindings.write(out.path()).unwrap_err();
    let told = error.to_string();
    assert!(told.contains("mod.rs") && told.contains("it is a pipe"), "{told}");
    assert!(std::error::Error::source(&error).is_none(), "the line has its reason already");
    let crates = tempfile::tempdir().unwrap();
    let manifest = crates.path().join("Cargo.toml");
    assert!(std::process::Command::new("mkfifo").arg(&manifest).status().unwrap().success());
    let error = bindings
        .write_crate(crates.path(), &CrateOptions::new("mine", Source::Version("0.1".to_owned())))
        .unwrap_err()
        .to_string();
    assert!(error.contains("Cargo.toml") && error.contains("it is not a file"), "{error}");
    assert!(!crates.path().join("src").exists(), "nothing is written");
}
