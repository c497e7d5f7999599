//! Checks of payloads, against the committed definitions and rules.
#![cfg(feature = "rules")]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

mod identity;
mod lists;
mod values;
mod wanted;

use crate::support;

use p21_model::check::{CheckOptions, Code, check_payload, check_payload_with};
use p21_model::payload::TransactionSet;
use p21_model::value::Date;
use serde_json::{Value, json};

/// The codes and paths found in a payload.
pub(super) fn found_in(service: &str, version: &str, set: Value) -> Vec<(Code, String)> {
    let schema = support::schema(service, version);
    let set: TransactionSet = serde_json::from_value(set).unwrap();
    check_payload(&schema, &set).into_iter().map(|finding| (finding.code, finding.path)).collect()
}

pub(super) fn found(service: &str, elements: Value) -> Vec<(Code, String)> {
    let set = json!({"Name": service, "Transactions": [{"Status": "New", "DataElements": elements}]});
    found_in(service, "25.2", set)
}

pub(super) fn row(edits: &[(&str, &str)]) -> Value {
    let edits: Vec<Value> = edits.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Edits": edits})
}

pub(super) fn element(name: &str, keys: &[&str], rows: &[Value]) -> Value {
    json!({"Name": name, "Keys": keys, "Rows": rows})
}

pub(super) fn existing_order() -> Value {
    element("TABPAGE_1.order", &["order_no"], &[row(&[("order_no", "1013938")])])
}

pub(super) fn existing_contract() -> Value {
    element(
        "FORM.d_dw_job_price_hdr",
        &[],
        &[row(&[("company_id", "ACME"), ("contract_no", "J1"), ("job_no", "7"), ("end_date", "2099-12-31")])],
    )
}

/// A contract by what may repeat: it is stored, or will be new.
pub(super) fn some_contract() -> Value {
    element(
        "FORM.d_dw_job_price_hdr",
        &[],
        &[row(&[("company_id", "ACME"), ("contract_no", "J1"), ("end_date", "2099-12-31")])],
    )
}

pub(super) fn new_order() -> Value {
    let edits = [
        ("customer_id", "100198"),
        ("sales_loc_id", "100"),
        ("source_loc_id", "100"),
        ("ship_to_id", "100198"),
        ("contact_id", "1001"),
        ("po_no", "P-1"),
        ("order_date", "2026-03-02"),
        ("requested_date", "2026-03-09"),
    ];
    element("TABPAGE_1.order", &[], &[row(&edits)])
}

pub(super) fn line(item: &str) -> Value {
    row(&[("item_id", item), ("uom", "EA"), ("pricing_method", "Price"), ("price", "25.00")])
}

pub(super) fn at(path: &str) -> String {
    format!("Transactions[0].{path}")
}

#[test]
fn a_good_update_has_no_findings() {
    assert_eq!(
        found(
            "JobContractPricing",
            json!([existing_contract(), element("JOBPRICELINE.jobpriceline", &["item_id"], &[line("A"), line("B")])])
        ),
        []
    );
}

#[test]
fn price_before_pricing_method_is_found() {
    let early = row(&[("item_id", "A"), ("uom", "EA"), ("price", "25.00"), ("pricing_method", "Price")]);
    assert_eq!(
        found(
            "JobContractPricing",
            json!([existing_contract(), element("JOBPRICELINE.jobpriceline", &["item_id"], &[early])])
        ),
        [(Code::FieldOrder, at("DataElements[1].Rows[0].Edits[2]"))]
    );
}

#[test]
fn reports_and_statuses_are_checked() {
    let report = json!({"Name": "m_picktickets", "UseCodeValues": true, "Transactions": []});
    assert_eq!(found_in("m_picktickets", "25.2", report), [(Code::WrongEndpoint, "Name".to_owned())]);
    let set = json!({"Name": "Order", "Transactions": [{"Status": "Existing", "DataElements": [existing_order()]}]});
    assert_eq!(found_in("Order", "25.2", set), [(Code::BadStatus, at("Status"))]);
    let set = json!({"Name": "Order", "Transactions": [{"Status": "Passed", "DataElements": [existing_order()]}]});
    assert_eq!(found_in("Order", "25.2", set), [(Code::BadStatus, at("Status"))]);
}

#[test]
fn codes_are_unique_and_described() {
    let mut ids: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), Code::ALL.len());
    assert!(Code::ALL.iter().all(|code| code.title().ends_with('.')));
}

#[test]
fn a_report_that_wants_codes_says_so() {
    let set = json!({"Name": "m_picktickets", "Transactions": []});
    let codes: Vec<Code> = found_in("m_picktickets", "25.2", set).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, [Code::WrongEndpoint, Code::CodesWanted]);
}
