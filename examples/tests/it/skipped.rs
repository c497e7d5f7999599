//! Elements that P21 skips and answers `Succeeded`: bindings of 25.2, breaks, a server of 26.1, `ignore_disabled`.

use std::time::Duration;

use p21_sandbox::{Fault, QueuedFault, Sandbox, ServerVersion};
use p21_services::client::odata::field;
use p21_services::client::resilience::{ReadBack, ResolvedHow};
use p21_services::client::{Error, Flavour, Lookup, Ticket};
use p21_services::job_contract_pricing::{self as contract, TransactionSet, breaks, header, line};
use p21_services::model::outcome::Failure;
use p21_services::order::{self, items, line_note};
use p21_services::prelude::*;

use super::{both_versions, client, client_with, lookup, prices, sandbox};

const LINES: &str = "JOBPRICELINE.jobpriceline";
const VALUES: &str = "VALUES.values";

/// A new contract with a line that has breaks.
fn with_breaks(contract_no: &str) -> contract::Transaction {
    let required = header::Required { company_id: "ACME", contract_no, end_date: date(2027, 12, 31) };
    let line = line::Required { item_id: "WIDGET-002", uom: "EA", pricing_method: line::PricingMethod::Source };
    let breaks = breaks::Row::edit()
        .calculation_method_cd(breaks::CalculationMethodCd::FixedPrice)
        .calculation_value1(dec!(10))
        .break1(10)
        .calculation_value2(dec!(8.5))
        .break2(0);
    contract::Transaction::new()
        .push(header::Row::new(required).customer_id(100198))
        .push(line::Row::new(line).source_price("Supplier List Price").multiplier(1).with(breaks))
}

fn set(contract_no: &str) -> TransactionSet {
    TransactionSet::from(with_breaks(contract_no)).ignore_disabled(true)
}

fn is_skipped<S>(failure: &Failure<S>) {
    assert_eq!(failure.skipped(), [LINES, VALUES], "{failure}");
    assert!(failure.is_ambiguous() && !failure.is_rejected(), "{failure}");
}

async fn of(version: &ServerVersion) -> Sandbox {
    sandbox(|builder| builder.p21_version(version.clone())).await
}

/// Whether the server writes breaks.
fn writes(version: &ServerVersion) -> bool {
    *version == ServerVersion::v25_2()
}

#[tokio::test]
async fn what_is_not_in_the_echo_under_ignore_disabled_is_skipped() {
    for version in both_versions() {
        let sandbox = of(&version).await;
        for (flavour, number) in [(Flavour::Json, "JSON-1"), (Flavour::Xml, "XML-1")] {
            let client = client_with(&sandbox, |builder| builder.flavour(flavour));
            let typed = client.submit(&set(number)).unchecked().await.unwrap().transactions.remove(0);
            let raw_set = set(&format!("RAW-{number}")).to_payload();
            let raw = client.submit(&raw_set).unchecked().await.unwrap().transactions.remove(0);
            if writes(&version) {
                assert!(typed.unwrap().unproven().is_empty() && raw.unwrap().unproven().is_empty());
                assert_eq!(prices(&client, number).await.len(), 1, "{flavour:?}");
            } else {
                is_skipped(&typed.unwrap_err());
                is_skipped(&raw.unwrap_err());
                assert!(prices(&client, number).await.is_empty(), "{flavour:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_queue_tells_what_was_skipped_after_a_restart_too() {
    for version in both_versions() {
        let sandbox = of(&version).await;
        let client = client(&sandbox);
        let pending = client.submit(&set("QUEUE-1")).unchecked().queued().await.unwrap();
        let stored = serde_json::to_string(pending.ticket()).unwrap();
        let now = pending.wait().await.unwrap().transactions.remove(0);
        let ticket: Ticket = serde_json::from_str(&stored).unwrap();
        let later = client.wait(&ticket).await.unwrap().transactions.remove(0);
        if writes(&version) {
            assert!(now.is_ok() && later.is_ok());
        } else {
            is_skipped(&now.unwrap_err());
            is_skipped(&later.unwrap_err());
        }
    }
}

#[tokio::test]
async fn with_a_key_the_record_is_read_and_nothing_sent_again() {
    for version in both_versions() {
        let sandbox = of(&version).await;
        let client = client(&sandbox);
        let mut results = client.submit(&set("KEY-1")).unchecked().lookups([lookup("KEY-1")]).await.unwrap();
        match results.remove(0) {
            Ok(resolved) => {
                assert!(writes(&version));
                assert_eq!((resolved.how, resolved.sent), (ResolvedHow::Answered, 1));
            }
            Err(error) => {
                assert!(!writes(&version), "{error}");
                skipped_and_read(&error);
            }
        }
    }
}

fn skipped_and_read(error: &Error) {
    assert_eq!(error.skipped(), [LINES, VALUES]);
    assert!(error.is_ambiguous() && !error.is_retryable() && error.unresolved().is_some(), "{error}");
}

#[tokio::test]
async fn one_transaction_that_was_skipped_is_an_error() {
    let sandbox = of(&ServerVersion::v26_1()).await;
    let client = client(&sandbox);
    let answer = client.submit(&set("ONE-1")).unchecked().await.unwrap().all_stored().unwrap_err();
    assert!(answer.to_string().contains("skipped `JOBPRICELINE.jobpriceline`, `VALUES.values`"), "{answer}");
    assert!(
        client.submit(with_breaks("ONE-2")).unchecked().await.unwrap_err().is_rejected(),
        "without the flag it says no"
    );
}

/// An order whose line has a note, which P21 skips under the flag, and stores the rest.
fn with_note(po_no: &str) -> order::TransactionSet {
    let header = order::header::Row::new(order::header::Required {
        customer_id: 100198,
        sales_loc_id: 100,
        source_loc_id: 100,
        ship_to_id: 100198,
        contact_id: "1001",
        po_no,
        order_date: date(2026, 11, 21),
        requested_date: date(2026, 12, 1),
    });
    let line = items::Row::new(items::Required { oe_order_item_id: "WIDGET-001", unit_quantity: 5 });
    let note = line_note::Row::edit().topic("Gate").note("Ring twice");
    let order = order::Transaction::new().push(header.taker("sandbox")).push(line.with(note));
    order::TransactionSet::from(order).ignore_disabled(true)
}

#[tokio::test]
async fn what_a_read_does_not_show_is_not_taken_for_stored_under_the_flag() {
    // Nothing lands late here.
    let soon = ReadBack::default().settle(Duration::from_millis(200));
    for version in both_versions() {
        let sandbox = of(&version).await;
        let client = client(&sandbox);
        let plain = client.submit(&with_note("PO-1")).unchecked().await.unwrap().transactions.remove(0);
        assert_eq!(plain.unwrap_err().skipped(), ["LINE_NOTE.line_note"]);
        // The same without its answer: the order is there, and whether the note is can't be seen.
        sandbox.queue_fault(QueuedFault::next(Fault::DropAfter).method("POST").path("/uiserver0/api/v2/transaction"));
        let by = Lookup::by(field(order::header::PO_NO).eq("PO-2"));
        let resolved = client
            .submit(&with_note("PO-2"))
            .unchecked()
            .lookups([by.clone()])
            .read_back(soon.clone())
            .await
            .unwrap()
            .remove(0);
        let error = resolved.unwrap_err();
        assert!(error.is_ambiguous() && error.to_string().contains("IgnoreDisabled"), "{error}");
        assert_eq!(client.find(by).await.unwrap().len(), 1);
    }
}
