//! Runs through windows.

use std::time::Duration;

use p21_batch::{BatchDoor, BatchRecord, Ended, input};
use p21_client::odata::col;
use p21_sandbox::{Fault, QueuedFault, Sandbox};
use p21_services::prelude::*;
use p21_services::sales_price_book::SalesPriceBook;
use p21_services::sales_price_page::{self as page, header};

use super::{Desk, time_flies};
use crate::support::{books, client_by, new_book, sandbox};

fn new_page(description: &str) -> BatchRecord {
    let required = header::Required {
        price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
        pricing_method_cd: header::PricingMethodCd::Source,
        effective_date: date(2027, 1, 1),
        expiration_date: date(2030, 12, 31),
    };
    let header = header::Row::new(required).description(description).product_group_id("FASTENERS");
    BatchRecord::from(
        page::Transaction::new().push(header.supplier_id(10).company_id("ACME").source_price_cd("Supplier List Price")),
    )
}

#[tokio::test]
async fn records_are_typed_in_sessions_of_a_few_each() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let batch = desk
        .batch(client.clone())
        .door(BatchDoor::Windows)
        .at_once(1)
        .session_records(5)
        .service::<page::SalesPricePage>();
    let records = (0..12).map(|number| new_page(&format!("TYPED-{number:02}")));
    let summary = batch.run(input::records(records)).await.unwrap();
    assert!(summary.is_all_stored(), "{summary} {:?}", batch.failures(0, 99).await);
    let there = client.table("price_page").filter(col("description").starts_with("TYPED-")).count().await.unwrap();
    assert_eq!(there, 12);
}

/// However short the limit is, each session types a record: the run comes to its end.
#[tokio::test]
async fn a_session_that_has_idled_too_long_is_followed_by_another() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let batch = desk.batch(client.clone()).door(BatchDoor::Windows).at_once(1).session_idle(Duration::ZERO);
    let batch = batch.service::<SalesPriceBook>();
    let ids: Vec<String> = (0..3).map(|number| format!("IDLE-{number}")).collect();
    let all = batch.run(input::records(ids.iter().map(|id| new_book(id))));
    let summary =
        tokio::time::timeout(Duration::from_secs(300), all).await.expect("it doesn't come to its end").unwrap();
    assert!(summary.is_all_stored(), "{summary}");
    assert_eq!(books(&client, "IDLE-").await, ids);
}

#[tokio::test]
async fn several_sessions_work_at_once_where_the_server_grants_them() {
    let desk = Desk::new();
    // Where one is granted at a time, a slot that comes when another one's session has just ended is granted its own.
    for (slot, wanted) in [("token", 3..=3), ("user", 1..=2)] {
        let sandbox = Sandbox::builder().today(date(2026, 11, 21).date()).set("unknowns.session_slot", slot).unwrap();
        let sandbox = sandbox.start().await.unwrap();
        let client = client_by(sandbox.url(), &desk.clock);
        let name = format!("a slot a {slot}");
        let batch = p21_batch::Batch::new(client.clone(), desk.journal(), name).pause(Duration::from_millis(1));
        let batch = batch.door(BatchDoor::Windows).at_once(3).session_records(8).service::<SalesPriceBook>();
        let ids: Vec<String> = (0..24).map(|number| format!("SESSION-{number:02}")).collect();
        let summary = batch.run(input::records(ids.iter().map(|id| new_book(id)))).await.unwrap();
        assert!(summary.is_all_stored(), "{summary} {:?}", batch.failures(0, 99).await);
        assert!(wanted.contains(&summary.sessions), "a slot a {slot}: {}", summary.sessions);
        assert_eq!(books(&client, "SESSION-").await, ids);
    }
}

#[tokio::test]
async fn a_lost_session_or_answer_stores_nothing_twice() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let flies = time_flies(&desk.clock);
    for (fault, path, method) in [
        (Fault::SessionLost, "/change", "PUT"),
        (Fault::DropAfter, "/data", "PUT"),
        (Fault::Drop, "/data", "PUT"),
        (Fault::Popup, "/change", "PUT"),
        (Fault::Drop, "/change", "PUT"),
    ] {
        sandbox.queue_fault(QueuedFault::next(fault).path(path).method(method));
    }
    let batch = desk.batch(client.clone()).door(BatchDoor::Windows).at_once(1).service::<SalesPriceBook>();
    let ids: Vec<String> = (0..12).map(|number| format!("FAULT-{number:02}")).collect();
    let summary = batch.run(input::records(ids.iter().map(|id| new_book(id)))).await.unwrap();
    flies.abort();
    assert_eq!(summary.ended, Ended::Done, "{summary}");
    assert_eq!(summary.tally.stored + summary.tally.ambiguous, 12, "{summary} {:?}", batch.failures(0, 99).await);
    assert_eq!(books(&client, "FAULT-").await, ids);
}

#[tokio::test]
async fn what_has_no_known_window_is_refused_before_it_is_opened() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let batch = desk.batch(client).door(BatchDoor::Windows).at_once(1);
    let mut set = p21_services::model::payload::TransactionSet::new("SalesPriceBook", Vec::new());
    set.transactions.push(new_book("UNKNOWN").transaction().clone());
    let summary = batch.run(input::records([BatchRecord::raw(set).unwrap()])).await.unwrap();
    assert_eq!(summary.tally.refused, 1, "{summary}");
    let failures = batch.failures(0, 9).await.unwrap();
    assert!(failures[0].reason.as_deref().unwrap().contains("SalesPriceBook"), "{failures:?}");
}
