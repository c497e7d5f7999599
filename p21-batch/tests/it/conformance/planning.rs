//! Runs, and what is planned of them.

use p21_batch::FilePlace;
use p21_batch::journal::{Journal as _, JournalError, NewRun, Settled, TWICE};

use super::{Bench, Store, planned};

pub(crate) async fn runs_have_names_of_their_own<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None]).await;
    let twice = bench.journal.begin(NewRun::new("prices", "windows")).await.unwrap_err();
    assert!(matches!(&twice, JournalError::RunExists { name } if name == "prices"), "{twice}");
    let other = bench.journal.begin(NewRun::new("it's; another", "windows")).await.unwrap();
    assert_ne!(other, bench.run);
    let found = bench.journal.find("it's; another").await.unwrap().unwrap();
    assert_eq!((found.id, found.is_planned, found.rows, found.door.as_str()), (other, false, 0, "windows"));
    let names: Vec<String> = bench.journal.runs().await.unwrap().into_iter().map(|run| run.name).collect();
    assert_eq!(names, ["prices", "it's; another"]);
    assert!(bench.journal.find("none").await.unwrap().is_none());
    assert!(bench.journal.find("prices").await.unwrap().unwrap().is_planned);
}

pub(crate) async fn a_second_record_of_one_key_is_refused_in_its_place<S: Store>(store: &S) {
    let bench = Bench::of(store, &[]).await;
    let at = |line| FilePlace::line("prices.csv", line);
    let rows = vec![planned("a", None).at(at(2)), planned("b", None).at(at(3)), planned("a", None).at(at(4))];
    let twice = bench.journal.plan(bench.run, 0, rows).await.unwrap();
    assert_eq!((twice.len(), twice[0].index, twice[0].other, twice[0].place.clone()), (1, 2, 1, Some(at(2))));
    // A later batch of rows meets it as well.
    let twice = bench.journal.plan(bench.run, 3, vec![planned("c", None), planned("b", None)]).await.unwrap();
    assert_eq!((twice.len(), twice[0].index, twice[0].other), (1, 1, 2));
    assert_eq!((bench.tally().await.planned, bench.tally().await.refused), (3, 2));
    let failures = bench.journal.failures(bench.run, 0, 9).await.unwrap();
    let shown: Vec<_> = failures.iter().map(|one| (one.seq, one.code.as_deref(), one.place.clone())).collect();
    assert_eq!(shown, [(3, Some(TWICE), Some(at(4))), (5, Some(TWICE), None)]);
    assert!(failures[0].reason.as_ref().unwrap().contains("prices.csv:2"), "{failures:?}");
}

pub(crate) async fn what_is_refused_takes_no_key_from_another<S: Store>(store: &S) {
    let bench = Bench::of(store, &[]).await;
    let bad = |key: &str| planned(key, None).refused("input", "it makes no sense");
    let rows =
        vec![planned("a", None), planned("a #3", None), planned("a", None), bad("b"), planned("b", None), bad("b")];
    let twice = bench.journal.plan(bench.run, 0, rows).await.unwrap();
    assert_eq!(twice.iter().map(|one| (one.index, one.other)).collect::<Vec<_>>(), [(2, 1)]);
    let twice = bench.journal.plan(bench.run, 6, vec![bad("c"), bad("a"), planned("b", None)]).await.unwrap();
    assert_eq!(twice.iter().map(|one| (one.index, one.other)).collect::<Vec<_>>(), [(2, 5)]);
    let failures = bench.journal.failures(bench.run, 0, 9).await.unwrap();
    let shown: Vec<_> = failures.iter().map(|one| (one.seq, one.key.as_str(), one.code.as_deref().unwrap())).collect();
    let input = "input";
    assert_eq!(
        shown,
        [(3, "a", TWICE), (4, "b", input), (6, "b", input), (7, "c", input), (8, "a", input), (9, "b", TWICE)]
    );
    // What is refused later has its key all the same.
    let claims = bench.claim(9).await;
    assert_eq!(claims.len(), 3);
    bench.journal.settle(&bench.worker, &[Settled::refused(claims[0].attempt, "no", "no")]).await.unwrap();
    assert_eq!(bench.journal.plan(bench.run, 9, vec![planned("a", None)]).await.unwrap()[0].other, 1);
}

