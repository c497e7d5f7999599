//! What a record that is read back proves, and what it doesn't.

use p21_client::resilience::ResolvedHow;
use p21_model::row::{Element as _, TransactionSet};
use serde_json::json;

use super::{SETTLED, full, landed, quick, submit};
use crate::support::job::{Fault, LineText, NOTE, Note, P21, TEXT, When, job, key, line};

#[tokio::test]
async fn a_record_that_changed_to_something_else_is_ambiguous_with_the_differences() {
    let p21 = P21::start([Some((When::Before, Fault::Drop))]).await;
    p21.store(&full("J-1"));
    p21.state.lock().unwrap().meddle = Some((1, |records| {
        let row = &mut records.get_mut("J-1").unwrap().get_mut("LINES.line").unwrap()[1];
        row.insert("price".to_owned(), "77".to_owned());
    }));
    let update = job("J-1").push(line("A-2", 31));
    let error = submit(&p21, update, &quick()).await.unwrap_err();
    assert_eq!(p21.writes(), 1, "never a blind second write");
    assert!(error.is_ambiguous() && !error.is_retryable());
    let differences = &error.unresolved().unwrap().differences;
    assert_eq!(differences.len(), 1);
    let difference = &differences[0];
    assert_eq!((difference.element.as_str(), difference.field.as_deref()), ("LINES.line", Some("price")));
    assert_eq!(difference.sent, "31");
    assert_eq!((difference.before.as_deref(), difference.now.as_deref()), (Some("30.0000"), Some("77.0000")));
    assert!(error.to_string().contains("sent `31`, before `30.0000`, now `77.0000`"), "{error}");
}

#[tokio::test]
async fn a_change_beside_the_sent_fields_is_not_taken_for_nothing() {
    let p21 = P21::start([Some((When::Before, Fault::Contaminated500))]).await;
    p21.store(&full("J-1"));
    p21.state.lock().unwrap().meddle = Some((1, |records| {
        let row = &mut records.get_mut("J-1").unwrap().get_mut("FORM.header").unwrap()[0];
        row.insert("comment".to_owned(), "somebody was here".to_owned());
    }));
    let error = submit(&p21, job("J-1").push(line("A-2", 31)), &quick()).await.unwrap_err();
    assert!(error.is_ambiguous() && p21.writes() == 1);
}

#[tokio::test]
async fn somebody_elses_record_under_the_same_key_is_not_taken_for_ours() {
    let p21 = P21::start([Some((When::Before, Fault::Drop))]).await;
    p21.state.lock().unwrap().meddle = Some((1, |records| {
        let theirs = [("job_no".to_owned(), "J-1".to_owned()), ("comment".to_owned(), "theirs".to_owned())].into();
        records.entry("J-1".to_owned()).or_default().insert("FORM.header".to_owned(), vec![theirs]);
    }));
    let error = submit(&p21, full("J-1"), &quick()).await.unwrap_err();
    assert!(error.is_ambiguous() && p21.writes() == 1);
    let unresolved = error.unresolved().unwrap();
    assert!(unresolved.reason.contains("wasn't there before"), "{unresolved}");
    assert!(unresolved.differences.iter().any(|d| d.field.is_none() && d.element == "LINES.line"), "{unresolved}");
}

#[tokio::test]
async fn a_record_that_vanished_is_ambiguous() {
    let p21 = P21::start([Some((When::Before, Fault::Contaminated200))]).await;
    p21.store(&full("J-1"));
    p21.state.lock().unwrap().meddle = Some((1, |records| records.clear()));
    let error = submit(&p21, job("J-1").push(line("A-2", 31)), &quick()).await.unwrap_err();
    assert!(error.is_ambiguous() && error.unresolved().unwrap().reason.contains("gone"), "{error}");
}

