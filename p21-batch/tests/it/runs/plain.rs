//! Runs that go as they should, and records that don't.

use std::sync::{Arc, Mutex};

use p21_batch::journal::State;
use p21_batch::{BatchError, BatchRecord, Ended, JournalError, Snapshot, input};
use p21_client::odata::col;
use p21_sandbox::{Fault, QueuedFault};
use p21_services::prelude::*;
use p21_services::sales_price_book as book;

use super::{Desk, time_flies};
use crate::support::{books, client_by, contract_line, new_book, sandbox};

#[tokio::test]
async fn every_record_is_stored_and_the_progress_is_told() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let told: Arc<Mutex<Vec<Snapshot>>> = Arc::default();
    let teller = Arc::clone(&told);
    let batch = desk.batch(client.clone()).chunk(4).progress(move |at: &Snapshot| teller.lock().unwrap().push(*at));
    let ids: Vec<String> = (0..30).map(|number| format!("RUN-{number:02}")).collect();
    let summary = batch.run(input::records(ids.iter().map(|id| new_book(id)))).await.unwrap();
    assert!(summary.is_all_stored() && summary.ended == Ended::Done, "{summary}");
    assert_eq!(books(&client, "RUN-").await, ids);
    let last = *told.lock().unwrap().last().unwrap();
    assert_eq!((last.total, last.stored, last.left.unwrap().as_secs()), (30, 30, 0));
    // There is one run of a name, and what is done stays so.
    let again = batch.run(input::records([new_book("RUN-99")])).await.unwrap_err();
    assert!(matches!(again, BatchError::Journal(JournalError::RunExists { .. })), "{again}");
    assert!(batch.resume().await.unwrap().is_all_stored());
}

#[tokio::test]
async fn what_is_refused_is_refused_once_and_reported_with_its_reason() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let unknown = book::header::Row::edit()
        .price_book_id("BAD")
        .row_status_flag(book::header::RowStatusFlag::from_label("No such status"));
    let bad = BatchRecord::from(book::Transaction::new().push(unknown)).key(book::Key::new("BAD"));
    // The check knows nothing of items: P21 refuses it.
    let no_item = BatchRecord::from(contract_line("NO-ITEM", "NO-SUCH-ITEM"));
    let records = [new_book("FINE-1"), bad, no_item, new_book("FINE-2"), new_book("FINE-1")];
    let batch = desk.batch(client.clone());
    let summary = batch.run(input::records(records)).await.unwrap();
    assert_eq!((summary.tally.stored, summary.tally.refused, summary.tally.ambiguous), (2, 3, 0), "{summary}");
    let failures = batch.failures(0, 9).await.unwrap();
    let shown: Vec<_> = failures.iter().map(|one| (one.seq, one.state, one.attempts)).collect();
    assert_eq!(shown, [(2, State::Refused, 1), (3, State::Refused, 1), (5, State::Refused, 0)], "{failures:?}");
    assert!(failures[0].code.as_deref().unwrap().starts_with("P21-"), "{failures:?}");
    assert_eq!(failures[2].code.as_deref(), Some("twice"));

    let csv = desk.folder.path().join("failed.csv");
    assert_eq!(batch.write_failures_csv(&csv).await.unwrap(), 3);
    let mut read = csv::Reader::from_path(&csv).unwrap();
    let rows: Vec<csv::StringRecord> = read.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), &rows[1][0], &rows[1][5]), (3, "3", "refused"));
    assert!(rows[1][11].contains("NO-SUCH-ITEM"), "the payload is there: {rows:?}");
    let json = desk.folder.path().join("failed.jsonl");
    assert_eq!(batch.write_failures_json(&json).await.unwrap(), 3);
    let text = std::fs::read_to_string(&json).unwrap();
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((first["seq"].as_u64(), first["state"].as_str()), (Some(2), Some("refused")));
}

#[tokio::test]
async fn a_dry_run_checks_everything_and_sends_nothing() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let unknown = book::header::Row::edit()
        .price_book_id("BAD")
        .row_status_flag(book::header::RowStatusFlag::from_label("No such status"));
    let bad = BatchRecord::from(book::Transaction::new().push(unknown)).key(book::Key::new("BAD"));
    let batch = desk.batch(client.clone());
    let found = batch.dry_run(input::records([new_book("DRY-1"), bad, new_book("DRY-1")])).await;
    assert_eq!((found.records, found.bad), (3, 2));
    let seqs: Vec<u64> = found.why.iter().map(|one| one.seq).collect();
    assert_eq!(seqs, [2, 3]);
    assert!(books(&client, "DRY-").await.is_empty());
}

#[tokio::test]
async fn inserts_into_one_record_never_share_a_set_nor_run_at_once() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let items = ["WIDGET-001", "WIDGET-002"];
    let lines = items.into_iter().flat_map(|item| ["ONE", "TWO", "SIX"].map(|contract| contract_line(contract, item)));
    let summary = desk.batch(client.clone()).chunk(10).run(input::records(lines)).await.unwrap();
    assert!(summary.is_all_stored(), "{summary}");
    let headers = client.table("job_price_hdr").filter(col("contract_no").eq_any(["ONE", "TWO", "SIX"])).count().await;
    assert_eq!(headers.unwrap(), 3);
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_reading_and_nothing_is_doubled() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let flies = time_flies(&desk.clock);
    for fault in [Fault::DropAfter, Fault::Drop, Fault::DropAfter] {
        sandbox.queue_fault(QueuedFault::next(fault).path("/transaction"));
    }
    let ids: Vec<String> = (0..6).map(|number| format!("LOST-{number}")).collect();
    let summary = desk.batch(client.clone()).run(input::records(ids.iter().map(|id| new_book(id)))).await.unwrap();
    flies.abort();
    assert!(summary.is_all_stored(), "{summary}");
    assert_eq!(books(&client, "LOST-").await, ids);
}

#[tokio::test]
async fn without_a_key_or_a_find_a_lost_answer_is_ambiguous_and_never_sent_again() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    sandbox.queue_fault(QueuedFault::next(Fault::DropAfter).path("/transaction"));
    let batch = desk.batch(client.clone());
    let summary = batch.run(input::records([contract_line("BLIND", "WIDGET-001")])).await.unwrap();
    assert_eq!((summary.tally.ambiguous, summary.tally.refused), (1, 0), "{summary}");
    let failures = batch.failures(0, 9).await.unwrap();
    assert_eq!((failures[0].state, failures[0].attempts), (State::Ambiguous, 1));
}
