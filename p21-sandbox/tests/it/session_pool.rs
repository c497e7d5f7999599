//! The session pool: dialogs that nobody answers. The checks are those of the sheets `errors-and-session-pool` and
//! `transaction-api`.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::{PoolSettings, SandboxBuilder};
use serde_json::Value;
use support::*;

const FOUND: &str = "System.AggregateException: One or more errors occurred. ---> P21.UI.Common.UiServerException: \
                     Unexpected response window: Email Purchase Order(s). Window class: w_email_response";
const EXTENDED_INFO: &str = "TABPAGE_18.extended_info";
const HEADER: &str = "TABPAGE_1.tp_1_dw_1";

fn purchase_order(switches: &[(&str, &str)]) -> Value {
    let mut elements = vec![
        element(HEADER, &[], &[&[("location_id", "100"), ("vendor_id", "5010")]]),
        element("TABPAGE_17.tp_17_dw_17", &[], &[&[("item_id", "WIDGET-001"), ("unit_quantity", "5")]]),
    ];
    if !switches.is_empty() {
        elements.push(element(EXTENDED_INFO, &[], &[switches]));
    }
    set("PurchaseOrder", [elements])
}

async fn pool(change: impl FnOnce(&mut PoolSettings)) -> P21 {
    p21_with(|builder: SandboxBuilder| {
        builder.configure(|config| {
            // Short payloads: what a purchase order wants is not what is tested here.
            config.required_flags = false;
            change(&mut config.pool);
        })
    })
    .await
}

/// Whether a purchase order passes; a failure is the dialog's.
async fn passes(p21: &P21) -> bool {
    let answer = p21.transact(&purchase_order(&[])).await;
    let passed = summary(&answer) == (1, 0);
    assert!(passed || messages(&answer) == [format!("Transaction 1:: {FOUND}")], "{answer}");
    passed
}

#[tokio::test]
async fn errors_and_session_pool_check_4_a_switch_that_opens_a_dialog_is_stored_and_spoils_the_session() {
    for switch in ["acknowledged", "c_shipped_flag"] {
        let p21 = pool(|pool| {
            pool.size = 1;
            pool.stored_anyway = 0.0;
        })
        .await;
        let echo = p21.passes(&purchase_order(&[(switch, "ON")])).await;
        let number = value(&echo, HEADER, "po_no");
        let read = p21.read("PurchaseOrder", HEADER, &[("po_no", &number)]).await;
        assert_eq!(value(&read, EXTENDED_INFO, switch), "ON");
        assert!(!passes(&p21).await, "{switch}: the next call finds the dialog");
        assert!(passes(&p21).await, "{switch}: and that has cleaned the session");
    }
}

#[tokio::test]
async fn errors_and_session_pool_check_4_other_windows_of_a_dirty_session_are_clean() {
    let p21 = pool(|pool| pool.size = 1).await;
    p21.passes(&purchase_order(&[("acknowledged", "ON")])).await;
    p21.order(vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]])]).await;
    assert!(!passes(&p21).await);
}

#[tokio::test]
async fn errors_and_session_pool_check_4_a_call_that_fails_on_the_dialog_may_be_stored() {
    for (share, stored) in [(0.0, 1), (1.0, 2)] {
        let p21 = pool(|pool| {
            pool.size = 1;
            pool.stored_anyway = share;
        })
        .await;
        p21.passes(&purchase_order(&[("acknowledged", "ON")])).await;
        assert!(!passes(&p21).await);
        let mut numbers = 0;
        for number in ["4000001", "4000002", "4000003"] {
            let read = p21.read("PurchaseOrder", HEADER, &[("po_no", number)]).await;
            numbers += u32::from(!value(&read, HEADER, "po_no").is_empty());
        }
        assert_eq!(numbers, stored);
    }
}

