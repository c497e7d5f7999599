//! `--workflow replace-pages`: three runs, in the order that never leaves two pages in force, and none without its successor in
//! silence.

#[cfg(unix)]
mod killed;

use std::io::{Read as _, Write as _};

use p21_client::pricing::PricePage;
use p21_client::{Client, Credentials};
use p21_model::payload::TransactionSet;
use p21_model::value::DateTime;
use serde_json::Value;

use super::Desk;
use super::workflows::{PAGES, is_case, new_page, sent};

/// The columns, with those that say what a page replaces.
fn columns() -> String {
    format!("replaces,price_book_id,{PAGES}")
}

const BREAKS: &str = "Multiplier,0.9,,";

fn row(replaces: &str, books: &str, description: &str) -> String {
    format!("{replaces},{books},{}", new_page(description, BREAKS))
}

fn client(desk: &Desk) -> Client {
    let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
    Client::builder(&desk.sandbox.url).credentials(credentials).build().unwrap()
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

/// Pages that are in force before anything is replaced, and their numbers.
fn old(desk: &Desk, names: &[String]) -> Vec<i64> {
    let rows: String = names.iter().map(|name| new_page(name, BREAKS)).collect();
    desk.write("old.csv", format!("{PAGES}{rows}"));
    // One after the other, so that their numbers are in the order of their names.
    let fixed = ["run", "--workflow", "create-pages", "--input", "old.csv", "--journal", "old.journal"];
    let (code, said) = desk.says(&[&fixed[..], &["--at-once", "1"]].concat());
    assert_eq!(code, 0, "{said}");
    names.iter().map(|name| of(desk, name)[0].uid).collect()
}

/// The pages of that description.
fn of(desk: &Desk, name: &str) -> Vec<PricePage> {
    wait(async { client(desk).pricing().pages_described([name]).await }).unwrap()
}

fn until(desk: &Desk, uids: &[i64]) -> Vec<Option<DateTime>> {
    let pages = wait(async { client(desk).pricing().pages(uids.iter().copied()).await }).unwrap();
    uids.iter().map(|uid| pages[uid].until).collect()
}

const DAY: DateTime = p21_model::value::date(2027, 3, 31);

/// The books of the pages of that description.
fn books(desk: &Desk, name: &str) -> Vec<String> {
    let uid = of(desk, name)[0].uid;
    let books = wait(async { client(desk).pricing().books_of_pages([uid]).await }).unwrap();
    let mut books: Vec<String> = books[&uid].iter().map(|book| book.id.clone()).collect();
    books.sort();
    books
}

fn replace(desk: &Desk, input: &str, more: &[&str]) -> (i32, String) {
    let fixed = ["run", "--workflow", "replace-pages", "--input", input, "--at-once", "1"];
    desk.says(&[&fixed[..], more].concat())
}

const ON: [&str; 2] = ["--ends-on", "2027-03-31"];

/// The next requests of that path fail.
fn fault(desk: &Desk, fault: &str, path: &str, times: u32) {
    let body = format!("{{\"fault\":\"{fault}\",\"method\":\"POST\",\"path\":\"{path}\",\"times\":{times}}}");
    let address = desk.sandbox.url.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let head = format!("POST /_sandbox/faults HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n");
    write!(stream, "{head}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 2"), "{answer}");
}

