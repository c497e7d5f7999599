//! Read requests: `POST /api/v2/transaction/get`.
//!
//! P21 answers a wrong one with HTTP 200 and a blank template, exactly as for a record that does not exist.

use serde_json::{Map, Value};

use super::member::{Need, Object, objects};
use super::{check_names, kind_of, unproven};
use crate::check::path::Path;
use crate::check::{Code, Finding, Findings};
use crate::facts::name::nearest;
use crate::facts::schema::{ElementKind, ElementSchema, ServiceSchema};
use crate::wire::contract::{self, request, set};

/// The members of a set that a read ignores.
const IGNORED: [&str; 3] = [set::QUERY, set::FIELD_MAP, set::TRANSACTION_SPLIT_METHOD];
const REQUEST: [&str; 5] =
    [request::SERVICE_NAME, request::TRANSACTION_STATES, set::QUERY, set::FIELD_MAP, set::TRANSACTION_SPLIT_METHOD];
const STATE: [&str; 2] = contract::STATE.members();
const KEY: [&str; 2] = contract::KEY.members();

/// What a wrong request reads.
const BLANK: &str = "P21 answers HTTP 200 and a blank template, the same as for a record that does not exist (verified, \
                     version not stated).";

/// Checks a read request, against the service's schema where there is one.
pub(in crate::check) fn check(schema: Option<&ServiceSchema>, body: &Map<String, Value>, findings: &mut Findings) {
    let root = Path::Root;
    let object = Object { members: body, path: &root, missing: Code::ReadMissing };
    object.name("ServiceName", "P21 does not know which service is meant.", findings);
    if body.contains_key("Keys") && !body.contains_key("TransactionStates") {
        findings.push(keys_at_top(&root.member("Keys")));
        return;
    }
    check_names(&root, body, &REQUEST, findings);
    for member in IGNORED {
        unproven(&object, member, "P21 answers the whole window all the same (verified on 26.1).", findings);
    }
    let items = object.list("TransactionStates", Need::Must, BLANK, findings);
    let path = root.member("TransactionStates");
    for (index, state) in objects(&path, items, findings).into_iter().enumerate() {
        if let Some(members) = state {
            let path = path.item(index);
            check_state(schema, &Object { members, path: &path, missing: Code::ReadMissing }, findings);
        }
    }
}

fn check_state(schema: Option<&ServiceSchema>, state: &Object<'_, '_>, findings: &mut Findings) {
    check_names(state.path, state.members, &STATE, findings);
    let name = state.name("DataElementName", "P21 does not know where the keys belong.", findings);
    let element = match (schema, name) {
        (Some(schema), Some(name)) => element(schema, name, state.path, findings),
        _ => None,
    };
    if let Some(list) = element.filter(|element| element.kind == ElementKind::List) {
        findings.push(read_of_list(&state.path.member("DataElementName"), list, schema));
    }
    let items = state.list("Keys", Need::Must, "Without keys no record is meant.", findings);
    let path = state.path.member("Keys");
    for (index, key) in items.iter().enumerate() {
        check_key(element, &path.item(index), key, findings);
    }
    let names: Vec<&str> = items.iter().filter_map(|key| key.get("Name")?.as_str()).collect();
    if let (Some(schema), Some(element)) = (schema, element.filter(|element| element.kind == ElementKind::Form))
        && names.len() == items.len()
        && names.iter().all(|name| element.field(name).is_some())
    {
        check_is_key(schema, element, &names, &path, findings);
    }
}

/// Finds a read that doesn't name the whole key of a record, or more than that.
fn check_is_key(
    schema: &ServiceSchema,
    element: &ElementSchema,
    names: &[&str],
    path: &Path<'_>,
    findings: &mut Findings,
) {
    let Some((form, key)) = schema.record_key() else { return };
    if names.is_empty() {
        return;
    }
    if form.name == element.name && key.iter().all(|field| names.contains(field)) {
        // What the definition declares to be keys may be named beside the one that counts: a contract's number.
        let is_key = |name: &str| key.contains(&name) || element.key_names().any(|known| known == name);
        let further = names.iter().position(|name| !is_key(name));
        findings.0.extend(further.map(|at| further_key(&path.item(at), element, names[at], &key)));
        return;
    }
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    findings.push(Finding {
        row: None,
        code: Code::ReadByNoKey,
        path: path.to_string(),
        element: Some(element.name.to_string()),
        field: None,
        problem: format!("{} of `{}` is not the key of a record of `{}`", quoted(names), element.name, schema.name),
        consequence: "P21 answers HTTP 200 and a blank window, as if there were no such record (inferred from a request \
                      that names no record; verified, version not stated); a program that takes that for the truth writes \
                      twice."
            .to_owned(),
        remedy: format!(
            "read by {} of `{}`; find it by what you know in OData first",
            quoted(&key),
            form.name
        ),
    });
}

