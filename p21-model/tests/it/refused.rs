//! What P21 takes in silence and nobody means: keys that change, children of another row, reports without an end. Each
//! test goes through all of the committed definitions.
#![cfg(feature = "rules")]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use p21_model::check::{CheckOptions, Code, check_json};
use p21_model::definition::ElementKind;
use p21_model::schema::{ElementSchema, Endpoint, Numbering, RuleKind, ServiceSchema, ValueType};
use serde_json::{Value, json};

fn schemas() -> Vec<ServiceSchema> {
    support::services().iter().map(|service| support::schema_of(service)).collect()
}

fn element(schema: &ElementSchema, keys: &[&str], edits: &[(&str, &str)]) -> Value {
    let edits: Vec<Value> = edits.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Name": schema.name, "Type": schema.kind.as_str(), "Keys": keys, "Rows": [{"Edits": edits}]})
}

fn codes(schema: &ServiceSchema, elements: &[Value]) -> Vec<Code> {
    let body = json!({"Name": schema.name, "UseCodeValues": false, "Transactions": [{"Status": "New", "DataElements": elements}]});
    check_json(Some(schema), &body, CheckOptions::new()).into_iter().map(|finding| finding.code).collect()
}

/// The header of a stored record, where the payload alone can say so: the number that P21 gives is there.
fn stored_header(schema: &ServiceSchema) -> Option<Value> {
    let header = schema.elements.iter().next().filter(|element| element.kind == ElementKind::Form)?;
    let number = header.rules.iter().find_map(|rule| match rule.kind {
        RuleKind::Assigned { field, how: Numbering::Number { .. } } => Some(field),
        _ => None,
    })?;
    Some(element(header, &[], &[(&*header.fields[usize::from(number)].name, "1")]))
}

#[test]
fn no_stored_list_is_keyed_by_a_quantity_or_a_price() {
    let (mut refused, mut warned) = (0, 0);
    for schema in schemas() {
        for list in schema.elements.iter().filter(|element| element.kind == ElementKind::List) {
            for (index, field) in list.fields.iter().enumerate() {
                let amount =
                    ["quantity", "qty", "price", "cost", "amount"].iter().any(|part| field.name.contains(part));
                let declared = list.keys.contains(&(index as u16));
                if field.is_computed() || !(declared || amount && field.value_type == ValueType::Decimal) {
                    continue;
                }
                let rows = element(list, &[&*field.name], &[(&*field.name, "1")]);
                let header = stored_header(&schema);
                let expected = if header.is_some() { Code::ChangingKey } else { Code::OverKeyed };
                let found = codes(&schema, &header.into_iter().chain([rows]).collect::<Vec<_>>());
                let place = format!("{} {} {}: {found:?}", schema.name, list.name, field.name);
                let about = |code: &&Code| [Code::ChangingKey, Code::OverKeyed].contains(*code);
                let about: Vec<Code> = found.iter().filter(about).copied().collect();
                assert_eq!(about, if declared { vec![] } else { vec![expected] }, "{place}");
                refused += usize::from(about == [Code::ChangingKey]);
                warned += usize::from(about == [Code::OverKeyed]);
            }
        }
    }
    assert!(refused > 50 && warned > 20, "{refused} refused, {warned} warned about");
}

/// Fields that share the name of a parent's key and are about something else.
const ELSE: [(&str, &str); 1] = [("BACKORDERS.links_for_po", "line_no")];

#[test]
fn a_child_names_what_its_parent_names() {
    let mut pairs = 0;
    for schema in schemas() {
        for child in schema.elements.iter() {
            let Some(parent) =
                child.parent.as_ref().and_then(|parent| schema.elements.get(usize::from(parent.element)))
            else {
                continue;
            };
            let mut repeated = Vec::new();
            for rule in child.rules.iter() {
                let RuleKind::Repeats { parent: of_element, fields, of } = &rule.kind else { continue };
                assert_eq!(*of_element, parent.index, "{}: the rule names another parent", child.name);
                for (field, of) in fields.iter().zip(of.iter()) {
                    let name = &*child.fields[usize::from(*field)].name;
                    let of = &*parent.fields[usize::from(*of)].name;
                    repeated.push(name);
                    pairs += 1;
                    let found = |shown: &[(&str, &str)], own: &str| {
                        codes(&schema, &[element(parent, &[], shown), element(child, &[], &[(name, own)])])
                            .contains(&Code::OtherThanParent)
                    };
                    assert!(found(&[(of, "7")], "8"), "{} {name}", child.name);
                    assert!(!found(&[(of, "7")], "7"), "{} {name}", child.name);
                    assert!(!found(&[], "8"), "{} {name}: the parent doesn't say", child.name);
                }
            }
            for key in parent.keys.iter().map(|key| &*parent.fields[usize::from(*key)].name) {
                let shares = child.fields.iter().any(|field| *field.name == *key && !field.is_computed());
                let is_known = repeated.contains(&key) || ELSE.contains(&(&*child.name, key));
                assert!(!shares || is_known, "{} {}: no [[repeats]] for `{key}`", schema.name, child.name);
            }
        }
    }
    assert!(pairs > 40, "{pairs}");
}

