//! The shape of a payload before anything is looked up: members, their types, lists.
//!
//! P21 answers most of these mistakes with a text about its own parser, and some with `Succeeded`. Whatever can be
//! read is read all the same, so that one missing bracket does not hide everything else.

mod member;
mod read;
mod write;

use serde_json::{Map, Value};

use super::path::Path;
use super::{Code, Finding, Findings};
use crate::name::nearest;

pub(super) use read::check as check_read;
pub(super) use write::check as check_write;

/// What a body is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Write,
    Read,
}

impl Kind {
    /// A read request says so by its own members. One that has its keys at the top is a known mistake.
    pub(super) fn of(body: &Map<String, Value>) -> Self {
        let has = |name: &str| body.keys().any(|key| key.eq_ignore_ascii_case(name));
        let reads = has("ServiceName") || has("TransactionStates") || has("Keys") || has("DataElementName");
        if reads && !has("Transactions") { Self::Read } else { Self::Write }
    }
}

/// The service that a body names, whether it writes or reads.
pub(super) fn service(body: &Value) -> Option<&str> {
    let body = body.as_object()?;
    let member = match Kind::of(body) {
        Kind::Write => "Name",
        Kind::Read => "ServiceName",
    };
    body.get(member)?.as_str().filter(|name| !name.is_empty())
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
fn kind_of(value: &Value) -> &'static str {
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
fn check_names(path: &Path<'_>, members: &Map<String, Value>, known: &[&str], findings: &mut Findings) {
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
        code: Code::UnknownMember,
        path,
        element: None,
        field: None,
        problem: format!("there is no member `{}` here", name.escape_debug()),
        consequence: "P21 binds what it knows and ignores the rest (documented).".to_owned(),
        remedy,
    }
}
