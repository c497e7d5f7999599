//! Windows: the client's and the sandbox's, over HTTP.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use p21_sandbox::ServerVersion;
use p21_services::client::windows::{Cleared, Session, SessionPool, Window, WindowProblem};
use p21_services::client::{Error, Method};
use p21_services::prelude::*;
use p21_services::sales_price_book::{self, SalesPriceBook, pages};
use p21_services::sales_price_page::{self, SalesPricePage, breaks, header};

use super::{client, client_with, sandbox};

/// The generations that windows differ in.
fn versions() -> [ServerVersion; 3] {
    [ServerVersion::v25_2(), ServerVersion::parse("26.1-early").unwrap(), ServerVersion::v26_1()]
}

/// A page, typed in P21's order.
pub(super) async fn type_page(page: &mut Window<SalesPricePage>) -> Result<(), Error> {
    page.type_in(header::PRICE_PAGE_TYPE_CD, header::PricePageTypeCd::SupplierProductGroup).await?;
    page.type_in(header::COMPANY_ID, "ACME").await?;
    page.type_in(header::PRODUCT_GROUP_ID, "FASTENERS").await?;
    page.type_in(header::SUPPLIER_ID, 10).await?;
    page.type_in(header::DESCRIPTION, "Fasteners").await?;
    page.type_in(header::PRICING_METHOD_CD, header::PricingMethodCd::Source).await?;
    page.type_in(header::SOURCE_PRICE_CD, "Supplier List Price").await?;
    page.type_in(header::EFFECTIVE_DATE, date(2027, 1, 1)).await?;
    page.type_in(header::EXPIRATION_DATE, date(2030, 12, 31)).await?;
    page.type_in(breaks::CALCULATION_METHOD_CD, breaks::CalculationMethodCd::Multiplier).await?;
    page.type_in(breaks::CALCULATION_VALUE1, dec!(0.85)).await?;
    Ok(())
}

async fn create_page(session: &Session) -> Result<i64, Error> {
    let mut page = session.open::<SalesPricePage>().await?;
    type_page(&mut page).await?;
    let uid = page.save().await?.key_of(header::PRICE_PAGE_UID)?.unwrap();
    page.close().await?;
    Ok(uid)
}

/// How many sessions the server has.
pub(super) async fn sessions(client: &Client) -> usize {
    let list = client.request(Method::GET, "/api/ui/interactive/sessions").send().await.unwrap();
    list.json::<Vec<serde_json::Value>>().unwrap().len()
}

#[tokio::test]
async fn a_page_typed_into_its_window_is_read_through_the_other_door_on_every_version() {
    for version in versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
        let client = client(&sandbox);
        let uid = client.session().run(create_page).await.unwrap();
        let record = client.read(sales_price_page::Key::new(uid)).await.unwrap().unwrap();
        let stored = record.first::<header::Row>().unwrap();
        assert_eq!(stored.get(header::DESCRIPTION).unwrap().unwrap().as_str(), "Fasteners");
        let tiers = record.first::<breaks::Row>().unwrap();
        assert_eq!(tiers.get(breaks::CALCULATION_VALUE1).unwrap(), Some(dec!(0.85)));
        assert_eq!(sessions(&client).await, 0);
    }
}

#[tokio::test]
async fn a_record_is_loaded_changed_and_cleared_and_one_that_is_not_there_is_an_error() {
    for version in versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
        let client = client(&sandbox);
        let session = client.session().start().await.unwrap();
        let uid = create_page(&session).await.unwrap();
        let mut page = session.open::<SalesPricePage>().await.unwrap();
        page.type_in(header::PRICE_PAGE_UID, uid).await.unwrap();
        assert_eq!(page.read(header::EXPIRATION_DATE).await.unwrap(), Some(date(2030, 12, 31)));
        page.type_in(header::EXPIRATION_DATE, date(2027, 6, 30)).proven().await.unwrap();
        page.save().await.unwrap();
        assert_eq!(page.clear().await.unwrap(), Cleared::Emptied);
        assert_eq!(page.read(header::DESCRIPTION).await.unwrap(), None);
        let error = page.type_in(header::PRICE_PAGE_UID, 999_999).await.unwrap_err();
        assert_eq!(error.window_problem(), Some(&WindowProblem::NoSuchRecord), "{error}");
        page.reopen().await.unwrap();
        page.type_in(header::PRICE_PAGE_UID, uid).await.unwrap();
        page.prove(header::EXPIRATION_DATE, date(2027, 6, 30)).await.unwrap();
        page.close().await.unwrap();
        session.end().await.unwrap();
        assert_eq!(sessions(&client).await, 0);
    }
}

