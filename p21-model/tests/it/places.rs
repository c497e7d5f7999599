//! Where things are, as the program has them: findings in its rows, P21's texts at its fields.
#![cfg(feature = "rules")]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use p21_model::check::{Code, Findings, check_payload};
use p21_model::definition::ServiceDefinition;
use p21_model::outcome::{Message, Sent, TransactionSetResult};
use p21_model::payload::TransactionSet;
use p21_model::rules::{Kind, Rules};
use p21_model::schema::{RuleKind, RuleSet, ServiceSchema};
use serde_json::{Value, json};

use crate::support;

fn element(name: &str, kind: &str, edits: &[(&str, &str)]) -> Value {
    let edits: Vec<Value> = edits.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Name": name, "Type": kind, "Keys": [], "Rows": [{"Edits": edits}]})
}

fn set(service: &str, elements: &[Value]) -> TransactionSet {
    serde_json::from_value(json!({"Name": service, "Transactions": [{"Status": "New", "DataElements": elements}]}))
        .unwrap()
}

#[test]
fn a_finding_names_element_and_row_as_the_program_has_them() {
    let schema = support::schema_of("Order");
    let info = schema.elements.iter().find(|element| element.module == "extended_info").unwrap();
    let items = schema.elements.iter().find(|element| element.module == "items").unwrap();
    let item = |id: &str| element(&items.name, "List", &[("oe_order_item_id", id), ("unit_quantity", "1")]);
    let note = |item: &str| element(&info.name, "Form", &[("item_desc", item), ("no_such_column", "x")]);
    let header = element(&schema.elements.get(0).unwrap().name, "Form", &[("order_no", "1000001")]);
    let payload = set("Order", &[header, item("A-1"), note("A-1"), item("A-2"), note("A-2")]);
    let found: Findings = check_payload(&schema, &payload);
    let unknown: Vec<_> = found.iter().filter(|finding| finding.code == Code::UnknownField).collect();
    let rows: Vec<_> = unknown.iter().map(|finding| finding.row.as_ref().unwrap().to_string()).collect();
    assert_eq!(rows, ["`extended_info`, first row", "`extended_info`, second row"], "{found}");
    let path = "Transactions[0].DataElements[4].Rows[0].Edits[1]";
    assert_eq!(unknown[1].place(), format!("`extended_info`, second row ({path})"));
    assert!(unknown[1].to_string().contains(&unknown[1].place()), "{}", unknown[1]);
    assert_eq!((unknown[1].path.as_str(), unknown[1].transaction()), (path, Some(0)));
}

#[test]
fn an_element_that_is_missing_and_another_row_are_named_as_the_program_has_them() {
    let schema = support::schema_of("JobContractPricing");
    let header = element("FORM.d_dw_job_price_hdr", "Form", &[("company_id", "ACME"), ("end_date", "2099-12-31")]);
    let found = check_payload(&schema, &set("JobContractPricing", &[header]));
    let missing = found.iter().find(|finding| finding.code == Code::ElementMissing).unwrap();
    assert_eq!(missing.place(), "`line` (Transactions[0].DataElements)");

    let schema = support::schema_of("Order");
    let name = |module: &str| schema.elements.iter().find(|element| element.module == module).unwrap().name.to_string();
    let item = |id: &str| element(&name("items"), "List", &[("oe_order_item_id", id), ("unit_quantity", "1")]);
    let header = element(&name("header"), "Form", &[("order_no", "1000001")]);
    let note = element(&name("extended_info"), "Form", &[("item_desc", "x")]);
    let payload = set("Order", &[header.clone(), item("A-1"), item("A-2"), note, item("A-2")]);
    let found = check_payload(&schema, &payload);
    let fold = found.iter().find(|finding| finding.code == Code::RowsFold).unwrap();
    assert_eq!(fold.place(), "`items`, third row (Transactions[0].DataElements[4].Rows[0])");
    let first = "as `items`, second row (Transactions[0].DataElements[2].Rows[0])";
    assert!(fold.problem.ends_with(first), "{}", fold.problem);
    // Lists under several keys are compared in another way.
    let mut keyed = item("A-2");
    keyed["Keys"] = json!(["oe_order_item_id"]);
    let payload = set("Order", &[header, item("A-1"), keyed, item("A-2")]);
    let found = check_payload(&schema, &payload);
    let fold = found.iter().find(|finding| finding.code == Code::RowsFold).unwrap();
    let first = "as `items`, second row (Transactions[0].DataElements[2].Rows[0])";
    assert!(fold.problem.ends_with(first), "{}", fold.problem);
}

