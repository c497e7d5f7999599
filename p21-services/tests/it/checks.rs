//! What the types of rows can't see is found by the check of the set, as in raw payloads.

use p21_model::check::{CheckOptions, Code, Findings};
use p21_model::criteria::Criteria;
use p21_model::row::{Service, Transaction, TransactionSet, Transactional};
use p21_services::prelude::*;
use p21_services::{assembly, job_contract_pricing as contract, m_reprintpicktickets, time_entry};

fn codes(findings: &Findings) -> Vec<(Code, &str)> {
    findings.iter().map(|finding| (finding.code, finding.field.as_deref().unwrap_or_default())).collect()
}

fn set<S: Service + Transactional>(transaction: Transaction<S>) -> TransactionSet<S> {
    TransactionSet::new().push(transaction)
}

fn existing_contract() -> contract::header::Row {
    contract::header::Row::edit().company_id("ACME").contract_no("J1").job_no("7").end_date(date(2099, 12, 31))
}

#[test]
fn a_contract_line_is_not_found_by_its_number_alone() {
    let line = |row: contract::line::Row| {
        let bins = contract::bins::Row::edit().contract_bin_id("B1").min_qty(5);
        set(contract::Transaction::new().push(existing_contract()).push(row.with(bins))).ignore_disabled(true)
    };
    let by_number = line(contract::line::Row::edit().line_no(1));
    assert_eq!(codes(&by_number.check()), [(Code::RequiredMissing, "item_id")]);
    let by_item = line(contract::line::Row::edit().item_id("A").line_no(1));
    assert_eq!(codes(&by_item.check()), []);
}

#[test]
fn breaks_that_make_no_tiers_are_found() {
    let breaks = |row: contract::breaks::Row| {
        let line = contract::line::Row::edit().item_id("A").with(row);
        let set = set(contract::Transaction::new().push(existing_contract()).push(line));
        codes(&set.check()).first().map(|(code, field)| (*code, (*field).to_owned()))
    };
    let row = || contract::breaks::Row::edit().calculation_value1(9).calculation_value2(8).calculation_value3(7);
    let broken = |field: &str| Some((Code::BrokenTiers, field.to_owned()));
    assert_eq!(breaks(row().break1(10).break2(20)), None);
    assert_eq!(breaks(row().break1(20).break2(10)), broken("break2"));
    assert_eq!(breaks(row().break1(10).break2(10)), broken("break2"));
    assert_eq!(breaks(row().break1(-10).break2(10)), broken("break1"));
    assert_eq!(breaks(row().break1(0).break2(10)), broken("break1"));
    assert_eq!(breaks(contract::breaks::Row::edit().calculation_value1(9).break1(0)), broken("break1"));
}

#[test]
fn labor_needs_its_order_and_its_rate() {
    let labor = |row: time_entry::labor::Row| {
        let technician =
            time_entry::technician::Row::edit().company_id("ACME").technician_id("301").entry_date(date(2026, 4, 1));
        let set = set(time_entry::Transaction::new().push(technician).push(row));
        set.check().iter().map(|finding| (finding.code, finding.field.clone().unwrap_or_default())).collect::<Vec<_>>()
    };
    let row = || time_entry::labor::Row::edit().service_labor_id("LAB");
    let missing = |field: &str| vec![(Code::RequiredMissing, field.to_owned())];
    assert_eq!(labor(row().prod_order_number(2001)), missing("labor_type_cd"));
    assert_eq!(labor(row().labor_type_cd(time_entry::labor::LaborTypeCd::Rate)), missing("prod_order_number"));
    let whole = || row().prod_order_number(2001).labor_type_cd(time_entry::labor::LaborTypeCd::Rate);
    assert_eq!(labor(whole().time_worked("4:30")), []);
    assert_eq!(labor(whole().time_worked("4.5")), [(Code::WrongValue, "time_worked".to_owned())]);
}

#[test]
fn a_report_needs_its_company() {
    let criteria: Criteria<_> = m_reprintpicktickets::criteria::Row::edit().location_id(100).print_qty(1).into();
    assert_eq!(
        codes(&criteria.check()),
        [(Code::RequiredMissing, "company_id"), (Code::Unbounded, "beg_pick_ticket_no")]
    );
}

#[test]
fn a_component_needs_its_item() {
    let header = || assembly::header::Row::edit().inv_mast_item_id("WIDGET-001");
    let component = |row| set(assembly::Transaction::new().push(header()).push(row));
    let nameless = component(assembly::components::Row::edit().quantity(2));
    assert_eq!(codes(&nameless.check()), [(Code::RequiredMissing, "item_id_service_labor_id")]);
    let stage = assembly::routing_stages::Row::edit().stage_code("SAW").sequence_no(10);
    let stages = set(assembly::Transaction::new().push(header()).push(stage));
    assert_eq!(codes(&stages.check_with(CheckOptions::new())), [(Code::RequiredMissing, "cost_type")]);
}

#[test]
fn typed_sets_name_one_item_and_are_keyed_by_what_stays() {
    use p21_services::order::{self, extended_info, header, items};

    let order = |item: &str| {
        let line = items::Row::edit().oe_order_item_id("WIDGET-001").unit_quantity(5);
        let info = extended_info::Row::edit().oe_order_item_id(item).extended_desc("as agreed");
        order::Transaction::new().push(header::Row::edit().order_no("1000001")).push(line.with(info))
    };
    let found = |transaction: order::Transaction| {
        let findings = order::TransactionSet::from(transaction).check();
        findings.iter().map(|finding| finding.code).collect::<Vec<Code>>()
    };
    assert_eq!(found(order("WIDGET-001")), []);
    assert_eq!(found(order("WIDGET-002")), [Code::OtherThanParent]);
    assert_eq!(found(order("WIDGET-001").keyed_by(items::UNIT_QUANTITY)), [Code::ChangingKey]);
}
