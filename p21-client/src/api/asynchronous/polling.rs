//! How an asynchronous request is asked for.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};

/// How often an asynchronous request is asked for, and for how long.
///
/// ```
/// use std::time::Duration;
/// use p21_client::Polling;
///
/// let patient = Polling::default().limit(Duration::from_secs(3_600)).longest_delay(Duration::from_secs(30));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Polling {
    first_delay: Duration,
    longest_delay: Duration,
    limit: Duration,
}

impl Default for Polling {
    fn default() -> Self {
        Self {
            first_delay: Duration::from_millis(500),
            longest_delay: Duration::from_secs(5),
            limit: Duration::from_secs(600),
        }
    }
}

/// A pause is never shorter: P21 has other things to do.
const SHORTEST: Duration = Duration::from_millis(10);

impl Polling {
    /// The pause after the first question: 0.5 s, plus as much again at random. It grows by half each time.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// What the pause grows to: 5 s.
    #[must_use]
    pub fn longest_delay(mut self, delay: Duration) -> Self {
        self.longest_delay = delay;
        self
    }

    /// How long to wait for one request in all: 600 s. A submission waits as long for its turn, before
    /// [`Timeouts::operation`](crate::Timeouts) begins. P21 runs two at once by default and queues the others, so the
    /// wait grows with the queue.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    pub(crate) fn wait_limit(&self) -> Duration {
        self.limit
    }

    /// The pauses between questions; they never end.
    pub(super) fn pauses(&self) -> impl Iterator<Item = Duration> + Send {
        let longest = self.longest_delay.max(SHORTEST);
        ExponentialBuilder::new()
            .with_min_delay(self.first_delay.clamp(SHORTEST, longest))
            .with_max_delay(longest)
            .with_factor(1.5)
            .without_max_times()
            .with_jitter()
            .build()
            .chain(std::iter::repeat(longest))
    }
}
