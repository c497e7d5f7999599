//! Workflows in both generations: what they come to, in which order, and that they go on where they were.

use std::path::Path;

use p21_sandbox::{Fault, QueuedFault};
use p21_services::batch::input::CsvFile;
use p21_services::batch::{BatchDoor, BatchError, SqliteJournal, Stop};
use p21_services::client::odata::col;
use p21_services::sales_price_page::{self as page, breaks, header};
use p21_services::workflows::{Books, NewPage, Workflow, WorkflowError};

use super::*;

pub(crate) const DAY: DateTime = date(2027, 3, 31);

pub(crate) fn flow(client: &Client, folder: &Path, name: &str) -> Workflow<SqliteJournal> {
    let journal = SqliteJournal::open(folder.join(format!("{name}.journal"))).unwrap();
    Workflow::new(client.clone(), journal, name).with(|batch| batch.pause(Duration::from_millis(1)).at_once(2))
}

pub(crate) const LIST: &str = "Supplier List Price";

/// A page that calculates from a source; without one it is refused.
pub(crate) fn new_page(description: &str, source: &str) -> NewPage {
    let required = header::Required {
        price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
        pricing_method_cd: header::PricingMethodCd::Source,
        effective_date: date(2027, 1, 1),
        expiration_date: date(2030, 12, 31),
    };
    let header = header::Row::new(required).product_group_id("FASTENERS").supplier_id(10).company_id("ACME");
    let multiplier = breaks::Row::edit().calculation_method_cd(breaks::CalculationMethodCd::Multiplier);
    NewPage::new(header.source_price_cd(Some(source).filter(|source| !source.is_empty())), description)
        .breaks(multiplier.calculation_value1(dec!(0.9)))
}

async fn until(client: &Client, uid: i64) -> DateTime {
    let record = client.read(page::Key::new(uid)).await.unwrap().unwrap();
    record.first::<header::Row>().unwrap().get(header::EXPIRATION_DATE).unwrap().unwrap()
}

#[tokio::test]
async fn pages_of_a_supplier_are_replaced_in_the_order_that_never_leaves_two() {
    for (version, door) in
        both_versions().into_iter().flat_map(|v| [(v.clone(), BatchDoor::Transactions), (v, BatchDoor::Windows)])
    {
        let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
        let (client, folder) = (client(&sandbox), tempfile::tempdir().unwrap());
        let first = flow(&client, folder.path(), "first").with(move |batch| batch.door(door).at_once(2));
        let names: Vec<String> = (1..=3).map(|number| format!("Old {number}")).collect();
        let old = first.create_pages(names.iter().map(|name| new_page(name, LIST))).await.unwrap();
        assert_eq!(old.pages.keys().cloned().collect::<Vec<_>>(), names, "{version:?} {door:?}");
        // Two at once: the second one may have the lower number.
        let mut uids: Vec<i64> = old.pages.values().copied().collect();
        uids.sort_unstable();
        let linked = first.link_pages(uids.iter().map(|uid| (*uid, "WIDGETS"))).await.unwrap();
        assert_eq!((linked.linked, linked.skipped, linked.missing.len()), (3, 0, 0), "{version:?}: {linked:?}");
        // The same again does nothing.
        let linked = first.link_pages(uids.iter().map(|uid| (*uid, "WIDGETS"))).await.unwrap();
        assert_eq!((linked.linked, linked.skipped), (0, 3), "{version:?}");
        assert_eq!(first.create_pages(names.iter().map(|name| new_page(name, LIST))).await.unwrap().pages, old.pages);

        // The third one's successor is refused: it has no source.
        let sources = [LIST, LIST, ""];
        let new = |_| -> Vec<NewPage> {
            let pages = uids.iter().zip(sources).enumerate();
            pages.map(|(at, (uid, source))| new_page(&format!("New {at}"), source).replaces(*uid)).collect()
        };
        let second = flow(&client, folder.path(), "second").with(move |batch| batch.door(door));
        let done =
            second.replace_pages(10, Some(uids.clone()), new(()), &["WIDGETS", "COMPONENTS"], DAY).await.unwrap();
        assert_eq!(done.expired.expired, uids, "{version:?} {door:?}: {done:#?}");
        assert_eq!(
            done.created.pages.keys().collect::<Vec<_>>(),
            ["New 0", "New 1"],
            "{version:?} {door:?}: {done:#?}"
        );
        assert_eq!((done.linked.linked, done.created.missing.as_slice()), (4, &["New 2".to_owned()][..]), "{done:#?}");
        assert_eq!(done.without_successor, [uids[2]], "{version:?}: it is said loudly");
        for uid in &uids {
            assert_eq!(until(&client, *uid).await, DAY, "{version:?}");
        }
        let again =
            second.replace_pages(10, Some(uids.clone()), new(()), &["WIDGETS", "COMPONENTS"], DAY).await.unwrap();
        assert_eq!((&again.created.pages, again.expired.skipped), (&done.created.pages, 3), "{version:?}");
        let all = client.table("price_page").filter(col("description").starts_with("New ")).count().await.unwrap();
        assert_eq!(all, 2, "{version:?}: nothing is there twice");
    }
}

