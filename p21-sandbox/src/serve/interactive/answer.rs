//! What a call comes to, and how it is written.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::facts::texts;
use crate::serve::http;
use crate::serve::told;
use crate::store::StoreError;
use crate::window::Event;
use crate::window::refusal::{Refusal, Source, Stop};

/// What became of a call, as P21 says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    None = 0,
    Success = 1,
    Failure = 2,
    Blocked = 3,
}

/// A result: 200, whatever became of the call.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) status: Status,
    messages: Vec<String>,
    events: Vec<Value>,
    has_own_words: bool,
    ignored: Vec<&'static str>,
}

/// A call that has no result.
#[derive(Debug)]
pub(super) enum Failure {
    /// An error envelope.
    Envelope { status: StatusCode, text: String, error_type: Option<&'static str>, is_own: bool },
    /// The old form of an error: its text alone.
    Bare(StatusCode, String),
    /// A dialog that somebody left up was in the way.
    Contaminated(String),
    /// An empty 500.
    Silent,
    /// It is not simulated.
    Unknown(String),
    /// The sandbox itself failed.
    Store(StoreError),
}

impl Done {
    pub(super) fn new(status: Status) -> Self {
        Self { status, messages: Vec::new(), events: Vec::new(), has_own_words: false, ignored: Vec::new() }
    }

    pub(super) fn success() -> Self {
        Self::new(Status::Success)
    }

    /// Messages are errors.
    pub(super) fn saying(mut self, text: impl Into<String>) -> Self {
        self.messages.push(text.into());
        self
    }

    /// An information, in words of the sandbox.
    pub(super) fn informing(mut self, text: impl Into<String>) -> Self {
        self.has_own_words = true;
        self.saying(text)
    }

    /// A window refuses something in a message.
    pub(super) fn refused(refusal: &Refusal) -> Self {
        let mut done = Self::new(Status::Failure).saying(refusal.plain());
        done.has_own_words = refusal.is_own;
        done
    }

    /// Adds what happened in a window.
    pub(super) fn tell(&mut self, events: Vec<Event>) {
        self.events.extend(events.into_iter().filter_map(told::shown));
    }

    /// An event with pairs of data.
    pub(super) fn event(&mut self, name: &str, pairs: &[(&str, Value)]) {
        let data: Vec<Value> = pairs.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        self.events.push(json!({"Name": name, "Data": data}));
    }

    /// What a window refuses in a message, or in the sandbox's own words.
    pub(super) fn absorb(&mut self, refused: Self) {
        self.status = refused.status;
        self.messages.extend(refused.messages);
        self.has_own_words |= refused.has_own_words;
    }

    /// A key that no record has: the window shows nothing, and takes whatever is typed.
    pub(super) fn empty_window(&mut self, says_nothing: bool) {
        self.tell(vec![Event::Changed]);
        if says_nothing {
            self.status = Status::None;
        } else {
            self.status = Status::Failure;
            self.messages.push(texts::NO_SUCH_RECORD.into());
        }
    }

    /// A response window has opened.
    pub(super) fn opened(&mut self, popup: &str) {
        self.status = Status::Blocked;
        self.event("windowopened", &[("windowid", Value::from(popup))]);
    }

    /// Says that a member made no difference.
    pub(super) fn ignoring(&mut self, member: &'static str) {
        if !self.ignored.contains(&member) {
            self.ignored.push(member);
        }
    }

    /// What the window said.
    pub(super) fn messages(&self) -> &[String] {
        &self.messages
    }

    /// Whether some of its words are the sandbox's own.
    pub(super) fn has_own_words(&self) -> bool {
        self.has_own_words
    }

    /// The names of what happened.
    pub(super) fn event_names(&self) -> impl Iterator<Item = &str> {
        self.events.iter().filter_map(|event| event["Name"].as_str())
    }

    /// The key that P21 gave the record, where it did.
    pub(super) fn generated_key(&self) -> Option<&str> {
        let event = self.events.iter().find(|event| event["Name"] == "keygenerated")?;
        event["Data"][0]["Value"].as_str()
    }

    /// The result on the wire: the popup's id is in an event alone.
    pub(super) fn json(&self) -> Value {
        let messages: Vec<Value> = self.messages.iter().map(|text| json!({"Text": text, "Type": 2})).collect();
        json!({
            "Status": self.status as u8,
            "Messages": messages,
            "Events": self.events,
            "ResponseWindowId": "",
        })
    }

    pub(super) fn into_response(self) -> Response {
        let mut answer = http::marked(http::json(StatusCode::OK, &self.json()), self.has_own_words);
        for member in &self.ignored {
            http::mark(&mut answer, &format!("ignored: {member}"));
        }
        answer
    }
}

impl Failure {
    pub(super) fn envelope(status: StatusCode, text: impl Into<String>) -> Self {
        Self::Envelope { status, text: text.into(), error_type: None, is_own: false }
    }

    /// In the sandbox's own words.
    pub(super) fn own(status: StatusCode, text: impl Into<String>) -> Self {
        Self::Envelope { status, text: text.into(), error_type: None, is_own: true }
    }

    /// A bad request, in P21's words.
    pub(super) fn bad(text: impl Into<String>) -> Self {
        Self::envelope(StatusCode::BAD_REQUEST, text)
    }

    /// The call does not say which window it is about.
    pub(super) fn no_window_id() -> Self {
        Self::envelope(StatusCode::UNPROCESSABLE_ENTITY, texts::NO_WINDOW_ID)
    }

    pub(super) fn into_response(self) -> Response {
        match self {
            Self::Envelope { status, text, is_own: true, .. } => http::own_words(status, &text),
            Self::Envelope { status, text, error_type, .. } => http::envelope(status, &text, error_type, None),
            Self::Bare(status, text) => http::json(status, &json!({"error": text})),
            Self::Contaminated(text) => {
                http::json(StatusCode::INTERNAL_SERVER_ERROR, &json!({"error": {"message": text}}))
            }
            Self::Silent => http::empty(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Unknown(what) => http::not_simulated(&what),
            Self::Store(error) => http::own_failure(&error),
        }
    }
}

/// What a window that stops answers: a message of its own is a result, all else an error.
pub(super) fn stopped(stop: Stop) -> Result<Done, Failure> {
    let refusal = stop.into_refusal().map_err(Failure::Store)?;
    let status = match refusal.source {
        Source::Message => return Ok(Done::refused(&refusal)),
        Source::Exception => StatusCode::BAD_REQUEST,
        Source::Value => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let text = refusal.plain().to_owned();
    Err(Failure::Envelope { status, text, error_type: None, is_own: refusal.is_own })
}
