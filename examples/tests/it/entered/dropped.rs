//! A record whose future is dropped, at any of its awaits: no session is left, and what is there is there once.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use p21_services::client::Method;
use p21_services::client::windows::enter::NotEntered;
use p21_services::prelude::*;
use serde_json::Value;

use super::super::{client, sandbox};
use super::cut::{noted, orders_and_notes};

/// A future that is polled so often, each time that it is woken, and then dropped.
async fn dropped_after<T>(future: impl Future<Output = T>, polls: usize) -> Option<T> {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|context| {
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

async fn sessions_left(client: &Client) -> usize {
    let mut left = usize::MAX;
    for _ in 0..200 {
        let list = client.request(Method::GET, "/api/ui/interactive/sessions").send().await.unwrap();
        left = list.json::<Vec<Value>>().unwrap().len();
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    left
}

/// Enters or stores noted orders, each dropped a poll later than the one before, until one is finished.
async fn drop_everywhere(by_store: bool) {
    let sandbox = sandbox(|builder| builder).await;
    let mut seen = [0; 3];
    for polls in 1..1_000 {
        let po_no = format!("PO-{polls}");
        let record = noted(&po_no);
        let client = client(&sandbox);
        let done = if by_store {
            dropped_after(async { client.store(&record).await.map(drop) }, polls).await
        } else {
            let run = client.session().run(async |session| session.enter(&record).await.map(drop).map_err(Failed));
            dropped_after(run, polls).await.map(|done| done.map_err(|Failed(error)| error))
        };
        assert_eq!(sessions_left(&client).await, 0, "after {polls} polls");
        let there = orders_and_notes(&client, &po_no).await;
        assert!(matches!(there, (0, 0) | (1, 0) | (1, 1)), "after {polls} polls: {there:?}");
        seen[there.0 + there.1] += 1;
        if let Some(done) = done {
            done.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(there, (1, 1));
            assert!(polls > 20, "{polls}");
            assert!(seen.iter().all(|seen| *seen > 0), "dropped before, between and behind its steps: {seen:?}");
            return;
        }
    }
    panic!("it is never finished");
}

struct Failed(NotEntered);

impl From<p21_services::client::Error> for Failed {
    fn from(error: p21_services::client::Error) -> Self {
        Self(NotEntered::Refused(error))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_dropped_at_any_await_leaves_no_session_and_nothing_twice() {
    drop_everywhere(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_dropped_at_any_await_leaves_no_session_and_nothing_twice() {
    drop_everywhere(true).await;
}
