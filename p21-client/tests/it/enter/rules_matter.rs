//! Every rule about a window is needed: without it some record is planned otherwise, or goes another way.

use std::fmt::Write;

use p21_client::windows::enter::{NewOrStored, Plan, Wanted, route};
use p21_model::row::RawRow;
use p21_model::rules::Rules;
use p21_model::schema::ServiceSchema;

use super::{bins, contract, location, order_note, page, row, rules, schema_with, wanted, with};

/// The services whose windows have rules.
const SERVICES: [&str; 6] =
    ["SalesPricePage", "SalesPriceBook", "JobContractPricing", "Order", "PurchaseOrder", "Item"];

/// Records of a service, new or stored.
fn records(schema: &'static ServiceSchema) -> Vec<(NewOrStored, Vec<RawRow>)> {
    use NewOrStored::{New, Stored};
    match &*schema.name {
        "SalesPricePage" => {
            let expired = row(schema, "header", &[("price_page_uid", "7"), ("expiration_date", "2026-12-31")]);
            vec![(New, page(schema)), (Stored, vec![expired])]
        }
        "SalesPriceBook" => {
            let rows = || {
                let pages = row(schema, "pages", &[("price_page_uid", "700001")]);
                vec![row(schema, "header", &[("price_book_id", "B")]), pages]
            };
            vec![(New, rows()), (Stored, rows())]
        }
        "JobContractPricing" => {
            let keys = [("contract_bin_id", "B1"), ("customer_id", "100"), ("ship_to_id", "200"), ("max_qty", "9")];
            let new = bins(schema, &[("contract_bin_id", "B1"), ("max_qty", "9"), ("min_qty", "1")]);
            let alone = vec![row(schema, "header", &[("contract_no", "C"), ("customer_id", "1")])];
            vec![(New, contract(schema)), (Stored, bins(schema, &keys)), (Stored, new), (New, alone)]
        }
        "Order" => {
            let line = with(
                row(schema, "items", &[("oe_order_item_id", "W"), ("unit_quantity", "1")]),
                row(schema, "extended_info", &[("oe_order_item_id", "W")]),
            );
            let header = row(schema, "header", &[("customer_id", "100"), ("order_date", "2026-01-01")]);
            let note = row(schema, "header_note", &[("topic", "T")]);
            vec![(New, vec![header, line]), (Stored, order_note(schema)), (New, vec![note])]
        }
        "PurchaseOrder" => {
            let items = || row(schema, "items", &[("line_no", "2"), ("item_id", "W")]);
            let header = || row(schema, "header", &[("po_no", "4000001")]);
            let note = |of| row(schema, of, &[("topic", "T"), ("note", "N")]);
            let extended = row(schema, "extended_info", &[("item_id", "W"), ("expedite_notes", "x")]);
            vec![
                (Stored, vec![header(), note("header_note")]),
                (Stored, vec![header(), with(items(), note("line_note"))]),
                (Stored, vec![header(), with(items(), extended)]),
                (New, vec![items()]),
            ]
        }
        "Item" => {
            let named = [("company_id", "DEMO"), ("location_id", "100"), ("track_bins", "ON")];
            vec![(Stored, location(schema, &named)), (Stored, location(schema, &[("product_group_id", "PG2")]))]
        }
        other => panic!("no records of {other}"),
    }
}

/// All that is decided of the records of a service: their plans or refusals, what may be asked, what things are called,
/// and their doors.
fn decided(service: &str, rules: &Rules) -> String {
    let schema = schema_with(service, rules);
    let mut said = String::new();
    for (record, rows) in records(schema) {
        for batched in [false, true] {
            let wanted = Wanted { batched, ..wanted(schema, &rows, record) };
            match Plan::of(wanted) {
                Ok(plan) => writeln!(said, "{plan}\n{:?}", plan.questions()).unwrap(),
                Err(refused) => writeln!(said, "{refused}").unwrap(),
            }
        }
        let mut elements: Vec<u16> = Vec::new();
        for row in &rows {
            elements.push(row.element().index);
            elements.extend(row.children().iter().map(|child| child.element().index));
        }
        for version in ["25.2", "26.1.5940"] {
            let facts = schema.window(version.parse().unwrap());
            writeln!(said, "{:?}", route(facts, &elements, record)).unwrap();
        }
        let facts = schema.window("26.1.5940".parse().unwrap());
        for element in elements.iter().map(|index| schema.elements.get((*index).into()).unwrap()) {
            writeln!(said, "{} {:?} {:?}", facts.page(element), facts.datawindows(element), facts.proof(element.index))
                .unwrap();
            writeln!(said, "{:?}", facts.popup_entry(element.index)).unwrap();
        }
    }
    said
}

macro_rules! lists {
    ($rules:ident => $do:ident: $($kind:ident)+) => {
        $($do!($rules, $kind);)+
    };
}

#[test]
fn without_any_rule_of_a_window_something_else_is_decided() {
    let mut problems: Vec<String> = Vec::new();
    let mut tried = 0;
    for service in SERVICES {
        let all = rules(service);
        let with = decided(service, &all);
        macro_rules! without {
            ($rules:ident, $kind:ident) => {
                for at in 0..$rules.$kind.len() {
                    let mut fewer = $rules.clone();
                    fewer.$kind.remove(at);
                    tried += 1;
                    if decided(service, &fewer) == with {
                        problems.push(format!("{service}: [[{}]] number {at} changes nothing", stringify!($kind)));
                    }
                }
            };
        }
        lists!(all => without: window place key_entry stage first_row cursor_key separate_calls selector detail
            popup_entry dialog proof door);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(tried > 40, "{tried}");
}

#[test]
fn every_kind_of_rule_about_windows_has_a_rule() {
    let mut missing: Vec<_> = p21_model::rules::Kind::ALL.iter().copied().filter(|kind| kind.is_of_windows()).collect();
    assert_eq!(missing.len(), 13);
    for service in SERVICES {
        for rule in rules(service).all() {
            missing.retain(|kind| *kind != rule.kind);
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn no_other_service_has_rules_of_a_window() {
    for file in std::fs::read_dir(super::repository().join("definitions/rules")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "toml") && !SERVICES.contains(&&*name) {
            let has = rules(&name).all().iter().any(|rule| rule.kind.is_of_windows());
            assert!(!has, "{name} is to be among those that are tried");
        }
    }
}
