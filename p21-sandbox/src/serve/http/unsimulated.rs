//! What the sandbox does not simulate, and says so.

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{any, get, put};
use serde_json::json;

use super::{Live, answer};
use crate::facts::texts;

/// Families of paths of the middleware.
const BASE: [(&str, &str); 10] = [
    ("/data/erp", "the OData v3 surface"),
    ("/api/entity", "the Entity API"),
    ("/api/inventory", "the Inventory API"),
    ("/api/sales", "the Sales API"),
    ("/api/purchasing", "the Purchasing API"),
    ("/api/contacts", "the Contacts API"),
    ("/api/admin", "the administration page"),
    ("/api/.configuration", "the configuration endpoints"),
    ("/p21sdk", "the SDK"),
    ("/udtservice", "the UDT service"),
];

/// Paths of the middleware. Two of them are known by their status alone.
pub(super) fn base() -> Router<Live> {
    let entity = || not("the Entity API");
    let addresses = Router::new()
        // There is no template of an address.
        .route(
            "/api/entity/addresses/new",
            get(async || answer::empty(StatusCode::INTERNAL_SERVER_ERROR)).fallback(entity),
        )
        // Addresses are not changed here, by design.
        .route(
            "/api/entity/addresses/{id}",
            put(async || answer::empty(StatusCode::METHOD_NOT_ALLOWED)).fallback(entity),
        );
    refusing(addresses, &BASE)
}

/// Each path, with and without a slash behind it, and everything below it.
fn refusing(mut router: Router<Live>, families: &[(&'static str, &'static str)]) -> Router<Live> {
    for (path, what) in families {
        let refusal = any(|| not(what));
        router = router
            .route(path, refusal.clone())
            .route(&format!("{path}/"), refusal.clone())
            .route(&format!("{path}/{{*rest}}"), refusal);
    }
    router
}

/// A refusal that names what is missing.
pub(super) async fn not(what: &str) -> Response {
    not_simulated(what)
}

/// The answer for what the sandbox does not simulate.
pub(crate) fn not_simulated(what: &str) -> Response {
    let text = format!("{} A real one would answer; this one does not guess what.", texts::not_simulated(what));
    let mut response = answer::json_value(
        StatusCode::NOT_IMPLEMENTED,
        &json!({"ErrorMessage": text, "ErrorType": texts::NOT_SIMULATED, "HostName": "P21-SANDBOX", "InnerException": null}),
    );
    answer::mark(&mut response, "not simulated");
    response
}
