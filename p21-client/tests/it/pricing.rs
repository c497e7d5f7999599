//! From price pages to books and libraries: the chain of the facts on OData, section 8.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use p21_client::pricing::{Placement, Pricing};
use serde_json::{Value, json};
use support::Server;
use support::odata::{matching, options, page};

/// 300 pages of which all but those up to 20 and from 200 on are deleted; page n is in book n modulo 10; book n is in
/// libraries 1 and 2; book 3 and library 9 are deleted, and so is the link of book 4 to library 2.
fn rows(table: &str) -> Vec<Value> {
    let status = |active| if active { 704 } else { 700 };
    match table {
        "price_page" => (0..300)
            .map(|uid| json!({"price_page_uid": uid, "row_status_flag": status(!(20..200).contains(&uid))}))
            .collect(),
        "price_page_x_book" => (0..300)
            .map(|uid| {
                json!({"price_page_uid": uid, "price_book_uid": f64::from(uid % 10),
                "row_status_flag": status(uid != 7)})
            })
            .collect(),
        "price_book" => (0..10)
            .map(|uid| {
                json!({"price_book_uid": uid, "price_book_id": format!("BOOK-{uid} "), "description": null,
                "row_status_flag": status(uid != 3)})
            })
            .collect(),
        "price_book_x_library" => (0..10)
            .flat_map(|book| {
                [1, 2, 9].map(|library| {
                    json!({"price_book_x_library_uid": book * 10 + library,
                "price_book_uid": book, "price_library_uid": library, "sequence_number": 100 - book,
                "row_status_flag": status((book, library) != (4, 2))})
                })
            })
            .collect(),
        "price_library" => [1, 2, 9]
            .map(|uid| {
                json!({"price_library_uid": uid, "price_library_id": format!("LIB-{uid}"), "description": "d",
                "row_status_flag": status(uid != 9)})
            })
            .into(),
        other => panic!("nobody asks for {other}"),
    }
}

fn path(table: &str) -> String {
    format!("/odataservice/odata/table/{table}")
}

async fn server() -> Server {
    Server::start(|request| {
        let table = request.path.strip_prefix("/odataservice/odata/table/")?;
        let asked = options(&request.query);
        assert!(asked.filter.matches(" eq ").count() <= 51, "50 ids and the status");
        if table != "price_library" {
            assert!(asked.filter.ends_with("row_status_flag eq 704"), "every level is filtered: {}", asked.filter);
        }
        Some(page(request, matching(&asked.filter, &rows(table))))
    })
    .await
}

fn names(placements: &[Placement]) -> Vec<(&str, &str)> {
    placements.iter().map(|placement| (placement.library.id.as_str(), placement.book.id.as_str())).collect()
}

#[tokio::test]
async fn odata_check_9_pages_lead_to_active_books_and_libraries() {
    let server = server().await;
    let pricing = server.client().pricing();
    let found = pricing.libraries_of_pages([1, 3, 4, 7, 50, 999, 1]).await.unwrap();
    assert_eq!(found.keys().copied().collect::<Vec<i64>>(), [1, 3, 4, 7, 50, 999]);
    assert_eq!(names(&found[&1]), [("LIB-1", "BOOK-1"), ("LIB-2", "BOOK-1")]);
    assert_eq!(names(&found[&4]), [("LIB-1", "BOOK-4")], "a deleted link doesn't count");
    for page in [3, 7, 50, 999] {
        assert!(found[&page].is_empty(), "{page}: a deleted book, link or page, or none at all");
    }
    let books = pricing.books_of_pages([4, 14]).await.unwrap();
    assert_eq!(books[&4], books[&14]);
    assert_eq!((books[&4][0].uid, books[&4][0].id.as_str(), &books[&4][0].description), (4, "BOOK-4", &None));
}

