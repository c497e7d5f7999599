//! The paths of the service.

use axum::extract::{Query as Pairs, Request, State as Extract};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};

use super::access::may_read;
use super::answer;
use super::model::Surface;
use super::query::{Problem, Query};
use crate::facts::settings::odata::UnknownSelect;
use crate::facts::texts;
use crate::serve::http::{Grant, Live, Name, State, base_url, named, not_simulated, own_failure};
use crate::window::Caller;

/// `/odataservice/odata/{table,view}/...`; everything else below `/odataservice` is a 404 without a body.
pub(crate) fn routes() -> Router<Live> {
    Router::new()
        .merge(surface(Surface::Table))
        .merge(surface(Surface::View))
        .route("/odataservice/{*rest}", get(|| async { StatusCode::NOT_FOUND }))
}

fn surface(surface: Surface) -> Router<Live> {
    let path = format!("/odataservice/odata/{}", surface.path());
    let list = move |Extract(state), Extension(grant), Extension(caller): Extension<Caller>, headers: HeaderMap| async move {
        list(&state, surface, &grant, &caller, &headers)
    };
    let object = move |Extract(state), name: Name, Extension(caller), Extension(grant), request: Request| async move {
        let (parts, _) = request.into_parts();
        object(state, surface, named(name), caller, grant, parts.uri, parts.headers).await
    };
    Router::new()
        .route(&path, get(list))
        .route(&format!("{path}/"), get(list))
        .route(&format!("{path}/{{name}}"), get(object))
}

/// The entity sets. The list itself is open to whoever may use the service at all.
fn list(state: &State, surface: Surface, grant: &Grant, caller: &Caller, headers: &HeaderMap) -> Response {
    let settings = &state.engine.config.odata;
    if !may_read(settings, grant, &caller.user, None) {
        return answer::unauthorized(settings);
    }
    answer::ok(answer::service_document(&base_url(state, headers), surface, &listed(state, surface)))
}

/// The names of a surface. `bin` is among them, though nobody can read it.
fn listed(state: &State, surface: Surface) -> Vec<String> {
    let mut names = state.odata.model.names(surface);
    if surface == Surface::Table && !names.iter().any(|name| name == HIDDEN) {
        names.push(HIDDEN.to_owned());
        names.sort_unstable();
    }
    names
}

/// The table that a web server's own rules hide.
const HIDDEN: &str = "bin";

/// Views that only exist from 26.1 on, and whose columns are not known.
const SEARCH_VIEWS: &str = "p21_view_es_";

async fn object(
    state: State,
    surface: Surface,
    name: String,
    caller: Caller,
    grant: Grant,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let settings = &state.engine.config.odata;
    if name.eq_ignore_ascii_case(HIDDEN) {
        return answer::hidden_segment();
    }
    if name == "$metadata" {
        return match may_read(settings, &grant, &caller.user, None) {
            true => answer::ok(answer::metadata(&state.odata.model, surface, &listed(&state, surface))),
            false => answer::unauthorized(settings),
        };
    }
    if !may_read(settings, &grant, &caller.user, Some(&name)) {
        return answer::unauthorized(settings);
    }
    let Some(table) = state.odata.model.find(surface, &name) else {
        let is_search = surface == Surface::View && name.to_ascii_lowercase().starts_with(SEARCH_VIEWS);
        return if is_search { not_simulated("search views") } else { StatusCode::NOT_FOUND.into_response() };
    };
    let Ok(Pairs(pairs)) = Pairs::<Vec<(String, String)>>::try_from_uri(&uri) else {
        return answer::refused(settings, StatusCode::NOT_FOUND, &texts::SYNTAX.with(&["0"]));
    };
    let query = match Query::read(&pairs, &table, &settings.time_zone) {
        Ok(query) => query,
        Err(problem) => return refuse(&state, &problem),
    };
    let base = base_url(&state, &headers);
    let work = move || read(&state, &base, surface, &table, &query);
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| own_failure(&error))
}

fn refuse(state: &State, problem: &Problem) -> Response {
    let settings = &state.engine.config.odata;
    match problem {
        Problem::Refused(super::refusal::Refusal::TooComplex) => answer::too_complex(),
        Problem::Select(_) if settings.unknown_select == UnknownSelect::Empty => StatusCode::NOT_FOUND.into_response(),
        Problem::Refused(refusal) | Problem::Select(refusal) => {
            answer::refused(settings, StatusCode::NOT_FOUND, &refusal.to_string())
        }
        Problem::NotSimulated(option) => not_simulated(&format!("the query option {option}")),
    }
}

/// Everything that fits, in one answer: there is no cap and no next link.
fn read(state: &State, base: &str, surface: Surface, table: &super::model::Table, query: &Query) -> Response {
    let zone = &state.engine.config.odata.time_zone;
    let mut store = state.engine.store();
    if let Err(error) = state.odata.prepare(&mut store, query) {
        return own_failure(&error);
    }
    let count = match query.count.then(|| store.count(&query.selection)).transpose() {
        Ok(count) => count,
        Err(error) => return own_failure(&error),
    };
    let mut out = answer::start(base, surface, table, count);
    let mut number = 0_usize;
    let rows = store.select(&query.selection, |data| {
        if number > 0 {
            out.push(',');
        }
        number += 1;
        answer::row(&mut out, table, &query.columns, &data, zone);
    });
    match rows {
        Ok(()) => {
            out.push_str("]}");
            let mut answer = answer::ok(out);
            answer.extensions_mut().insert(crate::serve::faults::RowCount(number));
            answer
        }
        Err(error) => own_failure(&error),
    }
}
