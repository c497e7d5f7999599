//! A session for whoever has the turn: one that waits, or a new one.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use super::{Inner, Place, PooledSession, REST};
use crate::error::Error;
use crate::windows::TARGET;
use crate::windows::problem::WindowProblem;

/// A session for whoever has the turn; `None` if the server doesn't grant one more.
pub(super) async fn session(inner: Arc<Inner>, turn: OwnedSemaphorePermit) -> Result<Option<PooledSession>, Error> {
    let mut place = Place { inner: Arc::clone(&inner), slot: None, turn: Some(turn) };
    while let Some((slot, session)) = inner.take_idle() {
        place.slot = Some(slot);
        if session.idle() < inner.check_after || session.check().await.is_ok() {
            return Ok(Some(PooledSession { session, place }));
        }
        // Ended before another begins with its token: what ends a session ends whichever the token has.
        let ended = session.finish().await;
        tracing::info!(target: TARGET, ended = ended.is_ok(), "a session of the pool was gone");
        place.leave();
    }
    let Some(slot) = inner.take_free() else { return Ok(None) };
    place.slot = Some(slot);
    let of = &inner.slots[slot];
    let mut builder = (inner.starting)(of.client.session());
    if of.own_login {
        // One that the server doesn't grant is not waited for: others of this user are lent meanwhile.
        builder = builder.own_login().patience(Duration::ZERO);
    }
    let started = tokio::select! {
        started = builder.start() => started,
        // A server that has no place for it makes it wait for long, while others come back.
        () = inner.is_beyond(slot) => {
            place.give_up();
            return Ok(None);
        }
    };
    match started {
        Ok(session) => {
            if let Some(most) = session.created().pool_size() {
                inner.bound(slot, most);
            }
            Ok(Some(PooledSession { session: Arc::new(session), place }))
        }
        Err(error) if of.own_login && matches!(error.window_problem(), Some(WindowProblem::SessionExists)) => {
            place.refuse();
            let granted = inner.granted(&inner.lock());
            tracing::warn!(
                target: TARGET, granted,
                "the server grants this user no further session; the pool goes on with fewer"
            );
            Ok(None)
        }
        Err(error) if is_refused(&error) => {
            tracing::warn!(target: TARGET, %error, "a user's login was refused; the pool goes on without it for now");
            place.rest(of.client.inner().clock.now() + REST, error);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Whether it is the user that was refused, whatever is asked for.
fn is_refused(error: &Error) -> bool {
    error.is_auth() || matches!(error.window_problem(), Some(WindowProblem::NoSuchUser))
}
