//! Orders whose request is held back until after they were looked for: P21 gives their numbers, so a second try would be a
//! second order.

use std::time::Duration;

use p21_sandbox::{Fault, QueuedFault, Sandbox};
use p21_services::client::odata::{col, field};
use p21_services::client::resilience::{ReadBack, Resolved, ResolvedHow, Verdict};
use p21_services::client::{Clock, Error, Lookup};
use p21_services::order::{self, Order, header, items};
use p21_services::prelude::*;
use p21_services::sales_price_book::{self as book, header as book_header};

use crate::{client_with, sandbox};

const TODAY: &str = "2026-11-21T12:00:00Z";

/// How long the request is held back: the first look is over long before.
const HELD_BACK: Duration = Duration::from_millis(1_500);

fn order() -> order::Transaction {
    order_of("PO-LATE")
}

fn order_of(po_no: &str) -> order::Transaction {
    let header = header::Row::new(header::Required {
        customer_id: 100198,
        sales_loc_id: 100,
        source_loc_id: 100,
        ship_to_id: 100198,
        contact_id: "1001",
        po_no,
        order_date: date(2026, 11, 21),
        requested_date: date(2026, 12, 1),
    });
    let item = items::Required { oe_order_item_id: "WIDGET-001", unit_quantity: 5 };
    order::Transaction::new().push(header.taker("sandbox")).push(items::Row::new(item))
}

fn new_book() -> book::Transaction {
    book::Transaction::new().push(book_header::Row::new(book_header::Required {
        price_book_id: "BOOK-LATE",
        price_book_description: "new",
        row_status_flag: book_header::RowStatusFlag::Active,
    }))
}

fn lookup() -> Lookup<Order> {
    Lookup::by(field(header::PO_NO).eq("PO-LATE").and(field(header::CUSTOMER_ID).eq(100_198)))
}

/// A client whose clock is moved, and a sandbox that does this to the first write.
async fn with(fault: Fault) -> (Sandbox, Client, Clock) {
    let sandbox = sandbox(|builder| builder).await;
    let clock = Clock::starting_at(TODAY.parse().unwrap());
    let client = client_with(&sandbox, |builder| builder.clock(clock.clone()));
    sandbox.queue_fault(QueuedFault::next(fault).method("POST").path("/uiserver0/api/v2/transaction"));
    (sandbox, client, clock)
}

async fn orders(client: &Client) -> usize {
    client.find(lookup()).await.unwrap().len()
}

