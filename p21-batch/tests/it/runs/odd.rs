//! Runs that nobody expects: callbacks that panic, names and keys that are odd, settings that make no sense, what a journal
//! must not have.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use p21_batch::input::{BadRow, CsvFile, JsonLines};
use p21_batch::journal::State;
use p21_batch::{Batch, BatchDoor, BatchError, BatchRecord, Ended, FilePlace, Snapshot, input};
use p21_client::{Client, Credentials, Retry};
use p21_sandbox::Sandbox;
use p21_services::prelude::*;
use p21_services::sales_price_book::{self as book, SalesPriceBook};

use super::Desk;
use crate::support::{books, client_by, new_book, sandbox};

/// Whoever is told how far it is may fail: nothing is lost, and what was on its way is settled.
#[tokio::test]
async fn a_progress_that_panics_loses_nothing() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let ids: Vec<String> = (0..12).map(|number| format!("PANIC-{number:02}")).collect();
    let panics = |at: &Snapshot| assert!(at.stored < 3, "a progress that panics");
    // What it was noting when it was dropped is noted to its end, by the journal that is open.
    let journal = desk.journal();
    let batch = Batch::new(client.clone(), journal.clone(), "books").at_once(3).progress(panics);
    let run = batch.run(input::records(ids.iter().map(|id| new_book(id))));
    assert!(AssertUnwindSafe(run).catch_unwind().await.is_err(), "it is not swallowed");
    drop(batch);
    let flies = super::time_flies(&desk.clock);
    let summary = Batch::new(client.clone(), journal, "books").service::<SalesPriceBook>().resume().await.unwrap();
    flies.abort();
    assert!(summary.is_all_stored() && summary.ended == Ended::Done, "{summary}");
    assert_eq!(books(&client, "PANIC-").await, ids);
}

/// What a run says of a record that it refuses never keeps another one from being taken up.
#[tokio::test]
async fn keys_that_look_like_the_journals_own_are_keys_like_any_other() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let keyed = |id: &str, key: &str| Ok(new_book(id).idempotency_key(key));
    let rows = [
        keyed("ODD-1", "a"),
        keyed("ODD-2", "a #4"),
        keyed("ODD-3", "unreadable #5"),
        keyed("ODD-4", "a"),
        Err(BadRow::new(FilePlace::line("books.csv", 6), "it makes no sense")),
        keyed("ODD-6", "unreadable #5 #5"),
        keyed("ODD-7", ""),
        keyed("ODD-8", "a\0\u{1b}[2J\n\u{202e}b"),
        keyed("ODD-9", &"k".repeat(100_000)),
    ];
    let batch = desk.batch(client.clone());
    let summary = batch.run(futures_util::stream::iter(rows)).await.unwrap();
    assert_eq!((summary.tally.stored, summary.tally.refused), (7, 2), "{summary} {:?}", batch.failures(0, 99).await);
    let failures = batch.failures(0, 9).await.unwrap();
    let shown: Vec<_> = failures.iter().map(|one| (one.seq, one.key.as_str(), one.code.as_deref())).collect();
    assert_eq!(shown[0], (4, "a", Some("twice")), "{failures:?}");
    assert_eq!((shown[1].0, shown[1].2), (5, Some("input")), "{failures:?}");
    assert_eq!(failures[1].reason.as_deref(), Some("it makes no sense"));
}

#[tokio::test]
async fn a_runs_name_may_be_anything() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let journal = desk.journal();
    for (number, name) in ["", " ", "Bücher 2027 — 📈", "a\nb\0c\u{1b}[2J", &"n".repeat(50_000)].into_iter().enumerate()
    {
        let batch = Batch::new(client.clone(), journal.clone(), name);
        let id = format!("NAMED-{number}");
        assert!(batch.run(input::records([new_book(&id)])).await.unwrap().is_all_stored());
        let again = batch.run(input::records([new_book(&id)])).await.unwrap_err();
        assert!(!again.to_string().contains(['\n', '\0', '\u{1b}']), "{again:?}");
        assert!(batch.resume().await.unwrap().is_all_stored());
    }
}

