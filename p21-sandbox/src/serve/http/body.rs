//! Request bodies: JSON with errors as Json.NET words them, and XML as DataContract reads it.

use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use p21_model::schema::Quirk;
use serde::de::{self, DeserializeOwned};
use serde_json::Value;

use super::negotiate::Format;
use super::unsimulated::not_simulated;
use super::{State, answer, negotiate};
use crate::facts::config::{Config, ServerVersion};
use crate::facts::texts::{self, NO_OBJECT, STATUS_TRACE};
use crate::facts::unknowns::{BareKeys, UnreadMembers};
use crate::serve::json_net;
use crate::serve::transaction::request::{STATUS_TYPE, TransactionSet};
use crate::serve::wire::{self, Contract, Unreadable};

/// The bytes of a body.
pub(crate) struct Content(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Content
where
    State: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let read = Bytes::from_request(request, state).await;
        read.map(Self).map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                let most = State::from_ref(state).engine.config.max_body;
                let text =
                    format!("the body is larger than the {most} bytes that this local P21 takes (Config::max_body)");
                answer::own_words(StatusCode::PAYLOAD_TOO_LARGE, &text)
            }
            status => answer::empty(status),
        })
    }
}

/// A member of a request's query, the first one of that name.
pub(crate) fn query(text: Option<&str>, name: &str) -> Option<String> {
    let url = reqwest::Url::parse(&format!("http://localhost/?{}", text?)).ok()?;
    url.query_pairs().find(|(member, _)| member == name).map(|(_, value)| value.into_owned())
}

/// The content of a body, in JSON or in XML; the answer to give if it can't be bound.
pub(super) fn bind<T: DeserializeOwned + Contract>(
    headers: &HeaderMap,
    body: &[u8],
    p21_version: &ServerVersion,
) -> Result<T, Box<Response>> {
    match negotiate::media_type(headers) {
        Some(Format::Xml) => from_xml(body, p21_version),
        _ => bind_json(headers, body, p21_version),
    }
}

/// A transaction set, and what of it is ignored. Keys that are a text instead of a list are taken out first where they
/// count for nothing.
pub(super) fn bind_set(
    headers: &HeaderMap,
    body: &[u8],
    config: &Config,
) -> Result<(TransactionSet, Ignored), Box<Response>> {
    let bare = config.unknowns.bare_keys == BareKeys::Ignored;
    let set = match bare.then(|| without_bare_keys(body)).flatten() {
        Some(body) => bind(headers, &body, &config.p21_version),
        None => bind(headers, body, &config.p21_version),
    }?;
    let ignored = ignored(&set, config)?;
    Ok((set, ignored))
}

/// Members of a set that say something and that nobody knows the meaning of.
pub(super) struct Ignored(Vec<String>);

impl Ignored {
    /// Says so on the answer.
    pub(super) fn noted_on(self, mut response: Response) -> Response {
        for member in self.0 {
            answer::mark(&mut response, &format!("ignored: {member}"));
        }
        response
    }
}

/// Takes note of members whose meaning is not known, or refuses them.
pub(super) fn ignored(set: &TransactionSet, config: &Config) -> Result<Ignored, Box<Response>> {
    let members = set.unread();
    if members.is_empty() {
        return Ok(Ignored(members));
    }
    let listed = members.join(", ");
    if config.unknowns.unread_members == UnreadMembers::Refused {
        return Err(Box::new(not_simulated(&format!("what {listed} of a transaction set mean"))));
    }
    tracing::warn!(
        "this local P21 ignores {listed} of a set for {}: what P21 does with that is not known",
        set.name.as_str()
    );
    Ok(Ignored(members))
}

/// The body without `Keys` that are texts; `None` if it has none, or is no JSON.
fn without_bare_keys(body: &[u8]) -> Option<Vec<u8>> {
    let mut set: Value = serde_json::from_slice(body).ok()?;
    let mut found = false;
    for transaction in set.get_mut("Transactions")?.as_array_mut()? {
        let elements = transaction.get_mut("DataElements").and_then(Value::as_array_mut);
        for element in elements.into_iter().flatten().filter_map(Value::as_object_mut) {
            if element.get("Keys").is_some_and(Value::is_string) {
                element.remove("Keys");
                found = true;
            }
        }
    }
    found.then(|| set.to_string().into_bytes())
}

/// The content of a JSON body.
pub(crate) fn bind_json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: &[u8],
    p21_version: &ServerVersion,
) -> Result<T, Box<Response>> {
    if negotiate::media_type(headers) != Some(Format::Json) {
        let unsupported = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Box::new(answer::problem(unsupported, "Unsupported Media Type", &[])));
    }
    json(body, p21_version)
}