#[tokio::test]
async fn what_replaces_a_page_that_is_in_force_is_held_back() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
        let (client, folder) = (client(&sandbox), tempfile::tempdir().unwrap());
        let flow = flow(&client, folder.path(), "held");
        let old = flow.create_pages([new_page("In force", LIST)]).await.unwrap().pages["In force"];
        let second = super::workflows::flow(&client, folder.path(), "second");
        let successor = new_page("Too early", LIST).replaces(old);
        let done = second.replace_pages(10, Some(Vec::new()), [successor], &["WIDGETS"], DAY).await.unwrap();
        assert_eq!(
            (done.held_back.as_slice(), done.created.pages.len()),
            (&["Too early".to_owned()][..], 0),
            "{version:?}"
        );
        assert!(done.without_successor.is_empty(), "{version:?}: the old one prices on");
        // Without a list it is the supplier's pages that are in force.
        let found = second.pages_of_supplier(10, DAY).await.unwrap();
        assert!(found.iter().any(|page| page.uid == old), "{version:?}: {found:?}");
        let twice = [new_page("Twice", LIST), new_page("Twice", LIST)];
        let error = second.create_pages(twice).await.unwrap_err();
        assert!(matches!(error, WorkflowError::Wrong(_)), "{error}");
        // What contradicts itself, or isn't there, is told before the first page ends.
        let third = super::workflows::flow(&client, folder.path(), "third");
        let of = |name: &str, uid: i64| new_page(name, LIST).replaces(uid);
        for (new, book, expected) in [
            (vec![of("A", old), new_page("a", LIST)], "WIDGETS", "two new pages are called `a`"),
            (vec![of("A", old), of("B", old)], "WIDGETS", "two new pages replace the page"),
            (vec![of("A", 987_654)], "WIDGETS", "P21 has no price page 987654"),
            (vec![of("In force", old)], "WIDGETS", "which is called `In force` as a new one is"),
            (vec![of("A", old)], "NOWHERE", "P21 has no active price book `NOWHERE`"),
        ] {
            let error = third.replace_pages(10, Some(vec![old]), new, &[book], DAY).await.unwrap_err();
            assert!(matches!(&error, WorkflowError::Wrong(_)) && error.to_string().contains(expected), "{error}");
            assert!(until(&client, old).await > DAY, "{version:?}: {expected}");
        }
    }
}

#[tokio::test]
async fn pages_are_expired_in_bulk_and_a_run_that_was_stopped_goes_on() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
        let (client, folder) = (client(&sandbox), tempfile::tempdir().unwrap());
        let first = flow(&client, folder.path(), "bulk");
        let names: Vec<String> = (0..12).map(|number| format!("Bulk {number:02}")).collect();
        let made = first.create_pages(names.iter().map(|name| new_page(name, LIST))).await.unwrap();
        let uids: Vec<i64> = made.pages.values().copied().collect();
        drop(first);
        let (stop, at_five) = (Stop::default(), Stop::default());
        let seen = stop.clone();
        let stopping = flow(&client, folder.path(), "expire").with(move |batch| {
            let stop = seen.clone();
            let batch = batch.at_once(1).stop(seen.clone());
            batch.progress(move |at: &p21_services::batch::Snapshot| {
                if at.stored == 5 {
                    stop.now()
                }
            })
        });
        drop(at_five);
        let error = stopping.expire_pages(uids.clone(), DAY).await.unwrap_err();
        let WorkflowError::Unfinished { summary, .. } = &error else { panic!("{error}") };
        assert_eq!((summary.tally.stored, summary.tally.planned), (5, 7), "{version:?}");
        drop(stopping);
        assert!(stop.is_set());
        // One answer is lost on the way; what is stored is not sent again.
        sandbox.queue_fault(QueuedFault::next(Fault::DropAfter).path("/transaction"));
        let done = flow(&client, folder.path(), "expire").expire_pages(uids.clone(), DAY).await.unwrap();
        assert_eq!((done.open.len(), done.summary.tally.stored), (0, 12), "{version:?}: {done:?}");
        for uid in uids.iter().step_by(5) {
            assert_eq!(until(&client, *uid).await, DAY, "{version:?}");
        }
        let gone = flow(&client, folder.path(), "again").expire_pages([uids[0], 987_654], DAY).await.unwrap();
        assert_eq!(
            (gone.skipped, gone.unknown.as_slice(), gone.summary.tally.total()),
            (1, &[987_654][..], 0),
            "{version:?}"
        );
    }
}

