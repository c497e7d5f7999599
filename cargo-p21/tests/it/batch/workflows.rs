//! Workflows by their names. What they send is in `cases`, and so is what `p21_services::workflows` sends: `BLESS=1` writes
//! the cases anew, and the difference is read before it is committed.

use std::path::Path;

use p21_client::{Client, Credentials};
use p21_model::payload::TransactionSet;
use serde_json::Value;

use super::Desk;

pub(super) const PAGES: &str = "description,price_page_type_cd,company_id,product_group_id,supplier_id,pricing_method_cd,source_price_cd,\
                     effective_date,expiration_date,calculation_method_cd,calculation_value1,break1,calculation_value2\n";

/// What of a page is the same in all of them.
pub(super) fn new_page(description: &str, breaks: &str) -> String {
    format!(
        "{description},Supplier / Product Group,ACME,FASTENERS,10,Source,Supplier List Price,2027-01-01,2030-12-31,{breaks}\n"
    )
}

/// What a run's journal says of its records: what was sent, and what identifies it.
pub(super) fn sent(desk: &Desk, run: &str) -> Vec<Value> {
    let db = rusqlite::Connection::open(desk.folder.path().join("p21-batch.journal")).unwrap();
    let mut rows =
        db.prepare("SELECT payload FROM record JOIN run ON run.id = run WHERE run.name = ?1 ORDER BY seq").unwrap();
    let rows = rows.query_map([run], |row| row.get::<_, String>(0)).unwrap();
    let payload = |text: String| {
        let mut payload: Value = serde_json::from_str(&text).unwrap();
        payload.as_object_mut().unwrap().remove("source");
        payload
    };
    rows.map(|row| payload(row.unwrap())).collect()
}

/// The key that a run's first record got.
fn stored_as(desk: &Desk, run: &str) -> String {
    let db = rusqlite::Connection::open(desk.folder.path().join("p21-batch.journal")).unwrap();
    let key = "SELECT record FROM record JOIN run ON run.id = run WHERE run.name = ?1 ORDER BY seq LIMIT 1";
    let key: String = db.query_row(key, [run], |row| row.get(0)).unwrap();
    key.split_once('=').unwrap().1.to_owned()
}

