//! A session that is lent, and how it comes back.

use std::ops::Deref;
use std::sync::{Arc, PoisonError};

use super::Place;
use crate::windows::TARGET;
use crate::windows::session::Session;

/// A session of a [`SessionPool`](super::SessionPool), lent until it is dropped.
#[must_use = "dropped, it goes back to the pool"]
pub struct PooledSession {
    pub(super) session: Arc<Session>,
    pub(super) place: Place,
}

impl PooledSession {
    /// Puts one that nobody used back at once.
    pub(super) fn shelve(mut self) {
        let mut state = self.place.inner.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = self.place.slot.take() {
            state.idle.push_back((slot, Arc::clone(&self.session)));
        }
    }
}

impl Deref for PooledSession {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl Drop for PooledSession {
    fn drop(&mut self) {
        if self.place.slot.is_none() {
            return;
        }
        let inner = Arc::clone(&self.place.inner);
        let place = Place { slot: self.place.slot.take(), turn: self.place.turn.take(), inner };
        // Without a runtime it just ends.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        drop(runtime.spawn(give_back(Arc::clone(&self.session), place)));
    }
}

/// Takes a session back, if it can be lent again; else ends it.
async fn give_back(session: Arc<Session>, mut place: Place) {
    let is_clean = session.is_sound() && !place.inner.lock().closed && session.close_windows().await.is_ok();
    if !is_clean {
        if let Err(error) = session.finish().await {
            tracing::warn!(target: TARGET, %error, "a session of the pool couldn't be ended");
        }
        return;
    }
    let mut state = place.inner.state.lock().unwrap_or_else(PoisonError::into_inner);
    if state.closed {
        return;
    }
    if let Some(slot) = place.slot.take() {
        state.idle.push_back((slot, session));
    }
}

impl std::fmt::Debug for PooledSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PooledSession").field(&self.session.id()).finish()
    }
}
