//! Memory: flat over 100,000 records, and an input of 1,000,000 rows that is streamed.
//!
//! `cargo test -p p21-batch --test it -- --ignored memory:: --nocapture --test-threads 1`; Linux only, which says what a
//! process took at most. A process each: the measured one is this test program again.

use std::io::{BufWriter, Write as _};
use std::process::Command;

use p21_batch::{Batch, BatchRecord, SqliteJournal, input};
use p21_services::sales_price_book as book;

use crate::support::{client, new_book, sandbox};

/// What a record more may cost, in bytes: a digest of its idempotency key, in a table that doubles.
const A_KEY: u64 = 160;

/// What a run may take more for ten times the records, in bytes.
const MORE: u64 = 24 << 20;

#[derive(serde::Deserialize)]
struct Row {
    id: String,
    text: String,
}

fn record(row: Row) -> Result<BatchRecord, String> {
    let required = book::header::Required {
        price_book_id: row.id.as_str(),
        price_book_description: row.text.as_str(),
        row_status_flag: book::header::RowStatusFlag::Active,
    };
    Ok(BatchRecord::from(book::Transaction::new().push(book::header::Row::new(required))).key(book::Key::new(row.id)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes, and prints what it measures"]
async fn a_run_takes_as_much_for_100_000_records_as_for_10_000() {
    let sandbox = sandbox().await;
    let few = measured("run", 10_000, sandbox.url()).await;
    let many = measured("run", 100_000, sandbox.url()).await;
    println!("10,000 records: {few} bytes at most; 100,000: {many}");
    assert!(many < few + MORE, "{few} {many}");
}

/// The same of few: what is kept of each row would show.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_streamed() {
    let (sandbox, rows) = (sandbox().await, 20_000);
    let few = measured("dry", 200, sandbox.url()).await;
    let many = measured("dry", 20_000, sandbox.url()).await;
    // A record and its row, as text, are some kilobytes.
    assert!(many < few + MORE / 2 + rows * A_KEY, "{few} {many}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes, and prints what it measures"]
async fn a_million_rows_are_streamed() {
    let sandbox = sandbox().await;
    let few = measured("dry", 1_000, sandbox.url()).await;
    let many = measured("dry", 1_000_000, sandbox.url()).await;
    println!("1,000 rows: {few} bytes at most; 1,000,000: {many}");
    assert!(many < few + MORE + 1_000_000 * A_KEY, "{few} {many}");
}

/// What a process takes at most that does so much.
async fn measured(what: &str, records: usize, url: &str) -> u64 {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["memory::at_work", "--exact", "--ignored", "--nocapture"]);
    command.env("P21_BATCH_MEMORY", what).env("P21_BATCH_RECORDS", records.to_string()).env("P21_BATCH_URL", url);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said.lines().find_map(|line| line.strip_prefix("at most ")).unwrap().parse().unwrap()
}

#[tokio::test]
#[ignore = "the process that is measured"]
async fn at_work() {
    let said = |name: &str| std::env::var(name).ok();
    let (Some(what), Some(url)) = (said("P21_BATCH_MEMORY"), said("P21_BATCH_URL")) else { return };
    let records: usize = said("P21_BATCH_RECORDS").unwrap().parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(folder.path().join("run.journal")).unwrap();
    let batch = Batch::new(client(&url), journal, "books").at_once(2).chunk(25);
    if what == "run" {
        let books = (0..records).map(move |number| new_book(&format!("M{records}-{number}")));
        let summary = batch.run(input::records(books)).await.unwrap();
        assert!(summary.is_all_stored(), "{summary}");
    } else {
        let path = folder.path().join("books.csv");
        let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
        writeln!(file, "id,text").unwrap();
        (0..records).for_each(|number| writeln!(file, "D-{number},Book number {number}").unwrap());
        file.flush().unwrap();
        let found = batch.dry_run(input::CsvFile::of(&path).rows(record).unwrap()).await;
        assert_eq!((found.records, found.bad), (records as u64, 0), "{:?}", found.why.first());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches("kB").trim().parse().unwrap();
    println!("\nat most {}", kilobytes * 1_024);
}
