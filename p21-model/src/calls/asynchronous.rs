//! Asynchronous requests: what P21 says of them while they run, and what became of their transactions.
//!
//! Two generations differ. Older builds answer with the statuses `Active`, `Complete` and `Failed` as strings and with
//! plain texts (documented); 26.1 answers with the integers 3 and 2, has no failed status, and puts the whole answer of
//! a synchronous call into `Messages`, as JSON in a string (verified on 26.1). Both are read here.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::calls::outcome::{Failure, Message, Outcome, Stored, Summary, TransactionSetResult};
use crate::facts::schema::ServiceSchema;

/// What P21 says of an asynchronous request: the answer to its submission, to a question about it, and what it posts to
/// a callback.
///
/// ```
/// use p21_model::asynchronous::AsyncRequest;
/// let request: AsyncRequest = serde_json::from_str(r#"{"RequestId":"7f","Status":3,"Messages":null}"#)?;
/// assert!(!request.is_done());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct AsyncRequest {
    /// The id that it is asked for by.
    #[serde(deserialize_with = "text")]
    pub request_id: String,
    /// What kind of request: `V2 Transaction`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_type: Option<String>,
    /// When it was accepted.
    pub start_date: Option<String>,
    /// When it was done; without an offset, in the server's own time.
    pub completed_date: Option<String>,
    /// How far it is.
    pub status: AsyncStatus,
    /// How the callback went: `Success : 200 (OK)`. Null where there is none, or it is still to come.
    pub callback_result: Option<String>,
    /// What it said: a text, or the whole synchronous answer as JSON in a string.
    #[serde(deserialize_with = "messages")]
    pub messages: Option<String>,
}

/// How far an asynchronous request is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AsyncStatus {
    /// Queued or running: `Active`, or 3.
    Active,
    /// Done. `Complete` says that the transactions are stored; 2 says nothing of the kind, the messages do.
    Complete {
        /// The status is the older builds', which have another for failures.
        means_stored: bool,
    },
    /// Failed; only older builds say so.
    Failed,
    /// Something else, as P21 spelt it.
    Other(String),
    /// Nothing was said.
    #[default]
    Unsaid,
}

impl AsyncRequest {
    /// Whether it is over, one way or the other. A status that is not known counts once the request has an end.
    pub fn is_done(&self) -> bool {
        match self.status {
            AsyncStatus::Complete { .. } | AsyncStatus::Failed => true,
            AsyncStatus::Active => false,
            AsyncStatus::Other(_) | AsyncStatus::Unsaid => {
                self.completed_date.as_deref().is_some_and(|date| !date.trim().is_empty())
            }
        }
    }

    /// What became of each transaction.
    ///
    /// `sent` is how many transactions the request had; `schema` helps to name elements and fields, and may be absent.
    ///
    /// # Errors
    /// The request isn't done, or what P21 says doesn't tell what became of each. The transactions may be stored then.
    pub fn outcome(&self, sent: usize, schema: Option<&ServiceSchema>) -> Result<Outcome, UnclearOutcome> {
        if !self.is_done() {
            return Err(UnclearOutcome::NotDone);
        }
        let text = self.messages.as_deref().unwrap_or_default();
        if let Some(result) = envelope(text)? {
            return Ok(result.into_outcome(sent, schema));
        }
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut result = TransactionSetResult { messages: Some(lines), ..TransactionSetResult::default() };
        match self.status {
            AsyncStatus::Complete { means_stored: true } => {
                result.summary = Summary { succeeded: sent, ..Summary::default() };
                let outcome = result.into_outcome(sent, schema);
                // A text about one transaction of a request that is complete may be why it is not stored.
                let names_one = text.lines().any(|line| {
                    let message = Message::parse(line, schema);
                    message.transaction.is_some() && !message.text.is_empty()
                });
                if names_one { Err(UnclearOutcome::Unattributed(bounded(text))) } else { Ok(outcome) }
            }
            AsyncStatus::Failed => {
                // P21 stores each transaction by itself, and names one that passed too, with nothing after it.
                let passed = passed(text, sent);
                let succeeded = passed.iter().filter(|passed| **passed).count();
                result.summary = Summary { succeeded, failed: sent - succeeded, other: 0 };
                let outcome = result.into_outcome(sent, schema);
                // Those that no text is about may be stored.
                let is_told = |(one, passed): (&Result<Stored, Failure>, &bool)| match one {
                    Ok(_) => *passed,
                    Err(failure) => !failure.messages.is_empty(),
                };
                let all_told = succeeded < sent && outcome.transactions.iter().zip(&passed).all(is_told);
                if sent == 1 || all_told { Ok(outcome) } else { Err(UnclearOutcome::Unattributed(bounded(text))) }
            }
            _ => Err(UnclearOutcome::NoResult(bounded(text))),
        }
    }
}

