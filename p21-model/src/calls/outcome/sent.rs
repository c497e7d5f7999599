//! What was sent, laid beside P21's echo: an element that P21 skipped isn't in it.

use serde::{Deserialize, Serialize};

use super::{Failure, Outcome, Stored};
use crate::rows::row::{RawRow, Service, TransactionSet};
use crate::wire::payload;

/// What a set has, as far as an answer is compared with it: the elements of each transaction, and how many rows.
///
/// It is small, and can be stored with the ticket of an asynchronous request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Sent {
    ignore_disabled: bool,
    transactions: Vec<Vec<(String, usize)>>,
}

impl Sent {
    /// Of a set as P21 spells it. Rows that change nothing don't count.
    pub fn of(set: &payload::TransactionSet) -> Self {
        let says = |row: &&payload::Row| row.edits.iter().any(|edit| !edit.ignore_if_empty || !edit.value.is_empty());
        let elements = |transaction: &payload::Transaction| {
            let mut elements = Vec::new();
            for element in &transaction.data_elements {
                count(&mut elements, &element.name, element.rows.iter().filter(says).count());
            }
            elements
        };
        let transactions = set.transactions.iter().map(elements).collect();
        Self { ignore_disabled: set.ignore_disabled, transactions }
    }

    /// How many transactions there are.
    pub fn transactions(&self) -> usize {
        self.transactions.len()
    }
}

impl<S: Service> From<&TransactionSet<S>> for Sent {
    fn from(set: &TransactionSet<S>) -> Self {
        let edits = |row: &RawRow| row.edits().iter().any(|edit| !edit.ignore_if_empty() || !edit.value().is_empty());
        let elements = |transaction: &crate::rows::row::Transaction<S>| {
            let mut elements = Vec::new();
            transaction.as_raw().each_element(&mut |rows| {
                let says = rows.iter().filter(|row| edits(row) || !row.extras().is_empty()).count();
                count(&mut elements, &rows[0].element().name, says);
            });
            elements
        };
        let transactions = set.transactions().iter().map(elements).collect();
        Self { ignore_disabled: set.ignores_disabled(), transactions }
    }
}

fn count(elements: &mut Vec<(String, usize)>, name: &str, rows: usize) {
    match elements.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => *known += rows,
        None if rows > 0 => elements.push((name.to_owned(), rows)),
        None => {}
    }
}

impl Outcome {
    /// Lays what was sent beside what P21 echoed.
    ///
    /// Under `IgnoreDisabled` an element that P21 skipped is missing from the echo, and nothing of it is stored (verified
    /// on 26.1): such a transaction is no success, and [`Failure::skipped`] names the elements. Without the flag, or with
    /// an empty echo, a missing element says less: the transaction stays [stored](Stored), but
    /// [unproven](Stored::unproven).
    ///
    /// Columns are not compared. Echoes are documented with as little as a header's key, so that a column which is missing
    /// says nothing; and of columns that P21 leaves as they are (`corp_address_id` of a saved contract, verified on 26.1)
    /// it is not known whether the echo shows what was sent, what is stored, or neither. Only a read of the record tells.
    pub fn compared_with(mut self, sent: &Sent) -> Self {
        if sent.transactions.len() != self.transactions.len() {
            return self;
        }
        let results = self.transactions.into_iter().zip(&sent.transactions);
        let compared = |(result, elements): (Result<Stored, Failure>, &Vec<(String, usize)>)| {
            let result = result.and_then(|stored| stored.compared_with(elements, sent.ignore_disabled));
            result.map_err(|failure| failure.in_rows_of(elements))
        };
        self.transactions = results.map(compared).collect();
        self
    }
}

impl Failure {
    /// A message about an element that was sent with one row is about that row.
    fn in_rows_of(mut self, elements: &[(String, usize)]) -> Self {
        for message in self.messages.iter_mut().filter(|message| message.row.is_none()) {
            let about = message.element.as_deref();
            let has_one = elements.iter().any(|(name, rows)| about == Some(name.as_str()) && *rows == 1);
            message.row = has_one.then_some(0);
        }
        self
    }
}