/// The content of a body that can be nothing but JSON, whatever its headers say.
pub(super) fn json<T: DeserializeOwned>(body: &[u8], p21_version: &ServerVersion) -> Result<T, Box<Response>> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let blank = body.iter().all(u8::is_ascii_whitespace);
    // `null` binds to nothing at all.
    let content = if blank { Ok(None) } else { serde_json::from_slice::<Option<T>>(body) };
    match content {
        Ok(Some(content)) => Ok(content),
        Ok(None) => Err(Box::new(invalid(&[("content", CONTENT_REQUIRED)]))),
        Err(_) => Err(Box::new(refusal::<T>(body, p21_version))),
    }
}

fn from_xml<T: DeserializeOwned + Contract>(body: &[u8], p21_version: &ServerVersion) -> Result<T, Box<Response>> {
    let value = if body.iter().all(u8::is_ascii_whitespace) {
        Value::Null
    } else {
        wire::read(body, T::CLASS).or_else(|problem| match problem {
            Unreadable::Foreign => Ok(Value::Null),
            Unreadable::OutOfOrder => Err(Box::new(null_reference())),
            Unreadable::Malformed(text) => {
                tracing::warn!("a body in XML can't be read: {text}");
                let text = "An error occurred while deserializing input data.";
                Err(Box::new(invalid(&[("", text), ("content", CONTENT_REQUIRED)])))
            }
        })?
    };
    match serde_json::from_value::<Option<T>>(value) {
        Ok(Some(content)) => Ok(content),
        Ok(None) => Err(Box::new(invalid(&[("content", CONTENT_REQUIRED)]))),
        Err(error) => Err(Box::new(not_bound(&error.to_string(), p21_version))),
    }
}

/// A value that has the right shape and is none of its type's: a status that does not exist.
fn not_bound(text: &str, p21_version: &ServerVersion) -> Response {
    if text.contains(STATUS_TYPE) && p21_version.has(Quirk::StatusNullReference) {
        return null_reference();
    }
    invalid(&[("", text), ("content", CONTENT_REQUIRED)])
}

const CONTENT_REQUIRED: &str = texts::CONTENT_REQUIRED.pattern();

pub(crate) fn invalid(errors: &[(&str, &str)]) -> Response {
    answer::problem(StatusCode::BAD_REQUEST, "One or more validation errors occurred.", errors)
}

/// Reads the body once more, this time keeping track of where in it reading has got to.
fn refusal<T: DeserializeOwned>(body: &[u8], p21_version: &ServerVersion) -> Response {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) else {
        // What stands there can be read; what follows it can't.
        let problem = serde_json::from_slice::<de::IgnoredAny>(body).err();
        let text = problem.map_or_else(|| CONTENT_REQUIRED.to_owned(), |error| json_net::syntax(&error, body));
        return invalid(&[("", &text), ("content", CONTENT_REQUIRED)]);
    };
    let path = json_net_path(error.path());
    let error = error.into_inner();
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
    if text.contains(STATUS_TYPE) && p21_version.has(Quirk::StatusNullReference) {
        return null_reference();
    }
    let text = match error.classify() {
        serde_json::error::Category::Data => text.to_owned(),
        _ => json_net::syntax(&error, body),
    };
    let text = format!("{text}. Path '{path}', line {line}, position {column}.");
    invalid(&[(&path, &text), ("content", CONTENT_REQUIRED)])
}

/// Json.NET counts an item of a list only once it has read it.
fn json_net_path(path: &serde_path_to_error::Path) -> String {
    let text = path.to_string();
    if text == "." {
        return String::new();
    }
    let Some((list, index)) = text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) else { return text };
    match index.parse::<usize>() {
        Ok(0) => list.to_owned(),
        Ok(index) if list.ends_with("Keys") => format!("{list}[{}]", index - 1),
        _ => text,
    }
}

/// What builds before 26.1.5940 make of a status other than `New`.
fn null_reference() -> Response {
    answer::envelope(
        StatusCode::INTERNAL_SERVER_ERROR,
        NO_OBJECT.pattern(),
        Some("System.NullReferenceException"),
        Some(&format!(
            "System.NullReferenceException: {NO_OBJECT}\r\n   at \
             P21.Transactions.Model.V2.TransactionSetExtensions.{STATUS_TRACE}(TransactionSet content)",
        )),
    )
}