#[tokio::test]
async fn a_page_is_linked_to_a_book_and_the_link_is_proven() {
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    client
        .session()
        .run(async |session| {
            let uid = create_page(session).await?;
            let mut book = session.open::<SalesPriceBook>().await?;
            book.type_in(sales_price_book::header::PRICE_BOOK_ID, "WIDGETS").await?;
            let before = book.rows::<pages::Row>().await?.len();
            book.add_row::<pages::Row>().await?;
            book.type_in(pages::PRICE_PAGE_UID, uid).await?;
            let saved = book.save().await?;
            assert_eq!(saved.unproven(), ["list_detail"]);
            book.close().await?;
            let mut book = session.open::<SalesPriceBook>().await?;
            book.type_in(sales_price_book::header::PRICE_BOOK_ID, "WIDGETS").await?;
            book.prove_row(pages::PRICE_PAGE_UID, uid).await?;
            assert_eq!(book.rows::<pages::Row>().await?.len(), before + 1);
            let row = book.select_where(pages::PRICE_PAGE_UID, uid).await?;
            assert_eq!(book.rows::<pages::Row>().await?.current(), Some(row));
            book.close().await
        })
        .await
        .unwrap();
    assert_eq!(sessions(&client).await, 0);
}

#[tokio::test]
async fn what_the_window_refuses_is_named_and_leaves_it_open() {
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    let session = client.session().start().await.unwrap();
    let error = session.open_named("NoSuchService").await.unwrap_err();
    assert!(matches!(error.window_problem(), Some(WindowProblem::CannotOpen { .. })), "{error}");
    let mut page = session.open::<SalesPricePage>().await.unwrap();
    let error = page.type_named("FORM.d_dw_price_page_main", "description", "x").await.unwrap_err();
    assert!(matches!(error.window_problem(), Some(WindowProblem::UnknownDatawindow { .. })), "{error}");
    // The call that this burns was a harmless one.
    type_page(&mut page).await.unwrap();
    let error = page.select_tab("NO_SUCH_TAB").await.unwrap_err();
    assert!(matches!(error.window_problem(), Some(WindowProblem::UnknownTab { .. })), "{error}");
    let error = page.run_tool("cb_no_such_tool").await.unwrap_err();
    assert!(matches!(error.window_problem(), Some(WindowProblem::NoSuchTool { .. })), "{error}");
    page.save().await.unwrap();
    page.close().await.unwrap();
    session.end().await.unwrap();
}

#[tokio::test]
async fn a_batch_that_would_lose_something_is_refused_before_it_is_sent() {
    use p21_services::client::windows::FieldValues;
    use p21_services::job_contract_pricing::{JobContractPricing, bins, header};
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    let session = client.session().start().await.unwrap();
    let mut window = session.open::<JobContractPricing>().await.unwrap();
    for (batch, why) in [
        (
            FieldValues::new().and(bins::CONTRACT_BIN_ID, "B-1").and(bins::MIN_QTY, 5),
            "`contract_bin_id` moves the cursor",
        ),
        (FieldValues::new().and(header::JOB_NO, "1").and(header::CUSTOMER_ID, 100_198), "in one call lose the latter"),
    ] {
        let error = window.type_all(batch).await.unwrap_err();
        assert!(error.is_input() && error.to_string().contains(why), "{error}");
    }
    session.end().await.unwrap();
}

#[tokio::test]
async fn a_session_that_expires_under_the_program_is_lost_and_another_starts() {
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    let session = client.session().start().await.unwrap();
    let mut page = session.open::<SalesPricePage>().await.unwrap();
    sandbox.clock().advance(Duration::from_secs(400));
    let error = page.type_in(header::COMPANY_ID, "ACME").await.unwrap_err();
    assert!(error.is_session_lost(), "{error}");
    drop(page);
    session.end().await.unwrap();
    assert!(client.session().run(create_page).await.is_ok());
}

/// Polls a future that often, then drops it.
async fn poll_times(future: impl Future, times: usize) -> bool {
    let mut future = pin!(future);
    for _ in 0..times {
        if future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return true;
        }
        tokio::time::sleep(Duration::from_micros(300)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn a_future_dropped_at_any_await_leaves_no_session_on_the_server() {
    let sandbox = sandbox(|builder| builder).await;
    let (mut finished, mut times) = (false, 1);
    while !finished {
        let client = client(&sandbox);
        finished = poll_times(client.session().run(create_page), times).await;
        let mut left = usize::MAX;
        for _ in 0..200 {
            left = sessions(&client).await;
            if left == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(left, 0, "after {times} polls");
        times += if times < 30 { 3 } else { 17 };
        assert!(times < 10_000);
    }
}

#[tokio::test]
async fn a_pool_of_one_user_says_how_many_sessions_the_server_grants() {
    use p21_sandbox::SessionSlot;
    for (slot, granted) in [(SessionSlot::Token, 3), (SessionSlot::User, 1)] {
        let sandbox = sandbox(|builder| builder.configure(|config| config.unknowns.session_slot = slot)).await;
        let pool = SessionPool::of([client_with(&sandbox, |builder| builder)])
            .each(3)
            .wait(Duration::from_millis(200))
            .build();
        let mut held = Vec::new();
        while let Ok(session) = pool.get().await {
            held.push(session);
        }
        assert_eq!((held.len(), pool.status().granted), (granted, granted), "{slot:?}");
        drop(held);
        pool.close().await;
    }
}
