//! PDF reports: facts sheet `transaction-api`, section 12.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use std::path::Path;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::StreamExt as _;
use p21_client::{Document, Error, SaveError, Timeouts};
use p21_model::criteria::Criteria;
use p21_model::definition::ElementKind;
use p21_model::outcome::Stored;
use p21_model::payload;
use p21_model::sentences::NOT_SIMULATED;
use serde_json::{Value, json};
use support::report::{PickTickets, orders, tickets};
use support::{Server, empty, json as reply};

const PATH: &str = "/uiserver0/api/v2/process/pdfreport";
/// `%PDF-1.4`.
const PDF: &str = "JVBERi0xLjQ=";

fn success(file_name: &str, data: &str) -> Value {
    json!({"ClientId": "g", "RequestId": null, "DocumentType": 1, "DocumentId": "PO7001 PURCHASE_ORDER",
        "DocumentFormat": 5, "DocumentName": "PO7001 PURCHASE_ORDER", "FileName": file_name,
        "DocumentContentType": "application/pdf", "DocumentData": data,
        "ResponseStatus": {"StatusCode": "Success", "StackTrace": null,
            "Message": "Form request '' for Form ID PO7001 PURCHASE_ORDER has completed."},
        "Batch": null, "DocumentAssociations": []})
}

fn failure() -> Value {
    json!({"DocumentId": "PO7002 PURCHASE_ORDER", "DocumentData": null,
        "ResponseStatus": {"StatusCode": "Failure", "Message": "No printer", "StackTrace": null}})
}

async fn printing(answer: Value) -> Server {
    let answer = answer.to_string();
    Server::start(move |request| (request.path == PATH).then(|| reply(200, &answer))).await
}

async fn refused(status: u16, body: &'static str) -> (Error, usize) {
    let server = Server::start(move |request| (request.path == PATH).then(|| reply(status, body))).await;
    let error = server.client().print(orders()).await.unwrap_err();
    (error, server.count(PATH))
}

#[tokio::test]
async fn transaction_api_49_a_reprint_brings_its_document() {
    let server = printing(json!([success("PO7001 PURCHASE_ORDER.pdf", PDF)])).await;
    let documents = server.client().print(orders()).await.unwrap();
    let document = documents.into_iter().next().unwrap().unwrap();
    assert_eq!((document.bytes.as_slice(), document.is_pdf()), (&b"%PDF-1.4"[..], true));
    assert_eq!(document.file_name, "PO7001 PURCHASE_ORDER.pdf");
    assert_eq!(
        server.seen(PATH)[0].json(),
        json!({"Name": "m_reprintpurchaseorders", "UseCodeValues": false, "IgnoreDisabled": false, "Transactions": [
            {"Status": 0, "DataElements": [{"Name": "TABPAGE_1.poreportcriteriadw", "Type": 0, "Keys": [], "Rows": [
                {"Edits": [{"Name": "company_id", "Value": "ACME"}, {"Name": "beg_po_no", "Value": "7001"},
                    {"Name": "end_po_no", "Value": "7001"}], "RelativeDateEdits": []}]}]}]})
    );
}

const NOTHING: &str = r#"{"DateTimeStamp":"/Date(1772442847410)/","ErrorMessage":"Unexpected results generating document request from criteria. --> Messages returned during document request processing: <No records to print for this range.","ErrorType":"P21.UI.BulkEditor.BulkEditException","HostName":"web","InnerException":null}"#;

