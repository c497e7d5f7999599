//! Large results, a page at a time.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{Stream, TryStreamExt as _};
use p21_client::Error;
use p21_client::odata::col;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use support::Server;
use support::odata::{options, page, rows_answer};

const LINES: &str = "/odataservice/odata/view/p21_view_invoice_line";

async fn lines(rows: usize) -> Server {
    Server::start(move |request| {
        let asked = options(&request.query);
        let last = rows.min(asked.skip + asked.top.unwrap_or(0));
        let page = (asked.skip.min(rows)..last).map(|uid| json!({"uid": uid})).collect();
        (request.path == LINES).then(|| rows_answer(request, asked.count.then_some(rows), page))
    })
    .await
}

#[derive(Debug, Deserialize)]
struct Line {
    uid: usize,
}

static ALIVE: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// A row that counts how many of its kind there are.
struct Counted(usize);

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let uid = Line::deserialize(deserializer)?.uid;
        MOST.fetch_max(ALIVE.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Ok(Self(uid))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_hundred_thousand_rows_are_streamed_with_one_page_in_memory() {
    let server = lines(100_000).await;
    let query = server.client().view("p21_view_invoice_line").order_by("uid").page_size(2_500);
    let rows: Box<dyn Stream<Item = Result<Counted, Error>> + Send> = Box::new(query.stream());
    let mut rows = Box::into_pin(rows);
    let mut next = 0;
    while let Some(row) = rows.try_next().await.unwrap() {
        assert_eq!(row.0, next);
        next += 1;
    }
    assert_eq!(next, 100_000);
    assert!(MOST.load(Ordering::SeqCst) <= 2_501, "{MOST:?} rows were in memory at once");
    assert_eq!(server.count(LINES), 40, "the count says that the fortieth is the last");
    let counted = server.seen(LINES).iter().filter(|seen| options(&seen.query).count).count();
    assert_eq!(counted, 1, "counting is done once");
}

#[tokio::test]
async fn paging_stops_at_a_short_page_at_the_count_and_at_top() {
    for (rows, top, requests, got) in [
        (0, None, 1, 0),
        (5, None, 1, 5),
        (10, None, 1, 10),
        (25, None, 3, 25),
        (30, None, 3, 30),
        (30, Some(15), 2, 15),
        (30, Some(10), 1, 10),
        (30, Some(0), 0, 0),
        (30, Some(100), 3, 30),
    ] {
        let server = lines(rows).await;
        let mut query = server.client().view("p21_view_invoice_line").order_by("uid").page_size(10);
        if let Some(top) = top {
            query = query.top(top);
        }
        let streamed: Vec<Line> = query.stream().try_collect().await.unwrap();
        assert_eq!((streamed.len(), server.count(LINES)), (got, requests), "{rows} rows, top {top:?}");
        assert_eq!(query.rows::<Line>().await.unwrap().len(), got);
        let skipped: Vec<Line> = query.clone().skip(3).rows().await.unwrap();
        let left = rows.saturating_sub(3).min(top.unwrap_or(u64::MAX) as usize);
        assert_eq!((skipped.len(), skipped.first().map(|line| line.uid)), (left, (left > 0).then_some(3)));
    }
}

#[tokio::test]
async fn pages_come_one_at_a_time_for_programs_without_streams() {
    let server = lines(25).await;
    let mut pages =
        server.client().view("p21_view_invoice_line").order_by("uid").page_size(10).pages::<Line>().unwrap();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        sizes.push(page.len());
    }
    assert_eq!(sizes, [10, 10, 5]);
    assert!(pages.next().await.unwrap().is_none());
}

#[tokio::test]
async fn paging_insists_on_an_order() {
    let server = lines(25).await;
    let query = server.client().view("p21_view_invoice_line").page_size(10);
    let error = query.stream::<Line>().try_collect::<Vec<Line>>().await.unwrap_err();
    assert!(error.is_input() && error.to_string().contains("order_by"), "{error}");
    assert!(query.pages::<Line>().unwrap_err().is_input());
    assert_eq!(server.total(), 0);
    // A result of one page needs none.
    assert_eq!(query.clone().top(10).stream::<Line>().try_collect::<Vec<Line>>().await.unwrap().len(), 10);
    assert!(query.rows::<Line>().await.unwrap_err().is_input());
    assert_eq!(query.allow_unordered_pages().rows::<Line>().await.unwrap().len(), 25);
}