/// A field that a record isn't known by.
fn further_key(path: &Path<'_>, element: &ElementSchema, name: &str, key: &[&str]) -> Finding {
    let key = key.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Finding {
        row: None,
        code: Code::ReadByMore,
        path: path.to_string(),
        element: Some(element.name.to_string()),
        field: Some(name.to_owned()),
        problem: format!("`{name}` is asked for beside the key, {key}"),
        consequence: "Nobody has seen what P21 does with it. If it compares it, a record that has another value is answered \
                      as a blank window, as if it were not there; if it doesn't, the record is answered whatever it has."
            .to_owned(),
        remedy: format!("read by {key} alone, and compare `{name}` in the answer"),
    }
}

fn element<'s>(
    schema: &'s ServiceSchema,
    name: &str,
    state: &Path<'_>,
    findings: &mut Findings,
) -> Option<&'s ElementSchema> {
    let found = schema.element(name);
    if found.is_none() {
        let near = nearest(name, schema.elements.iter().map(|element| &*element.name));
        findings.push(Finding {
            row: None,
            code: Code::UnknownElement,
            path: state.member("DataElementName").to_string(),
            element: Some(name.to_owned()),
            field: None,
            problem: format!("`{}` has no element `{}`", schema.name, name.escape_debug()),
            consequence: "What P21 answers is not known.".to_owned(),
            remedy: near.map_or_else(
                || "name the form that holds the record's key".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ),
        });
    }
    found
}

fn check_key(element: Option<&ElementSchema>, path: &Path<'_>, key: &Value, findings: &mut Findings) {
    let Some(members) = key.as_object() else {
        findings.push(key_shape(path, format!("a key is {}, not a name with a value", kind_of(key))));
        return;
    };
    check_names(path, members, &KEY, findings);
    for member in KEY {
        let missing = !members.get(member).is_some_and(Value::is_string);
        if missing && !members.keys().any(|name| name != member && name.eq_ignore_ascii_case(member)) {
            findings.push(key_shape(path, format!("a key without `{member}` as text")));
        }
    }
    if members.get("Value").and_then(Value::as_str).is_some_and(|value| value.trim().is_empty()) {
        findings.push(key_shape(&path.member("Value"), "the value of a key is blank".to_owned()));
    }
    let name = members.get("Name").and_then(Value::as_str);
    if let (Some(element), Some(name)) = (element, name)
        && element.field(name).is_none()
    {
        findings.push(key_unknown(&path.member("Name"), element, name));
    }
}

fn key_shape(path: &Path<'_>, problem: String) -> Finding {
    Finding {
        row: None,
        code: Code::ReadKeyShape,
        path: path.to_string(),
        element: None,
        field: None,
        problem,
        consequence: "A read has the value in the key, unlike a write: without it no record is meant (documented)."
            .to_owned(),
        remedy: "write `{\"Name\": \"…\", \"Value\": \"…\"}`, both as text and neither blank".to_owned(),
    }
}

fn key_unknown(path: &Path<'_>, element: &ElementSchema, name: &str) -> Finding {
    let near = nearest(name, element.fields.iter().map(|field| &*field.name));
    Finding {
        row: None,
        code: Code::ReadKeyUnknown,
        path: path.to_string(),
        element: Some(element.name.to_string()),
        field: Some(name.to_owned()),
        problem: format!("the key `{}` is no field of `{}`", name.escape_debug(), element.name),
        consequence: "What P21 answers is not known; a write with such a key is refused (verified on 26.1).".to_owned(),
        remedy: match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its keys are {}", key_names(element)),
        },
    }
}

fn read_of_list(path: &Path<'_>, list: &ElementSchema, schema: Option<&ServiceSchema>) -> Finding {
    let form = schema.and_then(|schema| schema.elements.iter().find(|element| element.kind == ElementKind::Form));
    Finding {
        row: None,
        code: Code::ReadOfList,
        path: path.to_string(),
        element: Some(list.name.to_string()),
        field: None,
        problem: format!("`{}` is a list", list.name),
        consequence: "A read keyed on a list fails (verified on 26.1).".to_owned(),
        remedy: match form {
            Some(form) => format!(
                "read the record by the keys of its form, `{}` ({}), and find the row in the answer",
                form.name,
                key_names(form)
            ),
            None => "read the record by the keys of its form, and find the row in the answer".to_owned(),
        },
    }
}

fn keys_at_top(path: &Path<'_>) -> Finding {
    Finding {
        row: None,
        code: Code::ReadKeysAtTop,
        path: path.to_string(),
        element: None,
        field: None,
        problem: "`Keys` without `TransactionStates`".to_owned(),
        consequence: BLANK.to_owned(),
        remedy: "put `DataElementName` and `Keys` into an item of `TransactionStates`".to_owned(),
    }
}

fn key_names(element: &ElementSchema) -> String {
    let names: Vec<String> = element.key_names().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
