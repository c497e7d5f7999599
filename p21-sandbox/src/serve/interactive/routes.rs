//! The paths of the Interactive API.

use axum::Router;
use axum::extract::{Extension, RawQuery, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{any, delete, get, post, put};
use serde_json::{Value, json};

use super::accept::{self, Unheard};
use super::answer::{Done, Failure};
use super::form::Call;
use super::popup::Popup;
use super::request::{Changes, ChangesV1, OpenWanted, RowWanted, SessionWanted, TabWanted, ToolWanted, WindowWanted};
use super::session::{OpenWindows, Session};
use super::sessions::NotMade;
use super::{change, rows, save, state, tools, xml};
use crate::facts::habits::{self, Habit};
use crate::facts::settings::interactive::{GoneSession, ToolsById};
use crate::facts::texts;
use crate::serve::faults::Injected;
use crate::serve::http::{self, Bearer, Content, Live, State};
use crate::window::Caller;

/// The prefix that documentation has, and the SDK's.
const API: &str = "/api/ui/interactive";
const SDK: &str = "/ui/interactive";

/// The paths of the UI server.
pub(crate) fn routes(state: &Live) -> Router<Live> {
    let sessions = || post(create).get(list).delete(end);
    let v2 = Router::new()
        .route("/window", post(open).get(window_state).delete(close))
        .route("/data", put(save_v2).get(data).delete(clear))
        .route("/change", put(change_v2))
        .route("/tab", put(tab_v2))
        .route("/row", post(add_row_v2).put(select_row_v2))
        .route("/tools", get(list_tools).post(run_tool))
        .route("/rows/limits", any(async || http::not_simulated("row limits, whose body no source shows")))
        .route("/rows/selected", any(async || http::not_simulated("selecting several rows, which no source shows")));
    let v1 = || {
        Router::new()
            .route("/data", put(save_v1).get(data).delete(clear))
            .route("/change", put(change_v1))
            .route("/tab", put(tab_v1))
            .route("/row", post(add_row_v1).put(select_row_v1))
            .route("/tools", get(list_tools).post(run_tool))
    };
    let sdk = v1().route("/window", post(open).get(window_state).delete(close));
    let switched = |router: Router<Live>| router.route_layer(from_fn_with_state(state.clone(), only_with_v1));
    Router::new()
        .route(&format!("{API}/sessions"), sessions())
        .route(&format!("{API}/sessions/"), sessions())
        .nest(&format!("{API}/v2"), v2.route_layer(from_fn_with_state(state.clone(), only_with_v2)))
        .nest(&format!("{API}/v1"), switched(v1()))
        .nest(&format!("{SDK}/v1"), switched(sdk))
        .merge(switched(Router::new().route("/ui/common/v1/sessions", post(create).delete(end))))
        .route_layer(from_fn_with_state(state.clone(), accept::layer))
        .merge(xml::routes(state))
        .merge(others())
}

/// What is known of by its name, and not simulated.
fn others() -> Router<Live> {
    let full = any(async || http::not_simulated("the web client's windows (`ui/full`)"));
    let help = get(async || http::not_simulated("the help pages of the Interactive API"));
    let menu = delete(async || http::not_simulated("the web client's windows (`ui/full`)"));
    Router::new()
        .route("/ui/full/{*rest}", full)
        .route("/ui/common/v1/sessions/windowmenu", menu)
        .route(&format!("{API}/sessions/help"), help.clone())
        .route(&format!("{SDK}/v1/help"), help)
}

/// A server may have no v2.
async fn only_with_v2(
    Extract(state): Extract<State>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    if state.engine.config.interactive.v2 { next.run(request).await } else { http::empty(StatusCode::NOT_FOUND) }
}

/// A server may have no v1.
async fn only_with_v1(
    Extract(state): Extract<State>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    if state.engine.config.interactive.v1 { next.run(request).await } else { http::empty(StatusCode::NOT_FOUND) }
}

/// `POST /sessions`. Every member of the body may be missing, and so may the body.
async fn create(
    Extract(state): Extract<State>,
    Extension(caller): Extension<Caller>,
    Extension(bearer): Extension<Bearer>,
    unheard: Option<Extension<Unheard>>,
    headers: HeaderMap,
    Content(content): Content,
) -> Response {
    let config = &state.engine.config;
    // The login took any name with a key.
    let is_user = config.users.iter().any(|user| user.name == caller.user) || caller.user == config.install_user;
    if !bearer.is_somebody || !is_user {
        return Failure::bad(texts::NO_USER).into_response();
    }
    let is_blank = content.iter().all(u8::is_ascii_whitespace);
    let wanted: SessionWanted = match is_blank {
        true => SessionWanted::default(),
        false => match http::bind_json(&headers, &content, &config.p21_version) {
            Ok(wanted) => wanted,
            Err(refusal) => return *refusal,
        },
    };
    let made = state.sessions.create(config, &state.pool, (caller, bearer), &wanted, unheard.is_some()).await;
    match made {
        Ok(session) => http::json(StatusCode::OK, &about_new(&state, &session)),
        Err(NotMade::Exists) => Failure::envelope(StatusCode::CONFLICT, texts::SESSION_EXISTS).into_response(),
        Err(NotMade::Full) => {
            let size = config.interactive.pool_size;
            let text = format!("no session was free: {size} are in use (interactive.pool_size)");
            Failure::own(StatusCode::SERVICE_UNAVAILABLE, text).into_response()
        }
    }
}

/// What a new session says of itself and of the server.
fn about_new(state: &State, session: &Session) -> Value {
    let config = &state.engine.config;
    let id = session.id.to_string();
    if habits::has(config.p21_version.version(), Habit::SessionId) {
        return json!({"SessionId": id, "Status": "Active"});
    }
    let cleanup = config.interactive.cleanup_expiration.as_secs();
    let cleanup = format!("{:02}:{:02}:{:02}", cleanup / 3600, cleanup / 60 % 60, cleanup % 60);
    let (full, short) = (config.p21_version.build(), config.p21_version.version().release());
    json!({"Id": id, "Properties": [
        {"Name": "Telemetry", "Properties": {
            "fullversion": full.to_string(), "shortversion": short.to_string(), "configurationid": "1"}},
        {"Name": "SessionHandling", "Properties": {
            "SessionCleanupExpiration": cleanup,
            "TimedCleanupInterval": "00:01:00",
            "PoolSize": config.interactive.pool_size.to_string(),
            "WarmStartCount": "1"}},
    ]})
}

/// `GET /sessions`: those of every token. What an item looks like is not known.
async fn list(Extract(state): Extract<State>) -> Response {
    let config = &state.engine.config;
    let shown = |session: &std::sync::Arc<Session>| {
        json!({
            "Id": session.id.to_string(),
            "UserName": session.caller.user,
            "SessionType": session.kind,
            "ClientPlatformApp": session.app,
            "WorkstationID": session.workstation,
        })
    };
    let listed: Vec<Value> = state.sessions.all(config).iter().map(shown).collect();
    http::marked(http::json(StatusCode::OK, &listed.into()), true)
}

/// `DELETE /sessions`: ends that of the token, whatever else is said.
async fn end(
    Extract(state): Extract<State>,
    Extension(bearer): Extension<Bearer>,
    RawQuery(query): RawQuery,
    Content(content): Content,
) -> Response {
    // With its own token nothing else is needed, and what else is said makes no difference.
    drop((query, content));
    match state.sessions.end(&state.engine.config, bearer) {
        true => http::empty(StatusCode::OK),
        false => Failure::bad(texts::INVALID_SESSION).into_response(),
    }
}

/// The work of a call about windows, in the session of its token.
pub(super) struct Work {
    pub(super) state: State,
    bearer: Bearer,
    injected: Option<Injected>,
    /// The call is one of the XML flavour.
    pub(super) is_xml: bool,
}

impl axum::extract::FromRequestParts<Live> for Work {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, live: &Live) -> Result<Self, Self::Rejection> {
        let bearer = parts.extensions.get::<Bearer>().copied();
        Ok(Self {
            state: live.now(),
            bearer: bearer.unwrap_or(Bearer { number: u64::MAX, is_somebody: false }),
            injected: parts.extensions.get::<Injected>().copied(),
            is_xml: false,
        })
    }
}

