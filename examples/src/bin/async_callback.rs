//! Contracts queued: waited for by a ticket, and told about by a callback.
//!
//! P21 works on queued transactions in a session of their own, which no earlier failure has contaminated, and hands out
//! an id at once, for transactions too that it then refuses. A callback carries a secret, and the receiver takes none
//! without it. Nothing says that P21 repeats a callback that fails, so a program that must know waits as well.
//!
//! `cargo run -p p21-examples --bin async_callback` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and
//! `P21_PASSWORD` set, on a real server. That one has to reach this program: set `P21_CALLBACK_LISTEN` to the address to
//! listen on and `P21_CALLBACK_URL` to what P21 calls.
#![forbid(unsafe_code)]

use std::time::Duration;

use anyhow::{Context as _, Result};
use p21_services::client::Callback;
use p21_services::client::callback::{CallbackEvent, CallbackReceiver, Callbacks};
use p21_services::job_contract_pricing::{self as contract, header, line};
use p21_services::model::outcome::Outcome;
use p21_services::prelude::*;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let client = &server.client;

    // The ticket finds the request again, after a restart of the program as well.
    let pending = client.submit(&contracts(["JOB-3001", "JOB-3002"])).unchecked().queued().await?;
    let ticket = pending.ticket().clone();
    print("waited for", &client.wait(&ticket).await?);

    let secret: String = std::iter::repeat_with(fastrand::alphanumeric).take(32).collect();
    let (receiver, mut callbacks) = CallbackReceiver::builder(secret.clone()).build()?;
    let url = listen(&receiver).await?;
    let callback = Callback::to(url).secret(secret);
    let pending = client.submit(&contracts(["JOB-3003", "JOB-3004"])).unchecked().queued().callback(&callback).await?;
    receiver.expect(&pending);
    let told = tokio::time::timeout(Duration::from_secs(60), finished(&mut callbacks)).await;
    print("told about", &told.context("no callback came in: can P21 reach this program?")??);
    Ok(())
}

/// Mounts the receiver on a server of its own; what P21 is to call.
async fn listen(receiver: &CallbackReceiver) -> Result<String> {
    let address = std::env::var("P21_CALLBACK_LISTEN").unwrap_or_else(|_| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(address).await?;
    let here = format!("http://{}/p21", listener.local_addr()?);
    let app = axum::Router::new().nest("/p21", receiver.router());
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(std::env::var("P21_CALLBACK_URL").unwrap_or(here))
}

/// The first outcome. A callback may be faster than the answer to its submission: then it is unknown at first, and comes
/// again once it is expected.
async fn finished(callbacks: &mut Callbacks) -> Result<Outcome> {
    while let Some(event) = callbacks.next().await {
        if let CallbackEvent::Finished { outcome, .. } = event {
            return Ok(outcome?);
        }
    }
    anyhow::bail!("the receiver is gone")
}

fn print<S>(how: &str, outcome: &Outcome<S>) {
    for (number, result) in (1..).zip(&outcome.transactions) {
        match result {
            Ok(_) => println!("{how}: contract {number} is stored"),
            Err(failure) => println!("{how}: contract {number}: {failure}"),
        }
    }
}

/// Two contracts, of which the second one has ended: P21 refuses it.
fn contracts(numbers: [&str; 2]) -> contract::TransactionSet {
    // The check finds the second one, so they are sent unchecked: P21 is to refuse it.
    let end_dates = [date(2027, 12, 31), date(2017, 12, 31)];
    let contract = |(contract_no, end_date)| {
        contract::Transaction::new()
            .push(header::Row::new(header::Required { company_id: "ACME", contract_no, end_date }).customer_id(100198))
            .push(
                line::Row::new(line::Required {
                    item_id: "WIDGET-001",
                    uom: "EA",
                    pricing_method: line::PricingMethod::Price,
                })
                .price(dec!(25.00)),
            )
    };
    numbers.into_iter().zip(end_dates).map(contract).collect()
}
