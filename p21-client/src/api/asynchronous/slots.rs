//! How many asynchronous requests this client has running at P21.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use p21_model::asynchronous::AsyncRequest;
use reqwest::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Ticket;
use crate::client::Client;
use crate::error::{Error, TimeLimit};

/// How many run at once by default: the server's own default (`AsyncRequests.QueueCapacity`).
pub(crate) const MAX_ASYNC: usize = 2;

/// The slots, and who has them.
///
/// A slot is taken until P21 says that the request is done, not until somebody waits for it. Whoever needs a slot asks
/// about the requests that have them, so that nobody waits for a request that nobody asks about.
pub(crate) struct Slots {
    free: Arc<Semaphore>,
    running: Mutex<Vec<Arc<Job>>>,
    /// One asks at a time, the others wait in line.
    line: tokio::sync::Mutex<()>,
}

/// A request that was sent.
pub(crate) struct Job {
    pub(super) ticket: Ticket,
    slot: Mutex<Option<OwnedSemaphorePermit>>,
    done: OnceLock<AsyncRequest>,
}

impl Slots {
    pub(crate) fn new(capacity: usize) -> Self {
        let free = Arc::new(Semaphore::new(capacity.clamp(1, Semaphore::MAX_PERMITS)));
        Self { free, running: Mutex::default(), line: tokio::sync::Mutex::default() }
    }

    /// Remembers a request that has a slot.
    pub(super) fn register(&self, ticket: Ticket, slot: OwnedSemaphorePermit) -> Arc<Job> {
        let job = Arc::new(Job { ticket, slot: Mutex::new(Some(slot)), done: OnceLock::new() });
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|job| job.has_slot());
        running.push(Arc::clone(&job));
        job
    }

    fn running(&self) -> Vec<Arc<Job>> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.iter().filter(|job| job.has_slot()).cloned().collect()
    }
}

impl Job {
    /// A request of another run of the program; it has no slot here.
    pub(super) fn resumed(ticket: Ticket) -> Arc<Self> {
        Arc::new(Self { ticket, slot: Mutex::new(None), done: OnceLock::new() })
    }

    pub(super) fn done(&self) -> Option<&AsyncRequest> {
        self.done.get()
    }

    pub(super) fn finish(&self, request: &AsyncRequest) {
        self.done.get_or_init(|| request.clone());
        self.release();
    }

    fn release(&self) {
        drop(self.slot.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn has_slot(&self) -> bool {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

impl Client {
    /// Waits for a slot.
    pub(super) async fn async_slot(&self) -> Result<OwnedSemaphorePermit, Error> {
        let slots = &self.inner.slots;
        let turn = async {
            let _turn = slots.line.lock().await;
            for pause in self.inner.polling.pauses() {
                if let Ok(slot) = Arc::clone(&slots.free).try_acquire_owned() {
                    return Ok(slot);
                }
                self.free_slots().await;
                tokio::select! {
                    slot = Arc::clone(&slots.free).acquire_owned() => {
                        return slot.map_err(|_| Error::input("the client is closed"));
                    }
                    () = tokio::time::sleep(pause) => {}
                }
            }
            Err(Error::timeout(TimeLimit::Slot))
        };
        match tokio::time::timeout(self.inner.polling.wait_limit(), turn).await {
            Ok(slot) => slot,
            Err(_) => Err(Error::timeout(TimeLimit::Slot)),
        }
    }

    /// Asks about the requests that have slots.
    async fn free_slots(&self) {
        for job in self.inner.slots.running() {
            match self.look(&job).await {
                Ok(_) => {}
                // What P21 doesn't know any more doesn't run.
                Err(error) if error.own_status() == Some(StatusCode::NOT_FOUND) => {
                    tracing::warn!(%error, request_id = job.ticket.request_id(), "its slot is given up");
                    job.release();
                }
                Err(error) => {
                    tracing::warn!(%error, request_id = job.ticket.request_id(), "asking again later");
                }
            }
        }
    }
}
