//! What can be switched about asynchronous transactions.

use std::time::Duration;

/// How the queue of asynchronous transactions behaves.
///
/// A callback is made to the http or https address that the submitter names, if it is this machine's own.
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
    /// Callbacks go to other machines, too. Whoever can submit can then have this one call any address that it reaches.
    pub callbacks_anywhere: bool,
}

impl Default for AsyncSettings {
    /// Two jobs at a time, each as quick as it can be; ten seconds for a callback, to this machine only.
    fn default() -> Self {
        Self {
            capacity: 2,
            duration: Duration::ZERO,
            callback_timeout: Duration::from_secs(10),
            callbacks_anywhere: false,
        }
    }
}
