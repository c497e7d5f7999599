//! Ending sessions that nobody ended.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::Link;
use crate::error::Error;
use crate::windows::TARGET;

/// How long a thread is waited for that ends a session where no runtime is left to do it.
const BRIEFLY: Duration = Duration::from_secs(3);

/// Ends a session whose owner is gone: in a task, if there is a runtime, else in a thread of its own.
pub(super) fn on_drop(link: &Arc<Link>) {
    if link.has_ended() {
        return;
    }
    let link = Arc::clone(link);
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => {
            let ending = Ending::of(&link);
            drop(runtime.spawn(async move {
                if let Err(error) = ending.run().await {
                    tracing::warn!(target: TARGET, %error, "a session that was dropped couldn't be ended");
                }
            }));
        }
        Err(_) => in_thread(&link),
    }
}

/// The task that ends a session. A runtime that goes drops its tasks: then a thread does it, and is waited for.
pub(super) struct Ending {
    link: Arc<Link>,
    done: bool,
}

impl Ending {
    pub(super) fn of(link: &Arc<Link>) -> Self {
        Self { link: Arc::clone(link), done: false }
    }

    pub(super) async fn run(mut self) -> Result<(), Error> {
        let ended = self.link.end().await;
        self.done = true;
        ended
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if !self.done {
            in_thread(&self.link);
        }
    }
}

fn in_thread(link: &Arc<Link>) {
    let link = Arc::clone(link);
    let (done, wait) = mpsc::channel();
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let ended = runtime.map(|runtime| runtime.block_on(link.end_elsewhere(BRIEFLY)));
        if let Ok(Err(error)) = &ended {
            tracing::warn!(target: TARGET, %error, "a session that was dropped couldn't be ended");
        }
        // Nobody may be waiting any more.
        let _ = done.send(());
    };
    if std::thread::Builder::new().name("p21-session-end".to_owned()).spawn(work).is_ok() {
        // A program that ends would take the thread with it.
        let _ = wait.recv_timeout(BRIEFLY);
    }
}
