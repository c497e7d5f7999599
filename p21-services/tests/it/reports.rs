//! Criteria of real reports.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use p21_services::model::criteria::Criteria;
use p21_services::prelude::*;
use p21_services::{m_picktickets, m_reprintpicktickets, m_reprintpurchaseorders};
use serde_json::{Value, json};

fn body<S: p21_services::model::row::Service>(criteria: &Criteria<S>) -> Value {
    serde_json::from_slice(&criteria.to_json()).unwrap()
}

#[test]
fn pick_tickets_take_codes_because_the_rules_know_them() {
    use m_picktickets::criteria;
    let required = criteria::Required { location_id: dec!(10) };
    let row = criteria::Row::new(required)
        .create_pick_ticket_type("Production Order")
        .beg_prod_order(dec!(5001))
        .end_prod_order(dec!(5001));
    let criteria: Criteria<_> = row.into();
    assert!(criteria.uses_code_values() && !criteria.is_repeatable());
    assert!(!criteria.check().has_errors(), "{}", criteria.check());
    let body = body(&criteria);
    assert_eq!(body["UseCodeValues"], true);
    let edits = body["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"].as_array().unwrap();
    assert!(edits.contains(&json!({"Name": "create_pick_ticket_type", "Value": "P"})), "{edits:?}");
}

#[test]
fn reprints_take_labels_and_may_be_repeated() {
    let row =
        m_reprintpurchaseorders::criteria::Row::edit().company_id("ACME").beg_po_no(dec!(7001)).end_po_no(dec!(7001));
    let criteria: Criteria<_> = row.into();
    assert!(!criteria.uses_code_values() && criteria.is_repeatable());
    assert!(!criteria.check().has_errors(), "{}", criteria.check());
    let body = body(&criteria);
    let transaction = &body["Transactions"][0];
    assert_eq!((&transaction["Status"], &transaction["DataElements"][0]["Type"]), (&json!(0), &json!(0)));
    let tickets: Criteria<_> = m_reprintpicktickets::criteria::Row::edit().into();
    assert!(!tickets.uses_code_values() && tickets.is_repeatable());
}

#[test]
fn criteria_are_checked_like_transactions() {
    let range = m_reprintpurchaseorders::criteria::Row::edit().beg_po_no(dec!(7001)).end_po_no(dec!(7003));
    let criteria: Criteria<_> = range.into();
    let findings = criteria.check();
    assert!(findings.has_errors() && findings.iter().all(|finding| finding.field.as_deref() == Some("company_id")));
}

#[test]
fn criteria_that_nothing_bounds_are_refused() {
    use p21_services::model::check::Code;

    let codes = |criteria: Criteria<_>| -> Vec<Code> { criteria.check().iter().map(|finding| finding.code).collect() };
    let row = || m_reprintpurchaseorders::criteria::Row::edit().company_id("ACME");
    assert_eq!(codes(row().into()), [Code::Unbounded]);
    assert_eq!(codes(row().beg_po_no(dec!(7001)).into()), [Code::Unbounded], "open at the other end");
    assert_eq!(codes(row().beg_po_no(dec!(7001)).end_po_no(dec!(7003)).into()), []);
    assert_eq!(codes(row().vendor_id(dec!(1)).end_vendor_id(dec!(1)).into()), []);
}