#[tokio::test]
async fn books_are_found_by_the_first_term_that_hits_and_by_library() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
        let books = Books::of(&client(&sandbox));
        let found = books.by_name(["NOTHING", "WIDG", "COMP"]).await.unwrap().unwrap();
        assert_eq!(
            (found.term.as_str(), found.ids.as_slice()),
            ("WIDG", &["WIDGETS".to_owned()][..]),
            "deleted ones don't count"
        );
        let several = books.by_name(["S"]).await.unwrap().unwrap();
        assert_eq!(several.ids, ["COMPONENTS", "WIDGETS"], "{version:?}");
        for term in ["WIDGETS' or 1 eq 1", "%", "_"] {
            assert_eq!(books.by_name([term]).await.unwrap(), None, "{term} is a text and no pattern");
        }
        let of_library: Vec<String> = books.by_library(7).await.unwrap().into_iter().map(|one| one.book.id).collect();
        assert_eq!(of_library, ["WIDGETS", "COMPONENTS"], "{version:?}");
        // What was found is remembered: the server is gone.
        drop(sandbox);
        assert_eq!(books.by_name(["NOTHING", "WIDG"]).await.unwrap().unwrap(), found);
        assert_eq!(books.by_library(7).await.unwrap().len(), 2);
        books.clear();
        assert!(books.by_name(["WIDG"]).await.is_err());
    }
}

#[tokio::test]
async fn contract_prices_of_a_night_are_written_and_a_wrong_row_fails_alone() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
        let (client, folder) = (client(&sandbox), tempfile::tempdir().unwrap());
        let mut jobs = Vec::new();
        for name in ["NIGHT-1", "NIGHT-2"] {
            let prices = [("WIDGET-001", dec!(10)), ("WIDGET-002", dec!(20))];
            let stored = client.submit(contract(name, &prices)).await.unwrap();
            jobs.push(stored.value("FORM.d_dw_job_price_hdr", "job_no").unwrap().to_owned());
        }
        let file = folder.path().join("prices.csv");
        let rows = format!(
            "job_no,company_id,contract_no,end_date,item_id,price\n{0},ACME,NIGHT-1,2027-12-31,WIDGET-001,11.25\n{0},ACME,NIGHT-1,2027-12-31,WIDGET-002,\"21,5\"\n\
             {1},ACME,NIGHT-2,2027-12-31,WIDGET-002,22.50\n{1},ACME,NIGHT-2,2027-12-31,WIDGET-001,-1\n",
            jobs[0], jobs[1]
        );
        std::fs::write(&file, &rows).unwrap();
        let flow = flow(&client, folder.path(), "prices 2026-11-21");
        let summary = flow.contract_prices(&CsvFile::of(&file)).await.unwrap();
        assert_eq!((summary.tally.stored, summary.tally.refused), (2, 2), "{version:?}: {summary}");
        for (job, item, expected) in
            [(0, "WIDGET-001", dec!(11.25)), (0, "WIDGET-002", dec!(20)), (1, "WIDGET-002", dec!(22.5))]
        {
            let record = client.read(contract::Key::new(jobs[job].as_str())).await.unwrap().unwrap();
            let lines: Vec<_> = record.rows::<line::Row>().collect();
            let line = lines.iter().find(|line| line.get(line::ITEM_ID).unwrap().unwrap() == *item).unwrap();
            assert_eq!(line.get(line::PRICE).unwrap(), Some(expected), "{version:?} {item}");
        }
        // The same night again is that night's run.
        let again = flow.contract_prices(&CsvFile::of(&file)).await.unwrap();
        assert_eq!(again.tally, summary.tally, "{version:?}");
        // Another file under that night's name is none that was run.
        std::fs::write(&file, rows.replace("22.50", "23.50")).unwrap();
        let changed = flow.contract_prices(&CsvFile::of(&file)).await.unwrap_err();
        let is_changed = |error: &WorkflowError| {
            matches!(error, WorkflowError::Batch { source: BatchError::InputChanged { seq: 3, .. }, .. })
        };
        assert!(is_changed(&changed), "{version:?}: {changed}");
    }
}

