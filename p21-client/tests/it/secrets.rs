//! Secrets appear nowhere: not in `Debug`, not in errors, not in logs, not in addresses.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use p21_client::{Callback, Client, Credentials, TokenApi};
use p21_model::commands::Commands;
use p21_model::payload::TransactionSet;
use support::{PASSWORD, SERVICES_PATH, Server, TOKEN_PATH, TRANSACTION_PATH, json, log, quick, redirect};

const KEY: &str = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
const CALLBACK: &str = "secret-of-the-callback";
const ASYNC_PATH: &str = "/uiserver0/api/v2/transaction/async";
const CALLBACK_PATH: &str = "/uiserver0/api/v2/transaction/async/callback";
const TOKEN: &str = "opaque-bearer-token-1234567890";

fn assert_clean(text: &str) {
    for secret in [PASSWORD, KEY, &KEY.to_uppercase(), &KEY.replace('-', ""), TOKEN, CALLBACK] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// A server that echoes the credentials in each of its answers.
async fn telltale(secret: &str) -> Server {
    let echo = format!("{secret} {} {} Bearer {TOKEN}", secret.to_uppercase(), secret.replace('-', ""));
    Server::start(move |request| match request.path.as_str() {
        TOKEN_PATH | "/api/security/token" => Some(support::token(TOKEN)),
        TRANSACTION_PATH => Some(json(500, &serde_json::json!({"ErrorMessage": echo, "ErrorType": echo}).to_string())),
        "/uiserver0/api/v2/definition/Order" => Some(redirect(302, &format!("/x/{TOKEN}?token={TOKEN}"))),
        "/uiserver0/api/v2/defaults/Order" => Some(json(404, &echo)),
        "/uiserver0/api/v2/basics/Order" => Some(json(404, &format!("<html><title>{echo}</title></html>"))),
        ASYNC_PATH => {
            let done = serde_json::json!({"RequestId": "1", "Status": 2, "Messages": echo});
            Some(json(200, &done.to_string()))
        }
        CALLBACK_PATH => {
            Some(json(400, &serde_json::json!({"ErrorMessage": format!("{CALLBACK} {echo}")}).to_string()))
        }
        "/uiserver0/api/v2/process/pdfreport" => {
            let failed = serde_json::json!([{"ResponseStatus": {"StatusCode": "Failure", "Message": echo}}]);
            Some(json(200, &failed.to_string()))
        }
        "/uiserver0/api/v2/commands" => Some(json(500, &echo)),
        SERVICES_PATH => Some(json(200, &format!(r#"{{"Services":"{echo}"}}"#))),
        _ => None,
    })
    .await
}

/// Each kind of error there is, with its text, its `Debug` and those of its causes.
async fn everything_said_by(client: &Client) -> String {
    let mut said = format!("{client:?}");
    for error in [
        client.services().await.unwrap_err(),
        client.submit(&TransactionSet::default()).unchecked().await.unwrap_err(),
        client.definition("Order").await.unwrap_err(),
        client.defaults("Order").await.unwrap_err(),
        client.basics("Order").await.unwrap_err(),
    ] {
        said.push_str(&format!("{error}\n{error:?}\n{:?}\n{:?}\n", error.server(), error.failure()));
    }
    let pending = client.submit(&TransactionSet::default()).unchecked().queued().await.unwrap();
    let unclear = pending.wait().await.unwrap_err();
    let commands = client.run_commands(&Commands::of("Order")).await.unwrap_err();
    let callback = Callback::to("https://h/").secret(CALLBACK);
    let refused = client.submit(&TransactionSet::default()).unchecked().queued().callback(&callback).await.unwrap_err();
    let failures = client.print_unchecked(&TransactionSet::default()).await.unwrap();
    said.push_str(&format!(
        "{unclear} {unclear:?} {commands} {commands:?} {refused} {refused:?} {failures:?} {callback:?}"
    ));
    said
}

#[tokio::test]
async fn a_server_that_echoes_credentials_gives_nothing_away() {
    log::start();
    let logins: [(&str, Credentials); 2] = [
        (PASSWORD, Credentials::password("svc_demo", PASSWORD)),
        (KEY, Credentials::consumer_key(KEY).acting_as("svc_demo").into()),
    ];
    for (secret, credentials) in logins {
        for api in [TokenApi::V1, TokenApi::V2] {
            let server = telltale(secret).await;
            let builder = Client::builder(&server.url).credentials(credentials.clone()).token_api(api).retry(quick());
            assert_clean(&format!("{builder:?}"));
            assert_clean(&everything_said_by(&builder.build().unwrap()).await);
            let text = log::text();
            assert_clean(&text);
            for part in ["method=POST", "path=\"/api/v2/transaction\"", "status=500", "elapsed_ms=", "tries=1"] {
                assert!(text.contains(part), "{part} is missing in {text}");
            }
        }
    }
}

#[tokio::test]
async fn addresses_never_hold_credentials() {
    let server = Server::start(|_| None).await;
    for api in [TokenApi::V1, TokenApi::V2] {
        server.builder().token_api(api).build().unwrap().services().await.unwrap();
    }
    for path in [TOKEN_PATH, "/api/security/token", SERVICES_PATH, support::ROUTER_PATH] {
        for seen in server.seen(path) {
            assert!(!seen.query.contains(PASSWORD) && !seen.query.contains("token"));
        }
    }
}
