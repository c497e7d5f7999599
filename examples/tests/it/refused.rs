//! What P21 takes in silence and nobody means is refused by every door that sends: typed and raw, JSON and XML, at once
//! and queued. What is meant passes the same doors.

use p21_services::client::{Error, Flavour};
use p21_services::m_reprintpurchaseorders::{MReprintpurchaseorders, criteria};
use p21_services::model::check::Code;
use p21_services::model::criteria::Criteria;
use p21_services::order::{self, Order, extended_info, header, items};
use p21_services::prelude::*;

use super::{client_with, sandbox};

/// A new order with two lines, each with extended info.
fn order(second: &str) -> order::Transaction {
    let required = header::Required {
        customer_id: 100198,
        sales_loc_id: 100,
        source_loc_id: 100,
        ship_to_id: 100198,
        contact_id: "1001",
        order_date: date(2026, 11, 21),
        requested_date: date(2026, 12, 21),
        po_no: "PO-88",
    };
    with_lines(order::Transaction::new().push(header::Row::new(required)), second)
}

/// The same lines for an order that is stored.
fn update() -> order::Transaction {
    with_lines(order::Transaction::new().push(header::Row::edit().order_no("1013938")), "WIDGET-002")
}

fn with_lines(order: order::Transaction, second: &str) -> order::Transaction {
    let line = |item: &str, number: &str, names: &str| {
        let line = items::Row::edit().oe_order_item_id(item).user_line_no(number).unit_quantity(5).unit_price(dec!(2));
        line.with(extended_info::Row::edit().oe_order_item_id(names).extended_desc("as agreed"))
    };
    order.push(line("WIDGET-001", "001", "WIDGET-001")).push(line("WIDGET-002", "002", second))
}

/// What was found, each kind once: every element of a list has its keys.
fn codes(error: &Error) -> Vec<Code> {
    let mut codes: Vec<Code> = error.findings().unwrap().iter().map(|finding| finding.code).collect();
    codes.dedup();
    codes
}

#[tokio::test]
async fn children_of_other_rows_and_keys_that_change_pass_no_door() {
    let sandbox = sandbox(|builder| builder).await;
    for flavour in [Flavour::Json, Flavour::Xml] {
        let client = client_with(&sandbox, |builder| builder.flavour(flavour).service::<Order>());
        for (wrong, code) in [
            (order("WIDGET-001"), Code::OtherThanParent),
            (update().keyed_by(items::UNIT_QUANTITY), Code::ChangingKey),
            (update().keyed_by((items::USER_LINE_NO, items::UNIT_PRICE)), Code::ChangingKey),
            // The lines of a new order are told apart by any column, until two values of it are equal.
            (order("WIDGET-002").keyed_by(items::UNIT_QUANTITY), Code::RowsFold),
        ] {
            let raw = order::TransactionSet::from(wrong.clone()).to_payload();
            assert_eq!(codes(&client.submit(&wrong).await.unwrap_err()), [code]);
            assert_eq!(codes(&client.submit(&wrong).queued().await.unwrap_err()), [code]);
            assert_eq!(codes(&client.submit(&raw).await.unwrap_err()), [code]);
            assert_eq!(codes(&client.submit(&raw).queued().await.unwrap_err()), [code]);
        }
        for right in [
            order("WIDGET-002").keyed_by(items::USER_LINE_NO),
            order("WIDGET-002").keyed_by((items::USER_LINE_NO, items::UNIT_PRICE)),
        ] {
            client.submit(&right).await.unwrap();
            let raw = order::TransactionSet::from(right).to_payload();
            client.submit(&raw).await.unwrap().all_stored().unwrap();
        }
    }
}

#[tokio::test]
async fn reports_without_an_end_pass_no_door_but_the_one_that_says_so() {
    let sandbox = sandbox(|builder| builder).await;
    for flavour in [Flavour::Json, Flavour::Xml] {
        let client = client_with(&sandbox, |builder| builder.flavour(flavour).service::<MReprintpurchaseorders>());
        let all = || criteria::Row::new(criteria::Required { company_id: "ACME" });
        let raw = |row: criteria::Row| Criteria::from(row).to_payload();
        for endless in [all(), all().beg_po_no(1), all().end_po_no(9)] {
            assert_eq!(codes(&client.print_raw(&raw(endless)).await.unwrap_err()), [Code::Unbounded]);
        }
        assert_eq!(codes(&client.print(all()).await.unwrap_err()), [Code::Unbounded]);
        let range = || all().beg_po_no(1).end_po_no(1);
        assert!(client.print(range()).await.unwrap_err().is_nothing_to_print());
        assert!(client.print_raw(&raw(range())).await.unwrap_err().is_nothing_to_print());
        let sent = client.print_unchecked(&raw(all())).await;
        assert!(sent.err().is_none_or(|error| error.findings().is_none()), "unchecked is sent");
    }
}