/// Waits until the order is stored that was held back.
async fn landed(client: &Client) {
    while orders(client).await == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Longer than a request takes that is on its way.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

type Written = Result<Resolved<Order>, Error>;

/// Writes with all the patience that is needed; `passing` moves the clock.
async fn patiently(client: &Client, passing: impl Future<Output = ()>) -> Written {
    let patient = ReadBack::default().settle(Duration::from_secs(400));
    let writing = async { client.submit(order()).lookup(lookup()).read_back(patient).await };
    tokio::join!(writing, passing).0
}

/// Moves a clock on in steps, so that the record is looked at meanwhile.
async fn pass(clock: &Clock, seconds: u64) {
    for _ in 0..seconds / 10 {
        clock.advance(Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn an_order_that_may_still_land_is_ambiguous_and_there_once_afterwards() {
    let (_sandbox, client, clock) = with(Fault::Late(HELD_BACK)).await;
    let sent = clock.timestamp();
    let hasty = ReadBack::default().settle(Duration::ZERO);
    let error = client.submit(order()).lookup(lookup()).read_back(hasty).await.unwrap_err();
    assert_eq!(orders(&client).await, 0, "looked for before it landed");
    assert!(error.is_ambiguous() && !error.is_retryable(), "{error}");
    let until = error.unresolved().unwrap().may_land_until.unwrap();
    assert!(until >= sent + Duration::from_secs(300), "{until}");
    let early = client.read_back_by(&order(), lookup(), sent).await.unwrap();
    assert!(matches!(&early, Verdict::Unknown(why) if why.may_land_until.is_some()), "{early:?}");
    landed(&client).await;
    a_while().await;
    assert_eq!(orders(&client).await, 1);
    assert!(matches!(client.read_back_by(&order(), lookup(), sent).await.unwrap(), Verdict::Stored));
}

#[tokio::test]
async fn an_order_that_lands_while_it_is_watched_is_not_sent_again() {
    let (_sandbox, client, clock) = with(Fault::Late(HELD_BACK)).await;
    let passing = async {
        pass(&clock, 250).await;
        assert_eq!(orders(&client).await, 0, "neither landed nor sent again");
        landed(&client).await;
        pass(&clock, 200).await;
    };
    let resolved = patiently(&client, passing).await.unwrap();
    assert_eq!((resolved.how, resolved.sent), (ResolvedHow::ReadBack, 1));
    a_while().await;
    assert_eq!(orders(&client).await, 1);
}

#[tokio::test]
async fn a_keyed_record_is_sent_again_and_its_writer_told_that_the_first_try_may_undo_what_is_written_next() {
    let description = async |client: &Client| {
        let record = client.read(book::Key::new("BOOK-LATE")).await.unwrap().unwrap();
        let row = record.first::<book_header::Row>().unwrap();
        row.get(book_header::PRICE_BOOK_DESCRIPTION).unwrap().unwrap().to_string()
    };
    let (_sandbox, client, clock) = with(Fault::Late(HELD_BACK)).await;
    // The read before it would meet the fault as well.
    let hasty = ReadBack::default().only_after().settle(Duration::ZERO);
    let resolved = client.submit(new_book()).key(book::Key::new("BOOK-LATE")).read_back(hasty).await.unwrap();
    assert_eq!((resolved.how, resolved.sent), (ResolvedHow::Repeated, 2));
    assert!(resolved.may_land_until.unwrap() > clock.timestamp());
    let change = book_header::Row::edit().price_book_id("BOOK-LATE").price_book_description("changed");
    client.submit(book::Transaction::new().push(change)).await.unwrap();
    assert_eq!(description(&client).await, "changed");
    tokio::time::sleep(HELD_BACK).await;
    while description(&client).await == "changed" {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let resolved = client.submit(new_book()).key(book::Key::new("BOOK-LATE")).await.unwrap();
    assert_eq!((resolved.sent, resolved.may_land_until), (1, None), "nothing else is on its way");
}

#[tokio::test]
async fn who_waits_for_landing_has_no_later_change_undone() {
    let (_sandbox, client, clock) = with(Fault::Late(HELD_BACK)).await;
    // The read before it would meet the fault as well.
    let waiting = ReadBack::default().only_after().settle(Duration::ZERO).wait_for_landing();
    let writing = async {
        let submission = client.submit(new_book()).key(book::Key::new("BOOK-LATE")).read_back(waiting);
        let resolved = submission.await.unwrap();
        let change = book_header::Row::edit().price_book_id("BOOK-LATE").price_book_description("changed");
        client.submit(book::Transaction::new().push(change)).await.unwrap();
        resolved
    };
    let passing = async {
        pass(&clock, 250).await;
        while client.read(book::Key::new("BOOK-LATE")).await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        pass(&clock, 100).await;
    };
    let (resolved, ()) = tokio::join!(writing, passing);
    assert_eq!((resolved.how, resolved.sent, resolved.may_land_until), (ResolvedHow::ReadBack, 1, None));
    tokio::time::sleep(HELD_BACK).await;
    let record = client.read(book::Key::new("BOOK-LATE")).await.unwrap().unwrap();
    let row = record.first::<book_header::Row>().unwrap();
    assert_eq!(row.get(book_header::PRICE_BOOK_DESCRIPTION).unwrap().unwrap(), "changed");
}

#[tokio::test]
async fn a_record_that_can_not_be_read_for_a_while_is_looked_at_again() {
    let (sandbox, client, _) = with(Fault::DropAfter).await;
    let unavailable = Fault::Drop;
    sandbox.queue_fault(QueuedFault::next(unavailable).method("POST").path("/transaction/get").times(4));
    let how = ReadBack::default().only_after();
    let resolved = client.submit(new_book()).key(book::Key::new("BOOK-LATE")).read_back(how).await.unwrap();
    assert_eq!((resolved.how, resolved.sent), (ResolvedHow::ReadBack, 1));
}

#[tokio::test]
async fn an_order_that_never_came_is_sent_again_only_when_it_can_not_land_any_more() {
    let (_sandbox, client, clock) = with(Fault::Drop).await;
    let passing = async {
        pass(&clock, 280).await;
        a_while().await;
        assert_eq!(orders(&client).await, 0, "not yet");
        pass(&clock, 150).await;
    };
    let resolved = patiently(&client, passing).await.unwrap();
    assert_eq!((resolved.how, resolved.sent), (ResolvedHow::Repeated, 2));
    assert_eq!(orders(&client).await, 1);
}

/// A lookup that can't find what is sent would show that nothing is stored, and the order would be sent again.
#[tokio::test]
async fn a_lookup_of_another_order_is_refused_and_one_of_what_is_not_sent_proves_nothing() {
    let (sandbox, client, _) = with(Fault::DropAfter).await;
    let hasty = || ReadBack::default().settle(Duration::ZERO).lands_within(Duration::ZERO);
    for other in [
        field(header::PO_NO).eq("PO-OTHER").and(field(header::CUSTOMER_ID).eq(100_198)),
        field(header::PO_NO).eq("PO-LATE").and(field(header::CUSTOMER_ID).eq(100_199)),
        field(header::PO_NO).eq(""),
        col("po_no").eq("PO-OTHER"),
    ] {
        let error = client.submit(order()).lookup(Lookup::by(other)).read_back(hasty()).await.unwrap_err();
        assert!(error.is_input() && error.to_string().contains("would never find its record"), "{error}");
        let set = order::TransactionSet::from(order()).to_payload();
        let raw =
            Lookup::of_names("TABPAGE_1.order", "oe_hdr", [("order_no", "order_no")], col("po_no").eq("PO-OTHER"));
        let error = client.submit(&set).lookups_of_names([raw]).read_back(hasty()).await.unwrap_err();
        assert!(error.is_input(), "{error}");
        assert_eq!(orders(&client).await, 0, "nothing is sent");
    }
    // The fault is still to come.
    let unsent = Lookup::by(field(header::JOB_NAME).eq("the bridge"));
    let error = client.submit(order()).lookup(unsent).read_back(hasty()).await.unwrap_err();
    assert!(error.is_ambiguous(), "{error}");
    assert_eq!(orders(&client).await, 1);
    // However the value is spelt that is sent.
    let spelt = col("po_no").eq("po-sent").and(col("customer_id").eq(100_198));
    sandbox.queue_fault(QueuedFault::next(Fault::Drop).method("POST").path("/uiserver0/api/v2/transaction"));
    let resolved = client.submit(order_of("PO-SENT")).lookup(Lookup::by(spelt)).read_back(hasty()).await.unwrap();
    assert_eq!((resolved.how, resolved.sent), (ResolvedHow::Repeated, 2));
}
