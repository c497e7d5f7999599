//! Every rule is needed: with it a payload is refused, without it the same payload passes.
#![cfg(feature = "rules")]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

/// Keeps the rules of a list that `unwanted` doesn't name; how many went.
macro_rules! without {
    ($list:expr, $rule:ident => $unwanted:expr) => {{
        let before = $list.len();
        $list.retain(|located| {
            let $rule = &located.rule;
            !$unwanted
        });
        before - $list.len()
    }};
}

mod contracts_and_orders;
mod others;

use std::collections::{BTreeMap, BTreeSet};

use crate::support;

use p21_model::Version;
use p21_model::check::{CheckOptions, Code, check_json, check_payload_with};
use p21_model::definition::ServiceDefinition;
use p21_model::payload::TransactionSet;
use p21_model::rules::{Kind, Rules};
use p21_model::schema::{RuleSet, ServiceSchema};
use p21_model::value::Date;
use serde_json::{Value, json};

/// A payload that one rule is about.
pub(super) struct Case {
    service: &'static str,
    version: &'static str,
    /// Takes the rule out of the service's rules; how many were there.
    remove: fn(&mut Rules) -> usize,
    code: Code,
    elements: Value,
    /// Whatever else the set says.
    more: fn(&mut Value),
    options: CheckOptions,
    /// The rule allows what there is a finding of without it.
    allows: bool,
    /// The rule is one of every service.
    any: bool,
    /// Rules that are in the way of the case: every payload for reports is for another endpoint than this check's.
    before: fn(&mut (Rules, Rules)),
    /// What the payload has instead of the finding.
    instead: &'static [Code],
}

/// What most cases are like.
pub(super) fn plain() -> Case {
    Case {
        service: "",
        version: "25.2",
        remove: |_| 0,
        code: Code::NotAPayload,
        elements: json!([]),
        more: |_| {},
        options: CheckOptions::new(),
        allows: false,
        any: false,
        before: |_| {},
        instead: &[],
    }
}

pub(super) fn definition(service: &str) -> ServiceDefinition {
    let small = support::repository().join(format!("p21-model/tests/small/{service}.json"));
    match std::fs::read(small) {
        Ok(bytes) => ServiceDefinition::load(service, &bytes).unwrap(),
        Err(_) => support::definition(service),
    }
}

/// How many rules there are of each kind.
pub(super) fn kinds(rules: &Rules) -> BTreeMap<Kind, usize> {
    let mut counts: BTreeMap<Kind, usize> = Kind::ALL.iter().map(|kind| (*kind, 0)).collect();
    for rule in rules.all() {
        *counts.entry(rule.kind).or_default() += 1;
    }
    counts
}

/// Kinds that no payload can break, and why.
pub(super) const SILENT: [(Kind, &str); 5] = [
    (Kind::Default, "says what P21 fills in where a payload is silent: the sandbox does it, nothing can be wrong"),
    (Kind::Values, "names labels of a list that sites fill differently: bindings have them, and no other is refused"),
    (Kind::Note, "says what no check can see"),
    (Kind::Quirk, "says how servers answer: what a finding says comes of it, which has a test of its own"),
    (Kind::Reference, "says what has to be in the database, which no check sees: the sandbox refuses it"),
];

/// The rules of a case: the service's own, and those of every service.
pub(super) fn rules(case: &Case) -> (Rules, Rules) {
    let mut rules = (support::rules_if_any(case.service).unwrap_or_default(), support::rules("any"));
    (case.before)(&mut rules);
    rules
}

/// The codes that a payload of a case has under some rules.
pub(super) fn codes(case: &Case, (own, any): &(Rules, Rules)) -> Vec<Code> {
    let set = RuleSet::new(Version::new(25, 2)).with_service(own).with_any(any);
    let schema = ServiceSchema::compile(&definition(case.service), set).unwrap();
    let mut set = json!({"Name": case.service, "Transactions": [{"Status": "New", "DataElements": case.elements}]});
    (case.more)(&mut set);
    let options = case.options.version(case.version.parse().unwrap());
    if set.get("ServiceName").is_some() {
        return check_json(Some(&schema), &set, options).into_iter().map(|finding| finding.code).collect();
    }
    let set: TransactionSet = serde_json::from_value(set).unwrap();
    check_payload_with(&schema, &set, options).into_iter().map(|finding| finding.code).collect()
}

pub(super) fn form(name: &str, edits: &[(&str, &str)]) -> Value {
    json!({"Name": name, "Keys": [], "Rows": [row(edits)]})
}

pub(super) fn row(edits: &[(&str, &str)]) -> Value {
    let edits: Vec<Value> = edits.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Edits": edits})
}

pub(super) fn contract() -> Value {
    form(
        "FORM.d_dw_job_price_hdr",
        &[("job_no", "7"), ("company_id", "ACME"), ("contract_no", "J"), ("end_date", "2099-12-31")],
    )
}

pub(super) fn order() -> Value {
    form("TABPAGE_1.order", &[("order_no", "1")])
}

pub(super) fn line(edits: &[(&str, &str)]) -> Value {
    form("JOBPRICELINE.jobpriceline", edits)
}

