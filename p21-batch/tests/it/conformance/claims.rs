//! Who may be at a record.

use std::time::{Duration, Instant};

use p21_batch::journal::{Attempt, Journal as _, JournalError, Settled};

use super::{Bench, LANDS_WITHIN, Store};

pub(crate) async fn claims_are_in_order_and_each_once<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None; 5]).await;
    assert_eq!(bench.claim_seqs(2).await, [1, 2]);
    assert_eq!(bench.claim_seqs(9).await, [3, 4, 5]);
    assert!(bench.claim_seqs(9).await.is_empty());
}

pub(crate) async fn of_one_target_one_is_on_its_way<S: Store>(store: &S) {
    let bench = Bench::of(store, &[Some("A"), Some("A"), Some("B"), None, Some("A")]).await;
    assert_eq!(bench.claim_seqs(9).await, [1, 3, 4]);
    assert!(bench.claim_seqs(9).await.is_empty());
    // What is sent may land: the next one waits for it, too.
    bench.sent(&[Attempt::new(1, 1)]).await;
    assert!(bench.claim_seqs(9).await.is_empty());
    bench.journal.settle(&bench.worker, &[Settled::stored(Attempt::new(1, 1))]).await.unwrap();
    assert_eq!(bench.claim_seqs(9).await, [2]);
}

/// A claim that looked at each record that waits took a minute in a run of 100,000.
pub(crate) async fn a_claim_costs_the_same_however_many_wait<S: Store>(store: &S) {
    let targets: Vec<String> = (0..5_000).map(|number| format!("target {number}")).collect();
    let targets: Vec<Option<&str>> = targets.iter().map(|target| Some(target.as_str())).collect();
    let mut took = Vec::new();
    for waiting in [100, targets.len()] {
        let bench = Bench::of(store, &targets[..waiting]).await;
        let since = Instant::now();
        for _ in 0..20 {
            let claims = bench.claim(1).await;
            let attempts: Vec<Attempt> = claims.iter().map(|claim| claim.attempt).collect();
            bench.sent(&attempts).await;
            bench.journal.settle(&bench.worker, &[Settled::stored(attempts[0])]).await.unwrap();
        }
        took.push(since.elapsed());
    }
    // 600 times as much, when each was looked at.
    assert!(took[1] < 20 * took[0], "{took:?}");
}

pub(crate) async fn given_back_claims_wait_and_come_again<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None, None]).await;
    let claims = bench.claim(9).await;
    let after = Duration::from_secs(30);
    bench.journal.release(&bench.worker, &[claims[0].attempt], after).await.unwrap();
    assert!(bench.claim_seqs(9).await.is_empty());
    let due = bench.journal.next_due(bench.run).await.unwrap().unwrap();
    assert!(due > after / 2 && due <= after, "{due:?}");
    bench.clock.advance(after + Duration::from_secs(1));
    let again = bench.claim(9).await;
    assert_eq!((again.len(), again[0].attempt), (1, Attempt::new(1, 2)));
    assert_eq!(again[0].payload, claims[0].payload);
}

pub(crate) async fn what_a_worker_that_is_gone_had_claimed_is_handed_on<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None]).await;
    bench.claim(1).await;
    let next = bench.next_worker().await;
    assert_ne!(next.id, bench.worker.id, "a new identity each start");
    let claims = bench.journal.claim(&next, 9).await.unwrap();
    // That its program ended is no try of the record.
    assert_eq!(claims[0].attempt, Attempt::new(1, 1));
}

pub(crate) async fn what_it_had_sent_is_only_settled<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None]).await;
    let attempt = bench.claim(1).await[0].attempt;
    bench.sent(&[attempt]).await;
    let next = bench.next_worker().await;
    assert!(bench.journal.claim(&next, 9).await.unwrap().is_empty());
    let left = bench.journal.unsettled(&next, None, 9).await.unwrap();
    assert_eq!((left.len(), left[0].attempt), (1, attempt));
    bench.journal.settle(&next, &[Settled::stored(attempt)]).await.unwrap();
    assert_eq!(bench.tally().await.stored, 1);
}

pub(crate) async fn a_worker_that_lost_a_record_changes_nothing<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None, None]).await;
    let attempts: Vec<Attempt> = bench.claim(9).await.iter().map(|claim| claim.attempt).collect();
    bench.sent(&attempts[..1]).await;
    let next = bench.next_worker().await;
    // The first is the next one's to settle, the second anybody's to claim.
    // Its lease has run out where there are leases; where there are none, the record is another's.
    let lost = |result: Result<(), JournalError>| {
        assert!(matches!(result, Err(JournalError::Lost { .. } | JournalError::Gone { .. })), "{result:?}");
    };
    lost(bench.journal.sent(&bench.worker, &attempts, LANDS_WITHIN).await);
    lost(bench.journal.release(&bench.worker, &attempts[1..], Duration::ZERO).await);
    lost(bench.journal.settle(&bench.worker, &[Settled::stored(attempts[0])]).await);
    assert_eq!((bench.tally().await.sent, bench.tally().await.planned), (1, 1));
    // An earlier attempt of one's own is not the one at hand.
    let first = bench.journal.claim(&next, 1).await.unwrap()[0].attempt;
    bench.journal.release(&next, &[first], Duration::ZERO).await.unwrap();
    let claim = bench.journal.claim(&next, 1).await.unwrap()[0].attempt;
    assert_eq!((first, claim), (Attempt::new(2, 1), Attempt::new(2, 2)));
    lost(bench.journal.sent(&next, &attempts[1..], LANDS_WITHIN).await);
    // All or nothing.
    lost(bench.journal.sent(&next, &[claim, Attempt::new(9, 1)], LANDS_WITHIN).await);
    assert_eq!(bench.tally().await.claimed, 1);
}
