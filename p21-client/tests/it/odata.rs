//! Reading tables and views.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use p21_client::odata::col;
use serde::Deserialize;
use serde_json::{Value, json};
use support::odata::{matching, options, page};
use support::{Server, answer, json as reply};

const PAGES: &str = "/odataservice/odata/table/price_page";

#[derive(Debug, Deserialize, PartialEq)]
struct Page {
    price_page_uid: i64,
    description: Option<String>,
}

fn price_pages() -> Vec<Value> {
    (0..200)
        .map(|uid| {
            let description = (uid % 3 > 0).then(|| format!("Page {uid}"));
            json!({"price_page_uid": uid, "description": description, "supplier_id": 10050 + uid % 2,
                "row_status_flag": if uid < 20 { 704 } else { 700 },
                "date_last_modified": "2026-07-24T11:22:14.747-04:00"})
        })
        .collect()
}

async fn server() -> Server {
    Server::start(|request| {
        let rows = matching(&options(&request.query).filter, &price_pages());
        (request.path == PAGES).then(|| page(request, rows))
    })
    .await
}

#[tokio::test]
async fn a_query_is_sent_as_documented_and_its_rows_are_read() {
    let server = server().await;
    let query = server
        .client()
        .table("price_page")
        .filter(col("supplier_id").eq(10050))
        .filter(col("row_status_flag").eq(704))
        .select(["price_page_uid", "description"])
        .order_by(col("supplier_id").desc())
        .order_by("price_page_uid")
        .top(3);
    let rows: Vec<Page> = query.rows().await.unwrap();
    let row =
        |uid, description: Option<&str>| Page { price_page_uid: uid, description: description.map(str::to_owned) };
    assert_eq!(rows, [row(0, None), row(2, Some("Page 2")), row(4, Some("Page 4"))]);
    let seen = &server.seen(PAGES)[0];
    assert_eq!(
        seen.query,
        "$filter=supplier_id%20eq%2010050%20and%20row_status_flag%20eq%20704&$select=price_page_uid,description\
         &$orderby=supplier_id%20desc,price_page_uid&$top=3"
    );
    assert_eq!((seen.header("accept"), seen.method.as_str()), ("application/json", "GET"));
    assert_eq!(server.count(support::ROUTER_PATH), 0, "OData is on the middleware");
}

#[tokio::test]
async fn every_request_has_a_top() {
    let server = server().await;
    let client = server.client();
    let query = client.table("price_page");
    assert_eq!(query.rows::<Value>().await.unwrap().len(), 200);
    query.first::<Value>().await.unwrap();
    query.count().await.unwrap();
    let tops: Vec<Option<usize>> = server.seen(PAGES).iter().map(|seen| options(&seen.query).top).collect();
    assert_eq!(tops, [Some(5_000), Some(1), Some(1)]);
}

#[tokio::test]
async fn views_are_asked_for_on_their_own_surface() {
    let path = "/odataservice/odata/view/p21_view_oe_hdr";
    let server =
        Server::start(move |request| (request.path == path).then(|| page(request, vec![json!({"a": 1})]))).await;
    assert_eq!(server.client().view("p21_view_oe_hdr").rows::<Value>().await.unwrap(), [json!({"a": 1})]);
}

#[tokio::test]
async fn counts_and_first_rows() {
    let server = server().await;
    let active = server.client().table("price_page").filter(col("row_status_flag").eq(704));
    assert_eq!(active.count().await.unwrap(), 20);
    assert_eq!(active.clone().top(5).skip(3).count().await.unwrap(), 20, "paging doesn't count");
    assert_eq!(active.clone().skip(7).first::<Page>().await.unwrap().unwrap().price_page_uid, 7);
    let none = active.filter(col("supplier_id").eq(1));
    assert_eq!(none.first::<Page>().await.unwrap(), None);
    assert_eq!(none.count().await.unwrap(), 0);
}

#[tokio::test]
async fn many_ids_are_spread_over_requests_and_every_row_comes_once() {
    let server = server().await;
    let ids = (0..150).chain([0, 1, 500]);
    let query = server.client().table("price_page").filter(col("price_page_uid").eq_any(ids));
    let mut uids: Vec<i64> = query.rows::<Page>().await.unwrap().iter().map(|page| page.price_page_uid).collect();
    uids.sort_unstable();
    assert_eq!(uids, (0..150).collect::<Vec<i64>>());
    let seen = server.seen(PAGES);
    assert_eq!(seen.len(), 4);
    for request in &seen {
        let filter = options(&request.query).filter;
        assert!(filter.matches(" eq ").count() <= 50 && request.query.len() < 6_000);
        assert!(!filter.contains(" in "), "odata_check_4: P21 would answer the whole table");
    }
    assert_eq!(query.count().await.unwrap(), 150);
    let before = server.count(PAGES);
    assert!(query.first::<Page>().await.unwrap().is_some());
    // Each request would have a first row of its own, and the server's first answer has not the first of all.
    let error = query.clone().order_by(col("description").desc()).first::<Page>().await.unwrap_err();
    assert!(error.is_input() && error.to_string().contains("first row of each"), "{error}");
    assert_eq!(server.count(PAGES), before + 1);
    let few = server.client().table("price_page").filter(col("price_page_uid").eq_any(0..50));
    assert!(few.order_by(col("description").desc()).first::<Page>().await.unwrap().is_some());
}

