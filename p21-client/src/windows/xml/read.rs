//! Answers, as version 2 would have given them.

use p21_model::interactive::xml::XmlAnswer as Document;
use p21_model::interactive::{ActionResult, SessionCreated, Status};
use serde::Serialize;

use crate::error::{Error, ServerError};
use crate::http::RawAnswer;
use crate::redact::Redactor;
use crate::windows::problem::WindowProblem;
use crate::windows::wire::Op;
use crate::xml;

/// Reads a success. HTTP 200 is none where the document has errors.
///
/// # Errors
/// It is no document of the XML flavour, and is said to be what it is; or it has errors, and the call answers no result.
pub(in crate::windows) fn read(op: &Op, mut answer: RawAnswer, redactor: &Redactor) -> Result<RawAnswer, Error> {
    let body = xml::without_bom(&answer.body);
    if body.iter().all(u8::is_ascii_whitespace) {
        // What most calls answer isn't shown, and may be nothing: that is neither a success nor a failure.
        if op.has_result() && !op.writes() {
            answer.body = json(&ActionResult::new(Status::None))?;
        }
        return Ok(answer);
    }
    if xml::is_html(body) {
        return Err(answer.misread("the answer", "it is a web page: a proxy or another site answered"));
    }
    if !xml::is_markup(body) {
        return Err(answer.misread("the answer", "it is not XML, which was asked for"));
    }
    let document =
        Document::read_xml(body).map_err(|error| answer.misread("the answer", &error.to_string()).because(error))?;
    let result = document.result();
    let has_no_result = !op.has_result() && !matches!(op, Op::Close | Op::End);
    if has_no_result && result.status == Status::Failure {
        let texts: Vec<String> = result.texts().iter().map(|text| redactor.clean(text)).collect();
        let known = texts.iter().find_map(|text| WindowProblem::read(text));
        let problem = known.unwrap_or(WindowProblem::Refused);
        return Err(Error::of_window(problem, ServerError::of_texts(texts)).answered(answer.status));
    }
    answer.body = match op {
        Op::Create(..) => json(&SessionCreated::with_properties(document.session_id.unwrap_or_default(), Vec::new())),
        Op::Open(_) => json(&document.opened()),
        Op::State => json(&document.state()),
        Op::Data => json(&document.data()),
        Op::Tools(_) => json(&document.tools()),
        Op::Values { .. } => json(&document.values),
        _ => json(&result),
    }?;
    Ok(answer)
}

fn json(value: &impl Serialize) -> Result<bytes::Bytes, Error> {
    let written = serde_json::to_vec(value);
    written.map(Into::into).map_err(|error| Error::input("an answer in XML can't be read as JSON").because(error))
}

/// What a refusal says: its errors and messages.
pub(in crate::windows) fn said(answer: &RawAnswer, redactor: &Redactor) -> Option<ServerError> {
    let document = Document::read_xml(xml::without_bom(&answer.body)).ok()?;
    let texts = document.errors.iter().chain(&document.messages).map(|text| redactor.clean(text));
    ServerError::of_texts(texts.collect())
}
