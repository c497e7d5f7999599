//! Generated types with the feature `serde`: every one that is public, or a reason why not.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use p21_services::job_contract_pricing::{self as contract, line};
use p21_services::model::row::RecordKey;
use p21_services::model::value::Label;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Public types of bindings that serde doesn't write, and why.
const OTHERS: [(&str, &str); 2] = [
    ("Row", "a part of a transaction, which is written as P21 spells it"),
    ("Required", "what a new row is made of, with types of the caller's own"),
];

/// Every file of the bindings.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn every_public_type_of_the_bindings_has_serde_or_a_reason_why_not() {
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated"), &mut all);
    let (mut keys, mut labels, mut others) = (0, 0, BTreeSet::new());
    for file in all {
        let (text, file) = (std::fs::read_to_string(&file).unwrap(), file.display());
        for line in text.lines() {
            let Some(name) = ["pub enum ", "pub struct "].iter().find_map(|start| line.strip_prefix(start)) else {
                continue;
            };
            let (name, rest) = name.split_at(name.find(|c: char| !c.is_alphanumeric()).unwrap());
            if line == "pub struct Key(p21::KeyValues);" {
                keys += 1;
                assert!(text.contains("\np21::serde_key!(Key);\n"), "{file}: {line}");
            } else if line.starts_with("pub enum ") {
                labels += 1;
                assert!(text.contains(&format!("\np21::label_traits!({name});\n")), "{file}: {line}");
            } else if rest != ";" {
                // A service's marker has no value to write.
                assert!(OTHERS.iter().any(|(other, _)| *other == name), "{file}: `{line}` has no reason why not");
                others.insert(name.to_owned());
            }
        }
    }
    assert!(keys > 10 && labels > 190, "{keys} keys, {labels} lists of labels");
    assert!(OTHERS.iter().all(|(other, _)| others.contains(*other)), "{others:?}");
}

fn again<T: serde::Serialize + DeserializeOwned>(value: &T) -> (Value, T) {
    let written = serde_json::to_value(value).unwrap();
    let read = serde_json::from_value(written.clone()).unwrap();
    (written, read)
}

/// Written and read, a key is the same; a part of it, or that of something else, is none.
fn is_read_as_written<K: RecordKey + serde::Serialize + DeserializeOwned + PartialEq>(key: &K) {
    let (written, read) = again(key);
    assert_eq!(read, *key);
    let refused = |change: fn(&mut Value)| {
        let mut wrong = written.clone();
        change(&mut wrong);
        serde_json::from_value::<K>(wrong).unwrap_err().to_string()
    };
    let changes: [fn(&mut Value); 3] = [
        |key| key["DataElementName"] = json!("X.x"),
        |key| drop(key["Keys"].as_array_mut().unwrap().pop()),
        |key| key["Keys"][0]["Name"] = json!("other"),
    ];
    for change in changes {
        let error = refused(change);
        assert!(error.starts_with("the key of `") && error.ends_with("`, all together"), "{error}");
    }
}

#[test]
fn keys_are_read_as_they_are_written() {
    is_read_as_written(&contract::Key::new("J-1"));
    is_read_as_written(&p21_services::order::Key::new("1013938"));
    let book = p21_services::sales_price_book::Key::new("B \"1\"");
    is_read_as_written(&book);
    let (written, _) = again(&contract::Key::new("J-1"));
    assert_eq!(
        written,
        json!({"DataElementName": "FORM.d_dw_job_price_hdr", "Keys": [{"Name": "job_no", "Value": "J-1"}]})
    );
    let error = serde_json::from_value::<contract::Key>(json!({"DataElementName": "A.a", "Keys": []})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the key of `JobContractPricing` is `job_no` of `FORM.d_dw_job_price_hdr`, all together"
    );
}

#[test]
fn labels_are_texts() {
    for label in line::PricingMethod::LABELS {
        let (written, read) = again(&line::PricingMethod::from_label(label));
        assert_eq!((written, read.as_label()), (json!(label), *label));
    }
    let (written, read) = again(&line::PricingMethod::Other("Ours".into()));
    assert_eq!((written, read), (json!("Ours"), line::PricingMethod::Other("Ours".into())));
    assert!(serde_json::from_value::<line::PricingMethod>(json!(221)).is_err());

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Line {
        item: String,
        method: line::PricingMethod,
    }
    let ours: Line = serde_json::from_value(json!({"item": "WIDGET-001", "method": "Price"})).unwrap();
    assert_eq!((ours.item.as_str(), ours.method), ("WIDGET-001", line::PricingMethod::Price));
}
