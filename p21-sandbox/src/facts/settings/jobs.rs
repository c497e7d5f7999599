//! What can be switched about asynchronous transactions.

use std::time::Duration;

/// How the queue of asynchronous transactions behaves.
///
/// A callback is made to whatever http or https address the submitter names, from the machine that the sandbox runs on.
///
/// ```
/// use std::time::Duration;
/// let slow = p21_sandbox::Sandbox::builder().configure(|config| config.asynchronous.duration = Duration::from_secs(2));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AsyncSettings {
    /// How many jobs run at a time; the others wait. P21's `AsyncRequests.QueueCapacity`, 2 by default. With 0 every job
    /// waits for ever.
    pub capacity: usize,
    /// How long a job takes at least. Nothing by default: the sandbox is quicker than P21.
    pub duration: Duration,
    /// How long the receiver of a callback may take to answer.
    pub callback_timeout: Duration,
}

impl Default for AsyncSettings {
    /// Two jobs at a time, each as quick as it can be; ten seconds for a callback.
    fn default() -> Self {
        Self { capacity: 2, duration: Duration::ZERO, callback_timeout: Duration::from_secs(10) }
    }
}
