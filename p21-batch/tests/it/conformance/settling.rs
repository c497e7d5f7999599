//! What became of records.

use std::time::Duration;

use p21_batch::journal::{Attempt, Journal as _, NOT_STORED, Settled, State};

use super::{Bench, LANDS_WITHIN, Store};

pub(crate) async fn what_is_sent_again_may_land_later<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None]).await;
    let attempt = bench.claim(1).await[0].attempt;
    let landed_by = async || bench.journal.unsettled(&bench.worker, None, 9).await.unwrap()[0].landed_by;
    bench.sent(&[attempt]).await;
    let first = landed_by().await;
    assert!(first >= bench.clock.timestamp() + LANDS_WITHIN - Duration::from_secs(5));
    bench.clock.advance(Duration::from_secs(60));
    bench.sent(&[attempt]).await;
    assert!(landed_by().await >= first + Duration::from_secs(60));
    // A send that may land for a shorter time doesn't shorten what the first one may.
    let before = landed_by().await;
    bench.journal.sent(&bench.worker, &[attempt], Duration::ZERO).await.unwrap();
    assert_eq!(landed_by().await, before);
}

pub(crate) async fn it_is_settled_in_the_order_in_which_it_can_be<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None, None, None]).await;
    let claims = bench.claim(9).await;
    for at in [2, 0, 1] {
        bench.sent(&[claims[at].attempt]).await;
        bench.clock.advance(Duration::from_secs(1));
    }
    let first = bench.journal.unsettled(&bench.worker, None, 2).await.unwrap();
    let rest = bench.journal.unsettled(&bench.worker, first.last(), 9).await.unwrap();
    let seqs: Vec<u64> = first.iter().chain(&rest).map(|one| one.attempt.seq).collect();
    assert_eq!(seqs, [3, 1, 2]);
}

pub(crate) async fn only_what_is_known_not_to_be_stored_is_planned_again<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None; 4]).await;
    let attempts: Vec<Attempt> = bench.claim(9).await.iter().map(|claim| claim.attempt).collect();
    bench.sent(&attempts).await;
    let settled = [
        Settled::refused(attempts[0], NOT_STORED, "a read shows nothing of it"),
        Settled::refused(attempts[1], "refused", "P21 says no"),
        Settled::ambiguous(attempts[2], NOT_STORED, "nobody knows"),
        Settled::stored(attempts[3]),
    ];
    bench.journal.settle(&bench.worker, &settled).await.unwrap();
    assert_eq!(bench.journal.again(bench.run, 1, Duration::ZERO).await.unwrap(), 0, "it had its attempt");
    assert_eq!(bench.journal.again(bench.run, 2, Duration::ZERO).await.unwrap(), 1);
    let again = bench.claim(9).await;
    assert_eq!((again.len(), again[0].attempt), (1, Attempt::new(1, 2)));
}

pub(crate) async fn failures_are_shown_with_their_reasons<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None; 3]).await;
    let attempts: Vec<Attempt> = bench.claim(9).await.iter().map(|claim| claim.attempt).collect();
    bench.sent(&attempts).await;
    let settled = [
        Settled::stored(attempts[0]).of_record(Some("order_no=1000001".to_owned())),
        Settled::ambiguous(attempts[1], "ambiguous", "nobody knows").of_record(Some("order_no=1000002".to_owned())),
        Settled::stored(attempts[2]).unproven(Some("nothing shows the note".to_owned())),
    ];
    bench.journal.settle(&bench.worker, &settled).await.unwrap();
    let failures = bench.journal.failures(bench.run, 0, 9).await.unwrap();
    let shown: Vec<_> = failures.iter().map(|one| (one.seq, one.state, one.reason.as_deref().unwrap())).collect();
    assert_eq!(shown, [(2, State::Ambiguous, "nobody knows"), (3, State::Stored, "nothing shows the note")]);
    assert_eq!(failures[0].record.as_deref(), Some("order_no=1000002"));
    assert_eq!(bench.journal.failures(bench.run, 2, 1).await.unwrap()[0].seq, 3);
}

/// By its own clock, which may not be that of whoever asks.
pub(crate) async fn the_store_says_in_how_long_something_has_landed<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None]).await;
    let attempt = bench.claim(1).await[0].attempt;
    bench.sent(&[attempt]).await;
    let lands_in = async || bench.journal.unsettled(&bench.worker, None, 9).await.unwrap()[0].lands_in;
    let before = lands_in().await;
    assert!(before <= LANDS_WITHIN && before > LANDS_WITHIN / 2, "{before:?}");
    bench.clock.advance(LANDS_WITHIN / 2);
    let halfway = lands_in().await;
    // A machine's clock may be set back a little meanwhile.
    let a_little = Duration::from_millis(50);
    assert!(halfway <= LANDS_WITHIN / 2 + a_little && !halfway.is_zero(), "{halfway:?}");
    bench.clock.advance(LANDS_WITHIN);
    assert_eq!(lands_in().await, Duration::ZERO);
}
