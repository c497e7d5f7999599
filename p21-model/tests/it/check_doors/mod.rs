//! What once passed and P21 refuses or mangles: the same findings in JSON, in XML and as a payload of the model.
#![cfg(all(feature = "rules", feature = "xml"))]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

mod remedies;

use crate::support;

use p21_model::check::{CheckOptions, Code, Finding, JsonPayload, XmlPayload, check_json, check_payload_with};
use p21_model::definition::DataType;
use p21_model::payload::TransactionSet;
use p21_model::schema::{ElementKind, RuleKind, RuleSet, ServiceSchema};
use serde_json::{Value, json};

/// The findings of a payload, which all doors agree on.
pub(super) fn findings(service: &str, version: &str, elements: Value, options: CheckOptions) -> Vec<Finding> {
    let schema = support::schema(service, version);
    let body = json!({"Name": service, "Transactions": [{"Status": "New", "DataElements": elements}]});
    let set: TransactionSet = serde_json::from_value(body.clone()).unwrap();
    let found: Vec<Finding> = check_payload_with(&schema, &set, options).into_iter().collect();
    let json = JsonPayload::read(&body.to_string()).unwrap().check(Some(&schema), options);
    let xml = String::from_utf8(set.to_xml().unwrap()).unwrap();
    let xml = XmlPayload::read(&xml).check(Some(&schema), options);
    let plain = |findings: p21_model::check::Findings| -> Vec<Finding> { findings.into_iter().collect() };
    assert_eq!(plain(json), found, "JSON");
    assert_eq!(plain(xml), found, "XML");
    found
}

pub(super) fn codes(service: &str, version: &str, elements: Value) -> Vec<(Code, String)> {
    let findings = findings(service, version, elements, CheckOptions::new());
    findings.into_iter().map(|finding| (finding.code, finding.path)).collect()
}

pub(super) fn row(edits: &[(&str, &str)]) -> Value {
    let edits: Vec<Value> = edits.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Edits": edits})
}

pub(super) fn element(name: &str, kind: &str, keys: &[&str], rows: &[Value]) -> Value {
    json!({"Name": name, "Type": kind, "Keys": keys, "Rows": rows})
}

pub(super) fn contract() -> Value {
    let edits = [("company_id", "ACME"), ("contract_no", "J1"), ("job_no", "7"), ("end_date", "2099-12-31")];
    element("FORM.d_dw_job_price_hdr", "Form", &[], &[row(&edits)])
}

pub(super) fn line(edits: &[(&str, &str)]) -> Value {
    element("JOBPRICELINE.jobpriceline", "List", &[], &[row(edits)])
}

pub(super) fn breaks(edits: &[(&str, &str)]) -> Value {
    element("VALUES.values", "Form", &[], &[row(edits)])
}

pub(super) fn at(element: usize) -> String {
    format!("Transactions[0].DataElements[{element}].Rows[0]")
}

#[test]
fn a_contract_line_is_not_found_by_its_number_alone() {
    let bins = element("BINS.bins", "List", &[], &[row(&[("contract_bin_id", "B1"), ("min_qty", "5")])]);
    let found = |edits: &[(&str, &str)]| {
        let schema = support::schema("JobContractPricing", "25.2");
        let body = json!({"Name": "JobContractPricing", "IgnoreDisabled": true, "Transactions": [{"Status": "New",
            "DataElements": [contract(), line(edits), bins]}]});
        let found = check_json(Some(&schema), &body, CheckOptions::new());
        found.into_iter().map(|finding| (finding.code, finding.path)).collect::<Vec<_>>()
    };
    assert_eq!(found(&[("line_no", "1")]), [(Code::RequiredMissing, at(1))]);
    assert_eq!(found(&[("item_id", "A")]), []);
    assert_eq!(found(&[("item_id", "A"), ("line_no", "1")]), []);
}