impl AsyncRequest {
    /// Rewrites every text that P21 says of the request, its id among them.
    pub fn map_said(&mut self, map: &dyn Fn(&str) -> String) {
        self.request_id = map(&self.request_id);
        let Self { request_type, start_date, completed_date, callback_result, messages, .. } = self;
        for text in [request_type, start_date, completed_date, callback_result, messages].into_iter().flatten() {
            *text = map(text);
        }
    }
}

impl UnclearOutcome {
    /// Rewrites what P21 says.
    pub fn map_said(&mut self, map: &dyn Fn(&str) -> String) {
        if let Self::NoResult(text) | Self::Unattributed(text) | Self::Malformed(text) = self {
            *text = map(text);
        }
    }
}

/// What P21 says of a request doesn't tell what became of its transactions.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum UnclearOutcome {
    /// It isn't done.
    #[error("the request is not done")]
    NotDone,
    /// It is done, and no result came with it.
    #[error("the request is done, but its messages are no result: \"{0}\"")]
    NoResult(String),
    /// It is over, and the texts don't say of every transaction what became of it.
    #[error("the request is over, but its messages don't say for every transaction what became of it: \"{0}\"")]
    Unattributed(String),
    /// Its messages are JSON of another shape.
    #[error("the request's messages are JSON, but no result: {0}")]
    Malformed(String),
}

crate::debug_is_its_line!(UnclearOutcome);

/// The synchronous answer, if the text is one.
fn envelope(text: &str) -> Result<Option<TransactionSetResult>, UnclearOutcome> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if !text.starts_with('{') {
        return Ok(None);
    }
    let malformed = |error: serde_json::Error| UnclearOutcome::Malformed(bounded(&error.to_string()));
    let value: Value = serde_json::from_str(text).map_err(malformed)?;
    let known = ["Messages", "Results", "Summary"].iter().any(|member| value.get(member).is_some());
    if !known {
        return Err(UnclearOutcome::Malformed("none of `Messages`, `Results` and `Summary`".to_owned()));
    }
    serde_json::from_value(value).map(Some).map_err(malformed)
}

/// Which transactions are named in a text's lines, and nothing is said about them.
fn passed(text: &str, sent: usize) -> Vec<bool> {
    let mut passed = vec![false; sent];
    let mut refused = vec![sent == 1; sent];
    for message in text.lines().map(|line| Message::parse(line, None)) {
        let named = if message.text.is_empty() { &mut passed } else { &mut refused };
        if let Some(named) = message.transaction.and_then(|index| named.get_mut(index)) {
            *named = true;
        }
    }
    passed.into_iter().zip(refused).map(|(passed, refused)| passed && !refused).collect()
}

fn bounded(text: &str) -> String {
    text.chars().take(300).collect()
}

impl<'de> Deserialize<'de> for AsyncStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Unsaid,
            Value::String(text) => Self::from_text(&text),
            other => Self::from_text(&other.to_string()),
        })
    }
}

impl AsyncStatus {
    /// Reads a status, spelt either way.
    pub fn from_text(text: &str) -> Self {
        match text.trim() {
            "" => Self::Unsaid,
            "3" | "Active" => Self::Active,
            "2" => Self::Complete { means_stored: false },
            "Complete" | "Completed" => Self::Complete { means_stored: true },
            "Failed" => Self::Failed,
            other => Self::Other(bounded(other)),
        }
    }
}

impl Serialize for AsyncStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Active => serializer.serialize_str("Active"),
            Self::Complete { means_stored: true } => serializer.serialize_str("Complete"),
            Self::Complete { means_stored: false } => serializer.serialize_u8(2),
            Self::Failed => serializer.serialize_str("Failed"),
            Self::Other(text) => serializer.serialize_str(text),
            Self::Unsaid => serializer.serialize_none(),
        }
    }
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(serde::de::Error::custom("a request id is a text")),
    }
}

