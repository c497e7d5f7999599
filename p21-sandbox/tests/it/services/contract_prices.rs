//! The price that an order line without one gets from a contract.

use p21_sandbox::MasterData;
use serde_json::Value;

use crate::support::*;

fn contract(number: &str, edits: &[(&str, &str)], elements: Vec<Value>) -> Value {
    let mut all = vec![
        ("company_id", "ACME"),
        ("contract_no", number),
        ("customer_id", "100198"),
        ("start_date", "2026-01-01"),
        ("end_date", "2027-12-31"),
        ("approved", "ON"),
    ];
    all.retain(|(name, _)| !edits.iter().any(|(other, _)| other == name));
    all.extend(edits);
    let mut transaction = vec![element(CONTRACT, &[], &[&all])];
    transaction.extend(elements);
    set("JobContractPricing", [transaction])
}

const SHIP_TO: (&str, &str) = ("ship_to_id", "100198");

/// The price of an order line of some quantity, with whatever else it says.
async fn price(p21: &P21, item: &str, quantity: &str, more: &[(&str, &str)]) -> String {
    let mut line = vec![("oe_order_item_id", item), ("unit_quantity", quantity)];
    line.extend(more);
    let order = p21.order(vec![order_header(), items(&[], &[&line])]).await;
    value(&p21.read_order(&order).await, ITEMS, "unit_price")
}

#[tokio::test]
async fn transaction_api_section_7_a_line_without_a_price_gets_that_of_the_contract() {
    let p21 = p21().await;
    assert_eq!(price(&p21, "WIDGET-001", "1", &[]).await, "");
    p21.passes(&contract("C-1", &[SHIP_TO], vec![line(&FIXED), line(&SOURCE)])).await;
    assert_eq!(price(&p21, "WIDGET-001", "1", &[]).await, "25.00");
    assert_eq!(price(&p21, "WIDGET-001", "1", &[("unit_price", "31")]).await, "31", "a typed price stays");
    assert_eq!(price(&p21, "WIDGET-002", "1", &[]).await, "40", "the supplier's list price, once");
    assert_eq!(price(&p21, "COMPONENT-A", "1", &[]).await, "", "the contract does not have it");
}

#[tokio::test]
async fn transaction_api_section_7_the_contract_has_to_cover_the_ship_to() {
    let p21 = p21().await;
    p21.passes(&contract("C-1", &[("ship_to_id", "7")], vec![line(&FIXED)])).await;
    assert_eq!(price(&p21, "WIDGET-001", "1", &[]).await, "");
    let ship_to = element(
        "CUSTOMER_SHIP_TO.customer_ship_to",
        &[],
        &[&[("customer_id", "100198"), ("ship_to_id", "100198"), ("row_status_flag", "Active")]],
    );
    p21.passes(&contract("C-2", &[("ship_to_id", "7")], vec![ship_to, line(&FIXED)])).await;
    assert_eq!(price(&p21, "WIDGET-001", "1", &[]).await, "25.00");
}

#[tokio::test]
async fn contracts_that_are_not_in_force_price_nothing() {
    let others = MasterData::new().customer(100_199, "Somebody Else");
    let p21 = p21_with(|builder| builder.master_data(others)).await;
    let cases = [("approved", "OFF"), ("cancelled", "ON"), ("start_date", "2026-03-03"), ("customer_id", "100199")];
    for (number, (field, value)) in ["C-1", "C-2", "C-3", "C-4"].into_iter().zip(cases) {
        p21.passes(&contract(number, &[SHIP_TO, (field, value)], vec![line(&FIXED)])).await;
        assert_eq!(price(&p21, "WIDGET-001", "1", &[]).await, "", "{field} {value}");
    }
    let deleted = [FIXED[0], FIXED[1], FIXED[2], FIXED[3], ("row_status_flag", "Inactive")];
    p21.passes(&contract("C-5", &[SHIP_TO], vec![line(&deleted)])).await;
    assert_eq!(price(&p21, "WIDGET-001", "1", &[]).await, "");
}

#[tokio::test]
async fn sales_price_page_check_5_a_break_is_the_first_quantity_of_the_next_tier() {
    let p21 = p21().await;
    let names: Vec<(String, String)> = (1..=15)
        .map(|n| (format!("calculation_value{n}"), n.to_string()))
        .chain((1..=14).map(|n| (format!("break{n}"), (n * 10).to_string())))
        .collect();
    let mut tiers = vec![("calculation_method_cd", "Fixed Price")];
    tiers.extend(names.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let breaks = |edits: &[(&str, &str)]| element(BREAKS, &[], &[edits]);
    p21.passes(&contract("C-1", &[SHIP_TO], vec![line(&SOURCE), breaks(&tiers)])).await;
    for (quantity, wanted) in [("1", "1"), ("9", "1"), ("10", "2"), ("139.5", "14"), ("140", "15"), ("9999", "15")] {
        assert_eq!(price(&p21, "WIDGET-002", quantity, &[]).await, wanted, "{quantity}");
    }
    // Zero ends the list, and multipliers are of the source.
    let short = [
        ("calculation_method_cd", "Multiplier"),
        ("calculation_value1", "0.9"),
        ("break1", "10"),
        ("calculation_value2", "0.8"),
        ("break2", "0"),
        ("calculation_value3", "0.1"),
    ];
    p21.passes(&contract("C-2", &[SHIP_TO], vec![line(&SOURCE), breaks(&short)])).await;
    assert_eq!(price(&p21, "WIDGET-002", "9", &[]).await, "36");
    assert_eq!(price(&p21, "WIDGET-002", "5000", &[]).await, "32");
}
