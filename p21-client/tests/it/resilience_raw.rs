//! Payloads without bindings whose outcome the answer doesn't tell: without a schema less is known.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use p21_client::odata::col;
use p21_client::resilience::{ReadBack, Resolved, ResolvedHow};
use p21_client::{Error, Lookup};
use p21_model::payload::{KeyValue, TransactionState, TransactionStateRequest};
use p21_model::row::{Element as _, Transaction, TransactionSet};
use p21_model::value::date;
use serde_json::json;
use support::job::{
    APPROVED, BIN, Bin, COMMENT, DIRTY, END_DATE, Fault, GET_PATH, Header, Job, LineText, P21, TEXT, When, header, job,
    key, line,
};
use support::{Server, TRANSACTION_PATH, json as reply};

/// Answers of P21 itself.
const SETTLED: [Fault; 2] = [Fault::Contaminated500, Fault::Contaminated200];

fn quick() -> ReadBack {
    ReadBack::default().settle(Duration::from_millis(20))
}

fn full(number: &str) -> Transaction<Job> {
    Transaction::new()
        .push(header(number).set(END_DATE, date(2027, 12, 31)).set(APPROVED, true).set(COMMENT, "new"))
        .push_all([line("A-1", 25), line("A-2", 30)])
}

fn key_state(number: &str) -> TransactionState {
    let key = KeyValue::new("job_no", number);
    TransactionState::new("FORM.header", [key])
}

#[tokio::test]
async fn without_a_schema_rows_that_a_read_may_not_show_prove_nothing() {
    let bin = |item, price, bin| job("J-1").push(line(item, price).with(Bin::edit().set(BIN, bin)));
    let raw = |transaction: Transaction<Job>| TransactionSet::from(transaction).to_payload();
    let state = || vec![key_state("J-1")];
    for fault in SETTLED {
        for when in [When::After, When::Before] {
            let p21 = P21::start([Some((when, fault))]).await;
            p21.store(&full("J-1"));
            // Line 2 has its values already: a bin below it is all that the update adds, and a read shows line 1's.
            let mut set = raw(bin("A-2", 30, "B-9"));
            set.transactions[0].data_elements[1].keys = vec!["item_id".to_owned()];
            let results = p21.client().submit(&set).states(state()).read_back(quick()).await.unwrap();
            let error = results[0].as_ref().unwrap_err();
            assert!(error.is_ambiguous() && !error.is_retryable(), "{when:?} {fault:?}: {error}");
            assert!(error.to_string().contains("may not show"), "{error}");
            assert_eq!(p21.writes(), 1, "never sent again");
            assert_eq!(p21.values("J-1", "BINS.bin", "bin").len(), usize::from(when == When::After));
        }
    }
    // Line 1 has such a bin, which a read shows: line 2's isn't stored because of that.
    let p21 = P21::start([Some((When::Before, Fault::Contaminated500))]).await;
    p21.store(&full("J-1"));
    let text = |item| job("J-1").push(line(item, 30).with(LineText::edit().set(TEXT, "x")));
    p21.store(&text("A-1"));
    let mut set = raw(text("A-2"));
    set.transactions[0].data_elements[1].keys = vec!["item_id".to_owned()];
    let results = p21.client().submit(&set).states(state()).read_back(quick()).await.unwrap();
    assert!(results[0].as_ref().unwrap_err().is_ambiguous(), "{results:?}");
    // What is in the key's own element is shown in any case.
    for (when, how) in [(When::After, ResolvedHow::ReadBack), (When::Before, ResolvedHow::Repeated)] {
        let p21 = P21::start([Some((when, Fault::Contaminated500))]).await;
        p21.store(&full("J-1"));
        let set = raw(Transaction::new().push(header("J-1").set(COMMENT, "newer")).push(line("A-2", 31)));
        let results = p21.client().submit(&set).states(state()).read_back(quick()).await.unwrap();
        assert_eq!(results[0].as_ref().unwrap().how, how);
    }
}

