//! A record whose future is dropped, at any of its awaits: no session is left, and what is there is there once.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use p21_services::client::Method;
use p21_services::client::windows::enter::NotEntered;
use p21_services::prelude::*;
use serde_json::Value;

use super::super::{client, sandbox};
use super::cut::{noted, orders_and_notes};

/// Polls a future that often, then drops it.
async fn poll_times<T>(future: impl Future<Output = T>, times: usize) -> Option<T> {
    let mut future = pin!(future);
    for _ in 0..times {
        if let std::task::Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Some(done);
        }
        // The other threads go on: a timer of the runtime would wait for a millisecond.
        std::thread::sleep(Duration::from_micros(200));
    }
    None
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

/// Enters or stores noted orders, each dropped a few polls later than the one before, until one is finished.
async fn drop_everywhere(by_store: bool) {
    let sandbox = sandbox(|builder| builder).await;
    let (mut times, mut polls, mut seen) = (1, 0, [0; 3]);
    loop {
        let po_no = format!("PO-{times}");
        let record = noted(&po_no);
        let client = client(&sandbox);
        let done = if by_store {
            poll_times(async { client.store(&record).await.map(drop) }, times).await
        } else {
            let run = client.session().run(async |session| session.enter(&record).await.map(drop).map_err(Failed));
            poll_times(run, times).await.map(|done| done.map_err(|Failed(error)| error))
        };
        assert_eq!(sessions_left(&client).await, 0, "after {times} polls");
        let there = orders_and_notes(&client, &po_no).await;
        assert!(matches!(there, (0, 0) | (1, 0) | (1, 1)), "after {times} polls: {there:?}");
        seen[there.0 + there.1] += 1;
        polls += 1;
        if let Some(done) = done {
            done.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(there, (1, 1));
            break;
        }
        times += 1 + times / 10;
        assert!(times < 20_000);
    }
    assert!(polls > 20 && seen.iter().all(|seen| *seen > 0), "dropped before, between and behind its steps: {seen:?}");
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
