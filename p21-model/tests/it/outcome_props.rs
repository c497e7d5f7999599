//! Answers of every shape, well formed or not: no refusal is read as a success.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use p21_model::outcome::{Outcome, TransactionSetResult};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What became of a transaction on the server.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Stored,
    Refused,
    Neither,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![4 => Just(Fate::Stored), 3 => Just(Fate::Refused), 1 => Just(Fate::Neither)]
}

fn counts(fates: &[Fate]) -> [usize; 3] {
    [Fate::Stored, Fate::Refused, Fate::Neither].map(|fate| fates.iter().filter(|other| **other == fate).count())
}

fn summary([succeeded, failed, other]: [usize; 3]) -> Value {
    json!({"Succeeded": succeeded, "Failed": failed, "Other": other})
}

fn status(fate: Fate) -> Value {
    match fate {
        Fate::Stored => json!({"Status": "Passed"}),
        Fate::Refused => json!({"Status": "Failed"}),
        Fate::Neither => json!({"Status": "Other"}),
    }
}

fn read(answer: Value, sent: usize) -> Outcome {
    serde_json::from_value::<TransactionSetResult>(answer).unwrap().into_outcome(sent, None)
}

fn stored(outcome: &Outcome) -> Vec<bool> {
    outcome.transactions.iter().map(Result::is_ok).collect()
}

/// A server that tells the truth, but not all of it: statuses may be missing, one by one or all, and so may texts.
fn partly_told() -> impl Strategy<Value = (Vec<Fate>, Value)> {
    let told = (fate(), any::<bool>(), any::<bool>());
    (prop::collection::vec(told, 1..6), any::<bool>(), any::<bool>()).prop_map(|(told, with_results, texts)| {
        let fates: Vec<Fate> = told.iter().map(|(fate, ..)| *fate).collect();
        let statuses = told.iter().map(|(fate, has_status, _)| if *has_status { status(*fate) } else { json!({}) });
        let statuses: Vec<Value> = statuses.collect();
        let mut messages = Vec::new();
        for (number, (fate, _, has_blank)) in (1..).zip(&told) {
            // P21 says why it refuses; of what it stores it says nothing, or nothing after the number.
            match fate {
                Fate::Refused if texts => messages.push(format!("Transaction {number}:: Column is disabled: x")),
                Fate::Stored if *has_blank => messages.push(format!("Transaction {number}:: ")),
                _ => {}
            }
        }
        let results = if with_results { json!({"Transactions": statuses}) } else { Value::Null };
        let answer = json!({"Messages": messages, "Results": results, "Summary": summary(counts(&fates))});
        (fates, answer)
    })
}

/// An answer that no server should give.
fn nonsense() -> impl Strategy<Value = (usize, Value)> {
    let count = || prop_oneof![5 => 0..7usize, 1 => Just(usize::MAX)];
    let status = prop_oneof![
        Just(json!("Passed")),
        Just(json!("Failed")),
        Just(json!("New")),
        Just(json!("passed")),
        Just(json!(0)),
        Just(Value::Null),
        Just(json!("")),
    ];
    let text = prop_oneof![
        (0..8usize).prop_map(|number| format!("Transaction {number}:: ")),
        (0..8usize).prop_map(|number| format!("Transaction {number}:: General Exception: no")),
        Just("no".to_owned()),
        Just(String::new()),
    ];
    let statuses = prop::option::of(prop::collection::vec(prop::option::of(status), 0..7));
    let summary = prop::option::of((prop::option::of(count()), prop::option::of(count()), prop::option::of(count())));
    (1..6usize, statuses, prop::option::of(prop::collection::vec(text, 0..6)), summary).prop_map(
        |(sent, statuses, messages, summary)| {
            let mut answer = json!({});
            if let Some(statuses) = statuses {
                let one = |status: Option<Value>| status.map_or(json!({}), |status| json!({"Status": status}));
                answer["Results"] = json!({"Transactions": statuses.into_iter().map(one).collect::<Vec<_>>()});
            }
            if let Some(messages) = messages {
                answer["Messages"] = json!(messages);
            }
            if let Some((succeeded, failed, other)) = summary {
                answer["Summary"] = json!({});
                for (name, count) in [("Succeeded", succeeded), ("Failed", failed), ("Other", other)] {
                    if let Some(count) = count {
                        answer["Summary"][name] = json!(count);
                    }
                }
            }
            (sent, answer)
        },
    )
}

proptest! {
    #[test]
    fn what_was_refused_is_never_stored_and_what_was_stored_never_refused((fates, answer) in partly_told()) {
        let outcome = read(answer, fates.len());
        for (fate, result) in fates.iter().zip(&outcome.transactions) {
            prop_assert!(result.is_err() || *fate == Fate::Stored, "{fate:?} {result:?}");
            let refused = result.as_ref().is_err_and(|failure| failure.is_rejected());
            prop_assert!(!refused || *fate == Fate::Refused, "{fate:?} {result:?}");
        }
    }

    #[test]
    fn no_answer_has_more_successes_than_its_counts((sent, answer) in nonsense()) {
        let of = |name: &str| answer["Summary"][name].as_u64().unwrap_or(0);
        let allowed = [of("Succeeded"), of("Failed")];
        let failed: Vec<usize> = (0..sent).filter(|at| answer["Results"]["Transactions"][at]["Status"] == "Failed").collect();
        let matched = answer["Results"]["Transactions"].as_array().is_some_and(|all| all.len() == sent);
        let outcome = read(answer.clone(), sent);
        prop_assert_eq!(outcome.transactions.len(), sent);
        let is_rejected = |result: &Result<_, p21_model::outcome::Failure>| result.as_ref().is_err_and(|f| f.is_rejected());
        let told = [stored(&outcome).iter().filter(|stored| **stored).count(), outcome.transactions.iter().filter(|r| is_rejected(r)).count()];
        prop_assert!(told[0] as u64 <= allowed[0] && told[1] as u64 <= allowed[1], "{answer} {outcome:?}");
        for at in failed.into_iter().filter(|_| matched) {
            prop_assert!(outcome.transactions[at].is_err(), "{answer} {outcome:?}");
        }
    }

    #[test]
    fn a_complete_answer_is_understood_completely(fates in prop::collection::vec(fate(), 1..6)) {
        let fates: Vec<Fate> = fates.into_iter().filter(|fate| *fate != Fate::Neither).collect();
        let statuses: Vec<Value> = fates.iter().copied().map(status).collect();
        let answer = json!({"Messages": [], "Results": {"Transactions": statuses}, "Summary": summary(counts(&fates))});
        let outcome = read(answer, fates.len());
        let expected: Vec<bool> = fates.iter().map(|fate| *fate == Fate::Stored).collect();
        prop_assert_eq!(stored(&outcome), expected);
        prop_assert!(outcome.transactions.iter().flat_map(Result::as_ref).count() <= fates.len());
        prop_assert!(outcome.transactions.iter().filter_map(|r| r.as_ref().err()).all(|failure| failure.is_rejected()));
    }
}
