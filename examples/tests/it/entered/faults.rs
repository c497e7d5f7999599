//! What goes wrong while a record is typed: the outcome says what is stored, nothing is stored twice, no session is left.

use std::time::Duration;

use p21_sandbox::{ErrorFamily, Fault, QueuedFault};
use p21_services::client::windows::WindowProblem;
use p21_services::client::windows::enter::{EntryProof, NotEntered};
use p21_services::prelude::*;
use p21_services::sales_price_book as book;
use p21_services::sales_price_page::{self as price_page, header};
use serde_json::Value;

use super::super::{client, sandbox};
use super::{each, in_session};

/// The pages that have a description, as the database has them.
async fn pages_called(client: &Client, description: &str) -> usize {
    let called = p21_services::client::odata::col("description").eq(description);
    client.table("price_page").filter(called).allow_unordered_pages().rows::<Value>().await.unwrap().len()
}

/// A page of a description of its own.
fn page_called(description: &str) -> price_page::Transaction {
    let header = header::Row::new(header::Required {
        price_page_type_cd: header::PricePageTypeCd::SupplierProductGroup,
        pricing_method_cd: header::PricingMethodCd::Source,
        effective_date: date(2027, 1, 1),
        expiration_date: date(2030, 12, 31),
    });
    let header = header.description(description).product_group_id("FASTENERS").supplier_id(10).company_id("ACME");
    price_page::Transaction::new().push(header.source_price_cd("Supplier List Price"))
}

/// The sessions that the server lists, once one could be started and ended.
pub(super) async fn the_only_session(client: &Client) -> Value {
    for _ in 0..20 {
        let Ok(session) = client.session().start().await else { continue };
        let listed = session.list().await;
        let ended = session.end().await;
        if let (Ok(listed), Ok(())) = (listed, ended) {
            return listed;
        }
    }
    panic!("no session can be started")
}

#[tokio::test]
async fn whatever_call_is_cut_the_outcome_says_what_is_stored_and_no_session_is_left() {
    const CALLS: u32 = 16;
    let cut = |fault: Fault, after: u32| {
        let path = "/uiserver0/api/ui/interactive/v2/";
        let passing = QueuedFault::next(Fault::Slow(Duration::ZERO)).path(path).times(after);
        (after > 0).then_some(passing).into_iter().chain([QueuedFault::next(fault).path(path)]).collect::<Vec<_>>()
    };
    let faults =
        [Fault::Drop, Fault::DropAfter, Fault::AnswerAfter(ErrorFamily::Empty), Fault::Answer(ErrorFamily::BadGateway)];
    let (mut stored, mut refused, mut unknown) = (0, 0, 0);
    for (kind, fault) in faults.into_iter().enumerate() {
        let sandbox = sandbox(|builder| builder).await;
        let client = client(&sandbox);
        for after in 0..CALLS {
            let description = format!("Cut {kind} {after}");
            let session = client.session().start().await.unwrap();
            cut(fault.clone(), after).into_iter().for_each(|fault| sandbox.queue_fault(fault));
            let record = page_called(&description);
            let outcome = session.enter(&record).await;
            // What is left of the fault meets the end of the session, or another one.
            let _ = session.end().await;
            let list = the_only_session(&client).await;
            assert_eq!(list.as_array().map(Vec::len), Some(1), "{description}: {list}");
            let there = pages_called(&client, &description).await;
            match &outcome {
                Ok(_) => {
                    assert_eq!(there, 1, "{description}");
                    stored += 1;
                }
                Err(error) if error.is_nothing_stored() => {
                    assert_eq!(there, 0, "{description}: {error}");
                    refused += 1;
                }
                Err(NotEntered::PartlyStored(_)) => assert_eq!(there, 1, "{description}"),
                Err(NotEntered::Ambiguous(_)) => {
                    assert!(there <= 1, "{description}");
                    unknown += 1;
                }
                Err(error) => panic!("{description}: {error}"),
            }
        }
    }
    assert!(stored > 10 && refused > 10, "{stored} stored, {refused} refused, {unknown} unknown");
    assert!(unknown <= 4, "only a save that is cut can be ambiguous: {unknown}");
}

#[tokio::test]
async fn a_save_that_is_cut_behind_the_commit_is_found_in_the_window_that_is_still_open() {
    each(
        |builder| builder,
        async |sandbox, client| {
            let session = client.session().start().await.unwrap();
            let data = "/uiserver0/api/ui/interactive/v2/data";
            sandbox.queue_fault(QueuedFault::next(Fault::DropAfter).method("PUT").path(data));
            let record = page_called("Found in its window");
            let entered = session.enter(&record).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(entered.proof, EntryProof::Proven);
            assert_eq!(pages_called(client, "Found in its window").await, 1);
            session.end().await.unwrap();
        },
    )
    .await;
}

#[tokio::test]
async fn a_save_that_is_refused_stores_nothing_and_says_why() {
    each(
        |builder| builder,
        async |_, client| {
            let book = book::Transaction::new().push(book::header::Row::edit().price_book_id("NEW"));
            let (refused, _) = in_session(client, async |session| session.enter(&book).await.unwrap_err()).await;
            let NotEntered::Refused(error) = &refused else { panic!("{refused}") };
            assert_eq!(error.window_problem(), Some(&WindowProblem::RequiredMissing), "{error}");
            let found = client.read(book::Key::new("NEW")).await.unwrap();
            assert!(found.is_none());
        },
    )
    .await;
}

#[tokio::test]
async fn a_popup_that_nobody_expected_stops_the_record_and_names_itself() {
    each(
        |builder| builder,
        async |sandbox, client| {
            let session = client.session().start().await.unwrap();
            let change = "/uiserver0/api/ui/interactive/v2/change";
            sandbox.queue_fault(QueuedFault::next(Fault::Popup).method("PUT").path(change));
            let record = page_called("Popup");
            let refused = session.enter(&record).await.unwrap_err();
            assert!(matches!(&refused, NotEntered::Refused(_)), "{refused}");
            assert!(
                matches!(
                    refused.error().unwrap().window_problem(),
                    Some(WindowProblem::Asked { .. } | WindowProblem::Blocked { .. })
                ),
                "{refused}"
            );
            assert_eq!(pages_called(client, "Popup").await, 0);
            // The window is given up, and the session goes on.
            let record = page_called("Behind it");
            session.enter(&record).await.unwrap();
            session.end().await.unwrap();
        },
    )
    .await;
}
