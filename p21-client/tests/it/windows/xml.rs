//! The XML flavour, against a P21 that answers the documents of its one description, and others that it should not.

use axum::http::Method;
use p21_client::Client;
use p21_client::windows::{FieldValues, InteractiveFlavour, Session, Status, Window, WindowProblem};
use p21_model::value::date;

use crate::support::job::{END_DATE, ITEM_ID, JOB_NO, Job, PRICE};
use crate::support::windows::{Manners, Windows};
use crate::support::{Reply, Seen, answer, empty};

const UI: &str = "/uiserver0";

fn xml(body: &str) -> Reply {
    answer(200, "application/xml; charset=utf-8", body.to_owned())
}

const READY: &str = "<Status>Ready</Status>";

/// What the description shows, and next to nothing where it shows nothing.
fn described(seen: &Seen) -> Option<Reply> {
    let path = seen.path.strip_prefix(UI)?;
    Some(match (seen.method.as_str(), path) {
        ("POST", "/common/session") => xml("<SessionResult><SessionId>s-1</SessionId></SessionResult>"),
        ("POST", "/window") => xml(&format!(
            "<OpenWindowResult><WindowId>w-1</WindowId>{READY}<Events><Event><Name>WindowOpened</Name>\
             <Timestamp>2026-03-12T14:22:01Z</Timestamp></Event></Events><Messages/><DataWindows>\
             <DataWindow name=\"header\">...</DataWindow></DataWindows></OpenWindowResult>"
        )),
        ("GET", "/window") => xml(&format!(
            "<WindowState><WindowId>w-1</WindowId>{READY}<Tabs><Tab name=\"FORM\" enabled=\"true\"/><Tab name=\"LINES\" \
             enabled=\"true\"/></Tabs><DataWindows><DataWindow name=\"header\" tab=\"FORM\"/></DataWindows></WindowState>"
        )),
        ("PUT", "/change") => xml(&format!(
            "<ChangeResult><WindowId>w-1</WindowId>{READY}<ChangedFields><Field datawindow=\"header\" \
             name=\"customer_name\">Acme Corp</Field></ChangedFields><Events><Event name=\"CustomerLookup\"/></Events>\
             <Messages/><Errors/></ChangeResult>"
        )),
        ("GET", "/data") => xml(&format!(
            "<DataResult><WindowId>w-1</WindowId>{READY}<DataWindows><DataWindow name=\"header\" tab=\"FORM\"><Rows><Row>\
             <Field name=\"job_no\">J-0</Field></Row></Rows></DataWindow></DataWindows></DataResult>"
        )),
        ("PUT", "/data") => {
            xml(&format!("<SaveResult><WindowId>w-1</WindowId>{READY}<KeyValue>SO-0045892</KeyValue></SaveResult>"))
        }
        ("POST", "/row/data") => xml(&format!("<RowResult>{READY}<Row>1</Row></RowResult>")),
        ("PUT", "/tab") => xml(&format!("<TabResult>{READY}</TabResult>")),
        ("DELETE", "/window" | "/common/session") => empty(200),
        _ => return None,
    })
}

/// The same, but for what a test wants otherwise.
async fn server(otherwise: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static) -> Windows {
    Windows::with(Manners::default(), move |seen| otherwise(seen).or_else(|| described(seen))).await
}

async fn session(client: &Client) -> Session {
    let builder = client.session().flavour(InteractiveFlavour::Xml).company("ACME");
    builder.menu_id("Job", "JC-1").start().await.unwrap()
}

async fn open(p21: &Windows) -> (Session, Window<Job>) {
    let session = session(&p21.client()).await;
    let window = session.open::<Job>().await.unwrap();
    (session, window)
}

fn body(p21: &Windows, path: &str) -> String {
    String::from_utf8_lossy(&p21.server.seen(&format!("{UI}{path}")).pop().unwrap().body).into_owned()
}

const SPACE: &str = "xmlns=\"urn:epicor-com:p21:interactive:v1\"";

