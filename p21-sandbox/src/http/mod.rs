//! The server: paths, and what answers them.

mod answer;
mod auth;
mod body;
mod discovery;
mod router;
mod token;
mod transaction;
mod unsimulated;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};

use crate::engine::Engine;
pub(crate) use auth::Tokens;

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) engine: Arc<Engine>,
    pub(crate) tokens: Arc<Tokens>,
    /// Where the server is reached, without a trailing slash.
    pub(crate) url: Arc<str>,
    /// Whether it listens on every address of the machine, so that `url` is only one of them.
    pub(crate) any_address: bool,
}

/// Where the UI server lives below the base address.
pub(crate) const UI_SERVER: &str = "/uiserver0";

/// Every path of the sandbox.
pub(crate) fn app(state: State) -> Router {
    let limit = DefaultBodyLimit::max(state.engine.config.max_body);
    let open =
        Router::new().route("/api/security/token/v2", post(token::v2)).route("/api/security/token", post(token::v1));
    let ui = Router::new()
        .route("/api/v2/services", get(discovery::services))
        .route("/api/v2/definition/{name}", get(discovery::definition))
        .route("/api/v2/defaults/{name}", get(discovery::defaults))
        .route("/api/v2/basics/{name}", get(discovery::basics))
        .route("/api/v2/transaction", post(transaction::post))
        .route("/api/v2/transaction/get", post(transaction::get))
        .route("/ui/common/v1/serverinfo", get(router::server_info))
        .merge(unsimulated::ui())
        .layer(from_fn(unsimulated::refuse_xml));
    let guarded = Router::new()
        .route("/api/ui/router/v1/", get(router::router))
        .route("/api/ui/router/v1", any(router::without_slash))
        .merge(unsimulated::base())
        .nest(UI_SERVER, ui)
        .route_layer(from_fn_with_state(state.clone(), auth::guard));
    open.merge(guarded).layer(limit).with_state(state)
}
