//! What became of a save or a transaction whose answer is lost: its key tells, a lookup, or the window.

use std::time::Duration;

use p21_sandbox::{Fault, QueuedFault, Sandbox};
use p21_services::client::odata::{col, field};
use p21_services::client::resilience::ReadBack;
use p21_services::client::windows::SessionPool;
use p21_services::client::windows::enter::{EntryProof, NotEntered};
use p21_services::client::{Client, Lookup};
use p21_services::model::schema::Door;
use p21_services::order::{self, Order};
use p21_services::prelude::*;
use p21_services::sales_price_book as book;
use serde_json::Value;

use super::cut::{CALLS, contract, count, noted, orders_and_notes};
use super::{each, page};

/// The calls by which a record is stored.
const SAVE: (&str, &str) = ("PUT", "/uiserver0/api/ui/interactive/v2/data");
const TRANSACTION: (&str, &str) = ("POST", "/uiserver0/api/v2/transaction");

fn cut(sandbox: &Sandbox, fault: Fault, (method, path): (&str, &str)) {
    sandbox.queue_fault(QueuedFault::next(fault).method(method).path(path));
}

/// Cuts the save of an order, and loses its session: no window tells anything any more.
async fn cut_and_lose(sandbox: &Sandbox, client: &Client, fault: Fault) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.jsonl");
    let session = client.session().transcript(&path).start().await.unwrap();
    session.enter(&plain("PO-WHOLE")).await.unwrap_or_else(|error| panic!("{error}"));
    session.end().await.unwrap();
    let before = super::cut::saves(&path).iter().position(|is_save| *is_save).unwrap();
    let times = u32::try_from(before).unwrap();
    sandbox.queue_fault(QueuedFault::next(Fault::Slow(Duration::ZERO)).path(CALLS).times(times));
    for fault in [fault, Fault::SessionLost] {
        sandbox.queue_fault(QueuedFault::next(fault).path(CALLS));
    }
}

fn by_po_no(po_no: &str) -> Lookup<Order> {
    Lookup::by(field(order::header::PO_NO).eq(po_no).and(field(order::header::CUSTOMER_ID).eq(100_198)))
}

#[tokio::test]
async fn a_cut_save_is_found_by_its_lookup_when_neither_key_nor_window_tell() {
    each(
        |builder| builder,
        async |sandbox, client| {
            for (fault, is_stored) in [(Fault::DropAfter, true), (Fault::Drop, false)] {
                let po_no = format!("PO-{fault}");
                cut_and_lose(sandbox, client, fault).await;
                let session = client.session().start().await.unwrap();
                let record = plain(&po_no);
                let outcome = session.enter(&record).lookup(by_po_no(&po_no)).await;
                let _ = session.end().await;
                assert_eq!(orders_and_notes(client, &po_no).await, (usize::from(is_stored), 0), "{po_no}");
                if is_stored {
                    let entered = outcome.unwrap_or_else(|error| panic!("{error}"));
                    assert!(entered.is_proven() && entered.key("order_no").is_some(), "{entered:?}");
                    // The next one would be taken for this one.
                    let session = client.session().start().await.unwrap();
                    let refused = session.enter(&record).lookup(by_po_no(&po_no)).await.unwrap_err();
                    assert!(refused.to_string().contains("finds a record already"), "{refused}");
                    session.end().await.unwrap();
                } else {
                    let refused = outcome.unwrap_err();
                    assert!(matches!(&refused, NotEntered::Refused(_)), "{refused}");
                }
            }
        },
    )
    .await;
}

#[tokio::test]
async fn a_lookup_that_would_never_find_its_record_is_refused_before_a_window_opens() {
    each(
        |builder| builder,
        async |_, client| {
            let record = plain("PO-1");
            let (refused, calls) = super::in_session(client, async |session| {
                session.enter(&record).lookup(by_po_no("PO-2")).await.unwrap_err()
            })
            .await;
            assert!(refused.to_string().contains("would never find its record"), "{refused}");
            assert!(calls.is_empty(), "{calls:?}");
        },
    )
    .await;
}

#[tokio::test]
async fn a_cut_save_without_a_lookup_whose_window_is_gone_is_ambiguous_and_says_what_would_tell() {
    each(
        |builder| builder,
        async |sandbox, client| {
            cut_and_lose(sandbox, client, Fault::DropAfter).await;
            let session = client.session().start().await.unwrap();
            let record = plain("PO-GONE");
            let outcome = session.enter(&record).await.unwrap_err();
            let _ = session.end().await;
            let NotEntered::Ambiguous(ambiguous) = &outcome else { panic!("{outcome}") };
            assert!(ambiguous.stored.is_empty() && ambiguous.error.is_ambiguous(), "{ambiguous:?}");
            assert!(outcome.to_string().contains("`lookup`"), "{outcome}");
        },
    )
    .await;
}

