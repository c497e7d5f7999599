//! What ends a run early, and how fast it goes.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use p21_batch::{Ended, Snapshot, Stop, input};
use p21_client::{Client, Credentials};
use p21_sandbox::{ErrorFamily, Fault, QueuedFault, USER};

use super::Desk;
use crate::support::{books, client_by, new_book, sandbox};

#[tokio::test]
async fn it_stops_between_records_and_goes_on() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let stop = Stop::default();
    let at_seven = stop.clone();
    let batch = desk.batch(client.clone()).at_once(1).stop(stop).progress(move |at: &Snapshot| {
        if at.stored == 7 {
            at_seven.now();
        }
    });
    let ids: Vec<String> = (0..20).map(|number| format!("STOP-{number:02}")).collect();
    let summary = batch.run(input::records(ids.iter().map(|id| new_book(id)))).await.unwrap();
    assert_eq!((summary.ended.clone(), summary.tally.stored, summary.tally.planned), (Ended::Stopped, 7, 13));
    assert_eq!(books(&client, "STOP-").await, ids[..7]);
    assert!(summary.to_string().contains("resume it"), "{summary}");
    drop(batch);
    let summary = desk.batch(client.clone()).resume().await.unwrap();
    assert!(summary.is_all_stored(), "{summary}");
    assert_eq!(books(&client, "STOP-").await, ids);
}

#[tokio::test]
async fn when_p21_answers_only_errors_it_stops_and_says_so() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    sandbox.queue_fault(QueuedFault::next(Fault::Answer(ErrorFamily::Envelope)).path("/transaction").times(1_000));
    let batch = desk.batch(client.clone()).at_once(1).breaker(Some(5)).attempts(1);
    let records = (0..50).map(|number| new_book(&format!("DOWN-{number}")));
    let summary = batch.run(input::records(records)).await.unwrap();
    let Ended::Broken(why) = &summary.ended else { panic!("{summary}") };
    assert!(why.starts_with("5 records in a row"), "{why}");
    assert!(summary.tally.planned >= 44, "{summary}");
    assert_eq!(summary.tally.ambiguous + summary.tally.stored, 0, "{summary}");
}

#[tokio::test]
async fn a_refused_login_stops_it_at_once_and_nothing_is_lost() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let wrong = Client::builder(sandbox.url()).credentials(Credentials::password(USER, "wrong")).build().unwrap();
    let batch = desk.batch(wrong);
    let records = (0..9).map(|number| new_book(&format!("LOGIN-{number}")));
    let summary = batch.run(input::records(records)).await.unwrap();
    assert!(matches!(&summary.ended, Ended::Broken(why) if why.contains("login")), "{summary}");
    assert_eq!((summary.tally.planned, summary.tally.total()), (9, 9), "{summary}");
    drop(batch);
    let batch = desk.batch(client_by(sandbox.url(), &desk.clock));
    desk.clock.advance(Duration::from_secs(60));
    assert!(batch.resume().await.unwrap().is_all_stored());
}

/// Before anything was sent: what can't be reached once it was there is waited for.
#[tokio::test]
async fn a_server_that_can_not_be_reached_stops_it_and_nothing_is_lost() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let nobody = client_by("http://127.0.0.1:1", &desk.clock);
    let batch = desk.batch(nobody).breaker(None);
    let records = (0..9).map(|number| new_book(&format!("NOBODY-{number}")));
    let summary = batch.run(input::records(records)).await.unwrap();
    let Ended::Broken(why) = &summary.ended else { panic!("{summary}") };
    assert!(why.starts_with("P21 can't be reached") && why.contains("refused"), "{why}");
    assert_eq!((summary.tally.planned, summary.tally.total()), (9, 9), "{summary}");
    drop(batch);
    let batch = desk.batch(client_by(sandbox.url(), &desk.clock));
    desk.clock.advance(Duration::from_secs(60));
    assert!(batch.resume().await.unwrap().is_all_stored());
}

#[tokio::test]
async fn it_goes_no_faster_than_it_is_told() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let since = Instant::now();
    let records = (0..6).map(|number| new_book(&format!("RATE-{number}")));
    let batch = desk.batch(client).rate(20.0).jitter(Duration::from_millis(1));
    assert!(batch.run(input::records(records)).await.unwrap().is_all_stored());
    // Five pauses of a twentieth of a second: a lower bound holds on any machine.
    assert!(since.elapsed() >= Duration::from_millis(250), "{:?}", since.elapsed());
}

/// A pause before each, of up to so long; a run that pauses is stopped at once.
#[tokio::test]
async fn it_pauses_before_each_and_stops_while_it_pauses() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let stop = Stop::default();
    // A pause that ends meanwhile is one in a million.
    let batch = desk.batch(client.clone()).jitter(Duration::from_secs(100_000)).stop(stop.clone());
    let stopping = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(books(&client, "PAUSE-").await.is_empty());
        stop.now();
    };
    let (summary, ()) = tokio::join!(batch.run(input::records(["PAUSE-1", "PAUSE-2"].map(new_book))), stopping);
    let summary = summary.unwrap();
    assert_eq!((summary.ended, summary.tally.planned), (Ended::Stopped, 2));
    assert!(books(&client, "PAUSE-").await.is_empty(), "nothing is begun any more");
}

#[tokio::test]
async fn it_stops_while_it_waits_for_input() {
    let (sandbox, desk) = (sandbox().await, Desk::new());
    let client = client_by(sandbox.url(), &desk.clock);
    let stop = Stop::default();
    let batch = desk.batch(client.clone()).stop(stop.clone());
    // Two rows, and then nothing any more.
    let rows = ["WAIT-1", "WAIT-2"].map(|id| Ok(new_book(id)));
    let input = futures_util::stream::iter(rows).chain(futures_util::stream::pending());
    let stopping = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.now();
    };
    let (summary, ()) = futures_util::future::join(batch.run(input), stopping).await;
    let summary = summary.unwrap();
    assert_eq!((summary.ended, summary.tally.planned), (Ended::Stopped, 2));
    let dry = batch.dry_run(futures_util::stream::pending()).await;
    assert!(dry.stopped);
    drop(batch);
    assert!(books(&client, "WAIT-").await.is_empty(), "nothing is sent before all is taken up");
    let batch = desk.batch(client.clone());
    let all = ["WAIT-1", "WAIT-2", "WAIT-3"];
    assert!(batch.resume_with(input::records(all.map(new_book))).await.unwrap().is_all_stored());
    assert_eq!(books(&client, "WAIT-").await, all);
}
