//! What an answer of the Interactive API means.

use p21_model::interactive::{ActionResult, Status};
use reqwest::StatusCode;
use serde_json::Value;

use super::link::Link;
use super::problem::WindowProblem;
use super::wire::{InteractiveFlavour, Op};
use crate::auth;
use crate::error::{Contamination, Error, ErrorKind, ServerError};
use crate::http::RawAnswer;
use crate::redact::Redactor;
use crate::xml;

/// Tells answers from refusals, whatever their status.
///
/// # Errors
/// P21 refused, answered nothing, or answered XML.
pub(super) fn judge(link: &Link, op: &Op, answer: RawAnswer) -> Result<RawAnswer, Error> {
    let redactor = &link.client.inner().redactor;
    let is_xml = link.flavour == InteractiveFlavour::Xml;
    if answer.status.is_success() {
        return if is_xml { super::xml::read(op, answer, redactor) } else { success(op, answer, redactor) };
    }
    let in_xml = if is_xml { super::xml::said(&answer, redactor) } else { None };
    let said = in_xml.or_else(|| ServerError::read(&answer.body, redactor));
    let status = answer.status;
    if status.is_redirection() {
        return Err(Error::new(auth::redirect(&answer, redactor)).answered(status));
    }
    if status == StatusCode::UNAUTHORIZED && matches!(op, Op::Create(..)) {
        return Err(Error::new(ErrorKind::Unauthorised { said }).answered(status));
    }
    let known = said.as_ref().and_then(|said| said.texts().find_map(WindowProblem::read));
    // In a call that asks nothing it is somebody else's: a session that doesn't handle them is told of its own with a 400.
    if let (Some(WindowProblem::UnexpectedResponseWindow { .. }), Some(said)) = (&known, &said)
        && status.is_server_error()
    {
        let by = Contamination::Answer(said.clone());
        return Err(Error::new(ErrorKind::Contaminated { by }).answered(status));
    }
    let problem = match (known, status) {
        (Some(WindowProblem::TabDisabled { .. }), _) => {
            let tab = if let Op::Tab(tab) = op { tab.clone() } else { String::new() };
            WindowProblem::TabDisabled { tab }
        }
        (Some(problem), _) => problem,
        (None, StatusCode::UNAUTHORIZED) => WindowProblem::SessionLost,
        (None, StatusCode::CONFLICT) if matches!(op, Op::Create(..)) => WindowProblem::SessionExists,
        (None, StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT) if matches!(op, Op::Create(..)) => {
            WindowProblem::PoolFull
        }
        (None, StatusCode::NOT_FOUND) if !matches!(op, Op::Create(..) | Op::End | Op::Sessions | Op::Open(_)) => {
            WindowProblem::WindowLost
        }
        (None, StatusCode::NOT_FOUND) if link.flavour == InteractiveFlavour::V1 => {
            WindowProblem::NotInThisFlavour { what: "anything on this server, which has no version 1".to_owned() }
        }
        (None, StatusCode::NOT_FOUND) if is_xml && matches!(op, Op::Create(..) | Op::Open(_)) => {
            WindowProblem::NotInThisFlavour { what: "anything on this server, which has no XML flavour".to_owned() }
        }
        // An application error there, which says why; a write may have been stored all the same.
        (None, StatusCode::INTERNAL_SERVER_ERROR) if is_xml && said.is_some() && !op.writes() => WindowProblem::Refused,
        (None, StatusCode::UNPROCESSABLE_ENTITY) if matches!(op, Op::SelectRow(..)) => WindowProblem::NoSuchRow,
        (None, StatusCode::INTERNAL_SERVER_ERROR) if said.is_none() => WindowProblem::EmptyAnswer,
        (None, _) if said.is_some() && status.is_client_error() => WindowProblem::Refused,
        _ => return Err(Error::new(ErrorKind::Status { status, said }).answered(status)),
    };
    Err(Error::of_window(problem, said).answered(status))
}

/// A success, unless its body is a refusal or XML.
fn success(op: &Op, answer: RawAnswer, redactor: &Redactor) -> Result<RawAnswer, Error> {
    let body = xml::without_bom(&answer.body);
    if xml::is_markup(body) && !xml::is_html(body) {
        return Err(Error::of_window(WindowProblem::AcceptLost, None).answered(answer.status));
    }
    // What closing and ending answer isn't documented, and may be nothing at all.
    if matches!(op, Op::Close | Op::End) && body.iter().all(u8::is_ascii_whitespace) {
        return Ok(answer);
    }
    let Ok(Value::Object(object)) = serde_json::from_slice::<Value>(body) else { return Ok(answer) };
    let is_refusal = ["ErrorMessage", "error", "Error"].iter().any(|member| object.get(*member).is_some_and(is_said));
    if !is_refusal || object.contains_key("Status") || object.contains_key("Definition") {
        return Ok(answer);
    }
    let said = ServerError::read_members(&answer.body, redactor);
    let known = said.as_ref().and_then(|said| said.texts().find_map(WindowProblem::read));
    Err(Error::of_window(known.unwrap_or(WindowProblem::Refused), said).answered(answer.status))
}

fn is_said(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

/// The result that an answer holds, without the secrets that it may quote.
///
/// # Errors
/// It holds none.
pub(super) fn result(answer: &RawAnswer, redactor: &Redactor) -> Result<ActionResult, Error> {
    let mut result: ActionResult = answer.json()?;
    result.map_said(&|text| redactor.without_secrets(text));
    Ok(result)
}

/// The error for a result that is no success.
pub(super) fn failure(result: ActionResult) -> Error {
    let texts = result.texts();
    let known = texts.iter().find_map(|text| WindowProblem::read(text));
    let problem = match (result.status, known) {
        (Status::Blocked, _) => WindowProblem::Asked { title: String::new(), class: String::new() },
        (Status::None, _) => WindowProblem::Undetermined,
        (_, Some(problem)) => problem,
        (_, None) if texts.is_empty() => WindowProblem::FailedSilently,
        (_, None) => WindowProblem::Failed,
    };
    Error::of_window(problem, ServerError::of_texts(texts)).answered(StatusCode::OK)
}

/// Whether nothing tells that a call was taken up, and the server may take it up the next time.
pub(super) fn is_unanswered(error: &Error) -> bool {
    match error.window_problem() {
        Some(problem) => *problem == WindowProblem::EmptyAnswer,
        None => match error.cause() {
            ErrorKind::Connect { .. } | ErrorKind::Dropped { .. } => true,
            ErrorKind::Status { status, .. } => status.is_server_error(),
            _ => false,
        },
    }
}

/// Whether an attempt to end a session failed because there is none any more.
pub(super) fn is_gone(error: &Error) -> bool {
    matches!(
        error.window_problem(),
        Some(WindowProblem::SessionLost | WindowProblem::InvalidSession | WindowProblem::WindowLost)
    )
}
