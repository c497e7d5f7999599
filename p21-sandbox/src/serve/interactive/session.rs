//! A session: who it is of, and its windows.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::form::Form;
use super::popup::Popup;
use super::request::SessionWanted;
use crate::facts::config::Config;
use crate::serve::http::Bearer;
use crate::serve::pool;
use crate::window::Caller;

/// A session.
pub(crate) struct Session {
    pub(super) id: Uuid,
    pub(super) caller: Caller,
    pub(super) bearer: Bearer,
    /// It was left by a call that failed: nobody has its id, and it can only be deleted.
    pub(super) is_ghost: bool,
    /// Response windows are handed out.
    pub(super) hands_out: bool,
    pub(super) timeout: Duration,
    pub(super) kind: String,
    pub(super) app: String,
    pub(super) workstation: String,
    last_used: AtomicI64,
    windows: Mutex<OpenWindows>,
    /// A place of the pool that transactions run on, as long as the session lives.
    place: Mutex<Option<pool::Session>>,
}

/// The windows of a session, by their ids.
#[derive(Default)]
pub(super) struct OpenWindows {
    pub(super) forms: HashMap<String, Form>,
    pub(super) popups: HashMap<String, Popup>,
}

/// The longest texts that a session keeps of what it was told.
const MAX_LABEL: usize = 200;

/// The longest time that a session may be idle.
const MAX_TIMEOUT: Duration = Duration::from_secs(86_400);

impl Session {
    pub(super) fn new(
        config: &Config,
        caller: Caller,
        bearer: Bearer,
        wanted: &SessionWanted,
        is_ghost: bool,
        place: Option<pool::Session>,
    ) -> Self {
        let seconds = wanted.timeout.and_then(|seconds| u64::try_from(seconds.0).ok()).filter(|seconds| *seconds > 0);
        let label = |text: &str| text.chars().take(MAX_LABEL).collect();
        Self {
            id: Uuid::new_v4(),
            caller,
            bearer,
            is_ghost,
            hands_out: wanted.hands_out.map_or(config.interactive.response_windows, |flag| flag.0),
            timeout: seconds.map_or(config.interactive.session_timeout, Duration::from_secs).min(MAX_TIMEOUT),
            kind: label(wanted.kind.0.as_deref().unwrap_or("User")),
            app: label(wanted.app.as_str()),
            workstation: label(wanted.workstation.as_str()),
            last_used: AtomicI64::new(config.clock.now().as_millisecond()),
            windows: Mutex::default(),
            place: Mutex::new(place),
        }
    }

    /// The windows: one call of a session after the other.
    pub(super) fn windows(&self) -> MutexGuard<'_, OpenWindows> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody uses it.
    pub(super) fn touch(&self, now: Timestamp) {
        self.last_used.store(now.as_millisecond(), Ordering::Relaxed);
    }

    pub(super) fn last_used(&self) -> Timestamp {
        Timestamp::from_millisecond(self.last_used.load(Ordering::Relaxed)).unwrap_or(Timestamp::MIN)
    }

    /// Whether it was idle for too long.
    pub(super) fn is_idle(&self, now: Timestamp) -> bool {
        Duration::try_from(now.duration_since(self.last_used())).is_ok_and(|idle| idle >= self.timeout)
    }

    /// Its windows are gone. A call that is at work in one of them ends first.
    pub(super) fn forget_windows(&self) {
        if let Ok(mut windows) = self.windows.try_lock() {
            self.leave(&std::mem::take(&mut *windows));
        }
    }

    /// What its windows ask stays up in its place of the pool.
    fn leave(&self, windows: &OpenWindows) {
        if let Some(place) = &mut *self.place.lock().unwrap_or_else(PoisonError::into_inner) {
            let asking = windows.forms.values().filter(|form| form.popup.is_some());
            asking.for_each(|form| place.left_up(form.window.service.name()));
        }
    }

    /// Whether a dialog is in the way of a window that is opened, saved or cleared.
    pub(super) fn spoilt(&self, pool: &pool::Pool, service: &str) -> Option<pool::Spoilt> {
        match &mut *self.place.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(place) => place.clear_window(service),
            None => pool.spoilt_by_others(service),
        }
    }

    /// How many windows are open in it, popups included.
    pub(crate) fn window_count(&self) -> usize {
        let windows = self.windows();
        windows.forms.len() + windows.popups.len()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let windows = std::mem::take(&mut *self.windows());
        self.leave(&windows);
    }
}
