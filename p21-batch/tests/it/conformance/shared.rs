//! What a run's workers share, as one of them sees it that is alone.

use std::time::Duration;

use p21_batch::journal::{Journal as _, Share};

use super::{Bench, Store};

pub(crate) async fn a_lone_worker_has_all_sessions<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None]).await;
    let lease = bench.journal.beat(&bench.worker).await.unwrap();
    assert_eq!((lease.slots, lease.may, lease.rate), (vec![0, 1, 2, 3], 4, None));
    bench.journal.leave(&bench.worker).await.unwrap();
    let two = bench.journal.join(bench.run, Share::default().sessions(Some(2))).await.unwrap();
    assert_eq!(bench.journal.beat(&two).await.unwrap().slots, [0, 1]);
}

/// Hundreds of seconds, for what is waited for grows shorter while a busy machine asks for it.
pub(crate) fn hundreds(wait: Duration) -> u64 {
    (wait.as_secs() + 50) / 100
}

pub(crate) async fn turns_keep_to_the_rate<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None]).await;
    assert_eq!(bench.journal.turn(&bench.worker, 1).await.unwrap(), Duration::ZERO);
    let worker = bench.journal.join(bench.run, Share::default().rate(Some(0.01))).await.unwrap();
    assert_eq!(bench.journal.beat(&worker).await.unwrap().rate, Some(0.01));
    let mut waits = Vec::new();
    for records in [1, 2, 1] {
        waits.push(hundreds(bench.journal.turn(&worker, records).await.unwrap()));
    }
    assert_eq!(waits, [0, 1, 3]);
}

pub(crate) async fn who_says_nothing_takes_what_the_run_has<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None]).await;
    let share = Share::default().sessions(Some(7)).rate(Some(5.0));
    let worker = bench.journal.join(bench.run, share).await.unwrap();
    let lease = bench.journal.beat(&worker).await.unwrap();
    assert_eq!(lease.rate, Some(5.0));
    let worker = bench.journal.join(bench.run, Share::default()).await.unwrap();
    let lease = bench.journal.beat(&worker).await.unwrap();
    assert_eq!(lease.rate, Some(5.0));
}
