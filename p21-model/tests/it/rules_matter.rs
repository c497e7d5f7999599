//! Every rule is needed: with it a payload is refused, without it the same payload passes.
#![cfg(feature = "rules")]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use p21_model::Version;
use p21_model::check::{CheckOptions, Code, check_payload_with};
use p21_model::definition::ServiceDefinition;
use p21_model::payload::TransactionSet;
use p21_model::rules::Rules;
use p21_model::schema::{RuleSet, ServiceSchema};
use serde_json::{Value, json};

/// A payload that one rule is about.
struct Case {
    service: &'static str,
    version: &'static str,
    /// Takes the rule out of the service's rules; how many were there.
    remove: fn(&mut Rules) -> usize,
    code: Code,
    elements: Value,
}

fn definition(service: &str) -> ServiceDefinition {
    let small = support::repository().join(format!("p21-model/tests/small/{service}.json"));
    match std::fs::read(small) {
        Ok(bytes) => ServiceDefinition::load(service, &bytes).unwrap(),
        Err(_) => support::definition(service),
    }
}

/// The codes that a payload of a case has under some rules.
fn codes(case: &Case, own: &Rules) -> Vec<Code> {
    let set = RuleSet { service: Some(own), any: Some(&support::rules("any")), version: Version::new(25, 2) };
    let schema = ServiceSchema::compile(&definition(case.service), set).unwrap();
    let set = json!({"Name": case.service, "Transactions": [{"Status": "New", "DataElements": case.elements}]});
    let set: TransactionSet = serde_json::from_value(set).unwrap();
    let options = CheckOptions::new().version(case.version.parse().unwrap());
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
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.follows, rule => rule.child == "breaks"),
            code: Code::ChildWithoutParent,
            elements: json!([contract(), form("VALUES.values", &[("calculation_value1", "1")])]),
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.choice, rule => rule.value == "Price"),
            code: Code::ChoiceForbids,
            elements: json!([contract(), line(&[("item_id", "A"), ("pricing_method", "Price"), ("multiplier", "2")])]),
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
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.required_element, rule => rule.element == "line"),
            code: Code::ElementMissing,
            elements: json!([form(
                "FORM.d_dw_job_price_hdr",
                &[("company_id", "ACME"), ("contract_no", "J"), ("end_date", "2099-12-31")]
            )]),
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.codes, rule => rule.field.as_deref() == Some("pricing_method")),
            code: Code::CodeForLabel,
            elements: json!([contract(), line(&[("item_id", "A"), ("pricing_method", "221")])]),
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.follows, rule => rule.child == "extended_info"),
            code: Code::ChildOfLastRow,
            elements: json!([order(), two_items(), form("TP_EXTDINFO.extd_info", &[("extended_desc", "x")])]),
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
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.disabled, rule => rule.fields.iter().any(|f| f == "customer_id")),
            code: Code::DisabledColumn,
            elements: json!([form("TABPAGE_1.order", &[("order_no", "1"), ("customer_id", "5")])]),
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
        },
        Case {
            service: "ConvertPOToVoucher",
            version: "26.1",
            remove: |rules| without!(rules.disabled, rule => rule.fields.contains(&"company_id".to_owned())),
            code: Code::DisabledColumn,
            elements: json!([voucher(&[("company_id", "ACME")])]),
        },
        Case {
            service: "ConvertPOToVoucher",
            version: "26.1",
            remove: |rules| without!(rules.disabled, rule => rule.fields.contains(&"period".to_owned())),
            code: Code::DisabledColumn,
            elements: json!([voucher(&[("branch_id", "1"), ("period", "3"), ("year_for_period", "2026")])]),
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
        },
        Case {
            service: "TimeEntry",
            version: "25.2",
            remove: |rules| without!(rules.either, rule => rule.element == "labor"),
            code: Code::EitherOr,
            elements: json!([form(
                "TP_LABORRECORDING.prod_order_line_comp_labor",
                &[("prod_order_number", "1"), ("item_id", "A"), ("service_labor_id", "L")]
            )]),
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
        },
        Case {
            service: "m_picktickets",
            version: "25.2",
            remove: |rules| without!(rules.use_code_values, _rule => true),
            code: Code::CodesWanted,
            elements: json!([]),
        },
    ]
}

#[test]
fn without_its_rule_a_wrong_payload_passes() {
    for (index, case) in cases().iter().enumerate() {
        let mut rules = support::rules(case.service);
        let with = codes(case, &rules);
        assert!(with.contains(&case.code), "case {index}: {:?} is not among {with:?}", case.code);
        assert!((case.remove)(&mut rules) > 0, "case {index}: the rule is not there");
        let without = codes(case, &rules);
        assert!(!without.contains(&case.code), "case {index}: {without:?} without the rule too");
    }
}

#[test]
fn the_rules_of_a_service_without_a_committed_definition_fit_its_small_one() {
    let set = RuleSet { service: Some(&support::rules("Task")), any: None, version: Version::new(25, 2) };
    ServiceSchema::compile(&definition("Task"), set).unwrap();
}
