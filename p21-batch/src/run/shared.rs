//! What the workers of a run share: the lease that says which sessions are this one's, and what keeps it alive.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;

use super::engine::Work;
use super::{BatchDoor, BatchError};
use crate::journal::{JournalError, Lease, Share};

/// Between two beats at the least, however many hints there are.
const HINTED: Duration = Duration::from_millis(200);

/// This worker's part of the run.
#[derive(Debug)]
pub(super) struct Part {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    /// The lease is spoken about with the journal by one at a time, so that what stands here is what stands there.
    spoken: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    lease: Lease,
    /// Slots that the server grants no session.
    retired: BTreeSet<u32>,
    /// The most that were at work at once.
    most: usize,
    /// Why it is this worker's no more.
    lost: Option<JournalError>,
    /// Nothing more is begun: it is lost, or something failed.
    is_lost: bool,
}

impl Part {
    pub(super) fn new(lease: Lease) -> Self {
        let state = State { most: lease.slots.len(), lease, retired: BTreeSet::new(), lost: None, is_lost: false };
        Self { state: Mutex::new(state), changed: watch::Sender::default(), spoken: tokio::sync::Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn renewed(&self, lease: Lease) {
        {
            let mut state = self.state();
            state.most = state.most.max(lease.slots.len());
            state.lease = lease;
        }
        self.changed.send_modify(|count| *count += 1);
    }

    fn lost(&self, error: JournalError) {
        {
            let mut state = self.state();
            (state.lost, state.is_lost) = (Some(error), true);
        }
        self.changed.send_modify(|count| *count += 1);
    }

    /// Nothing more is begun.
    fn end(&self) {
        self.state().is_lost = true;
    }

    /// Whether the lease can't be renewed any more.
    pub(super) fn is_lost(&self) -> bool {
        self.state().is_lost
    }

    /// Why; it is told once.
    pub(super) fn why_lost(&self) -> Option<JournalError> {
        self.state().lost.take()
    }

    /// Whether others may work on the run.
    pub(super) fn is_shared(&self) -> bool {
        self.state().lease.again_in.is_some()
    }

    pub(super) fn rate(&self) -> Option<f64> {
        self.state().lease.rate
    }

    /// How many sessions were at work at once.
    pub(super) fn most(&self) -> usize {
        let state = self.state();
        state.most.saturating_sub(state.retired.len())
    }

    fn slots(&self) -> Vec<u32> {
        self.state().lease.slots.clone()
    }

    /// Whether a slot isn't to be used any more: the server grants no session for it, or it is another worker's turn.
    pub(super) fn is_over(&self, slot: u32) -> bool {
        let state = self.state();
        state.retired.contains(&slot) || state.lease.slots.iter().skip(state.lease.may).any(|one| *one == slot)
    }

    /// The server grants no session for that slot: the run goes on with fewer.
    pub(super) fn retire(&self, slot: u32) {
        self.state().retired.insert(slot);
        tracing::warn!(slot, "the server grants no further session; the run goes on with fewer");
    }

    /// Slots that are above what this worker should have, and at which nobody works.
    fn surplus(&self, working: &BTreeSet<u32>) -> Vec<u32> {
        let state = self.state();
        state.lease.slots.iter().skip(state.lease.may).filter(|slot| !working.contains(slot)).copied().collect()
    }

    fn given_up(&self, slot: u32) {
        self.state().lease.slots.retain(|one| *one != slot);
    }
}

impl super::Core {
    pub(super) fn share(&self) -> Share {
        let sessions = self.at_once.map(|sessions| u32::try_from(sessions).unwrap_or(u32::MAX));
        Share::default().sessions(sessions).rate(self.rate)
    }
}

impl Work<'_> {
    /// Works with all sessions that are this worker's, those that it gets meanwhile included, until none finds anything.
    pub(super) async fn round(&self) -> Result<(), BatchError> {
        // What is at work, in which slots, and the slots of this round: one that ended found nothing more to do.
        let (mut working, mut busy, mut begun) = (FuturesUnordered::new(), BTreeSet::new(), BTreeSet::new());
        let (mut changed, mut failed) = (self.part.changed.subscribe(), None);
        loop {
            for slot in self.part.slots() {
                if self.goes_on(slot) && begun.insert(slot) {
                    busy.insert(slot);
                    working.push(async move { (slot, self.with(slot).await) });
                }
            }
            if let Err(error) = self.give_up_surplus(&busy).await {
                self.part.end();
                failed.get_or_insert(error);
            }
            tokio::select! {
                done = working.next() => match done {
                    Some((slot, done)) => {
                        busy.remove(&slot);
                        if self.part.is_over(slot) {
                            // It may come back.
                            begun.remove(&slot);
                        }
                        if let Err(error) = done {
                            // The others finish what they are at.
                            self.part.end();
                            failed.get_or_insert(error);
                        }
                    }
                    None => return failed.map_or(Ok(()), Err),
                },
                // The sender is this worker's own.
                _ = changed.changed() => {}
            }
        }
    }

    async fn give_up_surplus(&self, busy: &BTreeSet<u32>) -> Result<(), BatchError> {
        for slot in self.part.surplus(busy) {
            let _spoken = self.part.spoken.lock().await;
            self.batch.journal.give_up(&self.worker, slot).await?;
            self.part.given_up(slot);
        }
        Ok(())
    }

    async fn with(&self, slot: u32) -> Result<(), BatchError> {
        match self.batch.door {
            BatchDoor::Transactions => self.send_claims(slot).await,
            BatchDoor::Windows => self.type_claims(slot).await,
        }
    }

    /// Renews the lease for as long as it is polled, and says what has changed.
    pub(super) async fn beats(&self, mut lease: Lease) -> Infallible {
        while let Some(again_in) = lease.again_in {
            tokio::select! {
                () = tokio::time::sleep(again_in) => {}
                () = self.batch.journal.hint() => tokio::time::sleep(HINTED.min(again_in)).await,
            }
            let _spoken = self.part.spoken.lock().await;
            match self.batch.journal.beat(&self.worker).await {
                Ok(renewed) => {
                    self.part.renewed(renewed.clone());
                    lease = renewed;
                }
                Err(error) => {
                    tracing::warn!(%error, "the lease of the run is lost");
                    self.part.lost(error);
                    break;
                }
            }
        }
        std::future::pending().await
    }
}