/// Numbers that P21 gives are named: they are others each time.
pub(super) fn is_case(name: &str, sent: &[Value], given: &[(&str, &str)]) {
    let mut text = serde_json::to_string_pretty(sent).unwrap() + "\n";
    for (number, called) in given {
        text = text.replace(&format!("\"{number}\""), &format!("\"{called}\""));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/batch/cases/{name}.json"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(text, expected, "{name}: BLESS=1 writes it anew");
}

fn run(desk: &Desk, workflow: &str, input: &str, more: &[&str]) -> (i32, String) {
    desk.says(&[&["run", "--workflow", workflow, "--input", input, "--at-once", "1"], more].concat())
}

#[test]
fn pages_are_created_linked_and_ended_by_name() {
    let desk = Desk::new(&[]);
    let rows = [new_page("Case 1", "Multiplier,0.9,,"), new_page("Case 2", "Multiplier,0.9,10,0.8")];
    desk.write("new.csv", format!("{PAGES}{}", rows.concat()));
    let (code, said) = run(&desk, "create-pages", "new.csv", &[]);
    assert_eq!(code, 0, "{said}");
    let uid = stored_as(&desk, "new");
    is_case("create-pages", &sent(&desk, "new"), &[]);
    // What is there is not created again under another name of the run.
    let (code, said) = run(&desk, "create-pages", "new.csv", &["--run", "again"]);
    assert_eq!(code, 1, "{said}");
    assert_eq!(desk.there("price_page", "description", "Case "), ["Case 1", "Case 2"]);

    desk.write("links.csv", format!("price_page_uid,price_book_id\n{uid},WIDGETS\n"));
    let (code, said) = run(&desk, "link-pages", "links.csv", &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("links: 1 record: 1 stored"), "{said}");
    is_case("link-pages", &sent(&desk, "links"), &[(&uid, "the page")]);
    desk.write("links.csv", format!("price_page_uid,price_book_id\n{uid},widgets\n{uid},COMPONENTS\n,COMPONENTS\n"));
    let (code, said) = run(&desk, "link-pages", "links.csv", &["--run", "more", "--format", "json"]);
    assert_eq!(code, 1, "{said}");
    let said: Value = serde_json::from_str(said.split("\nnext:").next().unwrap()).unwrap();
    assert_eq!((&said["skipped"], &said["summary"]["tally"]["stored"]), (&1.into(), &1.into()), "{said}");
    let (_, failures) = desk.says(&["failures", "--run", "more"]);
    assert!(failures.contains("links.csv:4: column price_page_uid: refused (input): it is empty"), "{failures}");

    desk.write("ends.csv", format!("price_page_uid,expiration_date\n{uid},2027-03-31\n987654,2027-03-31\n"));
    let (code, said) = run(&desk, "expire-pages", "ends.csv", &["--dry-run"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("ends.csv:3: P21 has no price page 987654"), "{said}");
    let (code, said) = run(&desk, "expire-pages", "ends.csv", &[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("ends: 2 records: 1 stored, 1 not stored"), "{said}");
    let (_, rows) = desk.says(&["failures", "--run", "ends", "--rows", "again.csv"]);
    assert_eq!(desk.read("again.csv"), "\u{feff}price_page_uid,expiration_date\n987654,2027-03-31\n", "{rows}");
    is_case("expire-pages", &sent(&desk, "ends")[..1], &[(&uid, "the page")]);
    // A page that has ended is not brought back until a later day.
    desk.write("later.csv", format!("price_page_uid,expiration_date\n{uid},2029-12-31\n"));
    let (code, said) = run(&desk, "expire-pages", "later.csv", &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 row was passed over") && said.contains("later: 0 records"), "{said}");
    // What was passed over has changed by the run itself: the journal's input is what counts.
    let (code, said) = desk.says(&["resume", "--run", "ends", "--input", "ends.csv", "--workflow", "expire-pages"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("ends: 2 records: 1 stored"), "{said}");
}

#[test]
fn prices_of_contracts_are_written_by_name() {
    let desk = Desk::new(&[]);
    let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
    let client = Client::builder(&desk.sandbox.url).credentials(credentials).build().unwrap();
    let new = include_str!("cases/contract.json");
    let set: TransactionSet = serde_json::from_str(new).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stored = runtime.block_on(async { client.submit(set).await }).unwrap();
    let job = stored.transactions[0].as_ref().unwrap().value("FORM.d_dw_job_price_hdr", "job_no").unwrap().to_owned();
    let rows = format!(
        "job_no,company_id,contract_no,end_date,item_id,price\n{job},ACME,NIGHT,2027-12-31,WIDGET-001,11.25\n\
         {job},ACME,NIGHT,2027-12-31,WIDGET-002,-1\n{job},ACME,NIGHT,2027-12-31,,5\n{job},ACME,NIGHT,2027-12-31,WIDGET-002,\n"
    );
    desk.write("prices.csv", rows);
    let (code, said) = run(&desk, "contract-prices", "prices.csv", &[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("prices: 4 records: 1 stored, 3 not stored"), "{said}");
    let (_, failures) = desk.says(&["failures"]);
    for expected in [
        "prices.csv:3: column price: refused (input): `-1` is below 0",
        "prices.csv:4: column item_id: refused (input): it is empty",
        "prices.csv:5: column price: refused (input): it is empty",
    ] {
        assert!(failures.contains(expected), "{expected}: {failures}");
    }
    is_case("contract-prices", &sent(&desk, "prices")[..1], &[(&job, "the contract")]);
}

#[test]
fn the_help_lists_them_and_what_is_wrong_is_told_before_anything_is_sent() {
    let desk = Desk::new(&[]);
    let (code, help) = desk.says(&["run", "--help"]);
    assert_eq!(code, 0, "{help}");
    for expected in [
        "expire-pages: price pages end",
        "price_page_uid expiration_date",
        "create-pages: ",
        "description price_page_type_cd pricing_method_cd effective_date expiration_date [company_id]",
        "link-pages: ",
        "price_book_id price_page_uid",
        "contract-prices: ",
        "job_no company_id contract_no end_date item_id price",
        "replace-pages: ",
        "replaces price_book_id, and those of create-pages",
        "--ends-on <DATE>",
    ] {
        assert!(help.contains(expected), "{expected}: {help}");
    }
    desk.write("pages.csv", "uid,expiration_date\n1,2027-03-31\n");
    for (arguments, expected) in [
        (
            &["--workflow", "expire-pages"][..],
            &["the workflow expire-pages: pages.csv has no column `price_page_uid`", "nothing in the map reads it"][..],
        ),
        (&["--workflow", "replace-pages"], &["nothing says on which day", "give `--ends-on`"]),
        (
            &["--workflow", "nonsense"],
            &["possible values: expire-pages, create-pages, link-pages, contract-prices, replace-pages"],
        ),
        (&["--workflow", "expire-pages", "--map", "books.toml"], &["cannot be used with"]),
        (&["--workflow", "expire-pages", "--service", "Order"], &["cannot be used with"]),
        (&[], &["--map", "--workflow"]),
    ] {
        let (code, said) = desk.says(&[&["run", "--input", "pages.csv"], arguments].concat());
        assert_eq!(code, 2, "{arguments:?}: {said}");
        let mut lines: Vec<&str> = said.lines().filter(|line| !line.is_empty()).collect();
        let all = lines.len();
        lines.dedup();
        assert_eq!(lines.len(), all, "a line is there twice: {said}");
        for expected in expected {
            assert!(said.contains(expected), "{expected}: {said}");
        }
    }
    assert!(!desk.folder.path().join("p21-batch.journal").exists());
}
