//! The server: paths, and what answers them.

mod answer;
mod auth;
mod body;
mod commands;
mod discovery;
pub(crate) mod host;
mod jobs;
mod live;
mod negotiate;
mod report;
mod router;
mod token;
mod transaction;
mod unread;
mod unsimulated;

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};

use crate::serve::engine::Engine;
use crate::serve::jobs::Jobs;
pub(crate) use answer::{
    about, empty, envelope, json_value as json, mark, marked, own_failure, own_words, plain_envelope, xml_text,
};
pub(crate) use auth::{Bearer, Grant, Tokens};
pub(crate) use body::{Content, bind_json, invalid, query};
pub(crate) use discovery::{Name, named};
pub(crate) use live::Live;
pub(crate) use negotiate::{as_contract, is_xml, names_json};
pub(crate) use router::base as base_url;
pub(crate) use transaction::in_background;
pub(crate) use unsimulated::not_simulated;

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) engine: Arc<Engine>,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) faults: Arc<crate::serve::faults::Faults>,
    pub(crate) pool: Arc<crate::serve::pool::Pool>,
    pub(crate) sessions: Arc<crate::serve::interactive::Sessions>,
    pub(crate) odata: Arc<crate::serve::odata::Service>,
    /// Transient faults of reports that are still to come.
    pub(crate) report_faults: Arc<AtomicU32>,
    /// Where the server is reached, without a trailing slash.
    pub(crate) url: Arc<str>,
    /// Whether it listens on every address of the machine, so that `url` is only one of them.
    pub(crate) any_address: bool,
}

/// Where the UI server lives below the base address.
pub(crate) const UI_SERVER: &str = "/uiserver0";

/// Every path of the sandbox.
pub(crate) fn app(state: Live) -> Router {
    let settings = &state.now().engine.config;
    let (limit, has_levers) = (DefaultBodyLimit::max(settings.max_body), settings.admin);
    let open =
        Router::new().route("/api/security/token/v2", post(token::v2)).route("/api/security/token", post(token::v1));
    let ui = Router::new()
        .route("/api/v2/services", get(discovery::services))
        .route("/api/v2/definition/{name}", get(discovery::definition))
        .route("/api/v2/defaults/{name}", get(discovery::defaults))
        .route("/api/v2/basics/{name}", get(discovery::basics))
        .route("/api/v2/transaction", post(transaction::post))
        .route("/api/v2/transaction/get", post(transaction::get))
        .route("/api/v2/transaction/async", post(jobs::submit).get(jobs::status))
        .route("/api/v2/transaction/async/callback", post(jobs::submit_with_callback))
        .route("/api/v2/commands", post(commands::post))
        .route("/api/v2/process/pdfreport", post(report::post))
        .route("/ui/common/v1/serverinfo", get(router::server_info))
        .layer(from_fn_with_state(state.clone(), negotiate::layer))
        .merge(crate::serve::interactive::routes(&state));
    let guarded = Router::new()
        .route("/api/ui/router/v1/", get(router::router))
        .route("/api/ui/router/v1", any(router::without_slash))
        .merge(unsimulated::base())
        .merge(crate::serve::odata::routes())
        .nest(UI_SERVER, ui)
        .route_layer(from_fn_with_state(state.clone(), auth::guard));
    let faults = from_fn_with_state(state.clone(), crate::serve::faults::pass);
    let app = open.merge(guarded).layer(faults);
    let app = if has_levers { app.merge(crate::serve::admin::routes()) } else { app };
    let host = from_fn_with_state(state.clone(), host::guard);
    let unread = from_fn_with_state(state.clone(), unread::layer);
    app.layer(limit).layer(host).layer(unread).with_state(state)
}