#[tokio::test]
async fn keys_that_p21_takes_for_the_same_are_one_record() {
    let p21 = P21::start([]).await;
    let mut set = [full("5"), full("5.0000")].into_iter().collect::<TransactionSet<Job>>().to_payload();
    set.transactions.push(full("J-2").to_payload());
    let states = ["5", "5.0000", "J-2"].map(key_state);
    let error = p21.client().submit(&set).states(states.to_vec()).read_back(quick()).await.unwrap_err();
    assert!(error.is_input() && error.to_string().contains("one key"), "{error}");
    // As a text they are two.
    let two: TransactionSet<Job> = [full("5"), full("5.0000")].into_iter().collect();
    assert_eq!(p21.client().submit(&two).keys(["5", "5.0000"].map(key)).read_back(quick()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn raw_payloads_are_resolved_too() {
    let state = key_state("J-1");
    let mut set = TransactionSet::from(full("J-1")).to_payload();
    set.transactions[0].data_elements[1].keys = vec!["item_id".to_owned()];
    let p21 = P21::start([Some((When::After, Fault::Drop))]).await;
    let results = p21.client().submit(&set).states(vec![state.clone()]).read_back(quick()).await.unwrap();
    assert_eq!(results[0].as_ref().unwrap().how, ResolvedHow::ReadBack);
}

#[tokio::test]
async fn a_blank_window_proves_nothing_where_the_key_is_not_known() {
    let set = TransactionSet::from(full("J-1")).to_payload();
    let how = || quick().lands_within(Duration::ZERO);
    for (when, fault) in
        [(When::Before, Fault::Drop), (When::Before, Fault::Contaminated500), (When::After, Fault::Status(503))]
    {
        let p21 = P21::start([Some((when, fault))]).await;
        // `comment` is a field that the transaction sets, and no key: P21 finds nothing by it.
        let key = KeyValue::new("comment", "new");
        let state = TransactionState::new("FORM.header", [key]);
        let results = p21.client().submit(&set).states([state]).read_back(how()).await.unwrap();
        let error = results[0].as_ref().unwrap_err();
        assert!(error.is_ambiguous() && p21.writes() == 1, "{fault:?}: {error}");
        assert!(error.to_string().contains("isn't known to be the key"), "{error}");
    }
}

#[tokio::test]
async fn a_raw_read_by_what_is_no_key_is_refused_where_the_definition_is_known() {
    let p21 = P21::start([]).await;
    p21.store(&full("J-1"));
    let by = |field: &str, value: &str| {
        TransactionStateRequest::new("Job", vec![TransactionState::new("FORM.header", [KeyValue::new(field, value)])])
    };
    let knowing = p21.server.builder().service::<Job>().build().unwrap();
    let error = knowing.get_raw(&by("comment", "J-1")).await.unwrap_err();
    assert!(error.findings().unwrap().iter().any(|finding| finding.code.as_str() == "P21-075"), "{error}");
    assert_eq!(p21.reads(), 0, "nothing was sent");
    assert_eq!(knowing.get_raw(&by("job_no", "J-1")).await.unwrap().transactions.len(), 1);
    assert_eq!(
        p21.client().get_raw(&by("comment", "new")).await.unwrap().transactions.len(),
        1,
        "without it nobody knows"
    );
}

/// A P21 that stores one job of two, whose number it gives, and answers the write with this.
async fn storing_one_of_two(status: u16, answer: serde_json::Value) -> Server {
    let header = json!({"Name": "FORM.header", "Type": "Form", "Rows": [{"Edits": [
        {"Name": "job_no", "Value": "5"}, {"Name": "comment", "Value": "new"}, {"Name": "approved", "Value": "Y"}]}]});
    let is_written = AtomicBool::new(false);
    Server::start(move |request| {
        let blank =
            json!({"Name": "FORM.header", "Type": "Form", "Rows": [{"Edits": [{"Name": "job_no", "Value": ""}]}]});
        let stored =
            |shown: &serde_json::Value| if is_written.load(Ordering::SeqCst) { json!([shown]) } else { json!([]) };
        Some(match request.path.as_str() {
            "/odataservice/odata/table/job" => reply(200, &json!({"value": stored(&json!({"job_no": 5}))}).to_string()),
            GET_PATH => {
                let asked: TransactionStateRequest = serde_json::from_slice(&request.body).unwrap();
                let header = if is_written.load(Ordering::SeqCst) { &header } else { &blank };
                let records = vec![json!({"DataElements": [header]}); asked.transaction_states.len()];
                reply(200, &json!({"Name": "Job", "Transactions": records}).to_string())
            }
            TRANSACTION_PATH => {
                is_written.store(true, Ordering::SeqCst);
                reply(status, &answer.to_string())
            }
            _ => return None,
        })
    })
    .await
}

#[tokio::test]
async fn two_lookups_that_find_one_record_show_neither_as_stored() {
    let new = || Transaction::<Job>::new().push(Header::edit().set(COMMENT, "new").set(APPROVED, true));
    let set = [new(), new()].into_iter().collect::<TransactionSet<Job>>().to_payload();
    // The same by other words.
    let lookups = || {
        [col("comment").eq("new"), col("comment").eq("new").and(col("approved").eq("Y"))]
            .map(|by| Lookup::of_names("FORM.header", "job", [("job_no", "job_no")], by))
    };
    let server = storing_one_of_two(500, json!({"ErrorMessage": DIRTY})).await;
    let client = server.client();
    let written = client.submit(&set).unchecked().lookups_of_names(lookups()).read_back(quick());
    let results = written.await.unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        let error = result.unwrap_err();
        assert!(error.is_ambiguous() && error.to_string().contains("find one record"), "{error}");
    }
    assert_eq!(server.count(TRANSACTION_PATH), 1, "nothing is sent again");
    // The echo of one has the key that the lookup of the other finds.
    let echo = json!({"Name": "FORM.header", "Type": "Form", "Rows": [{"Edits": [{"Name": "job_no", "Value": "5"},
        {"Name": "comment", "Value": "new"}, {"Name": "approved", "Value": "Y"}]}]});
    let answer = json!({"Messages": ["Transaction 1:: ", format!("Transaction 2:: {DIRTY}")], "Results": {"Name": "Job",
        "Transactions": [{"Status": "Passed", "DataElements": [echo]}, {"Status": "Failed", "DataElements": []}]},
        "Summary": {"Succeeded": 1, "Failed": 1, "Other": 0}});
    let server = storing_one_of_two(200, answer).await;
    let client = server.client();
    let written = client.submit(&set).unchecked().lookups_of_names(lookups()).read_back(quick());
    let results = written.await.unwrap();
    assert_eq!(results[0].as_ref().unwrap().how, ResolvedHow::Answered);
    let error = results[1].as_ref().unwrap_err();
    assert!(error.is_ambiguous() && error.to_string().contains("find one record"), "{error}");
}

/// The header of the one job that `late` finds only at a later look, and `early` at once.
async fn found_early_and_late(status: u16, body: &'static str) -> (Server, [Lookup; 2]) {
    let header = json!({"Name": "FORM.header", "Type": "Form", "Rows": [{"Edits": [
        {"Name": "job_no", "Value": "5"}, {"Name": "comment", "Value": "new"}, {"Name": "approved", "Value": "Y"}]}]});
    let is_written = AtomicBool::new(false);
    let looks = AtomicUsize::new(0);
    let server = Server::start(move |request| {
        Some(match request.path.as_str() {
            "/odataservice/odata/table/job" => {
                let is_late = request.query.contains("approved");
                let is_there =
                    is_written.load(Ordering::SeqCst) && (!is_late || looks.fetch_add(1, Ordering::SeqCst) > 0);
                let found = if is_there { json!([{"job_no": 5}]) } else { json!([]) };
                reply(200, &json!({"value": found}).to_string())
            }
            GET_PATH => {
                let asked: TransactionStateRequest = serde_json::from_slice(&request.body).unwrap();
                let records = vec![json!({"DataElements": [header]}); asked.transaction_states.len()];
                reply(200, &json!({"Name": "Job", "Transactions": records}).to_string())
            }
            TRANSACTION_PATH => {
                is_written.store(true, Ordering::SeqCst);
                reply(status, body)
            }
            _ => return None,
        })
    })
    .await;
    let early = col("comment").eq("new");
    let late = early.clone().and(col("approved").eq("Y"));
    (server, [early, late].map(|by| Lookup::of_names("FORM.header", "job", [("job_no", "job_no")], by)))
}

/// One was judged stored by the record before the other's lookup found it, too.
#[tokio::test]
async fn a_record_that_shows_one_as_stored_and_is_found_by_another_later_shows_neither() {
    let new = || Transaction::<Job>::new().push(Header::edit().set(COMMENT, "new").set(APPROVED, true));
    for reversed in [false, true] {
        let (server, mut lookups) = found_early_and_late(502, "<html>Bad Gateway</html>").await;
        if reversed {
            lookups.reverse();
        }
        let set = [new(), new()].into_iter().collect::<TransactionSet<Job>>().to_payload();
        let patient = ReadBack::default().settle(Duration::from_millis(1_500));
        let client = server.client();
        let results = client.submit(&set).unchecked().lookups_of_names(lookups).read_back(patient).await.unwrap();
        for result in results {
            let error = result.unwrap_err();
            assert!(error.is_ambiguous() && !error.is_retryable(), "{error}");
            assert!(
                error.to_string().contains("find one record") && error.to_string().contains("job_no `5`"),
                "{error}"
            );
            assert!(error.unresolved().unwrap().may_land_until.is_some(), "{error}");
        }
        assert_eq!(server.count(TRANSACTION_PATH), 1, "nothing is sent again");
    }
}

/// Two calls can't know of each other: what each says is that a record has all it sent, and which.
#[tokio::test]
async fn two_calls_whose_lookups_find_one_record_say_which_it_is() {
    let new = || Transaction::<Job>::new().push(Header::edit().set(COMMENT, "new").set(APPROVED, true));
    let lookup = |by| Lookup::of_names("FORM.header", "job", [("job_no", "job_no")], by);
    let server = storing_one_of_two(500, json!({"ErrorMessage": DIRTY})).await;
    let client = server.client();
    let write = async |by| {
        let set = TransactionSet::from(new()).to_payload();
        client.submit(&set).unchecked().lookups_of_names([lookup(by)]).read_back(quick()).await
    };
    let by = || col("comment").eq("new");
    let (one, other) = tokio::join!(write(by()), write(by().and(col("approved").eq("Y"))));
    let job_no = |results: Result<Vec<Result<Resolved, Error>>, Error>| {
        let resolved = results.unwrap().pop().unwrap().unwrap();
        assert_eq!((resolved.how, resolved.sent), (ResolvedHow::ReadBack, 1));
        resolved.stored.echo.data_elements[0].value("job_no").unwrap().to_owned()
    };
    assert_eq!(job_no(one), job_no(other), "one key is one record, whoever asks");
}
