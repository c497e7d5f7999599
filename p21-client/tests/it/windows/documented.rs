//! What is documented to go wrong in sessions and windows: each row of the table of errors is a kind with its mend, and
//! what P21 says is kept.

use std::path::Path;
use std::time::Duration;

use axum::http::Method;
use p21_client::Error;
use p21_model::interactive::MessageType;
use serde_json::json;

use crate::support::job::{COMMENT, ITEM_ID, JOB_NO, Job, Line};
use crate::support::windows::{Manners, SESSIONS, Windows, ok, refused, result};
use crate::support::{Reply, Seen, answer, empty, redirect};

/// The call that is answered so.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Call {
    Start,
    Open,
    Type,
    Tab,
    Row,
    Tool,
    Tools,
    Save,
}

impl Call {
    fn is(self, seen: &Seen) -> bool {
        let of = |method: Method, path: &str| seen.method == method && seen.path.ends_with(path);
        match self {
            Self::Start => seen.path == SESSIONS && seen.method == Method::POST,
            Self::Open => of(Method::POST, "/v2/window"),
            Self::Type => of(Method::PUT, "/v2/change"),
            Self::Tab => of(Method::PUT, "/v2/tab"),
            Self::Row => of(Method::PUT, "/v2/row"),
            Self::Tool => of(Method::POST, "/v2/tools"),
            Self::Tools => of(Method::GET, "/v2/tools"),
            Self::Save => of(Method::PUT, "/v2/data"),
        }
    }

    async fn fails(self, p21: &Windows) -> Error {
        let session = match p21.client().session().patience(Duration::ZERO).start().await {
            Err(error) => return error,
            Ok(session) => session,
        };
        let mut window = match session.open::<Job>().await {
            Err(error) => return error,
            Ok(window) => window,
        };
        let failed = match self {
            Self::Start | Self::Open => None,
            Self::Type => window.type_in(COMMENT, "x").await.err(),
            Self::Tab => window.select_tab("LINES").await.err(),
            Self::Row => {
                window.add_row::<Line>().await.unwrap();
                window.type_in(ITEM_ID, "A-2").await.unwrap();
                window.select_row::<Line>(1).await.err()
            }
            Self::Tool | Self::Tools => window.run_tool("cb_odd").await.err(),
            Self::Save => window.save().await.err(),
        };
        failed.unwrap_or_else(|| panic!("{self:?} didn't fail"))
    }
}

/// A row of the table, what the server answers, and the kind that it is.
struct Case {
    row: &'static str,
    call: Call,
    answer: fn() -> Reply,
    due: &'static str,
}

const fn case(row: &'static str, call: Call, answer: fn() -> Reply, due: &'static str) -> Case {
    Case { row, call, answer, due }
}

fn said(status: u8, text: &str) -> Reply {
    let messages = if text.is_empty() { json!([]) } else { json!([{"Text": text, "Type": 2}]) };
    ok(&json!({"Status": status, "Messages": messages, "Events": [], "ResponseWindowId": ""}))
}

