//! Payloads of any origin: names are looked up, and what is unknown is a finding.

use std::collections::HashMap;

use super::view::BoundRow;
use super::{Code, Finding, Findings};
use crate::facts::name::nearest;
use crate::facts::schema::{ElementSchema, Quirk, ServiceSchema};
use crate::wire::payload::{DataElement, Row, Transaction, TransactionSet};
use crate::wire::sentences::INVALID_COLUMN;

/// An element of a payload, its names looked up.
pub(super) struct BoundElement<'a> {
    pub(super) schema: &'a ElementSchema,
    pub(super) place: usize,
    pub(super) keys: Vec<u16>,
    pub(super) rows: Vec<BoundRow<'a>>,
}

/// Checks what each transaction says about itself. That needs no schema, but a schema knows what the server does then.
pub(super) fn check_statuses(schema: Option<&ServiceSchema>, set: &TransactionSet, findings: &mut Findings) {
    let refused = match schema.and_then(|schema| schema.quirk(Quirk::StatusNullReference)) {
        Some(why) => &why.consequence,
        None => "P21 refuses the whole request.",
    };
    for (index, transaction) in set.transactions.iter().enumerate() {
        check_status(index, &transaction.status, refused, findings);
    }
}

fn check_status(transaction: usize, status: &str, refused: &str, findings: &mut Findings) {
    let (code, consequence) = match status {
        "New" | "" => return,
        // A name in another case, or the number of `New` as text: .NET reads both, but nobody has tried.
        other if other.eq_ignore_ascii_case("New") || other == "0" => (Code::OddStatus, ODD_STATUS.to_owned()),
        "Passed" | "Failed" => (Code::BadStatus, format!("It is what answers have. {refused}")),
        _ => (Code::BadStatus, refused.to_owned()),
    };
    findings.push(Finding {
        row: None,
        code,
        path: format!("Transactions[{transaction}].Status"),
        element: None,
        field: None,
        problem: format!("`Status` is `{}`", status.escape_debug()),
        consequence,
        remedy: "write `New`, for updates too: keys decide which record is meant".to_owned(),
    });
}

const ODD_STATUS: &str = "Only `New` is documented for writes; that this spelling is read as `New` is inferred.";

/// Looks up the names of a transaction. Elements that don't exist are left out.
pub(super) fn bind<'a>(
    schema: &'a ServiceSchema,
    transaction: usize,
    payload: &'a Transaction,
    findings: &mut Findings,
) -> Vec<BoundElement<'a>> {
    let mut bound = Vec::with_capacity(payload.data_elements.len());
    for (place, element) in payload.data_elements.iter().enumerate() {
        let path = format!("Transactions[{transaction}].DataElements[{place}]");
        let Some(known) = schema.element(&element.name) else {
            findings.push(unknown_element(schema, path, &element.name));
            continue;
        };
        check_type(known, &path, element, findings);
        let keys = bind_keys(known, &path, &element.keys, findings);
        let mut meant = Meant::default();
        let rows = element
            .rows
            .iter()
            .enumerate()
            .map(|(index, row)| bind_row(known, &format!("{path}.Rows[{index}]"), row, &mut meant, findings))
            .collect();
        bound.push(BoundElement { schema: known, place, keys, rows });
    }
    bound
}

fn unknown_element(schema: &ServiceSchema, path: String, name: &str) -> Finding {
    let near = nearest(name, schema.elements.iter().map(|element| &*element.name));
    Finding {
        row: None,
        code: Code::UnknownElement,
        path,
        element: Some(name.to_owned()),
        field: None,
        problem: format!("`{}` has no element `{}`", schema.name, name.escape_debug()),
        consequence: String::new(),
        remedy: did_you_mean(near, "look the element up in the definition"),
    }
}

fn check_type(known: &ElementSchema, path: &str, element: &DataElement, findings: &mut Findings) {
    if !element.kind.is_empty() && element.kind != known.kind.as_str() {
        findings.push(Finding {
            row: None,
            code: Code::WrongType,
            path: format!("{path}.Type"),
            element: Some(element.name.clone()),
            field: None,
            problem: format!("`{}` is a {}, not `{}`", element.name, known.kind.as_str(), element.kind.escape_debug()),
            consequence: String::new(),
            remedy: format!("write `{}`", known.kind.as_str()),
        });
    }
}

