//! When it makes no sense to go on.

use std::sync::{Mutex, PoisonError};

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
