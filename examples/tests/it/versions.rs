//! Bindings of one P21 version against a server of another.

use p21_sandbox::{Sandbox, ServerVersion};
use p21_services::job_contract_pricing::{self as contract, breaks, header, line};
use p21_services::prelude::*;

use crate::{client, client_with, sandbox};

async fn server(profile: &str) -> Sandbox {
    sandbox(|builder| builder.p21_version(ServerVersion::parse(profile).unwrap())).await
}

/// A contract with quantity breaks, which 26.1 refuses, or drops in silence under `IgnoreDisabled`.
fn with_breaks() -> contract::TransactionSet {
    let line = line::Row::new(line::Required {
        item_id: "WIDGET-002",
        uom: "EA",
        pricing_method: line::PricingMethod::Source,
    })
    .source_price("Supplier List Price")
    .multiplier(1)
    .with(
        breaks::Row::edit()
            .calculation_method_cd(breaks::CalculationMethodCd::FixedPrice)
            .calculation_value1(dec!(10.00))
            .break1(10)
            .calculation_value2(dec!(8.50))
            .break2(0),
    );
    let header =
        header::Row::new(header::Required { company_id: "ACME", contract_no: "JOB-7", end_date: date(2099, 12, 31) })
            .customer_id(100_198)
            .approved(true);
    contract::TransactionSet::from(contract::Transaction::new().push(header).push(line)).ignore_disabled(true)
}

/// What a submission is refused with before anything is sent.
async fn refused(client: &Client) -> String {
    let error = client.submit(&with_breaks()).await.unwrap_err();
    let findings = error.findings().unwrap_or_else(|| panic!("{error}"));
    findings.to_string()
}

#[tokio::test]
async fn what_a_newer_server_drops_in_silence_is_refused_before_it_is_sent() {
    for profile in ["26.1", "26.1-early", "26.1.5910.3"] {
        let sandbox = server(profile).await;
        let text = refused(&client(&sandbox)).await;
        assert!(text.contains("the tab of `VALUES.values` is disabled"), "{profile}: {text}");
        assert!(text.contains("verified on 26.1"), "{profile}: the reason has its version: {text}");
    }
}

#[tokio::test]
async fn an_older_server_takes_what_the_bindings_say() {
    let sandbox = server("25.2").await;
    let client = client(&sandbox);
    assert_eq!(client.p21_version().await.unwrap().release(), contract::JobContractPricing::schema().version);
    let outcome = client.submit(&with_breaks()).await.unwrap();
    assert!(outcome.transactions.iter().all(Result::is_ok), "{outcome:?}");
}

#[tokio::test]
async fn a_version_that_is_told_is_believed() {
    let sandbox = server("25.2").await;
    let client = client_with(&sandbox, |builder| builder.p21_version("26.1".parse().unwrap()));
    assert_eq!(client.p21_version().await.unwrap().to_string(), "26.1");
    assert!(refused(&client).await.contains("verified on 26.1"));
}
