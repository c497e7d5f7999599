//! Queued transactions and callbacks.

use std::time::Duration;

use axum::Router;
use p21_sandbox::{Sandbox, ServerVersion};
use p21_services::client::callback::{CallbackEvent, CallbackReceiver, Callbacks};
use p21_services::client::{Callback, Ticket};
use p21_services::job_contract_pricing::{JobContractPricing, TransactionSet};
use p21_services::model::outcome::Outcome;
use p21_services::prelude::*;
use serde_json::Value;

use super::{ENDED, both_versions, client, client_with, contract, ended, prices, sandbox};

fn mixed(contract_no: &str) -> TransactionSet {
    [contract(contract_no, &[("WIDGET-001", dec!(25))]), ended("ENDED-1")].into_iter().collect()
}

/// The first one is stored, the second one refused.
#[track_caller]
fn is_mixed<S>(outcome: &Outcome<S>) {
    assert_eq!(outcome.transactions.len(), 2);
    assert!(outcome.transactions[0].is_ok(), "{outcome:?}");
    let failure = outcome.transactions[1].as_ref().unwrap_err();
    assert_eq!(failure.messages[0].text, ENDED);
}

#[tokio::test]
async fn a_queued_set_tells_of_each_transaction_in_both_generations() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
        let client = client(&sandbox);
        let pending = client.submit(&mixed("ASYNC-1")).unchecked().queued().await.unwrap();
        is_mixed(&pending.wait().await.unwrap());
        assert_eq!(prices(&client, "ASYNC-1").await, [("WIDGET-001".to_owned(), dec!(25))], "{version:?}");
        assert!(prices(&client, "ENDED-1").await.is_empty());
        // By the ticket alone, as after a restart, and with the service's names.
        let ticket: Ticket = serde_json::from_str(&serde_json::to_string(pending.ticket()).unwrap()).unwrap();
        is_mixed(&client.wait(&ticket).await.unwrap());
        is_mixed(&client.resume::<JobContractPricing>(ticket).unwrap().wait().await.unwrap());

        let refused = client.submit(ended("ENDED-2")).unchecked().queued().await.unwrap().wait().await.unwrap_err();
        assert_eq!(refused.failure().unwrap().messages[0].text, ENDED, "{version:?}");
        let stored = client.submit(contract("ASYNC-2", &[("WIDGET-001", dec!(1))])).queued().await.unwrap();
        assert!(stored.wait().await.is_ok(), "{version:?}");
    }
}

#[tokio::test]
async fn an_id_that_nobody_has_is_an_error_that_keeps_the_ticket() {
    let sandbox = sandbox(|builder| builder).await;
    let ticket = Ticket::new("3f0f2c5e-0000-4000-8000-000000000000", "JobContractPricing", 1);
    let error = client(&sandbox).wait(&ticket).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.ticket()), (404, Some(&ticket)), "{error}");
}

#[tokio::test]
async fn a_third_job_waits_for_one_of_two_slots() {
    let [old, new] = both_versions();
    tokio::join!(three_jobs_on_two_slots(old), three_jobs_on_two_slots(new));
}

/// How many jobs the sandbox runs, and how many wait for a slot.
async fn running_and_waiting(sandbox: &Sandbox) -> (u64, u64) {
    let state = reqwest::get(format!("{}/_sandbox/state", sandbox.url())).await.unwrap();
    let state: Value = serde_json::from_slice(&state.bytes().await.unwrap()).unwrap();
    let count = |name: &str| state["jobs"][name].as_u64().unwrap();
    (count("running"), count("waiting"))
}

