//! Every rule is needed: with it a payload is refused, without it the same payload passes.
#![cfg(feature = "rules")]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

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
struct Case {
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
fn plain() -> Case {
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

fn definition(service: &str) -> ServiceDefinition {
    let small = support::repository().join(format!("p21-model/tests/small/{service}.json"));
    match std::fs::read(small) {
        Ok(bytes) => ServiceDefinition::load(service, &bytes).unwrap(),
        Err(_) => support::definition(service),
    }
}

/// How many rules there are of each kind.
fn kinds(rules: &Rules) -> BTreeMap<Kind, usize> {
    let mut counts: BTreeMap<Kind, usize> = Kind::ALL.iter().map(|kind| (*kind, 0)).collect();
    for rule in rules.all() {
        *counts.entry(rule.kind).or_default() += 1;
    }
    counts
}

/// Kinds that no payload can break, and why.
const SILENT: [(Kind, &str); 5] = [
    (Kind::Default, "says what P21 fills in where a payload is silent: the sandbox does it, nothing can be wrong"),
    (Kind::Values, "names labels of a list that sites fill differently: bindings have them, and no other is refused"),
    (Kind::Note, "says what no check can see"),
    (Kind::Quirk, "says how servers answer: what a finding says comes of it, which has a test of its own"),
    (Kind::Reference, "says what has to be in the database, which no check sees: the sandbox refuses it"),
];

/// The rules of a case: the service's own, and those of every service.
fn rules(case: &Case) -> (Rules, Rules) {
    let mut rules = (support::rules_if_any(case.service).unwrap_or_default(), support::rules("any"));
    (case.before)(&mut rules);
    rules
}

/// The codes that a payload of a case has under some rules.
fn codes(case: &Case, (own, any): &(Rules, Rules)) -> Vec<Code> {
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

fn form(name: &str, edits: &[(&str, &str)]) -> Value {
    json!({"Name": name, "Keys": [], "Rows": [row(edits)]})
}

fn row(edits: &[(&str, &str)]) -> Value {
    let edits: Vec<Value> = edits.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Edits": edits})
}

fn contract() -> Value {
    form(
        "FORM.d_dw_job_price_hdr",
        &[("job_no", "7"), ("company_id", "ACME"), ("contract_no", "J"), ("end_date", "2099-12-31")],
    )
}

fn order() -> Value {
    form("TABPAGE_1.order", &[("order_no", "1")])
}

fn line(edits: &[(&str, &str)]) -> Value {
    form("JOBPRICELINE.jobpriceline", edits)
}

fn adjustment() -> Value {
    form("TABPAGE_1.tp_1_dw_1", &[("location_id", "100"), ("reason_id", "Cycle Count")])
}

/// The documented header of a voucher, and something more.
fn voucher(more: &[(&str, &str)]) -> Value {
    let documented = [
        ("po_no", "4000001"),
        ("invoice_no", "I-1"),
        ("invoice_date", "2026-03-02"),
        ("invoice_amount", "100"),
        ("vendor_id", "5010"),
    ];
    form("TABPAGE_1.tp_1_dw_1", &[&documented, more].concat())
}

fn two_items() -> Value {
    json!({"Name": "TP_ITEMS.items", "Rows": [row(&[("oe_order_item_id", "A")]), row(&[("oe_order_item_id", "B")])]})
}

fn cases() -> Vec<Case> {
    let contracts = "JobContractPricing";
    vec![
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.order, rule => rule.fields.iter().any(|f| f.names() == ["price"])),
            code: Code::FieldOrder,
            elements: json!([contract(), line(&[("item_id", "A"), ("price", "1"), ("pricing_method", "Price")])]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.follows, rule => rule.child == "breaks"),
            code: Code::ChildWithoutParent,
            elements: json!([contract(), form("VALUES.values", &[("calculation_value1", "1")])]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.choice, rule => rule.value == "Price"),
            code: Code::ChoiceForbids,
            elements: json!([contract(), line(&[("item_id", "A"), ("pricing_method", "Price"), ("multiplier", "2")])]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "26.1",
            remove: |rules| without!(rules.disabled, rule => rule.element == "breaks" && rule.fields.is_empty()),
            code: Code::DisabledTab,
            elements: json!([
                contract(),
                line(&[("item_id", "A")]),
                form("VALUES.values", &[("calculation_value1", "1")])
            ]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.disabled, rule => rule.fields.iter().any(|f| f == "corp_address_id")),
            code: Code::DisabledColumn,
            elements: json!([form(
                "FORM.d_dw_job_price_hdr",
                &[("job_no", "7"), ("end_date", "2099-12-31"), ("corp_address_id", "2")]
            )]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.tiers, rule => rule.element == "breaks"),
            code: Code::BrokenTiers,
            elements: json!([
                contract(),
                line(&[("item_id", "A")]),
                form("VALUES.values", &[("calculation_value1", "1"), ("break1", "10")])
            ]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.required_element, rule => rule.element == "line"),
            code: Code::ElementMissing,
            elements: json!([form("FORM.d_dw_job_price_hdr", &[("company_id", "ACME"), ("end_date", "2099-12-31")])]),
            instead: &[Code::RequiredMissing],
            ..plain()
        },
        Case {
            service: contracts,
            remove: |rules| without!(rules.codes, rule => rule.field.as_deref() == Some("pricing_method")),
            code: Code::CodeForLabel,
            elements: json!([contract(), line(&[("item_id", "A"), ("pricing_method", "221")])]),
            instead: &[Code::UnknownLabel],
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.follows, rule => rule.child == "extended_info"),
            code: Code::ChildOfLastRow,
            elements: json!([order(), two_items(), form("TP_EXTDINFO.extd_info", &[("extended_desc", "x")])]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.dates, rule => rule.later == "requested_date"),
            code: Code::DateOrder,
            elements: json!([form(
                "TABPAGE_1.order",
                &[("order_no", "1"), ("order_date", "2026-01-02"), ("requested_date", "2026-01-02")]
            )]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.disabled, rule => rule.fields.iter().any(|f| f == "customer_id")),
            code: Code::DisabledColumn,
            elements: json!([form("TABPAGE_1.order", &[("order_no", "1"), ("customer_id", "5")])]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.sequence, rule => rule.elements.iter().any(|e| e == "remittances")),
            code: Code::ElementOrder,
            elements: json!([
                order(),
                form("TP_REMITTANCES.remittances", &[("payment_amount", "5")]),
                form("TP_ITEMS.items", &[("oe_order_item_id", "A")])
            ]),
            ..plain()
        },
        Case {
            service: "SalesPricePage",
            version: "25.2",
            remove: |rules| without!(rules.order, rule => rule.fields.iter().any(|f| f.names().iter().any(|n| n == "product_group_id"))),
            code: Code::FieldOrder,
            elements: json!([form(
                "FORM.form",
                &[("price_page_uid", "1"), ("product_group_id", "A"), ("company_id", "ACME")]
            )]),
            ..plain()
        },
        Case {
            service: "Task",
            version: "25.2",
            remove: |rules| without!(rules.order, rule => rule.element == "Form.form"),
            code: Code::FieldOrder,
            elements: json!([form(
                "Form.form",
                &[("task_uid", "1"), ("start_date", "2026-01-02"), ("target_date", "2026-01-03")]
            )]),
            ..plain()
        },
        Case {
            service: "Item",
            version: "25.2",
            remove: |rules| without!(rules.follows, rule => rule.child == "location_detail"),
            code: Code::ChildWithoutParent,
            elements: json!([
                form("TABPAGE_1.tp_1_dw_1", &[("item_id", "A")]),
                form("TABPAGE_18.inv_loc_detail", &[("bin", "1")])
            ]),
            ..plain()
        },
        Case {
            service: "Item",
            version: "25.2",
            remove: |rules| without!(rules.disabled, rule => rule.element == "location_accounts"),
            code: Code::DisabledColumn,
            elements: json!([
                form("TABPAGE_1.tp_1_dw_1", &[("item_id", "A")]),
                form("TABPAGE_17.invloclist", &[("location_id", "10")]),
                form("TABPAGE_24.inv_loc_accounts", &[("gl_account_no", "1")])
            ]),
            ..plain()
        },
        Case {
            service: "InventoryAdjustment",
            version: "25.2",
            remove: |rules| without!(rules.follows, rule => rule.child == "lots"),
            code: Code::ChildOfLastRow,
            elements: json!([
                adjustment(),
                {"Name": "TABPAGE_17.tp_17_dw_17", "Rows": [
                    row(&[("item_id", "A"), ("unit_quantity", "1")]),
                    row(&[("item_id", "B"), ("unit_quantity", "2")]),
                ]},
                form("TABPAGE_LOT.lot", &[("lot_cd", "L1"), ("item_id", "A"), ("unit_quantity", "1")])
            ]),
            ..plain()
        },
        Case {
            service: "InventoryAdjustment",
            version: "25.2",
            remove: |rules| without!(rules.sequence, rule => rule.elements.contains(&"items".to_owned())),
            code: Code::ElementOrder,
            elements: json!([
                form("TABPAGE_17.tp_17_dw_17", &[("item_id", "A"), ("unit_quantity", "1")]),
                adjustment()
            ]),
            ..plain()
        },
        Case {
            service: "ConvertPOToVoucher",
            version: "26.1",
            remove: |rules| without!(rules.disabled, rule => rule.fields.contains(&"company_id".to_owned())),
            code: Code::DisabledColumn,
            elements: json!([voucher(&[("company_id", "ACME")])]),
            ..plain()
        },
        Case {
            service: "ConvertPOToVoucher",
            version: "26.1",
            remove: |rules| without!(rules.disabled, rule => rule.fields.contains(&"period".to_owned())),
            code: Code::DisabledColumn,
            elements: json!([voucher(&[("branch_id", "1"), ("period", "3"), ("year_for_period", "2026")])]),
            ..plain()
        },
        Case {
            service: "ConvertPOToVoucher",
            version: "26.1",
            remove: |rules| without!(rules.required, rule => rule.fields == ["po_no"]),
            code: Code::RequiredMissing,
            elements: json!([form(
                "TABPAGE_1.tp_1_dw_1",
                &[("invoice_no", "I"), ("invoice_date", "2026-03-02"), ("invoice_amount", "1"), ("vendor_id", "1")]
            )]),
            ..plain()
        },
        Case {
            service: "ConvertPOToVoucher",
            version: "26.1",
            remove: |rules| without!(rules.order, rule => rule.element == "header"),
            code: Code::FieldOrder,
            elements: json!([form(
                "TABPAGE_1.tp_1_dw_1",
                &[
                    ("invoice_no", "I"),
                    ("po_no", "1"),
                    ("invoice_date", "2026-03-02"),
                    ("invoice_amount", "1"),
                    ("vendor_id", "1")
                ]
            )]),
            ..plain()
        },
        Case {
            service: "Shipping",
            version: "26.1",
            remove: |rules| without!(rules.follows, rule => rule.child == "lots"),
            code: Code::ChildWithoutParent,
            elements: json!([
                form("TABPAGE_1.tp_1_dw_1", &[("pick_ticket_no", "1")]),
                form("TABPAGE_LOT.tabpage_lot", &[("lot_cd", "L"), ("item_id", "A")])
            ]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.ascending, rule => rule.element == "releases"),
            code: Code::NotAscending,
            elements: json!([
                order(),
                form("TP_ITEMS.items", &[("oe_order_item_id", "A")]),
                {"Name": "TABPAGE_RELEASE.tabpage_release", "Rows": [
                    row(&[("release_date", "2026-03-02"), ("unit_release_qty", "5")]),
                    row(&[("release_date", "2026-03-02"), ("unit_release_qty", "6")]),
                ]}
            ]),
            ..plain()
        },
        Case {
            service: "Customer",
            version: "25.2",
            remove: |rules| without!(rules.primary, rule => rule.element == "salesreps"),
            code: Code::PrimaryMissing,
            elements: json!([
                form("TABPAGE_1.tp_1_dw_1", &[("customer_id", "1")]),
                form("CUSTOMERSALESREP.customersalesrep", &[("salesrep_id", "7"), ("primary_salesrep_flag", "OFF")])
            ]),
            ..plain()
        },
        Case {
            service: "TimeEntry",
            version: "25.2",
            remove: |rules| without!(rules.either, rule => rule.element == "labor"),
            code: Code::EitherOr,
            elements: json!([form(
                "TP_LABORRECORDING.prod_order_line_comp_labor",
                &[("prod_order_number", "1"), ("item_id", "A"), ("service_labor_id", "L"), ("labor_type_cd", "Rate")]
            )]),
            ..plain()
        },
        Case {
            service: "PurchaseOrder",
            version: "25.2",
            remove: |rules| without!(rules.prompt, rule => rule.field == "acknowledged"),
            code: Code::OpensWindow,
            elements: json!([
                form("TABPAGE_1.tp_1_dw_1", &[("po_no", "1")]),
                form("TABPAGE_17.tp_17_dw_17", &[("line_no", "1")]),
                form("TABPAGE_18.extended_info", &[("acknowledged", "ON")])
            ]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.repeats, rule => rule.children.iter().any(|child| child == "extended_info")),
            code: Code::OtherThanParent,
            elements: json!([
                form("TABPAGE_1.order", &[("order_no", "1")]),
                form("TP_ITEMS.items", &[("oe_order_item_id", "A"), ("unit_quantity", "5")]),
                form("TP_EXTDINFO.extd_info", &[("oe_order_item_id", "B"), ("extended_desc", "x")])
            ]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.no_key, _rule => true),
            code: Code::ChangingKey,
            elements: json!([
                form("TABPAGE_1.order", &[("order_no", "1")]),
                {"Name": "TP_ITEMS.items", "Keys": ["unit_quantity"],
                    "Rows": [row(&[("oe_order_item_id", "A"), ("unit_quantity", "5")])]}
            ]),
            any: true,
            instead: &[Code::OverKeyed],
            ..plain()
        },
        Case {
            service: "m_reprintpurchaseorders",
            version: "25.2",
            remove: |rules| without!(rules.bounded, _rule => true),
            code: Code::Unbounded,
            elements: json!([form("TABPAGE_1.poreportcriteriadw", &[("company_id", "ACME")])]),
            before: |rules| {
                rules.1.endpoint.clear();
                rules.1.bounded.clear();
            },
            ..plain()
        },
        Case {
            service: "m_picktickets",
            version: "25.2",
            remove: |rules| without!(rules.use_code_values, _rule => true),
            code: Code::CodesWanted,
            elements: json!([]),
            before: |rules| rules.1.endpoint.clear(),
            ..plain()
        },
        Case {
            service: contracts,
            remove: |rules| without!(rules.key, _rule => true),
            code: Code::ReadByNoKey,
            // Without the rule the declared keys count: all three of them.
            more: |set| {
                *set = json!({"ServiceName": "JobContractPricing", "TransactionStates": [
                    {"DataElementName": "FORM.d_dw_job_price_hdr", "Keys": [{"Name": "job_no", "Value": "7"}]}
                ]});
            },
            allows: true,
            ..plain()
        },
        Case {
            service: contracts,
            remove: |rules| without!(rules.today, rule => rule.field == "end_date"),
            code: Code::PastDate,
            elements: json!([contract()]),
            options: CheckOptions::new().today(Date::constant(2100, 1, 1)),
            ..plain()
        },
        Case {
            service: contracts,
            remove: |rules| without!(rules.one_insert, rule => rule.element == "line"),
            code: Code::InsertsCollide,
            elements: json!([
                contract(),
                line(&[("item_id", "A"), ("uom", "EA"), ("pricing_method", "Price"), ("price", "1")])
            ]),
            more: |set| {
                let other = json!({"Status": "New", "DataElements": [contract(), line(&[("item_id", "B"), ("uom", "EA"), ("pricing_method", "Price"), ("price", "1")])]});
                set["Transactions"].as_array_mut().unwrap().push(other);
            },
            ..plain()
        },
        Case {
            service: contracts,
            remove: |rules| without!(rules.assigned, rule => rule.element == "header"),
            code: Code::ElementMissing,
            elements: json!([form("FORM.d_dw_job_price_hdr", &[("company_id", "ACME"), ("end_date", "2099-12-31")])]),
            instead: &[Code::RequiredMissing],
            ..plain()
        },
        Case {
            service: "PurchaseOrder",
            remove: |rules| without!(rules.optional, rule => rule.element == "header"),
            code: Code::RequiredMissing,
            elements: json!([
                form(
                    "TABPAGE_1.tp_1_dw_1",
                    &[
                        ("location_id", "100"),
                        ("vendor_id", "5010"),
                        ("buyer_id", "1001"),
                        ("order_date", "2026-03-02"),
                        ("required_date", "2026-03-09"),
                    ]
                ),
                form(
                    "TABPAGE_17.tp_17_dw_17",
                    &[
                        ("item_id", "A"),
                        ("unit_quantity", "1"),
                        ("unit_of_measure", "EA"),
                        ("pricing_unit", "EA"),
                        ("unit_price_display", "1"),
                    ]
                )
            ]),
            allows: true,
            ..plain()
        },
        Case {
            service: "TimeEntry",
            remove: |rules| without!(rules.format, rule => rule.fields == ["time_worked"]),
            code: Code::WrongValue,
            elements: json!([form(
                "TP_LABORRECORDING.prod_order_line_comp_labor",
                &[
                    ("prod_order_number", "1"),
                    ("service_labor_id", "L"),
                    ("time_worked", "4.5"),
                    ("labor_type_cd", "Rate")
                ]
            )]),
            ..plain()
        },
        Case {
            service: "Assembly",
            remove: |rules| without!(rules.created_once, rule => rule.element == "header"),
            code: Code::RequiredMissing,
            elements: json!([
                form("TABPAGE_1.assemblyhdr", &[("inv_mast_item_id", "A")]),
                form("ROUTING_TABPAGE.process", &[("process_code", "CUT")]),
                form("ROUTING_TABPAGE.stage_x_process", &[("process_uid", "7"), ("comment", "x")])
            ]),
            options: CheckOptions::new().created_once(true),
            ..plain()
        },
        Case {
            service: "PurchaseOrder",
            remove: |any| without!(any.length, rule => rule.columns == ["po_hdr.external_po_no"]),
            code: Code::TooLong,
            elements: json!([form(
                "TABPAGE_1.tp_1_dw_1",
                &[("po_no", "1"), ("external_po_no", "123456789012345678901234567890123456789012345")]
            )]),
            any: true,
            ..plain()
        },
        Case {
            service: "m_reprintpurchaseorders",
            remove: |any| without!(any.endpoint, rule => rule.services == ["m_*"]),
            code: Code::WrongEndpoint,
            elements: json!([]),
            any: true,
            ..plain()
        },
    ]
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
