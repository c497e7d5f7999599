//! What the sandbox does not simulate, and says so.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::any;
use serde_json::json;

use super::{State, answer};

/// Paths of the UI server.
pub(super) fn ui() -> Router<State> {
    Router::new()
        .route("/api/v2/transaction/async", any(|| not("asynchronous transactions")))
        .route("/api/v2/transaction/async/callback", any(|| not("asynchronous transactions")))
        .route("/api/v2/commands", any(|| not("window commands")))
        .route("/api/v2/process/pdfreport", any(|| not("PDF reports")))
        .route("/api/ui/interactive", any(|| not("the Interactive API")))
        .route("/api/ui/interactive/{*rest}", any(|| not("the Interactive API")))
}

/// Paths of the middleware.
pub(super) fn base() -> Router<State> {
    Router::new()
        .route("/odataservice/{*rest}", any(|| not("OData")))
        .route("/data/erp/{*rest}", any(|| not("OData")))
        .route("/api/entity/{*rest}", any(|| not("the Entity API")))
        .route("/api/inventory/{*rest}", any(|| not("the Inventory API")))
        .route("/udtservice/{*rest}", any(|| not("the UDT service")))
}

/// The sandbox reads and writes JSON only.
pub(super) async fn refuse_xml(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_xml = |header| first_is_xml(headers, header);
    if is_xml(header::CONTENT_TYPE) || (is_xml(header::ACCEPT) && !mentions_json(headers)) {
        return not("XML bodies").await;
    }
    next.run(request).await
}

fn first_is_xml(headers: &HeaderMap, name: header::HeaderName) -> bool {
    let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = value.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
    first == "application/xml" || first == "text/xml" || first.ends_with("+xml") && first != "application/xhtml+xml"
}

fn mentions_json(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).any(|value| value.contains("json"))
}

async fn not(what: &str) -> Response {
    let text =
        format!("The P21 sandbox does not simulate {what}. A real P21 would answer; the sandbox does not guess what.");
    answer::json_value(
        StatusCode::NOT_IMPLEMENTED,
        &json!({"ErrorMessage": text, "ErrorType": "p21-sandbox: not simulated", "HostName": "P21-SANDBOX", "InnerException": null}),
    )
}