/// The file that a row stands in may be called otherwise when it is resumed, from another folder.
#[tokio::test]
async fn an_input_with_bad_rows_is_the_same_under_another_name() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let rows = |file: &'static str| {
        let bad = BadRow::new(FilePlace::line(file, 3), "it makes no sense");
        futures_util::stream::iter([Ok(new_book("MOVED-1")), Err(bad), Ok(new_book("MOVED-2"))])
    };
    let batch = desk.batch(client.clone());
    assert_eq!(batch.run(rows("books.csv")).await.unwrap().tally.stored, 2);
    assert_eq!(batch.resume_with(rows("/elsewhere/books.csv")).await.unwrap().tally.stored, 2);
    // What can't be read any more is no other input.
    let cut = BadRow::ending(FilePlace::line("books.csv", 3), "the disk is gone");
    let error = batch.resume_with(futures_util::stream::iter([Ok(new_book("MOVED-1")), Err(cut)])).await.unwrap_err();
    assert!(matches!(error, BatchError::Input(_)), "{error}");
}

#[tokio::test]
async fn a_rate_that_is_none_is_an_error_before_anything_is_taken_up() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
        let batch = desk.batch(client.clone()).rate(rate);
        let error = batch.run(input::records([new_book("NO-RATE")])).await.unwrap_err();
        assert!(error.to_string().contains("records a second"), "{error}");
        let error = batch.resume().await.unwrap_err();
        assert!(error.to_string().contains("records a second"), "{error}");
    }
    assert!(books(&client, "NO-RATE").await.is_empty());
}

/// Settings that are as large as can be said are no reason to panic.
#[tokio::test]
async fn settings_may_be_as_large_as_can_be() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let batch = desk.batch(client.clone()).pause(Duration::MAX).session_idle(Duration::MAX).chunk(usize::MAX);
    let batch = batch.session_records(usize::MAX).breaker(Some(u32::MAX)).attempts(u32::MAX).rate(1e300);
    let summary = batch.run(input::records(["LARGE-1", "LARGE-2"].map(new_book))).await.unwrap();
    assert!(summary.is_all_stored(), "{summary}");
}

/// What may land at any time, by all that is said, is never taken for something that can't land any more.
#[tokio::test]
async fn a_landing_without_an_end_is_waited_for() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    sandbox.queue_fault(p21_sandbox::QueuedFault::next(p21_sandbox::Fault::Drop).path("/transaction"));
    let how = p21_client::resilience::ReadBack::default().settle(Duration::ZERO).lands_within(Duration::MAX);
    let batch = desk.batch(client.clone()).read_back(how.never_repeat()).settle_later();
    let summary = batch.run(input::records([new_book("ANY-TIME")])).await.unwrap();
    assert_eq!((summary.ended.clone(), summary.tally.sent), (Ended::Unsettled, 1), "{summary}");
    desk.clock.advance(Duration::from_secs(86_400));
    let summary = batch.resume().await.unwrap();
    assert_eq!((summary.ended.clone(), summary.tally.sent), (Ended::Unsettled, 1), "{summary}");
}

