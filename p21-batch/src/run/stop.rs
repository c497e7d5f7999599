//! Stopping between records.

use std::sync::Arc;

use tokio::sync::watch;

/// Stops a run between records: what is on its way is finished and noted, nothing more is begun. A program cancels it when
/// its user presses Ctrl-C.
///
/// ```no_run
/// use p21_batch::Stop;
///
/// # async fn example() {
/// let stop = Stop::default();
/// let at_ctrl_c = stop.clone();
/// tokio::spawn(async move {
///     tokio::signal::ctrl_c().await.ok();
///     at_ctrl_c.now();
/// });
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// Stops it.
    pub fn now(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was stopped.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is stopped.
    pub(crate) async fn wait(&self) {
        // The sender is this one's own, so that it can't be gone.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped).await;
    }
}