#[test]
fn a_rules_text_is_about_the_rules_field() {
    let contract = support::schema_of("JobContractPricing");
    let said = |text: &str| {
        let message = Message::parse(text, Some(&contract));
        (message.element, message.field, message.row)
    };
    let header = || Some("FORM.d_dw_job_price_hdr".to_owned());
    let some = |text: &str| Some(text.to_owned());
    let past = "Transaction 1:: end date must be equal to or greater than today";
    assert_eq!(said(past), (header(), some("end_date"), None));
    assert_eq!(
        said("Transaction 1:: General Exception: end date must be equal to or greater than today.").1,
        some("end_date")
    );
    let uom = "Transaction 1:: Required value missing for Uom (for Job/Contract Line) on row 3.";
    assert_eq!(said(uom), (some("JOBPRICELINE.jobpriceline"), some("uom"), Some(2)));
    let number = "Transaction 1:: Required value missing for Contract No (for Job/Contract Hdr) on row 1.";
    assert_eq!(said(number), (header(), some("contract_no"), Some(0)));
    assert_eq!(said("Transaction 1:: the date must be good"), (None, None, None));
    assert_eq!(said("Transaction 1:: something on row 0"), (None, None, None));
}

/// Every text that rules have of a field, said as P21 says it, is about that field, or about no field where several have it.
#[test]
fn every_rules_text_is_attributed_to_its_field_or_to_none() {
    let (mut attributed, mut shared) = (0, 0);
    for service in support::services() {
        let schema = support::schema_of(&service);
        for element in schema.elements.iter() {
            for rule in element.rules.iter() {
                let (fields, message): (&[u16], &str) = match &rule.kind {
                    RuleKind::Today { field, message } | RuleKind::Ascending { field, message } => {
                        (std::slice::from_ref(field), message)
                    }
                    RuleKind::Dates { later, message, .. } => (std::slice::from_ref(later), message),
                    RuleKind::Disabled { fields, message, .. }
                    | RuleKind::Required { fields, message, .. }
                    | RuleKind::Reference { fields, message, .. } => (fields, message),
                    _ => continue,
                };
                for field in
                    fields.iter().filter(|_| !message.is_empty()).map(|field| &element.fields[usize::from(*field)])
                {
                    let text = message.replace("{field}", &field.name).replace("{label}", field.caption());
                    let text =
                        text.replace("{page}", element.caption()).replace("{row}", "1").replace("{value}", "NOPE");
                    let parsed = Message::parse(&format!("Transaction 1:: {text}"), Some(&schema));
                    match parsed.field.as_deref() {
                        Some(name) => assert_eq!(name, field.name, "{service}: {text}"),
                        None => shared += 1,
                    }
                    attributed += usize::from(parsed.field.is_some());
                }
            }
        }
    }
    assert!(attributed > 30 && attributed > 2 * shared, "{attributed} attributed, {shared} not");
}

