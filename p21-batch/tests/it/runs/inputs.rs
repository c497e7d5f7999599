//! Files as people have them.

use std::path::Path;

use futures_util::StreamExt as _;
use p21_batch::input::{BadInput, BadRow, CsvFile, Encoding, InputRow, JsonLines};
use p21_batch::{BatchRecord, input};
use p21_services::prelude::*;
use p21_services::sales_price_book as book;
use serde::Deserialize;

use super::Desk;
use crate::support::{books, client_by, sandbox, up_to_its_end};

#[derive(Debug, Deserialize)]
struct Book {
    id: String,
    text: String,
    #[serde(default)]
    discount: Option<Decimal>,
}

fn record(book: Book) -> Result<BatchRecord, String> {
    if book.discount.is_some_and(|discount| discount > dec!(100)) {
        return Err("no discount is over 100".to_owned());
    }
    let required = book::header::Required {
        price_book_id: &book.id,
        price_book_description: &book.text,
        row_status_flag: book::header::RowStatusFlag::Active,
    };
    let header = book::header::Row::new(required);
    Ok(BatchRecord::from(book::Transaction::new().push(header)).key(book::Key::new(book.id.as_str())))
}

async fn rows(file: CsvFile) -> Vec<InputRow> {
    file.rows(record).unwrap().collect().await
}

/// What is bad, as it is said.
async fn bad(path: &Path) -> Vec<String> {
    let name = path.display().to_string();
    let said = |bad: BadRow| bad.to_string().replace(&name, "F");
    rows(CsvFile::of(path)).await.into_iter().filter_map(|row| row.err().map(said)).collect()
}

fn refused(path: &Path) -> String {
    let name = path.display().to_string();
    match CsvFile::of(path).rows(record) {
        Ok(_) => panic!("{name} is taken"),
        Err(error) => error.to_string().replace(&name, "F"),
    }
}

#[tokio::test]
async fn a_csv_of_the_programs_own_structs_is_stored() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let file = desk.file("b.csv", "\u{feff}id,text,discount\r\nCSV-1,\"Two\nlines\",1.5\r\nCSV-2,\"One, two\",\r\n");
    let batch = desk.batch(client.clone());
    let summary = batch.run(CsvFile::of(&file).rows(record).unwrap()).await.unwrap();
    assert!(summary.is_all_stored(), "{summary}");
    assert_eq!(books(&client, "CSV-").await, ["CSV-1", "CSV-2"]);
}

#[tokio::test]
async fn bad_rows_are_refused_with_line_and_column_and_the_others_stored() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let long = "x".repeat(9_000);
    let text = format!(
        "id,text,discount\nBAD-1,fine,1\nBAD-2,comma,\"1,5\"\nBAD-3,comma,1,5\nBAD-4,few\nBAD-5,{long},1\nBAD-6,much,200\n\
         BAD-1,fine,1\nBAD-7,fine,2\nBAD-8,cut"
    );
    let file = desk.file("b.csv", text);
    let said = bad(&file).await;
    let starts = [
        "F:3: column discount: `1,5`: ",
        "F:4: the row has 4 fields, and the header names 3: ",
        "F:5: the row has 2 fields",
        "F:6: column text: the field has 9000 characters",
        "F:7: no discount is over 100",
        "F:10: the row has 2 fields, and the header names 3, and the file ends in it",
    ];
    assert_eq!(said.len(), starts.len(), "{said:#?}");
    for (said, start) in said.iter().zip(starts) {
        assert!(said.starts_with(start), "{said}\n{start}");
    }
    let batch = desk.batch(client.clone());
    let summary = batch.run(CsvFile::of(&file).rows(record).unwrap()).await.unwrap();
    assert_eq!((summary.tally.stored, summary.tally.refused), (2, 7), "{summary}");
    let failures = batch.failures(0, 99).await.unwrap();
    let lines: Vec<u64> = failures.iter().map(|one| one.place.as_ref().unwrap().line).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7, 8, 10]);
    let twice = failures.iter().find(|one| one.code.as_deref() == Some("twice")).unwrap();
    assert!(twice.reason.as_deref().unwrap().contains("b.csv:2)"), "{twice:?}");
    assert_eq!(books(&client, "BAD-").await, ["BAD-1", "BAD-7"]);
}

