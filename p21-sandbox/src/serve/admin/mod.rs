//! Levers for tests and for people at the machine: `/_sandbox/...`, off unless asked for. The crate's page lists them.

mod body;
mod guard;

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{RawQuery, State as Extract};
use axum::http::{StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use body::Told;

use crate::facts::settings::faults::QueuedFault;
use crate::facts::settings::levers;
use crate::serve::http::{self, Live, Name, State};
use crate::serve::odata::{CreateTableError, NewTable};
use crate::store::StoreError;

/// The paths, behind their guard.
pub(crate) fn routes() -> Router<Live> {
    Router::new()
        .route("/_sandbox/state", get(state))
        .route("/_sandbox/tables", post(create_table))
        .route("/_sandbox/tables/{name}", get(rows))
        .route("/_sandbox/refresh-odata", post(refresh_odata))
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/expire-tokens", post(expire_tokens))
        .route("/_sandbox/clean-sessions", post(clean_sessions))
        .route("/_sandbox/clock", post(move_clock))
        .route("/_sandbox/faults", post(queue_fault).delete(clear_faults))
        .route("/_sandbox/settings", get(settings).post(change_settings))
        .route_layer(from_fn(guard::only_from_here))
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn done() -> Response {
    answer(StatusCode::OK, &json!({"done": true}))
}

fn refused(status: StatusCode, problem: &dyn std::fmt::Display) -> Response {
    answer(status, &json!({"error": problem.to_string()}))
}

/// The store blocks, so this work runs beside the server's own threads.
async fn in_background(work: impl FnOnce() -> Result<Value, StoreError> + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(body)) => answer(StatusCode::OK, &body),
        Ok(Err(error)) => refused(StatusCode::INTERNAL_SERVER_ERROR, &error),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, &error),
    }
}

async fn state(Extract(state): Extract<State>) -> Response {
    in_background(move || {
        let tables = state.engine.store().table_counts()?;
        let tables: serde_json::Map<String, Value> =
            tables.into_iter().map(|(table, rows)| (table, json!(rows))).collect();
        let pool = state.pool.state();
        let jobs = state.jobs.count();
        let queued: Vec<Value> = state.faults.queued().iter().map(queued_json).collect();
        Ok(json!({
            "p21_version": state.engine.config.p21_version.build(),
            "now": state.engine.config.clock.now().to_string(),
            "services": state.engine.catalogue.len(),
            "tables": tables,
            "pool": {"size": pool.size, "idle": pool.idle, "dirty": pool.dirty},
            "jobs": {
                "slots": jobs.slots,
                "waiting": jobs.waiting,
                "running": jobs.running,
                "finished": jobs.finished,
            },
            "sessions": state.sessions.all(&state.engine.config).len(),
            "windows": state.sessions.all(&state.engine.config).iter().map(|session| session.window_count()).sum::<usize>(),
            "tokens": state.tokens.count(&state.engine.config.clock),
            "faults": queued,
        }))
    })
    .await
}

fn queued_json(queued: &QueuedFault) -> Value {
    json!({
        "fault": queued.fault.to_string(),
        "method": queued.method,
        "path": queued.path,
        "times": queued.times,
    })
}

/// A number in the query: which rows.
fn number(query: Option<&str>, name: &str, default: u32) -> Result<u32, String> {
    let wrong = |_| format!("`{name}` is no number from 0 on");
    http::query(query, name).map_or(Ok(default), |text| text.parse().map_err(wrong))
}

async fn rows(Extract(state): Extract<State>, table: Name, RawQuery(query): RawQuery) -> Response {
    let query = query.as_deref();
    let (top, skip) = match number(query, "top", 100).and_then(|top| Ok((top, number(query, "skip", 0)?))) {
        Ok(page) => page,
        Err(problem) => return refused(StatusCode::BAD_REQUEST, &problem),
    };
    let table = http::named(table);
    in_background(move || {
        let rows = state.engine.store().table_rows(&table.to_ascii_lowercase(), top, skip)?;
        let rows: Vec<Value> = rows
            .into_iter()
            .map(|row| json!({"id": row.id, "parent": row.parent, "element": row.element, "values": row.data}))
            .collect();
        Ok(json!({"table": table, "rows": rows}))
    })
    .await
}

