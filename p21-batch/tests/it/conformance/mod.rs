//! What every journal has to do. A store joins with a function that makes one anew and opens it again.

mod claims;
mod machine;
mod planning;
mod settling;
mod sqlite;

use std::time::Duration;

use p21_batch::journal::{Attempt, Claim, Journal, NewRun, Planned, RunId, State, Tally, Worker};
use p21_client::Clock;

/// A store under test.
pub(crate) trait Store {
    type Journal: Journal;

    /// A journal without runs, by that clock.
    fn fresh(&self, clock: &Clock) -> impl Future<Output = Self::Journal>;
}

/// A journal with a run of some records, and a worker on it.
pub(crate) struct Bench<J> {
    pub(crate) journal: J,
    pub(crate) run: RunId,
    pub(crate) worker: Worker,
    pub(crate) clock: Clock,
}

pub(crate) const LANDS_WITHIN: Duration = Duration::from_secs(600);

impl<J: Journal> Bench<J> {
    /// Records with these targets.
    pub(crate) async fn of<S: Store<Journal = J>>(store: &S, targets: &[Option<&str>]) -> Self {
        let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
        let journal = store.fresh(&clock).await;
        let run = journal.begin(NewRun::new("prices", "transactions")).await.unwrap();
        let rows = targets.iter().enumerate().map(|(at, target)| planned(&format!("key-{at}"), *target));
        assert!(journal.plan(run, rows.collect()).await.unwrap().is_empty());
        journal.planned(run).await.unwrap();
        let worker = journal.join(run).await.unwrap();
        Self { journal, run, worker, clock }
    }

    pub(crate) async fn claim(&self, most: usize) -> Vec<Claim> {
        self.journal.claim(&self.worker, most).await.unwrap()
    }

    pub(crate) async fn claim_seqs(&self, most: usize) -> Vec<u64> {
        self.claim(most).await.iter().map(|claim| claim.attempt.seq).collect()
    }

    pub(crate) async fn sent(&self, attempts: &[Attempt]) {
        self.journal.sent(&self.worker, attempts, LANDS_WITHIN).await.unwrap();
    }

    pub(crate) async fn tally(&self) -> Tally {
        self.journal.tally(self.run).await.unwrap()
    }

    /// The one record's state.
    pub(crate) async fn state(&self) -> State {
        let tally = self.tally().await;
        let of = [tally.planned, tally.claimed, tally.sent, tally.stored, tally.refused, tally.ambiguous];
        State::ALL[of.iter().position(|count| *count == 1).unwrap()]
    }
}

pub(crate) fn planned(key: &str, target: Option<&str>) -> Planned {
    Planned::new(key, format!("{{\"of\":\"{key}\"}}"), format!("digest of {key}")).target(target.map(str::to_owned))
}
