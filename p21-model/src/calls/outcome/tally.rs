//! Which transaction ended how: statuses, texts and counts of one answer, laid beside each other.
//!
//! The three come from different places of P21's answer and may disagree, or be missing. A transaction counts as stored
//! or refused only where nothing in the answer contradicts it; what can't be told apart is ambiguous.

use super::{Failure, Message, Outcome, Stored, Summary, TransactionSetResult};
use crate::facts::schema::ServiceSchema;
use crate::wire::payload;
use std::marker::PhantomData;

/// What the answer says of one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Stored,
    Refused,
    /// Why it doesn't say.
    Unclear(&'static str),
}

const COUNTS: &str = "the counts of P21's answer don't add up to what was sent";
const DISAGREE: &str = "its status and the counts of P21's answer disagree";
const WHICH: &str = "P21's answer doesn't say which of the transactions are stored";
const OTHER: &str = "P21 counts it neither as stored nor as refused";

impl TransactionSetResult {
    /// Sorts the answer by transaction.
    ///
    /// `sent` is how many transactions the request had; `schema` helps to name elements and fields, and may be absent.
    /// [`Outcome::compared_with`] then says which elements P21 took.
    pub fn into_outcome(self, sent: usize, schema: Option<&ServiceSchema>) -> Outcome {
        let (said, unattributed) = sort(self.messages.unwrap_or_default(), sent, schema);
        let echoes = self.results.map(|set| set.transactions).unwrap_or_default();
        // An echo of another length can't be matched by index; P21 has never been seen to do that.
        let echoes: Vec<_> = if echoes.len() == sent { echoes } else { Vec::new() };
        let told = tell(&echoes, &said, self.summary);
        let mut echoes = echoes.into_iter();
        let result = |(told, messages)| {
            let echo = echoes.next();
            match told {
                Told::Stored => Ok(Stored::new(echo.unwrap_or_default(), messages)),
                Told::Refused => Err(Failure::rejected(messages).with_echo(echo)),
                Told::Unclear(why) => Err(Failure::unclear(why, messages).with_echo(echo)),
            }
        };
        let transactions = told.into_iter().zip(said).map(result).collect();
        Outcome { transactions, unattributed, of: PhantomData }
    }
}

/// The messages of each transaction, and the others. Empty ones mean nothing.
fn sort(texts: Vec<String>, sent: usize, schema: Option<&ServiceSchema>) -> (Vec<Vec<Message>>, Vec<Message>) {
    let mut said: Vec<Vec<Message>> = vec![Vec::new(); sent];
    let mut unattributed = Vec::new();
    for text in texts {
        let message = Message::parse(&text, schema);
        if message.text.is_empty() {
            continue;
        }
        // A lone transaction is what any message is about.
        let about = message.transaction.or((sent == 1).then_some(0));
        match about.and_then(|index| said.get_mut(index)) {
            Some(messages) => messages.push(message),
            None => unattributed.push(message),
        }
    }
    (said, unattributed)
}

/// What is known of each transaction. Never more are stored than the counts say.
fn tell(echoes: &[payload::Transaction], said: &[Vec<Message>], summary: Summary) -> Vec<Told> {
    let Summary { succeeded, failed, other } = summary;
    if succeeded.saturating_add(failed).saturating_add(other) != said.len() {
        return vec![Told::Unclear(COUNTS); said.len()];
    }
    let status = |at: usize| match echoes.get(at).map(|echo| echo.status.as_str()) {
        Some("Passed") => Some(Told::Stored),
        Some("Failed") => Some(Told::Refused),
        _ => None,
    };
    let statuses: Vec<Option<Told>> = (0..said.len()).map(status).collect();
    let count = |told| statuses.iter().filter(|status| **status == Some(told)).count();
    let (passed, refused) = (count(Told::Stored), count(Told::Refused));
    let silent = rest(&statuses, said, summary, passed, refused);
    let settle = |(status, silent)| match status {
        Some(Told::Stored) if passed > succeeded => Told::Unclear(DISAGREE),
        Some(Told::Refused) if refused > failed => Told::Unclear(DISAGREE),
        Some(told) => told,
        None => silent,
    };
    statuses.iter().copied().zip(silent).map(settle).collect()
}