async fn create_table(Extract(state): Extract<State>, Told(table): Told<NewTable>) -> Response {
    let created = tokio::task::spawn_blocking(move || state.odata.create(&state.engine, table)).await;
    match created {
        Ok(Ok(())) => done(),
        Ok(Err(error @ CreateTableError::Refused(_))) => refused(StatusCode::BAD_REQUEST, &error),
        Ok(Err(error)) => refused(StatusCode::INTERNAL_SERVER_ERROR, &error),
        Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, &error),
    }
}

async fn refresh_odata(Extract(state): Extract<State>) -> Response {
    answer(StatusCode::OK, &json!({"done": true, "new": state.odata.refresh()}))
}

async fn reset(Extract(state): Extract<State>) -> Response {
    in_background(move || {
        state.engine.reset()?;
        state.odata.reset();
        state.pool.clean();
        state.sessions.clear();
        state.faults.clear();
        Ok(json!({"done": true}))
    })
    .await
}

async fn expire_tokens(Extract(state): Extract<State>) -> Response {
    state.tokens.expire_all();
    done()
}

async fn clean_sessions(Extract(state): Extract<State>) -> Response {
    state.pool.clean();
    done()
}

/// Every setting by its name.
async fn settings(Extract(state): Extract<State>) -> Response {
    let config = &state.engine.config;
    let shown = levers::ALL.iter().map(|lever| {
        let about = json!({
            "value": (lever.written)(config),
            "takes": (lever.takes)(config),
            "about": lever.what,
            "live": lever.live,
        });
        (lever.name.to_owned(), about)
    });
    answer(StatusCode::OK, &Value::Object(shown.collect()))
}

/// Changes settings by their names: all of them, or none.
async fn change_settings(Extract(live): Extract<Live>, Told(wanted): Told<BTreeMap<String, Value>>) -> Response {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    let mut changes = Vec::new();
    for (name, value) in &wanted {
        match text(value) {
            Some(value) => changes.push((name.as_str(), value)),
            None => {
                let problem =
                    format!("the value of `{}` has to be a text, a number, true or false", name.escape_debug());
                return refused(StatusCode::BAD_REQUEST, &problem);
            }
        }
    }
    match live.set(changes.iter().map(|(name, value)| (*name, value.as_str()))) {
        Ok(()) => done(),
        Err(problem) => refused(StatusCode::BAD_REQUEST, &problem),
    }
}

/// How the clock is to be moved: forwards, or to a moment.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    #[serde(default)]
    advance_seconds: u64,
    now: Option<String>,
}

async fn move_clock(Extract(state): Extract<State>, Told(to): Told<Move>) -> Response {
    let clock = &state.engine.config.clock;
    match to.now.as_deref().map(str::parse::<jiff::Timestamp>) {
        Some(Ok(now)) => clock.set(now),
        Some(Err(_)) => {
            let problem = "`now` is no moment; write for example `2027-01-31T12:00:00Z`";
            return refused(StatusCode::BAD_REQUEST, &problem);
        }
        None => {}
    }
    clock.advance(std::time::Duration::from_secs(to.advance_seconds));
    answer(StatusCode::OK, &json!({"done": true, "now": clock.now().to_string()}))
}

/// A fault, as it is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    fault: String,
    method: Option<String>,
    path: Option<String>,
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

async fn queue_fault(Extract(state): Extract<State>, Told(wanted): Told<Wanted>) -> Response {
    let fault = match wanted.fault.parse() {
        Ok(fault) => fault,
        Err(problem) => return refused(StatusCode::BAD_REQUEST, &problem),
    };
    let queued = QueuedFault { fault, method: wanted.method, path: wanted.path, times: wanted.times };
    if state.faults.queue(queued) {
        done()
    } else {
        refused(StatusCode::TOO_MANY_REQUESTS, &"too many faults wait already")
    }
}

async fn clear_faults(Extract(state): Extract<State>) -> Response {
    state.faults.clear();
    done()
}