#[tokio::test]
async fn a_read_back_that_fails_leaves_the_write_ambiguous() {
    let p21 = P21::start([Some((When::After, Fault::Contaminated500))]).await;
    let client = p21.client();
    let state = p21.state.clone();
    let set = TransactionSet::from(full("J-1"));
    let how = quick();
    let submit = client.submit(&set).keys([key("J-1")]).read_back(how);
    // The read before has to work.
    state.lock().unwrap().meddle = None;
    let breaker = async {
        while p21.writes() == 0 {
            state.lock().unwrap().broken_reads = usize::from(p21.reads() > 0);
            tokio::task::yield_now().await;
        }
    };
    let (results, ()) = tokio::join!(submit, breaker);
    let error = results.unwrap().remove(0).unwrap_err();
    assert!(error.is_ambiguous() && error.is_contaminated(), "{error}");
    assert!(error.unresolved().unwrap().reason.contains("can't be read"), "{error}");
    assert_eq!(p21.writes(), 1);
}

#[tokio::test]
async fn a_read_back_without_the_form_of_the_key_never_has_a_write_sent_again() {
    let without = || [json!([]), json!(null), json!([{"Name": "LINES.line", "Type": "List", "Rows": []}])];
    for elements in without() {
        for (when, fault) in [(When::After, Fault::Contaminated500), (When::Before, Fault::Drop)] {
            let p21 = P21::start([Some((when, fault))]).await;
            // The read before has to work.
            p21.state.lock().unwrap().odd_reads = Some((1, elements.clone()));
            let error = submit(&p21, full("J-1"), &landed()).await.unwrap_err();
            assert!(error.is_ambiguous(), "{elements}: {error}");
            assert!(error.unresolved().unwrap().reason.contains("doesn't show the key"), "{elements}: {error}");
            assert_eq!(p21.writes(), 1, "{elements}");
        }
        let p21 = P21::start([]).await;
        p21.state.lock().unwrap().odd_reads = Some((0, elements));
        let error = submit(&p21, full("J-1"), &quick()).await.unwrap_err();
        assert!(!error.is_ambiguous() && error.decode_path().is_some() && p21.writes() == 0, "{error}");
    }
}

#[tokio::test]
async fn rows_without_a_key_are_counted() {
    let with_note = || job("J-1").push(Note::edit().set(NOTE, "called"));
    for fault in SETTLED {
        for (when, how) in [(When::After, ResolvedHow::ReadBack), (When::Before, ResolvedHow::Repeated)] {
            let p21 = P21::start([Some((when, fault))]).await;
            p21.store(&with_note());
            let resolved = submit(&p21, with_note(), &quick()).await.unwrap();
            assert_eq!(resolved.how, how, "{fault:?}");
            assert_eq!(p21.values("J-1", "NOTES.note", "note"), ["called", "called"], "once more, not twice");
        }
    }
}

#[tokio::test]
async fn rows_that_a_read_does_not_show_prove_nothing() {
    let with_text = |text| job("J-1").push(line("A-1", 25).with(LineText::edit().set(TEXT, text)));
    let p21 = P21::start([Some((When::After, Fault::Drop))]).await;
    p21.store(&full("J-1"));
    let error = submit(&p21, with_text("x"), &quick()).await.unwrap_err();
    assert!(error.is_ambiguous() && p21.writes() == 1, "{error}");
    // A new record speaks for all of it: P21 stores a transaction whole or not at all.
    let p21 = P21::start([Some((When::After, Fault::Drop))]).await;
    assert_eq!(submit(&p21, with_text("x"), &quick()).await.unwrap().how, ResolvedHow::ReadBack);
}

#[tokio::test]
async fn without_a_read_before_less_is_proved() {
    let how = quick().only_after();
    let p21 = P21::start([Some((When::After, Fault::Drop))]).await;
    let resolved = submit(&p21, full("J-1"), &how).await.unwrap();
    assert_eq!((resolved.how, p21.reads()), (ResolvedHow::ReadBack, 1));
    let p21 = P21::start([Some((When::Before, Fault::Drop))]).await;
    assert_eq!(submit(&p21, full("J-1"), &how).await.unwrap().how, ResolvedHow::Repeated);
    let p21 = P21::start([Some((When::Before, Fault::Drop))]).await;
    p21.store(&full("J-1"));
    let error = submit(&p21, job("J-1").push(line("A-2", 31)), &how).await.unwrap_err();
    assert!(error.is_ambiguous() && p21.writes() == 1, "{error}");
}