#[test]
fn breaks_that_make_no_tiers_are_found_on_contracts_and_pages() {
    let good = [("calculation_value1", "10"), ("break1", "10"), ("calculation_value2", "8"), ("break2", "0")];
    let three = |second: &str, third: &str| {
        vec![
            ("calculation_value1".to_owned(), "9".to_owned()),
            ("break1".to_owned(), second.to_owned()),
            ("calculation_value2".to_owned(), "8".to_owned()),
            ("break2".to_owned(), third.to_owned()),
            ("calculation_value3".to_owned(), "7".to_owned()),
        ]
    };
    let on_contract = |edits: &[(&str, &str)]| {
        codes("JobContractPricing", "25.2", json!([contract(), line(&[("item_id", "A")]), breaks(edits)]))
    };
    let on_page = |edits: &[(&str, &str)]| {
        let form = element("FORM.form", "Form", &["price_page_uid"], &[row(&[("price_page_uid", "1")])]);
        codes("SalesPricePage", "25.2", json!([form, breaks(edits)]))
    };
    for (found, element) in [(&on_contract as &dyn Fn(&[(&str, &str)]) -> Vec<_>, 2), (&on_page, 1)] {
        let broken = |edit: usize| vec![(Code::BrokenTiers, format!("{}.Edits[{edit}]", at(element)))];
        let pairs = |edits: &[(String, String)]| {
            let edits: Vec<(&str, &str)> = edits.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            found(&edits)
        };
        assert_eq!(found(&good), []);
        assert_eq!(pairs(&three("10", "20")), []);
        assert_eq!(pairs(&three("20", "10")), broken(3), "they fall");
        assert_eq!(pairs(&three("10", "10.00")), broken(3), "they repeat");
        assert_eq!(pairs(&three("-10", "20")), broken(1), "negative");
        assert_eq!(pairs(&three("10", "-5")), broken(3), "negative");
        assert_eq!(pairs(&three("0", "20")), broken(1), "the first is 0: that is where it is wrong");
        assert_eq!(found(&[("calculation_value1", "1"), ("break1", "0"), ("calculation_value2", "8")]), broken(1));
    }
    // One tier: the facts say that a contract's first break is not 0, and that a page's unused slots may be.
    let single = [("calculation_value1", "10"), ("break1", "0")];
    assert_eq!(on_contract(&single), [(Code::BrokenTiers, format!("{}.Edits[1]", at(2)))]);
    assert_eq!(on_page(&single), []);
}

fn technician() -> Value {
    let edits = [("company_id", "ACME"), ("technician_id", "301"), ("entry_date", "2026-04-01")];
    element("TP_TECHNICIAN.tp_technician", "Form", &[], &[row(&edits)])
}

#[test]
fn labor_needs_its_order_and_its_rate() {
    let labor = |edits: &[(&str, &str)]| {
        let labor = element("TP_LABORRECORDING.prod_order_line_comp_labor", "List", &[], &[row(edits)]);
        codes("TimeEntry", "25.2", json!([technician(), labor]))
    };
    let missing = |count: usize| vec![(Code::RequiredMissing, at(1)); count];
    let order = ("prod_order_number", "2001");
    let rate = ("labor_type_cd", "Rate");
    assert_eq!(labor(&[order, ("service_labor_id", "LAB"), ("time_worked", "4:30"), rate]), []);
    assert_eq!(labor(&[order, ("service_labor_id", "LAB"), ("time_worked", "4:30")]), missing(1));
    assert_eq!(labor(&[("service_labor_id", "LAB"), ("time_worked", "4:30"), rate]), missing(1));
    assert_eq!(labor(&[("service_labor_id", "LAB")]), missing(2));
    for wrong in ["4.5", "4,5", "4", "4:60", "4:5", ":30", "-4:00", "4:00:00", "vier"] {
        let found = labor(&[order, ("service_labor_id", "LAB"), ("time_worked", wrong), rate]);
        assert_eq!(found, [(Code::WrongValue, format!("{}.Edits[2]", at(1)))], "{wrong}");
    }
}

#[test]
fn a_time_entry_without_its_header_fields_is_found() {
    let half = element("TP_TECHNICIAN.tp_technician", "Form", &[], &[row(&[("company_id", "ACME")])]);
    let found = codes("TimeEntry", "25.2", json!([half]));
    assert_eq!(found, [(Code::RequiredMissing, at(0)), (Code::RequiredMissing, at(0))]);
}

#[test]
fn components_and_stages_of_an_assembly_are_checked_as_new() {
    let header =
        |keys: &[&str]| element("TABPAGE_1.assemblyhdr", "Form", keys, &[row(&[("inv_mast_item_id", "WIDGET-001")])]);
    let component = |edits: &[(&str, &str)]| element("TABPAGE_17.tp_17_dw_17", "List", &[], &[row(edits)]);
    let stage = |edits: &[(&str, &str)]| element("ROUTING_TABPAGE.stage_x_process", "List", &[], &[row(edits)]);
    let route = element("ROUTING_TABPAGE.process", "Form", &[], &[row(&[("process_code", "CUT")])]);
    let all =
        |stage: Value| json!([header(&[]), component(&[("item_id_service_labor_id", "COMPONENT-A")]), route, stage]);
    let whole = [("stage_code", "SAW"), ("sequence_no", "10"), ("cost_type", "Value")];
    assert_eq!(codes("Assembly", "25.2", all(stage(&whole))), [], "units come from the item");
    assert_eq!(codes("Assembly", "25.2", all(stage(&whole[..2]))), [(Code::RequiredMissing, at(3))]);
    let nameless = json!([header(&[]), component(&[("quantity", "2")])]);
    assert_eq!(codes("Assembly", "25.2", nameless), [(Code::RequiredMissing, at(1))]);
    // A keyed stage may be one that is stored, unless the assembly can only be new.
    let keyed = all(stage(&[("process_uid", "7"), ("comment", "x")]));
    assert_eq!(codes("Assembly", "25.2", keyed.clone()), []);
    let once = findings("Assembly", "25.2", keyed, CheckOptions::new().created_once(true));
    assert_eq!(once.len(), 3, "{once:?}");
    let changes = json!([header(&["inv_mast_item_id"]), stage(&[("process_uid", "7"), ("comment", "x")])]);
    assert_eq!(findings("Assembly", "25.2", changes, CheckOptions::new().created_once(true)), []);
}