#[tokio::test]
async fn errors_and_session_pool_check_4_price_pages_never_spoil_a_session() {
    let p21 = pool(|pool| {
        pool.contamination = 1.0;
        pool.contaminated_after_failure = true;
    })
    .await;
    let page = element(
        "FORM.form",
        &[],
        &[&[
            ("price_page_type_cd", "Supplier / Product Group"),
            ("company_id", "ACME"),
            ("product_group_id", "FASTENERS"),
            ("supplier_id", "10"),
            ("description", "A page"),
        ]],
    );
    for _ in 0..40 {
        let answer = p21.transact(&set("SalesPricePage", [vec![page.clone()]])).await;
        assert!(!answer.to_string().contains("response window"), "{answer}");
    }
}

#[tokio::test]
async fn transaction_api_check_59_a_failure_spoils_one_session_and_later_calls_pass_or_fail_by_the_draw() {
    let series = async || {
        let p21 = pool(|pool| pool.contaminated_after_failure = true).await;
        let bad = set("PurchaseOrder", [vec![element(HEADER, &[], &[&[("po_hdr_po_type", "Regular")]])]]);
        p21.fails(&bad).await;
        let mut series = Vec::new();
        // Every failure cleans the session it met, so one failure in all is what one bad call leads to.
        for _ in 0..60 {
            series.push(passes(&p21).await);
        }
        series
    };
    let first = series().await;
    assert_eq!(first.iter().filter(|passed| !**passed).count(), 1, "{first:?}");
    assert_eq!(series().await, first, "the same seed leads to the same draws");
}

#[tokio::test]
async fn transaction_api_check_59_asynchronous_calls_are_never_affected() {
    let p21 = pool(|pool| {
        pool.size = 1;
        pool.contaminated_after_failure = true;
        pool.contamination = 1.0;
    })
    .await;
    assert!(!passes(&p21).await, "every session is spoilt");
    for _ in 0..10 {
        assert!(p21.run_async(&purchase_order(&[])).await);
    }
}

#[tokio::test]
async fn transaction_api_check_59_asynchronous_calls_spoil_no_session_and_clean_none() {
    let p21 = pool(|pool| {
        pool.size = 1;
        pool.contaminated_after_failure = true;
        pool.stored_anyway = 0.0;
    })
    .await;
    assert!(p21.run_async(&purchase_order(&[("acknowledged", "ON")])).await);
    let bad = set("PurchaseOrder", [vec![element(HEADER, &[], &[&[("po_hdr_po_type", "Regular")]])]]);
    assert!(!p21.run_async(&bad).await);
    assert!(passes(&p21).await, "the pool has seen nothing of it");
    p21.passes(&purchase_order(&[("acknowledged", "ON")])).await;
    assert!(p21.run_async(&purchase_order(&[])).await);
    assert!(!passes(&p21).await, "the dialog is still up in the pool's session");
}

#[tokio::test]
async fn reads_take_a_session_and_leave_its_dialog_alone() {
    let p21 = pool(|pool| {
        pool.size = 1;
        pool.stored_anyway = 0.0;
    })
    .await;
    let echo = p21.passes(&purchase_order(&[("acknowledged", "ON")])).await;
    let number = value(&echo, HEADER, "po_no");
    let read = p21.read("PurchaseOrder", HEADER, &[("po_no", &number)]).await;
    assert_eq!(value(&read, HEADER, "po_no"), number);
    assert!(!passes(&p21).await, "the dialog is still there");
}

#[tokio::test]
async fn transaction_api_check_59_without_the_mode_a_failure_spoils_nothing() {
    let p21 = pool(|pool| pool.size = 1).await;
    p21.fails(&set("PurchaseOrder", [vec![element(HEADER, &[], &[&[("po_hdr_po_type", "Regular")]])]])).await;
    assert!(passes(&p21).await);
}

#[tokio::test]
async fn contamination_by_others_is_as_frequent_as_asked() {
    let p21 = pool(|pool| pool.contamination = 0.3).await;
    let mut failed = 0;
    for _ in 0..100 {
        failed += usize::from(!passes(&p21).await);
    }
    assert!((15..=45).contains(&failed), "{failed} of 100");
}
