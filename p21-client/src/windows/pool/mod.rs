//! Sessions for programs that serve many at once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

mod bound;
mod lent;
mod start;

pub use lent::PooledSession;

use super::problem::WindowProblem;
use super::session::{Session, SessionBuilder};
use crate::api::Sending;
use crate::client::Client;
use crate::error::Error;
use crate::windows::TARGET;

/// How long a session may have said nothing before it is asked whether it is still there.
const CHECK_AFTER: Duration = Duration::from_secs(20);

/// How long somebody waits for a session by default: as long as P21 lets its own callers wait.
const WAIT: Duration = Duration::from_secs(60);

/// How long a user whose login was refused is left alone: an account that is tried again and again is locked.
const REST: Duration = Duration::from_secs(60);

/// Sessions that are lent, one borrower each, and taken back.
///
/// A token has one session at most, so that a pool has a session a client, and [more](SessionPoolBuilder::each) only where a
/// client may log in more than once. Whether a server grants several to one user isn't known beforehand: where it refuses
/// one, the pool goes on with those it has, logs that, and [says so](Self::status). So it does where the server says that it
/// has fewer sessions at all (`PoolSize`, from 26.1 on): once it has said so, no more are started than that.
///
/// A user whose login is refused is left alone for a minute, and said so; the others go on. Where every one was refused, that
/// is the error.
///
/// Who asks first is served first. A session that nobody used for a while is asked whether it is still there before it is
/// lent. One that comes back clean is lent again, after the windows that were left open in it are closed; one in which a
/// call broke is ended.
///
/// ```no_run
/// use p21_client::windows::SessionPool;
///
/// # async fn example(north: p21_client::Client, south: p21_client::Client) -> Result<(), p21_client::Error> {
/// let pool = SessionPool::of([north, south]).starting(|session| session.app("web shop")).build();
/// println!("{} sessions are granted", pool.warm(2).await?);
/// let session = pool.get().await?;
/// let window = session.open_named("Order").await?;
/// window.close().await?;
/// drop(session); // back to the pool
/// pool.close().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SessionPool {
    inner: Arc<Inner>,
}

type Starting = dyn Fn(SessionBuilder) -> SessionBuilder + Send + Sync;

struct Inner {
    slots: Vec<Slot>,
    turns: Arc<Semaphore>,
    wait: Duration,
    check_after: Duration,
    starting: Box<Starting>,
    state: Mutex<State>,
    /// It became known how many sessions the server has.
    bounded: Notify,
}

/// What a session may be started with.
struct Slot {
    client: Client,
    own_login: bool,
}

#[derive(Default)]
struct State {
    /// Slots without a session.
    free: Vec<usize>,
    idle: VecDeque<(usize, Arc<Session>)>,
    /// Slots whose login was refused.
    resting: Vec<Resting>,
    /// Slots that the server doesn't grant.
    refused: Vec<usize>,
    /// How many sessions servers have, where they say so.
    most: HashMap<Arc<Url>, usize>,
    closed: bool,
}

/// A slot whose login was refused, until it is tried again. It keeps its turn, which nobody could use.
struct Resting {
    slot: usize,
    until: Instant,
    error: Error,
    _turn: Option<OwnedSemaphorePermit>,
}

/// How a pool is to be.
#[must_use = "no pool yet"]
pub struct SessionPoolBuilder {
    clients: Vec<Client>,
    each: usize,
    wait: Duration,
    check_after: Duration,
    starting: Box<Starting>,
}

/// How a pool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PoolStatus {
    /// How many sessions it may have, as far as is known: what was asked for, less what the server refused.
    pub granted: usize,
    /// How many the server refused, or has no place for.
    pub refused: usize,
    /// How many are left alone for now, since their login was refused.
    pub resting: usize,
    /// How many wait to be lent.
    pub idle: usize,
    /// How many may be lent without waiting, those that aren't started yet included.
    pub available: usize,
}

impl SessionPoolBuilder {
    /// How many sessions a client may have: 1. More need as many logins, and some servers may end older tokens at a login
    /// (reported).
    pub fn each(mut self, sessions: usize) -> Self {
        self.each = sessions.max(1);
        self
    }

    /// How long somebody waits for a session: 60 s.
    pub fn wait(mut self, limit: Duration) -> Self {
        self.wait = limit;
        self
    }

    /// After how long without a call a session is asked whether it is still there before it is lent: 20 s.
    pub fn check_after(mut self, idle: Duration) -> Self {
        self.check_after = idle;
        self
    }

    /// What its sessions are like.
    pub fn starting(mut self, settings: impl Fn(SessionBuilder) -> SessionBuilder + Send + Sync + 'static) -> Self {
        self.starting = Box::new(settings);
        self
    }

    /// The pool. Nothing is started yet.
    pub fn build(self) -> SessionPool {
        let each = self.each;
        let slots: Vec<Slot> = (0..each)
            .flat_map(|login| self.clients.iter().map(move |client| (login, client.clone())))
            .map(|(login, client)| Slot { client, own_login: login > 0 })
            .collect();
        // The last one is taken first: the clients' own tokens before further logins.
        let state = State { free: (0..slots.len()).rev().collect(), ..State::default() };
        let inner = Inner {
            turns: Arc::new(Semaphore::new(slots.len().min(Semaphore::MAX_PERMITS))),
            slots,
            wait: self.wait,
            check_after: self.check_after,
            starting: self.starting,
            state: Mutex::new(state),
            bounded: Notify::new(),
        };
        SessionPool { inner: Arc::new(inner) }
    }
}