#[test]
fn pages_are_ended_created_and_linked_and_what_is_done_is_done_once() {
    let desk = Desk::new(&[]);
    let uids = old(&desk, &["Was 1".to_owned(), "Was 2".to_owned()]);
    let rows = [
        row(&uids[0].to_string(), "WIDGETS", "Is 1"),
        row(&uids[1].to_string(), "WIDGETS; COMPONENTS", "Is 2"),
        row("", "", "Is new"),
    ];
    desk.write("is.csv", columns() + &rows.concat());
    let (code, dry) = replace(&desk, "is.csv", &[&ON[..], &["--dry-run"]].concat());
    assert_eq!(code, 0, "{dry}");
    for expected in [
        &format!("would end: page {}, on 2027-03-31", uids[0])[..],
        "would create: Is new",
        "would link: Is 2 to COMPONENTS",
        "2 pages would end (0 ended before), 3 pages would be created (0 there before), 3 links made; nothing was sent",
    ] {
        assert!(dry.contains(expected), "{expected}: {dry}");
    }
    assert!(until(&desk, &uids).iter().all(|day| *day > Some(DAY)), "a dry run sends nothing");
    assert!(!desk.folder.path().join("p21-batch.journal").exists(), "a dry run leaves no journal");

    let (code, said) = replace(&desk, "is.csv", &ON);
    assert_eq!(code, 0, "{said}");
    let whole = "is: 2 pages ended on 2027-03-31 (0 ended before), 3 pages created (0 there before), 3 links made";
    assert!(said.contains(whole), "{said}");
    assert_eq!(until(&desk, &uids), [Some(DAY); 2]);
    assert_eq!(desk.there("price_page", "description", "Is "), ["Is 1", "Is 2", "Is new"]);
    assert_eq!(
        (books(&desk, "Is 1"), books(&desk, "Is 2")),
        (vec!["WIDGETS".into()], vec!["COMPONENTS".into(), "WIDGETS".into()])
    );

    // Called again it does nothing, and says what there is.
    let (code, said) = replace(&desk, "is.csv", &[&ON[..], &["--format", "json"]].concat());
    assert_eq!(code, 0, "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["is_whole"], &said["expired"]["skipped"]), (&true.into(), &2.into()), "{said}");
    assert_eq!((&said["created"]["skipped"], &said["linked"]["skipped"]), (&3.into(), &3.into()), "{said}");
    // So does it under another name.
    let (code, said) = replace(&desk, "is.csv", &[&ON[..], &["--run", "another", "--format", "json"]].concat());
    assert_eq!(code, 0, "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["created"]["summary"]["tally"]["stored"], 0, "{said}");
    assert_eq!(desk.there("price_page", "description", "Is ").len(), 3);

    let (code, status) = desk.says(&["status", "--run", "is"]);
    assert_eq!(code, 0, "{status}");
    for expected in [
        "is: expire (transactions): 2 records, 2 stored",
        "is: create (transactions): 3 records, 3 stored",
        "is: link (windows): 2 records, 2 stored",
    ] {
        assert!(status.contains(expected), "{expected}: {status}");
    }
    let (code, failures) = desk.says(&["failures", "--run", "is"]);
    assert_eq!((code, failures.as_str()), (0, ""));
    // Neither the job nor a step of it is resumed: what comes behind the step would not begin.
    for arguments in [
        &["--run", "is"][..],
        &["--run", "is: create"],
        &["--input", "is.csv", "--workflow", "replace-pages", "--run", "is"],
    ] {
        let (code, said) = desk.says(&[&["resume"], arguments].concat());
        assert_eq!(code, 2, "{arguments:?}: {said}");
        let expected = "next: call `cargo p21 batch run --workflow replace-pages` again with the same input";
        assert!(said.contains(expected) && said.contains("--run is"), "{arguments:?}: {said}");
    }
    // Another input, or another day, isn't what was begun under the name.
    for (input, day) in
        [(columns() + &rows.concat().replace("0.9", "0.8"), "2027-03-31"), (columns() + &rows.concat(), "2027-06-30")]
    {
        desk.write("is.csv", input);
        let (code, said) = replace(&desk, "is.csv", &["--ends-on", day]);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("its record 1 is none of those that are asked for now"), "{said}");
    }
    assert_eq!(until(&desk, &uids), [Some(DAY); 2]);
}

#[test]
fn what_is_sent_is_what_the_library_sends() {
    let desk = Desk::new(&[]);
    let uids = old(&desk, &["Case 0".to_owned()]);
    let old = uids[0].to_string();
    let other = format!(",WIDGETS,{}", new_page("Case 2", "Multiplier,0.9,10,0.8"));
    let rows = [row(&old, "WIDGETS", "Case 1"), other];
    desk.write("case.csv", columns() + &rows.concat());
    let (code, said) = replace(&desk, "case.csv", &ON);
    assert_eq!(code, 0, "{said}");
    is_case("expire-pages", &sent(&desk, "case: expire"), &[(&old, "the page")]);
    is_case("create-pages", &sent(&desk, "case: create"), &[]);
    let (one, other) = (of(&desk, "Case 1")[0].uid.to_string(), of(&desk, "Case 2")[0].uid.to_string());
    is_case("replace-pages-link", &sent(&desk, "case: link"), &[(&one, "the first page"), (&other, "the second page")]);
}

#[test]
fn what_replaces_a_page_that_is_in_force_is_held_back_and_goes_on_under_another_name() {
    let desk = Desk::new(&["--admin"]);
    let uids = old(&desk, &["Held 1".to_owned(), "Held 2".to_owned()]);
    let rows = [
        row(&uids[0].to_string(), "WIDGETS", "After 1"),
        row(&uids[1].to_string(), "", "After 2"),
        row("", "", "After all"),
    ];
    desk.write("after.csv", columns() + &rows.concat());
    // P21 refuses that the first one ends.
    fault(&desk, "E", "/api/v2/transaction", 1);
    let (code, said) = replace(&desk, "after.csv", &ON);
    assert_eq!(code, 1, "{said}");
    for expected in [
        &format!("still in force: {}", uids[0])[..],
        "held back, because what it replaces is still in force: After 1",
        "held back, because what it replaces is still in force: After all",
        "after: 1 page ended on 2027-03-31",
        "1 page created",
        "next: `cargo p21 batch failures --journal p21-batch.journal --run after`",
        "run the same input under another name",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(!said.contains("WITHOUT SUCCESSOR"), "the old one prices on: {said}");
    assert_eq!(desk.there("price_page", "description", "After"), ["After 2"]);
    let (_, status) = desk.says(&["status"]);
    assert!(status.contains("after: create (transactions): 1 record, 1 stored"), "{status}");
    let (code, failures) = desk.says(&["failures", "--run", "after"]);
    assert_eq!(code, 1, "{failures}");
    assert!(failures.contains("after: expire: record 1: refused"), "{failures}");
    let (code, report) = desk.says(&["failures", "--run", "after", "--report", "report.csv"]);
    assert!(code == 2 && report.contains("name one with `--run`: 'after: expire', 'after: create'"), "{report}");

    let (code, said) = replace(&desk, "after.csv", &[&ON[..], &["--run", "after again"]].concat());
    assert_eq!(code, 0, "{said}");
    let whole = "1 page ended on 2027-03-31 (1 ended before), 2 pages created (1 there before), 1 link made";
    assert!(said.contains(whole), "{said}");
    assert_eq!(desk.there("price_page", "description", "After"), ["After 1", "After 2", "After all"]);
    assert_eq!(books(&desk, "After 1"), ["WIDGETS"]);
}

#[test]
fn an_old_page_whose_successor_p21_refuses_is_told_loudly() {
    let desk = Desk::new(&["--admin"]);
    let uids = old(&desk, &["Alone 1".to_owned(), "Alone 2".to_owned()]);
    let rows: Vec<String> =
        uids.iter().enumerate().map(|(at, uid)| row(&uid.to_string(), "WIDGETS", &format!("Next {at}"))).collect();
    desk.write("next.csv", columns() + &rows.concat());
    // The old ones are there already; the first new one is refused.
    desk.write("ends.csv", format!("price_page_uid,expiration_date\n{},2027-03-31\n{},2027-03-31\n", uids[0], uids[1]));
    let ended = desk.says(&["run", "--workflow", "expire-pages", "--input", "ends.csv", "--journal", "old.journal"]);
    assert_eq!(ended.0, 0, "{}", ended.1);
    fault(&desk, "E", "/api/v2/transaction", 1);
    let (code, said) = replace(&desk, "next.csv", &[&ON[..], &["--format", "json"]].concat());
    assert_eq!(code, 1, "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (&said["without_successor"], &said["is_whole"]),
        (&serde_json::json!([uids[0]]), &false.into()),
        "{said}"
    );
    assert_eq!(said["linked"]["linked"], 1, "{said}");
    // It stays so under that name, in words too.
    let (code, said) = replace(&desk, "next.csv", &ON);
    assert_eq!(code, 1, "{said}");
    let loud = format!("WITHOUT SUCCESSOR: page {} has ended, and nothing prices what it priced", uids[0]);
    assert!(said.contains(&loud) && said.contains("not created: Next 0"), "{said}");
    let (_, rows_said) = desk.says(&["failures", "--run", "next", "--rows", "again.csv"]);
    assert!(rows_said.contains("1 row in again.csv"), "{rows_said}");
    assert_eq!(desk.read("again.csv"), format!("\u{feff}{}{}", columns(), rows[0]));
    // Its row, mended, under another name.
    let (code, said) = replace(&desk, "again.csv", &ON);
    assert_eq!(code, 0, "{said}");
    assert_eq!(books(&desk, "Next 0"), ["WIDGETS"]);
}

#[test]
fn all_pages_of_a_supplier_end_and_not_those_that_an_earlier_call_created() {
    let desk = Desk::new(&[]);
    let uids = old(&desk, &["Supply 1".to_owned(), "Supply 2".to_owned()]);
    desk.write("supply.csv", columns() + &row(&uids[0].to_string(), "", "Supply new"));
    let options = [&ON[..], &["--supplier", "10"]].concat();
    let (code, dry) = replace(&desk, "supply.csv", &[&options[..], &["--dry-run", "--format", "json"]].concat());
    assert_eq!(code, 0, "{dry}");
    let dry: Value = serde_json::from_str(&dry).unwrap();
    let unnamed = dry["ends_without_a_row"].as_array().unwrap();
    assert!(unnamed.contains(&uids[1].into()) && !unnamed.contains(&uids[0].into()), "{dry}");
    for round in 0..2 {
        let (code, said) = replace(&desk, "supply.csv", &options);
        assert_eq!(code, 0, "{said}");
        assert_eq!(said.contains("note: no row replaces"), round == 0, "{said}");
        assert_eq!(until(&desk, &uids), [Some(DAY); 2]);
        assert!(of(&desk, "Supply new")[0].is_open_after(DAY), "{said}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place_before_the_first_page_ends() {
    let desk = Desk::new(&[]);
    let uids = old(&desk, &["Wrong 1".to_owned(), "Wrong 2".to_owned()]);
    let (one, two) = (uids[0].to_string(), uids[1].to_string());
    let good = row(&one, "WIDGETS", "Right");
    for (row, expected) in [
        (row("987654", "", "Gone"), "bad.csv:3: it replaces the page 987654, and P21 has no price page 987654"),
        (row("", "", "Right"), "bad.csv:3: two new pages are called `Right`"),
        (row("", "", "RIGHT "), "bad.csv:3: two new pages are called `RIGHT `"),
        (row(&one, "", "Second"), &format!("bad.csv:3: two new pages replace the page {one}")),
        (
            row(&two, "", "wrong 2"),
            &format!("bad.csv:3: it replaces the page {two}, which is called `Wrong 2` as a new one"),
        ),
        (row("", "NOWHERE", "Lost"), "bad.csv:3: P21 has no active price book `NOWHERE`"),
        (row("first", "", "Text"), "bad.csv:3: column replaces: `first` is no number of a price page"),
        (row("-1", "", "Below"), "bad.csv:3: column replaces: `-1` is no number of a price page"),
        (row("", "", ""), "bad.csv:3: column description: it is empty"),
        (row("", "", "Short").replace(",ACME", ""), "bad.csv:3: the row has"),
        // The rules know that P21 would refuse it.
        (row(&two, "", "Rule").replace("FASTENERS", ""), "bad.csv:3: "),
    ] {
        desk.write("bad.csv", columns() + &good + &row);
        let (code, said) = replace(&desk, "bad.csv", &ON);
        assert_eq!(code, 2, "{row}: {said}");
        assert!(said.contains(expected) && said.contains("nothing was sent"), "{expected}: {said}");
        let (code, dry) = replace(&desk, "bad.csv", &[&ON[..], &["--dry-run"]].concat());
        assert!(code == 1 && dry.contains(expected), "{expected}: {dry}");
    }
    desk.write("good.csv", columns() + &good);
    desk.write("none.csv", columns());
    desk.write("lacking.csv", columns().replace("replaces,", "") + good.split_once(',').unwrap().1);
    desk.write("bookless.csv", columns().replace("price_book_id,", ""));
    desk.write("member.jsonl", "{\"description\":\"x\"}\n");
    desk.write("ends.csv", "price_page_uid,expiration_date\n1,2027-03-31\n");
    for (arguments, expected) in [
        (&["--input", "lacking.csv", ON[0], ON[1]][..], "lacking.csv has no column `replaces`"),
        (&["--input", "bookless.csv", ON[0], ON[1]], "bookless.csv has no column `price_book_id`"),
        (&["--input", "none.csv", ON[0], ON[1]], "none.csv: it has no row"),
        (&["--input", "member.jsonl", ON[0], ON[1]], "member.jsonl:1"),
        (&["--input", "good.csv"], "nothing says on which day the old pages end"),
        (&["--input", "good.csv", "--ends-on", "31.03.2027"], "a day such as 2027-12-31"),
        (&["--input", "good.csv", "--ends-on", "2027-02-30"], "a day such as 2027-12-31"),
        (&["--input", "good.csv", ON[0], ON[1], "--supplier", "Acme"], "invalid value 'Acme'"),
    ] {
        let (code, said) = desk.says(&[&["run", "--workflow", "replace-pages"], arguments].concat());
        assert_eq!(code, 2, "{arguments:?}: {said}");
        assert!(said.contains(expected), "{expected}: {said}");
    }
    for workflow in ["expire-pages", "create-pages", "link-pages", "contract-prices"] {
        for option in [["--ends-on", "2027-03-31"], ["--supplier", "10"]] {
            let (code, said) = desk.says(&["run", "--workflow", workflow, "--input", "ends.csv", option[0], option[1]]);
            assert_eq!(code, 2, "{workflow}: {said}");
            let expected = format!("`{}` is for `--workflow replace-pages` alone", option[0]);
            assert!(said.contains(&expected) && said.contains("next: leave out"), "{workflow}: {said}");
        }
    }
    assert!(!desk.folder.path().join("p21-batch.journal").exists());
    assert!(until(&desk, &uids).iter().all(|day| *day > Some(DAY)), "nothing was sent");
    assert!(desk.there("price_page", "description", "Right").is_empty());
}

/// Nobody knows which of them is the new one.
#[test]
fn several_pages_of_a_new_ones_description_are_told_and_none_is_linked() {
    let desk = Desk::new(&[]);
    let case: Value = serde_json::from_str(include_str!("../cases/create-pages.json")).unwrap();
    let set: TransactionSet = serde_json::from_value(case[0]["set"].clone()).unwrap();
    for _ in 0..2 {
        let stored = wait(async { client(&desk).submit(set.clone()).await }).unwrap();
        assert!(stored.transactions[0].is_ok(), "{stored:?}");
    }
    desk.write("twins.csv", columns() + &row("", "WIDGETS", "Case 1"));
    let (code, said) = replace(&desk, "twins.csv", &ON);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("several pages in force are called so, and none was linked: Case 1 ("), "{said}");
    assert!(said.contains("0 pages created (1 there before), 0 links made"), "{said}");
}