#[test]
fn the_rows_of_other_lines_are_told_apart() {
    let schema = support::schema("Order", "25.2");
    let named = |name: &str| schema.elements.iter().find(|element| element.name == *name).unwrap();
    let (items, extended) = (named("TP_ITEMS.items"), named("TP_EXTDINFO.extd_info"));
    let line = |item: &str| element(items, &[], &[("oe_order_item_id", item), ("unit_quantity", "1")]);
    let info = |item: &str| element(extended, &[], &[("oe_order_item_id", item), ("extended_desc", "x")]);
    let others =
        |elements: &[Value]| codes(&schema, elements).iter().filter(|code| **code == Code::OtherThanParent).count();
    assert_eq!(others(&[line("A"), info("A"), line("B"), info("B")]), 0);
    assert_eq!(others(&[line("A"), info("B"), line("B"), info("A")]), 2);
    assert_eq!(others(&[line("widget"), info(" WIDGET ")]), 0, "one item in two spellings");
}

#[test]
fn every_report_wants_an_end() {
    let mut reports = 0;
    for schema in schemas().iter().filter(|schema| schema.endpoint == Endpoint::PdfReport) {
        reports += 1;
        let bounded =
            |element: &&ElementSchema| element.rules.iter().any(|rule| matches!(rule.kind, RuleKind::Bounded { .. }));
        let criteria = schema.elements.iter().find(bounded).unwrap();
        let RuleKind::Bounded { ranges } =
            &criteria.rules.iter().find(|rule| matches!(rule.kind, RuleKind::Bounded { .. })).unwrap().kind
        else {
            unreachable!()
        };
        let unbounded = |elements: &[Value]| codes(schema, elements).contains(&Code::Unbounded);
        assert!(unbounded(&[element(criteria, &[], &[("company_id", "ACME")])]), "{}", schema.name);
        let other = schema.elements.iter().find(|element| element.index != criteria.index).unwrap();
        assert!(unbounded(&[element(other, &[], &[(&*other.fields[0].name, "1")])]), "{}: no criteria", schema.name);
        for range in ranges.iter() {
            let names: Vec<&str> = range.iter().map(|field| &*criteria.fields[usize::from(*field)].name).collect();
            let full: Vec<(&str, &str)> = names.iter().map(|name| (*name, "1")).collect();
            assert!(!unbounded(&[element(criteria, &[], &full)]), "{} {names:?}", schema.name);
            assert!(unbounded(&[element(criteria, &[], &full[1..])]) || full.len() == 1 && full[1..].is_empty());
            let blank: Vec<(&str, &str)> = names.iter().map(|name| (*name, " ")).collect();
            assert!(unbounded(&[element(criteria, &[], &blank)]), "{} {names:?}: blank", schema.name);
        }
    }
    assert_eq!(reports, 3);
}

#[test]
fn a_report_without_rules_of_its_own_is_bounded_by_its_names() {
    use p21_model::Version;
    use p21_model::definition::ServiceDefinition;
    use p21_model::schema::RuleSet;

    let field = |name: &str| json!({"Name": name, "DataType": "Char"});
    let definition = json!({"Name": "m_invoices", "TransactionDefinition": {"KeyDefinitions": [], "DataElementDefinitions": [
        {"Name": "A.criteria", "Type": "Form", "KeyFields": [], "FieldDefinitions":
            [field("company_id"), field("beg_invoice_no"), field("end_invoice_no"), field("beg_only")]},
        {"Name": "B.other", "Type": "Form", "KeyFields": [], "FieldDefinitions": [field("beg_x"), field("end_x")]}]}});
    let definition = ServiceDefinition::load("m_invoices", definition.to_string().as_bytes()).unwrap();
    let any = support::rules("any");
    let rules = RuleSet::new(Version::new(25, 2)).with_any(&any);
    let schema = ServiceSchema::compile(&definition, rules).unwrap();
    let criteria = schema.elements.get(0).unwrap();
    let found = |edits: &[(&str, &str)]| codes(&schema, &[element(criteria, &[], edits)]).contains(&Code::Unbounded);
    assert!(found(&[("company_id", "ACME"), ("beg_only", "1")]));
    assert!(!found(&[("beg_invoice_no", "1"), ("end_invoice_no", "2")]));
}
