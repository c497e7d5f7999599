//! However a payload is built, it leaves as P21 needs it: fields in rule order, every child behind its own parent.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use p21_services::job_contract_pricing::{self as contract, breaks, cost, header, line};
use p21_services::order::{self, extended_info, items};
use p21_services::prelude::*;
use proptest::prelude::*;

type Setter = fn(line::Row) -> line::Row;

/// Setters with the order rules' fields among them.
const SETTERS: [(&str, Setter); 8] = [
    ("item_id", |row| row.item_id("A")),
    ("uom", |row| row.uom("EA")),
    ("pricing_method", |row| row.pricing_method(line::PricingMethod::Price)),
    ("price", |row| row.price(dec!(1))),
    ("customer_part_no", |row| row.customer_part_no("P")),
    ("row_status_flag", |row| row.row_status_flag(line::RowStatusFlag::Active)),
    ("line_no", |row| row.line_no(3)),
    ("item_desc", |row| row.set(line::ITEM_DESC, "set by handle")),
];

/// A line of a tree: whether it has breaks and costs, in which order they are attached.
#[derive(Debug, Clone)]
struct Branch {
    breaks: bool,
    cost: bool,
    cost_first: bool,
}

fn branch() -> impl Strategy<Value = Branch> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(breaks, cost, cost_first)| Branch {
        breaks,
        cost,
        cost_first,
    })
}

proptest! {
    #[test]
    fn edits_leave_in_rule_order_whatever_the_order_of_setters(
        chosen in prop::sample::subsequence(SETTERS.to_vec(), 0..=8).prop_shuffle(),
    ) {
        let row = chosen.iter().fold(line::Row::edit(), |row, (_, set)| set(row));
        let names: Vec<String> = row.as_raw().to_payload().edits.into_iter().map(|edit| edit.name).collect();
        let mut expected: Vec<&str> = SETTERS.iter().map(|(name, _)| *name).collect();
        expected.retain(|name| chosen.iter().any(|(other, _)| other == name));
        let place = |name: &str| line::Row::schema().field(name).unwrap().0;
        expected.sort_by_key(|name| place(name));
        prop_assert_eq!(&names, &expected);
        for (first, then) in [("item_id", "uom"), ("uom", "pricing_method"), ("pricing_method", "price")] {
            prop_assert!(place(first) < place(then));
        }
    }

    #[test]
    fn every_child_follows_its_own_parent(branches in prop::collection::vec(branch(), 0..12)) {
        let lines = branches.iter().enumerate().map(|(number, branch)| {
            let row = line::Row::edit().item_id(format!("ITEM-{number}"));
            let breaks = branch.breaks.then(|| breaks::Row::edit().calculation_value1(number as i64));
            let cost = branch.cost.then(|| cost::Row::edit().other_cost_value(number as i64));
            if branch.cost_first { row.with_all(cost).with_all(breaks) } else { row.with_all(breaks).with_all(cost) }
        });
        let contract = contract::Transaction::new().push(header::Row::edit().job_no("7")).push_all(lines);
        let mut current = None;
        let (mut rows, mut children) = (0, 0);
        for element in contract.to_payload().data_elements {
            match element.name.as_str() {
                "FORM.d_dw_job_price_hdr" => {}
                "JOBPRICELINE.jobpriceline" => {
                    rows += element.rows.len();
                    current = element.rows.last().unwrap().value("item_id").map(str::to_owned);
                }
                _ => {
                    children += 1;
                    let row = &element.rows[0];
                    let number = row.value("calculation_value1").or_else(|| row.value("other_cost_value")).unwrap();
                    prop_assert_eq!(current.clone(), Some(format!("ITEM-{number}")));
                    prop_assert_eq!(element.rows.len(), 1);
                }
            }
        }
        prop_assert_eq!(rows, branches.len());
        prop_assert_eq!(children, branches.iter().map(|b| usize::from(b.breaks) + usize::from(b.cost)).sum::<usize>());
    }

    #[test]
    fn json_is_what_serde_makes_of_the_payload(
        texts in prop::collection::vec(("\\PC*", any::<bool>()), 0..6),
        use_codes in any::<bool>(),
    ) {
        let rows = texts.iter().enumerate().map(|(number, (text, own_column))| {
            let row = items::Row::edit().oe_order_item_id(number.to_string()).item_desc(text);
            let row = if *own_column { row.set_unchecked("ufc_\"odd\"", text.as_str()) } else { row.clear(items::UNIT_PRICE) };
            row.with_all((number % 2 == 0).then(|| extended_info::Row::edit().extended_desc(text).skip(extended_info::PICK_DATE)))
        });
        let set = order::TransactionSet::from(
            order::Transaction::new().keyed_by(items::OE_ORDER_ITEM_ID).push(order::header::Row::edit().approved(true)).push_all(rows),
        )
        .use_code_values(use_codes);
        let direct: serde_json::Value = serde_json::from_slice(&set.to_json()).unwrap();
        prop_assert_eq!(direct, serde_json::to_value(set.to_payload()).unwrap());
        prop_assert_eq!(set.to_json().len(), serde_json::to_vec(&set.to_payload()).unwrap().len());
    }
}

#[test]
fn an_update_that_finds_its_record_by_another_key_needs_no_new_row() {
    // P21 assigns the record's number; the contract number finds the contract as well.
    let of = |line: line::Row| {
        let header = header::Row::edit().company_id("ACME").contract_no("JOB-1001").end_date(date(2027, 12, 31));
        contract::TransactionSet::from(contract::Transaction::new().push(header).push(line).keyed_by(line::ITEM_ID))
    };
    let update = of(line::Row::edit().item_id("WIDGET-001").price(dec!(26)).pricing_method(line::PricingMethod::Price));
    assert!(update.check().is_empty(), "{}", update.check());

    // A header that says it is new wants all that a contract wants.
    let new = header::Row::new(header::Required {
        company_id: "ACME",
        contract_no: "JOB-1001",
        end_date: date(2027, 12, 31),
    });
    let bare = contract::TransactionSet::from(contract::Transaction::new().push(new));
    assert!(bare.check().has_errors());
}
