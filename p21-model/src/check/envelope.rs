//! What is around a set: the request of a callback, a template's wrapping; and bodies that hold no set at all.

use serde_json::{Map, Value};

use super::path::Path;
use super::shape::{Kind, Need, Object, check_names, objects};
use super::{CheckOptions, Code, Finding, Findings, check_object};
use crate::facts::schema::ServiceSchema;
use crate::wire::contract;

const CALLBACK: [&str; 4] = contract::CALLED.members();
const HEADER: [&str; 2] = contract::HEADER.members();

/// The set inside of a body, and the members that lead to it.
pub(super) fn set_in(kind: Kind, body: &Map<String, Value>) -> Option<(Vec<&'static str>, &Map<String, Value>)> {
    let member = |body: &'_ Map<String, Value>, name: &str| body.get(name).is_some_and(Value::is_object);
    let path = match kind {
        Kind::Callback => vec!["Content"],
        Kind::Wrapped if member(body, "TransactionSet") => vec!["TransactionSet"],
        Kind::Wrapped => vec!["Template", "TransactionSet"],
        _ => return None,
    };
    let inner = path.iter().try_fold(body, |object, name| object.get(*name)?.as_object())?;
    Some((path, inner))
}

/// Checks a body that holds a set: what is around it, and the set.
pub(super) fn check(
    kind: Kind,
    schema: Option<&ServiceSchema>,
    body: &Map<String, Value>,
    options: CheckOptions,
    findings: &mut Findings,
) {
    let inner = set_in(kind, body);
    match kind {
        Kind::Callback => callback(body, inner.is_some(), findings),
        _ => findings.push(wrapped(inner.as_ref().map(|(path, _)| path.join(".")))),
    }
    let Some((path, set)) = inner else { return };
    // What a set is wrapped in may be wrapped again; anything else in its place is checked as the set it should be.
    let kind = if Kind::of(set) == Kind::Wrapped { Kind::Wrapped } else { Kind::Write };
    let mut found = Findings::default();
    check_object(kind, schema, set, options, &mut found);
    let path = path.join(".");
    findings.0.extend(found.into_iter().map(|finding| within(&path, finding)));
}

/// A finding about a part, as one about the whole.
fn within(part: &str, mut finding: Finding) -> Finding {
    finding.path = match finding.path.strip_prefix('$') {
        Some(rest) => format!("{part}{rest}"),
        None => format!("{part}.{}", finding.path),
    };
    finding
}

fn wrapped(path: Option<String>) -> Finding {
    let (problem, remedy) = match path {
        Some(path) => (
            format!("the set is still wrapped in `{path}`"),
            format!("send what `{path}` holds, and nothing around it"),
        ),
        None => ("a template without a set".to_owned(), "send a set, with `Name` and `Transactions`".to_owned()),
    };
    finding(
        Code::WrappedSet,
        "$",
        problem,
        "That is how definitions have it, as `Template`. P21 looks for `Name` and `Transactions` at the top, binds what it \
         knows there, and finds none (documented that it ignores the rest).",
        remedy,
    )
}

/// What P21 is to call when it is done.
fn callback(body: &Map<String, Value>, has_set: bool, findings: &mut Findings) {
    let root = Path::Root;
    let object = Object { members: body, path: &root, missing: Code::MemberMissing };
    check_names(&root, body, &["Content", "Callback"], findings);
    if !has_set {
        object.object("Content", "There is no set to queue.", findings);
    }
    let Some(members) = object.object("Callback", "P21 does not know whom to call.", findings) else { return };
    let path = root.member("Callback");
    let callback = Object { members, path: &path, missing: Code::MemberMissing };
    check_names(&path, members, &CALLBACK, findings);
    callback.name("Url", "P21 does not know whom to call.", findings);
    let list = path.member("Headers");
    let items = callback.list("Headers", Need::May, "", findings);
    for (index, header) in objects(&list, items, findings).into_iter().enumerate() {
        let Some(members) = header else { continue };
        let path = list.item(index);
        let header = Object { members, path: &path, missing: Code::MemberMissing };
        check_names(&path, members, &HEADER, findings);
        header.name("Name", "The header has no name.", findings);
    }
}

/// What a body is that holds no set and asks for nothing.
pub(super) fn no_request(kind: Kind) -> Finding {
    let (problem, remedy) = match kind {
        Kind::Definition => (
            "this is the definition of a service, not a payload",
            "its `Template` holds a set with every field: fill what you need, drop the rest, and send that set",
        ),
        _ => ("this is what P21 answered, not a payload", "check what was sent"),
    };
    finding(Code::NotAPayload, "$", problem.to_owned(), "There is no endpoint that takes it.", remedy.to_owned())
}

/// A body that another endpoint takes than the one it is meant for.
pub(super) fn elsewhere(kind: Kind) -> Finding {
    let (what, endpoint) = match kind {
        Kind::Read => ("a read request", "/api/v2/transaction/get"),
        Kind::Commands => ("a request of window commands", "/api/v2/commands"),
        _ => ("an asynchronous request with callback", "/api/v2/transaction/async/callback"),
    };
    finding(
        Code::OtherBody,
        "$",
        format!("this is {what}, not a set of transactions"),
        "P21 looks for `Name` and `Transactions` at the top and finds none (documented that it ignores the rest).",
        format!("send it to `{endpoint}`"),
    )
}

fn finding(code: Code, path: &str, problem: String, consequence: &str, remedy: String) -> Finding {
    let (path, consequence) = (path.to_owned(), consequence.to_owned());
    Finding { row: None, code, path, element: None, field: None, problem, consequence, remedy }
}
