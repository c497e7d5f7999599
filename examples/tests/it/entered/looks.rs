//! How often a list is read for the rows that come to it: all of a window's rows are in each read.

use p21_services::prelude::*;
use p21_services::sales_price_book as book;
use serde_json::Value;

use super::{calls, each, page};

const PAGES: usize = 8;

#[tokio::test]
async fn pages_that_come_to_a_book_are_looked_for_once_and_cost_two_calls_each() {
    each(
        |builder| builder,
        async |_, client| {
            let mut uids = Vec::new();
            for _ in 0..PAGES {
                let stored = client.submit(page()).await.unwrap();
                uids.push(stored.value("FORM.form", "price_page_uid").unwrap().parse::<i64>().unwrap());
            }
            let link = |some: &[i64]| {
                let rows = some.iter().map(|uid| book::pages::Row::edit().price_page_uid(*uid));
                book::Transaction::new().push(book::header::Row::edit().price_book_id("WIDGETS")).push_all(rows)
            };
            let folder = tempfile::tempdir().unwrap();
            let transcript = folder.path().join("session.jsonl");
            let session = client.session().transcript(&transcript).start().await.unwrap();
            // One of them is in the book, so that it is found among those that aren't.
            session.enter(&link(&uids[3..4])).await.unwrap();
            session.enter(&link(&uids)).await.unwrap();
            session.end().await.unwrap();
            let made = calls(&transcript);
            assert_eq!(made.iter().filter(|call| *call == "add list_detail").count(), PAGES, "{made:?}");
            let text = std::fs::read_to_string(&transcript).unwrap();
            let reads = text.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).unwrap()).filter(|call| {
                let path = call["path"].as_str().unwrap_or_default().split('?').next().unwrap_or_default();
                call["method"] == "GET" && path.ends_with("/v2/data")
            });
            // One each for what is linked first, before and behind the one that is found, and two that select it.
            assert!(reads.count() <= 5, "{text}");
            let record = client.read(book::Key::new("WIDGETS")).await.unwrap().unwrap();
            let linked: Vec<i64> = record
                .rows::<book::pages::Row>()
                .filter_map(|row| row.get(book::pages::PRICE_PAGE_UID).unwrap())
                .filter(|uid| uids.contains(uid))
                .collect();
            assert_eq!(linked.len(), PAGES, "{linked:?}");
        },
    )
    .await;
}
