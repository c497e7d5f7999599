//! How many definitions are asked for at once: more while the server answers, fewer when it does not.

use std::sync::{Mutex, PoisonError};

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
    state: Mutex<State>,
}

struct State {
    /// How many there may be.
    allowed: usize,
    /// How many places there are: more than are allowed, until those are given back that are taken.
    places: usize,
    /// Answers since the last change.
    good: usize,
}

impl Pace {
    pub(super) fn new() -> Self {
        let state = State { allowed: FIRST, places: FIRST, good: 0 };
        Self { room: Semaphore::new(FIRST), state: Mutex::new(state) }
    }

    /// Waits for room. The place is given back by [`answered`](Self::answered).
    pub(super) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        self.room.acquire().await.ok()
    }

    /// The server answered, or it failed: half as many from now on then, one at least.
    pub(super) fn answered(&self, place: Option<SemaphorePermit<'_>>, is_failure: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if is_failure {
            state.good = 0;
            state.allowed = (state.allowed / 2).max(1);
        } else {
            state.good += 1;
            if state.good >= GOOD && state.allowed < MOST {
                state.good = 0;
                state.allowed += 1;
            }
        }
        if state.places < state.allowed {
            self.room.add_permits(state.allowed - state.places);
            state.places = state.allowed;
        }
        // A place too many goes with whoever had it: given back, it would be taken by the next that waits.
        match place {
            Some(place) if state.places > state.allowed => {
                place.forget();
                state.places -= 1;
            }
            place => drop(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    async fn answers(pace: &Pace, count: usize, is_failure: bool) -> usize {
        for _ in 0..count {
            let place = pace.enter().await;
            pace.answered(place, is_failure);
        }
        let places = pace.room.available_permits();
        assert_eq!(places, pace.state.lock().unwrap().places);
        places
    }

    #[tokio::test]
    async fn a_server_that_answers_is_asked_for_more_at_once_and_one_that_fails_for_less() {
        let pace = Pace::new();
        assert_eq!(answers(&pace, GOOD - 1, false).await, FIRST);
        assert_eq!(answers(&pace, 1, false).await, FIRST + 1);
        assert_eq!(answers(&pace, 200, false).await, MOST, "never more than the pool has");
        assert_eq!(answers(&pace, 4, true).await, 1, "never none");
        assert_eq!(answers(&pace, GOOD, false).await, 2);
    }

    /// Whoever waits does not get the place of one that failed.
    #[tokio::test]
    async fn there_are_fewer_places_though_somebody_waits_for_each() {
        let pace = Pace::new();
        assert_eq!(answers(&pace, 200, false).await, MOST);
        let mut taken = Vec::new();
        for _ in 0..MOST {
            taken.push(pace.enter().await);
        }
        let waiting = async { while pace.enter().await.map(SemaphorePermit::forget).is_some() {} };
        let mut waiting = std::pin::pin!(waiting);
        let mut still_waits = || waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
        assert!(still_waits());
        for place in taken.drain(..) {
            pace.answered(place, true);
            assert!(still_waits());
        }
        assert_eq!(pace.state.lock().unwrap().places, 1);
    }
}
