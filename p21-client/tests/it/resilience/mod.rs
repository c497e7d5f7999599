//! Writes whose outcome the answer doesn't tell.

mod late;
mod proof;

use std::time::Duration;

use p21_client::resilience::{ReadBack, Resolved, ResolvedHow, Verdict};
use p21_client::{Error, Timeouts};
use p21_model::row::{Element as _, Transaction, TransactionSet};
use p21_model::value::date;

use crate::support;
use crate::support::job::{
    APPROVED, COMMENT, DIRTY, END_DATE, Fault, Job, NOTE, Note, P21, When, header, job, key, line,
};

/// Answers that may come while P21 is still at work.
const UNSETTLED: [Fault; 9] = [
    Fault::Drop,
    Fault::Status(502),
    Fault::Status(503),
    Fault::Status(504),
    Fault::Status(500),
    Fault::Page(500),
    Fault::Page(507),
    Fault::Page(524),
    Fault::Plain(500),
];
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

/// Whatever could land has landed.
fn landed() -> ReadBack {
    quick().lands_within(Duration::ZERO)
}

/// Nothing that was sent then is still on its way.
fn long_ago() -> jiff::Timestamp {
    jiff::Timestamp::UNIX_EPOCH
}

async fn submit(p21: &P21, transaction: Transaction<Job>, how: &ReadBack) -> Result<Resolved<Job>, Error> {
    p21.client().submit(transaction).key(key("J-1")).read_back(how.clone()).await
}

#[tokio::test]
async fn an_answered_write_is_known_by_its_answer() {
    let p21 = P21::start([]).await;
    let resolved = p21.client().submit(full("J-1")).key(key("J-1")).await.unwrap();
    assert_eq!((resolved.how, resolved.sent), (ResolvedHow::Answered, 1));
    assert_eq!(resolved.stored.value("FORM.header", "job_no"), Some("J-1"));
    assert_eq!((p21.writes(), p21.reads()), (1, 1), "read before, since nobody knows what is to come");
}

#[tokio::test]
async fn errors_check_12_a_create_that_was_stored_before_the_answer_was_lost_is_not_sent_again() {
    for fault in UNSETTLED.into_iter().chain(SETTLED) {
        let p21 = P21::start([Some((When::After, fault))]).await;
        let resolved = submit(&p21, full("J-1"), &quick()).await.unwrap();
        assert_eq!((resolved.how, resolved.sent, p21.writes()), (ResolvedHow::ReadBack, 1, 1), "{fault:?}");
        assert_eq!(resolved.stored.value("LINES.line", "price"), Some("25.0000"), "the record as it was read");
    }
}

#[tokio::test]
async fn a_create_that_was_not_stored_is_sent_again() {
    for fault in UNSETTLED.into_iter().chain(SETTLED) {
        let p21 = P21::start([Some((When::Before, fault))]).await;
        let resolved = submit(&p21, full("J-1"), &quick()).await.unwrap();
        assert_eq!((resolved.how, resolved.sent, p21.writes()), (ResolvedHow::Repeated, 2, 2), "{fault:?}");
        assert_eq!(p21.values("J-1", "LINES.line", "price"), ["25", "30"]);
        assert_eq!(support::job::rows_sent(&p21.server.seen(support::TRANSACTION_PATH)[1]).len(), 3);
    }
}

#[tokio::test]
async fn an_update_is_known_by_every_field_that_was_sent() {
    for fault in UNSETTLED.into_iter().chain(SETTLED) {
        for (when, how, writes) in [(When::After, ResolvedHow::ReadBack, 1), (When::Before, ResolvedHow::Repeated, 2)] {
            let p21 = P21::start([Some((when, fault))]).await;
            p21.store(&full("J-1"));
            let update = job("J-1").push(line("A-2", 31)).push(line("A-3", 5));
            let resolved = submit(&p21, update, &quick()).await.unwrap();
            assert_eq!((resolved.how, p21.writes()), (how, writes), "{when:?} {fault:?}");
            assert_eq!(p21.values("J-1", "LINES.line", "price"), ["25", "31", "5"]);
        }
    }
}

