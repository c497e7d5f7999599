//! Documents: what became of a call, and why one was refused.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use p21_model::interactive::ChangedField;
use p21_model::interactive::xml::{Body, XmlAnswer, spelt};
use p21_model::schema::{FieldSchema, ValueType};
use serde_json::Value;

use super::names;
use crate::facts::{texts, value};
use crate::serve::http;
use crate::serve::interactive::answer::{Done, Failure, Status};
use crate::serve::interactive::form::Form;
use crate::serve::interactive::state;

/// Marks an answer whose form the description doesn't show.
const OWN_FORM: &str = "own form";

/// The documents that the description shows.
const SHOWN: [&str; 2] = ["OpenWindowResult", "ChangeResult"];

/// What became of a call, or of the several that it is made of.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    errors: Vec<String>,
    messages: Vec<String>,
    events: Vec<String>,
    pub(super) key: Option<String>,
    pub(super) row: Option<i64>,
    has_own_words: bool,
}

impl Outcome {
    /// Takes note of a step. `false` if it failed.
    pub(super) fn add(&mut self, step: Result<Done, Failure>) -> Result<bool, Failure> {
        let done = match step {
            Ok(done) => done,
            Err(failure) => {
                let (text, is_own) = said_of_a_value(failure)?;
                self.has_own_words |= is_own;
                self.errors.push(text);
                return Ok(false);
            }
        };
        self.has_own_words |= done.has_own_words();
        self.events.extend(done.event_names().map(str::to_owned));
        if let Some(key) = done.generated_key() {
            self.key = Some(key.to_owned());
        }
        let has_failed = done.status == Status::Failure;
        let said = if has_failed { &mut self.errors } else { &mut self.messages };
        said.extend(done.messages().iter().cloned());
        if has_failed && self.errors.is_empty() {
            self.errors.push("the window has failed without a word".to_owned());
            self.has_own_words = true;
        }
        Ok(!has_failed)
    }

    /// An error in words of the sandbox.
    pub(super) fn fail(&mut self, text: impl Into<String>) {
        self.errors.push(text.into());
        self.has_own_words = true;
    }

    /// The document: `Ready`, whatever became of the call, for the window takes the next one.
    pub(super) fn document(self, root: &'static str, id: &str, changed: Vec<ChangedField>) -> Response {
        let mut answer = XmlAnswer::ready(id);
        answer.key_value = self.key.filter(|_| self.errors.is_empty());
        answer.row = self.row;
        answer.changed_fields = changed;
        (answer.events, answer.messages, answer.errors) = (self.events, self.messages, self.errors);
        http::marked(document(root, &answer), self.has_own_words)
    }
}

/// What P21 says of a value that it doesn't take: an error in a 200. Everything else is an application error, or none of
/// its.
fn said_of_a_value(failure: Failure) -> Result<(String, bool), Failure> {
    match failure {
        Failure::Envelope {
            status: StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY,
            text,
            error_type: None,
            is_own,
        } if ![texts::NO_DATAWINDOW, texts::NO_WINDOW_ID, texts::UNEXPECTED_WINDOW]
            .iter()
            .any(|of| of.is_in(&text)) =>
        {
            Ok((text, is_own))
        }
        other => Err(other),
    }
}

/// A refusal with the status that the description has for it: 400 for a bad request, 404 for a window that is gone, 500 for
/// what P21 itself says no to.
pub(super) fn refusal(failure: Failure) -> Failure {
    let application_error = |text: String, is_own| Failure::Envelope {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        text,
        error_type: None,
        is_own,
    };
    match failure {
        Failure::Envelope { text, is_own, .. } if texts::NO_WINDOW_ID.is_in(&text) => {
            Failure::Envelope { status: StatusCode::BAD_REQUEST, text, error_type: None, is_own }
        }
        Failure::Envelope { status, text, is_own, .. } if status != StatusCode::NOT_FOUND => {
            application_error(text, is_own)
        }
        Failure::Bare(status, text) if status == StatusCode::BAD_REQUEST => application_error(text, false),
        other => other,
    }
}

