//! A sequence that is cut at each of its calls: the outcome says what P21 holds of the record, and it is so.

use std::time::Duration;

use p21_sandbox::{ErrorFamily, Fault, QueuedFault, Sandbox, ServerVersion};
use p21_services::client::odata::{Filter, col};
use p21_services::client::windows::Session;
use p21_services::client::windows::enter::NotEntered;
use p21_services::model::row::{Service, Transaction};
use p21_services::prelude::*;
use p21_services::{job_contract_pricing as contract, order};
use serde_json::Value;

use super::super::{client, sandbox};
use super::faults::the_only_session;

pub(super) const CALLS: &str = "/uiserver0/api/ui/interactive/v2/";

/// What is there of a record: how often, and how many notes.
type There = (usize, usize);

/// How many rows of a table fit.
pub(super) async fn count(client: &Client, table: &str, by: Filter) -> usize {
    client.table(table).filter(by).allow_unordered_pages().rows::<Value>().await.unwrap().len()
}

/// An order with a line and a note on it, by its `po_no`.
pub(super) fn noted(po_no: &str) -> order::Transaction {
    let header = order::header::Row::new(order::header::Required {
        customer_id: 100_198,
        sales_loc_id: 100,
        source_loc_id: 100,
        ship_to_id: 100_198,
        contact_id: "1001",
        po_no,
        order_date: date(2027, 1, 4),
        requested_date: date(2027, 1, 5),
    });
    let line = order::items::Row::new(order::items::Required { oe_order_item_id: "WIDGET-001", unit_quantity: 2 });
    let note = order::line_note::Row::edit().topic(po_no).note("Handle with care");
    order::Transaction::new().push(header).push(line.with(note))
}

pub(super) async fn orders_and_notes(client: &Client, po_no: &str) -> There {
    let notes = count(client, "oe_line_notepad", col("topic").eq(po_no)).await;
    (count(client, "oe_hdr", col("po_no").eq(po_no)).await, notes)
}

/// A contract with breaks, and all that its window wants.
pub(super) fn contract(contract_no: &str) -> contract::Transaction {
    let line = contract::line::Row::new(contract::line::Required {
        item_id: "WIDGET-001",
        uom: "EA",
        pricing_method: contract::line::PricingMethod::Source,
    });
    let breaks = contract::breaks::Row::edit()
        .calculation_method_cd(contract::breaks::CalculationMethodCd::Multiplier)
        .calculation_value1(dec!(0.9));
    let required = contract::header::Required { company_id: "ACME", contract_no, end_date: date(2027, 12, 31) };
    let header = contract::header::Row::new(required).customer_id(100_198).ship_to_id(100_198);
    contract::Transaction::new()
        .push(header)
        .push(contract::ship_to::Row::edit().customer_id(100_198).ship_to_id(100_198))
        .push(line.source_price("Supplier List Price").with(breaks))
        .push(contract::ship_to_item::Row::edit().item_id("WIDGET-001"))
}

/// Which of the calls below `/v2/` save.
pub(super) fn saves(transcript: &std::path::Path) -> Vec<bool> {
    let text = std::fs::read_to_string(transcript).unwrap();
    let lines = text.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).unwrap());
    let calls = lines.filter(|call| call["path"].as_str().unwrap().contains("/v2/"));
    calls.map(|call| call["step"] == "save").collect()
}

/// Enters records of one kind, each with another of its calls cut, and compares what is told with what is there.
async fn cut_everywhere<S: Service>(
    (sandbox, client): (&Sandbox, &Client),
    record: impl Fn(&str) -> Transaction<S>,
    there: impl AsyncFn(&Client, &str) -> There,
    whole: There,
) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.jsonl");
    let session = client.session().transcript(&path).start().await.unwrap();
    session.enter(&record("Whole")).await.unwrap_or_else(|error| panic!("{error}"));
    session.end().await.unwrap();
    let faults =
        [Fault::Drop, Fault::DropAfter, Fault::AnswerAfter(ErrorFamily::Empty), Fault::Answer(ErrorFamily::BadGateway)];
    for (after, is_save) in saves(&path).into_iter().enumerate() {
        // A save meets all of them, any other call one.
        let met = if is_save { faults.to_vec() } else { vec![faults[after % faults.len()].clone()] };
        for fault in met {
            let name = format!("Cut {after} {fault}");
            let session = client.session().start().await.unwrap();
            let after = u32::try_from(after).unwrap();
            if after > 0 {
                sandbox.queue_fault(QueuedFault::next(Fault::Slow(Duration::ZERO)).path(CALLS).times(after));
            }
            sandbox.queue_fault(QueuedFault::next(fault).path(CALLS));
            let built = record(&name);
            let outcome = session.enter(&built).await.map(drop);
            // What is left of the fault meets the end of the session.
            let _ = session.end().await;
            let list = the_only_session(client).await;
            assert_eq!(list.as_array().map(Vec::len), Some(1), "{name}: {list}");
            compare(&name, &outcome, there(client, &name).await, whole, is_save);
        }
    }
}