/// A string as a rule; a list of texts and the answer itself mean the same.
fn messages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        Value::Array(items) => {
            let lines: Vec<String> = items.into_iter().filter_map(|item| item.as_str().map(str::to_owned)).collect();
            Some(lines.join("\n"))
        }
        other => Some(other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(json: &str) -> AsyncRequest {
        serde_json::from_str(json).unwrap()
    }

    const NEW: &str = r#"{"RequestId":"0f0e","RequestType":"V2 Transaction","Key":"N/A",
        "StartDate":"2026-03-02T09:14:07.41-06:00","CompletedDate":null,"Status":3,"CallbackResult":null,"Messages":null}"#;

    #[test]
    fn a_queued_request_of_26_1_is_not_done() {
        let request = request(NEW);
        assert_eq!((request.request_id.as_str(), request.is_done()), ("0f0e", false));
        assert_eq!(request.outcome(1, None), Err(UnclearOutcome::NotDone));
    }

    #[test]
    fn a_doubly_encoded_answer_is_the_synchronous_one() {
        let inner = r#"{"Messages":["Transaction 1:: ","Transaction 2:: You cannot cancel an order that is fully invoiced"],
            "Results":{"Name":"Order","Transactions":[{"Status":"Passed"},{"Status":"Failed"}]},
            "Summary":{"Succeeded":1,"Failed":1,"Other":0}}"#;
        let outer = serde_json::json!({"RequestId": "a", "Status": 2, "CompletedDate": "2026-03-02T09:14:09", "Messages": inner});
        let outcome = request(&outer.to_string()).outcome(2, None).unwrap();
        assert!(outcome.transactions[0].is_ok());
        let rejection = outcome.transactions[1].as_ref().unwrap_err();
        assert_eq!(rejection.messages[0].text, "You cannot cancel an order that is fully invoiced");
    }

    #[test]
    fn a_text_about_a_transaction_of_a_complete_request_is_unclear() {
        let complete = |messages: &str| {
            let text = serde_json::json!({"RequestId": "a", "Status": "Complete", "Messages": messages});
            request(&text.to_string()).outcome(2, None)
        };
        let unclear = complete("Transaction 1:: \nTransaction 2:: Column is disabled: note");
        assert!(matches!(unclear, Err(UnclearOutcome::Unattributed(_))), "{unclear:?}");
        assert!(complete("Transaction 1:: \nTransaction 2:: ").is_ok_and(|outcome| outcome.all_stored().is_ok()));
    }

    #[test]
    fn the_older_statuses_say_what_became_of_all() {
        let done =
            request(r#"{"RequestId":"a","Status":"Complete","CompletedDate":"2025-01-01T00:00:00","Messages":null}"#);
        assert!(done.outcome(2, None).unwrap().transactions.iter().all(Result::is_ok));
        let failed =
            request(r#"{"RequestId":"a","Status":"Failed","Messages":"Transaction 1:: Customer ID is required"}"#);
        let outcome = failed.outcome(1, None).unwrap();
        assert_eq!(outcome.transactions[0].as_ref().unwrap_err().messages[0].text, "Customer ID is required");
    }

    #[test]
    fn a_failed_set_of_older_builds_names_those_that_passed() {
        let of = |messages: &str, sent| {
            let failed = serde_json::json!({"RequestId": "a", "Status": "Failed", "Messages": messages});
            request(&failed.to_string()).outcome(sent, None)
        };
        let outcome = of("Transaction 1:: \nTransaction 2:: Customer ID is required\nTransaction 3:: ", 3).unwrap();
        let stored: Vec<bool> = outcome.transactions.iter().map(Result::is_ok).collect();
        assert_eq!(stored, [true, false, true]);
        let unclear =
            ["Transaction 1:: \nTransaction 2:: ", "Transaction 2:: Customer ID is required", "Transaction 1:: "];
        for messages in unclear {
            assert!(matches!(of(messages, 2), Err(UnclearOutcome::Unattributed(_))), "{messages:?}");
        }
        assert!(of("Transaction 1:: ", 1).unwrap().transactions[0].is_err(), "it failed, whatever the text");
    }

    #[test]
    fn what_is_not_said_is_not_claimed() {
        let failed =
            request(r#"{"RequestId":"a","Status":"Failed","Messages":"Transaction 1:: Customer ID is required"}"#);
        assert!(matches!(failed.outcome(2, None), Err(UnclearOutcome::Unattributed(_))), "the second may be stored");
        let done = request(r#"{"RequestId":"a","Status":2,"Messages":"Object reference not set"}"#);
        assert!(matches!(done.outcome(1, None), Err(UnclearOutcome::NoResult(_))), "2 is no success");
        for wrong in [r#"{"a":1}"#, r#"{"Summary":"#, r#"{"Summary":"?"}"#] {
            let outer = serde_json::json!({"RequestId": "a", "Status": 2, "Messages": wrong});
            assert!(
                matches!(request(&outer.to_string()).outcome(1, None), Err(UnclearOutcome::Malformed(_))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn unknown_statuses_are_over_once_they_have_an_end() {
        assert!(!request(r#"{"RequestId":"a","Status":"Queued"}"#).is_done());
        assert!(!request(r#"{"RequestId":"a","Status":7,"CompletedDate":""}"#).is_done());
        assert!(request(r#"{"RequestId":"a","Status":7,"CompletedDate":"2026-03-02T09:14:09"}"#).is_done());
    }
}