impl Stored {
    fn compared_with(mut self, elements: &[(String, usize)], ignore_disabled: bool) -> Result<Self, Failure> {
        let echoed = |name: &str| {
            let of_name = self.echo.data_elements.iter().filter(|element| element.name == name);
            of_name.flat_map(|element| &element.rows).filter(|row| !row.edits.is_empty()).count()
        };
        let rows: Vec<usize> = elements.iter().map(|(name, _)| echoed(name)).collect();
        let names = |is: &dyn Fn(usize, usize) -> bool| -> Vec<String> {
            let found = elements.iter().zip(&rows).filter(|((_, sent), echoed)| is(*sent, **echoed));
            found.map(|((name, _), _)| name.clone()).collect()
        };
        let skipped = names(&|_, echoed| echoed == 0);
        if ignore_disabled && !skipped.is_empty() && skipped.len() < elements.len() {
            return Err(Failure::skipped_by_p21(skipped, self.echo, self.messages));
        }
        // Rows with equal keys fold into one, so fewer rows prove nothing either.
        self.unproven = names(&|sent, echoed| echoed < sent);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::outcome::TransactionSetResult;

    fn outcome(sent: &str, echo: &str) -> Result<Stored, Failure> {
        let set: payload::TransactionSet = serde_json::from_str(sent).unwrap();
        let answer = format!(
            r#"{{"Results":{{"Transactions":[{{"Status":"Passed","DataElements":[{echo}]}}]}},"Summary":{{"Succeeded":1}}}}"#
        );
        let answer: TransactionSetResult = serde_json::from_str(&answer).unwrap();
        answer.into_outcome(1, None).compared_with(&Sent::of(&set)).transactions.remove(0)
    }

    fn set(ignore_disabled: bool) -> String {
        let row = r#"{"Edits":[{"Name":"k","Value":"1"}]}"#;
        let skipped = r#"{"Edits":[{"Name":"k","Value":"","IgnoreIfEmpty":true}]}"#;
        format!(
            r#"{{"IgnoreDisabled":{ignore_disabled},"Transactions":[{{"DataElements":[{{"Name":"H.h","Rows":[{row}]}},
               {{"Name":"L.l","Rows":[{row}]}},{{"Name":"E.e","Rows":[{skipped}]}},{{"Name":"L.l","Rows":[{row}]}}]}}]}}"#
        )
    }

    fn echoed(name: &str, rows: usize) -> String {
        let rows = vec![r#"{"Edits":[{"Name":"k","Value":"1"}]}"#; rows].join(",");
        format!(r#"{{"Name":"{name}","Rows":[{rows}]}}"#)
    }

    #[test]
    fn what_the_echo_lacks_is_skipped_under_the_flag_and_unproven_without() {
        let header = echoed("H.h", 1);
        let failure = outcome(&set(true), &header).unwrap_err();
        assert_eq!(failure.skipped(), ["L.l"], "what changes nothing isn't missed");
        assert!(failure.is_ambiguous() && !failure.is_rejected() && failure.echo().is_some());
        assert_eq!(outcome(&set(false), &header).unwrap().unproven(), ["L.l"]);
        assert_eq!(outcome(&set(true), "").unwrap().unproven(), ["H.h", "L.l"], "an empty echo says nothing");
        assert_eq!(outcome(&set(true), &format!("{header},{}", echoed("L.l", 0))).unwrap_err().skipped(), ["L.l"]);
    }

    #[test]
    fn a_whole_echo_proves_it_and_fewer_rows_do_not() {
        for flag in [true, false] {
            let whole = format!("{},{}", echoed("H.h", 1), echoed("L.l", 2));
            assert!(outcome(&set(flag), &whole).unwrap().unproven().is_empty());
            let fewer = format!("{},{}", echoed("H.h", 1), echoed("L.l", 1));
            assert_eq!(outcome(&set(flag), &fewer).unwrap().unproven(), ["L.l"]);
        }
    }

    #[test]
    fn what_was_sent_is_kept_in_little_space() {
        let set: payload::TransactionSet = serde_json::from_str(&set(true)).unwrap();
        let text = serde_json::to_string(&Sent::of(&set)).unwrap();
        assert_eq!(text, r#"{"ignore_disabled":true,"transactions":[[["H.h",1],["L.l",2]]]}"#);
    }
}
