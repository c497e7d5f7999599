//! What is tried again, and when.
//!
//! A client that repeats the wrong call stores an order twice; one that repeats nothing fails whenever a proxy restarts.
//! Where the line runs:
//!
//! **Reads are repeated** when the failure says nothing about the request: no connection, a connection that broke, an
//! answer that did not come in time, and the gateway's 502, 503 and 504. P21's own 500 is different. With a text it is
//! nearly always deterministic: an unknown consumer key, a window that is not deployed, a payload out of order answer
//! the same every time, and repeating them only loads the server. An empty 500 is repeated, except where it is known to
//! mean something: on `definition`, `defaults` and `basics` it means that there is no such service.
//!
//! **Writes are repeated only if nothing can have been sent**, that is if no connection came to be. A timeout, a broken
//! connection or any 5xx may come after P21 has committed; it has been seen to save an order and then fail while it
//! clears the window. So the caller gets an error that says *ambiguous*, and reads the record back, or gives the key with
//! the write (`client.submit(..).key(..)`), and the client reads it.
//!
//! **A contaminated session** (`Unexpected response window: …`) is no overload, and waiting longer helps nothing: the next call
//! draws another session of the pool. Such reads are repeated after 0.5 to 3 s, evenly spread, a few times more often
//! than other failures. Such writes are ambiguous, see above.
//!
//! **A 401** is not a failure in this sense: the token is renewed once and the call repeated once, writes too, since P21
//! refuses them before it looks at them.
//!
//! **A report** goes on although its caller is gone, so it is repeated only after an empty 500 and where no connection
//! came to be; see `Client::print`.
//!
//! Nothing else is ever repeated. 4xx answers and refused transactions come again however often they are sent.
//!
//! Delays double, with jitter, so that clients that failed together don't come back together. All tries and pauses
//! count towards the operation's time limit.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use reqwest::StatusCode;

use crate::Error;
use crate::api::call::Pace;
use crate::error::{ErrorKind, TimeLimit};

/// How often calls are tried that may be tried again.
///
/// Reads are repeated where the failure says nothing about the request: no connection, a broken one, an answer that did
/// not come in time, 502, 503, 504, most empty 500s, and contaminated pool sessions. Writes are repeated only if nothing can
/// have been sent. Refusals are never repeated.
///
/// ```
/// use std::time::Duration;
/// use p21_client::Retry;
///
/// let eager = Retry::default().attempts(5).first_delay(Duration::from_millis(200));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Retry {
    attempts: usize,
    first_delay: Duration,
    contaminated_attempts: usize,
    contaminated_delay: (Duration, Duration),
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_delay: Duration::from_secs(1),
            contaminated_attempts: 5,
            contaminated_delay: (Duration::from_millis(500), Duration::from_secs(3)),
        }
    }
}

impl Retry {
    /// Every call is tried once.
    pub fn never() -> Self {
        Self::default().attempts(1).contaminated_attempts(1)
    }

    /// How often a call is tried in all: 3 times. 0 counts as 1.
    #[must_use]
    pub fn attempts(mut self, attempts: usize) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The pause after the first try: 1 s, plus as much again at random; then it doubles.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// How often a read that met contaminated pool sessions is tried in all: 5 times. 0 counts as 1.
    #[must_use]
    pub fn contaminated_attempts(mut self, attempts: usize) -> Self {
        self.contaminated_attempts = attempts.max(1);
        self
    }

    /// The pause after a contaminated pool session, evenly spread between the two: 0.5 s to 3 s.
    #[must_use]
    pub fn contaminated_delay(mut self, least: Duration, most: Duration) -> Self {
        self.contaminated_delay = (least, most.max(least));
        self
    }

    /// The tries of one call, no more than its pace has, and no later.
    pub(crate) fn tries(&self, pace: Pace) -> Tries {
        let first_delay = pace.first_delay.map_or(self.first_delay, |delay| delay.min(self.first_delay));
        let attempts = pace.attempts.map_or(self.attempts, |most| most.min(self.attempts));
        let delays = ExponentialBuilder::new()
            .with_min_delay(first_delay)
            .with_max_times(attempts.saturating_sub(1))
            .with_jitter()
            .build();
        Tries { delays, contaminated: self.contaminated_attempts - 1, contaminated_delay: self.contaminated_delay }
    }
}

