//! How fast records go, and when it makes no sense to go on.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Stop;

/// At most so many records a second.
#[derive(Debug)]
pub(super) struct Pace {
    /// Between two records.
    every: Option<Duration>,
    /// Up to that much more, at random.
    jitter: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn new(rate: Option<f64>, jitter: Duration) -> Self {
        let every = rate.filter(|rate| *rate > 0.0).and_then(|rate| Duration::try_from_secs_f64(1.0 / rate).ok());
        Self { every, jitter, next: Mutex::new(None) }
    }

    /// Waits for the turn of some records, or until the run is stopped.
    pub(super) async fn wait(&self, records: usize, stop: &Stop) {
        let mut pause = self.jitter.mul_f64(fastrand::f64());
        if let Some(every) = self.every {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = turn.checked_add(every.saturating_mul(u32::try_from(records).unwrap_or(u32::MAX)));
            pause += turn.duration_since(now);
        }
        if !pause.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.wait() => {}
            }
        }
    }
}

/// Opens when P21 answers nothing but errors.
#[derive(Debug)]
pub(super) struct Breaker {
    most: Option<u32>,
    state: Mutex<Broken>,
}

#[derive(Debug, Default)]
struct Broken {
    in_a_row: u32,
    why: Option<String>,
}

impl Breaker {
    pub(super) fn new(most: Option<u32>) -> Self {
        Self { most, state: Mutex::default() }
    }

    /// Something was stored.
    pub(super) fn passed(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).in_a_row = 0;
    }

    /// P21 answered an error, or not at all.
    pub(super) fn failed(&self, error: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.in_a_row += 1;
        let in_a_row = state.in_a_row;
        if self.most.is_some_and(|most| in_a_row >= most) && state.why.is_none() {
            state.why = Some(format!("{in_a_row} records in a row were not stored, the last because of: {error}"));
        }
    }

    /// It makes no sense to go on at all.
    pub(super) fn open(&self, why: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.why.get_or_insert_with(|| why.to_owned());
    }

    /// Why the run stops, if it does.
    pub(super) fn why(&self) -> Option<String> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).why.clone()
    }
}