#[tokio::test]
async fn a_server_that_ignores_top_is_found_out() {
    let server = Server::start(|request| {
        let rows = (0..30).map(|uid| json!({"uid": uid})).collect();
        (request.path == LINES).then(|| rows_answer(request, None, rows))
    })
    .await;
    let query = server.client().view("p21_view_invoice_line").order_by("uid").page_size(10);
    for error in [query.rows::<Line>().await.unwrap_err(), query.first::<Line>().await.unwrap_err()] {
        assert!(error.is_decode() && error.to_string().contains("ignores `$top`"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_ignores_skip_is_found_out() {
    let server = Server::start(|request| {
        let asked = options(&request.query);
        let rows = (0..asked.top.unwrap_or(0)).map(|uid| json!({"uid": uid})).collect();
        (request.path == LINES).then(|| rows_answer(request, asked.count.then_some(1_000), rows))
    })
    .await;
    let query = server.client().view("p21_view_invoice_line").order_by("uid").page_size(10);
    let error = query.rows::<Line>().await.unwrap_err();
    assert!(error.to_string().contains("`$skip` is ignored"), "{error}");
    assert_eq!(server.count(LINES), 2);
    // Rows that don't show what they are sorted by may well be alike.
    let alike = Server::start(|request| {
        (request.path == LINES).then(|| page(request, vec![json!({"row_status_flag": 704}); 25]))
    })
    .await;
    let query = alike.client().view("p21_view_invoice_line").order_by("uid").page_size(10);
    assert_eq!(query.select(["row_status_flag"]).rows::<Value>().await.unwrap().len(), 25);
}

#[tokio::test]
async fn more_rows_than_fit_are_refused_rather_than_gathered() {
    let server = lines(150_000).await;
    let query = server.client().view("p21_view_invoice_line").order_by("uid").page_size(25_000);
    let error = query.rows::<Line>().await.unwrap_err();
    assert!(error.is_input() && error.to_string().contains("`stream`"), "{error}");
    assert_eq!(server.count(LINES), 5);
    assert_eq!(query.top(110_000).rows::<Line>().await.unwrap().len(), 110_000);
}

#[tokio::test]
async fn a_page_that_fails_can_be_asked_for_again() {
    let server = Server::start(|request| {
        let asked = options(&request.query);
        let fails = request.path == LINES && asked.skip == 10 && request.earlier == 1;
        let rows = (0..25).map(|uid| json!({"uid": uid})).collect();
        (request.path == LINES).then(|| if fails { support::json(400, "busy") } else { page(request, rows) })
    })
    .await;
    let mut pages =
        server.client().view("p21_view_invoice_line").order_by("uid").page_size(10).pages::<Line>().unwrap();
    pages.next().await.unwrap();
    pages.next().await.unwrap_err();
    assert_eq!(pages.next().await.unwrap().unwrap()[0].uid, 10);
}

#[tokio::test]
async fn split_filters_are_paged_part_by_part() {
    let server = Server::start(|request| {
        let filter = options(&request.query).filter;
        let rows: Vec<Value> =
            filter.matches(" eq ").flat_map(|_| [json!({"uid": 1}), json!({"uid": 2}), json!({"uid": 3})]).collect();
        (request.path == LINES).then(|| page(request, rows))
    })
    .await;
    let filter = col("item_id").eq_any((0..60).map(|id| format!("A/{id}+#& 'x'")));
    let query = server.client().view("p21_view_invoice_line").filter(filter).order_by("uid").page_size(100);
    assert_eq!(query.stream::<Line>().try_collect::<Vec<Line>>().await.unwrap().len(), 180);
    assert_eq!(server.count(LINES), 3, "150 rows in two pages, 30 in one");
}
