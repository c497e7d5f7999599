//! The pool of UI sessions that transactions run on, and how a dialog that nobody answers contaminates one of them.
//!
//! A call draws any idle session and waits if there is none. A session keeps the state of its windows: a write that
//! makes a window open a dialog leaves it up, and the next call that draws this session for the same window fails
//! while the window is being cleared, through no fault of its own. Clearing closes the dialog, so the call after that
//! finds the session clean.
//!
//! Reads take a session, too, and wait for one, but neither find a dialog nor close one: all that is known of dialogs is
//! what they do to writes. Asynchronous transactions have sessions of their own: they run on [`Session::dedicated`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::facts::settings::pool::{PoolDialog, PoolSettings};
use crate::facts::texts;

/// The sessions.
pub(crate) struct Pool {
    settings: RwLock<Arc<PoolSettings>>,
    permits: Arc<Semaphore>,
    shared: Mutex<Shared>,
}

struct Shared {
    size: usize,
    /// By session that is idle or was: the windows whose dialog is up, by service.
    dirty: BTreeMap<usize, BTreeSet<String>>,
    idle: Vec<usize>,
    /// Sessions in use. Those from `size` on don't come back.
    used: BTreeSet<usize>,
    random: fastrand::Rng,
}

/// What the pool looks like at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PoolState {
    pub(crate) size: usize,
    pub(crate) idle: usize,
    /// By session: the services whose window is contaminated.
    pub(crate) dirty: Vec<BTreeSet<String>>,
}

/// A session in use. It goes back to the pool when it is dropped.
pub(crate) struct Session {
    home: Option<Home>,
    dirty: BTreeSet<String>,
}

struct Home {
    pool: Arc<Pool>,
    index: usize,
    /// There until the session goes back.
    permit: Option<OwnedSemaphorePermit>,
}

/// Whether a transaction's window opens dialogs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialogs {
    /// It has none.
    None,
    /// It has some, and no value of the transaction opens one.
    Possible,
    /// A value of the transaction opens one.
    Opened,
}

/// A dialog was in the way.
pub(crate) struct Spoilt {
    /// What P21 says.
    pub(crate) text: String,
    /// Whether the data is stored all the same.
    pub(crate) is_stored: bool,
}

impl Pool {
    /// Sessions, all of them idle and clean.
    pub(crate) fn new(settings: PoolSettings, random_seed: u64) -> Self {
        let size = settings.size.clamp(1, MAX_SIZE);
        Self {
            permits: Arc::new(Semaphore::new(size)),
            shared: Mutex::new(Shared {
                size,
                dirty: BTreeMap::new(),
                idle: (0..size).collect(),
                used: BTreeSet::new(),
                random: fastrand::Rng::with_seed(random_seed),
            }),
            settings: RwLock::new(Arc::new(settings)),
        }
    }

    /// Any idle session; waits for one if all are in use.
    pub(crate) async fn draw(self: &Arc<Self>) -> Session {
        loop {
            // The semaphore is never closed; a session of its own would do no harm if it were.
            let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else { return Session::dedicated() };
            let mut shared = self.lock();
            let count = shared.idle.len();
            if count == 0 {
                // The pool has become smaller between the two.
                permit.forget();
                continue;
            }
            let place = shared.random.usize(..count);
            let index = shared.idle.swap_remove(place);
            let dirty = shared.dirty.remove(&index).unwrap_or_default();
            shared.used.insert(index);
            drop(shared);
            return Session { home: Some(Home { pool: Arc::clone(self), index, permit: Some(permit) }), dirty };
        }
    }

