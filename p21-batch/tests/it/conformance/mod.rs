//! What every journal has to do. A store joins with a function that makes one anew and opens it again.

mod claims;
mod machine;
mod planning;
#[cfg(feature = "postgres")]
mod postgres;
mod settling;
mod shared;
mod sqlite;

use std::time::Duration;

use p21_batch::journal::{Attempt, Claim, Journal, NewRun, Planned, RunId, Share, State, Tally, Worker};
use p21_client::Clock;

/// A store under test.
pub(crate) trait Store {
    type Journal: Journal;

    /// A journal without runs, by that clock.
    fn fresh(&self, clock: &Clock) -> impl Future<Output = Self::Journal>;
}

/// The whole suite, a test each, on a store where there is one.
macro_rules! suite {
    ($store:expr) => { super::suite! {
        $store =>
        machine: only_the_transitions_that_are_drawn_happen, what_is_drawn_is_what_there_is;
        planning: runs_have_names_of_their_own, a_second_record_of_one_key_is_refused_in_its_place,
            what_is_refused_takes_no_key_from_another, what_cannot_be_read_is_planned_as_refused, the_input_is_shown_in_its_order,
            two_who_take_the_input_up_do_not_mix, who_stops_taking_it_up_is_waited_for_no_more,
            texts_are_kept_whatever_they_are;
        claims: claims_are_in_order_and_each_once, of_one_target_one_is_on_its_way,
            a_claim_costs_the_same_however_many_wait,
            given_back_claims_wait_and_come_again, what_a_worker_that_is_gone_had_claimed_is_handed_on,
            what_it_had_sent_is_only_settled, a_worker_that_lost_a_record_changes_nothing;
        settling: what_is_sent_again_may_land_later, it_is_settled_in_the_order_in_which_it_can_be,
            only_what_is_known_not_to_be_stored_is_planned_again, failures_are_shown_with_their_reasons,
            the_store_says_in_how_long_something_has_landed;
        shared: a_lone_worker_has_all_sessions, turns_keep_to_the_rate, who_says_nothing_takes_what_the_run_has;
    } };
    ($store:expr => $($module:ident: $($test:ident),+;)+) => {$($(
        #[tokio::test]
        async fn $test() {
            if let Some(store) = $store {
                super::$module::$test(&store).await;
            }
        }
    )+)+};
}
use suite;

/// A journal with a run of some records, and a worker on it.
pub(crate) struct Bench<J> {
    pub(crate) journal: J,
    pub(crate) run: RunId,
    pub(crate) worker: Worker,
    pub(crate) clock: Clock,
}

/// For how long a worker is taken to be alive, by a store that has leases.
pub(crate) const LEASE: Duration = Duration::from_secs(3_600);

pub(crate) const LANDS_WITHIN: Duration = Duration::from_secs(600);

impl<J: Journal> Bench<J> {
    /// Records with these targets.
    pub(crate) async fn of<S: Store<Journal = J>>(store: &S, targets: &[Option<&str>]) -> Self {
        let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
        let journal = store.fresh(&clock).await;
        let run = journal.begin(NewRun::new("prices", "transactions")).await.unwrap();
        let rows = targets.iter().enumerate().map(|(at, target)| planned(&format!("key-{at}"), *target));
        assert!(journal.plan(run, 0, rows.collect()).await.unwrap().is_empty());
        journal.planned(run).await.unwrap();
        let worker = journal.join(run, Share::default()).await.unwrap();
        Self { journal, run, worker, clock }
    }

    /// Another worker, when the first one is gone.
    pub(crate) async fn next_worker(&self) -> Worker {
        self.clock.advance(2 * LEASE);
        self.journal.join(self.run, Share::default()).await.unwrap()
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
