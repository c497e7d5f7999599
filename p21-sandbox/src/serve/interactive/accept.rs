//! `Accept`: JSON where it is asked for by its name. Where it is not, early builds of 26.1 answer an empty 500 (and make the
//! session all the same), others XML.

use axum::extract::{Request, State as Extract};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::facts::habits::{self, Habit};
use crate::serve::http::{self, State};

/// A request whose session nobody will know of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unheard;

/// Answers in the form that the version has.
pub(super) async fn layer(Extract(state): Extract<State>, mut request: Request, next: Next) -> Response {
    if http::names_json(request.headers()) {
        return next.run(request).await;
    }
    let path = request.uri().path().trim_end_matches('/').to_owned();
    let is_session = path.ends_with("/sessions");
    if habits::has(state.engine.config.p21_version.version(), Habit::JsonOrNothing) {
        if is_session && request.method() == Method::POST {
            request.extensions_mut().insert(Unheard);
            next.run(request).await;
        }
        return http::empty(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let answer = next.run(request).await;
    http::as_contract(answer, root(&path)).await
}

/// The root element of an answer, and the end of its namespace. Of sessions both are known; of the others that of results.
fn root(path: &str) -> (&'static str, &'static str) {
    let results = "P21.UI.Service.Model.Interactive.V2";
    match path.rsplit('/').next() {
        Some("sessions") => ("Session", "P21.UI.Service.Request"),
        Some("window") => ("Window", results),
        Some("tools") => ("ArrayOfTool", results),
        _ => ("ResultOfStatus", results),
    }
}