/// What a run's journal says of its first record, numbers that P21 gave by other names: what was sent, and what identifies it.
fn sent(folder: &Path, flow: &str, step: &str, given: &[(&str, &str)]) -> serde_json::Value {
    let db = rusqlite::Connection::open(folder.join(format!("{flow}.journal"))).unwrap();
    let payload = "SELECT payload FROM record JOIN run ON run.id = run WHERE run.name = ?1 ORDER BY seq LIMIT 1";
    let run = format!("{flow}: {step}");
    let mut payload: String = db.query_row(payload, [run], |row| row.get(0)).unwrap();
    for (number, called) in given {
        payload = payload.replace(&format!("\"{number}\""), &format!("\"{called}\""));
    }
    let mut payload: serde_json::Value = serde_json::from_str(&payload).unwrap();
    payload.as_object_mut().unwrap().remove("source");
    payload
}

/// `cargo p21 batch run --workflow` has no bindings, and means the same: its cases are what both send.
#[tokio::test]
async fn what_is_sent_is_what_the_command_sends() {
    let case = |name: &str| -> Vec<serde_json::Value> {
        let path = format!("{}/../cargo-p21/tests/it/batch/cases/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let sandbox = sandbox(|builder| builder).await;
    let (client, folder) = (client(&sandbox), tempfile::tempdir().unwrap());
    let flow = flow(&client, folder.path(), "flow");
    let pages = flow.create_pages([new_page("Case 1", LIST)]).await.unwrap().pages;
    assert_eq!(sent(folder.path(), "flow", "create", &[]), case("create-pages")[0]);
    let uid = pages["Case 1"];
    let page = uid.to_string();
    let given = [(page.as_str(), "the page")];
    flow.link_pages([(uid, "WIDGETS")]).await.unwrap();
    assert_eq!(sent(folder.path(), "flow", "link", &given), case("link-pages")[0]);
    flow.expire_pages([uid], DAY).await.unwrap();
    assert_eq!(sent(folder.path(), "flow", "expire", &given), case("expire-pages")[0]);

    // Both pages come to the book in one record.
    let replacing = super::workflows::flow(&client, folder.path(), "replace");
    let new = [new_page("Case 3", LIST).replaces(uid), new_page("Case 4", LIST)];
    let done = replacing.replace_pages(10, Some(vec![uid]), new, &["WIDGETS"], DAY).await.unwrap();
    assert!(done.is_whole(), "{done:#?}");
    let mut new: Vec<String> = done.created.pages.values().map(ToString::to_string).collect();
    new.sort();
    let given = [(new[0].as_str(), "the first page"), (new[1].as_str(), "the second page")];
    assert_eq!(sent(folder.path(), "replace", "link", &given), case("replace-pages-link")[0]);

    let stored = client.submit(contract("NIGHT", &[("WIDGET-001", dec!(10))])).await.unwrap();
    let job = stored.value("FORM.d_dw_job_price_hdr", "job_no").unwrap().to_owned();
    let file = folder.path().join("prices.csv");
    let row = format!("{job},ACME,NIGHT,2027-12-31,WIDGET-001,11.25");
    std::fs::write(&file, format!("job_no,company_id,contract_no,end_date,item_id,price\n{row}\n")).unwrap();
    flow.contract_prices(&CsvFile::of(&file)).await.unwrap();
    let given = [(job.as_str(), "the contract")];
    assert_eq!(sent(folder.path(), "flow", "prices", &given), case("contract-prices")[0]);
}
