//! Contaminated sessions of the pool.

use p21_sandbox::SandboxBuilder;
use p21_services::client::resilience::ResolvedHow;
use p21_services::job_contract_pricing as contracts;
use p21_services::prelude::*;

use super::{both_versions, client, client_with, contract, lookup, prices, sandbox};

fn pool(contamination: f64, stored_anyway: f64) -> impl FnOnce(SandboxBuilder) -> SandboxBuilder {
    move |builder| {
        builder.configure(|config| {
            config.pool.contamination = contamination;
            config.pool.stored_anyway = stored_anyway;
        })
    }
}

#[tokio::test]
async fn errors_4_what_a_contaminated_session_stored_all_the_same_is_found() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| pool(1.0, 1.0)(builder.p21_version(version))).await;
        let client = client(&sandbox);
        let new = contract("POOL-1", &[("WIDGET-001", dec!(25))]);
        let resolved = client.submit(new).lookup(lookup("POOL-1")).await.unwrap();
        assert_eq!((resolved.how, resolved.sent), (ResolvedHow::ReadBack, 1));
        assert_eq!(prices(&client, "POOL-1").await, [("WIDGET-001".to_owned(), dec!(25))]);
        // Without a read-back nobody knows.
        let plain = client.submit(contract("POOL-2", &[("WIDGET-001", dec!(25))])).await.unwrap_err();
        assert!(plain.is_contaminated() && plain.is_ambiguous(), "{plain}");
        assert_eq!(prices(&client, "POOL-2").await.len(), 1);
    }
}

#[tokio::test]
async fn errors_4_what_a_contaminated_session_did_not_store_is_sent_until_the_tries_are_used_up() {
    let sandbox = sandbox(pool(1.0, 0.0)).await;
    let client = client(&sandbox);
    let error =
        client.submit(contract("POOL-1", &[("WIDGET-001", dec!(1))])).lookup(lookup("POOL-1")).await.unwrap_err();
    assert!(error.is_contaminated() && !error.is_ambiguous(), "it is known not to be stored: {error}");
    assert!(prices(&client, "POOL-1").await.is_empty());
    // The asynchronous endpoint has sessions of its own.
    let queued = client.submit(contract("POOL-1", &[("WIDGET-001", dec!(1))])).queued().await.unwrap();
    assert!(queued.wait().await.is_ok());
}

#[tokio::test]
async fn errors_4_every_write_of_a_contaminated_pool_is_stored_once() {
    let sandbox = sandbox(pool(0.5, 0.5)).await;
    let client = client_with(&sandbox, |builder| {
        let pause = std::time::Duration::from_millis(1);
        builder.retry(p21_services::client::Retry::default().contaminated_delay(pause, pause).contaminated_attempts(30))
    });
    let numbers: Vec<String> = (0..20).map(|number| format!("POOL-{number}")).collect();
    let mut seen = [0; 3];
    for (price, number) in (1..).zip(&numbers) {
        let new = contract(number, &[("WIDGET-001", Decimal::from(price))]);
        let resolved = client.submit(new).lookup(lookup(number)).await.unwrap();
        seen[match resolved.how {
            ResolvedHow::Answered => 0,
            ResolvedHow::ReadBack => 1,
            _ => 2,
        }] += 1;
        assert_eq!(prices(&client, number).await, [("WIDGET-001".to_owned(), Decimal::from(price))]);
    }
    assert!(seen.iter().all(|times| *times > 0), "each way was met: {seen:?}");
    // All of them changed in one set: what failed is told from what is stored by the records.
    let mut keys = Vec::new();
    for number in &numbers {
        keys.extend(client.find(lookup(number)).await.unwrap());
    }
    let records = client.read_all(keys.clone()).await.unwrap();
    let job_no =
        |record: &contracts::Record| record.first::<contracts::header::Row>()?.get(contracts::header::JOB_NO).ok()?;
    let change = |(number, record): (&String, &Option<contracts::Record>)| {
        let job_no = record.as_ref().and_then(job_no).unwrap();
        let header = contracts::header::Row::edit().job_no(job_no).company_id("ACME").contract_no(number.as_str());
        let required = contracts::line::Required {
            item_id: "WIDGET-001",
            uom: "EA",
            pricing_method: contracts::line::PricingMethod::Price,
        };
        let line = contracts::line::Row::new(required).price(dec!(7));
        contracts::Transaction::new().push(header.end_date(date(2027, 12, 31))).push(line)
    };
    let set: contracts::TransactionSet = numbers.iter().zip(&records).map(change).collect();
    let results = client.submit(&set).keys(keys).await.unwrap();
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    for number in &numbers {
        assert_eq!(prices(&client, number).await, [("WIDGET-001".to_owned(), dec!(7))]);
    }
}
