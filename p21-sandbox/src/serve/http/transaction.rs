//! `POST /api/v2/transaction` and `POST /api/v2/transaction/get`.

use axum::Extension;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::body::{self, Content};
use super::{State, answer, discovery};
use crate::facts::unknowns::ListRead;
use crate::serve::transaction::read::ReadError;
use crate::serve::transaction::request::StateRequest;
use crate::window::Caller;

/// `POST /api/v2/transaction`: 200, whether the transactions pass or fail.
pub(super) async fn post(
    Extract(state): Extract<State>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Content(content): Content,
) -> Response {
    let mut session = state.pool.draw().await;
    let started = std::time::Instant::now();
    in_background(move || {
        let (set, ignored) = match body::bind_set(&headers, &content, &state.engine.config) {
            Ok(bound) => bound,
            Err(refusal) => return *refusal,
        };
        match discovery::find_to_run(&state, set.name.as_str()) {
            Ok(service) => match state.engine.run(&service, &set, &caller, &mut session) {
                Ok(result) => {
                    state.faults.take_time(service.name(), set.transactions.0.len(), started);
                    let answer = answer::marked(answer::json_text(result.json), result.has_own_words);
                    answer::about(&state, service.name(), ignored.noted_on(answer))
                }
                Err(error) => answer::own_failure(&error),
            },
            Err(refusal) => *refusal,
        }
    })
    .await
}

/// `POST /api/v2/transaction/get`. It takes a session of the pool as every transaction call does, and waits for one. Its
/// dialogs are left alone: they are in the way of a window that is cleared for a write, and of reads nothing is known.
pub(super) async fn get(
    Extract(state): Extract<State>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Content(content): Content,
) -> Response {
    let session = state.pool.draw().await;
    in_background(move || {
        let _held = session;
        let request: StateRequest = match body::bind(&headers, &content, &state.engine.config.p21_version) {
            Ok(request) => request,
            Err(refusal) => return *refusal,
        };
        let (states, most) = (request.states.0.len(), state.engine.config.max_states);
        if states > most {
            let text = format!("{states} states are more than the {most} that this local P21 reads at once");
            return answer::own_words(StatusCode::BAD_REQUEST, &text);
        }
        match discovery::find_to_run(&state, request.service.as_str()) {
            Ok(service) => match state.engine.read(&service, &request, &caller) {
                Ok(set) => answer::about(&state, service.name(), answer::json_text(set)),
                Err(ReadError::Refused(text)) => answer::envelope(StatusCode::INTERNAL_SERVER_ERROR, &text, None, None),
                Err(ReadError::InOwnWords(text)) => answer::own_words(StatusCode::INTERNAL_SERVER_ERROR, &text),
                Err(ReadError::OfList(text)) => of_list(&state, &text),
                Err(ReadError::Unreadable) => answer::empty(StatusCode::INTERNAL_SERVER_ERROR),
                Err(ReadError::Store(error)) => answer::own_failure(&error),
            },
            Err(refusal) => *refusal,
        }
    })
    .await
}

/// That a read by the key of a list fails is known, how is not.
fn of_list(state: &State, text: &str) -> Response {
    match state.engine.config.unknowns.list_read {
        ListRead::Envelope => answer::own_words(StatusCode::INTERNAL_SERVER_ERROR, text),
        ListRead::Silent => answer::empty(StatusCode::INTERNAL_SERVER_ERROR),
        ListRead::BadRequest => answer::own_words(StatusCode::BAD_REQUEST, text),
    }
}

/// The engine and SQLite block, so they run beside the server's own threads. A panic there is a failed request.
pub(crate) async fn in_background(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(error) => answer::own_failure(&error),
    }
}