#[tokio::test]
async fn fields_that_p21_does_not_keep_can_be_left_out() {
    let p21 = P21::start([Some((When::After, Fault::Drop)), Some((When::After, Fault::Drop))]).await;
    p21.state.lock().unwrap().meddle = Some((1, |records| {
        if let Some(record) = records.get_mut("J-1") {
            record.get_mut("FORM.header").unwrap()[0].insert("approved".to_owned(), "N".to_owned());
        }
    }));
    let error = submit(&p21, full("J-1"), &quick()).await.unwrap_err();
    assert!(error.to_string().contains("`approved`: sent `ON`, now `N`"), "{error}");
    p21.state.lock().unwrap().records.clear();
    let resolved = submit(&p21, full("J-1"), &quick().ignore("FORM.header", "approved")).await.unwrap();
    assert_eq!(resolved.how, ResolvedHow::ReadBack);
}

#[tokio::test]
async fn a_success_can_be_verified() {
    let passed = |when| [Some((when, Fault::Passed))];
    let p21 = P21::start(passed(When::After)).await;
    assert_eq!(submit(&p21, full("J-1"), &quick().verify()).await.unwrap().unconfirmed, None);
    assert_eq!(p21.reads(), 2);
    // `Succeeded`, and nothing was written: what `IgnoreDisabled` does to some columns.
    let p21 = P21::start(passed(When::Before)).await;
    let resolved = submit(&p21, full("J-1"), &quick().verify()).await.unwrap();
    assert_eq!((resolved.how, resolved.sent), (ResolvedHow::Answered, 1));
    assert_eq!(resolved.unconfirmed.unwrap().to_string(), "there is no such record");
    let p21 = P21::start(passed(When::Before)).await;
    p21.store(&full("J-1"));
    let resolved = submit(&p21, job("J-1").push(line("A-2", 31)), &quick().verify()).await.unwrap();
    assert_eq!(resolved.unconfirmed.unwrap().to_string(), "the record is as it was before");
    // Stored with another value, as a price is that was typed before its pricing method.
    let p21 = P21::start(passed(When::After)).await;
    p21.state.lock().unwrap().meddle = Some((1, |records| {
        let lines = records.get_mut("J-1").unwrap().get_mut("LINES.line").unwrap();
        lines[0].insert("price".to_owned(), "0".to_owned());
    }));
    let unconfirmed = submit(&p21, full("J-1"), &quick().verify()).await.unwrap().unconfirmed.unwrap();
    assert!(unconfirmed.to_string().contains("`price`: sent `25`, now `0.0000`"), "{unconfirmed}");
}

#[tokio::test]
async fn a_success_whose_echo_shows_nothing_is_read_back_and_never_sent_again() {
    let p21 = P21::start([Some((When::After, Fault::Mute))]).await;
    let resolved = submit(&p21, full("J-1"), &quick()).await.unwrap();
    assert_eq!((resolved.how, resolved.sent, p21.writes(), p21.reads()), (ResolvedHow::ReadBack, 1, 1, 2));
    assert!(resolved.stored.unproven().is_empty() && resolved.unconfirmed.is_none());

    let p21 = P21::start([Some((When::Before, Fault::Mute))]).await;
    let error = submit(&p21, full("J-1"), &quick()).await.unwrap_err();
    assert!(error.is_ambiguous() && !error.is_retryable() && p21.writes() == 1, "{error}");
    assert_eq!(error.unresolved().unwrap().to_string(), "there is no such record");

    let p21 = P21::start([Some((When::After, Fault::Mute))]).await;
    let stored = p21.client().submit(full("J-1")).await.unwrap();
    assert_eq!(stored.unproven(), ["FORM.header", "LINES.line"], "without a key it is the caller's to read");
}
