//! What P21 answered: a result a transaction. HTTP 200 is never success by itself.

mod about;
mod message;

use serde::{Deserialize, Serialize};

pub use message::{Message, is_contamination};

use crate::payload;
use crate::record::ReadError;
use crate::row::{Element, Field};
use crate::schema::ServiceSchema;
use crate::value::FieldValue;

/// The answer of `POST /api/v2/transaction`, as P21 spells it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TransactionSetResult {
    /// What P21 says; `Transaction 1:: ` with nothing after it means nothing.
    pub messages: Option<Vec<String>>,
    /// The echo: what was stored of each transaction, with the keys P21 assigned. Null after some failures.
    pub results: Option<payload::TransactionSet>,
    /// How many transactions ended how.
    pub summary: Summary,
}

/// How many transactions of a set ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Summary {
    /// Stored, as far as P21 says.
    pub succeeded: usize,
    /// Refused.
    pub failed: usize,
    /// Neither.
    pub other: usize,
}

/// What became of each transaction of a set, in the order they were sent.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "HTTP 200 is not success: each transaction has its own result"]
pub struct Outcome {
    /// A result a transaction.
    pub transactions: Vec<Result<Stored, Rejection>>,
    /// Messages that name no transaction of the set.
    pub unattributed: Vec<Message>,
}

/// A transaction that P21 says it stored.
///
/// `Succeeded` never proves that a value landed (see the guide); the echo says which elements P21 took.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stored {
    /// What P21 echoed, with the keys it assigned.
    pub echo: payload::Transaction,
    /// What P21 said all the same.
    pub messages: Vec<Message>,
}

/// A transaction that P21 refused: nothing of it is stored, unless a session [was dirty](Self::is_contaminated).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rejection {
    /// What P21 said, attributed to element and field where it says so.
    pub messages: Vec<Message>,
}

impl Outcome {
    /// The stored transactions, or the first rejection.
    ///
    /// # Errors
    /// P21 refused one of them. The others may be stored all the same.
    pub fn all_stored(self) -> Result<Vec<Stored>, Rejection> {
        self.transactions.into_iter().collect()
    }
}

impl Stored {
    /// The echoed value of a field: `stored.value("TABPAGE_1.order", "order_no")` is the number P21 assigned.
    pub fn value(&self, element: &str, field: &str) -> Option<&str> {
        let elements = self.echo.data_elements.iter().filter(|candidate| candidate.name == element);
        elements.filter_map(|candidate| candidate.value(field)).find(|value| !value.is_empty())
    }

    /// The echoed value of a field: `stored.get(header::ORDER_NO)?` is the number P21 assigned. `None` if P21 echoed none.
    ///
    /// # Errors
    /// The value doesn't read as the field's type.
    pub fn get<E: Element, T: FieldValue>(&self, field: Field<E, T>) -> Result<Option<T>, ReadError> {
        let element = &E::schema().name;
        let Some(text) = self.value(element, field.name()) else { return Ok(None) };
        T::from_wire(text).map(Some).map_err(|problem| ReadError {
            element: element.to_string(),
            row: 0,
            field: field.name().to_owned(),
            problem,
        })
    }
}

impl Rejection {
    /// A pooled session of the server was dirty: somebody's earlier call left a dialog open. The transaction may be
    /// stored all the same, because the session fails while it clears its window. Read the record back.
    pub fn is_contaminated(&self) -> bool {
        self.messages.iter().any(|message| is_contamination(&message.text))
    }
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.messages.is_empty() {
            return f.write_str("P21 refused the transaction without saying why");
        }
        f.write_str("P21 refused the transaction: ")?;
        for (index, message) in self.messages.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            write!(f, "{separator}{message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Rejection {}

impl TransactionSetResult {
    /// Sorts the answer by transaction.
    ///
    /// `sent` is how many transactions the request had; `schema` helps to name elements and fields, and may be absent.
    pub fn into_outcome(self, sent: usize, schema: Option<&ServiceSchema>) -> Outcome {
        let mut said: Vec<Vec<Message>> = vec![Vec::new(); sent];
        let mut unattributed = Vec::new();
        for text in self.messages.unwrap_or_default() {
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
        let echoes = self.results.map(|set| set.transactions).unwrap_or_default();
        // An echo of another length can't be matched by index; P21 has never been seen to do that.
        let mut echoes = if echoes.len() == sent { echoes } else { Vec::new() }.into_iter();
        let all_stored = self.summary.failed == 0 && self.summary.other == 0 && self.summary.succeeded >= sent;
        let transactions = said
            .into_iter()
            .map(|messages| {
                let echo = echoes.next();
                let stored = match echo.as_ref().map(|echo| echo.status.as_str()) {
                    Some("Passed") => true,
                    Some("Failed") => false,
                    _ => {
                        all_stored || (messages.is_empty() && self.summary.failed < sent && self.summary.succeeded > 0)
                    }
                };
                if stored {
                    Ok(Stored { echo: echo.unwrap_or_default(), messages })
                } else {
                    Err(Rejection { messages })
                }
            })
            .collect();
        Outcome { transactions, unattributed }
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
}
