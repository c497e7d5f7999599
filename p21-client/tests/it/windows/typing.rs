use p21_client::Error;
use p21_client::windows::{Cleared, FieldValues, InteractiveFlavour, Session, ValueMeaning, Window, WindowProblem};
use p21_model::value::{Decimal, date};

use crate::support::job::{APPROVED, COMMENT, END_DATE, ITEM_ID, JOB_NO, Job, NOTE, PRICE};
use crate::support::windows::{Manners, SESSIONS, Windows, ok, refused, result};
use crate::support::{Seen, empty, json};

async fn open(p21: &Windows) -> (Session, Window<Job>) {
    let session = p21.session().await;
    let window = session.open::<Job>().await.unwrap();
    (session, window)
}

fn problem(error: &Error) -> WindowProblem {
    error.window_problem().unwrap_or_else(|| panic!("{error}")).clone()
}

#[tokio::test]
async fn a_record_is_typed_saved_and_closed_with_the_documented_calls() {
    let p21 = Windows::start().await;
    let (session, mut window) = open(&p21).await;
    let done = window.type_in(JOB_NO, "J-1").await.unwrap();
    assert_eq!(done.enabled_tabs(), ["NOTES"]);
    window.type_in(END_DATE, date(2027, 12, 31)).await.unwrap();
    window.type_in(PRICE, Decimal::new(2500, 2)).await.unwrap();
    window.type_in(COMMENT, "back").value_type(ValueMeaning::Data).await.unwrap();
    assert_eq!(window.unsaved(), 4);
    let saved = window.save().await.unwrap();
    assert_eq!((saved.key(), saved.unproven()), (Some("1001"), &["line".to_owned()][..]));
    assert_eq!(saved.key_of(JOB_NO).unwrap().unwrap().as_str(), "1001");
    assert_eq!(window.unsaved(), 0);
    window.close().await.unwrap();
    let change = |rest: &str| format!(r#"PUT change {{"WindowId":"w-1","List":[{{{rest}}}]}}"#);
    assert_eq!(
        p21.calls(),
        [
            r#"POST window {"ServiceName":"Job"}"#.to_owned(),
            "GET window".to_owned(),
            change(r#""TabName":"FORM","DatawindowName":"header","FieldName":"job_no","Value":"J-1""#),
            change(r#""TabName":"FORM","DatawindowName":"header","FieldName":"end_date","Value":"2027-12-31""#),
            r#"PUT tab {"WindowId":"w-1","PageName":"LINES","TabName":"LINES"}"#.to_owned(),
            change(r#""TabName":"LINES","DatawindowName":"line","FieldName":"price","Value":"25""#),
            r#"PUT tab {"WindowId":"w-1","PageName":"FORM","TabName":"FORM"}"#.to_owned(),
            change(
                r#""TabName":"FORM","DatawindowName":"header","FieldName":"comment","Value":"back","ValueType":"Data""#
            ),
            r#"PUT data "w-1""#.to_owned(),
            "DELETE window".to_owned(),
        ]
    );
    let delete = p21.server.seen("/uiserver0/api/ui/interactive/v2/window").pop().unwrap();
    assert_eq!((delete.query.as_str(), delete.header("accept")), ("id=w-1", "application/json"));
    session.end().await.unwrap();
    assert_eq!(p21.sessions(), 0);
}

#[tokio::test]
async fn a_window_opens_by_whatever_it_is_called() {
    let p21 = Windows::start().await;
    let session = p21.session().await;
    session.open::<Job>().await.unwrap().close().await.unwrap();
    session.open_named("Job").await.unwrap().close().await.unwrap();
    session.open_titled("Job Entry").await.unwrap().close().await.unwrap();
    session.open_class("w_job").await.unwrap().close().await.unwrap();
    session.open_menu(4711).await.unwrap().close().await.unwrap();
    let opened: Vec<String> = p21.calls().into_iter().filter(|call| call.starts_with("POST window")).collect();
    assert_eq!(
        opened,
        [
            r#"POST window {"ServiceName":"Job"}"#,
            r#"POST window {"ServiceName":"Job"}"#,
            r#"POST window {"Title":"Job Entry"}"#,
            r#"POST window {"Name":"w_job"}"#,
            r#"POST window {"MenuId":4711}"#,
        ]
    );
    session.end().await.unwrap();
}

#[tokio::test]
async fn a_status_other_than_success_is_an_error_though_http_says_200() {
    let p21 = Windows::start().await;
    let (_session, mut window) = open(&p21).await;
    let error = window.type_in(JOB_NO, "missing").await.unwrap_err();
    assert_eq!((problem(&error), error.status().unwrap().as_u16()), (WindowProblem::NoSuchRecord, 200));
    assert_eq!(error.server_text(), Some("Enter a valid ID or leave ID blank."));
    // Neither yes nor no: of a key that it isn't there, of another field what the window shows.
    let error = window.type_in(JOB_NO, "zero").await.unwrap_err();
    assert_eq!(problem(&error), WindowProblem::NoSuchRecord);
    let error = window.type_in(COMMENT, "zero").await.unwrap_err();
    assert_eq!(problem(&error), WindowProblem::Undetermined);
    window.type_in(COMMENT, "unclear").await.unwrap();
    let error = window.type_named("FORM.header", "comment", "zero").await.unwrap_err();
    assert_eq!(problem(&error), WindowProblem::Undetermined);
    let error = window.save().await.unwrap_err();
    assert_eq!((problem(&error), error.is_ambiguous()), (WindowProblem::RequiredMissing, false), "{error}");
    let line = error.to_string();
    assert!(line.contains("Job: save: ") && line.contains("P21 holds the window open"), "{line}");
    let context = error.window().unwrap();
    assert_eq!((context.window.as_str(), context.step.as_str()), ("Job", "save"));
    assert!(context.log.iter().any(|line| line.contains("job_no") && !line.contains("missing")), "{:?}", context.log);
}

#[tokio::test]
async fn a_batch_is_one_call_a_tab_and_an_error_says_how_far_it_got() {
    let p21 = Windows::start().await;
    let (_session, mut window) = open(&p21).await;
    let batch = FieldValues::new().and(JOB_NO, "J-1").and(COMMENT, "ok").and(ITEM_ID, "A-1").and(PRICE, 3);
    window.type_all(batch).await.unwrap();
    assert_eq!(p21.calls().iter().filter(|call| call.starts_with("PUT change")).count(), 2);
    let batch = FieldValues::new().and(JOB_NO, "J-2").and(COMMENT, "refuse").and(END_DATE, date(2027, 1, 1));
    let error = window.type_all(batch).await.unwrap_err();
    assert_eq!(problem(&error), WindowProblem::ColumnDisabled { field: "comment".to_owned() });
    let batch = error.window().unwrap().batch.clone().unwrap();
    assert_eq!(
        (&*batch.applied, batch.refused.as_deref(), &*batch.untried),
        (&["job_no".to_owned()][..], Some("comment"), &["end_date".to_owned()][..])
    );
    assert_eq!(window.read(JOB_NO).await.unwrap().unwrap().as_str(), "J-2");
    assert_eq!(window.read(END_DATE).await.unwrap(), None);
}

#[tokio::test]
async fn the_call_that_an_unknown_datawindow_burns_is_a_harmless_one() {
    let p21 = Windows::start().await;
    let (_session, mut window) = open(&p21).await;
    let error = window.type_named("FORM.d_dw_header", "comment", "x").await.unwrap_err();
    assert_eq!(problem(&error), WindowProblem::UnknownDatawindow { datawindow: "d_dw_header".to_owned() });
    window.type_in(COMMENT, "kept").await.unwrap();
    assert_eq!(window.read(COMMENT).await.unwrap().unwrap().as_str(), "kept");
}

#[tokio::test]
async fn tabs_that_are_disabled_or_not_there_are_not_typed_into() {
    let p21 = Windows::start().await;
    let (_session, mut window) = open(&p21).await;
    let error = window.type_named("BINS.bin", "bin", "B-1").await.unwrap_err();
    assert_eq!(problem(&error), WindowProblem::TabDisabled { tab: "BINS".to_owned() });
    assert!(!p21.calls().iter().any(|call| call.starts_with("PUT tab")), "nothing was sent");
    let error = window.select_tab("NONE").await.unwrap_err();
    assert_eq!(problem(&error), WindowProblem::UnknownTab { tab: "NONE".to_owned() });
    window.type_in(NOTE, "x").await.unwrap_err();
    assert_eq!(window.tab(), Some("NOTES"));
}

#[tokio::test]
async fn a_value_that_p21_drops_is_found_where_it_is_proven() {
    let drops = |seen: &Seen| {
        (seen.path.ends_with("/v2/change") && seen.body.windows(4).any(|part| part == b"lost")).then(|| ok(&result(1)))
    };
    let p21 = Windows::with(Manners::default(), drops).await;
    let (_session, mut window) = open(&p21).await;
    window.type_in(COMMENT, "kept").proven().await.unwrap();
    window.type_in(COMMENT, "lost").await.unwrap();
    let error = window.type_in(COMMENT, "lost").proven().await.unwrap_err();
    assert_eq!(problem(&error), WindowProblem::ValueLost { field: "comment".to_owned() });
}

#[tokio::test]
async fn a_save_is_proven_by_its_event_and_by_reading() {
    let p21 = Windows::with(Manners::default(), |seen| {
        let saves = seen.path.ends_with("/v2/data") && seen.method == axum::http::Method::PUT;
        (saves && seen.earlier == 0).then(|| ok(&result(1)))
    })
    .await;
    let (_session, mut window) = open(&p21).await;
    window.type_in(JOB_NO, "J-1").await.unwrap();
    let error = window.save().await.unwrap_err();
    assert!(error.is_ambiguous(), "{error}");
    assert_eq!(problem(&error), WindowProblem::SaveUnconfirmed);
    window.type_in(ITEM_ID, "A-1").await.unwrap();
    assert_eq!(window.save().await.unwrap().unproven(), ["line"]);
    window.prove_row(ITEM_ID, "A-1").await.unwrap();
    let error = window.prove_row(ITEM_ID, "A-2").await.unwrap_err();
    assert_eq!(problem(&error), WindowProblem::SavedWithoutRow { datawindow: "line".to_owned() });
    window.prove(JOB_NO, "J-1").await.unwrap();
    let error = window.prove(APPROVED, true).await.unwrap_err();
    assert_eq!(problem(&error), WindowProblem::ShellConfirm { field: "approved".to_owned() });
}

#[tokio::test]
async fn a_window_that_is_cleared_is_empty_or_another_one() {
    for (keeps, due) in [(false, Cleared::Emptied), (true, Cleared::Reopened)] {
        let p21 = Windows::with(Manners { keeps, ..Manners::default() }, |_| None).await;
        let (_session, mut window) = open(&p21).await;
        window.type_in(JOB_NO, "J-1").await.unwrap();
        let before = window.id().to_owned();
        assert_eq!(window.clear().await.unwrap(), due);
        assert_eq!((window.id() == before, window.unsaved(), p21.windows()), (!keeps, 0, 1));
        assert_eq!(window.read(JOB_NO).await.unwrap(), None);
        window.type_in(JOB_NO, "J-2").await.unwrap();
        window.save().await.unwrap();
    }
}

#[tokio::test]
async fn version_1_is_spoken_where_it_is_chosen_and_what_it_lacks_is_not_sent() {
    let v1 = |seen: &Seen| match seen.path.as_str() {
        "/uiserver0/ui/common/v1/sessions" => Some(ok(&serde_json::json!({"SessionId": "s", "Status": "Active"}))),
        "/uiserver0/ui/interactive/v1/window" if seen.method == axum::http::Method::POST => {
            Some(ok(&serde_json::json!({"WindowId": "w-1"})))
        }
        "/uiserver0/ui/interactive/v1/window" => Some(ok(&serde_json::json!({"Definition": {"TabPageList": [
            {"Name": "FORM"}], "Datawindows": {"header": {"ParentPage": "FORM"}}}}))),
        path if path.starts_with("/uiserver0/ui/interactive/v1/") => Some(ok(&result(1))),
        _ => None,
    };
    let p21 = Windows::with(Manners::default(), v1).await;
    let session = p21.client().session().flavour(InteractiveFlavour::V1).start().await.unwrap();
    let mut window = session.open::<Job>().await.unwrap();
    window.type_in(COMMENT, "x").await.unwrap();
    window.type_in(PRICE, 5).await.unwrap();
    let before = p21.server.total();
    let error = window.type_in(COMMENT, "x").value_type(ValueMeaning::Data).await.unwrap_err();
    assert!(matches!(problem(&error), WindowProblem::NotInThisFlavour { .. }), "{error}");
    let error = window.run_tool_of::<crate::support::job::Header>("cb_x").unlisted().await.unwrap_err();
    assert!(matches!(problem(&error), WindowProblem::NotInThisFlavour { .. }), "{error}");
    // Going back to the header's tab was all that was sent.
    assert_eq!(p21.server.total(), before + 1);
    window.save().await.unwrap();
    let body = |path: &str| {
        String::from_utf8_lossy(&p21.server.seen(&format!("/uiserver0/ui/interactive/v1/{path}"))[0].body).into_owned()
    };
    assert_eq!(
        body("change"),
        r#"{"WindowId":"w-1","ChangeRequests":[{"DataWindowName":"header","FieldName":"comment","Value":"x"}]}"#
    );
    assert_eq!(body("tab"), r#"{"WindowId":"w-1","PagePath":{"PageName":"LINES"}}"#);
    assert_eq!(body("data"), r#"{"WindowId":"w-1"}"#);
    session.end().await.unwrap();
    // A server without it.
    let error = Windows::start().await.client().session().flavour(InteractiveFlavour::V1).start().await.unwrap_err();
    assert!(matches!(problem(&error), WindowProblem::NotInThisFlavour { .. }), "{error}");
}

#[tokio::test]
async fn a_session_without_response_windows_takes_no_typed_window() {
    let p21 = Windows::start().await;
    let session = p21.client().session().answered_by_p21().start().await.unwrap();
    assert_eq!(p21.server.seen(SESSIONS)[0].json()["ResponseWindowHandlingEnabled"], false);
    let error = session.open::<Job>().await.unwrap_err();
    assert!(error.is_input() && error.to_string().contains("by name"), "{error}");
    let mut window = session.open_named("Job").await.unwrap();
    window.type_named("FORM.header", "comment", "x").await.unwrap();
}

#[tokio::test]
async fn valid_values_are_those_of_the_servers_definition() {
    let p21 = Windows::with(Manners::default(), |seen| {
        seen.path.ends_with("/definition/Job").then(|| {
            json(
                200,
                r#"{"Name":"Job","TransactionDefinition":{"DataElementDefinitions":[{"Name":"LINES.line","Type":"List",
                "FieldDefinitions":[{"Name":"pricing_method","DataType":"Long","ValidValues":["Source","Price"]}]}]}}"#,
            )
        })
    })
    .await;
    let session = p21.session().await;
    let values = session.valid_values(crate::support::job::METHOD).await.unwrap();
    assert_eq!(values, ["Source", "Price"]);
    let error = session.valid_values_named("Job", "LINES.line", "none").await.unwrap_err();
    assert!(error.is_input(), "{error}");
}

#[tokio::test]
async fn refusals_of_every_documented_kind_are_named() {
    for (status, text, name) in [
        (400, "Column is disabled: company_id", "column-disabled"),
        (422, "Invalid uom value", "invalid-value"),
        (422, "Window ID was not provided", "window-id-missing"),
        (400, "Unable to process request on window a since response window b blocks it: c (d) - e", "blocked"),
        (400, "Unexpected response window: T. Window class: w_t", "unexpected-response-window"),
        (401, "no", "session-lost"),
        (404, "Window not found", "window-lost"),
        (400, "Something else", "refused"),
        (500, "Tab with name FORM does not exist", "unknown-tab"),
    ] {
        let p21 = Windows::with(Manners::default(), move |seen| {
            seen.path.ends_with("/v2/change").then(|| refused(status, text))
        })
        .await;
        let (_session, mut window) = open(&p21).await;
        let error = window.type_in(COMMENT, "x").await.unwrap_err();
        assert_eq!(problem(&error).name(), name, "{error}");
        assert_eq!(error.server_text(), Some(text));
        assert!(!error.is_ambiguous() && !error.is_retryable(), "{error}");
    }
    let p21 = Windows::with(Manners::default(), |seen| seen.path.ends_with("/v2/data").then(|| empty(500))).await;
    let (_session, mut window) = open(&p21).await;
    let error = window.save().await.unwrap_err();
    assert!(error.is_ambiguous() && problem(&error) == WindowProblem::EmptyAnswer, "{error}");
}
