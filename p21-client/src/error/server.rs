//! What P21 says when it refuses: a dozen shapes, one reader.

use p21_model::outcome::is_contamination;
use p21_model::sentences::{NO_RECORDS, NOT_AUTHORIZED, NOT_SIMULATED, STATUS_TRACE, WINDOW_UNAVAILABLE};
use serde_json::{Map, Value};

use crate::redact::Redactor;
use crate::xml;

/// What the server said, whatever the shape it said it in. Secrets are taken out and texts are bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ServerError {
    /// The text.
    pub message: String,
    /// The server's own code or type: `invalid_grant`, `P21.Business.Common.TokenException`, `4001`.
    pub code: Option<String>,
    /// Further texts: validation errors, the inner exception.
    pub details: Vec<String>,
    /// It came as JSON or in an XML envelope. Gateways answer pages and plain text.
    pub(crate) is_structured: bool,
}

impl ServerError {
    /// Reads an answer's body. `None` if it says nothing.
    pub(crate) fn read(body: &[u8], redactor: &Redactor) -> Option<Self> {
        let body = xml::without_bom(body);
        let known = if xml::is_markup(body) { markup(body) } else { json(body) };
        let is_structured = known.is_some() && !xml::is_html(body);
        let raw = known.or_else(|| plain(body))?;
        Some(Self { is_structured, ..raw.cleaned(redactor) })
    }

    /// Reads the known members of a JSON object, never the body as it is: for answers that may hold credentials, and
    /// for those that may be no refusal at all.
    pub(crate) fn read_members(body: &[u8], redactor: &Redactor) -> Option<Self> {
        let Ok(Value::Object(object)) = serde_json::from_slice(xml::without_bom(body)) else { return None };
        object_body(&object).map(|raw| raw.cleaned(redactor))
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        [self.message.as_str()].into_iter().chain(self.details.iter().map(String::as_str))
    }

    /// Texts that were cleaned already, the first one first. `None` if there are none.
    #[cfg(feature = "windows")]
    pub(crate) fn of_texts(texts: Vec<String>) -> Option<Self> {
        let mut texts = texts.into_iter().filter(|text| !text.trim().is_empty());
        let message = texts.next()?;
        Some(Self { message, code: None, details: texts.collect(), is_structured: true })
    }

    /// `Unexpected response window: …`, left behind by somebody's earlier call.
    pub(crate) fn is_contamination(&self) -> bool {
        self.texts().any(is_contamination)
    }

    /// `Window <<X>> is not available or user does not have permission to open it`.
    pub(crate) fn is_unavailable_window(&self) -> bool {
        self.texts().any(|text| WINDOW_UNAVAILABLE.is_in(text))
    }

    /// A right that is missing, rather than a token that is bad.
    pub(crate) fn is_missing_right(&self) -> bool {
        self.texts().any(|text| NOT_AUTHORIZED.is_in(text))
    }

    /// A report whose range is empty.
    pub(crate) fn is_nothing_to_print(&self) -> bool {
        self.texts().any(|text| NO_RECORDS.is_in(text))
    }

    /// The sandbox doesn't simulate it.
    fn is_not_simulated(&self) -> bool {
        self.code.as_deref() == Some(NOT_SIMULATED)
    }

    /// A 5xx that comes again however often the call is repeated, and stores nothing.
    pub(crate) fn is_deterministic(&self) -> bool {
        self.is_not_simulated()
            || self.is_unavailable_window()
            || self.is_nothing_to_print()
            || self.texts().any(|text| STATUS_TRACE.is_in(text))
    }
}

#[derive(Default)]
struct Raw {
    message: String,
    code: Option<String>,
    details: Vec<String>,
}

impl Raw {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    fn cleaned(self, redactor: &Redactor) -> ServerError {
        ServerError {
            message: redactor.clean(self.message.trim()),
            code: self.code.map(|code| redactor.clean(&code)),
            details: self.details.iter().map(|detail| redactor.clean(detail)).collect(),
            is_structured: true,
        }
    }

    fn code(mut self, code: Option<String>) -> Self {
        self.code = code;
        self
    }

    fn details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }
}

fn json(body: &[u8]) -> Option<Raw> {
    match serde_json::from_slice(body).ok()? {
        Value::Object(object) => object_body(&object),
        Value::String(text) if !text.trim().is_empty() => Some(Raw::new(text)),
        _ => None,
    }
}

fn object_body(object: &Map<String, Value>) -> Option<Raw> {
    // The middleware's and the UI server's envelope; the UDT service spells it in lower case, with a number.
    if let Some(message) = text(object, "ErrorMessage").or_else(|| text(object, "errorMessage")) {
        let code = text(object, "ErrorType").or_else(|| text(object, "errorNo"));
        return Some(Raw::new(message).code(code).details(text(object, "InnerException")));
    }
    match object.get("error").or_else(|| object.get("Error")) {
        Some(Value::String(code)) => {
            let described = ["error_description", "Description"].iter().find_map(|member| text(object, member));
            return Some(match described {
                Some(message) => Raw::new(message).code(Some(code.clone())),
                None => Raw::new(code),
            });
        }
        Some(Value::Object(error)) => {
            let message = text(error, "message").or_else(|| text(error, "Message"))?;
            return Some(Raw::new(message).code(text(error, "code")));
        }
        Some(Value::Array(errors)) => return several(errors),
        _ => {}
    }
    if let Some(title) = text(object, "title") {
        return Some(problem(object, title));
    }
    if let Some(message) = text(object, "Message").or_else(|| text(object, "message")) {
        return Some(Raw::new(message).details(object.get("Errors").map(strings).unwrap_or_default()));
    }
    object.get("Messages").and_then(Value::as_array).and_then(|messages| several(messages))
}

/// RFC 7807: the errors are a map from member to texts.
fn problem(object: &Map<String, Value>, title: String) -> Raw {
    let errors = object.get("errors").map(strings).unwrap_or_default();
    match text(object, "detail").or_else(|| errors.first().cloned()) {
        Some(detail) => Raw::new(detail).code(Some(title)).details(errors),
        None => Raw::new(title),
    }
}

fn several(texts: &[Value]) -> Option<Raw> {
    let mut texts = texts.iter().flat_map(strings);
    Some(Raw::new(texts.next()?).details(texts))
}

/// Every text in a value, however deep.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(members) => members.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

fn text(object: &Map<String, Value>, member: &str) -> Option<String> {
    match object.get(member)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn markup(body: &[u8]) -> Option<Raw> {
    if xml::is_html(body) {
        return xml::text_of(body, "title").map(Raw::new);
    }
    let message = ["ErrorMessage", "detail", "title", "Message"].iter().find_map(|name| xml::text_of(body, name))?;
    Some(Raw::new(message).code(xml::text_of(body, "ErrorType")).details(xml::text_of(body, "InnerException")))
}

fn plain(body: &[u8]) -> Option<Raw> {
    let text = String::from_utf8_lossy(body);
    (!text.trim().is_empty()).then(|| Raw::new(text))
}