#[tokio::test]
async fn a_record_is_typed_saved_and_closed_with_the_documents_of_the_description() {
    let p21 = server(|_| None).await;
    let (session, mut window) = open(&p21).await;
    assert_eq!(session.flavour(), InteractiveFlavour::Xml);
    let login = body(&p21, "/common/session");
    assert!(
        login.contains("<Company>ACME</Company>") && login.starts_with(&format!("<SessionRequest {SPACE}>")),
        "{login}"
    );
    assert_eq!(
        body(&p21, "/window"),
        format!("<WindowType {SPACE}><MenuId>JC-1</MenuId><ServiceName>Job</ServiceName></WindowType>")
    );
    let done = window.type_in(END_DATE, date(2027, 12, 31)).await.unwrap();
    assert_eq!((done.result.status, done.result.changed_fields[0].value.as_str()), (Status::Success, "Acme Corp"));
    assert_eq!(
        body(&p21, "/change"),
        format!(
            "<ChangeRequest {SPACE}><WindowId>w-1</WindowId><Changes><Change><DataWindowName>header</DataWindowName>\
             <FieldName>end_date</FieldName><Value>12/31/2027</Value></Change></Changes></ChangeRequest>"
        )
    );
    let error = window.type_in(END_DATE, date(2027, 12, 31).date().at(8, 30, 0, 0)).await.unwrap_err();
    assert!(error.to_string().contains("a time of day (`end_date`)"), "{error}");
    let error = window.type_in(JOB_NO, "a\u{1}").await.unwrap_err();
    assert!(error.is_input() && error.to_string().contains("U+0001"), "{error}");
    assert_eq!(p21.server.count(&format!("{UI}/change")), 1, "neither was sent");
    let row = FieldValues::new().and(ITEM_ID, "A<1>").and(PRICE, 5);
    window.add_row_with::<crate::support::job::Line>(row).await.unwrap();
    assert_eq!(
        body(&p21, "/row/data"),
        format!(
            "<RowDataRequest {SPACE}><WindowId>w-1</WindowId><DataWindowName>line</DataWindowName><Fields>\
             <Field name=\"item_id\">A&lt;1&gt;</Field><Field name=\"price\">5</Field></Fields></RowDataRequest>"
        )
    );
    let saved = window.save().await.unwrap();
    assert_eq!((saved.key(), saved.unproven()), (Some("SO-0045892"), &["header".to_owned(), "line".to_owned()][..]));
    window.close().await.unwrap();
    session.end().await.unwrap();
    let close = p21.server.seen(&format!("{UI}/window")).pop().unwrap();
    assert_eq!(
        (close.method.clone(), close.query.as_str(), close.header("accept")),
        (Method::DELETE, "id=w-1", "application/xml")
    );
    assert_eq!(p21.server.seen(&format!("{UI}/change"))[0].header("content-type"), "application/xml");
}

#[tokio::test]
async fn every_answer_that_is_no_such_document_is_one_error_that_says_what_it_is() {
    let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
    let contract = "<ResultOfStatus xmlns=\"http://schemas.datacontract.org/2004/07/P21.UI.Service.Model.Interactive.V2\">\
                    <Status>Success</Status></ResultOfStatus>";
    for (text, part) in [
        (contract, "http://schemas.datacontract.org/2004/07/P21.UI.Service.Model.Interactive.V2"),
        ("<R xmlns=\"urn:other\"><Status>Ready</Status></R>", "urn:other"),
        ("<R><Status>Ready</Status>", "too early"),
        ("<!DOCTYPE R [<!ENTITY a \"b\">]><R><Status>&a;</Status></R>", "document type"),
        ("<R><Status>&a;</Status></R>", "entity"),
        (deep.as_str(), "deeper"),
        ("<Nothing><Of>this</Of></Nothing>", "`Nothing`"),
        ("{\"Status\":1}", "not XML"),
        ("<html><body>Bad gateway</body></html>", "a web page"),
        ("\u{feff}", "neither success nor failure"),
    ] {
        let text = text.to_owned();
        let reply = text.clone();
        let p21 = server(move |seen| seen.path.ends_with("/change").then(|| xml(&reply))).await;
        let (session, mut window) = open(&p21).await;
        let error = window.type_in(JOB_NO, "J-1").await.unwrap_err();
        let line = error.to_string();
        assert!(line.contains(part) && line.contains("Job: type `header` `job_no`"), "{text}: {line}");
        assert!(line.len() < 1_500 && !error.is_ambiguous(), "{line}");
        // Of a save nobody knows then.
        let p21 =
            server(move |seen| (seen.path.ends_with("/data") && seen.method == Method::PUT).then(|| xml(&text))).await;
        let (other, mut window) = open(&p21).await;
        let error = window.save().await.unwrap_err();
        assert!(error.is_ambiguous(), "{error}");
        drop((session, other));
    }
}

