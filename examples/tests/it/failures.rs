//! Errors of every form, logins that end, and what is not there.

use p21_sandbox::{ErrorFamily, Fault, QueuedFault, Sandbox, SandboxBuilder};
use p21_services::client::resilience::{ReadBack, ResolvedHow};
use p21_services::client::{Client, Credentials, Flavour, TokenApi};
use p21_services::prelude::*;

use super::{both_versions, client, client_with, contract, lookup, prices, sandbox};

const TRANSACTION: &str = "/uiserver0/api/v2/transaction";

/// Lets a fault happen to the next writes; reads go to another path, which has this one as its start.
fn next_writes(sandbox: &Sandbox, fault: Fault, times: u32) {
    sandbox.queue_fault(QueuedFault::next(fault).method("POST").path(TRANSACTION).times(times));
}

#[tokio::test]
async fn an_error_in_the_place_of_a_write_is_never_a_success() {
    for flavour in [Flavour::Json, Flavour::Xml] {
        let sandbox = sandbox(|builder| builder).await;
        let client = client_with(&sandbox, |builder| builder.flavour(flavour));
        for family in ErrorFamily::ALL {
            let number = format!("ERROR-{family}");
            // Twice, for a 401 is met with another token once.
            next_writes(&sandbox, Fault::Answer(family), 2);
            let error = client.submit(contract(&number, &[("WIDGET-001", dec!(1))])).await.unwrap_err();
            let said = error.to_string();
            assert!(!said.contains('<') && said.len() < 1_000, "{family}: {said}");
            let is_plain_refusal = error.status().is_some_and(|status| status.is_client_error());
            assert!(!(is_plain_refusal && error.is_ambiguous()), "{family}: {said}");
            // What is left of the fault meets somebody else.
            let _ = client.submit(contract("REST", &[("WIDGET-001", dec!(1))])).await;
            assert!(prices(&client, &number).await.is_empty(), "{family}");
        }
    }
}

#[tokio::test]
async fn a_stored_write_is_found_behind_every_error_that_can_follow_it() {
    use ErrorFamily::{BadGateway, Contaminated, Empty, Envelope, GatewayTimeout, Unavailable, Xml};
    for flavour in [Flavour::Json, Flavour::Xml] {
        let sandbox = sandbox(|builder| builder).await;
        let client = client_with(&sandbox, |builder| builder.flavour(flavour));
        for family in [BadGateway, Contaminated, Empty, Envelope, GatewayTimeout, Unavailable, Xml] {
            let new = || contract(&format!("PLAIN-{family}"), &[("WIDGET-001", dec!(1))]);
            next_writes(&sandbox, Fault::AnswerAfter(family), 1);
            let error = client.submit(new()).await.unwrap_err();
            assert!(error.is_ambiguous() && !error.is_retryable(), "{family}: {error}");

            let number = format!("FOUND-{family}");
            // Not the read before the write, whose path begins alike.
            let how = ReadBack::default().only_after();
            next_writes(&sandbox, Fault::AnswerAfter(family), 1);
            let new = contract(&number, &[("WIDGET-001", dec!(1))]);
            let resolved = client.submit(new).lookup(lookup(&number)).read_back(how).await.unwrap();
            assert_eq!((resolved.how, resolved.sent), (ResolvedHow::ReadBack, 1), "{family}");
        }
    }
}

#[tokio::test]
async fn a_token_that_ends_is_renewed_for_reads_and_writes() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version)).await;
        let client = client(&sandbox);
        client.services().await.unwrap();
        sandbox.expire_tokens();
        client.submit(contract("TOKEN-1", &[("WIDGET-001", dec!(1))])).await.unwrap();
        sandbox.expire_tokens();
        assert_eq!(prices(&client, "TOKEN-1").await.len(), 1);
        sandbox.expire_tokens();
        assert_eq!(client.table("price_page").count().await.unwrap(), 13);
    }
}

#[tokio::test]
async fn every_way_to_log_in_works_whatever_the_middleware_speaks() {
    const KEY: &str = "00000000-0000-0000-0000-000000000021";
    let ways = || {
        [
            Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD),
            Credentials::consumer_key(KEY).acting_as(p21_sandbox::USER).into(),
            Credentials::from(Credentials::consumer_key(KEY)),
        ]
    };
    for xml_tokens in [false, true] {
        let sandbox =
            sandbox(|builder: SandboxBuilder| builder.configure(|config| config.xml_tokens = xml_tokens)).await;
        for (number, credentials) in ways().into_iter().enumerate() {
            for api in [TokenApi::V2, TokenApi::V1] {
                let client = Client::builder(sandbox.url()).credentials(credentials.clone()).token_api(api);
                let services = client.build().unwrap().services().await;
                assert!(services.is_ok(), "{number} {api:?} {xml_tokens}: {}", services.unwrap_err());
            }
        }
        let wrong = Client::builder(sandbox.url()).credentials(Credentials::password(p21_sandbox::USER, "wr0ng"));
        let error = wrong.build().unwrap().services().await.unwrap_err();
        assert!(error.is_auth() && !error.to_string().contains("wr0ng"), "{error}");
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_deployed_has_its_own_error() {
    for flavour in [Flavour::Json, Flavour::Xml] {
        let sandbox = sandbox(|builder| builder.undeployed("Customer")).await;
        let client = client_with(&sandbox, |builder| builder.flavour(flavour));
        assert!(client.definition("NoSuchService").await.unwrap_err().is_unknown_service());
        assert!(client.definition("Customer").await.unwrap_err().is_unavailable_service());
        assert!(client.services().await.unwrap().iter().any(|service| service.name == "Customer"));
        let full = client.request(p21_services::client::Method::GET, "/ui/full/v1/windows");
        let error = full.send().await.unwrap_err().to_string();
        assert!(error.contains("does not simulate the web client's windows"), "{error}");
    }
}

#[tokio::test]
async fn a_stored_procedure_is_read_with_its_arguments() {
    for flavour in [Flavour::Json, Flavour::Xml] {
        let sandbox = sandbox(|builder| builder).await;
        let client = client_with(&sandbox, |builder| builder.flavour(flavour));
        let procedure = client.stored_procedure(1).await.unwrap().unwrap();
        assert_eq!(procedure.procedure, "usp_example_reprice");
        assert!(!procedure.arguments.is_empty());
        assert!(client.stored_procedure(999).await.unwrap().is_none());
    }
}