/// What a door can't take is no surprise of the run itself.
#[tokio::test]
async fn a_dry_run_knows_what_its_door_takes() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let raw = |change: fn(&mut p21_services::model::payload::TransactionSet)| {
        let mut set = p21_services::model::payload::TransactionSet::new("SalesPriceBook", Vec::new());
        set.transactions.push(new_book("DOOR-1").transaction().clone());
        change(&mut set);
        BatchRecord::raw(set).unwrap()
    };
    let batch = desk.batch(client.clone()).door(BatchDoor::Windows);
    let unknown = batch.dry_run(input::records([raw(|_| {})])).await;
    assert!(unknown.bad == 1 && unknown.why[0].reason.contains("nothing is known of the window"), "{unknown:?}");
    let batch = batch.service::<SalesPriceBook>();
    let coded = batch.dry_run(input::records([raw(|set| set.use_code_values = true)])).await;
    assert!(coded.bad == 1 && coded.why[0].reason.contains("UseCodeValues"), "{coded:?}");
    // Of three of one key the others name the first, as the run does.
    let thrice = [new_book("DOOR-2"), new_book("DOOR-2"), new_book("DOOR-2")];
    let thrice = batch.dry_run(input::records(thrice)).await;
    assert!(thrice.bad == 2 && thrice.why.iter().all(|one| one.reason.contains("record 1")), "{thrice:?}");
}

/// P21 ends a session that idles: one that waited for its turn too long isn't typed into, and none is begun before its turn.
#[tokio::test]
async fn a_slow_rate_does_not_outlast_its_sessions() {
    let desk = Desk::new();
    let sandbox = Sandbox::builder()
        .today(date(2026, 11, 21).date())
        .configure(|config| config.interactive.session_timeout = Duration::from_millis(900));
    let sandbox = sandbox.start().await.unwrap();
    let client = client_by(sandbox.url(), &Default::default());
    let batch = desk.batch(client.clone()).door(BatchDoor::Windows).at_once(1).attempts(1).rate(1.0);
    let batch = batch.session_idle(Duration::from_millis(200)).service::<SalesPriceBook>();
    let ids: Vec<String> = (0..4).map(|number| format!("SLOW-{number}")).collect();
    let summary = batch.run(input::records(ids.iter().map(|id| new_book(id)))).await.unwrap();
    assert!(summary.is_all_stored(), "{summary} {:?}", batch.failures(0, 99).await);
    assert_eq!(books(&client, "SLOW-").await, ids);
}

#[derive(Debug, serde::Deserialize)]
struct Line {
    id: String,
    text: String,
}

fn line(line: Line) -> Result<BatchRecord, String> {
    if line.text == "?" {
        return Err("no text".to_owned());
    }
    let header = book::header::Row::edit().price_book_id(line.id.as_str()).price_book_description(line.text.as_str());
    Ok(BatchRecord::from(book::Transaction::new().push(header)).key(book::Key::new(line.id.as_str())))
}

/// Places are those that an editor shows, whatever stands before.
#[tokio::test]
async fn rows_behind_empty_lines_and_quoted_breaks_have_their_own_line() {
    use futures_util::StreamExt as _;
    let desk = Desk::new();
    let text = "\u{feff}id,text\r\n\r\n\r\nA,?\r\n\r\nB,\"two\r\n\r\nlines\"\r\nC,?\r\n\n\nD,?\r\n";
    let file = desk.file("gaps.csv", text);
    let rows: Vec<_> = CsvFile::of(&file).rows(line).unwrap().collect().await;
    let lines: Vec<u64> = rows
        .iter()
        .map(|row| match row {
            Ok(record) => record.place().unwrap().line,
            Err(bad) => bad.place.line,
        })
        .collect();
    assert_eq!(lines, [4, 6, 9, 12]);
    let Ok(two) = &rows[1] else { panic!("{rows:?}") };
    let kept = two.transaction().data_elements[0].value("price_book_description");
    assert_eq!(kept, Some("two\r\n\r\nlines"), "a text keeps its line breaks");
}

/// Of a member that is there twice nobody knows which one is meant, whatever it is read as.
#[tokio::test]
async fn a_member_that_is_there_twice_is_an_error_in_any_type() {
    use futures_util::StreamExt as _;
    let desk = Desk::new();
    let twice = "{\"id\":\"A\",\"text\":\"x\",\"id\":\"B\"}\n{\"id\":\"A\",\"text\":{\"deep\":[{\"x\":1,\"x\":2}]}}\n\
                 {\"id\":\"C\",\"text\":\"x\"}\n";
    let file = desk.file("twice.jsonl", twice);
    let record = |_: serde_json::Value| Ok::<_, String>(new_book("TWICE"));
    let rows: Vec<_> = JsonLines::of(&file).rows(record).unwrap().collect().await;
    let said: Vec<String> = rows.iter().filter_map(|row| row.as_ref().err()).map(|bad| bad.problem.clone()).collect();
    assert_eq!(said.len(), 2, "{rows:?}");
    assert!(said[0].contains("`id` is there twice") && said[1].contains("`x` is there twice"), "{said:?}");
}

