//! How long and how much.

use std::time::Duration;

/// The largest answer that is read by default, in bytes.
pub(crate) const MAX_BODY: usize = 64 * 1024 * 1024;

/// How many requests run at once by default: what a P21 session pool takes without queueing.
pub(crate) const MAX_CONCURRENT: usize = 5;

/// How long an unused connection is kept. Shorter than what servers and proxies commonly allow, because a write on a
/// connection that was closed meanwhile has an unknown outcome.
pub(crate) const IDLE_CONNECTION: Duration = Duration::from_secs(30);

/// The time limits of a call. Each has a default, so that every call ends.
///
/// ```
/// use std::time::Duration;
/// use p21_client::Timeouts;
///
/// let patient = Timeouts::default().operation(Duration::from_secs(600));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) read: Duration,
    pub(crate) attempt: Duration,
    pub(crate) operation: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(60),
            attempt: Duration::from_secs(120),
            operation: Duration::from_secs(300),
        }
    }
}

impl Timeouts {
    /// Until a connection stands, TLS included: 10 s.
    #[must_use]
    pub fn connect(mut self, limit: Duration) -> Self {
        self.connect = limit;
        self
    }

    /// Between two pieces of an answer's body: 60 s. The wait for an answer to begin is not limited by this, since
    /// P21 sends nothing while it works on a transaction.
    #[must_use]
    pub fn read(mut self, limit: Duration) -> Self {
        self.read = limit;
        self
    }

    /// One try of a read, from the request to the end of the answer: 120 s. A read that runs into it is tried again
    /// while [`operation`](Self::operation) allows. Writes have no such limit: cutting one short leaves its outcome
    /// unknown, so they run until the operation's limit.
    #[must_use]
    pub fn attempt(mut self, limit: Duration) -> Self {
        self.attempt = limit;
        self
    }

    /// The whole call, with everything it takes: login, UI server, waiting for its turn, tries and the pauses between
    /// them: 300 s, for large transactions.
    #[must_use]
    pub fn operation(mut self, limit: Duration) -> Self {
        self.operation = limit;
        self
    }
}