/// Every kind of rule that has a text, with a rule of it, the text as P21 says it, and the field it is about.
const OF_KINDS: [(&str, &str, &str, Option<&str>); 11] = [
    (
        "order",
        "fields = [\"a\", \"b\"]\neffect = \"refused\"\nmessage = \"{before} has to come before {field}\"",
        "a has to come before b",
        Some("b"),
    ),
    ("required", "fields = [\"b\"]\nmessage = \"{label} has to be given\"", "b has to be given", Some("b")),
    ("required_element", "message = \"There has to be a row of {page}\"", "There has to be a row of form", None),
    (
        "disabled",
        "fields = [\"b\"]\nignore_disabled = \"nothing\"\nmessage = \"Nobody may write {field}\"",
        "Nobody may write b",
        Some("b"),
    ),
    (
        "dates",
        "earlier = \"a\"\nlater = \"b\"\nmessage = \"They are the wrong way round\"",
        "They are the wrong way round",
        Some("b"),
    ),
    ("today", "field = \"b\"\nmessage = \"That day is long past\"", "That day is long past", Some("b")),
    ("ascending", "field = \"b\"\nmessage = \"Each is to be later\"", "Each is to be later", Some("b")),
    (
        "primary",
        "field = \"b\"\nvalue = \"ON\"\nmessage = \"One of them is the primary one\"",
        "One of them is the primary one",
        Some("b"),
    ),
    ("one_insert", "message = \"One new row a record\"", "One new row a record", None),
    ("created_once", "message = \"That record is there already\"", "That record is there already", None),
    (
        "reference",
        "fields = [\"b\"]\ntables = [\"stock\"]\nmessage = \"There is no {value} at this location\"",
        "There is no NOPE at this location",
        Some("b"),
    ),
];

#[test]
fn the_text_of_every_kind_of_rule_is_attributed() {
    let definition = br#"{"Name": "S", "TransactionDefinition": {"DataElementDefinitions": [
        {"Name": "A.form", "Type": "Form", "FieldDefinitions": [{"Name": "a"}, {"Name": "b"}, {"Name": "c"}]}]}}"#;
    let definition = ServiceDefinition::load("S.json", definition).unwrap();
    for (kind, members, said, field) in OF_KINDS {
        let rules = format!(
            "service = \"S\"\n[[{kind}]]\nelement = \"A.form\"\n{members}\nconsequence = \"c\"\nevidence = \"verified\"\n"
        );
        let rules = Rules::load("S.toml", &rules).unwrap();
        let set = RuleSet::new("25.2".parse().unwrap()).with_service(&rules);
        let schema = ServiceSchema::compile(&definition, set).unwrap();
        let message = Message::parse(&format!("Transaction 1:: {said}"), Some(&schema));
        assert_eq!((message.element.as_deref(), message.field.as_deref()), (Some("A.form"), field), "{kind}");
    }
    // What an endpoint says is of the whole service: no element is meant.
    let has_text = |kind: &&Kind| kind.page().contains("\nmessage = ") && kind.name() != "endpoint";
    let with_text: Vec<&str> = Kind::ALL.iter().filter(has_text).map(|kind| kind.name()).collect();
    let untried: Vec<_> = with_text.iter().filter(|kind| OF_KINDS.iter().all(|(tried, ..)| tried != *kind)).collect();
    assert!(with_text.len() == OF_KINDS.len() && untried.is_empty(), "no case for {untried:?}");
}

#[test]
fn a_field_without_a_label_is_known_by_its_name() {
    let schema = support::schema_of("Labor");
    let said = "Transaction 1:: Required value missing for service_labor_desc (for Labor) on row 1.";
    let message = Message::parse(said, Some(&schema));
    assert_eq!(message.element.as_deref(), Some("FORM.labor"));
    assert_eq!((message.field.as_deref(), message.row), (Some("service_labor_desc"), Some(0)));
}

#[test]
fn a_refusal_of_the_one_row_that_was_sent_is_about_that_row() {
    let schema = support::schema_of("JobContractPricing");
    let header = element("FORM.d_dw_job_price_hdr", "Form", &[("contract_no", "J"), ("end_date", "2001-01-01")]);
    let payload = set("JobContractPricing", &[header]);
    let answer = json!({"Messages": ["Transaction 1:: end date must be equal to or greater than today"], "Results": null,
        "Summary": {"Succeeded": 0, "Failed": 1, "Other": 0}});
    let answer: TransactionSetResult = serde_json::from_value(answer).unwrap();
    let outcome = answer.into_outcome(1, Some(&schema)).compared_with(&Sent::of(&payload));
    let message = &outcome.transactions[0].as_ref().unwrap_err().messages[0];
    assert_eq!((message.field.as_deref(), message.row), (Some("end_date"), Some(0)));
}
