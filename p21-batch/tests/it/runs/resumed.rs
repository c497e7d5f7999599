//! Runs that are resumed: with the input, without it, with another one.

use std::time::Duration;

use p21_batch::journal::{Journal as _, NewRun};
use p21_batch::{BatchError, Ended, JournalError, input};
use p21_sandbox::{Fault, QueuedFault};

use super::{Desk, time_flies};
use crate::support::{books, client_by, new_book, sandbox, up_to_its_end};

#[tokio::test]
async fn an_input_that_changed_is_an_error_and_nothing_is_sent() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let ids = ["SAME-1", "SAME-2", "SAME-3"];
    let stop = p21_batch::Stop::default();
    let rows = up_to_its_end(ids.map(new_book).into_iter(), stop.clone());
    let batch = desk.batch(client.clone()).stop(stop);
    assert_eq!(batch.run(input::records(rows)).await.unwrap().ended, Ended::Stopped);
    drop(batch);

    let batch = desk.batch(client.clone());
    let with = async |ids: &[&str]| {
        let records: Vec<_> = ids.iter().map(|id| new_book(id)).collect();
        batch.resume_with(input::records(records)).await
    };
    let changed = with(&["SAME-1", "OTHER", "SAME-3"]).await.unwrap_err();
    assert!(matches!(changed, BatchError::InputChanged { seq: 2, .. }), "{changed}");
    let shorter = with(&["SAME-1"]).await.unwrap_err();
    assert!(matches!(shorter, BatchError::InputShorter { found: 1, rows: 3, .. }), "{shorter}");
    let longer = with(&["SAME-1", "SAME-2", "SAME-3", "SAME-4"]).await.unwrap_err();
    assert!(matches!(longer, BatchError::InputChanged { seq: 4, .. }), "{longer}");
    assert!(books(&client, "SAME-").await.is_empty());
    assert!(with(&ids).await.unwrap().is_all_stored());
    assert_eq!(books(&client, "SAME-").await, ids);
}

#[tokio::test]
async fn an_input_that_was_not_taken_up_to_its_end_is_wanted_again() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let bad = input::BadRow::ending(p21_batch::FilePlace::line("books.csv", 4), "cut");
    let rows = ["CUT-1", "CUT-2"].map(|id| Ok(new_book(id))).into_iter().chain([Err(bad)]);
    let batch = desk.batch(client.clone());
    let error = batch.run(futures_util::stream::iter(rows)).await.unwrap_err();
    assert!(matches!(&error, BatchError::Input(_)), "{error}");
    let error = batch.resume().await.unwrap_err();
    assert!(matches!(error, BatchError::NotPlanned { rows: 2, .. }), "{error}");
    let all = ["CUT-1", "CUT-2", "CUT-3"];
    assert!(batch.resume_with(input::records(all.map(new_book))).await.unwrap().is_all_stored());
    assert_eq!(books(&client, "CUT-").await, all);
}

#[tokio::test]
async fn there_is_a_clear_word_for_no_run_and_for_one_of_another_door() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let batch = desk.batch(client);
    let error = batch.resume().await.unwrap_err();
    assert!(matches!(error, BatchError::Journal(JournalError::NoSuchRun { .. })), "{error}");
    drop(batch);
    let journal = desk.journal();
    journal.begin(NewRun::new("books", "windows")).await.unwrap();
    drop(journal);
    let error = desk.batch(client_by(sandbox.url(), &desk.clock)).resume().await.unwrap_err();
    assert!(matches!(error, BatchError::OtherDoor { .. }), "{error}");
}

/// The late write: it lands after whoever sent it is gone, and after the next one has looked.
#[tokio::test]
async fn what_may_still_land_is_not_sent_again() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let late = Duration::from_millis(700);
    sandbox.queue_fault(QueuedFault::next(Fault::Late(late)).path("/transaction"));
    let how = p21_client::resilience::ReadBack::default().settle(Duration::ZERO).never_repeat();
    let batch = desk.batch(client.clone()).read_back(how.clone()).settle_later();
    let summary = batch.run(input::records([new_book("LATE-1")])).await.unwrap();
    assert_eq!((summary.ended, summary.tally.sent), (Ended::Unsettled, 1));
    drop(batch);
    assert!(books(&client, "LATE-").await.is_empty(), "it hasn't landed yet");
    // Who resumes it looks, finds nothing, and waits: it may still land.
    let batch = desk.batch(client.clone()).read_back(how.clone()).settle_later();
    let summary = batch.resume().await.unwrap();
    assert_eq!((summary.ended, summary.tally.sent, summary.tally.planned), (Ended::Unsettled, 1, 0));
    drop(batch);
    tokio::time::sleep(late).await;
    let flies = time_flies(&desk.clock);
    let summary = desk.batch(client.clone()).read_back(how).resume().await.unwrap();
    flies.abort();
    assert!(summary.is_all_stored(), "{summary}");
    assert_eq!(books(&client, "LATE-").await, ["LATE-1"]);
}
