//! What is kept of an asynchronous request.

use p21_model::outcome::{Outcome, Sent};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// The ids P21 gives are GUIDs; anything far longer is none.
pub(crate) const LONGEST_ID: usize = 200;

/// What it takes to find an asynchronous request again, after a restart of the program as well: store it, as JSON for
/// example, and [wait](crate::Client::wait) for it later.
///
/// ```
/// use p21_client::Ticket;
/// let ticket = Ticket::new("0f0e0d0c", "Order", 2);
/// let stored = serde_json::to_string(&ticket)?;
/// assert_eq!(stored, r#"{"request_id":"0f0e0d0c","service":"Order","transactions":2}"#);
/// assert_eq!(serde_json::from_str::<Ticket>(&stored)?, ticket);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ticket {
    request_id: String,
    service: String,
    #[serde(deserialize_with = "transactions")]
    transactions: usize,
    /// What P21's echo is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent: Option<Sent>,
}

/// A request has far fewer; a damaged ticket may say anything.
const MOST_TRANSACTIONS: usize = 1_000_000;

fn transactions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let number = usize::deserialize(deserializer)?;
    if number > MOST_TRANSACTIONS {
        return Err(D::Error::custom(format!("a ticket has at most {MOST_TRANSACTIONS} transactions, not {number}")));
    }
    Ok(number)
}

impl Ticket {
    /// A ticket of a request whose id is known from elsewhere: its service, and how many transactions it has. What was
    /// sent isn't known then, so that its outcome doesn't say which elements P21 took.
    pub fn new(request_id: impl Into<String>, service: impl Into<String>, transactions: usize) -> Self {
        Self { request_id: request_id.into(), service: service.into(), transactions, sent: None }
    }

    pub(crate) fn of(request_id: &str, service: &str, sent: Sent) -> Self {
        let transactions = sent.transactions();
        Self { request_id: request_id.to_owned(), service: service.to_owned(), transactions, sent: Some(sent) }
    }

    /// Says which elements P21 took, where the ticket knows what was sent.
    pub(crate) fn compare(&self, outcome: Outcome) -> Outcome {
        match &self.sent {
            Some(sent) => outcome.compared_with(sent),
            None => outcome,
        }
    }

    /// The id that P21 gave the request.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The service.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// How many transactions were sent.
    pub fn transactions(&self) -> usize {
        self.transactions
    }
}
