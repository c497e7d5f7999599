//! Runs in a journal that several programs share.

use std::time::Duration;

use futures_util::StreamExt as _;
use p21_batch::journal::{Journal as _, NewRun, Share};
use p21_batch::{Batch, BatchError, Ended, JournalError, PostgresJournal, Stop, input};
use p21_client::Client;

use crate::postgres::{schema, server};
use crate::support::{books, client, new_book, sandbox};

/// However long nothing moves on a machine that is full, its lease lasts.
async fn journal(schema: &str) -> Option<PostgresJournal> {
    of_lease(schema, Duration::from_secs(60)).await
}

async fn of_lease(schema: &str, lease: Duration) -> Option<PostgresJournal> {
    Some(server()?.journal(schema).lease(lease).connect().await.unwrap())
}

fn batch(client: &Client, journal: &PostgresJournal) -> Batch<PostgresJournal> {
    Batch::new(client.clone(), journal.clone(), "books").pause(Duration::from_millis(1))
}

#[tokio::test]
async fn of_two_runs_of_one_name_one_is_refused_and_can_help_the_other() {
    let name = schema();
    let (Some(journal), Some(other)) = (journal(&name).await, journal(&name).await) else { return };
    let sandbox = sandbox().await;
    let client = client(sandbox.url());
    let ids: Vec<String> = (0..40).map(|number| format!("NAME-{number:02}")).collect();
    let rows = || input::records(ids.iter().map(|id| new_book(id)));
    let (one, two) = (batch(&client, &journal), batch(&client, &other));
    let helps = async {
        match two.run(rows()).await {
            Err(BatchError::Journal(JournalError::RunExists { .. })) => two.resume().await,
            begun => begun,
        }
    };
    let begins = async {
        match one.run(rows()).await {
            Err(BatchError::Journal(JournalError::RunExists { .. })) => one.resume().await,
            begun => begun,
        }
    };
    let (one, two) = tokio::join!(begins, helps);
    for summary in [one.unwrap(), two.unwrap()] {
        assert!(summary.is_all_stored() && summary.ended == Ended::Done, "{summary}");
    }
    assert_eq!(books(&client, "NAME-").await, ids);
}

#[tokio::test]
async fn an_input_that_changed_is_an_error_and_nothing_is_sent() {
    let Some(journal) = journal(&schema()).await else { return };
    let sandbox = sandbox().await;
    let client = client(sandbox.url());
    let stop = Stop::default();
    let at_three = stop.clone();
    let told = move |at: &p21_batch::Snapshot| {
        if at.stored == 3 {
            at_three.now();
        }
    };
    let ids = ["SAME-1", "SAME-2", "SAME-3", "SAME-4", "SAME-5"];
    let first = batch(&client, &journal).at_once(1).stop(stop).progress(told);
    assert_eq!(first.run(input::records(ids.map(new_book))).await.unwrap().ended, Ended::Stopped);
    let changed = batch(&client, &journal).resume_with(input::records(["SAME-1", "OTHER"].map(new_book))).await;
    assert!(matches!(changed, Err(BatchError::InputChanged { seq: 2, .. })), "{changed:?}");
    assert_eq!(books(&client, "SAME-").await.len(), 3);
    assert!(batch(&client, &journal).resume_with(input::records(ids.map(new_book))).await.unwrap().is_all_stored());
    assert_eq!(books(&client, "SAME-").await, ids);
}

/// Who comes to help while the input is taken up waits for its end, and doesn't ask for it.
#[tokio::test]
async fn who_helps_waits_until_the_input_is_taken_up() {
    let name = schema();
    let (Some(journal), Some(other)) = (journal(&name).await, journal(&name).await) else { return };
    let sandbox = sandbox().await;
    let client = client(sandbox.url());
    let (mut more, rows) = slowly();
    let run = tokio::spawn({
        let one = batch(&client, &journal);
        async move { one.run(rows).await }
    });
    for number in 0..501 {
        more.push(new_book(&format!("SLOW-{number:03}")));
    }
    while other.find("books").await.unwrap().is_none_or(|run| run.rows < 500) {
        assert!(!run.is_finished(), "{:?}", run.await);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(other.find("books").await.unwrap().unwrap().is_being_planned);
    let helps = tokio::spawn({
        let two = batch(&client, &other);
        async move { two.resume().await }
    });
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!helps.is_finished(), "it waits");
    drop(more);
    for ended in [run, helps] {
        assert!(ended.await.unwrap().unwrap().is_all_stored());
    }
    // A planner that is gone is not waited for: its lease has run out.
    let other = of_lease(&name, Duration::from_secs(2)).await.unwrap();
    let run = other.begin(NewRun::new("books of nobody", "transactions")).await.unwrap();
    other.join(run, Share::default()).await.unwrap();
    let alone = Batch::new(client.clone(), other.clone(), "books of nobody");
    let ended = alone.resume().await;
    assert!(matches!(ended, Err(BatchError::NotPlanned { rows: 0, .. })), "{ended:?}");
}

/// Its lease as who takes the input up ends with it, and doesn't block the next one until it runs out.
#[tokio::test]
async fn one_that_is_stopped_while_it_takes_the_input_up_blocks_nobody() {
    let Some(server) = server() else { return };
    let long = Duration::from_secs(600);
    let journal = server.journal(&schema()).lease(long).connect().await.unwrap();
    let sandbox = sandbox().await;
    let client = client(sandbox.url());
    let ids: Vec<String> = (0..12).map(|number| format!("HALF-{number:02}")).collect();
    let rows = || ids.iter().map(|id| Ok(new_book(id)));
    let cut = || Err(input::BadRow::ending(p21_batch::FilePlace::line("books.csv", 6), "cut"));
    for (name, ends_badly) in [("stopped", false), ("cut off", true)] {
        let stop = Stop::default();
        let begun = Batch::new(client.clone(), journal.clone(), name).stop(stop.clone());
        let half = futures_util::stream::iter(rows().take(5)).chain(match ends_badly {
            true => futures_util::stream::iter([cut()]).boxed(),
            false => futures_util::stream::pending().boxed(),
        });
        let stopping = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            stop.now();
        };
        let (came, ()) = tokio::join!(begun.run(half), stopping);
        match ends_badly {
            true => assert!(matches!(came, Err(BatchError::Input(_))), "{came:?}"),
            false => assert_eq!(came.unwrap().ended, Ended::Stopped),
        }
        let next = Batch::new(client.clone(), journal.clone(), name).pause(Duration::from_millis(1));
        let all = next.resume_with(futures_util::stream::iter(rows()));
        let summary = tokio::time::timeout(long / 2, all).await.expect("it waits for one that is gone").unwrap();
        // Each book is there by the first of the two runs.
        assert_eq!((summary.ended, summary.tally.total()), (Ended::Done, 12), "{name}");
    }
    assert_eq!(books(&client, "HALF-").await, ids);
}

/// Rows that come one by one, until their sender is dropped.
struct More(tokio::sync::mpsc::UnboundedSender<p21_batch::BatchRecord>);

impl More {
    fn push(&mut self, record: p21_batch::BatchRecord) {
        self.0.send(record).unwrap();
    }
}

fn slowly() -> (More, impl futures_util::Stream<Item = input::InputRow> + Send) {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let rows = futures_util::stream::unfold(receiver, |mut receiver| async move {
        let record = receiver.recv().await?;
        Some((Ok(record), receiver))
    });
    (More(sender), rows.boxed())
}