/// Lets the sandbox's time pass until so many run and wait.
async fn pass_until(sandbox: &Sandbox, jobs: (u64, u64)) {
    for _ in 0..600 {
        if running_and_waiting(sandbox).await == jobs {
            return;
        }
        sandbox.clock().advance(TAKES);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{:?} instead of {jobs:?}", running_and_waiting(sandbox).await);
}

/// How long a job takes on the sandbox's clock, which nothing but this test moves noticeably.
const TAKES: Duration = Duration::from_secs(3_600);

async fn three_jobs_on_two_slots(version: ServerVersion) {
    let sandbox = sandbox(|builder| {
        builder.p21_version(version).configure(|config| {
            config.admin = true;
            config.asynchronous.duration = TAKES;
        })
    })
    .await;
    let set = |number: usize| contract(&format!("SLOT-{number}"), &[("WIDGET-001", dec!(1))]);

    // The client keeps the third one back until one of the others is done.
    let two_at_once = client(&sandbox);
    let first = two_at_once.submit(&set(1)).queued().await.unwrap();
    let second = two_at_once.submit(&set(2)).queued().await.unwrap();
    let third = set(3);
    let mut third = std::pin::pin!(two_at_once.submit(&third).queued().into_future());
    let early = tokio::time::timeout(Duration::from_millis(500), &mut third).await;
    assert!(early.is_err(), "the third one waits for a slot");
    assert_eq!(running_and_waiting(&sandbox).await, (2, 0), "two are taken at once");
    sandbox.clock().advance(TAKES);
    let third = third.await.unwrap();
    assert!(first.status().await.unwrap().is_done() || second.status().await.unwrap().is_done());
    pass_until(&sandbox, (0, 0)).await;
    assert!(third.wait().await.is_ok());

    // One that doesn't leaves it to the server to queue it.
    let eager = client_with(&sandbox, |builder| builder.max_async(3));
    let mut jobs = Vec::new();
    for number in 4..7 {
        jobs.push(eager.submit(&set(number)).queued().await.unwrap());
    }
    assert_eq!(running_and_waiting(&sandbox).await, (2, 1), "three are taken at once, and two of them run");
    pass_until(&sandbox, (0, 0)).await;
    for job in &jobs {
        assert!(job.wait().await.is_ok());
    }
}

const SECRET: &str = "a secret of the tests, long enough";

/// A receiver on a server of its own; what P21 is to call.
async fn receiver() -> (CallbackReceiver, Callbacks, String) {
    let (receiver, callbacks) = CallbackReceiver::builder(SECRET).build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/p21", listener.local_addr().unwrap());
    let app = Router::new().nest("/p21", receiver.router());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (receiver, callbacks, url)
}

/// The next outcome, whether it came before or after it was expected.
async fn finished(callbacks: &mut Callbacks) -> (Ticket, Outcome) {
    loop {
        let event = tokio::time::timeout(Duration::from_secs(20), callbacks.next()).await.unwrap().unwrap();
        if let CallbackEvent::Finished { ticket, outcome } = event {
            return (ticket, outcome.unwrap());
        }
    }
}

#[tokio::test]
async fn a_callback_brings_the_outcome_in_json_and_in_xml() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version.clone())).await;
        let client = client(&sandbox);
        let (receiver, mut callbacks, url) = receiver().await;
        let json = Callback::to(&url).secret(SECRET);
        for (number, callback) in [json.clone(), json.xml()].iter().enumerate() {
            let set = mixed(&format!("TOLD-{number}"));
            let pending = client.submit(&set).unchecked().queued().callback(callback).await.unwrap();
            receiver.expect(&pending);
            let (ticket, outcome) = finished(&mut callbacks).await;
            assert_eq!(&ticket, pending.ticket(), "{version:?}");
            is_mixed(&outcome);
            assert_eq!(called(&pending).await, "Success : 200 (OK)");
        }
    }
}

/// How the callback went, once it was made.
async fn called<S>(pending: &p21_services::client::Pending<S>) -> String {
    for _ in 0..500 {
        if let Some(result) = pending.status().await.unwrap().callback_result {
            return result;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no callback was made");
}

#[tokio::test]
async fn a_callback_with_the_wrong_secret_is_refused_and_the_ticket_still_tells() {
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    let (receiver, mut callbacks, url) = receiver().await;
    for callback in [Callback::to(&url).secret("another secret, long enough"), Callback::to(&url)] {
        let pending = client.submit(&mixed("UNTOLD-1")).unchecked().queued().callback(&callback).await.unwrap();
        receiver.expect(&pending);
        let result = called(&pending).await;
        assert!(result.starts_with("Failure : ") && result.contains("401"), "{result}");
        is_mixed(&pending.wait().await.unwrap());
    }
    assert!(tokio::time::timeout(Duration::from_millis(50), callbacks.next()).await.is_err(), "nothing got in");
}