/// A document.
pub(super) fn document(root: &'static str, answer: &XmlAnswer) -> Response {
    match answer.to_xml(root) {
        Ok(xml) => {
            let mut response = text(xml);
            if !SHOWN.contains(&root) {
                http::mark(&mut response, OWN_FORM);
            }
            response
        }
        Err(error) => http::own_failure(&error),
    }
}

/// XML that is written already.
pub(super) fn text(xml: Vec<u8>) -> Response {
    http::xml_text(String::from_utf8_lossy(&xml).into_owned())
}

/// The content of a body.
pub(super) fn bind<T: Body>(headers: &HeaderMap, body: &[u8]) -> Result<T, Box<Response>> {
    if !http::is_xml(headers) {
        let text = "the XML flavour wants `Content-Type: application/xml`";
        return Err(Box::new(http::own_words(StatusCode::UNSUPPORTED_MEDIA_TYPE, text)));
    }
    T::read_xml(body).map_err(|error| Box::new(http::own_words(StatusCode::BAD_REQUEST, &error.to_string())))
}

/// Writes an error anew that came in JSON. What isn't simulated stays as it is everywhere.
pub(super) async fn in_xml(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_json = kind.is_some_and(|kind| kind.starts_with("application/json"));
    if status.is_success() || status == StatusCode::NOT_IMPLEMENTED || !is_json {
        return response;
    }
    let (parts, body) = response.into_parts();
    let bytes = match axum::body::to_bytes(body, usize::MAX).await {
        Ok(bytes) => bytes,
        Err(error) => return http::own_failure(&error),
    };
    let said: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let text = ["ErrorMessage", "error"].iter().find_map(|member| said[*member].as_str()).unwrap_or_default();
    let answer = XmlAnswer::error(text);
    let mut written = document("ErrorResult", &answer);
    *written.status_mut() = status;
    for (name, mark) in &parts.headers {
        if name == header::CONTENT_TYPE || name == header::CONTENT_LENGTH {
            continue;
        }
        written.headers_mut().append(name.clone(), mark.clone());
    }
    written
}

/// What every field of a window's current rows shows, element by element.
pub(super) struct Shown(Vec<Vec<String>>);

impl Shown {
    pub(super) fn of(form: &Form) -> Self {
        let (window, service) = (&form.window, &form.window.service);
        let of = |element: u16| {
            let plan = service.plan(element);
            let Some(row) = window.current(plan.storage) else { return Vec::new() };
            let cells = plan.wire.iter().map(|field| state::cell(window, row, element, *field));
            cells.collect()
        };
        Self((0..service.elements.len() as u16).map(of).collect())
    }

    /// The fields that show something else now.
    pub(super) fn changed(&self, form: &Form) -> Vec<ChangedField> {
        let service = &form.window.service;
        let mut changed = Vec::new();
        for (element, (before, now)) in (0u16..).zip(self.0.iter().zip(Self::of(form).0)) {
            let (plan, schema) = (service.plan(element), service.element(element));
            for (at, field) in plan.wire.iter().enumerate() {
                let was = before.get(at).map_or("", String::as_str);
                let is = now.get(at).map_or("", String::as_str);
                if was != is {
                    let field = &schema.fields[usize::from(*field)];
                    let name = names::datawindow(service, element);
                    changed.push(ChangedField::new(name, &*field.name, in_the_dialect(field, is)));
                }
            }
        }
        changed
    }
}

/// A value as the flavour spells it: dates are `12/31/2027`.
pub(super) fn in_the_dialect(field: &FieldSchema, shown: &str) -> String {
    match field.value_type {
        ValueType::DateTime => value::date_time(shown).map_or_else(|| shown.to_owned(), spelt),
        _ => shown.to_owned(),
    }
}
