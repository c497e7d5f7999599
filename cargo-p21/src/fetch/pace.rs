//! How many definitions are asked for at once: more while the server answers, fewer when it does not.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

/// As many as a server's pool has sessions that nobody has set up otherwise.
pub(super) const MOST: usize = 5;

/// At first: enough to hide latency, few enough to leave the ERP to its users.
const FIRST: usize = 2;

/// After so many answers without a failure there is one more at once.
const GOOD: usize = 8;

/// How many at once, by what the answers were.
pub(super) struct Pace {
    room: Semaphore,
    /// How many there may be.
    allowed: AtomicUsize,
    /// Answers since the last change.
    good: AtomicUsize,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { room: Semaphore::new(FIRST), allowed: AtomicUsize::new(FIRST), good: AtomicUsize::new(0) }
    }

    /// Waits for room. The place is given back by [`answered`](Self::answered).
    pub(super) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        self.room.acquire().await.ok()
    }

    /// The server answered, or it failed: half as many from now on then, one at least.
    pub(super) fn answered(&self, place: Option<SemaphorePermit<'_>>, is_failure: bool) {
        drop(place);
        let allowed = self.allowed.load(Ordering::Relaxed);
        if is_failure {
            self.good.store(0, Ordering::Relaxed);
            let fewer = (allowed / 2).max(1);
            // Places that are taken are not taken away: those are left out that are free.
            let gone = self.room.forget_permits(allowed - fewer);
            self.allowed.store(allowed - gone, Ordering::Relaxed);
        } else if self.good.fetch_add(1, Ordering::Relaxed) + 1 >= GOOD && allowed < MOST {
            self.good.store(0, Ordering::Relaxed);
            self.room.add_permits(1);
            self.allowed.store(allowed + 1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answers(pace: &Pace, count: usize, is_failure: bool) -> usize {
        for _ in 0..count {
            let place = pace.enter().await;
            pace.answered(place, is_failure);
        }
        assert_eq!(pace.room.available_permits(), pace.allowed.load(Ordering::Relaxed));
        pace.room.available_permits()
    }

    #[tokio::test]
    async fn a_server_that_answers_is_asked_for_more_at_once_and_one_that_fails_for_less() {
        let pace = Pace::new();
        assert_eq!(answers(&pace, GOOD - 1, false).await, FIRST);
        assert_eq!(answers(&pace, 1, false).await, FIRST + 1);
        assert_eq!(answers(&pace, 200, false).await, MOST, "never more than the pool has");
        assert_eq!(answers(&pace, 1, true).await, MOST / 2);
        assert_eq!(answers(&pace, 20, true).await, 1, "never none");
        assert_eq!(answers(&pace, GOOD, false).await, 2);
    }
}
