//! `POST /api/v2/process/pdfreport`.

use std::sync::atomic::Ordering;

use axum::Extension;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use p21_model::schema::Endpoint;
use serde_json::Value;

use super::body::{self, Content};
use super::transaction::in_background;
use super::{State, answer, discovery, unsimulated};
use crate::facts::texts;
use crate::serve::report::ReportError;
use crate::serve::transaction::request::TransactionSet;
use crate::window::Caller;

/// An array of documents, even for one; or P21's envelope, with whatever status the settings say.
pub(super) async fn post(
    Extract(state): Extract<State>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Content(content): Content,
) -> Response {
    in_background(move || {
        let config = &state.engine.config;
        if config.reports.unavailable || meets_fault(&state) {
            return answer::empty(StatusCode::INTERNAL_SERVER_ERROR);
        }
        let bound = body::bind_json::<TransactionSet>(&headers, &content, &config.p21_version);
        let (set, ignored) = match bound.and_then(|set| Ok((body::ignored(&set, config)?, set))) {
            Ok((ignored, set)) => (set, ignored),
            Err(refusal) => return *refusal,
        };
        let service = match discovery::find(&state, set.name.as_str()) {
            Ok(service) => service,
            Err(refusal) => return *refusal,
        };
        if service.endpoint() != Endpoint::PdfReport {
            return answer::marked(failed(&state, &format!("{} is not a report.", service.name())), true);
        }
        match state.engine.report(&service, &set, &caller) {
            Ok(documents) => {
                let documents: Vec<Value> = documents.iter().map(|one| one.to_json(&config.reports)).collect();
                ignored.noted_on(answer::json_value(StatusCode::OK, &Value::from(documents)))
            }
            Err(ReportError::Silent) => answer::empty(StatusCode::INTERNAL_SERVER_ERROR),
            Err(ReportError::NothingToPrint) => failed(&state, &nothing()),
            Err(ReportError::Refused(text)) => failed(&state, &text),
            Err(ReportError::NotSimulated(what)) => unsimulated::not_simulated(&what),
            Err(ReportError::Store(error)) => answer::own_failure(&error),
        }
    })
    .await
}

/// Whether this request meets one of the transient faults.
fn meets_fault(state: &State) -> bool {
    let one_less = |left: u32| left.checked_sub(1);
    state.report_faults.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
}

/// P21's text, opening bracket and all.
fn nothing() -> String {
    format!("Messages returned during document request processing: <{}", texts::NO_RECORDS)
}

fn failed(state: &State, text: &str) -> Response {
    let status = StatusCode::from_u16(state.engine.config.reports.error_status);
    let text = texts::NO_REPORT.with(&[text]);
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer::envelope(status, &text, Some("P21.UI.BulkEditor.BulkEditException"), None)
}