#[tokio::test]
async fn what_is_wrong_with_a_whole_file_is_told_before_anything_is_sent() {
    let desk = Desk::new();
    let file = |text: &[u8]| desk.file("f.csv", text);
    assert!(refused(&file(b"")).starts_with("F:1: the file is empty"));
    assert!(refused(&file(b"id,text,id\n")).starts_with("F:1: column id: the column `id` is there twice"));
    let unknown = refused(&file(b"id,text,discuont\n"));
    assert!(
        unknown.starts_with("F:1: column discuont: nothing reads the column `discuont`: there are id, text, discount")
    );
    assert!(refused(&file(b"\xFF\xFEi\0d\0")).contains("UTF-16"));
    assert!(refused(Path::new("/no/such/file.csv")).starts_with("F can't be read"));
    assert!(refused(desk.folder.path()).contains("no regular file"));
    // The struct wants what the header doesn't name.
    let missing = bad(&file(b"id,discount\nA,1\nB,2\n")).await;
    assert_eq!(missing, ["F:1: the column `text` is missing: the header names id, discount"]);
    assert_eq!(bad(&file(b"id,text\nA,caf\xE9\nB,x\n")).await.len(), 1);
    assert!(
        bad(&file(b"id,text\nA,caf\xE9\n")).await[0].starts_with("F:2: column 6: byte 0xE9 is no UTF-8, which is `é`")
    );
    let open = format!("id,text\nA,\"open\n{}", "more\n".repeat(4_000));
    assert!(bad(&file(open.as_bytes())).await[0].contains("is a quote not closed?"));
}

#[tokio::test]
async fn windows_1252_and_a_missing_end_are_taken_where_they_are_allowed() {
    let desk = Desk::new();
    let file = desk.file("w.csv", b"id;text\nW-1;caf\xE9 \x80 5\nW-2;last");
    let of = || CsvFile::of(&file).delimiter(';').encoding(Encoding::Windows1252);
    let found = rows(of()).await;
    assert!(found[1].as_ref().is_err_and(|bad| bad.problem.contains("may be cut off")), "{found:?}");
    let found = rows(of().last_line_may_lack_its_end()).await;
    let text = |row: &InputRow| {
        row.as_ref().unwrap().transaction().data_elements[0].value("price_book_description").unwrap().to_owned()
    };
    assert_eq!(found.iter().map(text).collect::<Vec<_>>(), ["café € 5", "last"]);
}

#[tokio::test]
async fn json_lines_name_line_column_and_path() {
    let desk = Desk::new();
    let lines = "{\"id\":\"J-1\",\"text\":\"a\"}\n\n{\"id\":\"J-2\"}\n{\"id\":3,\"text\":\"a\"}\n{\"id\":\"J\",\"text\":\"b\"} x\nnot json\n\
                 {\"id\":\"J-5\",\"te";
    let file = desk.file("j.jsonl", lines);
    let found: Vec<InputRow> = JsonLines::of(&file).rows(record).unwrap().collect().await;
    let name = file.display().to_string();
    let said: Vec<String> =
        found.iter().filter_map(|row| row.as_ref().err()).map(|bad| bad.to_string().replace(&name, "F")).collect();
    let starts = [
        "F:3: column 12: missing field `text`",
        "F:4: column 7: `id`: invalid type: integer `3`",
        "F:5: column 23: something stands behind",
        "F:6: column 2: expected",
        "F:7: the file ends without a line break",
    ];
    assert_eq!((found.len(), said.len()), (6, 5), "{said:#?}");
    for (said, start) in said.iter().zip(starts) {
        assert!(said.starts_with(start), "{said}\n{start}");
    }
}

#[tokio::test]
async fn an_input_of_many_rows_is_streamed() {
    let desk = Desk::new();
    let sandbox = sandbox().await;
    let client = client_by(sandbox.url(), &desk.clock);
    let (read, most) = (std::sync::atomic::AtomicUsize::new(0), 20_000);
    let stop = p21_batch::Stop::default();
    let rows = (0..most).map(|number| {
        read.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        record(Book { id: format!("M-{number}"), text: "many".to_owned(), discount: None }).unwrap()
    });
    let rows = up_to_its_end(rows, stop.clone());
    let summary = desk.batch(client).stop(stop).run(input::records(rows)).await.unwrap();
    assert_eq!(summary.tally.planned, most as u64);
}

#[test]
fn a_file_error_says_which() {
    let error = CsvFile::of("/no/such").rows(record).err().unwrap();
    assert!(matches!(error, BadInput::File { .. }), "{error}");
}
