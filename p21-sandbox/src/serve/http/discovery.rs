//! Services, definitions, defaults, basics.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{State, answer, body, unsimulated};
use crate::facts::elsewhere;
use crate::facts::plan::Service;
use crate::facts::unknowns::RefusalForm;
use crate::facts::{sketches, texts};
use crate::window::Caller;

/// `GET /api/v2/services`. Reports are never listed.
pub(super) async fn services(Extract(state): Extract<State>, RawQuery(query): RawQuery) -> Response {
    let names: Vec<Value> = match body::query(query.as_deref(), "type").as_deref() {
        None | Some("window") => {
            state.engine.catalogue.listed(&state.engine.config.undeployed).map(|name| json!({"Name": name})).collect()
        }
        Some("report") => Vec::new(),
        Some(_) => {
            return answer::json_value(StatusCode::BAD_REQUEST, &json!(texts::SERVICE_TYPE.pattern()));
        }
    };
    answer::json_text(Value::from(names).to_string())
}

/// `GET /api/v2/definition/{name}`.
pub(super) async fn definition(Extract(state): Extract<State>, name: Name) -> Response {
    with_service(&state, &named(name), |service| service.definition.to_server_json().to_string())
}

/// `GET /api/v2/defaults/{name}`.
pub(super) async fn defaults(
    Extract(state): Extract<State>,
    Extension(caller): Extension<Caller>,
    name: Name,
) -> Response {
    with_service(&state, &named(name), |service| state.engine.defaults(service, &caller))
}

/// `GET /api/v2/basics/{name}`.
pub(super) async fn basics(Extract(state): Extract<State>, name: Name) -> Response {
    with_service(&state, &named(name), |service| state.engine.basics(service))
}

/// A name in a path. What is no text names nothing.
pub(crate) type Name = Result<Path<String>, PathRejection>;

pub(crate) fn named(name: Name) -> String {
    name.map_or_else(|_| char::REPLACEMENT_CHARACTER.to_string(), |Path(name)| name)
}

fn with_service(state: &State, name: &str, write: impl FnOnce(&Service) -> String) -> Response {
    match find(state, name) {
        Ok(service) => answer::about(state, name, answer::json_text(write(&service))),
        Err(refusal) => *refusal,
    }
}

/// A service that can be used, or the answer for one that can't: an unknown one is an empty 500, but not one that P21 has
/// and that is not served here.
pub(super) fn find(state: &State, name: &str) -> Result<Arc<Service>, Box<Response>> {
    let catalogue = &state.engine.catalogue;
    if state.engine.is_undeployed(name) {
        return Err(Box::new(answer::undeployed(name)));
    }
    let missing = || match elsewhere::may_exist(name) {
        true => unsimulated::not_simulated(&format!("the service {name}: {}", how_to_get(name))),
        false => answer::empty(StatusCode::INTERNAL_SERVER_ERROR),
    };
    catalogue.get(name).cloned().ok_or_else(|| Box::new(missing()))
}

/// What to do about a service that no definition is served of.
fn how_to_get(name: &str) -> String {
    let sketch = if sketches::names().any(|known| known == name) {
        "--sketches serves a sketch of it, made of what is known; "
    } else {
        ""
    };
    format!(
        "no definition of it is served here ({sketch}`cargo p21 fetch` fetches your server's definitions, and \
         --definitions serves a folder of them)"
    )
}

/// The same for a call that runs or reads transactions, where P21's answer to an unknown service is not known.
pub(super) fn find_to_run(state: &State, name: &str) -> Result<Arc<Service>, Box<Response>> {
    let unknowns = &state.engine.config.unknowns;
    let catalogue = &state.engine.catalogue;
    let is_known = catalogue.get(name).is_some() || state.engine.is_undeployed(name) || elsewhere::may_exist(name);
    if !is_known && unknowns.unknown_service == RefusalForm::BadRequest {
        let text = format!("Service {name} does not exist.");
        return Err(Box::new(answer::own_words(StatusCode::BAD_REQUEST, &text)));
    }
    find(state, name)
}