#[tokio::test]
async fn the_requests_of_a_split_query_run_abreast_within_the_clients_limit() {
    for (limit, abreast) in [(2, 2), (9, 5)] {
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        // Nobody is answered before so many have asked.
        let together = Arc::new(tokio::sync::Barrier::new(abreast));
        let highest = Arc::clone(&most);
        let server = Server::start(move |request| {
            (request.path == PAGES).then(|| {
                highest.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let (running, together) = (Arc::clone(&running), Arc::clone(&together));
                let body = futures_util::stream::once(async move {
                    together.wait().await;
                    // Time for one too many to show up.
                    tokio::time::sleep(Duration::from_millis(25)).await;
                    running.fetch_sub(1, Ordering::SeqCst);
                    Ok::<_, std::io::Error>(Bytes::from_static(br#"{"value":[]}"#))
                });
                answer(200, "application/json", Body::from_stream(body))
            })
        })
        .await;
        let client = server.builder().max_concurrent(limit).build().unwrap();
        let query = client.table("price_page").filter(col("price_page_uid").eq_any(0..500));
        let rows = tokio::time::timeout(Duration::from_secs(60), query.rows::<Value>()).await;
        rows.expect("too few run abreast").unwrap();
        assert_eq!((most.load(Ordering::SeqCst), server.count(PAGES)), (abreast, 10));
    }
}

#[tokio::test]
async fn no_ids_are_no_rows_and_no_request() {
    let server = server().await;
    let none: [i64; 0] = [];
    let query = server.client().table("price_page").filter(col("price_page_uid").eq_any(none));
    assert!(query.rows::<Page>().await.unwrap().is_empty());
    assert_eq!(query.count().await.unwrap(), 0);
    assert_eq!(query.first::<Page>().await.unwrap(), None);
    assert_eq!(server.total(), 0);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_before_it_is_sent() {
    let server = server().await;
    let client = server.client();
    let pages = || client.table("price_page");
    let many = || col("price_page_uid").eq_any(0..60);
    let refused = [
        client.table("price_page?$top=1"),
        client.view("../table/x"),
        client.table(""),
        pages().filter(col("a eq 1 or b").eq(1)),
        pages().select(["a,b&$top=1"]),
        pages().order_by("a desc"),
        pages().filter(many()).top(10),
        pages().filter(many()).skip(10),
        pages().filter(!many()),
        pages().filter(many().or(col("a").eq(1))),
    ];
    for query in refused {
        let error = query.rows::<Value>().await.unwrap_err();
        assert!(error.is_input() && !error.is_retryable(), "{error}");
    }
    assert_eq!(server.total(), 0);
}

#[tokio::test]
async fn a_row_of_another_shape_is_located() {
    let server = Server::start(|request| {
        let row = |uid: usize| if uid == 17 { json!({"price_page_uid": "x"}) } else { json!({"price_page_uid": uid}) };
        (request.path == PAGES).then(|| page(request, (0..30).map(row).collect()))
    })
    .await;
    let query = server.client().table("price_page").order_by("price_page_uid").page_size(10);
    let error = query.rows::<Page>().await.unwrap_err();
    assert_eq!(error.decode_path(), Some("value[7].price_page_uid"));
    assert!(error.to_string().contains("row 17 of the result: invalid type: string"), "{error}");
    assert!(error.is_decode() && error.table_problem().is_none());
}

#[tokio::test]
async fn an_answer_that_is_no_result_is_an_error() {
    for body in ["{}", "[]", "", "<html></html>", r#"{"value":{}}"#, r#"{"error":{"message":"no"}}"#] {
        let server = Server::start(move |request| (request.path == PAGES).then(|| reply(200, body))).await;
        let error = server.client().table("price_page").rows::<Value>().await.unwrap_err();
        assert!(error.is_decode(), "{body}: {error}");
    }
    let server = Server::start(|request| (request.path == PAGES).then(|| reply(200, r#"{"value":[]}"#))).await;
    let error = server.client().table("price_page").count().await.unwrap_err();
    assert_eq!(error.decode_path(), Some("@odata.count"));
}

#[tokio::test]
async fn reads_of_tables_are_repeated_like_other_reads() {
    let server = Server::start(|request| match request.earlier {
        0 if request.path == PAGES => Some(reply(503, "")),
        1 if request.path == PAGES => Some(reply(504, "<html></html>")),
        _ if request.path == PAGES => Some(page(request, vec![])),
        _ => None,
    })
    .await;
    assert!(server.client().table("price_page").rows::<Value>().await.unwrap().is_empty());
    assert_eq!(server.count(PAGES), 3);
}
