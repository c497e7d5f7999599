//! Pick tickets of orders, shipped and invoiced, by the definition of 25.2.

use serde_json::Value;

use super::{PROFILES, codes, served, served_with};
use crate::support::*;
use p21_sandbox::ServerVersion;

const TICKET: &str = "TABPAGE_1.tp_1_dw_1";
const SHIPPED: &str = "TABPAGE_17.tabpage_ship";
const INVOICED: &str = "Transaction 1:: General Exception: This pick ticket has already been invoiced. DataElement: tp_1_dw_1, Column: pick_ticket_no";

/// The first ticket of a sandbox.
const NUMBER: &str = "5000001";

fn header(number: &str, edits: &[(&str, &str)]) -> Value {
    element(TICKET, &[], &[&[&[("pick_ticket_no", number)], edits].concat()])
}

fn ticket(number: &str, edits: &[(&str, &str)]) -> Value {
    set("Shipping", [vec![header(number, edits)]])
}

/// An order of two items that prints its ticket; the order's number.
async fn ticket_for_an_order(p21: &P21) -> String {
    let lines = items(
        &[],
        &[
            &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "2")],
            &[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "3")],
        ],
    );
    let print = element("TP_FRONTCOUNTER.tp_frontcounter", &[], &[&[("print_tix", "ON")]]);
    p21.order(vec![order_header(), lines, print]).await
}

async fn read(p21: &P21, number: &str) -> Value {
    p21.read("Shipping", TICKET, &[("pick_ticket_no", number)]).await
}

#[tokio::test]
async fn transaction_api_check_32_an_invoiced_ticket_takes_no_edit() {
    for version in PROFILES {
        let p21 = served_with(|builder| builder.p21_version(ServerVersion::parse(version).unwrap())).await;
        ticket_for_an_order(&p21).await;
        // Shipping invoices, unless it is told not to.
        p21.passes(&ticket(NUMBER, &[("tracking_no", "1Z1"), ("create_invoice", "OFF")])).await;
        let documented = ticket(NUMBER, &[("tracking_no", "1Z2"), ("carrier_id", "Example Parcel")]);
        assert!(codes(&documented, version).is_empty());
        p21.passes(&documented).await;
        assert_eq!(p21.fails(&ticket(NUMBER, &[("tracking_no", "1Z3")])).await, [INVOICED]);
        assert_eq!(p21.fails(&ignoring(ticket(NUMBER, &[("tracking_no", "1Z3")]))).await, [INVOICED]);
        let stored = read(&p21, NUMBER).await;
        assert_eq!(value(&stored, TICKET, "tracking_no"), "1Z2");
        assert!(!value(&stored, TICKET, "invoice_no").is_empty());
        let rows = p21.odata_rows("oe_pick_ticket", &format!("pick_ticket_no eq {NUMBER}")).await;
        assert_eq!(rows[0]["tracking_no"], "1Z2");
        let unknown = p21.fails(&ticket("4999", &[("tracking_no", "1Z1")])).await;
        let unattributed = "Transaction 1:: Enter a valid ID or leave ID blank.";
        assert_eq!(unknown, [format!("{unattributed} DataElement: tp_1_dw_1, Column: pick_ticket_no")]);
    }
}

#[tokio::test]
async fn transaction_api_section_15_2_an_order_that_prints_its_tickets_can_be_shipped() {
    let p21 = served().await;
    let order = ticket_for_an_order(&p21).await;
    let stored = read(&p21, NUMBER).await;
    assert_eq!((value(&stored, TICKET, "order_no"), value(&stored, TICKET, "location_id")), (order, "100".to_owned()));
    p21.passes(&ticket(NUMBER, &[("tracking_no", "1Z9")])).await;
    assert_eq!(p21.fails(&ticket(NUMBER, &[("tracking_no", "1Z8")])).await, [INVOICED]);
}

#[tokio::test]
async fn production_labor_section_5_part_of_a_ticket_can_be_shipped() {
    let p21 = served().await;
    let order = ticket_for_an_order(&p21).await;
    let on_ticket = async |number| {
        let stored = read(&p21, number).await;
        (column(&stored, SHIPPED, "oe_order_item_id"), column(&stored, SHIPPED, "unit_quantity"))
    };
    let both = vec!["WIDGET-001".to_owned(), "WIDGET-002".to_owned()];
    assert_eq!(on_ticket(NUMBER).await, (both.clone(), vec!["2".to_owned(), "3".to_owned()]));
    let part = list(SHIPPED, &["line_id"], &[&[("line_id", "2"), ("unit_quantity", "1")]]);
    p21.passes(&set("Shipping", [vec![header(NUMBER, &[]), part]])).await;
    assert_eq!(on_ticket(NUMBER).await, (both, vec!["2".to_owned(), "1".to_owned()]));
    // Printing again makes a ticket of what no ticket has.
    let more = items(&["user_line_no"], &[&[("user_line_no", "001"), ("unit_quantity", "7")]]);
    let print = element("TP_FRONTCOUNTER.tp_frontcounter", &[], &[&[("print_tix", "ON")]]);
    p21.passes(&set("Order", [vec![order_key(&order), more, print.clone()]])).await;
    assert_eq!(on_ticket("5000002").await, (vec!["WIDGET-001".to_owned()], vec!["5".to_owned()]));
    p21.passes(&set("Order", [vec![order_key(&order), print]])).await;
    assert_eq!(value(&read(&p21, "5000003").await, TICKET, "pick_ticket_no"), "", "nothing is left to pick");
}
