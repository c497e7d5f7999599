//! Every kind of error, each built by a server that answers so.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::{Body, Bytes};
use p21_client::odata::TableProblem;
use p21_client::resilience::ReadBack;
use p21_client::{Client, Contamination, Credentials, Error, ErrorKind, Polling, ReportSilence, TimeLimit, Timeouts};
use p21_model::check::Code;
use p21_model::commands::Commands;
use p21_model::payload::{TransactionSet, TransactionStateRequest};
use p21_model::row::Transaction;
use serde_json::json;

use crate::support::job::{END_DATE, Fault, Job, P21, PRICE, When, header, job, key, line};
use crate::support::report::orders;
use crate::support::{
    Reply, SERVICES_PATH, Seen, Server, TOKEN_PATH, TRANSACTION_PATH, answer, empty, json, quick, redirect,
};
use p21_model::row::Element as _;
use p21_model::value::date;

const DIRTY: &str = r#"{"error":{"message":"Unexpected response window encountered"}}"#;

/// A list of services that is answered so.
async fn listing(reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Error {
    let server = Server::start(move |request| (request.path == SERVICES_PATH).then(|| reply(request))).await;
    server.client().services().await.unwrap_err()
}

/// The same with a client of its own.
async fn listing_with(limit: Timeouts, reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Error {
    let server = Server::start(move |request| (request.path == SERVICES_PATH).then(|| reply(request))).await;
    server.builder().timeouts(limit).max_body(300).build().unwrap().services().await.unwrap_err()
}

/// Another path that is answered so.
async fn at(path: &'static str, reply: fn() -> Reply) -> Server {
    Server::start(move |request| request.path.ends_with(path).then(reply)).await
}

fn broken() -> Reply {
    let pieces: [Result<Bytes, std::io::Error>; 2] =
        [Ok(Bytes::from_static(b"[\"a")), Err(std::io::ErrorKind::ConnectionReset.into())];
    answer(200, "application/json", Body::from_stream(futures_util::stream::iter(pieces)))
}

async fn written(when: When, fault: Fault) -> Error {
    let p21 = P21::start([Some((when, fault))]).await;
    p21.client().submit(new("J-1")).await.unwrap_err()
}

fn new(number: &str) -> Transaction<Job> {
    Transaction::new().push(header(number).set(END_DATE, date(2027, 12, 31))).push(line("A-1", 25))
}

/// A write that is answered so, as P21 spells its results.
async fn answered(body: serde_json::Value, ignore_disabled: bool) -> Error {
    let body = body.to_string();
    let server = Server::start(move |request| (request.path == TRANSACTION_PATH).then(|| json(200, &body))).await;
    let set = p21_model::row::TransactionSet::from(new("J-1")).ignore_disabled(ignore_disabled);
    let client = server.client();
    let outcome = client.submit(&set).keys([key("J-1")]).read_back(ReadBack::default().only_after());
    // Its record can't be read here, so that what the answer left open stays so.
    outcome.await.unwrap().remove(0).unwrap_err()
}

/// Every kind, by its code. Codes are stable: changing one here breaks programs.
pub(crate) async fn all() -> Vec<(&'static str, Error)> {
    let nobody = Client::builder("http://127.0.0.1:9").credentials(Credentials::password("u", "p"));
    let nobody = nobody.retry(quick()).build().unwrap();
    let hangs = |_: &Seen| json(200, "[]").after(Duration::from_secs(60));
    let short = Timeouts::default().attempt(Duration::from_millis(200)).operation(Duration::from_millis(900));
    let p21 = P21::start([Some((When::Before, Fault::Mute))]).await;
    let unproven = p21.client().submit(new("J-1")).key(key("J-1")).await.unwrap_err();
    let queued = at("/transaction/async", || json(200, r#"{"RequestId":"r-1","Status":3}"#)).await;
    let polling = Polling::default().first_delay(Duration::from_millis(2)).limit(Duration::from_millis(20));
    let windows = at("/interactive/sessions", || json(409, r#"{"ErrorMessage":"Session already exists."}"#)).await;
    let queuing = queued.builder().polling(polling).build().unwrap();
    let one = json!({"Messages": [], "Results": {"Name": "Job", "Transactions": [{"Status": "Passed"}]},
        "Summary": {"Succeeded": 0, "Failed": 1, "Other": 0}});
    let passed = json!({"Messages": [], "Results": {"Name": "Job", "Transactions": [{"Status": "Passed", "DataElements": [
        {"Name": "FORM.header", "Rows": [{"Edits": [{"Name": "job_no", "Value": "J-1"}]}]}]}]},
        "Summary": {"Succeeded": 1, "Failed": 0, "Other": 0}});
    vec![
        ("input", Client::builder("ftp://p21").build().unwrap_err()),
        ("findings", p21.client().submit(&TransactionSet::default()).await.unwrap_err()),
        ("connect", nobody.services().await.unwrap_err()),
        ("dropped", listing(|_| broken()).await),
        ("timeout", listing_with(short, hangs).await),
        ("too-large", listing_with(Timeouts::default(), |_| json(200, &"[1]".repeat(200))).await),
        ("unauthorised", listing(|_| json(401, r#"{"ErrorMessage":"no"}"#)).await),
        ("redirect", listing(|_| redirect(302, "https://elsewhere.example.com/?secret")).await),
        ("status", listing(|_| json(400, r#"{"ErrorMessage":"no"}"#)).await),
        ("status", listing(|_| empty(404)).await),
        ("report-silent", at("/pdfreport", || empty(500)).await.client().print(orders()).await.unwrap_err()),
        (
            "commands-silent",
            at("/commands", || empty(204))
                .await
                .client()
                .run_commands(&Commands::of("Order").save())
                .await
                .unwrap_err(),
        ),
        ("nothing-to-print", at("/pdfreport", || json(200, "[]")).await.client().print(orders()).await.unwrap_err()),
        (
            "nothing-to-print",
            at("/pdfreport", || json(500, r#"{"ErrorMessage":"No records to print for this range."}"#))
                .await
                .client()
                .print(orders())
                .await
                .unwrap_err(),
        ),
        (
            "not-deployed",
            at("/definition/Vendor", || {
                json(
                    500,
                    r#"{"ErrorMessage":"Window <<w>> is not available or user does not have permission to open it."}"#,
                )
            })
            .await
            .client()
            .definition("Vendor")
            .await
            .unwrap_err(),
        ),
        ("unknown-service", at("/definition/No", || empty(500)).await.client().definition("No").await.unwrap_err()),
        (
            "contaminated",
            at("/transaction/get", || json(500, DIRTY))
                .await
                .client()
                .get_raw(&TransactionStateRequest::default())
                .await
                .unwrap_err(),
        ),
        ("contaminated", written(When::Before, Fault::Contaminated200).await),
        ("unfinished", queuing.submit(new("J-1")).queued().await.unwrap().wait().await.unwrap_err()),
        ("refused", written(When::Before, Fault::Refused).await),
        ("unclear", answered(one, false).await),
        ("skipped", answered(passed, true).await),
        ("unproven", unproven),
        ("not-json", listing(|_| answer(200, "text/html", "<html></html>")).await),
        ("not-json", listing(|_| answer(200, "application/xml", "<Other/>")).await),
        ("not-json", listing(|_| empty(200)).await),
        ("decode", listing(|_| json(200, r#"[{"Nome":"Order"}]"#)).await),
        (
            "table",
            at("/table/t", || empty(404)).await.client().table("t").rows::<serde_json::Value>().await.unwrap_err(),
        ),
        ("window", windows.client().session().patience(Duration::ZERO).start().await.unwrap_err()),
        ("ambiguous", written(When::After, Fault::Drop).await),
    ]
}

fn cause(error: &Error) -> &ErrorKind {
    match error.kind() {
        ErrorKind::Ambiguous { cause, .. } => cause,
        kind => kind,
    }
}

#[tokio::test]
async fn every_kind_is_one_line_with_the_next_step_and_has_a_stable_code() {
    let source = include_str!("../../src/error/kind.rs");
    let codes = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Self::")?.split_once(" { .. } => \"")?.1.split('"').next());
    let codes: BTreeSet<&str> = codes.collect();
    assert!(codes.len() > 20, "{codes:?}");
    let all = all().await;
    for (code, error) in &all {
        let line = error.to_string();
        let is_it = error.code() == *code || cause(error).code() == *code;
        assert!(is_it, "{code}: {} {line}", error.code());
        assert!(!line.contains(['\n', '\r']) && line.len() < 1_500, "{code}: {line}");
        assert_eq!(format!("{error:?}"), line);
        let (_, next) = line.rsplit_once("; ").unwrap_or_else(|| panic!("{code} has no next step: {line}"));
        assert!(next.split_whitespace().count() > 2, "{code}: {line}");
        assert_eq!(error.is_ambiguous(), matches!(error.code(), "ambiguous" | "unfinished"), "{code}: {line}");
        assert!(!(error.is_ambiguous() && error.is_retryable()), "{code}: {line}");
    }
    let built: BTreeSet<&str> = all.iter().map(|(code, _)| *code).collect();
    assert_eq!(built, codes, "every kind is built");
}

#[tokio::test]
async fn every_kind_carries_what_it_knows() {
    for (code, error) in all().await {
        match cause(&error) {
            ErrorKind::Input { problem, .. } => assert!(problem.contains("neither `http`"), "{problem}"),
            ErrorKind::Findings { findings, .. } => {
                assert_eq!(error.finding().unwrap(), findings.first_error().unwrap());
                assert_eq!(error.finding().unwrap().code, Code::MemberMissing, "{error}");
            }
            ErrorKind::Connect { cause, .. } => assert!(cause.contains("refused"), "{cause}"),
            ErrorKind::Dropped { cause, .. } => assert!(!cause.is_empty()),
            ErrorKind::Timeout { limit, .. } => assert_eq!(*limit, TimeLimit::Attempt),
            ErrorKind::TooLarge { limit, .. } => assert_eq!(*limit, 300),
            ErrorKind::Unauthorised { said, .. } => assert_eq!(said.as_ref().unwrap().message, "no"),
            ErrorKind::Redirect { target, .. } => assert_eq!(target, "https://elsewhere.example.com/"),
            ErrorKind::Status { status, said, .. } => assert_eq!(status.as_u16() == 400, said.is_some()),
            ErrorKind::ReportSilent { causes, .. } => assert_eq!(*causes, ReportSilence::ALL),
            ErrorKind::CommandsSilent { status, .. } => assert_eq!(status.as_u16(), 204),
            ErrorKind::NothingToPrint { said, .. } => assert_eq!(error.status().unwrap().is_success(), said.is_none()),
            ErrorKind::NotDeployed { said, .. } => assert!(said.message.starts_with("Window <<")),
            ErrorKind::UnknownService { service, .. } => assert_eq!(service, "No"),
            ErrorKind::Contaminated { by: Contamination::Answer(said), .. } => {
                assert!(said.message.contains("Unexpected response window"));
            }
            ErrorKind::Contaminated { by: Contamination::Transaction(failed), .. } => assert_eq!(failed.index, 0),
            ErrorKind::Unfinished { ticket, waited, .. } => {
                assert_eq!((ticket.request_id(), waited.as_millis()), ("r-1", 20));
            }
            ErrorKind::Refused { failed, .. } | ErrorKind::Unclear { failed, .. } => {
                assert_eq!((failed.index, error.transaction()), (0, Some(0)));
                assert!(failed.of::<Job>().is_some(), "{code}");
            }
            ErrorKind::Skipped { failed, .. } => assert_eq!(failed.failure.skipped(), ["LINES.line"]),
            ErrorKind::Unproven { elements, .. } => assert_eq!(elements, &["FORM.header", "LINES.line"]),
            ErrorKind::NotJson { .. } => assert!(error.is_decode()),
            ErrorKind::Decode { path, .. } => assert_eq!(path, "[0]"),
            ErrorKind::Table { error, .. } => assert_eq!(error.problem, TableProblem::NotFound),
            ErrorKind::Window { problem, said, .. } => {
                assert_eq!(
                    (problem.name(), said.as_ref().unwrap().message.as_str()),
                    ("session-exists", "Session already exists.")
                );
            }
            kind => panic!("{code}: {kind:?}"),
        }
    }
}

#[tokio::test]
async fn an_error_knows_its_transaction_and_its_finding() {
    let p21 = P21::start([Some((When::Before, Fault::Refused))]).await;
    let set: p21_model::row::TransactionSet<Job> = ["J-1", "J-2"].map(new).into_iter().collect();
    let results = p21.client().submit(&set).keys(["J-1", "J-2"].map(key)).await.unwrap();
    for (index, result) in results.into_iter().enumerate() {
        let error = result.unwrap_err();
        assert_eq!(error.transaction(), Some(index));
        assert!(error.to_string().contains(&format!("transaction {} of 2: ", index + 1)), "{error}");
    }
    let twice = job("J-2").push(line("A-1", 1).set(PRICE, 2)).push(line("A-1", 3));
    let set: p21_model::row::TransactionSet<Job> = [new("J-1"), twice].into_iter().collect();
    let error = p21.client().submit(&set).await.unwrap_err();
    assert_eq!((error.code(), error.transaction()), ("findings", Some(1)), "{error}");
    assert_eq!(error.finding().unwrap().code, Code::RowsFold, "{error}");
}

#[tokio::test]
async fn a_login_that_is_refused_says_so() {
    let server = Server::start(|request| (request.path == TOKEN_PATH).then(|| json(401, "{}"))).await;
    let error = server.client().services().await.unwrap_err();
    assert_eq!(error.code(), "unauthorised");
}
