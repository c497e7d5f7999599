//! The shape of a payload before anything is looked up: members, their types, lists.
//!
//! P21 answers most of these mistakes with a text about its own parser, and some with `Succeeded`. Whatever can be
//! read is read all the same, so that one missing bracket does not hide everything else.

mod member;
mod read;
mod write;

use serde_json::{Map, Value};

use super::path::Path;
use super::{Code, Finding, Findings, commands, envelope};
use crate::facts::name::nearest;

pub(super) use member::{Need, Object, objects};
pub(super) use read::check as check_read;
pub(super) use write::check as check_write;

/// What a body is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A set of transactions.
    Write,
    Read,
    /// A set with whom to call when it is done: `POST /api/v2/transaction/async/callback`.
    Callback,
    /// Steps of a window: `POST /api/v2/commands`.
    Commands,
    /// A set in what definitions have around it.
    Wrapped,
    /// A whole definition.
    Definition,
    /// What P21 says of an asynchronous request, or of a set.
    Answer,
}

impl Kind {
    /// A body says what it is by members that no other has. A read that has its keys at the top is a known mistake.
    pub(super) fn of(body: &Map<String, Value>) -> Self {
        let has = |name: &str| has_variant(body, name);
        let has_any = |names: &[&str]| names.iter().any(|name| has(name));
        // A set that was read from something else has an empty list of its own.
        let transactions = body.iter().find(|(name, _)| name.eq_ignore_ascii_case("Transactions"));
        if transactions.is_some_and(|(_, list)| !list.as_array().is_some_and(Vec::is_empty)) {
            Self::Write
        } else if has("TransactionDefinition") {
            Self::Definition
        } else if has_any(&["TransactionSet", "Template"]) {
            Self::Wrapped
        } else if has_any(&["Content", "Callback"]) {
            Self::Callback
        } else if has("Requests") {
            Self::Commands
        } else if has_any(&["RequestId", "Summary", "Results"]) {
            Self::Answer
        } else if has_any(&["ServiceName", "TransactionStates", "Keys", "DataElementName"]) {
            Self::Read
        } else {
            Self::Write
        }
    }
}

/// The service that a body names, whatever it is.
pub(super) fn service(body: &Value) -> Option<&str> {
    let body = body.as_object()?;
    service_as(Kind::of(body), body)
}

/// The service that a body of a kind names.
pub(super) fn service_as(kind: Kind, body: &Map<String, Value>) -> Option<&str> {
    let named = match kind {
        Kind::Write => body.get("Name")?,
        Kind::Read => body.get("ServiceName")?,
        Kind::Commands => return commands::service(body),
        Kind::Callback | Kind::Wrapped => {
            let (_, set) = envelope::set_in(kind, body)?;
            return service_as(if Kind::of(set) == Kind::Wrapped { Kind::Wrapped } else { Kind::Write }, set);
        }
        Kind::Definition | Kind::Answer => return None,
    };
    named.as_str().filter(|name| !name.is_empty())
}

/// The service that a set names.
pub(super) fn service_of_write(body: &Map<String, Value>) -> Option<&str> {
    body.get("Name")?.as_str()
}

/// The body as an object.
pub(super) fn root<'v>(body: &'v Value, findings: &mut Findings) -> Option<&'v Map<String, Value>> {
    let object = body.as_object();
    if object.is_none() {
        findings.push(Finding {
            row: None,
            code: Code::NotAPayload,
            path: Path::Root.to_string(),
            element: None,
            field: None,
            problem: format!("the body is {}, not an object", kind_of(body)),
            consequence: "P21 can't bind it and refuses the request: HTTP 400 (documented).".to_owned(),
            remedy: "send one object with `Name` and `Transactions`; several records are several transactions in it"
                .to_owned(),
        });
    }
    object
}

/// What a value is, in words.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Whether the members hold this one in another case: then it is reported as such, not as missing.
fn has_variant(members: &Map<String, Value>, name: &str) -> bool {
    members.keys().any(|key| key.eq_ignore_ascii_case(name))
}

/// Names that P21 doesn't bind.
pub(super) fn check_names(path: &Path<'_>, members: &Map<String, Value>, known: &[&str], findings: &mut Findings) {
    for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
        let here = path.member(name).to_string();
        let finding = match known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            Some(meant) => wrong_case(here, name, meant),
            None => unknown_member(here, name, known),
        };
        findings.push(finding);
    }
}

/// Finds a member that says something, though nobody has seen P21 heed it.
fn unproven(object: &member::Object<'_, '_>, member: &str, effect: &str, findings: &mut Findings) {
    let says = object.members.get(member).is_some_and(|value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    });
    if says {
        findings.push(Finding {
            row: None,
            code: Code::UnprovenMember,
            path: object.path.member(member).to_string(),
            element: None,
            field: None,
            problem: format!("`{member}` is set"),
            consequence: effect.to_owned(),
            remedy: "leave it out, or read back what it did".to_owned(),
        });
    }
}

fn wrong_case(path: String, name: &str, meant: &str) -> Finding {
    Finding {
        row: None,
        code: Code::WrongCase,
        path,
        element: None,
        field: None,
        problem: format!("`{}` is spelt `{meant}`", name.escape_debug()),
        consequence: "Names are case-sensitive: P21 binds nothing, as if the member were absent, and says nothing \
                      (documented)."
            .to_owned(),
        remedy: format!("did you mean `{meant}`?"),
    }
}

fn unknown_member(path: String, name: &str, known: &[&str]) -> Finding {
    let remedy = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "leave it out".to_owned(),
    };
    Finding {
        row: None,
        code: Code::UnknownMember,
        path,
        element: None,
        field: None,
        problem: format!("there is no member `{}` here", name.escape_debug()),
        consequence: "P21 binds what it knows and ignores the rest (documented).".to_owned(),
        remedy,
    }
}