/// What a failure allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// The same answer comes again, or the write may be stored.
    Never,
    /// It may pass.
    Transient,
    /// Another session of the pool may be clean.
    ContaminatedSession,
}

/// What a failure allows.
pub(crate) fn class(error: &Error) -> Class {
    match error.kind() {
        ErrorKind::Connect { .. } | ErrorKind::Timeout { limit: TimeLimit::Connect } => Class::Transient,
        _ if error.is_write() => Class::Never,
        ErrorKind::Dropped { .. } | ErrorKind::Timeout { .. } => Class::Transient,
        ErrorKind::ReportSilent { .. } | ErrorKind::CommandsSilent { .. } => Class::Transient,
        ErrorKind::Contaminated { .. } => Class::ContaminatedSession,
        ErrorKind::Status { status, said } if passes(*status, said.is_some()) => Class::Transient,
        _ => Class::Never,
    }
}

/// Whether a failure leaves nothing running: nothing was sent, or P21 gave up without a word.
pub(crate) fn is_over(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connect { .. } | ErrorKind::Timeout { limit: TimeLimit::Connect } => true,
        ErrorKind::ReportSilent { .. } => error.status() == Some(StatusCode::INTERNAL_SERVER_ERROR),
        _ => false,
    }
}

fn passes(status: StatusCode, is_explained: bool) -> bool {
    match status {
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => true,
        StatusCode::INTERNAL_SERVER_ERROR => !is_explained,
        _ => false,
    }
}

/// The tries that a call has left.
pub(crate) struct Tries {
    delays: ExponentialBackoff,
    contaminated: usize,
    contaminated_delay: (Duration, Duration),
}

impl Tries {
    /// How long to wait before the next try; `None` if the failure is final.
    pub(crate) fn pause_after(&mut self, error: &Error) -> Option<Duration> {
        match class(error) {
            Class::Never => None,
            Class::Transient => self.delays.next(),
            Class::ContaminatedSession => self.contaminated_pause(),
        }
    }

    /// How long to wait before a write is repeated that is known not to be stored.
    pub(crate) fn pause_before_repeat(&mut self, error: &Error) -> Option<Duration> {
        if error.is_contaminated() { self.contaminated_pause() } else { self.delays.next() }
    }

    fn contaminated_pause(&mut self) -> Option<Duration> {
        self.contaminated = self.contaminated.checked_sub(1)?;
        let (least, most) = self.contaminated_delay;
        let spread = most.saturating_sub(least).as_secs_f64() * fastrand::f64();
        Some(least.saturating_add(Duration::try_from_secs_f64(spread).unwrap_or(most)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_may_shorten_the_first_pause_and_never_lengthens_it() {
        let first =
            |retry: Retry, first_delay| retry.tries(Pace { first_delay, ..Pace::default() }).delays.next().unwrap();
        let half = Duration::from_millis(500);
        for _ in 0..50 {
            let pause = first(Retry::default(), Some(half));
            assert!((half..=2 * half).contains(&pause), "{pause:?}");
            assert!(first(Retry::default(), None) >= 2 * half);
            assert!(first(Retry::default().first_delay(Duration::ZERO), Some(half)) < half);
        }
        let pace = Pace { first_delay: Some(half), attempts: Some(9) };
        let mut pauses = Retry::default().tries(pace).delays;
        assert!(pauses.next().is_some() && pauses.next().unwrap() >= 2 * half && pauses.next().is_none());
    }

    #[test]
    fn pauses_may_be_as_long_as_can_be_said() {
        for least in [Duration::ZERO, Duration::from_secs(1), Duration::MAX] {
            let mut tries = Retry::default().contaminated_delay(least, Duration::MAX).tries(Pace::default());
            assert!(tries.contaminated_pause().is_some_and(|pause| pause >= least));
        }
    }
}