    /// Takes other settings from now on. Sessions in use that are too many end with their call.
    pub(crate) fn change(&self, mut settings: PoolSettings, contamination: f64) {
        self.resize(settings.size.clamp(1, MAX_SIZE));
        settings.contamination = settings.contamination.max(contamination);
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    fn resize(&self, size: usize) {
        let shared = &mut *self.lock();
        shared.size = size;
        let before = shared.idle.len();
        shared.idle.retain(|index| *index < size);
        shared.dirty.retain(|index, _| *index < size);
        self.permits.forget_permits(before - shared.idle.len());
        let missing: Vec<usize> =
            (0..size).filter(|index| !shared.idle.contains(index) && !shared.used.contains(index)).collect();
        self.permits.add_permits(missing.len());
        shared.idle.extend(missing);
    }

    /// Starts chance again, from a seed.
    pub(crate) fn reseed(&self, random_seed: u64) {
        self.lock().random = fastrand::Rng::with_seed(random_seed);
    }

    fn settings(&self) -> Arc<PoolSettings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a dialog is in the way of a window that is being cleared: one that was left up in its session, or somebody
    /// else's.
    fn spoilt(&self, service: &str, was_dirty: bool) -> Option<Spoilt> {
        let settings = self.settings();
        let mut shared = self.lock();
        // Always both numbers, so that one setting does not change what another one leads to.
        let (of_others, stored) = (shared.random.f64(), shared.random.f64());
        drop(shared);
        let from_others = of_others < settings.contamination && !settings.clean.contains(service);
        if !was_dirty && !from_others {
            return None;
        }
        let own = settings.dialogs.iter().find(|dialog| dialog.service == service);
        // What somebody else has left there is not of this window.
        let dialog = own.or(if was_dirty { None } else { settings.dialogs.first() });
        let text = dialog.map_or_else(|| texts::unexpected_window(None), PoolDialog::text);
        Some(Spoilt { text, is_stored: stored < settings.stored_anyway })
    }

    /// The same for a session of the Interactive API that has no place of the pool. Without contamination no chance is
    /// drawn, so that windows change nothing for transactions.
    pub(crate) fn spoilt_by_others(&self, service: &str) -> Option<Spoilt> {
        if self.settings().contamination > 0.0 { self.spoilt(service, false) } else { None }
    }

    /// How the sessions are.
    pub(crate) fn state(&self) -> PoolState {
        let shared = self.lock();
        let dirty = (0..shared.size).map(|index| shared.dirty.get(&index).cloned().unwrap_or_default());
        PoolState { size: shared.size, idle: shared.idle.len(), dirty: dirty.collect() }
    }

    /// Closes every dialog, as a restart of the middleware does.
    pub(crate) fn clean(&self) {
        self.lock().dirty.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The most sessions.
const MAX_SIZE: usize = 1_000;

impl Session {
    /// A session outside the pool: nobody else uses it, nothing contaminates it.
    pub(crate) fn dedicated() -> Self {
        Self { home: None, dirty: BTreeSet::new() }
    }

    /// Clears the service's window for the next transaction. A dialog in it fails the transaction and is gone.
    pub(crate) fn clear_window(&mut self, service: &str) -> Option<Spoilt> {
        let Home { pool, .. } = self.home.as_ref()?;
        pool.spoilt(service, self.dirty.remove(service))
    }

    /// Takes note of a dialog that was left up in the service's window.
    pub(crate) fn left_up(&mut self, service: &str) {
        let Some(Home { pool, .. }) = &self.home else { return };
        if !pool.settings().clean.contains(service) {
            self.dirty.insert(service.to_owned());
        }
    }

    /// Takes note of what a transaction has left in the service's window.
    pub(crate) fn ran(&mut self, service: &str, passed: bool, dialogs: Dialogs) {
        let Some(Home { pool, .. }) = &self.home else { return };
        let settings = pool.settings();
        let is_up = match dialogs {
            Dialogs::Opened if passed => true,
            Dialogs::None => false,
            Dialogs::Possible | Dialogs::Opened => !passed && settings.contaminated_after_failure,
        };
        if is_up {
            self.left_up(service);
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(Home { pool, index, permit }) = &mut self.home else { return };
        let mut shared = pool.lock();
        shared.used.remove(index);
        if *index < shared.size {
            shared.dirty.insert(*index, std::mem::take(&mut self.dirty));
            shared.idle.push(*index);
        } else if let Some(permit) = permit.take() {
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn no_more_sessions_are_drawn_than_there_are() {
        let pool = Arc::new(Pool::new(PoolSettings { size: 2, ..PoolSettings::default() }, 1));
        let first = pool.draw().await;
        let _second = pool.draw().await;
        assert_eq!(pool.state().idle, 0);
        let third = tokio::time::timeout(Duration::from_millis(50), pool.draw()).await;
        assert!(third.is_err(), "a third session");
        drop(first);
        assert!(tokio::time::timeout(Duration::from_secs(5), pool.draw()).await.is_ok());
    }

    #[tokio::test]
    async fn the_pool_grows_and_shrinks_under_its_users() {
        let of = |size| PoolSettings { size, ..PoolSettings::default() };
        let pool = Arc::new(Pool::new(of(3), 1));
        let state = |size, idle| PoolState { size, idle, dirty: vec![BTreeSet::new(); size] };
        let users = [pool.draw().await, pool.draw().await, pool.draw().await];
        pool.change(of(1), 0.0);
        assert_eq!(pool.state(), state(1, 0));
        let waits = tokio::time::timeout(Duration::from_millis(50), pool.draw()).await;
        assert!(waits.is_err(), "nobody has gone");
        drop(users);
        assert_eq!(pool.state(), state(1, 1));
        let one = pool.draw().await;
        assert!(tokio::time::timeout(Duration::from_millis(50), pool.draw()).await.is_err(), "there is one");
        pool.change(of(2), 0.0);
        let other = pool.draw().await;
        assert!(tokio::time::timeout(Duration::from_millis(50), pool.draw()).await.is_err(), "there are two");
        drop((one, other));
        assert_eq!(pool.state(), state(2, 2));
    }

    #[test]
    fn a_dedicated_session_is_never_spoilt() {
        let mut session = Session::dedicated();
        session.ran("PurchaseOrder", true, Dialogs::Opened);
        assert!(session.clear_window("PurchaseOrder").is_none());
    }

    #[tokio::test]
    async fn draws_repeat_with_the_seed() {
        let draws = async |seed| {
            let pool = Arc::new(Pool::new(PoolSettings::default(), seed));
            let mut drawn = Vec::new();
            for _ in 0..20 {
                drawn.push(pool.draw().await.home.as_ref().unwrap().index);
            }
            drawn
        };
        assert_eq!(draws(7).await, draws(7).await);
        assert_ne!(draws(7).await, draws(8).await);
    }
}
