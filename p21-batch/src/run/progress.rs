//! How far a run is.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::journal::{Settled, State, Tally};

/// Is told how far a run is: whenever something is settled, so often.
pub trait Progress: Send + Sync {
    /// How far it is now.
    fn at(&self, snapshot: &Snapshot);
}

impl<F: Fn(&Snapshot) + Send + Sync> Progress for F {
    fn at(&self, snapshot: &Snapshot) {
        self(snapshot);
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Snapshot {
    /// All of its records.
    pub total: u64,
    /// Stored.
    pub stored: u64,
    /// Not stored, and known not to be.
    pub refused: u64,
    /// Nobody knows.
    pub ambiguous: u64,
    /// Records that were settled by this program, a second.
    pub rate: f64,
    /// How long it will take at this rate; `None` as long as nothing was settled.
    pub left: Option<Duration>,
}

/// Counts what is settled.
pub(super) struct Counter {
    since: Instant,
    total: u64,
    /// What was settled, and how much of it here.
    state: Mutex<(Tally, u64)>,
}

impl Counter {
    pub(super) fn new(tally: Tally) -> Self {
        Self { since: Instant::now(), total: tally.total(), state: Mutex::new((tally, 0)) }
    }

    pub(super) fn settled(&self, settled: &[Settled]) -> Snapshot {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (tally, here) = &mut *state;
        for one in settled {
            match one.state {
                State::Stored => tally.stored += 1,
                State::Ambiguous => tally.ambiguous += 1,
                _ => tally.refused += 1,
            }
            *here += 1;
        }
        self.snapshot(tally, *here)
    }

    /// As many as those were refused before, and are planned again.
    pub(super) fn again(&self, records: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0.refused = state.0.refused.saturating_sub(records);
        state.1 = state.1.saturating_sub(records);
    }

    fn snapshot(&self, tally: &Tally, here: u64) -> Snapshot {
        let (total, rate) = (self.total, here as f64 / self.since.elapsed().as_secs_f64().max(0.001));
        let rest = total.saturating_sub(tally.stored + tally.refused + tally.ambiguous);
        let left = (here > 0).then(|| Duration::try_from_secs_f64(rest as f64 / rate).ok()).flatten();
        Snapshot { total, stored: tally.stored, refused: tally.refused, ambiguous: tally.ambiguous, rate, left }
    }
}
