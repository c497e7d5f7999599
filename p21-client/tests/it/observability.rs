//! What reads of tables and resolved writes log, and that it holds no secrets.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::time::Duration;

use p21_client::odata::col;
use p21_client::resilience::ReadBack;
use p21_model::row::Element as _;
use serde_json::{Value, json};
use support::job::{COMMENT, Fault, P21, When, header, job, key, line};
use support::odata::page;
use support::{PASSWORD, Server, answer, log};

#[tokio::test]
async fn every_decision_about_a_repeat_is_an_event() {
    log::start();
    let p21 = P21::start([Some((When::Before, Fault::Contaminated200)), Some((When::After, Fault::Drop))]).await;
    let how = ReadBack::default().settle(Duration::from_millis(5));
    let write = job("J-1").push(line("A-1", 1));
    p21.client().submit(write).key(key("J-1")).read_back(how).await.unwrap();
    let text = log::text();
    for part in [
        "p21.resolve{service=\"Job\" transactions=1",
        "rounds=2",
        "verdict=\"not stored\"",
        "sending again",
        "the write failed",
        "ambiguous=true",
        "verdict=\"stored\"",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(!text.contains("J-1"), "keys are data, and data isn't logged");
}

#[tokio::test]
async fn a_server_that_echoes_credentials_in_tables_and_records_gives_nothing_away() {
    log::start();
    let server = Server::start(|request| {
        let echo = format!("{PASSWORD} {}", request.header("authorization"));
        match request.path.as_str() {
            "/odataservice/odata/table/rows" => Some(page(request, vec![json!({"uid": echo})])),
            "/odataservice/odata/table/column" => {
                let said = format!("Could not find a property named '{echo}' on type 'dbo.T'");
                Some(answer(404, "text/plain", said))
            }
            "/odataservice/odata/table/right" => {
                Some(answer(401, "text/plain", format!("You are not authorized to access API. {echo}")))
            }
            path if path.starts_with("/odataservice") => Some(answer(404, "text/plain", echo)),
            _ => None,
        }
    })
    .await;
    #[derive(Debug, serde::Deserialize)]
    struct Row {
        #[allow(dead_code, reason = "only its type matters")]
        uid: i64,
    }
    let client = server.client();
    for table in ["rows", "column", "right", "other"] {
        let error = client.table(table).filter(col("a").eq("value-of-a-filter")).rows::<Row>().await.unwrap_err();
        let said = format!("{error} {error:?}");
        for secret in [PASSWORD, "token-0", "token-1", "value-of-a-filter"] {
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }
    client.table("rows").rows::<Value>().await.unwrap();

    let p21 = P21::start([Some((When::Before, Fault::Drop))]).await;
    p21.store(&job("J-1"));
    p21.state.lock().unwrap().meddle = Some((1, |records| {
        let header = &mut records.get_mut("J-1").unwrap().get_mut("FORM.header").unwrap()[0];
        header.insert("comment".to_owned(), format!("the password is {PASSWORD}"));
    }));
    let write = p21_model::row::Transaction::new().push(header("J-1").set(COMMENT, "mine"));
    let how = ReadBack::default().settle(Duration::ZERO);
    let error = p21.client().submit(write).key(key("J-1")).read_back(how).await.unwrap_err();
    let said = format!("{error} {error:?} {:?}", error.unresolved());
    assert!(said.contains("the password is [redacted]") && !said.contains(PASSWORD), "{said}");
    let text = log::text();
    assert!(text.contains("page") && text.contains("rows=1"), "{text}");
    for secret in [PASSWORD, "token-0", "token-1", "value-of-a-filter"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
