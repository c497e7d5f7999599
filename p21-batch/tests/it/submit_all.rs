//! A stream of records in, an outcome each out.

use futures_util::StreamExt as _;
use p21_batch::{BatchRecord, SubmitAll as _};
use p21_client::resilience::ResolvedHow;
use p21_sandbox::{Fault, QueuedFault};
use p21_services::prelude::*;
use p21_services::sales_price_book as book;

use crate::support::{books, client, contract_line, new_book, sandbox};

#[tokio::test]
async fn outcomes_come_in_the_order_of_the_input() {
    let sandbox = sandbox().await;
    let client = client(sandbox.url());
    let ids: Vec<String> = (0..57).map(|number| format!("MANY-{number:03}")).collect();
    let mut told = 0;
    let records = ids.iter().map(|id| new_book(id));
    let submitting = client.submit_all(records).chunk(5).at_once(3).on_progress(|counts| told = counts.stored);
    let came: Vec<_> = submitting.collect().await;
    assert!(came.iter().enumerate().all(|(at, came)| came.index == at && came.result.is_ok()), "{came:?}");
    assert_eq!(books(&client, "MANY-").await, ids);
    assert_eq!(told, 57);
}

#[tokio::test]
async fn a_bad_record_fails_alone_and_says_which() {
    let sandbox = sandbox().await;
    let client = client(sandbox.url());
    let bad = || {
        let edit = book::header::Row::edit()
            .price_book_id("ONE-3")
            .row_status_flag(book::header::RowStatusFlag::from_label("No such status"));
        BatchRecord::from(book::Transaction::new().push(edit)).key(book::Key::new("ONE-3"))
    };
    let records = (0..6).map(|number| if number == 3 { bad() } else { new_book(&format!("ONE-{number}")) });
    let came: Vec<_> = client.submit_all(records).chunk(6).at_once(1).collect().await;
    let failed: Vec<usize> = came.iter().filter(|came| came.result.is_err()).map(|came| came.index).collect();
    assert_eq!(failed, [3]);
    assert!(came[3].result.as_ref().is_err_and(|error| error.findings().is_some()), "{:?}", came[3]);
    assert_eq!(books(&client, "ONE-").await.len(), 5);
}

#[tokio::test]
async fn a_record_that_is_to_be_new_and_is_there_does_not_stop_the_others_of_its_set() {
    let sandbox = sandbox().await;
    let client = client(sandbox.url());
    client.submit(contract_line("THERE", "WIDGET-001")).await.unwrap();
    let find = |contract_no: &str| {
        use p21_services::job_contract_pricing::{JobContractPricing, header};
        let find = p21_batch::Find::record_of::<JobContractPricing>();
        BatchRecord::from(contract_line(contract_no, "WIDGET-001"))
            .find(find.text(header::CONTRACT_NO, contract_no).text(header::COMPANY_ID, "ACME"))
    };
    let came: Vec<_> = client.submit_all(["NEW-1", "THERE", "NEW-2"].map(find)).chunk(3).collect().await;
    let stored: Vec<bool> = came.iter().map(|came| came.result.is_ok()).collect();
    assert_eq!(stored, [true, false, true], "{came:?}");
}

#[tokio::test]
async fn inserts_into_one_record_run_one_after_the_other() {
    let sandbox = sandbox().await;
    let client = client(sandbox.url());
    // In one set, or at once, all but one of them would be refused.
    let items = ["WIDGET-001", "WIDGET-002"];
    let lines = items.into_iter().flat_map(|item| ["ONE", "TWO"].map(|contract| contract_line(contract, item)));
    let came: Vec<_> = client.submit_all(lines).chunk(10).at_once(4).collect().await;
    assert!(came.iter().all(|came| came.result.is_ok()), "{came:?}");
    assert_eq!(came.len(), 4);
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_found_out() {
    let sandbox = sandbox().await;
    sandbox.queue_fault(QueuedFault::next(Fault::DropAfter).path("/transaction"));
    let client = client(sandbox.url());
    let came: Vec<_> = client.submit_all([new_book("LOST-1")]).collect().await;
    assert_eq!(came[0].result.as_ref().unwrap().how, ResolvedHow::ReadBack);
    assert_eq!(books(&client, "LOST-").await, ["LOST-1"]);
}

#[tokio::test]
async fn without_a_key_a_lost_answer_is_ambiguous() {
    let sandbox = sandbox().await;
    sandbox.queue_fault(QueuedFault::next(Fault::DropAfter).path("/transaction"));
    let client = client(sandbox.url());
    let came: Vec<_> = client.submit_all([contract_line("BLIND", "WIDGET-001")]).collect().await;
    assert!(came[0].result.as_ref().is_err_and(|error| error.is_ambiguous()), "{came:?}");
}

#[tokio::test]
async fn an_endless_input_is_read_as_it_is_needed() {
    let sandbox = sandbox().await;
    let client = client(sandbox.url());
    let read = std::sync::atomic::AtomicUsize::new(0);
    let endless = (0..).map(|number| {
        read.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        new_book(&format!("ENDLESS-{number}"))
    });
    let came: Vec<_> = client.submit_all(endless).chunk(2).at_once(2).take(30).collect().await;
    assert_eq!(came.len(), 30);
    let read = read.load(std::sync::atomic::Ordering::Relaxed);
    assert!(read <= 30 + 2 * 2 * 4, "{read} were read");
}

/// Whoever is told may fail, and the program may go on: each record has its outcome all the same.
#[tokio::test]
async fn a_progress_that_panics_loses_no_outcome() {
    use futures_util::FutureExt as _;
    let sandbox = sandbox().await;
    let client = client(sandbox.url());
    let records = (0..9).map(|number| new_book(&format!("PANIC-{number}")));
    let panics = |counts: p21_batch::Counts| assert_ne!(counts.stored, 2, "a progress that panics");
    let mut outcomes = client.submit_all(records).chunk(3).at_once(1).on_progress(panics);
    let (mut came, mut caught) = (Vec::new(), 0);
    loop {
        match std::panic::AssertUnwindSafe(outcomes.next()).catch_unwind().await {
            Ok(Some(one)) => came.push(one.index),
            Ok(None) => break,
            Err(_) => caught += 1,
        }
    }
    assert_eq!(caught, 1);
    assert_eq!(came, (0..9).collect::<Vec<_>>());
}
