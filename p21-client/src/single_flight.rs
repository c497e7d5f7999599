//! One fetch for many waiters.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use crate::Error;

/// A value that is fetched when first wanted, by one caller, for all of them.
///
/// Callers who waited while a fetch failed get that failure: a wrong password is tried once, not once a waiter.
pub(crate) struct SingleFlight<T> {
    current: RwLock<Option<Arc<T>>>,
    /// Held while fetching; holds the last fetch's failure.
    gate: Mutex<Option<Error>>,
    /// How many fetches have ended.
    ended: AtomicU64,
}

impl<T> SingleFlight<T> {
    pub(crate) fn new(value: Option<T>) -> Self {
        Self { current: RwLock::new(value.map(Arc::new)), gate: Mutex::new(None), ended: AtomicU64::new(0) }
    }

    /// The value, if `good` accepts it, else what `fetch` gets.
    pub(crate) async fn get(
        &self,
        good: impl Fn(&Arc<T>) -> bool,
        fetch: impl Future<Output = Result<T, Error>>,
    ) -> Result<Arc<T>, Error> {
        if let Some(value) = self.ready(&good) {
            return Ok(value);
        }
        let ended = self.ended.load(Ordering::Acquire);
        let mut failure = self.gate.lock().await;
        if let Some(value) = self.ready(&good) {
            return Ok(value);
        }
        if self.ended.load(Ordering::Acquire) != ended
            && let Some(failure) = &*failure
        {
            return Err(failure.clone());
        }
        let fetched = fetch.await;
        self.ended.fetch_add(1, Ordering::Release);
        match fetched {
            Ok(value) => {
                let value = Arc::new(value);
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&value));
                *failure = None;
                Ok(value)
            }
            Err(error) => {
                *failure = Some(error.clone());
                Err(error)
            }
        }
    }

    /// The value, if there is one that `good` accepts; nothing is fetched.
    pub(crate) fn ready(&self, good: impl Fn(&Arc<T>) -> bool) -> Option<Arc<T>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone().filter(good)
    }
}
