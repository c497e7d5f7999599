//! The XML flavour of one description: the same windows in the same sessions, by names and documents of its own.
//!
//! | | |
//! | --- | --- |
//! | `names` | what the description calls datawindows and tabs |
//! | `calls` | what is done in a window |
//! | `looks` | what is shown of one |
//! | `answer` | documents, refusals among them |
//! | `login` | its session |
//!
//! Nobody has seen a server that speaks it. Where the description is silent, `CHOICES.md` says what is done here, and the
//! answer is marked `own form`.

mod answer;
mod calls;
mod login;
mod looks;
mod names;

use axum::Router;
use axum::extract::{Request, State as Extract};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get, post, put};

use crate::serve::http::{self, Live, State};

/// Its paths, which have no prefix.
pub(super) fn routes(state: &Live) -> Router<Live> {
    let unknown = |what: &'static str| any(async move || http::not_simulated(what));
    Router::new()
        .route("/common/session", post(login::create).delete(login::end))
        .route("/window", post(calls::open).get(looks::state).delete(calls::close))
        .route("/data", put(calls::save).get(looks::data).delete(calls::clear))
        // The table of the description has PUT, the program that it shows POST.
        .route("/change", put(calls::change).post(calls::change))
        .route("/row", post(calls::add_row).put(calls::select_row))
        .route("/row/data", post(calls::add_row_with))
        .route("/tab", put(calls::tab))
        .route("/tools", get(looks::tools).post(calls::run_tool))
        .route("/values", get(looks::values))
        .route("/rows/limits", unknown("row limits in XML, whose body the description doesn't show"))
        .route("/rows/selected", unknown("selecting several rows in XML, whose body the description doesn't show"))
        .route_layer(from_fn_with_state(state.clone(), layer))
}

/// A server may have no XML flavour. What goes wrong is said in XML, too.
async fn layer(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    if !state.engine.config.interactive.xml {
        return http::empty(StatusCode::NOT_FOUND);
    }
    answer::in_xml(next.run(request).await).await
}
