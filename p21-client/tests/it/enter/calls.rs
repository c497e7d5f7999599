//! The documented workflows, as call lists that are committed, and what is planned for the same records.
//!
//! A list says what its source does: open, change, tab, row, tool, save, close. Session options and reads that prove
//! something are not part of it. Where a row is looked for, the list has what the source does: it adds, or selects.

use p21_client::windows::enter::{NewOrStored, Plan, PlanStep, Value};
use p21_model::row::RawRow;

use super::{bins, contract, location, order_note, page, repository, row, schema};

/// The calls of a plan as the lists spell them. `at` says at which row one is found that is looked for, from 1; 0 if it
/// is not there.
fn calls(plan: &Plan<'_>, at: usize) -> Vec<String> {
    let mut calls = Vec::new();
    for step in plan.steps() {
        calls.extend(of_step(plan, step, at));
    }
    calls
}

fn of_step(plan: &Plan<'_>, step: &PlanStep, at: usize) -> Vec<String> {
    let (facts, schema) = (plan.facts(), plan.facts().schema());
    let element = |index: u16| schema.elements.get(index.into()).unwrap();
    let datawindow = |index: u16| facts.datawindows(element(index))[0];
    let changes = |of: u16, values: &[Value]| -> Vec<String> {
        let change = |value: &Value| {
            let field = &element(of).fields[usize::from(value.field)].name;
            format!("change {} {} {field}", facts.page(element(of)), datawindow(of))
        };
        values.iter().map(change).collect()
    };
    match step {
        PlanStep::Open => vec![format!("open {}", schema.name)],
        PlanStep::Load { element, key, with, .. } => [changes(*element, key), changes(*element, with)].concat(),
        PlanStep::NewKey { element, key, .. } => changes(*element, key),
        PlanStep::Tab { element: of } => vec![format!("tab {}", facts.page(element(*of)))],
        PlanStep::Add { is_there: true, .. } => Vec::new(),
        PlanStep::Add { element, .. } => vec![format!("add {}", datawindow(*element))],
        PlanStep::Pick { element, by, or_add: true, .. } if at == 0 => {
            [vec![format!("add {}", datawindow(*element))], changes(*element, by)].concat()
        }
        PlanStep::Pick { element, .. } | PlanStep::Select { element, .. } => {
            vec![format!("row {} {at}", datawindow(*element))]
        }
        PlanStep::Type { element, values, .. } => changes(*element, values),
        PlanStep::Popup(popup) => {
            let datawindow = &facts.popup_entry(popup.element).unwrap().datawindow;
            let fields = popup.values.iter().map(|(_, field)| field).chain(popup.beside.iter().map(|(field, _)| field));
            let mut calls = vec![format!("tool {}", popup.tool)];
            calls.extend(fields.map(|field| format!("change - {datawindow} {field}")));
            calls.extend(popup.areas.iter().map(|areas| format!("tool {areas}")));
            calls.push(format!("tool {}", popup.done));
            calls
        }
        PlanStep::Save => vec!["save".to_owned()],
        PlanStep::Close => vec!["close".to_owned()],
        _ => Vec::new(),
    }
}

/// The calls that a committed list has: a line each; what stands behind `#` says where it is from.
fn documented(name: &str) -> Vec<String> {
    let path = repository().join(format!("p21-client/tests/calls/{name}.txt"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[track_caller]
fn are_equal(
    name: &str,
    service: &str,
    rows: fn(&'static p21_model::schema::ServiceSchema) -> Vec<RawRow>,
    record: NewOrStored,
    at: usize,
) {
    let schema = schema(service);
    let rows = rows(schema);
    let planned = super::plan(schema, &rows, record).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(calls(&planned, at), documented(name), "{name}:\n{planned}");
}

#[test]
fn a_price_page_is_created_as_documented() {
    are_equal("price_page_create", "SalesPricePage", page, NewOrStored::New, 0);
}

#[test]
fn a_price_page_is_linked_to_a_book_as_documented() {
    let rows = |schema| {
        let pages = row(schema, "pages", &[("price_page_uid", "700001")]);
        vec![row(schema, "header", &[("price_book_id", "P2 DEMO")]), pages]
    };
    are_equal("price_page_link", "SalesPriceBook", rows, NewOrStored::Stored, 0);
}

#[test]
fn a_price_page_is_expired_as_documented() {
    let rows = |schema| vec![row(schema, "header", &[("price_page_uid", "700001"), ("expiration_date", "2026-12-31")])];
    are_equal("price_page_expire", "SalesPricePage", rows, NewOrStored::Stored, 0);
}

#[test]
fn a_note_of_a_purchase_order_is_added_as_documented() {
    let rows = |schema| {
        let note = row(schema, "header_note", &[("topic", "T"), ("note", "N")]);
        vec![row(schema, "header", &[("po_no", "4000001")]), note]
    };
    are_equal("purchase_order_note", "PurchaseOrder", rows, NewOrStored::Stored, 0);
}

#[test]
fn a_note_of_an_order_line_is_added_as_documented() {
    are_equal("order_line_note", "Order", order_note, NewOrStored::Stored, 2);
}

#[test]
fn bins_of_a_contract_are_changed_as_documented() {
    let rows = |schema| {
        let keys = [("contract_bin_id", "B1"), ("customer_id", "100"), ("ship_to_id", "200")];
        bins(schema, &[&keys[..], &[("max_qty", "9"), ("min_qty", "2")]].concat())
    };
    are_equal("contract_bins", "JobContractPricing", rows, NewOrStored::Stored, 1);
}

#[test]
fn a_new_contract_unlocks_its_tabs_as_documented() {
    are_equal("contract_breaks", "JobContractPricing", contract, NewOrStored::New, 1);
}

#[test]
fn a_location_of_an_item_is_changed_as_documented() {
    let rows = |schema| location(schema, &[("track_bins", "ON")]);
    are_equal("item_location", "Item", rows, NewOrStored::Stored, 3);
}

#[test]
fn every_list_is_compared() {
    let mut names: Vec<String> = std::fs::read_dir(repository().join("p21-client/tests/calls"))
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let source = include_str!("calls.rs");
    for name in names {
        assert!(source.contains(&format!("are_equal(\"{name}\"")), "{name}.txt is compared with nothing");
    }
}
