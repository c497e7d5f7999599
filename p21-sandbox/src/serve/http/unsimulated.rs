//! What the sandbox does not simulate, and says so.

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::any;
use serde_json::json;

use super::{State, answer};

/// Paths of the UI server.
pub(super) fn ui() -> Router<State> {
    Router::new()
        .route("/api/ui/interactive", any(|| not("the Interactive API")))
        .route("/api/ui/interactive/{*rest}", any(|| not("the Interactive API")))
}

/// Paths of the middleware.
pub(super) fn base() -> Router<State> {
    Router::new()
        .route("/data/erp/{*rest}", any(|| not("the OData v3 surface")))
        .route("/api/entity/{*rest}", any(|| not("the Entity API")))
        .route("/api/inventory/{*rest}", any(|| not("the Inventory API")))
        .route("/udtservice/{*rest}", any(|| not("the UDT service")))
}

/// A refusal that names what is missing.
pub(super) async fn not(what: &str) -> Response {
    not_simulated(what)
}

/// The answer for what the sandbox does not simulate.
pub(crate) fn not_simulated(what: &str) -> Response {
    let text =
        format!("The P21 sandbox does not simulate {what}. A real P21 would answer; the sandbox does not guess what.");
    answer::json_value(
        StatusCode::NOT_IMPLEMENTED,
        &json!({"ErrorMessage": text, "ErrorType": "p21-sandbox: not simulated", "HostName": "P21-SANDBOX", "InnerException": null}),
    )
}