impl Work {
    /// Works in the session, beside the server's own threads: one call of a session after the other.
    pub(super) async fn run(
        self,
        work: impl FnOnce(&Call<'_>, &mut OpenWindows) -> Result<Response, Failure> + Send + 'static,
    ) -> Response {
        http::in_background(move || {
            let Self { state, bearer, injected, is_xml } = self;
            let config = &state.engine.config;
            if injected == Some(Injected::SessionLost) {
                state.sessions.end(config, bearer);
            }
            let Some(session) = state.sessions.used_by(config, bearer) else { return no_session(&state) };
            let call = Call { engine: &state.engine, session: &session, pool: &state.pool, is_xml };
            let mut windows = session.windows();
            let answer = work(&call, &mut windows).unwrap_or_else(Failure::into_response);
            if injected == Some(Injected::Popup) {
                windows.surprise();
            }
            session.touch(config.clock.now());
            answer
        })
        .await
    }

    /// Work that comes to a result.
    async fn done(
        self,
        work: impl FnOnce(&Call<'_>, &mut OpenWindows) -> Result<Done, Failure> + Send + 'static,
    ) -> Response {
        self.run(move |call, windows| work(call, windows).map(Done::into_response)).await
    }

    /// Work with a body.
    async fn with<T: serde::de::DeserializeOwned>(
        self,
        (headers, Content(content)): (HeaderMap, Content),
        work: impl FnOnce(&Call<'_>, &mut OpenWindows, T) -> Result<Done, Failure> + Send + 'static,
    ) -> Response {
        let version = self.state.engine.config.p21_version.clone();
        self.run(move |call, windows| match http::bind_json::<T>(&headers, &content, &version) {
            Ok(wanted) => work(call, windows, wanted).map(Done::into_response),
            Err(refusal) => Ok(*refusal),
        })
        .await
    }
}

/// The answer to a call without a session.
fn no_session(state: &State) -> Response {
    match state.engine.config.unknowns.gone_session {
        GoneSession::Unauthorized => Failure::Bare(StatusCode::UNAUTHORIZED, texts::SESSION_GONE.into()),
        GoneSession::NotFound => Failure::Bare(StatusCode::NOT_FOUND, texts::SESSION_GONE.into()),
        GoneSession::BadRequest => Failure::bad(texts::SESSION_GONE),
    }
    .into_response()
}

impl OpenWindows {
    /// A window that nobody expected comes up in each of them.
    fn surprise(&mut self) {
        let free: Vec<String> =
            self.forms.values().filter(|form| form.popup.is_none()).map(|form| form.id.clone()).collect();
        for id in free {
            self.put_up(&id, Popup::stray(&id), &mut Done::success());
        }
    }
}

/// The window that `?id=` names.
pub(super) fn id_of(query: Option<&str>) -> Result<String, Failure> {
    http::query(query, "id").filter(|id| !id.is_empty()).ok_or_else(Failure::no_window_id)
}

async fn open(work: Work, headers: HeaderMap, content: Content) -> Response {
    let version = work.state.engine.config.p21_version.clone();
    let state = work.state.clone();
    work.run(move |call, windows| {
        let wanted: OpenWanted = match http::bind_json(&headers, &content.0, &version) {
            Ok(wanted) => wanted,
            Err(refusal) => return Ok(*refusal),
        };
        let id = save::open(call, windows, &wanted)?;
        let answer = http::json(StatusCode::OK, &windows.forms.get(&id).map_or(Value::Null, state::opened));
        Ok(http::about(&state, wanted.service.as_str(), answer))
    })
    .await
}

async fn window_state(work: Work, RawQuery(query): RawQuery) -> Response {
    work.run(move |call, windows| {
        let id = id_of(query.as_deref())?;
        if let Some(popup) = windows.popups.get(&id) {
            return Ok(http::json(StatusCode::OK, &popup.state()));
        }
        windows.form(call, &id).map(|form| http::json(StatusCode::OK, &state::state(form)))
    })
    .await
}

async fn close(work: Work, RawQuery(query): RawQuery) -> Response {
    work.done(move |call, windows| {
        if let Some(button) = http::query(query.as_deref(), "button") {
            let button: String = button.chars().take(40).collect();
            return Err(Failure::own(
                StatusCode::BAD_REQUEST,
                format!("a window has no button `{button}` to close by"),
            ));
        }
        save::close(call, windows, &id_of(query.as_deref())?)
    })
    .await
}

async fn data(work: Work, RawQuery(query): RawQuery) -> Response {
    work.run(move |call, windows| {
        let id = id_of(query.as_deref())?;
        if windows.popups.contains_key(&id) {
            return Err(Failure::own(StatusCode::BAD_REQUEST, "a response window has no data of its own"));
        }
        windows.form(call, &id).map(|form| http::json(StatusCode::OK, &state::data(form)))
    })
    .await
}

async fn clear(work: Work, RawQuery(query): RawQuery) -> Response {
    work.done(move |call, windows| save::clear(call, windows, &id_of(query.as_deref())?)).await
}

/// v2 saves by the id alone, as a JSON text.
async fn save_v2(work: Work, content: Content) -> Response {
    work.done(move |call, windows| match serde_json::from_slice::<Value>(&content.0) {
        Ok(Value::String(id)) => save::save(call, windows, &id),
        _ => Err(Failure::no_window_id()),
    })
    .await
}

async fn save_v1(work: Work, headers: HeaderMap, content: Content) -> Response {
    work.with((headers, content), |call, windows, wanted: WindowWanted| {
        save::save(call, windows, wanted.window.as_str())
    })
    .await
}

async fn change_v2(work: Work, headers: HeaderMap, content: Content) -> Response {
    work.with((headers, content), |call, windows, wanted: Changes| change::change(call, windows, &wanted)).await
}

async fn change_v1(work: Work, headers: HeaderMap, content: Content) -> Response {
    work.with((headers, content), |call, windows, wanted: ChangesV1| change::change(call, windows, &wanted.into()))
        .await
}

async fn tab_v2(work: Work, headers: HeaderMap, content: Content) -> Response {
    work.with((headers, content), |call, windows, wanted: TabWanted| change::tab(call, windows, &wanted, false)).await
}

async fn tab_v1(work: Work, headers: HeaderMap, content: Content) -> Response {
    work.with((headers, content), |call, windows, wanted: TabWanted| change::tab(call, windows, &wanted, true)).await
}

async fn add_row_v2(work: Work, headers: HeaderMap, content: Content) -> Response {
    work.with((headers, content), |call, windows, wanted: RowWanted| rows::add(call, windows, &wanted, false)).await
}

async fn add_row_v1(work: Work, headers: HeaderMap, content: Content) -> Response {
    work.with((headers, content), |call, windows, wanted: RowWanted| rows::add(call, windows, &wanted, true)).await
}

async fn select_row_v2(work: Work, headers: HeaderMap, content: Content) -> Response {
    work.with((headers, content), |call, windows, wanted: RowWanted| rows::select(call, windows, &wanted, false)).await
}

async fn select_row_v1(work: Work, headers: HeaderMap, content: Content) -> Response {
    work.with((headers, content), |call, windows, wanted: RowWanted| rows::select(call, windows, &wanted, true)).await
}

async fn list_tools(work: Work, RawQuery(query): RawQuery) -> Response {
    work.run(move |call, windows| {
        let of = |name: &str| http::query(query.as_deref(), name).filter(|text| !text.is_empty());
        let Some(id) = of("windowId") else {
            return match call.config().unknowns.tools_by_id {
                ToolsById::BadRequest => Ok(http::invalid(&[("windowId", texts::NO_TOOLS_WINDOW.pattern())])),
                ToolsById::ServerError => Err(Failure::Silent),
            };
        };
        let level = tools::Level { datawindow: of("dwName"), field: of("fieldName") };
        tools::list(call, windows, &id, &level).map(|list| http::json(StatusCode::OK, &list))
    })
    .await
}

async fn run_tool(work: Work, headers: HeaderMap, content: Content) -> Response {
    work.with((headers, content), |call, windows, wanted: ToolWanted| tools::run(call, windows, &wanted)).await
}