#[tokio::test]
async fn transaction_api_50_an_empty_range_is_told_whatever_the_status() {
    for status in [200, 400, 500] {
        let (error, sent) = refused(status, NOTHING).await;
        assert!(error.is_nothing_to_print() && !error.is_ambiguous() && !error.is_retryable(), "{status}: {error:?}");
        assert_eq!(error.server().unwrap().code.as_deref(), Some("P21.UI.BulkEditor.BulkEditException"));
        assert_eq!((error.status().unwrap().as_u16(), sent), (status, 1));
    }
    let (error, _) = refused(200, r#"{"ErrorMessage":"The report is broken","ErrorType":null}"#).await;
    assert!(!error.is_nothing_to_print() && error.server_text() == Some("The report is broken"), "{error}");
}

#[tokio::test]
async fn transaction_api_51_a_reprint_is_tried_three_times_where_p21_says_nothing() {
    let server = Server::start(|request| match request.earlier {
        0 | 1 if request.path == PATH => Some(empty(500)),
        _ if request.path == PATH => Some(reply(200, &json!([success("a.pdf", PDF)]).to_string())),
        _ => None,
    })
    .await;
    assert!(server.client().print(orders()).await.unwrap()[0].is_ok());
    assert_eq!(server.count(PATH), 3);

    let server = Server::start(|request| (request.path == PATH).then(|| empty(500))).await;
    let error = server.client().print(orders()).await.unwrap_err();
    assert!(error.is_silent() && error.is_retryable() && !error.is_ambiguous());
    assert_eq!(server.count(PATH), 3);
    assert_eq!(
        error.to_string(),
        "POST /api/v2/process/pdfreport: P21 answered 500 without a word, which means one of: a passing fault; criteria that \
         it can't use, such as an unknown company; an environment in which no report works; check the criteria, the company \
         first, and whether any report works here"
    );

    // However patient the client is otherwise.
    let server = Server::start(|request| (request.path == PATH).then(|| empty(500))).await;
    let patient = server.builder().retry(support::quick().attempts(10)).build().unwrap();
    assert!(patient.print(orders()).await.unwrap_err().is_silent());
    assert_eq!(server.count(PATH), 3);
}

#[tokio::test]
async fn transaction_api_52_pick_tickets_get_codes_and_are_never_repeated() {
    let server = Server::start(|request| (request.path == PATH).then(|| empty(500))).await;
    let error = server.client().print(tickets()).await.unwrap_err();
    assert!(error.is_silent() && error.is_ambiguous() && !error.is_retryable(), "{error:?}");
    let sent = server.seen(PATH);
    assert_eq!((sent.len(), &sent[0].json()["UseCodeValues"]), (1, &json!(true)));
    let edits = &sent[0].json()["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"];
    assert_eq!(edits[0], json!({"Name": "create_pick_ticket_type", "Value": "P"}));

    let criteria: Criteria<PickTickets> = tickets().into();
    let criteria = criteria.use_code_values(false).repeatable(true);
    assert!(server.client().print(&criteria).await.unwrap_err().is_retryable());
    let sent = server.seen(PATH);
    assert_eq!((sent.len(), &sent[3].json()["UseCodeValues"]), (4, &json!(false)));
}

#[tokio::test]
async fn transaction_api_53_successes_and_failures_come_mixed() {
    let server = printing(json!([
        success("a.pdf", PDF),
        failure(),
        success("b.pdf", ""),
        success("c.pdf", "###"),
        {"DocumentData": PDF},
        null,
    ]))
    .await;
    let documents = server.client().print(orders()).await.unwrap();
    let failures: Vec<String> =
        documents.iter().filter_map(|document| document.as_ref().err().map(ToString::to_string)).collect();
    assert!(documents[0].is_ok() && documents.len() == 6);
    assert_eq!(failures[0], "`PO7002 PURCHASE_ORDER` was not printed: No printer");
    assert!(failures[1].contains("sent nothing") && failures[2].contains("base64"), "{failures:?}");
    assert_eq!(failures[3..], ["a document was not printed: P21 doesn't say that it was printed"; 2]);
}

#[tokio::test]
async fn answers_that_are_no_list_are_errors() {
    for body in ["{}", "\"x\"", "3", "<a/>", "["] {
        let (error, _) = refused(200, body).await;
        assert!(error.is_decode(), "{body}: {error:?}");
    }
    let (error, _) = refused(200, "").await;
    assert!(error.is_silent(), "{error:?}");
    let server = Server::start(|request| (request.path == PATH).then(|| empty(204))).await;
    assert!(server.client().print(orders()).await.unwrap_err().is_silent());
}

#[tokio::test]
async fn a_report_that_takes_long_is_not_started_again() {
    let late = || reply(200, &json!([success("a.pdf", PDF)]).to_string()).after(Duration::from_millis(700));
    let server = Server::start(move |request| (request.path == PATH).then(late)).await;
    let limits = Timeouts::default().attempt(Duration::from_millis(300));
    let client = server.builder().timeouts(limits).build().unwrap();
    assert!(client.print(orders()).await.unwrap()[0].is_ok());
    assert_eq!(server.count(PATH), 1);
}

#[tokio::test]
async fn a_report_that_p21_may_be_printing_is_not_started_again() {
    for status in [502, 503, 504] {
        let (error, sent) = refused(status, "").await;
        assert_eq!((error.status().unwrap().as_u16(), sent), (status, 1), "{error}");
    }
    let dirty = r#"{"ErrorMessage":"Unexpected response window: Print","ErrorType":null}"#;
    let (error, sent) = refused(500, dirty).await;
    assert!(error.is_contaminated() && sent == 1, "{error}");

    let broken = || {
        let pieces: [Result<Bytes, std::io::Error>; 2] =
            [Ok(Bytes::from_static(b"[")), Err(std::io::ErrorKind::ConnectionReset.into())];
        support::answer(200, "application/json", Body::from_stream(futures_util::stream::iter(pieces)))
    };
    let server = Server::start(move |request| (request.path == PATH).then(broken)).await;
    let error = server.client().print(orders()).await.unwrap_err();
    assert_eq!(server.count(PATH), 1, "{error}");

    // The answer begins and then stops.
    let stopped = || {
        let begun = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"["))]);
        let rest = futures_util::stream::pending();
        support::answer(200, "application/json", Body::from_stream(begun.chain(rest)))
    };
    let server = Server::start(move |request| (request.path == PATH).then(stopped)).await;
    let limits = Timeouts::default().read(Duration::from_millis(50));
    let client = server.builder().timeouts(limits).build().unwrap();
    let error = client.print(orders()).await.unwrap_err();
    assert!(error.is_timeout() && server.count(PATH) == 1, "{error}");
}