#[tokio::test]
async fn a_lost_accept_header_in_json_is_not_taken_for_the_xml_flavour() {
    let answers = [
        "<ResultOfStatus xmlns=\"http://schemas.datacontract.org/2004/07/P21.UI.Service.Model.Interactive.V2\"/>",
        "<ChangeResult><WindowId>w-1</WindowId><Status>Ready</Status></ChangeResult>",
    ];
    for text in answers {
        let p21 =
            Windows::with(Manners::default(), move |seen| seen.path.ends_with("/v2/change").then(|| xml(text))).await;
        let session = p21.session().await;
        let mut window = session.open::<Job>().await.unwrap();
        let error = window.type_in(JOB_NO, "J-1").await.unwrap_err();
        assert_eq!(error.window_problem(), Some(&WindowProblem::AcceptLost), "{error}");
        assert!(error.to_string().contains("look for a proxy that drops the `Accept` header"), "{error}");
    }
}

#[tokio::test]
async fn statuses_and_errors_mean_what_the_description_says() {
    let failed = "<R><Status>Error</Status><Messages><Message>Column is disabled: job_no</Message></Messages></R>";
    let disabled = WindowProblem::ColumnDisabled { field: "job_no".to_owned() };
    for (status, text, due) in [
        (
            200,
            "<R><Status>Ready</Status><Errors><Error>Column is disabled: job_no</Error></Errors></R>",
            disabled.clone(),
        ),
        (
            200,
            "<R><Status>Ready</Status><Errors><Error>Customer is on hold.</Error></Errors></R>",
            WindowProblem::Failed,
        ),
        (200, "<R><Status>Busy</Status></R>", WindowProblem::Undetermined),
        (200, "<R><Status>Error</Status></R>", WindowProblem::FailedSilently),
        (200, failed, disabled.clone()),
        (500, failed, disabled),
        (500, "<R><Messages><Message>Out of memory</Message></Messages></R>", WindowProblem::Refused),
        (400, "<R><Messages><Message>Malformed</Message></Messages></R>", WindowProblem::Refused),
        (404, "", WindowProblem::WindowLost),
        (401, "", WindowProblem::SessionLost),
        (500, "", WindowProblem::EmptyAnswer),
    ] {
        let p21 =
            server(move |seen| seen.path.ends_with("/change").then(|| answer(status, "application/xml", text))).await;
        let (_session, mut window) = open(&p21).await;
        let error = window.type_named("FORM.header", "job_no", "J-1").await.unwrap_err();
        assert_eq!(error.window_problem(), Some(&due), "{status} {text}: {error}");
    }
    // A key is the description's word for a record that is saved.
    let p21 = server(|seen| {
        (seen.path.ends_with("/data") && seen.method == Method::PUT).then(|| xml(&format!("<R>{READY}</R>")))
    })
    .await;
    let (_session, mut window) = open(&p21).await;
    let error = window.save().await.unwrap_err();
    assert_eq!((error.window_problem(), error.is_ambiguous()), (Some(&WindowProblem::SaveUnconfirmed), true));
}

#[tokio::test]
async fn a_session_ends_as_well_as_it_can() {
    // Nothing is documented that ends it: without such a call its windows are closed, and it expires.
    for status in [200, 404, 405, 501] {
        let p21 = server(move |seen| {
            (seen.path.ends_with("/common/session") && seen.method == Method::DELETE).then(|| empty(status))
        })
        .await;
        let (session, window) = open(&p21).await;
        session.end().await.unwrap();
        assert_eq!(p21.server.seen(&format!("{UI}/window")).pop().unwrap().method, Method::DELETE, "{status}");
        drop(window);
        // The token is free for another one.
        session_again(&p21).await;
    }
    let p21 =
        server(|seen| (seen.path.ends_with("/common/session") && seen.method == Method::DELETE).then(|| empty(500)))
            .await;
    let (session, _window) = open(&p21).await;
    session.end().await.unwrap_err();
    // A server that has no such flavour.
    let p21 =
        Windows::with(Manners::default(), |seen| seen.path.ends_with("/common/session").then(|| empty(404))).await;
    let xml = p21.client().session().flavour(InteractiveFlavour::Xml).company("ACME");
    let error = xml.start().await.unwrap_err();
    assert!(matches!(error.window_problem(), Some(WindowProblem::NotInThisFlavour { .. })), "{error}");
}

async fn session_again(p21: &Windows) {
    session(&p21.client()).await.end().await.unwrap();
}