/// What the counts and texts say of transactions without a status.
fn rest(
    statuses: &[Option<Told>],
    said: &[Vec<Message>],
    summary: Summary,
    passed: usize,
    refused: usize,
) -> Vec<Told> {
    let all = |told| vec![told; said.len()];
    let left = said.len() - passed - refused;
    let (Some(stored), Some(refused)) = (summary.succeeded.checked_sub(passed), summary.failed.checked_sub(refused))
    else {
        return all(Told::Unclear(DISAGREE));
    };
    match (stored, refused) {
        _ if left == 0 => all(Told::Unclear(WHICH)),
        _ if stored == left => all(Told::Stored),
        _ if refused == left => all(Told::Refused),
        _ if summary.other == left => all(Told::Unclear(OTHER)),
        _ if summary.other > 0 => all(Told::Unclear(WHICH)),
        _ => {
            // P21 says why it refuses. As many texts as refusals: they are about the same transactions.
            let has_text = |at: usize| statuses[at].is_none() && !said[at].is_empty();
            if (0..said.len()).filter(|at| has_text(*at)).count() != refused {
                return all(Told::Unclear(WHICH));
            }
            (0..said.len()).map(|at| if has_text(at) { Told::Refused } else { Told::Stored }).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(json: &str, sent: usize) -> Outcome {
        serde_json::from_str::<TransactionSetResult>(json).unwrap().into_outcome(sent, None)
    }

    #[test]
    fn a_stored_order_carries_its_number() {
        let outcome = outcome(
            r#"{"Messages":["Transaction 1:: "],"Results":{"Name":"Order","Transactions":[{"Status":"Passed","DataElements":
               [{"Name":"TABPAGE_1.order","Rows":[{"Edits":[{"Name":"order_no","Value":"2000417"}]}]}]}]},
               "Summary":{"Succeeded":1,"Failed":0,"Other":0}}"#,
            1,
        );
        let stored = outcome.transactions[0].as_ref().unwrap();
        assert_eq!(stored.value("TABPAGE_1.order", "order_no"), Some("2000417"));
        assert!(stored.messages.is_empty());
    }

    #[test]
    fn a_refused_transaction_without_results_is_refused() {
        let outcome = outcome(
            r#"{"Messages":["Transaction 1:: Customer ID is required"],"Results":null,"Summary":{"Succeeded":0,"Failed":1,"Other":0}}"#,
            1,
        );
        let rejection = outcome.transactions[0].as_ref().unwrap_err();
        assert_eq!(rejection.to_string(), "P21 refused the transaction: Customer ID is required");
    }

    #[test]
    fn half_a_set_may_be_stored() {
        let outcome = outcome(
            r#"{"Messages":["Transaction 1:: ","Transaction 2:: General Exception: Column is disabled: company_id"],
               "Results":{"Name":"Order","Transactions":[{"Status":"Passed"},{"Status":"Failed"}]},
               "Summary":{"Succeeded":1,"Failed":1,"Other":0}}"#,
            2,
        );
        assert!(outcome.transactions[0].is_ok());
        let rejection = outcome.transactions[1].as_ref().unwrap_err();
        assert_eq!(rejection.messages[0].field.as_deref(), Some("company_id"));
    }

    #[test]
    fn null_messages_and_missing_members_are_read() {
        assert!(outcome(r#"{"Messages":null,"Summary":{"Succeeded":1}}"#, 1).transactions[0].is_ok());
        assert!(outcome("{}", 1).transactions[0].is_err());
    }

    fn failures(json: &str, sent: usize) -> Vec<Failure> {
        outcome(json, sent).transactions.into_iter().filter_map(Result::err).collect()
    }

    #[test]
    fn counts_without_statuses_say_nothing_of_single_transactions() {
        let half = r#"{"Messages":[],"Results":null,"Summary":{"Succeeded":1,"Failed":1,"Other":0}}"#;
        let failures = failures(half, 2);
        assert_eq!(failures.len(), 2);
        assert!(failures.iter().all(Failure::is_ambiguous), "{failures:?}");
        let most = r#"{"Results":null,"Summary":{"Succeeded":1,"Failed":9,"Other":0}}"#;
        assert!(self::failures(most, 10).iter().filter(|failure| failure.is_ambiguous()).count() == 10);
        let other = r#"{"Results":null,"Summary":{"Succeeded":0,"Failed":0,"Other":2}}"#;
        assert!(self::failures(other, 2).iter().filter(|failure| failure.is_ambiguous()).count() == 2);
    }

    #[test]
    fn a_passed_that_the_counts_contradict_is_ambiguous() {
        let passed = |sent: usize, summary: &str| {
            let statuses = vec![r#"{"Status":"Passed"}"#; sent].join(",");
            failures(&format!(r#"{{"Results":{{"Transactions":[{statuses}]}},"Summary":{summary}}}"#), sent)
        };
        assert!(passed(1, r#"{"Succeeded":0,"Failed":1,"Other":0}"#)[0].is_ambiguous());
        assert_eq!(passed(2, r#"{"Succeeded":1,"Failed":1,"Other":0}"#).len(), 2, "which of the two?");
        assert_eq!(passed(1, "{}").len(), 1, "counts that are missing count nothing");
        assert!(passed(2, r#"{"Succeeded":2,"Failed":0,"Other":0}"#).is_empty());
        let refused = r#"{"Results":{"Transactions":[{"Status":"Failed"}]},"Summary":{"Succeeded":1}}"#;
        assert!(failures(refused, 1)[0].is_ambiguous(), "it may be stored");
    }

    #[test]
    fn texts_tell_the_refused_where_there_is_one_for_each() {
        let told = outcome(
            r#"{"Messages":["Transaction 2:: no","Transaction 1:: "],"Summary":{"Succeeded":1,"Failed":1,"Other":0}}"#,
            2,
        );
        assert!(told.transactions[0].is_ok());
        assert!(told.transactions[1].as_ref().unwrap_err().is_rejected());
        let untold = r#"{"Messages":["no"],"Summary":{"Succeeded":1,"Failed":1,"Other":0}}"#;
        assert!(failures(untold, 2).iter().all(Failure::is_ambiguous));
        let echo_of_one = r#"{"Results":{"Transactions":[{"Status":"Passed"}]},"Summary":{"Succeeded":1,"Failed":1}}"#;
        assert!(failures(echo_of_one, 2).iter().all(Failure::is_ambiguous), "an echo of another length");
        assert_eq!(failures(echo_of_one, 2).len(), 2);
    }
}
