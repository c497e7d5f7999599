//! The state machine.

use std::time::Duration;

use p21_batch::journal::{Attempt, Journal, NOT_STORED, Settled, State, TRANSITIONS};

use super::{Bench, LANDS_WITHIN, Store};

/// Every operation on a record in every state: what isn't drawn changes nothing.
pub(crate) async fn only_the_transitions_that_are_drawn_happen<S: Store>(store: &S) {
    for from in State::ALL {
        for operation in ["claim", "release", "sent", "settle", "again"] {
            for to in State::ALL {
                let (bench, attempt) = in_state(store, from).await;
                run(&bench, operation, to, attempt).await;
                let now = bench.state().await;
                let is_drawn = TRANSITIONS.iter().any(|one| one.by == operation && one.from == from && one.to == now);
                assert!(now == from || is_drawn, "{operation} led from {from} to {now}");
            }
        }
    }
}

/// And all that is drawn can be gone.
pub(crate) async fn what_is_drawn_is_what_there_is<S: Store>(store: &S) {
    for one in TRANSITIONS {
        let (bench, attempt) = in_state(store, one.from).await;
        run(&bench, one.by, one.to, attempt).await;
        assert_eq!(bench.state().await, one.to, "{} from {}", one.by, one.from);
    }
}

/// A run of one record that is in a state.
async fn in_state<S: Store>(store: &S, state: State) -> (Bench<S::Journal>, Attempt) {
    let bench = Bench::of(store, &[None]).await;
    let attempt = Attempt::new(1, 1);
    if state == State::Planned {
        return (bench, attempt);
    }
    assert_eq!(bench.claim(1).await[0].attempt, attempt);
    if state != State::Claimed {
        bench.sent(&[attempt]).await;
    }
    let settled = match state {
        State::Stored => Settled::stored(attempt),
        State::Refused => Settled::refused(attempt, NOT_STORED, "a read shows nothing of it"),
        State::Ambiguous => Settled::ambiguous(attempt, "ambiguous", "nobody knows"),
        _ => return (bench, attempt),
    };
    bench.journal.settle(&bench.worker, &[settled]).await.unwrap();
    (bench, attempt)
}

/// Does it; what it answers is not the matter here.
async fn run<J: Journal>(bench: &Bench<J>, operation: &str, to: State, attempt: Attempt) {
    let (journal, worker) = (&bench.journal, &bench.worker);
    match operation {
        "claim" => drop(journal.claim(worker, 1).await),
        "release" => drop(journal.release(worker, &[attempt], Duration::ZERO).await),
        "sent" => drop(journal.sent(worker, &[attempt], LANDS_WITHIN).await),
        "again" => drop(journal.again(bench.run, 9, Duration::ZERO).await),
        _ => {
            let mut settled = Settled::refused(attempt, "any", "any");
            settled.state = to;
            drop(journal.settle(worker, &[settled]).await);
        }
    }
}