#[tokio::test]
async fn no_document_at_all_is_no_success() {
    let (error, sent) = refused(200, "[]").await;
    assert!(error.is_nothing_to_print() && !error.is_ambiguous() && !error.is_retryable(), "{error:?}");
    assert!(error.to_string().contains("printed no document") && sent == 1, "{error}");
    // What creates something may have done so.
    let server = printing(json!([])).await;
    let error = server.client().print(tickets()).await.unwrap_err();
    assert!(error.is_nothing_to_print() && error.is_ambiguous(), "{error:?}");
}

#[tokio::test]
async fn a_report_without_bindings_goes_by_the_raw_door() {
    let server = printing(json!([success("a.pdf", PDF)])).await;
    let row = payload::Row::new([payload::Edit::new("company_id", "ACME")]);
    let mut element = payload::DataElement::new("A.b", ElementKind::List, vec![row]);
    element.keys = vec!["company_id".to_owned()];
    let mut set = payload::TransactionSet::new("m_invoices", vec![payload::Transaction::new(vec![element])]);
    set.use_code_values = true;
    assert!(server.client().print_raw(&set).await.unwrap()[0].is_ok());
    let sent = server.seen(PATH)[0].json();
    let element = &sent["Transactions"][0]["DataElements"][0];
    assert_eq!((&sent["UseCodeValues"], &element["Type"], &element["Keys"]), (&json!(true), &json!(1), &json!([])));
}

#[test]
fn transactions_bring_documents_too() {
    let echo = json!({"Status": "Passed", "DataElements": [], "Documents": [{"DocumentData": PDF}, {"FileName": "x"}]});
    let stored = Stored::new(serde_json::from_value(echo).unwrap(), Vec::new());
    let documents = Document::printed_with(&stored);
    assert_eq!(documents[0].as_ref().unwrap().bytes, b"%PDF-1.4");
    assert!(documents[1].is_err());
}