impl SessionPool {
    /// A pool of these clients: one for each user that sessions may be of.
    pub fn of(clients: impl IntoIterator<Item = Client>) -> SessionPoolBuilder {
        SessionPoolBuilder {
            clients: clients.into_iter().collect(),
            each: 1,
            wait: WAIT,
            check_after: CHECK_AFTER,
            starting: Box::new(|session| session),
        }
    }

    /// A session, in turn.
    ///
    /// # Errors
    /// None became free in time ([`PoolFull`](WindowProblem::PoolFull)), none can be started, every login was refused, or the
    /// pool was closed.
    pub async fn get(&self) -> Result<PooledSession, Error> {
        self.lend().await
    }

    fn lend(&self) -> Sending<'_, PooledSession> {
        Box::pin(async move {
            let until = crate::clock::later(Instant::now(), self.inner.wait);
            loop {
                self.inner.wake()?;
                let turn = tokio::time::timeout_at(until, Arc::clone(&self.inner.turns).acquire_owned()).await;
                let Ok(turn) = turn else { return Err(Error::of_window(WindowProblem::PoolFull, None)) };
                let Ok(turn) = turn else { return Err(Error::input("the pool of sessions was closed")) };
                // In a task of its own: whoever stops waiting leaves a session that goes back to the pool.
                let lent = tokio::spawn(start::session(Arc::clone(&self.inner), turn)).await;
                let lent =
                    lent.unwrap_or_else(|_| Err(Error::input("the runtime that the session was started on is gone")))?;
                match lent {
                    Some(session) => return Ok(session),
                    None => continue,
                }
            }
        })
    }

    /// Starts sessions until this many wait to be lent, or the server grants no more, and says how many it has.
    ///
    /// # Errors
    /// None can be started.
    pub async fn warm(&self, sessions: usize) -> Result<usize, Error> {
        let mut held = Vec::new();
        while held.len() < sessions.min(self.status().granted) {
            held.push(self.get().await?);
        }
        let warm = held.len();
        held.into_iter().for_each(PooledSession::shelve);
        Ok(warm)
    }

    /// How the pool is.
    pub fn status(&self) -> PoolStatus {
        let state = self.inner.lock();
        PoolStatus {
            granted: self.inner.granted(&state),
            refused: state.refused.len(),
            resting: state.resting.len(),
            idle: state.idle.len(),
            available: self.inner.turns.available_permits(),
        }
    }

    /// Ends its sessions. Those that are lent end when they come back, and no others are started.
    pub async fn close(&self) {
        self.inner.turns.close();
        let idle = {
            let mut state = self.inner.lock();
            state.closed = true;
            state.resting.clear();
            std::mem::take(&mut state.idle)
        };
        for (_, session) in idle {
            if let Err(error) = session.finish().await {
                tracing::warn!(target: TARGET, %error, "a session of the pool couldn't be ended");
            }
        }
    }
}

impl Inner {
    /// Takes up again those who have rested.
    ///
    /// # Errors
    /// Every login was refused.
    fn wake(&self) -> Result<(), Error> {
        let mut state = self.lock();
        let now = |slot: usize| self.slots[slot].client.inner().clock.now();
        let rested: Vec<Resting> = state.resting.extract_if(.., |of| of.until <= now(of.slot)).collect();
        state.free.splice(0..0, rested.iter().map(|of| of.slot));
        match state.resting.first() {
            Some(first) if state.resting.len() + state.refused.len() == self.slots.len() => Err(first.error.clone()),
            _ => Ok(()),
        }
    }

    /// How many slots there are that the server hasn't refused.
    fn granted(&self, state: &State) -> usize {
        self.slots.len() - state.refused.len()
    }

    fn take_idle(&self) -> Option<(usize, Arc<Session>)> {
        self.lock().idle.pop_front()
    }

    fn take_free(&self) -> Option<usize> {
        self.lock().free.pop()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody's turn and slot; both are free again when it is dropped.
struct Place {
    inner: Arc<Inner>,
    slot: Option<usize>,
    turn: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// Another slot is taken in its stead.
    fn leave(&mut self) {
        if let Some(slot) = self.slot.take() {
            self.inner.lock().free.push(slot);
        }
    }

    /// Nobody is to try it before that.
    fn rest(mut self, until: Instant, error: Error) {
        let Some(slot) = self.slot.take() else { return };
        let resting = Resting { slot, until, error, _turn: self.turn.take() };
        self.inner.lock().resting.push(resting);
    }

    /// The server doesn't grant it: neither slot nor turn come back.
    fn refuse(self) {
        if let Some(slot) = self.slot {
            self.inner.lock().refused.push(slot);
        }
        self.give_up();
    }

    /// The same where it is known already.
    fn give_up(mut self) {
        self.slot = None;
        if let Some(turn) = self.turn.take() {
            turn.forget();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
    }
}

impl std::fmt::Debug for SessionPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.status().fmt(f)
    }
}