fn bind_keys(known: &ElementSchema, path: &str, keys: &[String], findings: &mut Findings) -> Vec<u16> {
    let mut bound = Vec::with_capacity(keys.len());
    for (index, key) in keys.iter().enumerate() {
        match known.field(key) {
            Some((field, _)) => bound.push(field),
            None => {
                let near = nearest(key, known.fields.iter().map(|field| &*field.name));
                findings.push(Finding {
                    row: None,
                    code: Code::UnknownKey,
                    path: format!("{path}.Keys[{index}]"),
                    element: Some(known.name.to_string()),
                    field: Some(key.clone()),
                    problem: format!("the key `{}` is no field of `{}`", key.escape_debug(), known.name),
                    consequence: no_column(key),
                    remedy: did_you_mean(near, "name a field of the element"),
                });
            }
        }
    }
    bound
}

/// What P21 says to a name that is no field of its element.
fn no_column(name: &str) -> String {
    format!("P21 refuses the transaction: `{}` (verified on 26.1).", INVALID_COLUMN.with(&[name]))
}

/// The fields that misspelt names are nearest to: a program that misspells one does so in every row, and all fields are
/// compared to find out.
#[derive(Default)]
struct Meant<'a>(HashMap<&'a str, Option<&'a str>>);

impl<'a> Meant<'a> {
    fn by(&mut self, name: &'a str, known: &'a ElementSchema) -> Option<&'a str> {
        *self.0.entry(name).or_insert_with(|| nearest(name, known.fields.iter().map(|field| &*field.name)))
    }
}

fn bind_row<'a>(
    known: &'a ElementSchema,
    path: &str,
    row: &'a Row,
    meant: &mut Meant<'a>,
    findings: &mut Findings,
) -> BoundRow<'a> {
    let mut edits: Vec<(u16, &str, usize)> = Vec::with_capacity(row.edits.len());
    let mut misspelt = Vec::new();
    for (place, edit) in row.edits.iter().enumerate() {
        let Some((index, _)) = known.field(&edit.name) else {
            let near = meant.by(&edit.name, known);
            misspelt.extend(near.and_then(|near| known.field(near)).map(|(field, _)| field));
            findings.push(unknown_field(known, format!("{path}.Edits[{place}]"), &edit.name, near));
            continue;
        };
        // P21 skips such an edit, so it neither sets nor clears anything.
        if edit.ignore_if_empty && edit.value.is_empty() {
            continue;
        }
        if edits.iter().any(|(other, value, _)| *other == index && *value != edit.value) {
            findings.push(Finding {
                row: None,
                code: Code::SetTwice,
                path: format!("{path}.Edits[{place}]"),
                element: Some(known.name.to_string()),
                field: Some(edit.name.clone()),
                problem: format!("`{}` is set twice in one row", edit.name),
                consequence: "P21 types both values; the last one stays.".to_owned(),
                remedy: "send one of them".to_owned(),
            });
        }
        edits.push((index, &edit.value, place));
    }
    BoundRow { edits, misspelt }
}

fn unknown_field(known: &ElementSchema, path: String, name: &str, near: Option<&str>) -> Finding {
    // A definition that has a column of nearly that name is the site's own: the name is misspelt.
    let is_user_defined = |name: &str| name.starts_with("ufc_");
    let user_defined = is_user_defined(name) && !near.is_some_and(is_user_defined);
    Finding {
        row: None,
        code: if user_defined { Code::UserField } else { Code::UnknownField },
        path,
        element: Some(known.name.to_string()),
        field: Some(name.to_owned()),
        problem: format!("`{}` has no field `{}`", known.name, name.escape_debug()),
        consequence: no_column(name),
        remedy: if user_defined {
            "fetch the site's own definition: user-defined columns differ from site to site".to_owned()
        } else {
            did_you_mean(near, "look the field up in the definition")
        },
    }
}

fn did_you_mean(near: Option<&str>, otherwise: &str) -> String {
    near.map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{near}`?"))
}
