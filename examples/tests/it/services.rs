//! Adjustments, vouchers, shipments and items by their bindings, on both versions.

use p21_services::inventory_adjustment as adjustment;
use p21_services::prelude::*;
use p21_services::{convert_po_to_voucher as voucher, item, order, shipping};

use super::{both_versions, client, sandbox};

const HEADER: &str = "TABPAGE_1.tp_1_dw_1";

#[tokio::test]
async fn transaction_api_section_7_each_lot_lands_on_its_item() {
    use adjustment::{header, items, lots};
    for profile in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(profile)).await;
        let client = client(&sandbox);
        let line = |quantity: i64| {
            let lot = lots::Row::edit().lot_cd("L-1").item_id("WIDGET-001").unit_quantity(quantity);
            items::Row::new(items::Required { item_id: "WIDGET-001", unit_quantity: quantity }).with(lot)
        };
        let counted = adjustment::Transaction::new()
            .push(header::Row::new(header::Required { location_id: 100, reason_id: "Cycle Count" }))
            .push(line(-2))
            .push(line(3));
        let stored = client.submit(counted).await.unwrap();
        let number: Decimal = stored.value(HEADER, "adjustment_number").unwrap().parse().unwrap();
        let record = client.read(adjustment::Key::new(number)).await.unwrap().unwrap();
        let quantities: Vec<Option<Decimal>> =
            record.rows::<lots::Row>().map(|lot| lot.get(lots::UNIT_QUANTITY).unwrap()).collect();
        assert_eq!(quantities, [Some(dec!(-2)), Some(dec!(3))], "on one item they would be one");
    }
}

fn documented(po_no: i64) -> voucher::header::Row {
    voucher::header::Row::new(voucher::header::Required {
        po_no,
        invoice_no: "INV-77",
        invoice_date: date(2026, 11, 20),
        invoice_amount: dec!(625),
        vendor_id: 5010,
    })
}

#[tokio::test]
async fn transaction_api_section_15_5_a_voucher_names_receipts_and_no_company() {
    use voucher::items;
    for profile in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(profile)).await;
        let client = client(&sandbox);
        let receipt = || {
            let line = items::Required { unit_qty_invoiced: dec!(50), unit_cost_display: dec!(12.50) };
            items::Row::new(line).receipt_number(8000001).line_number(1).po_no(3999001)
        };
        let shut = voucher::Transaction::new().push(documented(3999001).company_id("ACME")).push(receipt());
        let found = client.submit(shut).await.unwrap_err();
        assert!(found.findings().is_some_and(|found| found.to_string().contains("P21-040")), "{found}");
        let unknown = client.submit(voucher::Transaction::new().push(documented(1)).push(receipt())).await.unwrap_err();
        assert!(unknown.is_rejected() && unknown.to_string().contains("No receipts have been selected"), "{unknown}");
        let stored =
            client.submit(voucher::Transaction::new().push(documented(3999001)).push(receipt())).await.unwrap();
        let number = stored.value(HEADER, "voucher_no").unwrap().to_owned();
        let record = client.read(voucher::Key::new(&*number)).await.unwrap().unwrap();
        let invoiced: Vec<Option<Decimal>> =
            record.rows::<items::Row>().map(|line| line.get(items::UNIT_QTY_INVOICED).unwrap()).collect();
        assert_eq!(invoiced, [Some(dec!(50)), Some(dec!(0))]);
    }
}

#[tokio::test]
async fn transaction_api_section_15_4_a_shipped_ticket_is_invoiced_and_closed() {
    use order::{front_counter, header, items};
    use shipping::header as ticket;
    for profile in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(profile)).await;
        let client = client(&sandbox);
        let required = header::Required {
            customer_id: 100198,
            sales_loc_id: 100,
            source_loc_id: 100,
            ship_to_id: 100198,
            contact_id: "1001",
            po_no: "PO-1",
            order_date: date(2026, 11, 21),
            requested_date: date(2026, 11, 28),
        };
        let line = items::Required { oe_order_item_id: "WIDGET-001", unit_quantity: 2 };
        let order = order::Transaction::new()
            .push(header::Row::new(required).taker("sandbox"))
            .push(items::Row::new(line))
            .push(front_counter::Row::edit().print_tix(true));
        client.submit(order).await.unwrap();
        let ship = |number| {
            let required = ticket::Required { pick_ticket_no: 5000001 };
            shipping::Transaction::new().push(ticket::Row::new(required).tracking_no(number))
        };
        client.submit(ship("1Z1")).await.unwrap();
        let record = client.read(shipping::Key::new(5000001)).await.unwrap().unwrap();
        let row = record.rows::<ticket::Row>().next().unwrap();
        assert_eq!(row.get(ticket::TRACKING_NO).unwrap().as_deref(), Some("1Z1"));
        assert!(row.get(ticket::INVOICE_NO).unwrap().is_some());
        let closed = client.submit(ship("1Z2")).await.unwrap_err();
        assert!(closed.to_string().contains("This pick ticket has already been invoiced."), "{closed}");
    }
}

#[tokio::test]
async fn transaction_api_section_15_6_a_detail_changes_its_location_alone() {
    use item::{header, location_detail, locations};
    for profile in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(profile)).await;
        let client = client(&sandbox);
        let at = |location: i64, bin: &str| {
            locations::Row::edit().location_id(location).with(location_detail::Row::edit().bin(bin))
        };
        let bins = item::Transaction::new()
            .push(header::Row::edit().item_id("WIDGET-002"))
            .push(at(100, "A-1"))
            .push(at(200, "B-2"));
        client.submit(bins).await.unwrap();
        let record = client.read(item::Key::new("WIDGET-002")).await.unwrap().unwrap();
        let stored: Vec<String> = record
            .rows::<location_detail::Row>()
            .map(|detail| detail.get(location_detail::BIN).unwrap().unwrap().to_string())
            .collect();
        assert_eq!(stored, ["A-1", "B-2"]);
    }
}