#[tokio::test]
async fn libraries_lead_to_their_books_in_the_order_they_are_searched() {
    let server = server().await;
    let found = server.client().pricing().books_of_libraries([1, 9]).await.unwrap();
    let books: Vec<i64> = found[&1].iter().map(|placement| placement.book.uid).collect();
    assert_eq!(books, [9, 8, 7, 6, 5, 4, 2, 1, 0]);
    assert_eq!(found[&1][0].sequence, Some(91));
    assert!(found[&9].is_empty(), "a deleted library");
    let pricing = server.client().pricing();
    assert_eq!(pricing.library("LIB-2").await.unwrap().unwrap().uid, 2);
    assert!(pricing.library("LIB-9").await.unwrap().is_none() && pricing.library("x'y").await.unwrap().is_none());
}

#[tokio::test]
async fn many_pages_take_few_requests_and_no_more_a_second_time() {
    let server = server().await;
    let pricing = server.client().pricing();
    let found = pricing.libraries_of_pages(0..300).await.unwrap();
    assert_eq!(found.len(), 300);
    let requests = |tables: &[&str]| tables.iter().map(|table| server.count(&path(table))).collect::<Vec<usize>>();
    let tables = ["price_page", "price_page_x_book", "price_book", "price_book_x_library", "price_library"];
    assert_eq!(requests(&tables), [6, 3, 1, 1, 1], "120 pages are active");
    let again = Pricing::clone(&pricing).libraries_of_pages([299, 5, 100]).await.unwrap();
    assert_eq!(again[&299], found[&299]);
    assert_eq!(requests(&tables), [6, 3, 1, 1, 1], "clones share what was read, deleted pages included");
    pricing.clear();
    pricing.libraries_of_pages([5]).await.unwrap();
    assert_eq!(requests(&tables), [7, 4, 2, 2, 2]);
}

#[tokio::test]
async fn what_is_remembered_may_be_stale_until_it_is_cleared_or_old() {
    let book = Arc::new(AtomicI64::new(1));
    let current = Arc::clone(&book);
    let server = Server::start(move |request| {
        let table = request.path.strip_prefix("/odataservice/odata/table/")?;
        let mut rows = rows(table);
        if table == "price_page_x_book" {
            rows[5]["price_book_uid"] = json!(current.load(Ordering::SeqCst));
        }
        Some(page(request, matching(&options(&request.query).filter, &rows)))
    })
    .await;
    let pricing = server.client().pricing();
    let book_of = async |pricing: &Pricing| pricing.books_of_pages([5]).await.unwrap()[&5][0].uid;
    assert_eq!(book_of(&pricing).await, 1);
    book.store(2, Ordering::SeqCst);
    assert_eq!(book_of(&pricing).await, 1, "stale, as documented");
    pricing.clear();
    assert_eq!(book_of(&pricing).await, 2);
    let short = pricing.ttl(Duration::from_millis(20));
    assert_eq!(book_of(&short).await, 2);
    book.store(4, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(book_of(&short).await, 4);
    assert_eq!(book_of(&short.capacity(0)).await, 4);
}

#[tokio::test]
async fn a_failure_is_not_remembered_and_callers_may_be_spawned() {
    let server = Server::start(|request| {
        let table = request.path.strip_prefix("/odataservice/odata/table/")?;
        if table == "price_book" && request.earlier == 0 {
            return Some(support::answer(404, "text/plain", "Could not find a property named 'x' on type 'dbo.T'"));
        }
        Some(page(request, matching(&options(&request.query).filter, &rows(table))))
    })
    .await;
    let pricing = server.client().pricing();
    assert!(pricing.books_of_pages([5]).await.unwrap_err().to_string().contains("no column `x`"));
    let tasks = (0..8).map(|_| {
        let pricing = pricing.clone();
        tokio::spawn(async move { pricing.libraries_of_pages([5, 6]).await.unwrap() })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert_eq!(names(&task.await.unwrap()[&5]), [("LIB-1", "BOOK-5"), ("LIB-2", "BOOK-5")]);
    }
}