/// The documents of one answer.
async fn printed(items: Vec<Value>) -> Vec<Document> {
    let server = printing(Value::Array(items)).await;
    server.client().print(orders()).await.unwrap().into_iter().map(Result::unwrap).collect()
}

fn files(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn documents_are_saved_under_their_names_and_overwrite_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let document = printed(vec![success("PO7001 PURCHASE_ORDER.pdf", PDF)]).await.remove(0);
    let paths = [(); 3].map(|()| document.save_in(directory.path()).unwrap());
    assert_eq!(std::fs::read(&paths[0]).unwrap(), b"%PDF-1.4");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let usual = directory.path().join("usual");
        std::fs::write(&usual, "").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&paths[0]), mode(&usual), "the rights of any new file");
        std::fs::remove_file(usual).unwrap();
    }
    assert_eq!(
        files(directory.path()),
        ["PO7001 PURCHASE_ORDER (2).pdf", "PO7001 PURCHASE_ORDER (3).pdf", "PO7001 PURCHASE_ORDER.pdf"]
    );
    let taken = document.save_new_in(directory.path()).unwrap_err();
    assert!(matches!(&taken, SaveError::Exists(path) if *path == paths[0]), "{taken}");
    assert_eq!(files(directory.path()).len(), 3, "nothing half written is left");
    let missing = document.save_in(directory.path().join("nowhere")).unwrap_err();
    assert!(matches!(missing, SaveError::Io { .. }), "{missing}");
}

#[tokio::test]
async fn no_name_of_a_server_leaves_the_directory() {
    let outer = tempfile::tempdir().unwrap();
    let inner = outer.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let hostile = [
        "../up.pdf",
        "../../../../../../tmp/up.pdf",
        "/tmp/absolute.pdf",
        "C:\\Windows\\drive.pdf",
        "\\\\server\\share\\unc.pdf",
        "..",
        "a\0b.pdf",
        "NUL",
        "con.pdf",
        "",
        ".hidden",
        "run me.exe",
    ];
    let mut names = hostile.map(str::to_owned).to_vec();
    names.push("x".repeat(100_000));
    for document in printed(names.iter().map(|name| success(name, PDF)).collect()).await {
        let path = document.save_in(&inner).unwrap();
        assert_eq!(path.parent(), Some(inner.as_path()), "{:?}", document.file_name);
        assert_eq!(path.extension().unwrap(), "pdf", "a PDF is no program");
        assert_eq!(std::fs::read(&path).unwrap(), b"%PDF-1.4");
    }
    assert_eq!((files(outer.path()), files(&inner).len()), (vec!["inner".to_owned()], names.len()));
}

#[tokio::test]
async fn what_is_no_pdf_is_not_saved_as_one() {
    let directory = tempfile::tempdir().unwrap();
    // `<html>`
    let document = printed(vec![success("a.pdf", "PGh0bWw+")]).await.remove(0);
    assert!(matches!(document.save_in(directory.path()), Err(SaveError::NoPdf)));
    assert!(files(directory.path()).is_empty());
}

/// A 501 of a proxy may come behind a report that ran; the sandbox's own stored nothing.
#[tokio::test]
async fn what_the_sandbox_does_not_simulate_is_not_ambiguous() {
    let refusal = |kind: &str| json!({"ErrorMessage": "This local P21 does not simulate it.", "ErrorType": kind});
    for (kind, is_ambiguous) in [(NOT_SIMULATED, false), ("Proxy", true)] {
        let body = refusal(kind).to_string();
        let server =
            Server::start(move |request| request.path.starts_with("/uiserver0/api/v2/").then(|| reply(501, &body)))
                .await;
        let client = server.client();
        let printed = client.print(tickets()).await.unwrap_err();
        let stored = client.submit(&payload::TransactionSet::default()).unchecked().await.unwrap_err();
        for error in [printed, stored] {
            assert_eq!(error.is_ambiguous(), is_ambiguous, "{error}");
            assert!(!error.is_retryable() && error.to_string().contains("does not simulate"), "{error}");
        }
    }
}
