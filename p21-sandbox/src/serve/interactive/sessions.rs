//! Who has a session, and for how long.
//!
//! A session occupies a slot, of its token or of its user, and a place of a pool. It ends when it is deleted with its own
//! token, when it was idle for too long, or, if nobody can delete it any more, with the cleanup. All of it goes by the
//! sandbox's clock, and is looked at whenever somebody asks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::request::SessionWanted;
use super::session::Session;
use crate::facts::clock::Clock;
use crate::facts::config::Config;
use crate::facts::settings::interactive::{IdleSession, SessionSlot};
use crate::serve::http::Bearer;
use crate::serve::pool::{self, Pool};
use crate::window::Caller;

/// The sessions of a sandbox.
pub(crate) struct Sessions {
    list: Mutex<Vec<Arc<Session>>>,
    /// Tells those who wait that a place is free.
    freed: watch::Sender<()>,
}

/// Why there is no new session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotMade {
    /// The slot has one already.
    Exists,
    /// No place was free in time.
    Full,
}

/// The most sessions, whatever the settings say.
const MAX_SESSIONS: usize = 1_000;

impl Default for Sessions {
    fn default() -> Self {
        Self { list: Mutex::default(), freed: watch::Sender::new(()) }
    }
}

impl Sessions {
    /// Makes a session, once there is a place for it.
    pub(super) async fn create(
        &self,
        config: &Config,
        pool: &Arc<Pool>,
        (caller, bearer): (Caller, Bearer),
        wanted: &SessionWanted,
        is_ghost: bool,
    ) -> Result<Arc<Session>, NotMade> {
        let clock = &config.clock;
        let deadline = clock.after(config.interactive.pool_wait);
        let mut freed = self.freed.subscribe();
        loop {
            let place = match config.interactive.shares_pool {
                true => self.draw(config, pool, (&caller, bearer), deadline).await?,
                false => None,
            };
            if let Some(session) = self.try_create(config, (&caller, bearer), wanted, (is_ghost, place))? {
                return Ok(session);
            }
            let left = until(clock, deadline);
            if left.is_zero() {
                return Err(NotMade::Full);
            }
            let next = self.next_end(config).map_or(left, |next| left.min(until(clock, next)));
            tokio::select! {
                () = clock.sleep(next) => {}
                _ = freed.changed() => {}
            }
        }
    }

    /// A place of the pool that transactions run on.
    async fn draw(
        &self,
        config: &Config,
        pool: &Arc<Pool>,
        (caller, bearer): (&Caller, Bearer),
        deadline: Timestamp,
    ) -> Result<Option<pool::Session>, NotMade> {
        if self.of(config, caller, bearer).is_some() {
            return Err(NotMade::Exists);
        }
        tokio::select! {
            place = pool.draw() => Ok(Some(place)),
            () = config.clock.sleep(until(&config.clock, deadline)) => Err(NotMade::Full),
        }
    }

    /// A session, if there is a place.
    fn try_create(
        &self,
        config: &Config,
        (caller, bearer): (&Caller, Bearer),
        wanted: &SessionWanted,
        (is_ghost, place): (bool, Option<pool::Session>),
    ) -> Result<Option<Arc<Session>>, NotMade> {
        let mut list = self.lock();
        purge(&mut list, config);
        if list.iter().any(|session| is_slot(session, config, caller, bearer)) {
            return Err(NotMade::Exists);
        }
        if list.len() >= config.interactive.pool_size.clamp(1, MAX_SESSIONS) {
            return Ok(None);
        }
        let session = Arc::new(Session::new(config, caller.clone(), bearer, wanted, is_ghost, place));
        list.push(Arc::clone(&session));
        Ok(Some(session))
    }

    /// The session that a caller occupies, whether or not it can be used.
    fn of(&self, config: &Config, caller: &Caller, bearer: Bearer) -> Option<Arc<Session>> {
        let mut list = self.lock();
        purge(&mut list, config);
        list.iter().find(|session| is_slot(session, config, caller, bearer)).cloned()
    }

    /// The session of a token, if it can be used; it is in use now.
    pub(super) fn used_by(&self, config: &Config, bearer: Bearer) -> Option<Arc<Session>> {
        let mut list = self.lock();
        purge(&mut list, config);
        let session = list.iter().find(|session| session.bearer.number == bearer.number)?;
        let is_usable = !session.is_ghost && !session.is_idle(config.clock.now());
        is_usable.then(|| {
            session.touch(config.clock.now());
            Arc::clone(session)
        })
    }

    /// Ends the session of a token. `false` if it has none.
    pub(super) fn end(&self, config: &Config, bearer: Bearer) -> bool {
        let mut list = self.lock();
        purge(&mut list, config);
        let before = list.len();
        list.retain(|session| session.bearer.number != bearer.number);
        let has_ended = list.len() < before;
        drop(list);
        self.freed.send_replace(());
        has_ended
    }

    /// Every session that is listed.
    pub(crate) fn all(&self, config: &Config) -> Vec<Arc<Session>> {
        let mut list = self.lock();
        purge(&mut list, config);
        list.clone()
    }

    /// Every session ends, as with a restart of the server.
    pub(crate) fn clear(&self) {
        self.lock().clear();
        self.freed.send_replace(());
    }

    /// When the next session ends by itself.
    fn next_end(&self, config: &Config) -> Option<Timestamp> {
        self.lock().iter().map(|session| end_of(session, config)).min()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Session>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_slot(session: &Session, config: &Config, caller: &Caller, bearer: Bearer) -> bool {
    match config.unknowns.session_slot {
        SessionSlot::Token => session.bearer.number == bearer.number,
        SessionSlot::User => session.caller.user == caller.user,
    }
}

/// Forgets the sessions that have ended by themselves.
fn purge(list: &mut Vec<Arc<Session>>, config: &Config) {
    let now = config.clock.now();
    list.retain(|session| now < end_of(session, config));
    for session in list.iter().filter(|session| session.is_idle(now)) {
        session.forget_windows();
    }
}

/// When a session ends by itself: with its timeout, or with the cleanup.
fn end_of(session: &Session, config: &Config) -> Timestamp {
    let cleanup = config.interactive.cleanup_expiration;
    let is_listed = config.unknowns.idle_session == IdleSession::Listed;
    let after = match session.is_ghost {
        true => cleanup,
        false if is_listed => session.timeout.max(cleanup),
        false => session.timeout,
    };
    let after = SignedDuration::try_from(after).unwrap_or(SignedDuration::MAX);
    session.last_used().saturating_add(after).unwrap_or(Timestamp::MAX)
}

/// How long it is until a moment; at least a millisecond, so that waiting goes on.
fn until(clock: &Clock, end: Timestamp) -> Duration {
    Duration::try_from(end.duration_since(clock.now())).unwrap_or_default()
}
