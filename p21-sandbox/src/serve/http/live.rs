//! Settings that are changed while the sandbox runs: every request sees one state of them, from its start to its end.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::FromRef;

use super::State;
use crate::facts::config::Config;
use crate::facts::settings::levers::{self, When};

/// The setting that chance starts from.
const RANDOM_SEED: &str = "random_seed";

/// What the server has now.
#[derive(Clone)]
pub(crate) struct Live(Arc<RwLock<State>>);

impl FromRef<Live> for State {
    fn from_ref(live: &Live) -> Self {
        live.now()
    }
}

impl Live {
    pub(crate) fn new(state: State) -> Self {
        Self(Arc::new(RwLock::new(state)))
    }

    /// As it is at this moment.
    pub(crate) fn now(&self) -> State {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes settings by their names: all of them, or none.
    pub(crate) fn set<'a>(&self, settings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<(), String> {
        let mut reseeds = false;
        self.change(|config| {
            settings.into_iter().try_for_each(|(name, value)| {
                reseeds |= name == RANDOM_SEED;
                levers::set(config, name, value, When::Live)
            })
        })?;
        // The same seed again starts the same chance again.
        if reseeds {
            let state = self.now();
            let seed = state.engine.config.random_seed;
            state.pool.reseed(seed);
            state.faults.reseed(seed);
        }
        Ok(())
    }

    /// Changes settings that can be changed now.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Config) -> Result<(), String>) -> Result<(), String> {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut config = state.engine.config.clone();
        change(&mut config)?;
        state.faults.change(&config.faults);
        state.pool.change(config.pool.clone(), config.faults.chances.contamination);
        state.jobs.set_slots(&config.asynchronous);
        if config.reports.transient_faults != state.engine.config.reports.transient_faults {
            state.report_faults.store(config.reports.transient_faults, Ordering::Relaxed);
        }
        state.engine = Arc::new(state.engine.with(config));
        Ok(())
    }
}