pub(super) fn adjustment() -> Value {
    form("TABPAGE_1.tp_1_dw_1", &[("location_id", "100"), ("reason_id", "Cycle Count")])
}

/// The documented header of a voucher, and something more.
pub(super) fn voucher(more: &[(&str, &str)]) -> Value {
    let documented = [
        ("po_no", "4000001"),
        ("invoice_no", "I-1"),
        ("invoice_date", "2026-03-02"),
        ("invoice_amount", "100"),
        ("vendor_id", "5010"),
    ];
    form("TABPAGE_1.tp_1_dw_1", &[&documented, more].concat())
}

pub(super) fn two_items() -> Value {
    json!({"Name": "TP_ITEMS.items", "Rows": [row(&[("oe_order_item_id", "A")]), row(&[("oe_order_item_id", "B")])]})
}

fn cases() -> Vec<Case> {
    let cases = contracts_and_orders::cases().into_iter().chain(others::cases());
    cases.collect()
}

/// Members of rules that allow something: without them the payload has a finding.
#[test]
fn a_first_break_of_0_is_an_unused_slot_where_the_rule_says_so() {
    for (service, element) in [("SalesPricePage", "VALUES.values"), ("SalesPriceBook", "LIST.list_detail")] {
        let case = Case {
            service,
            elements: json!([form(element, &[("calculation_value1", "9"), ("break1", "0")])]),
            ..plain()
        };
        let mut rules = rules(&case);
        let broken = |rules: &(Rules, Rules)| codes(&case, rules).contains(&Code::BrokenTiers);
        assert!(!broken(&rules), "{service}");
        for tiers in &mut rules.0.tiers {
            assert!(std::mem::take(&mut tiers.rule.zero_first), "{service}");
        }
        assert!(broken(&rules), "{service}");
    }
}

/// What comes of an unknown status is what the quirk says of the version that the check is for.
#[test]
fn what_comes_of_an_unknown_status_is_told_by_version() {
    let (own, any) = (support::rules("Order"), support::rules("any"));
    let said = |any: &Rules, version: &str| {
        let set = RuleSet::new(Version::new(25, 2)).with_service(&own).with_any(any);
        let schema = ServiceSchema::compile(&definition("Order"), set).unwrap();
        let set = json!({"Name": "Order", "Transactions": [{"Status": "Existing", "DataElements": []}]});
        let set: TransactionSet = serde_json::from_value(set).unwrap();
        let options = CheckOptions::new().version(version.parse().unwrap());
        let found = check_payload_with(&schema, &set, options);
        let found = found.into_iter().find(|finding| finding.code == Code::BadStatus);
        found.unwrap().consequence
    };
    assert!(said(&any, "26.1.5910.3").contains("NullReferenceException"), "{}", said(&any, "26.1.5910.3"));
    assert!(!said(&any, "26.1.5940.0").contains("NullReferenceException"), "{}", said(&any, "26.1.5940.0"));
    let mut without = any.clone();
    assert!(without!(without.quirk, rule => rule.name.is_of_payloads()) > 0);
    assert_eq!(said(&without, "26.1.5910.3"), said(&any, "26.1.5940.0"));
}

#[test]
fn without_its_rule_a_wrong_payload_passes() {
    let mut problems = Vec::new();
    let mut tried = BTreeSet::new();
    for (index, case) in cases().iter().enumerate() {
        let mut rules = rules(case);
        let with = codes(case, &rules);
        let changed = if case.any { &mut rules.1 } else { &mut rules.0 };
        let before = kinds(changed);
        let removed = (case.remove)(changed);
        let after = kinds(changed);
        let gone: Vec<Kind> = before.keys().copied().filter(|kind| before[kind] != after[kind]).collect();
        let without = codes(case, &rules);
        let (finding, none) = if case.allows { (&without, &with) } else { (&with, &without) };
        if removed == 0 || gone.len() != 1 {
            problems.push(format!("case {index}: {removed} rules of {gone:?} are gone"));
        }
        if !finding.contains(&case.code) || *none != case.instead {
            let service = case.service;
            problems.push(format!("case {index}, {service}, {gone:?}: {with:?} with the rule, {without:?} without it"));
        }
        tried.extend(gone);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let silent = SILENT.map(|(kind, _)| kind);
    // Rules about windows are of no payload: `window_rules` shows what each of them brings about.
    let of_payloads = Kind::ALL.iter().filter(|kind| !kind.is_of_windows());
    let untried: Vec<&Kind> = of_payloads.filter(|kind| !tried.contains(*kind) && !silent.contains(kind)).collect();
    assert!(untried.is_empty(), "no case for {untried:?}");
    assert!(silent.iter().all(|kind| !tried.contains(kind)), "{tried:?}");
}

#[test]
fn the_rules_of_a_service_without_a_committed_definition_fit_its_small_one() {
    let rules = support::rules("Task");
    let set = RuleSet::new(Version::new(25, 2)).with_service(&rules);
    ServiceSchema::compile(&definition("Task"), set).unwrap();
}