#[test]
fn reports_without_their_company_are_found() {
    for (service, edits) in [
        ("m_reprintpurchaseorders", &[("beg_po_no", "7001"), ("end_po_no", "7001")][..]),
        (
            "m_reprintpicktickets",
            &[("location_id", "100"), ("print_qty", "1"), ("beg_pick_ticket_no", "1"), ("end_pick_ticket_no", "2")],
        ),
    ] {
        let schema = support::schema(service, "25.2");
        let criteria = match service {
            "m_reprintpurchaseorders" => "TABPAGE_1.poreportcriteriadw",
            _ => "TABPAGE_1.tp_1_dw_1",
        };
        let report = |edits: &[(&str, &str)]| {
            let body = json!({"Name": service, "Transactions": [{"Status": 0, "DataElements": [
                {"Name": criteria, "Type": 0, "Keys": [], "Rows": [row(edits)]}]}]});
            let found = check_json(Some(&schema), &body, CheckOptions::new());
            found.into_iter().map(|finding| (finding.code, finding.field.unwrap_or_default())).collect::<Vec<_>>()
        };
        assert_eq!(report(edits), [(Code::RequiredMissing, "company_id".to_owned())], "{service}");
        let with: Vec<_> = edits.iter().copied().chain([("company_id", "ACME")]).collect();
        assert_eq!(report(&with), [], "{service}");
    }
}

#[test]
fn flags_are_true_or_false_and_nothing_else() {
    for (flag, at_root) in [("UseCodeValues", true), ("IgnoreDisabled", true), ("IgnoreIfEmpty", false)] {
        let mut edit = json!({"Name": "order_no", "Value": "1"});
        let mut body = json!({"Name": "Order", "Transactions": []});
        let owner = if at_root { &mut body } else { &mut edit };
        owner[flag] = Value::Null;
        body["Transactions"] = json!([{"Status": "New", "DataElements": [
            {"Name": "TABPAGE_1.order", "Type": "Form", "Rows": [{"Edits": [edit]}]}]}]);
        let found = check_json(Some(&support::schema("Order", "25.2")), &body, CheckOptions::new());
        let found: Vec<Code> = found.into_iter().map(|finding| finding.code).collect();
        assert_eq!(found, [Code::WrongJsonType], "{flag}");
    }
}

#[test]
fn a_member_that_is_there_twice_is_found_wherever_it_is() {
    let text = r#"{"Name": "Order", "UseCodeValues": true, "UseCodeValues": false, "Transactions": [{"Status": "New",
        "Status": "New", "DataElements": [{"Name": "TABPAGE_1.order", "Type": "Form", "Keys": [], "Keys": ["order_no"],
        "Rows": [{"Edits": [{"Name": "order_no", "Value": "1", "Value": "2"}], "RelativeDateEdits": [],
        "RelativeDateEdits": []}]}]}]}"#;
    let found = JsonPayload::read(text).unwrap().check(None, CheckOptions::new());
    let found: Vec<String> = found
        .into_iter()
        .map(|finding| {
            assert_eq!(finding.code, Code::MemberTwice);
            finding.path
        })
        .collect();
    let row = "Transactions[0].DataElements[0].Rows[0]";
    assert_eq!(
        found,
        [
            "UseCodeValues".to_owned(),
            "Transactions[0].Status".to_owned(),
            "Transactions[0].DataElements[0].Keys".to_owned(),
            format!("{row}.Edits[0].Value"),
            format!("{row}.RelativeDateEdits"),
        ]
    );
}

