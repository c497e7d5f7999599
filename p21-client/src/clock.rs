//! What time it is, so that tests can move it.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use p21_model::value::Date;
use tokio::sync::watch;
use tokio::time::Instant;

/// The clock of a client: when a token expires, until when a write may land, what day it is.
///
/// The real one unless [`ClientBuilder::clock`](crate::ClientBuilder::clock) says otherwise. A test moves its own:
///
/// ```
/// use std::time::Duration;
/// use p21_client::Clock;
///
/// let clock = Clock::starting_at("2026-11-21T09:00:00Z".parse()?);
/// clock.advance(Duration::from_secs(3_600));
/// assert!(clock.timestamp() >= "2026-11-21T10:00:00Z".parse()?);
/// # Ok::<(), jiff::Error>(())
/// ```
///
/// Time limits of calls ([`Timeouts`](crate::Timeouts)) and pauses before repetitions are real in any case: they are about
/// connections.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<Moved>>);

/// A clock that runs ahead of the real one, or behind.
#[derive(Debug)]
struct Moved {
    /// Between the real date and the first one of this clock.
    date: SignedDuration,
    /// How far it was moved since.
    ahead: watch::Sender<Duration>,
}

impl Clock {
    /// A clock that can be [moved](Self::advance), and runs with the real one in between.
    pub fn movable() -> Self {
        Self::starting_at(Timestamp::now())
    }

    /// The same, with another date.
    pub fn starting_at(now: Timestamp) -> Self {
        Self(Some(Arc::new(Moved { date: now.duration_since(Timestamp::now()), ahead: watch::Sender::default() })))
    }

    /// Moves it forward, and wakes whoever waits for it. The real clock isn't moved by this.
    pub fn advance(&self, by: Duration) {
        if let Some(moved) = &self.0 {
            moved.ahead.send_modify(|ahead| *ahead = ahead.saturating_add(by));
        }
    }

    /// The date and time.
    pub fn timestamp(&self) -> Timestamp {
        let now = Timestamp::now();
        let Some(moved) = &self.0 else { return now };
        let ahead = SignedDuration::try_from(*moved.ahead.borrow()).unwrap_or(SignedDuration::MAX);
        now.saturating_add(moved.date.saturating_add(ahead)).unwrap_or(now)
    }

    /// The day in a zone; without one the day that no place on Earth has left behind yet (UTC-12), so that only what is past
    /// everywhere is past.
    pub(crate) fn today(&self, zone: Option<&TimeZone>) -> Date {
        let last = || TimeZone::fixed(jiff::tz::offset(-12));
        self.timestamp().to_zoned(zone.cloned().unwrap_or_else(last)).date()
    }

    pub(crate) fn now(&self) -> Instant {
        let now = Instant::now();
        let ahead = self.0.as_ref().map(|moved| *moved.ahead.borrow()).unwrap_or_default();
        now.checked_add(ahead).unwrap_or(now)
    }

    /// Waits until it has gone on by that much.
    pub async fn sleep(&self, time: Duration) {
        let Some(moved) = &self.0 else { return tokio::time::sleep(time).await };
        let mut ahead = moved.ahead.subscribe();
        let until = later(self.now(), time);
        while let Some(rest) = until.checked_duration_since(self.now()).filter(|rest| !rest.is_zero()) {
            let _ = tokio::time::timeout(rest, ahead.changed()).await;
        }
    }
}

/// A limit too far away for the clock.
const NEVER: Duration = Duration::from_secs(30 * 365 * 86_400);

/// So long after that, however long that is.
pub(crate) fn later(than: Instant, by: Duration) -> Instant {
    than.checked_add(by).unwrap_or_else(|| than + NEVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_moved_clock_wakes_who_waits_for_it() {
        let clock = Clock::movable();
        let start = Instant::now();
        let hour = Duration::from_secs(3_600);
        let (moved, waits) = (clock.clone(), clock.sleep(hour));
        tokio::join!(waits, async {
            tokio::task::yield_now().await;
            moved.advance(hour / 2);
            tokio::task::yield_now().await;
            moved.advance(hour);
        });
        assert!(start.elapsed() < hour / 2 && clock.now() >= start + hour);
    }

    #[test]
    fn the_day_is_that_of_the_server() {
        let clock = Clock::starting_at("2026-11-21T03:00:00Z".parse().unwrap());
        let day = |zone: Option<TimeZone>| clock.today(zone.as_ref()).to_string();
        assert_eq!(day(Some(TimeZone::UTC)), "2026-11-21");
        assert_eq!(day(Some(TimeZone::fixed(jiff::tz::offset(-6)))), "2026-11-20");
        assert_eq!(day(None), "2026-11-20", "it may still be the day before somewhere");
    }
}