fn compare(name: &str, outcome: &Result<(), NotEntered>, there: There, whole: There, is_save: bool) {
    match outcome {
        Ok(()) => assert_eq!(there, whole, "{name}"),
        Err(NotEntered::Refused(error)) => {
            assert_eq!(there, (0, 0), "{name}: {error}");
            assert!(!error.is_ambiguous(), "{name}: {error}");
        }
        Err(NotEntered::PartlyStored(partly)) => {
            let is_noted = partly.stored.iter().any(|step| step.starts_with("popup"));
            assert_eq!(there, (1, if is_noted { whole.1 } else { 0 }), "{name}: {partly:?}");
            assert!(!partly.error.is_ambiguous() && !partly.left.is_empty(), "{name}: {partly:?}");
        }
        Err(NotEntered::Ambiguous(ambiguous)) => {
            assert!(is_save, "only a save that is cut can be ambiguous: {name}: {ambiguous:?}");
            let at_least = usize::from(!ambiguous.stored.is_empty());
            assert!(there.0 >= at_least && there.0 <= 1 && there.1 <= whole.1, "{name}: {there:?} {ambiguous:?}");
        }
        Err(error) => panic!("{name}: {error}"),
    }
}

#[tokio::test]
async fn an_order_and_its_note_are_two_steps_whatever_call_is_cut() {
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    cut_everywhere((&sandbox, &client), noted, orders_and_notes, (1, 1)).await;
}

#[tokio::test]
async fn a_contract_with_breaks_is_stored_whole_or_not_whatever_call_is_cut() {
    let sandbox = sandbox(|builder| builder.p21_version(ServerVersion::v26_1())).await;
    let client = client(&sandbox);
    let there = async |client: &Client, contract_no: &str| {
        (count(client, "job_price_hdr", col("contract_no").eq(contract_no)).await, 0)
    };
    cut_everywhere((&sandbox, &client), contract, there, (1, 0)).await;
}

#[tokio::test]
async fn a_step_that_fails_behind_a_stored_order_says_what_is_stored_and_what_is_left() {
    for by_store in [false, true] {
        let sandbox = sandbox(|builder| builder).await;
        let client = client(&sandbox);
        let tools = "/uiserver0/api/ui/interactive/v2/tools";
        // Two dates are answered by tools before the note is added.
        let unavailable = Fault::Answer(ErrorFamily::Unavailable);
        for fault in [Fault::Slow(Duration::ZERO), unavailable].into_iter().skip(usize::from(by_store)) {
            let times = if fault == Fault::Slow(Duration::ZERO) { 2 } else { 1 };
            sandbox.queue_fault(QueuedFault::next(fault).method("POST").path(tools).times(times));
        }
        let record = noted("PO-STEPS");
        let enter = async |session: &Session| session.enter(&record).await.map(drop).unwrap_err();
        let failed = match by_store {
            true => client.store(&record).await.map(drop).unwrap_err(),
            false => {
                let session = client.session().start().await.unwrap();
                let failed = enter(&session).await;
                session.end().await.unwrap();
                failed
            }
        };
        let NotEntered::PartlyStored(partly) = &failed else { panic!("{failed}") };
        let first = if by_store { "transaction" } else { "save" };
        assert!(partly.stored.iter().any(|step| step == first), "{partly:?}");
        assert!(failed.to_string().contains("is stored in part"), "{failed}");
        assert_eq!(orders_and_notes(&client, "PO-STEPS").await, (1, 0));
        let order_no = partly.key.iter().find(|(field, _)| field == "order_no").map(|(_, number)| number).unwrap();
        // What is left is entered alone, and is there once.
        let note = order::line_note::Row::edit().topic("PO-STEPS").note("Handle with care");
        let line = order::items::Row::edit().oe_order_item_id("WIDGET-001").with(note);
        let rest = order::Transaction::new().push(order::header::Row::edit().order_no(order_no.as_str())).push(line);
        client.store(&rest).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(orders_and_notes(&client, "PO-STEPS").await, (1, 1));
        let list = the_only_session(&client).await;
        assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    }
}