#[tokio::test]
async fn a_write_that_ran_out_of_time_is_looked_up() {
    let written = async |when, how| {
        let p21 = P21::start([Some((when, Fault::Hang))]).await;
        // Long enough for the login and the reads of a busy machine.
        let timeouts = Timeouts::default().operation(Duration::from_secs(2));
        let client = p21.server.builder().timeouts(timeouts).build().unwrap();
        let resolved = client.submit(full("J-1")).key(key("J-1")).read_back(quick()).await.unwrap();
        assert_eq!(resolved.how, how);
    };
    tokio::join!(written(When::After, ResolvedHow::ReadBack), written(When::Before, ResolvedHow::Repeated));
}

#[tokio::test]
async fn contamination_is_tried_five_times_and_then_known_not_to_be_stored() {
    let dirty = Some((When::Before, Fault::Contaminated200));
    let p21 = P21::start([dirty; 4]).await;
    let resolved = submit(&p21, full("J-1"), &quick()).await.unwrap();
    assert_eq!((resolved.how, resolved.sent), (ResolvedHow::Repeated, 5));

    let p21 = P21::start([dirty; 9]).await;
    let error = submit(&p21, full("J-1"), &quick()).await.unwrap_err();
    assert_eq!(p21.writes(), 5);
    assert!(error.is_contaminated() && !error.is_ambiguous() && error.is_retryable(), "{error:?}");
    assert!(error.to_string().contains("nothing was written") && error.to_string().contains(DIRTY), "{error}");
}

#[tokio::test]
async fn other_failures_are_tried_as_often_as_reads() {
    let p21 = P21::start([Some((When::Before, Fault::Status(503))); 9]).await;
    let error = submit(&p21, full("J-1"), &landed()).await.unwrap_err();
    assert!(!error.is_ambiguous() && error.is_retryable() && p21.writes() == 3, "{error:?}");
    let p21 = P21::start([Some((When::Before, Fault::Status(503))); 9]).await;
    let error = submit(&p21, full("J-1"), &quick()).await.unwrap_err();
    assert!(error.is_ambiguous() && p21.writes() == 3, "one of them may still land: {error:?}");
    let p21 = P21::start([Some((When::Before, Fault::Drop))]).await;
    let error = submit(&p21, full("J-1"), &landed().never_repeat()).await.unwrap_err();
    assert!(!error.is_ambiguous() && error.is_retryable() && p21.writes() == 1, "{error:?}");
}

#[tokio::test]
async fn a_refusal_is_final_and_needs_no_look() {
    let p21 = P21::start([Some((When::Before, Fault::Refused))]).await;
    let error = submit(&p21, full("J-1"), &quick()).await.unwrap_err();
    assert!(error.is_rejected() && !error.is_ambiguous());
    assert_eq!((p21.writes(), p21.reads()), (1, 1));
}

#[tokio::test]
async fn nothing_is_sent_if_the_record_cannot_be_read_before() {
    let p21 = P21::start([]).await;
    p21.state.lock().unwrap().broken_reads = 1;
    let error = submit(&p21, full("J-1"), &quick()).await.unwrap_err();
    assert!(!error.is_ambiguous() && p21.writes() == 0, "{error}");
}

#[tokio::test]
async fn only_what_was_not_stored_of_a_set_is_sent_again() {
    let numbers = ["J-1", "J-2", "J-3"];
    let set = || numbers.map(full).into_iter().collect::<TransactionSet<Job>>();
    let p21 = P21::start([Some((When::Before, Fault::Drop))]).await;
    // The second of them gets stored by the time somebody looks.
    p21.store(&job("J-2"));
    p21.state.lock().unwrap().meddle = Some((1, |records| {
        let mut stored = records["J-2"].clone();
        let row = |pairs: &[(&str, &str)]| pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let header = [("job_no", "J-2"), ("end_date", "2027-12-31"), ("approved", "ON"), ("comment", "new")];
        stored.insert("FORM.header".to_owned(), vec![row(&header)]);
        let lines = [("A-1", "25"), ("A-2", "30")];
        let line = |(id, price)| row(&[("item_id", id), ("pricing_method", "221"), ("price", price)]);
        stored.insert("LINES.line".to_owned(), lines.map(line).into());
        records.insert("J-2".to_owned(), stored);
    }));
    let results = p21.client().submit(&set()).keys(numbers.map(key)).read_back(quick()).await.unwrap();
    let known: Vec<ResolvedHow> = results.iter().map(|result| result.as_ref().unwrap().how).collect();
    assert_eq!(known, [ResolvedHow::Repeated, ResolvedHow::ReadBack, ResolvedHow::Repeated]);
    let second = support::job::rows_sent(&p21.server.seen(support::TRANSACTION_PATH)[1]);
    let sent: Vec<&str> = second.iter().filter_map(|row| row.value("job_no")).collect();
    assert_eq!(sent, ["J-1", "J-3"]);
}