#[test]
fn a_near_miss_of_a_users_own_column_is_named() {
    let mut definition = support::definition("Order");
    let header = definition.elements.iter_mut().find(|element| element.name == "TABPAGE_1.order").unwrap();
    let mut own = header.fields[0].clone();
    own.name = "ufc_route_code".to_owned();
    (own.data_type, own.valid_values) = (Some(DataType::Char), None);
    own.db_column = Some("oe_hdr_ud.ufc_route_code".to_owned());
    header.fields.push(own);
    let set = p21_model::schema::RuleSet::new(p21_model::Version::new(25, 2));
    let site = p21_model::schema::ServiceSchema::compile(&definition, set).unwrap();
    let found = |schema, name: &str| {
        let order = element("TABPAGE_1.order", "Form", &[], &[row(&[("order_no", "1"), (name, "x")])]);
        let body = json!({"Name": "Order", "Transactions": [{"Status": "New", "DataElements": [order]}]});
        let found = check_json(Some(schema), &body, CheckOptions::new());
        found.into_iter().map(|finding| (finding.code, finding.remedy)).collect::<Vec<_>>()
    };
    assert_eq!(found(&site, "ufc_route_code"), []);
    let near = (Code::UnknownField, "did you mean `ufc_route_code`?".to_owned());
    assert_eq!(found(&site, "ufc_route_cod"), std::slice::from_ref(&near));
    assert_eq!(found(&site, "uf_route_code"), [near]);
    assert_eq!(found(&site, "ufc_zz")[0].0, Code::UserField);
    assert_eq!(found(&support::schema("Order", "25.2"), "ufc_route_cod")[0].0, Code::UserField);
}

/// A small definition of our own: none of this service is committed.
fn task() -> p21_model::schema::ServiceSchema {
    let file = support::repository().join("p21-model/tests/small/Task.json");
    let definition =
        p21_model::definition::ServiceDefinition::load("Task.json", &std::fs::read(file).unwrap()).unwrap();
    let rules = support::rules("Task");
    let set = p21_model::schema::RuleSet::new(p21_model::Version::new(25, 2)).with_service(&rules);
    p21_model::schema::ServiceSchema::compile(&definition, set).unwrap()
}

#[test]
fn of_alternatives_in_an_order_one_is_enough() {
    let schema = task();
    let found = |fields: &[&str]| {
        let edits: Vec<(&str, &str)> =
            fields.iter().map(|name| (*name, if *name == "target_minute" { "30" } else { "2026-01-02" })).collect();
        let body = json!({"Name": "Task", "Transactions": [{"Status": "New",
            "DataElements": [element("Form.form", "Form", &[], &[row(&edits)])]}]});
        check_json(Some(&schema), &body, CheckOptions::new())
            .into_iter()
            .map(|finding| finding.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&["target_date", "start_date"]), []);
    assert_eq!(found(&["target_minute", "start_date"]), []);
    assert_eq!(found(&["target_date", "start_date", "target_minute"]), []);
    assert_eq!(found(&["start_date"]), []);
    assert_eq!(found(&["start_date", "target_date"]), [Code::FieldOrder]);
    assert_eq!(found(&["start_date", "target_date", "target_minute"]), [Code::FieldOrder]);
}

/// Flags are wrong in both directions: of a row that may belong to a stored record only rules say what it lacks.
#[test]
fn rows_without_a_key_lack_only_what_a_rule_says() {
    let mut seen = 0;
    // An assembly is created once, with all its rows.
    for service in support::services().into_iter().filter(|service| service != "Assembly") {
        let (own, any) = (support::rules_if_any(&service), support::rules("any"));
        let set = RuleSet::new(p21_model::Version::new(25, 2)).with_service(own.as_ref()).with_any(&any);
        let schema = ServiceSchema::compile(&support::definition(&service), set).unwrap();
        let header = schema.elements.iter().next().unwrap();
        let stored: Vec<Value> =
            header.fields.iter().map(|field| json!({"Name": &*field.name, "Value": "1"})).collect();
        for list in schema.elements.iter().filter(|element| element.kind == ElementKind::List) {
            let ruled = |name: &str| {
                let (field, _) = list.field(name).unwrap();
                list.rules
                    .iter()
                    .any(|rule| matches!(&rule.kind, RuleKind::Required { fields, .. } if fields.contains(&field)))
            };
            let free = list.fields.iter().enumerate().find(|(at, _)| !list.keys.contains(&(*at as u16)));
            let Some((_, free)) = free else { continue };
            let body = json!({"Name": service, "Transactions": [{"Status": "New", "DataElements": [
                {"Name": &*header.name, "Type": header.kind.as_str(), "Rows": [{"Edits": stored}]},
                {"Name": &*list.name, "Type": "List", "Rows": [{"Edits": [{"Name": &*free.name, "Value": "1"}]}]}]}]});
            for finding in check_json(Some(&schema), &body, CheckOptions::new()) {
                if finding.code == Code::RequiredMissing && finding.element.as_deref() == Some(&*list.name) {
                    assert!(ruled(finding.field.as_deref().unwrap()), "{service}: {finding}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 3, "{seen} rows lack what a rule says");
}