#[tokio::test]
async fn a_report_for_a_folder_that_is_not_there_says_so_and_leaves_nothing() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let batch = desk.batch(client);
    let bad = BadRow::new(FilePlace::line("books.csv", 2), "it makes no sense");
    batch.run(futures_util::stream::iter([Err(bad)])).await.unwrap();
    let path = desk.folder.path().join("nowhere").join("failed.csv");
    let error = batch.write_failures_csv(&path).await.unwrap_err();
    assert!(matches!(error, BatchError::Report { .. }) && error.to_string().contains("failed.csv"), "{error}");
    let error = batch.write_failures_csv(desk.folder.path()).await.unwrap_err();
    assert!(matches!(error, BatchError::Report { .. }), "{error}");
    let left: Vec<_> = std::fs::read_dir(desk.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().starts_with("run.journal")), "{left:?}");
}

/// Whatever a run writes: journal, its log, both reports, and what is shown of it.
#[tokio::test]
async fn nothing_that_opens_p21_stands_in_what_a_run_writes() {
    // A token of the sandbox is three pieces in Base64, the first of an object.
    let secrets = ["pa55-that-nobody-has", "eyJ", "Bearer"];
    let desk = Desk::new();
    let sandbox = Sandbox::builder().today(date(2026, 11, 21).date()).user("prices", secrets[0]).start().await.unwrap();
    let retry = Retry::default().first_delay(Duration::from_millis(1));
    let credentials = Credentials::password("prices", secrets[0]);
    let client = Client::builder(sandbox.url()).clock(desk.clock.clone()).retry(retry).credentials(credentials);
    let client = client.build().unwrap();
    for (name, door) in [("transactions", BatchDoor::Transactions), ("windows", BatchDoor::Windows)] {
        for (fault, times) in [(p21_sandbox::Fault::Drop, 3), (p21_sandbox::Fault::DropAfter, 1)] {
            sandbox.queue_fault(p21_sandbox::QueuedFault::next(fault).times(times));
        }
        let batch = Batch::new(client.clone(), desk.journal(), name).door(door).at_once(1).attempts(1).settle_later();
        let batch = batch.pause(Duration::ZERO).service::<SalesPriceBook>();
        let unknown = book::header::Row::edit()
            .price_book_id("SECRET-X")
            .row_status_flag(book::header::RowStatusFlag::from_label("No such status"));
        let bad = BatchRecord::from(book::Transaction::new().push(unknown)).key(book::Key::new("SECRET-X"));
        let records = (0..4).map(|number| new_book(&format!("SECRET-{name}-{number}"))).chain([bad]);
        let summary = batch.run(input::records(records)).await.unwrap();
        batch.write_failures_csv(desk.folder.path().join(format!("{name}.csv"))).await.unwrap();
        batch.write_failures_json(desk.folder.path().join(format!("{name}.jsonl"))).await.unwrap();
        desk.file(&format!("{name}.debug"), format!("{batch:?} {summary:?} {:?}", batch.failures(0, 99).await));
        let failures = batch.failures(0, 99).await.unwrap();
        assert!(failures.iter().any(|one| one.state == State::Refused), "{failures:?}");
    }
    let mut read = 0;
    for entry in std::fs::read_dir(desk.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        read += bytes.len();
        for secret in secrets {
            let is_there = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!is_there, "{} has a secret", path.display());
        }
    }
    assert!(read > 10_000, "{read}");
}