#[tokio::test]
async fn keys_that_p21_assigns_are_refused_before_anything_is_sent() {
    let p21 = P21::start([]).await;
    let client = p21.client();
    let unkeyed: Transaction<Job> = Transaction::new().push(support::job::Header::edit().set(COMMENT, "x"));
    for (set, keys) in [
        (TransactionSet::from(unkeyed), vec![key("J-1")]),
        (TransactionSet::from(full("J-1")), vec![key("J-2")]),
        (TransactionSet::from(full("J-1")), vec![]),
        ([full("J-1"), full("J-1")].into_iter().collect(), vec![key("J-1"), key("J-1")]),
        ([full("J-1"), full("j-1 ")].into_iter().collect(), vec![key("J-1"), key("j-1 ")]),
        (TransactionSet::from(job("")), vec![key("")]),
    ] {
        let error = client.submit(&set).keys(keys).read_back(quick()).await.unwrap_err();
        assert!(error.is_input() && !error.is_ambiguous(), "{error}");
    }
    let asked = |path| p21.server.count(path);
    assert_eq!((asked(support::TRANSACTION_PATH), asked(support::job::GET_PATH)), (0, 0));
    let none: [support::job::Key; 0] = [];
    let empty = client.submit(&TransactionSet::<Job>::new()).keys(none).await.unwrap_err();
    assert!(empty.findings().is_some(), "an empty set is a mistake: {empty}");
}

#[tokio::test]
async fn a_dropped_future_can_be_asked_about_later() {
    let p21 = P21::start([Some((When::After, Fault::Hang))]).await;
    let client = p21.client();
    let stored = async {
        while p21.values("J-1", "FORM.header", "job_no").is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        answer = client.submit(full("J-1")).key(key("J-1")) => panic!("P21 hangs: {answer:?}"),
        () = stored => {}
    }
    assert_eq!(client.read_back(&full("J-1"), key("J-1"), long_ago()).await.unwrap(), Verdict::Stored);
    assert_eq!(client.read_back(&full("J-2"), key("J-2"), long_ago()).await.unwrap(), Verdict::NotStored);
    let other = job("J-1").push(line("A-1", 26));
    assert!(matches!(client.read_back(&other, key("J-1"), long_ago()).await.unwrap(), Verdict::Unknown(_)));
    let noted = job("J-1").push(Note::edit().set(NOTE, "called"));
    p21.store(&noted);
    let verdict = client.read_back(&noted, key("J-1"), long_ago()).await.unwrap();
    assert!(matches!(verdict, Verdict::Unknown(_)), "an older note may be the same: {verdict:?}");
}

#[tokio::test]
async fn many_writers_of_their_own_records_store_each_once() {
    let faults = [
        Some((When::After, Fault::Drop)),
        Some((When::Before, Fault::Contaminated200)),
        None,
        Some((When::Before, Fault::Status(502))),
    ];
    let p21 = P21::start(faults.into_iter().cycle().take(12)).await;
    let client = p21.client();
    let how = quick();
    let writes = (0..20).map(|number| {
        let (client, how) = (&client, &how);
        async move {
            let number = format!("J-{number}");
            let transaction = job(&number).push(line("A-1", 1));
            client.submit(transaction).key(key(&number)).read_back(how.clone()).await.unwrap()
        }
    });
    for resolved in futures_util::future::join_all(writes).await {
        assert!(resolved.sent <= 3);
    }
    for number in 0..20 {
        assert_eq!(p21.values(&format!("J-{number}"), "LINES.line", "price"), ["1"]);
    }
}
