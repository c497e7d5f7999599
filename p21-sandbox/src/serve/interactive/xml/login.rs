//! The session of the flavour: one of those that JSON has, of the token that every call carries. The description names what
//! is said and not how, nor how the session's token travels then, nor what ends it.

use axum::extract::{Extension, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use p21_model::interactive::xml::{SessionRequest, XmlAnswer};

use super::answer;
use crate::facts::texts;
use crate::serve::http::{self, Bearer, Content, State};
use crate::serve::interactive::answer::Failure;
use crate::serve::interactive::request::SessionWanted;
use crate::serve::interactive::sessions::NotMade;
use crate::window::Caller;

/// `POST /common/session`: the user that the token is of, with the password again, in a company.
pub(super) async fn create(
    Extract(state): Extract<State>,
    Extension(caller): Extension<Caller>,
    Extension(bearer): Extension<Bearer>,
    headers: HeaderMap,
    Content(content): Content,
) -> Response {
    let config = &state.engine.config;
    let wanted: SessionRequest = match answer::bind(&headers, &content) {
        Ok(wanted) => wanted,
        Err(refusal) => return *refusal,
    };
    let is_known =
        |user: &crate::facts::config::User| user.name == wanted.user_name && user.password == wanted.password;
    if !config.users.iter().any(is_known) || wanted.user_name != caller.user {
        return Failure::own(StatusCode::UNAUTHORIZED, "the session is another user's, or the password is wrong")
            .into_response();
    }
    if wanted.company != config.company {
        let company: String = wanted.company.chars().take(60).collect();
        let text = format!("there is no company `{company}`: this local P21 has `{}`", config.company);
        return Failure::own(StatusCode::BAD_REQUEST, text).into_response();
    }
    let usual = SessionWanted::default();
    match state.sessions.create(config, &state.pool, (caller, bearer), &usual, false).await {
        Ok(session) => {
            let answer = XmlAnswer::session(session.id.to_string());
            answer::document("SessionResult", &answer)
        }
        Err(NotMade::Exists) => Failure::envelope(StatusCode::CONFLICT, texts::SESSION_EXISTS).into_response(),
        Err(NotMade::Full) => Failure::own(StatusCode::SERVICE_UNAVAILABLE, "no session was free").into_response(),
    }
}

/// `DELETE /common/session`: ends that of the token.
pub(super) async fn end(Extract(state): Extract<State>, Extension(bearer): Extension<Bearer>) -> Response {
    match state.sessions.end(&state.engine.config, bearer) {
        true => http::empty(StatusCode::OK),
        false => Failure::bad(texts::INVALID_SESSION).into_response(),
    }
}
