//! `/api/v2/transaction/async`: submitting and asking. There is no cancelling.

use axum::Extension;
use axum::extract::{RawQuery, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::body::{self, Content};
use super::transaction::in_background;
use super::{State, answer, discovery};
use crate::serve::jobs::{Callback, CallbackRequest, Submission, is_legacy};
use crate::serve::transaction::request::TransactionSet;
use crate::window::Caller;

/// `POST /api/v2/transaction/async`: a receipt, whatever is in the set.
pub(super) async fn submit(
    Extract(state): Extract<State>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Content(content): Content,
) -> Response {
    in_background(move || match body::bind_set(&headers, &content, &state.engine.config) {
        Ok((set, ignored)) => ignored.noted_on(queue(&state, set, caller, None)),
        Err(refusal) => *refusal,
    })
    .await
}

/// `POST /api/v2/transaction/async/callback`: as [`submit`], and the finished job is posted to an address.
pub(super) async fn submit_with_callback(
    Extract(state): Extract<State>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Content(content): Content,
) -> Response {
    in_background(move || {
        let request = match body::bind_json::<CallbackRequest>(&headers, &content, &state.engine.config.p21_version) {
            Ok(request) => request,
            Err(refusal) => return *refusal,
        };
        match (request.content, request.callback) {
            (Some(set), Some(callback)) => match body::ignored(&set, &state.engine.config) {
                Ok(ignored) => ignored.noted_on(queue(&state, set, caller, Some(callback))),
                Err(refusal) => *refusal,
            },
            (None, _) => body::invalid(&[("Content", "The Content field is required.")]),
            (_, None) => body::invalid(&[("Callback", "The Callback field is required.")]),
        }
    })
    .await
}

fn queue(state: &State, set: TransactionSet, caller: Caller, callback: Option<Callback>) -> Response {
    let service = match discovery::find_to_run(state, set.name.as_str()) {
        Ok(service) => service,
        Err(refusal) => return *refusal,
    };
    let config = &state.engine.config;
    let name = service.name().to_owned();
    match state.jobs.submit(state.engine.clone(), Submission { service, set, caller, callback }) {
        Ok(job) => {
            let status = if is_legacy(config) { StatusCode::ACCEPTED } else { StatusCode::OK };
            answer::about(state, &name, answer::json_value(status, &job.receipt(config)))
        }
        Err(full) => answer::own_failure(&full),
    }
}

/// `GET /api/v2/transaction/async?id=`.
pub(super) async fn status(Extract(state): Extract<State>, RawQuery(query): RawQuery) -> Response {
    let Some(id) = body::query(query.as_deref(), "id") else {
        return body::invalid(&[("id", "The id field is required.")]);
    };
    let job = id.trim().parse().ok().and_then(|id| state.jobs.get(id));
    match job {
        Some(job) => {
            let answer = answer::json_value(StatusCode::OK, &job.to_json(&state.engine.config));
            answer::marked(answer, job.has_own_words())
        }
        None => answer::own_words(StatusCode::NOT_FOUND, "There is no asynchronous request with this id."),
    }
}
