//! The bodies that errors have, family by family.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::State;
use crate::facts::texts;

/// The machine's name in error envelopes.
const HOST_NAME: &str = "P21-SANDBOX";

/// JSON that is written already.
pub(super) fn json_text(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response()
}

/// JSON with a status.
pub(crate) fn json_value(status: StatusCode, value: &Value) -> Response {
    let mut response = json_text(value.to_string());
    *response.status_mut() = status;
    response
}

/// XML.
pub(crate) fn xml_text(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], text).into_response()
}

/// A status and nothing else.
pub(crate) fn empty(status: StatusCode) -> Response {
    status.into_response()
}

/// P21's own error envelope.
pub(crate) fn envelope(status: StatusCode, message: &str, error_type: Option<&str>, inner: Option<&str>) -> Response {
    let now = jiff::Timestamp::now().as_millisecond();
    json_value(
        status,
        &json!({
            "DateTimeStamp": format!("/Date({now})/"),
            "ErrorMessage": message,
            "ErrorType": error_type,
            "HostName": HOST_NAME,
            "InnerException": inner,
        }),
    )
}

/// The same envelope as the middleware and the token endpoint have it: four members, no time stamp.
pub(crate) fn plain_envelope(
    status: StatusCode,
    message: &str,
    error_type: Option<&str>,
    inner: Option<&str>,
) -> Response {
    json_value(
        status,
        &json!({
            "ErrorMessage": message,
            "ErrorType": error_type,
            "HostName": HOST_NAME,
            "InnerException": inner,
        }),
    )
}

/// The header that marks what a real server would not answer: words of the sandbox's own, members that it has ignored,
/// definitions that are sketches.
pub(crate) const MARK: &str = "p21-sandbox";

/// Adds a mark.
pub(crate) fn mark(response: &mut Response, text: &str) {
    let plain: String = text.chars().map(|c| if c.is_ascii() && !c.is_ascii_control() { c } else { '?' }).collect();
    if let Ok(value) = HeaderValue::try_from(plain) {
        response.headers_mut().append(MARK, value);
    }
}

/// An answer about a service, which a sketch may serve.
pub(crate) fn about(state: &State, service: &str, mut response: Response) -> Response {
    if state.engine.catalogue.is_sketch(service) {
        mark(&mut response, &format!("sketch: {service}"));
    }
    response
}

/// P21's envelope with a sentence that is not P21's, and says so.
pub(crate) fn own_words(status: StatusCode, text: &str) -> Response {
    let mut response = envelope(status, text, Some(OWN_WORDS), None);
    mark(&mut response, OWN);
    response
}

/// An answer whose words may be the sandbox's own.
pub(crate) fn marked(mut response: Response, has_own_words: bool) -> Response {
    if has_own_words {
        mark(&mut response, OWN);
    }
    response
}

/// The type of an error whose text is the sandbox's own.
const OWN_WORDS: &str = "local-p21: own words";

/// The mark of an answer that has the form of P21's and words of the sandbox.
const OWN: &str = "own words";

/// A listed service whose window is not there.
pub(super) fn undeployed(service: &str) -> Response {
    let text = format!("{} to open it", texts::WINDOW_UNAVAILABLE.with(&[service]));
    envelope(StatusCode::INTERNAL_SERVER_ERROR, &text, None, None)
}

/// The body could not be bound: RFC 7807, with the messages under the member they are about.
pub(super) fn problem(status: StatusCode, title: &str, errors: &[(&str, &str)]) -> Response {
    let errors: serde_json::Map<String, Value> =
        errors.iter().map(|(member, text)| ((*member).to_owned(), json!([text]))).collect();
    let mut response = json_value(
        status,
        &json!({
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": title,
            "status": status.as_u16(),
            "errors": errors,
        }),
    );
    let media_type = HeaderValue::from_static("application/problem+json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}

/// The sandbox itself failed, not the P21 it plays.
pub(crate) fn own_failure(problem: &dyn std::fmt::Display) -> Response {
    let text = format!("this local P21 failed: {problem}");
    tracing::error!("{text}");
    envelope(StatusCode::INTERNAL_SERVER_ERROR, &text, Some("local-p21: failed"), None)
}
