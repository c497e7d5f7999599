//! Connections that are cut, futures that are dropped, and what is written down meanwhile.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::body::{Body, Bytes};
use p21_client::Error;
use p21_client::windows::Session;

use crate::support::job::{COMMENT, ITEM_ID, JOB_NO, Job, Line};
use crate::support::windows::{Manners, SESSIONS, Windows};
use crate::support::{PASSWORD, Reply, Seen, answer, given_up};

pub(super) fn broken() -> Reply {
    let pieces: [Result<Bytes, std::io::Error>; 2] =
        [Ok(Bytes::from_static(b"{\"Sta")), Err(std::io::ErrorKind::ConnectionReset.into())];
    answer(200, "application/json", Body::from_stream(futures_util::stream::iter(pieces)))
}

/// A whole sequence: everything that a window can do.
async fn sequence(session: &Session) -> Result<(), Error> {
    let mut window = session.open::<Job>().await?;
    window.type_in(JOB_NO, "J-1").await?;
    window.type_in(ITEM_ID, "A-1").await?;
    window.add_row::<Line>().await?;
    window.type_in(ITEM_ID, "A-2").await?;
    window.select_row::<Line>(1).await?;
    window.tools().await?;
    window.save().await?;
    window.clear().await?;
    window.close().await
}

const CALLS: [&str; 16] = [
    "POST window",
    "GET window",
    "PUT change",
    "PUT tab",
    "PUT change",
    "POST row",
    "PUT change",
    "GET data",
    "PUT row",
    "GET data",
    "GET tools",
    "PUT data",
    "DELETE data",
    "GET data",
    "DELETE window",
    "",
];

#[tokio::test]
async fn a_connection_cut_at_any_call_is_one_error_and_leaves_no_session() {
    let whole = Windows::start().await;
    whole.client().session().run(sequence).await.unwrap();
    let calls = whole.calls();
    let named: Vec<String> = calls.iter().map(|call| call.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(named, CALLS[..CALLS.len() - 1], "the sequence has these calls");
    for (cut, call) in named.iter().enumerate() {
        let seen_before = std::sync::atomic::AtomicUsize::new(0);
        let script = move |seen: &Seen| {
            let is_call = seen.path.contains("/interactive/v2/");
            (is_call && seen_before.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == cut).then(broken)
        };
        let p21 = Windows::with(Manners::default(), script).await;
        let result = p21.client().session().run(sequence).await;
        // A window that can't be read after it was cleared is opened again.
        if matches!(cut, 12 | 13) {
            result.unwrap();
        } else {
            let error = result.unwrap_err();
            assert_eq!(error.is_ambiguous(), call == "PUT data", "{cut} {call}: {error}");
            assert_eq!(error.window().is_some(), cut > 0, "{cut}: {error}");
        }
        assert_eq!((p21.sessions(), p21.windows(), p21.overlaps()), (0, 0, 0), "{cut}");
    }
}

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

#[tokio::test]
async fn a_future_dropped_at_any_await_leaves_no_session_and_no_two_calls_meet() {
    for polls in 1.. {
        let p21 = Windows::with(Manners { slow: Duration::from_micros(500), ..Manners::default() }, |_| None).await;
        let client = p21.client();
        let finished = dropped_after(client.session().run(sequence), polls).await;
        // A session that is being started, by a login first, ends once it is there.
        tokio::time::sleep(Duration::from_millis(5)).await;
        p21.settled().await;
        assert_eq!((p21.windows(), p21.overlaps()), (0, 0), "after {polls} polls");
        if let Some(finished) = finished {
            finished.unwrap();
            assert!(polls > CALLS.len(), "a poll a call at least: {polls}");
            return;
        }
        assert!(polls < 1_000);
    }
}

#[tokio::test]
async fn a_call_that_nobody_waited_for_is_finished_and_its_failure_told() {
    let p21 = Windows::with(Manners { slow: Duration::from_millis(200), ..Manners::default() }, |_| None).await;
    let session = p21.session().await;
    let mut window = session.open::<Job>().await.unwrap();
    window.type_in(COMMENT, "first").await.unwrap();
    given_up(|| p21.calls().len(), window.type_in(COMMENT, "second").into_future()).await;
    // It is finished before the next call, which goes on.
    window.type_in(JOB_NO, "J-1").await.unwrap();
    assert_eq!(window.read(COMMENT).await.unwrap().unwrap().as_str(), "second");
    // One that failed is told before anything else is done.
    given_up(|| p21.calls().len(), window.type_in(COMMENT, "refuse").into_future()).await;
    let error = window.save().await.unwrap_err();
    assert_eq!(error.window_problem().unwrap().name(), "unseen", "{error}");
    assert_eq!(error.server_text(), Some("Column is disabled: comment"));
    window.save().await.unwrap();
    assert_eq!(p21.overlaps(), 0);
}

#[tokio::test]
async fn a_window_that_is_dropped_is_closed_before_another_opens() {
    let p21 = Windows::start().await;
    let session = p21.session().await;
    drop(session.open::<Job>().await.unwrap());
    assert_eq!(p21.windows(), 1);
    let _second = session.open::<Job>().await.unwrap();
    assert_eq!(p21.windows(), 1);
}

#[tokio::test]
async fn a_transcript_can_be_read_and_holds_no_secret() {
    let p21 = Windows::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.jsonl");
    p21.client().session().transcript(&path).run(sequence).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], serde_json::json!({"p21_transcript": 1}));
    assert_eq!((lines[1]["step"].as_str(), lines[1]["status"].as_u64()), (Some("start the session"), Some(200)));
    assert_eq!(lines.last().unwrap()["step"], "end the session");
    let change = lines.iter().find(|line| line["path"].as_str().is_some_and(|path| path.ends_with("/change"))).unwrap();
    assert_eq!((change["method"].as_str(), change["window"].as_str()), (Some("PUT"), Some("w-1")));
    assert_eq!(change["body"]["List"][0]["FieldName"], "job_no");
    assert_eq!(lines.len(), 1 + p21.calls().len() + p21.server.count(SESSIONS));
    assert!(!text.contains("token-0") && !text.contains(PASSWORD), "{text}");
    let nowhere = p21.client().session().transcript(folder.path()).start().await.unwrap_err();
    assert!(nowhere.is_input() && p21.sessions() == 0, "{nowhere}");
}
