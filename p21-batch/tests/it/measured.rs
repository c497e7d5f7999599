//! What a run costs; `cargo test -p p21-batch --test it -- --ignored measured:: --nocapture --test-threads 1`.

use std::time::Instant;

use futures_util::StreamExt as _;
use p21_batch::journal::{Journal, NewRun, Planned, Settled, Share};
use p21_batch::{Batch, BatchDoor, BatchRecord, SqliteJournal, SubmitAll as _, input};
use p21_sandbox::{Latency, Sandbox};
use p21_services::prelude::*;
use p21_services::sales_price_page::{self as page, header};

use crate::runs::Desk;
use crate::support::{client, new_book, sandbox};

/// How many pages are created: the documented run has 700.
const PAGES: usize = 30;

fn new_page(number: usize) -> BatchRecord {
    let required = header::Required {
        price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
        pricing_method_cd: header::PricingMethodCd::Source,
        effective_date: date(2027, 1, 1),
        expiration_date: date(2030, 12, 31),
    };
    let header = header::Row::new(required).description(format!("Page {number}")).product_group_id("FASTENERS");
    let header = header.supplier_id(10).company_id("ACME").source_price_cd("Supplier List Price");
    BatchRecord::from(page::Transaction::new().push(header))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes, and prints what it measures"]
async fn pages_at_documented_latencies() {
    for (door, at_once) in [
        (BatchDoor::Windows, 1),
        (BatchDoor::Windows, 2),
        (BatchDoor::Windows, 5),
        (BatchDoor::Transactions, 1),
        (BatchDoor::Transactions, 5),
    ] {
        let sandbox = Sandbox::builder().today(date(2026, 11, 21).date()).configure(|config| {
            config.faults.latency = Latency::Documented;
        });
        let sandbox = sandbox.start().await.unwrap();
        let desk = Desk::new();
        let batch = Batch::new(client(sandbox.url()), desk.journal(), "pages").door(door).at_once(at_once);
        // So that each session has its share of the few pages.
        let batch = batch.session_records(PAGES.div_ceil(at_once).min(25));
        let since = Instant::now();
        let summary = batch.run(input::records((0..PAGES).map(new_page))).await.unwrap();
        assert!(summary.is_all_stored(), "{summary}");
        let took = since.elapsed().as_secs_f64();
        println!("{PAGES} pages, {door:?}, {at_once} at once: {took:.1} s, {:.2} s a page", took / PAGES as f64);
    }
}

/// What a record costs in a journal: claimed, sent and settled one by one, and nothing else.
async fn cost<J: Journal>(name: &str, journal: J) {
    let records: u32 = 1_000;
    let run = journal.begin(NewRun::new("cost", "transactions")).await.unwrap();
    let payload = "x".repeat(1_000);
    let row = |at| Planned::new(format!("key-{at}"), payload.as_str(), "digest").target(Some(format!("target {at}")));
    let since = Instant::now();
    journal.plan(run, 0, (0..records).map(row).collect()).await.unwrap();
    journal.planned(run).await.unwrap();
    let planned = since.elapsed();
    let worker = journal.join(run, Share::default()).await.unwrap();
    let since = Instant::now();
    loop {
        let claims = journal.claim(&worker, 1).await.unwrap();
        let Some(claim) = claims.first() else { break };
        journal.sent(&worker, &[claim.attempt], std::time::Duration::from_secs(60)).await.unwrap();
        journal.settle(&worker, &[Settled::stored(claim.attempt)]).await.unwrap();
    }
    let each = |time: std::time::Duration| time.as_secs_f64() * 1e3 / f64::from(records);
    assert_eq!(journal.tally(run).await.unwrap().stored, u64::from(records));
    println!("{name}: {:.2} ms a record, and {:.3} to take it up", each(since.elapsed()), each(planned));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it prints what it measures"]
async fn what_a_record_costs_in_each_journal() {
    let folder = tempfile::tempdir().unwrap();
    cost("SQLite", SqliteJournal::open(folder.path().join("run.journal")).unwrap()).await;
    #[cfg(feature = "postgres")]
    if let Some(server) = crate::postgres::Server::start(&["fsync=on"]) {
        cost("PostgreSQL", server.journal("cost").connect().await.unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it prints what it measures"]
async fn what_the_journal_costs() {
    let records = 500;
    let books = |of: &str| (0..records).map(|number| new_book(&format!("{of}-{number}"))).collect::<Vec<_>>();
    for chunk in [1, 10] {
        let sandbox = sandbox().await;
        let client = client(sandbox.url());
        let since = Instant::now();
        assert_eq!(client.submit_all(books("A")).chunk(chunk).at_once(4).count().await, records);
        let without = since.elapsed();
        let desk = Desk::new();
        let batch = desk.batch(client).chunk(chunk).at_once(4);
        let since = Instant::now();
        assert!(batch.run(input::records(books("B"))).await.unwrap().is_all_stored());
        let with = since.elapsed();
        let each = (with.saturating_sub(without)).as_secs_f64() * 1e3 / records as f64;
        println!(
            "{records} books, {chunk} a set: {without:.2?} without a journal, {with:.2?} with one, {each:.2} ms a record"
        );
    }
}
