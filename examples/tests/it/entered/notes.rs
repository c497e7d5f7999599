//! Notes, which a transaction does not store: of an order's line, of a purchase order's header.

use p21_services::client::windows::enter::EntryProof;
use p21_services::model::schema::Door;
use p21_services::prelude::*;
use p21_services::purchase_order;
use serde_json::Value;

use super::{documented, each, in_session, order};

#[tokio::test]
async fn a_note_goes_to_the_line_that_it_stands_in() {
    each(
        |builder| builder,
        async |_, client| {
            let stored = client.submit(order()).await.unwrap();
            let number = stored.value("TABPAGE_1.order", "order_no").unwrap();
            let note = order::line_note::Row::edit().topic("Handle with care").note("It breaks.");
            let noted = order::Transaction::new()
                .push(order::header::Row::edit().order_no(number))
                .push(order::items::Row::edit().oe_order_item_id("WIDGET-002").with(note));
            let (entered, calls) = in_session(client, async |session| session.enter(&noted).await).await;
            let entered = entered.unwrap_or_else(|error| panic!("{error}: {calls:?}"));
            assert_eq!(calls, documented("order_line_note"));
            assert!(
                matches!(&entered.proof, EntryProof::NotProven(why) if why[0].contains("LINE_NOTE.line_note")),
                "{entered:?}"
            );
            let rows: Vec<Value> = client.table("oe_line_notepad").allow_unordered_pages().rows().await.unwrap();
            assert_eq!((rows.len(), &rows[0]["topic"]), (1, &Value::from("Handle with care")), "{rows:?}");
            // The whole record at once takes two steps.
            let note = order::line_note::Row::edit().topic("Of a new order").note("Both at once.");
            let line =
                order::items::Row::new(order::items::Required { oe_order_item_id: "COMPONENT-A", unit_quantity: 1 });
            let both = order().push(line.with(note));
            let both = client.store(&both).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(both.route.door, Door::TransactionThenWindow);
            let rows: Vec<Value> = client.table("oe_line_notepad").allow_unordered_pages().rows().await.unwrap();
            assert_eq!(rows.len(), 2, "{rows:?}");
        },
    )
    .await;
}

/// A purchase order with a line for each item.
pub(super) fn purchase_order(items: &[&str]) -> purchase_order::Transaction {
    let required = purchase_order::header::Required {
        location_id: 100,
        vendor_id: 5010,
        buyer_id: "1001",
        order_date: date(2027, 1, 4),
        required_date: date(2027, 1, 11),
    };
    let line = |item_id: &&str| {
        let line =
            purchase_order::items::Required { item_id, unit_of_measure: "EA", unit_quantity: 10, pricing_unit: "EA" };
        purchase_order::items::Row::new(line).unit_price_display(dec!(12.5))
    };
    let header = purchase_order::header::Row::new(required);
    purchase_order::Transaction::new().push(header).push_all(items.iter().map(line))
}

#[tokio::test]
async fn a_note_of_a_purchase_order_is_one_of_its_header() {
    each(
        |builder| builder,
        async |_, client| {
            let new = purchase_order(&["WIDGET-001"]);
            let stored = client.submit(new).await.unwrap();
            let number: i64 = stored.value("TABPAGE_1.tp_1_dw_1", "po_no").unwrap().parse().unwrap();
            let note = purchase_order::header_note::Row::edit().topic("Deliver early").note("Before seven.");
            let noted =
                purchase_order::Transaction::new().push(purchase_order::header::Row::edit().po_no(number)).push(note);
            let (entered, calls) = in_session(client, async |session| session.enter(&noted).await).await;
            let entered = entered.unwrap_or_else(|error| panic!("{error}: {calls:?}"));
            assert_eq!(calls, documented("purchase_order_note"));
            // The table shows the note by the number that the popup gave it. No source names the column with the number of
            // the purchase order, so whose it is stays unproven, and is said.
            let EntryProof::NotProven(why) = &entered.proof else { panic!("{entered:?}") };
            let said = "`po_hdr_notepad` shows the row of `TABPAGE_7.tp_7_dw_7` as it was built, and has no `po_no`";
            assert!(why.len() == 1 && why[0].starts_with(said), "{why:?}");
            let rows: Vec<Value> = client.table("po_hdr_notepad").allow_unordered_pages().rows().await.unwrap();
            let shown: Vec<_> = rows.iter().map(|row| (row["topic"].as_str(), row["note"].as_str())).collect();
            assert_eq!(shown, [(Some("Deliver early"), Some("Before seven."))]);
            assert!(rows[0]["note_id"].to_string().parse::<f64>().is_ok_and(|id| id > 0.0), "{rows:?}");
            // Loaded again, the purchase order shows it on its own tab, with the topic it was given.
            let notes = client.session().run(async |session| {
                let mut window = session.open::<purchase_order::PurchaseOrder>().await?;
                window.type_in(purchase_order::header::PO_NO, number).await?;
                let notes = window.rows::<purchase_order::header_note::Row>().await?;
                let topics: Vec<_> =
                    notes.iter().map(|row| row.get(purchase_order::header_note::TOPIC).unwrap()).collect();
                let shown: Vec<String> = topics.into_iter().flatten().map(|topic| topic.to_string()).collect();
                window.close().await?;
                Ok::<_, p21_services::client::Error>(shown)
            });
            assert_eq!(notes.await.unwrap(), ["Deliver early"]);
            let of_lines: Vec<Value> = client.table("po_line_notepad").allow_unordered_pages().rows().await.unwrap();
            assert!(of_lines.is_empty(), "{of_lines:?}");
        },
    )
    .await;
}
