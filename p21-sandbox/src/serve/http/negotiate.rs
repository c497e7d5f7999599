//! JSON or XML: `Content-Type` says what comes in, `Accept` what goes out.
//!
//! Every handler answers in JSON; what has an XML form is written anew in XML where the caller wants that.

use axum::body::HttpBody as _;
use axum::extract::{MatchedPath, Request, State as Extract};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::{State, answer, unsimulated};
use crate::facts::settings::accept::MissingAccept;
use crate::serve::wire;

/// A format of bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Xml,
}

/// The format of a request's body; `None` if it is neither.
pub(super) fn media_type(headers: &HeaderMap) -> Option<Format> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    format_of(value.split(';').next().unwrap_or_default().trim())
}

/// Whether a request says that its body is XML.
pub(crate) fn is_xml(headers: &HeaderMap) -> bool {
    media_type(headers) == Some(Format::Xml)
}

fn format_of(media_type: &str) -> Option<Format> {
    let media_type = media_type.to_ascii_lowercase();
    match media_type.as_str() {
        "application/json" | "text/json" => Some(Format::Json),
        "application/xml" | "text/xml" => Some(Format::Xml),
        "application/xhtml+xml" => None,
        other if other.ends_with("+json") => Some(Format::Json),
        other if other.ends_with("+xml") => Some(Format::Xml),
        _ => None,
    }
}

/// The format that the caller likes best: by quality, then by place. JSON where anything goes, or nothing fits.
fn wanted(headers: &HeaderMap) -> Option<Format> {
    let mut best: Option<(Format, f32)> = None;
    let mut any = false;
    for range in list(headers, &header::ACCEPT) {
        any = true;
        let mut parts = range.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.trim().parse().ok()).unwrap_or(1.0);
        let format = match media_type {
            "*/*" | "application/*" | "text/*" => Some(Format::Json),
            other => format_of(other),
        };
        if let Some(format) = format
            && quality > 0.0
            && best.is_none_or(|(_, before)| quality > before)
        {
            best = Some((format, quality));
        }
    }
    any.then(|| best.map_or(Format::Json, |(format, _)| format))
}

fn list<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// The root element of what a path answers; `None` for what is known in JSON only.
fn root(path: &str) -> Option<&'static str> {
    let (_, path) = path.split_once("/api/v2/")?;
    Some(match path {
        "services" => "ArrayOfServiceInfo",
        "definition/{name}" => "ServiceDefinition",
        "transaction" => "TransactionSetResult",
        "transaction/get" | "defaults/{name}" | "basics/{name}" => "TransactionSet",
        "transaction/async" | "transaction/async/callback" => "AsyncRequest",
        _ => return None,
    })
}

/// Whether a path takes a body in XML.
fn takes_xml(path: &str) -> bool {
    ["/transaction", "/transaction/get", "/transaction/async"].iter().any(|end| path.ends_with(end))
}

/// The end of the path of the server info.
const SERVER_INFO: &str = "/serverinfo";

/// Whether JSON is asked for by its name: some endpoints answer in XML otherwise, even where anything would do.
pub(crate) fn names_json(headers: &HeaderMap) -> bool {
    list(headers, &header::ACCEPT).any(|range| {
        let media_type = range.split(';').next().unwrap_or_default().trim();
        !media_type.ends_with("/*") && format_of(media_type) == Some(Format::Json)
    })
}

/// Refuses XML where its form is not known, and writes answers in XML where it is wanted.
pub(super) async fn layer(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    // What is not there is not found, in any format.
    let Some(path) = request.extensions().get::<MatchedPath>().cloned() else { return next.run(request).await };
    let path = path.as_str();
    if path.ends_with(SERVER_INFO) {
        // It has rules of its own.
        return next.run(request).await;
    }
    let root = root(path);
    let format = match (wanted(request.headers()), state.engine.config.missing_accept) {
        (Some(format), _) => format,
        (None, MissingAccept::Refused) if path.contains("/api/v2/") => {
            return answer::empty(StatusCode::INTERNAL_SERVER_ERROR);
        }
        // What is known in JSON only is answered in it, unless XML was asked for.
        (None, MissingAccept::Xml) if root.is_some() => Format::Xml,
        (None, _) => Format::Json,
    };
    // Clients send the header with everything; without a body it says nothing.
    let has_body = !request.body().is_end_stream();
    let sends_xml = has_body && media_type(request.headers()) == Some(Format::Xml);
    if (format == Format::Xml && root.is_none()) || (sends_xml && !takes_xml(path)) {
        return unsimulated::not("XML on this path").await;
    }
    let response = next.run(request).await;
    match (format, root) {
        (Format::Xml, Some(root)) => in_xml(response, root).await,
        _ => response,
    }
}

/// Answers and problem documents have an XML form; error envelopes are known in JSON only.
async fn in_xml(response: Response, root: &'static str) -> Response {
    rewritten(response, |value| wire::document(root, value)).await
}

/// An answer in XML, below a root of a namespace of P21's. Errors stay in JSON.
pub(crate) async fn as_contract(response: Response, (root, namespace): (&'static str, &'static str)) -> Response {
    rewritten(response, |value| wire::document_in(root, namespace, value)).await
}

async fn rewritten(response: Response, write: impl FnOnce(&Value) -> String) -> Response {
    let (mut parts, body) = response.into_parts();
    let media_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_problem = media_type.starts_with("application/problem+json");
    let is_answer = parts.status.is_success() && media_type.starts_with("application/json");
    if !is_problem && !is_answer {
        return Response::from_parts(parts, body);
    }
    let written = axum::body::to_bytes(body, usize::MAX).await.map_err(|error| error.to_string());
    let value = written.and_then(|text| serde_json::from_slice::<Value>(&text).map_err(|error| error.to_string()));
    let value = match value {
        Ok(value) => value,
        Err(error) => return answer::own_failure(&error),
    };
    let (media_type, text) = match is_problem {
        true => ("application/problem+xml; charset=utf-8", wire::problem(&value)),
        false => ("application/xml; charset=utf-8", write(&value)),
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media_type));
    (parts, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quality_decides_before_place_does() {
        let wanted = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            wanted(&headers)
        };
        for (accept, format) in [
            ("application/json", Format::Json),
            ("application/xml", Format::Xml),
            ("text/xml", Format::Xml),
            ("application/problem+xml", Format::Xml),
            ("application/xml, application/json", Format::Xml),
            ("application/json, */*", Format::Json),
            ("application/xml;q=0.5, application/json;q=0.9", Format::Json),
            ("application/json;q=0, application/xml;q=0.1", Format::Xml),
            ("*/*", Format::Json),
            ("text/html", Format::Json),
        ] {
            assert_eq!(wanted(accept), Some(format), "{accept}");
        }
        assert_eq!(super::wanted(&HeaderMap::new()), None);
    }
}
