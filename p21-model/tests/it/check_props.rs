//! Whatever is checked: no panic, and every finding leads somewhere.
#![cfg(all(feature = "rules", feature = "xml"))]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use std::sync::LazyLock;

use p21_model::check::{CheckOptions, Finding, PathStep, XmlPayload, check_json, steps};
use p21_model::schema::ServiceSchema;
use p21_model::unseen::is_unseen;
use p21_model::value::Date;
use proptest::prelude::*;
use serde_json::{Map, Value};

static CONTRACT: LazyLock<ServiceSchema> = LazyLock::new(|| support::schema("JobContractPricing", "26.1"));

/// Names and values that mean something, so that random payloads get far.
const WORDS: &[&str] = &[
    "Name",
    "Transactions",
    "Status",
    "DataElements",
    "Rows",
    "Edits",
    "Keys",
    "Value",
    "Type",
    "UseCodeValues",
    "IgnoreDisabled",
    "IgnoreIfEmpty",
    "name",
    "rows",
    "ServiceName",
    "TransactionStates",
    "DataElementName",
    "FieldMap",
    "RelativeDateEdits",
    "New",
    "Existing",
    "Form",
    "List",
    "JobContractPricing",
    "JOBPRICELINE.jobpriceline",
    "VALUES.values",
    "FORM.d_dw_job_price_hdr",
    "BINS.bins",
    "item_id",
    "pricing_method",
    "price",
    "Price",
    "job_no",
    "end_date",
    "2020-01-01",
    "break1",
    "calculation_value1",
    "0",
    "",
    "a.b[\"c\"]",
    "$",
    "string",
    "\u{1b}[2J\u{202e}\r",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![9 => prop::sample::select(WORDS).prop_map(str::to_owned), 1 => any::<String>()]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..6).prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

fn row() -> impl Strategy<Value = Value> {
    let edit = prop_oneof![
        4 => (word(), word()).prop_map(|(name, value)| serde_json::json!({"Name": name, "Value": value})),
        1 => json(),
    ];
    prop::collection::vec(edit, 0..5).prop_map(|edits| serde_json::json!({"Edits": edits}))
}

/// Payloads that look like some, with odd parts.
fn payload() -> impl Strategy<Value = Value> {
    let rows = prop_oneof![4 => prop::collection::vec(row(), 0..4).prop_map(Value::from), 1 => json()];
    let element = (word(), prop::collection::vec(word(), 0..3), rows, json())
        .prop_map(|(name, keys, rows, odd)| serde_json::json!({"Name": name, "Keys": keys, "Rows": rows, "Type": odd}));
    (prop::collection::vec(element, 0..4), json(), word()).prop_map(|(elements, odd, word)| {
        serde_json::json!({"Name": "JobContractPricing", "Transactions": [{"Status": "New", "DataElements": elements},
            odd.clone()], "UseCodeValues": odd, word: 1})
    })
}

fn resolves(body: &Value, finding: &Finding) -> bool {
    let leads = |path: &str| steps(path).is_some_and(|steps| follow(body, &steps));
    leads(&finding.path) && leads(&finding.token())
}

fn follow(body: &Value, steps: &[PathStep]) -> bool {
    let found = steps.iter().try_fold(body, |value, step| match step {
        PathStep::Member(name) => value.as_object()?.get(name),
        PathStep::Item(index) => value.as_array()?.get(*index),
    });
    found.is_some()
}

fn options() -> CheckOptions {
    CheckOptions::new().today(Date::constant(2026, 6, 1))
}

fn xml() -> impl Strategy<Value = String> {
    let leaf = word().prop_map(|word| word.replace(['<', '&'], ""));
    let names: Vec<&str> = WORDS.iter().copied().filter(|word| word.chars().all(char::is_alphabetic)).collect();
    let names: Vec<&str> = names.into_iter().filter(|word| !word.is_empty()).collect();
    let tree = leaf.prop_recursive(8, 48, 5, move |inner| {
        let name = prop::sample::select(
            [names.as_slice(), &["Transaction", "DataElement", "Row", "Edit", "Key", "TransactionState"]].concat(),
        );
        prop::collection::vec((name, inner), 0..5).prop_map(|children| {
            children.into_iter().map(|(name, inner)| format!("<{name}>{inner}</{name}>")).collect::<String>()
        })
    });
    let root = prop::sample::select(&["TransactionSet", "TransactionStateRequest"][..]);
    (root, tree, any::<bool>()).prop_map(|(root, tree, namespace)| {
        let namespace =
            if namespace { "http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2" } else { "x" };
        format!("<{root} xmlns=\"{namespace}\">{tree}</{root}>")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, fork: false, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn every_json_value_can_be_checked(body in prop_oneof![json(), payload()]) {
        for schema in [None, Some(&*CONTRACT)] {
            for finding in check_json(schema, &body, options()) {
                prop_assert!(resolves(&body, &finding), "{finding}");
                prop_assert!(!finding.to_string().contains(is_unseen), "{finding:?}");
            }
        }
    }

    #[test]
    fn every_xml_tree_can_be_checked(text in xml()) {
        let payload = XmlPayload::read(&text);
        for finding in payload.check(Some(&CONTRACT), options()) {
            let at = payload.locate(&finding);
            prop_assert!(at.is_some_and(|at| text.get(at).is_some()), "{finding}");
        }
    }

    #[test]
    fn every_text_can_be_read_as_xml(text in prop_oneof![any::<String>(), "[<>/a-c&;!\\[\\]= \"x]{0,60}"]) {
        let payload = XmlPayload::read(&text);
        let findings = payload.check(Some(&CONTRACT), options());
        prop_assert!(findings.iter().all(|finding| payload.locate(finding).is_some()));
    }

    #[test]
    fn paths_never_panic(path in any::<String>()) {
        let _ = steps(&path);
    }
}