pub(crate) async fn what_cannot_be_read_is_planned_as_refused<S: Store>(store: &S) {
    let bench = Bench::of(store, &[]).await;
    let at = FilePlace::line("prices.csv", 7).column("price");
    let bad = planned("bad", None).at(at.clone()).refused("input", "`1,5` is no number");
    bench.journal.plan(bench.run, 0, vec![planned("good", None), bad]).await.unwrap();
    assert_eq!(bench.claim_seqs(9).await, [1]);
    let failures = bench.journal.failures(bench.run, 0, 9).await.unwrap();
    assert_eq!((failures[0].seq, failures[0].place.clone(), failures[0].code.as_deref()), (2, Some(at), Some("input")));
}

pub(crate) async fn the_input_is_shown_in_its_order<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None, None, None]).await;
    let all = bench.journal.digests(bench.run, 0, 9).await.unwrap();
    let wanted: Vec<_> = (0..3).map(|at| (at + 1, format!("digest of key-{at}"))).collect();
    assert_eq!(all, wanted);
    assert_eq!(bench.journal.digests(bench.run, 1, 1).await.unwrap(), [wanted[1].clone()]);
}

pub(crate) async fn two_who_take_the_input_up_do_not_mix<S: Store>(store: &S) {
    let bench = Bench::of(store, &[None, None]).await;
    let late = bench.journal.plan(bench.run, 1, vec![planned("c", None)]).await.unwrap_err();
    assert!(matches!(late, JournalError::Overtaken { expected: 1, found: 2 }), "{late}");
    let early = bench.journal.plan(bench.run, 3, vec![planned("c", None)]).await.unwrap_err();
    assert!(matches!(early, JournalError::Overtaken { .. }), "{early}");
    assert_eq!(bench.tally().await.total(), 2);
}

pub(crate) async fn who_stops_taking_it_up_is_waited_for_no_more<S: Store>(store: &S) {
    let bench = Bench::of(store, &[]).await;
    let run = bench.journal.begin(NewRun::new("half", "windows")).await.unwrap();
    bench.journal.plan(run, 0, vec![planned("a", None)]).await.unwrap();
    bench.journal.stop_planning(run).await.unwrap();
    let half = bench.journal.find("half").await.unwrap().unwrap();
    assert_eq!((half.is_planned, half.is_being_planned, half.rows), (false, false, 1));
    // Whoever goes on with it takes it up as the first one did.
    bench.journal.plan(run, 1, vec![planned("b", None)]).await.unwrap();
    bench.journal.planned(run).await.unwrap();
    let whole = bench.journal.find("half").await.unwrap().unwrap();
    assert_eq!((whole.is_planned, whole.is_being_planned, whole.rows), (true, false, 2));
}

pub(crate) async fn texts_are_kept_whatever_they_are<S: Store>(store: &S) {
    let bench = Bench::of(store, &[]).await;
    let long = "k\u{e9}y ".repeat(20_000);
    let odd = ["", "it's \"odd\"; \\x00 -- $1", long.as_str(), "two\nlines\tand a \u{1f4c8}"];
    let rows = odd.iter().map(|key| planned(key, Some(key))).collect();
    assert!(bench.journal.plan(bench.run, 0, rows).await.unwrap().is_empty());
    let claims = bench.claim(9).await;
    assert_eq!(claims.len(), odd.len());
    for (claim, key) in claims.iter().zip(odd) {
        assert_eq!(claim.payload, planned(key, None).payload.unwrap());
    }
    // A server's reason may be anything, NUL included.
    let settled = [Settled::refused(claims[0].attempt, "odd", "a\0b")];
    bench.journal.settle(&bench.worker, &settled).await.unwrap();
    let failures = bench.journal.failures(bench.run, 0, 9).await.unwrap();
    let reason = failures[0].reason.as_deref().unwrap();
    assert!(reason.starts_with('a') && reason.ends_with('b'), "{reason:?}");
}