#[tokio::test]
async fn a_note_whose_save_is_cut_is_found_by_the_number_that_its_popup_gave_it() {
    each(
        |builder| builder,
        async |sandbox, client| {
            for (fault, is_stored) in [(Fault::DropAfter, true), (Fault::Drop, false)] {
                let po_no = format!("PO-{is_stored}");
                let stored = client.submit(plain(&po_no)).await.unwrap();
                let number = stored.value("TABPAGE_1.order", "order_no").unwrap().to_owned();
                let note = order::line_note::Row::edit().topic(po_no.as_str()).note("Handle with care");
                let line = order::items::Row::edit().oe_order_item_id("WIDGET-001").with(note);
                let record =
                    order::Transaction::new().push(order::header::Row::edit().order_no(number.as_str())).push(line);
                let session = client.session().start().await.unwrap();
                cut(sandbox, fault, SAVE);
                let outcome = session.enter(&record).await;
                session.end().await.unwrap();
                assert_eq!(orders_and_notes(client, &po_no).await, (1, usize::from(is_stored)));
                if is_stored {
                    let entered = outcome.unwrap_or_else(|error| panic!("{error}"));
                    let EntryProof::NotProven(why) = &entered.proof else { panic!("{entered:?}") };
                    assert!(
                        why[0].contains("`oe_line_notepad` shows the row") && why[0].contains("`order_no`"),
                        "{why:?}"
                    );
                } else {
                    let refused = outcome.unwrap_err();
                    assert!(matches!(&refused, NotEntered::Refused(_)), "{refused}");
                }
            }
        },
    )
    .await;
}

/// An order with a line.
fn plain(po_no: &str) -> order::Transaction {
    let header = order::header::Row::new(order::header::Required {
        customer_id: 100_198,
        sales_loc_id: 100,
        source_loc_id: 100,
        ship_to_id: 100_198,
        contact_id: "1001",
        po_no,
        order_date: date(2027, 1, 4),
        requested_date: date(2027, 1, 5),
    });
    let line = order::items::Row::new(order::items::Required { oe_order_item_id: "WIDGET-001", unit_quantity: 2 });
    order::Transaction::new().push(header).push(line)
}

#[tokio::test]
async fn a_transaction_of_a_store_is_settled_by_its_key_or_lookup() {
    each(
        |builder| builder,
        async |sandbox, client| {
            // By the key that the record sets.
            let change =
                book::header::Row::edit().price_book_id("WIDGETS").price_book_description("Changed by a store");
            let change = book::Transaction::new().push(change);
            cut(sandbox, Fault::DropAfter, TRANSACTION);
            let stored = client.store(&change).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((stored.route.door, stored.proof), (Door::Transaction, EntryProof::Proven));
            // By a lookup: once, whether or not the first try was stored.
            for fault in [Fault::DropAfter, Fault::Drop] {
                let po_no = format!("PO-{fault}");
                let record = noted(&po_no);
                cut(sandbox, fault.clone(), TRANSACTION);
                let how = ReadBack::default().settle(Duration::ZERO);
                let outcome = client.store(&record).lookup(by_po_no(&po_no)).read_back(how).await;
                match fault {
                    Fault::DropAfter => {
                        let stored = outcome.unwrap_or_else(|error| panic!("{error}"));
                        assert_eq!(stored.route.door, Door::TransactionThenWindow);
                        assert_eq!(orders_and_notes(client, &po_no).await, (1, 1));
                    }
                    // A second one would be added if the first came late.
                    _ => {
                        let NotEntered::Ambiguous(ambiguous) = outcome.unwrap_err() else { panic!("not ambiguous") };
                        assert!(ambiguous.look.as_deref().is_some_and(|look| look.contains("may still be")));
                        assert_eq!(orders_and_notes(client, &po_no).await, (0, 0));
                    }
                }
            }
            // Without either nobody knows.
            cut(sandbox, Fault::DropAfter, TRANSACTION);
            let outcome = client.store(&noted("PO-NOBODY")).await.unwrap_err();
            assert!(matches!(&outcome, NotEntered::Ambiguous(_)), "{outcome}");
            assert_eq!(orders_and_notes(client, "PO-NOBODY").await, (1, 0));
        },
    )
    .await;
}

#[tokio::test]
async fn a_store_borrows_its_session_from_a_pool() {
    each(
        |builder| builder,
        async |_, client| {
            let pool = SessionPool::of([client.clone()]).build();
            pool.warm(1).await.unwrap();
            let stored = client.store(&page()).through(&pool).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((stored.route.door, stored.proof), (Door::Window, EntryProof::Proven));
            client.store(&noted("PO-POOL")).through(&pool).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(orders_and_notes(client, "PO-POOL").await, (1, 1));
            pool.close().await;
            let session = client.session().start().await.unwrap();
            let listed: Value = session.list().await.unwrap();
            session.end().await.unwrap();
            assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
        },
    )
    .await;
}

#[tokio::test]
async fn a_contaminated_window_is_opened_again_and_its_save_read_back_first() {
    for stored_anyway in [0.0, 1.0] {
        each(
            |builder| builder,
            async |sandbox, client| {
                let set = |name: &str, value: f64| sandbox.set(name, &value.to_string()).unwrap();
                set("pool.stored_anyway", stored_anyway);
                set("pool.contamination", 0.4);
                for number in 0..6 {
                    let contract_no = format!("C-{number}");
                    let record = contract(&contract_no);
                    let session = client.session().start().await.unwrap();
                    let lookup =
                        field(p21_services::job_contract_pricing::header::CONTRACT_NO).eq(contract_no.as_str());
                    let outcome = session.enter(&record).lookup(Lookup::by(lookup)).await;
                    let _ = session.end().await;
                    let there = count(client, "job_price_hdr", col("contract_no").eq(contract_no.as_str())).await;
                    match &outcome {
                        Ok(_) => assert_eq!(there, 1, "{contract_no}"),
                        Err(error) => {
                            assert!(error.is_nothing_stored() && error.error().unwrap().is_contaminated(), "{error}");
                            assert_eq!(there, 0, "{contract_no}: {error}");
                        }
                    }
                }
                set("pool.contamination", 0.0);
            },
        )
        .await;
    }
}
