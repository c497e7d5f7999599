//! `POST /api/v2/commands`.

use axum::Extension;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::body::{self, Content};
use super::transaction::in_background;
use super::{State, answer, discovery};
use crate::serve::commands::{self, Batch, Outcome};
use crate::window::Caller;

/// A result a command; nothing at all where one of them voids the answer.
pub(super) async fn post(
    Extract(state): Extract<State>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Content(content): Content,
) -> Response {
    in_background(move || {
        let batch = match body::bind_json::<Batch>(&headers, &content, &state.engine.config.p21_version) {
            Ok(batch) => batch,
            Err(refusal) => return *refusal,
        };
        match commands::run(&state.engine, &batch, &caller) {
            Ok(Outcome::Answered { answer, has_own_words, services }) => {
                let answer = answer::marked(answer::json_value(StatusCode::OK, &answer), has_own_words);
                services.iter().fold(answer, |answer, service| answer::about(&state, service.name(), answer))
            }
            Ok(Outcome::Void) => answer::empty(StatusCode::NO_CONTENT),
            Ok(Outcome::Silent) => answer::empty(StatusCode::INTERNAL_SERVER_ERROR),
            Ok(Outcome::NoService(name)) => match discovery::find(&state, &name) {
                Err(refusal) => *refusal,
                Ok(_) => answer::empty(StatusCode::INTERNAL_SERVER_ERROR),
            },
            Err(error) => answer::own_failure(&error),
        }
    })
    .await
}
