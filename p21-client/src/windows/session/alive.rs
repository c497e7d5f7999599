//! Keeping a session alive while nothing is done in it.

use std::sync::Arc;
use std::time::Duration;

use super::Link;
use crate::windows::TARGET;

/// P21's documented limit for a session without a call.
const IDLE: Duration = Duration::from_secs(60);

/// Whether a session is kept alive while its program does something else. A call that changes nothing is made when nothing
/// was said for a while: a look at a window that is open, else at the windows' address, which P21 refuses (that it counts
/// as use all the same is not known, and in the XML flavour there is no such call: there a window has to be open). It waits
/// its turn like any other call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum KeepAlive {
    /// It isn't: P21 ends it after its limit without a call.
    #[default]
    Never,
    /// At half of the [limit](super::SessionBuilder::idle_limit) that was asked for, else of P21's documented 60 s.
    BeforeLimit,
    /// After this long without a call.
    Every(Duration),
}

/// The task; it ends with the session.
pub(super) struct Task(tokio::task::JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub(super) fn keep(link: &Arc<Link>, alive: KeepAlive, limit: Option<Duration>) -> Option<Task> {
    let every = match alive {
        KeepAlive::Never => return None,
        KeepAlive::BeforeLimit => limit.unwrap_or(IDLE) / 2,
        KeepAlive::Every(every) => every,
    };
    let every = every.max(Duration::from_millis(100));
    let (weak, clock) = (Arc::downgrade(link), link.client.inner().clock.clone());
    Some(Task(tokio::spawn(async move {
        let mut wait = every;
        loop {
            clock.sleep(wait).await;
            let Some(link) = weak.upgrade().filter(|link| !link.has_ended()) else { return };
            let idle = link.idle();
            if idle < every {
                wait = every - idle;
                continue;
            }
            wait = every;
            if let Err(error) = link.use_idly().await {
                tracing::debug!(target: TARGET, %error, "the session couldn't be kept alive");
            }
        }
    })))
}
