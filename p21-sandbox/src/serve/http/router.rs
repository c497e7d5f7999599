//! Where the UI server is, and what it says about itself.

use axum::extract::{RawQuery, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use p21_model::schema::Quirk;
use serde_json::{Map, Value, json};

use super::{State, UI_SERVER, answer, negotiate};
use crate::facts::settings::accept::MissingAccept;
use crate::facts::texts::SERVER_VERSION;
use crate::serve::wire;

/// `GET /api/ui/router/v1/`.
pub(super) async fn router(Extract(state): Extract<State>, headers: HeaderMap) -> Response {
    let url = format!("{}{UI_SERVER}", base(&state, &headers));
    if state.engine.config.xml_tokens {
        return answer::xml_text(format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<RouterResponse><Url>{url}</Url></RouterResponse>"
        ));
    }
    answer::json_text(json!({"Url": url}).to_string())
}

/// The address the caller reached the server by, where the server listens on every address it has.
pub(crate) fn base(state: &State, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let plain = |host: &&str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".:-[]".contains(&b));
    match host.filter(plain) {
        Some(host) if state.any_address => format!("http://{host}"),
        _ => state.url.to_string(),
    }
}

/// Without the slash the server sends the caller to the address with it, in HTML.
pub(super) async fn without_slash(RawQuery(query): RawQuery) -> Response {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("/api/ui/router/v1/{query}");
    let headers = [(header::LOCATION, location), (header::CONTENT_TYPE, "text/html; charset=UTF-8".to_owned())];
    let body = "<head><title>Document Moved</title></head>\n<body><h1>Object Moved</h1>This document may be found \
                <a HREF=\"/api/ui/router/v1/\">here</a></body>";
    (StatusCode::TEMPORARY_REDIRECT, headers, body).into_response()
}

/// `GET {ui}/ui/common/v1/serverinfo`: in XML, unless JSON is asked for by its name.
pub(super) async fn server_info(Extract(state): Extract<State>, headers: HeaderMap) -> Response {
    let wants_json = negotiate::names_json(&headers)
        || (!headers.contains_key(header::ACCEPT) && state.engine.config.missing_accept == MissingAccept::Json);
    let info = info(&state);
    if wants_json {
        let members = info.into_iter().map(|(key, value)| (key.to_owned(), value.map_or(Value::Null, Value::String)));
        return answer::json_text(json!({"Result": members.collect::<Map<_, _>>()}).to_string());
    }
    // That it is XML is known, what it looks like is not: a map as DataContract writes one.
    answer::marked(answer::xml_text(wire::map("ServerInfo", "Result", &info)), true)
}

/// Section and key, and what stands there. Beside versions and cloud nothing is known of the values.
fn info(state: &State) -> [(&'static str, Option<String>); 12] {
    let p21_version = &state.engine.config.p21_version;
    let (full, short) = match p21_version.has(Quirk::NamelessServer) {
        true => ("0.0.0.0".to_owned(), "0.0".to_owned()),
        false => (p21_version.build().to_string(), p21_version.version().release().to_string()),
    };
    [
        (SERVER_VERSION.pattern(), Some(p21_version.build().to_string())),
        ("Version/Build Framework", Some(".NET Core".to_owned())),
        ("Monitoring/accountid", None),
        ("Monitoring/cloudroleinstance", Some("p21-sandbox".to_owned())),
        ("Monitoring/cloudrolename", None),
        ("Monitoring/configurationid", None),
        ("Monitoring/fullversion", Some(full)),
        // Only `true` means production.
        ("Monitoring/isproduction", None),
        ("Monitoring/shortversion", Some(short)),
        ("Monitoring/telemetrykey", None),
        ("Monitoring/tracelevel", None),
        ("Session/State", None),
    ]
}