/// The rows as the sheet has them, status and text. Some have several causes.
const CASES: &[Case] = &[
    case("307 | (redirect)", Call::Type, || redirect(307, "/elsewhere/"), "redirect"),
    case("400 | `Invalid session`", Call::Type, || refused(400, "Invalid session"), "invalid-session"),
    case(
        "400 | `Cannot open window {name} because is not available or user {u} does not have permission.`",
        Call::Open,
        || refused(400, "Cannot open window w_x because is not available or user SVC does not have permission."),
        "cannot-open",
    ),
    case(
        "400 | `Column is disabled: {f}`",
        Call::Type,
        || refused(400, "Column is disabled: comment"),
        "column-disabled",
    ),
    case(
        "400 | `Unable to find datawindow named {d}`",
        Call::Type,
        || refused(400, "Unable to find datawindow named dw_1"),
        "unknown-datawindow",
    ),
    case(
        "400 | `Tab with name or display text of {n} does not exist.`",
        Call::Tab,
        || refused(400, "Tab with name or display text of  does not exist."),
        "unknown-tab",
    ),
    case(
        "400* | `Tab page is disabled and cannot be selected`",
        Call::Tab,
        || refused(400, "Tab page is disabled and cannot be selected"),
        "tab-disabled",
    ),
    case(
        "400 | `Unexpected response window: {title}. Window class: {class}`",
        Call::Tool,
        || refused(400, "Unexpected response window: Notepad Entry Window. Window class: w_notepad_response_lite"),
        "unexpected-response-window",
    ),
    case(
        "400 | `Unable to process request on window .. since response window .. blocks it: ..`",
        Call::Type,
        || refused(400, "Unable to process request on window a since response window b blocks it: w (T) - Sure?"),
        "blocked",
    ),
    case(
        "400 | `The windowId field is required.`",
        Call::Tools,
        || refused(400, "The windowId field is required."),
        "window-id-missing",
    ),
    case(
        "401 | see section 1",
        Call::Type,
        || {
            let body = json!({"Description": "Authorization header was not present or 'Bearer' was missing.",
                "Error": "invalid_request", "Uri": ""});
            answer(401, "application/json", body.to_string())
        },
        "session-lost",
    ),
    case("401 | see section 1", Call::Start, || empty(401), "unauthorised"),
    case("404 |", Call::Open, || empty(404), "status"),
    case("404 |", Call::Type, || empty(404), "window-lost"),
    case("409 | `Session already exists.`", Call::Start, || refused(409, "Session already exists."), "session-exists"),
    case(
        "422 | `Window ID was not provided`",
        Call::Save,
        || refused(422, "Window ID was not provided"),
        "window-id-missing",
    ),
    case("422 | `Invalid uom value`; row 0", Call::Type, || refused(422, "Invalid uom value"), "invalid-value"),
    case("422 | `Invalid uom value`; row 0", Call::Row, || refused(422, ""), "row-not-selected"),
    case("500 | empty", Call::Start, || empty(500), "empty-answer"),
    case("500 | empty", Call::Type, || empty(500), "empty-answer"),
    case("500 | empty", Call::Open, || empty(500), "empty-answer"),
    case(
        "500 | `Tab with name FORM does not exist`",
        Call::Type,
        || refused(500, "Tab with name FORM does not exist"),
        "unknown-tab",
    ),
    case(
        "200 + Status 2 | `Enter a valid ID or leave ID blank.`",
        Call::Type,
        || said(2, "Enter a valid ID or leave ID blank."),
        "no-such-record",
    ),
    case("200 + Status 2 | no message", Call::Type, || said(2, ""), "failed-silently"),
    // Texts whose status no source tells.
    case(
        "`Session not found`",
        Call::Type,
        || answer(400, "application/json", r#"{"error":"Session not found"}"#),
        "session-lost",
    ),
    case(
        "`Window not found`",
        Call::Type,
        || answer(200, "application/json", r#"{"error":"Window not found"}"#),
        "window-lost",
    ),
    case("`Window not open`", Call::Type, || refused(400, "Window not open"), "window-lost"),
    case("`Field not found`", Call::Type, || refused(400, "Field not found"), "unknown-field"),
    // Sentences of single windows keep their words.
    case("beside", Call::Type, || said(2, "To create a PO, you must have a valid Buyer ID."), "failed"),
    case("beside", Call::Save, || said(2, "Required value missing for Bin ID on row 1"), "required-missing"),
    case(
        "beside",
        Call::Open,
        || refused(400, "Window <<m_x>> is not available or user does not have permission to open it."),
        "cannot-open",
    ),
];

#[tokio::test]
async fn every_row_of_the_table_of_errors_is_a_kind_with_its_mend() {
    for Case { row, call, answer, due } in CASES {
        let (call, answer) = (*call, *answer);
        let p21 = Windows::with(Manners::default(), move |seen| call.is(seen).then(answer)).await;
        let error = call.fails(&p21).await;
        let name = error.window_problem().map_or_else(|| error.code(), |problem| problem.name());
        assert_eq!(name, *due, "{row} at {call:?}: {error}");
        if let Some(problem) = error.window_problem() {
            assert!(error.to_string().ends_with(problem.mend()), "{row}: {error}");
        }
        // What P21 says stays, whatever it is.
        let said = answer().response.into_body();
        let said = axum::body::to_bytes(said, usize::MAX).await.unwrap();
        let said: serde_json::Value = serde_json::from_slice(&said).unwrap_or_default();
        let texts = [&said["ErrorMessage"], &said["error"], &said["Description"], &said["Messages"][0]["Text"]];
        if let Some(text) = texts.into_iter().filter_map(|text| text.as_str()).find(|text| !text.is_empty()) {
            assert!(error.server_text().is_some_and(|kept| kept.contains(text)), "{row}: {error}");
            let in_one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(error.to_string().contains(&in_one_line), "{row}: {error}");
        }
    }
}

/// The facts, where they are beside the repository.
fn sheet() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/facts/interactive-api.md");
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI needs the facts in ../shared/facts");
        eprintln!("skipped: no facts in ../shared/facts");
    }
    text
}

#[test]
fn no_row_of_the_table_of_errors_is_left_out() {
    let Some(sheet) = sheet() else { return };
    let section = sheet.split("## 18. ").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| HTTP"));
    let rows: Vec<String> = rows
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            format!("{} | {}", cells[0], cells[1]).trim().to_owned()
        })
        .collect();
    let loose = section.split("Loose texts without a known status:").nth(1).unwrap();
    let loose: Vec<String> = loose.split('`').skip(1).step_by(2).map(|text| format!("`{text}`")).collect();
    assert!(rows.len() > 15 && loose.len() > 3, "{rows:?} {loose:?}");
    for row in rows.iter().chain(&loose) {
        assert!(CASES.iter().any(|case| case.row == row), "no case for {row}");
    }
    for case in CASES.iter().filter(|case| case.row != "beside") {
        assert!(rows.iter().chain(&loose).any(|row| row == case.row), "no such row: {}", case.row);
    }
}

#[tokio::test]
async fn an_information_on_a_load_is_no_failure_and_is_handed_on() {
    let note = "Mandatory note: ship complete";
    let script = move |seen: &Seen| {
        let loads = seen.path.ends_with("/v2/change") && String::from_utf8_lossy(&seen.body).contains("job_no");
        let mut body = result(1);
        body["Messages"] = json!([{"Text": note, "Type": 1}]);
        loads.then(|| ok(&body))
    };
    let p21 = Windows::with(Manners::default(), script).await;
    let session = p21.session().await;
    let mut window = session.open::<Job>().await.unwrap();
    let done = window.type_in(JOB_NO, "J-1").await.unwrap();
    let said: Vec<_> = done.messages.iter().map(|message| (message.text.as_str(), message.kind)).collect();
    assert_eq!(said, [(note, Some(MessageType::Information))]);
}
