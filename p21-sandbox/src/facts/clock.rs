//! The one clock of a sandbox.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, Zoned};
use tokio::sync::watch;

/// The clock that a sandbox goes by: its day, its time stamps, the lives of tokens, how long queued transactions take.
///
/// It goes as the machine's does until it is moved, and goes on from there. Clones are the same clock, so a test keeps one
/// and moves it while the sandbox runs. What answers are delayed by ([`Latency`](crate::Latency)) and the limits of
/// connections are the machine's own time.
///
/// ```no_run
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// let sandbox = p21_sandbox::Sandbox::builder().start().await?;
/// // ... log in ...
/// sandbox.clock().advance(Duration::from_secs(86_401));
/// // ... the token has expired, and it is tomorrow.
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Clock {
    /// How far it is from the machine's, in milliseconds.
    offset: Arc<AtomicI64>,
    moved: watch::Sender<()>,
}

impl Default for Clock {
    /// The machine's time.
    fn default() -> Self {
        Self { offset: Arc::default(), moved: watch::Sender::new(()) }
    }
}

impl Clock {
    /// The moment it is, in milliseconds: what P21 shows has no finer fractions.
    pub fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_millis(self.offset.load(Ordering::Relaxed));
        let now = Timestamp::now().saturating_add(offset).unwrap_or(Timestamp::MAX);
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// The day it is, in the machine's time zone.
    pub fn today(&self) -> Date {
        self.local().date()
    }

    /// Moves it to a moment, forwards or back.
    pub fn set(&self, now: Timestamp) {
        self.move_by(now.as_millisecond() - self.now().as_millisecond());
    }

    /// Moves it forwards.
    pub fn advance(&self, by: Duration) {
        self.move_by(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
    }

    fn move_by(&self, milliseconds: i64) {
        let moved = |offset: i64| Some(offset.saturating_add(milliseconds));
        let _ = self.offset.fetch_update(Ordering::Relaxed, Ordering::Relaxed, moved);
        self.moved.send_replace(());
    }

    /// The moment it is, in the machine's time zone.
    pub(crate) fn local(&self) -> Zoned {
        self.now().to_zoned(jiff::tz::TimeZone::system())
    }

    /// Noon of a day.
    pub(crate) fn set_day(&self, day: Date) {
        if let Ok(noon) = day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::system()) {
            self.set(noon.timestamp());
        }
    }

    /// The moment that is some time from now.
    pub(crate) fn after(&self, time: Duration) -> Timestamp {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        self.now().checked_add(time).unwrap_or(Timestamp::MAX)
    }

    /// Waits until this clock has gone on by some time, moved or not.
    pub(crate) async fn sleep(&self, time: Duration) {
        let end = self.after(time);
        let mut moved = self.moved.subscribe();
        loop {
            let left = Duration::try_from(end.duration_since(self.now())).unwrap_or_default();
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = moved.changed() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_from_where_it_is_moved() {
        let clock = Clock::default();
        clock.set_day(Date::constant(2031, 2, 28));
        assert_eq!(clock.today(), Date::constant(2031, 2, 28));
        clock.clone().advance(Duration::from_secs(86_400));
        assert_eq!(clock.today(), Date::constant(2031, 3, 1));
        let before = clock.now();
        assert!(clock.now() >= before);
        clock.advance(Duration::MAX);
        clock.set(Timestamp::MIN);
        assert!(clock.after(Duration::MAX) >= clock.now());
    }

    #[tokio::test]
    async fn what_sleeps_by_it_wakes_when_it_is_moved() {
        let clock = Clock::default();
        let sleeping = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(86_400)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(86_401));
        tokio::time::timeout(Duration::from_secs(60), sleeping).await.unwrap().unwrap();
    }
}
