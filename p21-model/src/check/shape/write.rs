//! The shape of what is written: `POST /api/v2/transaction`.

use serde_json::{Map, Value};

use super::member::{Need, Object, objects, wrong_type};
use super::{check_names, kind_of, unproven};
use crate::check::empty;
use crate::check::path::Path;
use crate::check::{Code, Finding, Findings};
use crate::wire::contract;
use crate::wire::payload::{DataElement, Edit, Row, Transaction, TransactionSet};
use crate::wire::sentences::{COLUMN_DISABLED, UNEXPECTED_CHARACTER};

const SET: [&str; 9] = contract::SET.members();
const TRANSACTION: [&str; 3] = contract::TRANSACTION.members();
const ELEMENT: [&str; 5] = contract::ELEMENT.members();
const ROW: [&str; 2] = contract::ROW.members();
const EDIT: [&str; 3] = contract::EDIT.members();
const UNDOCUMENTED: &str = "It is documented by name only, and nobody has seen it do anything.";
/// Flags of the whole set.
const FLAGS: [&str; 2] = ["IgnoreDisabled", "UseCodeValues"];

/// What could be read of a set, at the places it was read from.
pub(in crate::check) struct Written {
    pub(in crate::check) set: TransactionSet,
    /// Every status is an integer, as reports have it.
    pub(in crate::check) report_shape: bool,
}

/// Checks the shape of a set and reads what there is.
pub(in crate::check) fn check(body: &Map<String, Value>, is_report: bool, findings: &mut Findings) -> Written {
    let root = Path::Root;
    let object = Object { members: body, path: &root, missing: Code::MemberMissing };
    let mut walk = Walk { is_report, integer_statuses: 0, findings };
    let set = walk.set(&object);
    let report_shape = !set.transactions.is_empty() && walk.integer_statuses == set.transactions.len();
    Written { set, report_shape }
}

struct Walk<'f> {
    is_report: bool,
    integer_statuses: usize,
    findings: &'f mut Findings,
}

impl Walk<'_> {
    fn set(&mut self, set: &Object<'_, '_>) -> TransactionSet {
        check_names(set.path, set.members, &SET, self.findings);
        let name = set.name("Name", "P21 does not know which service is meant.", self.findings);
        let use_code_values = set.flag("UseCodeValues", self.findings);
        let ignore_disabled = set.flag("IgnoreDisabled", self.findings);
        set.list("FieldMap", Need::May, "", self.findings);
        for member in ["FieldMap", "Parameters", "Query"] {
            unproven(set, member, UNDOCUMENTED, self.findings);
        }
        let splits =
            set.members.get("TransactionSplitMethod").is_some_and(|how| *how != "Standard" && *how != "0" && *how != 0);
        if splits {
            unproven(set, "TransactionSplitMethod", UNDOCUMENTED, self.findings);
        }
        let path = set.path.member("Transactions");
        let items = set.list("Transactions", Need::Must, "There is nothing to save.", self.findings);
        let transactions = objects(&path, items, self.findings)
            .into_iter()
            .enumerate()
            .map(|(index, item)| item.map_or_else(Transaction::default, |item| self.transaction(&path, index, item)))
            .collect();
        let name = name.unwrap_or_default().to_owned();
        TransactionSet { name, use_code_values, ignore_disabled, transactions, ..TransactionSet::default() }
    }

    fn transaction(&mut self, list: &Path<'_>, index: usize, members: &Map<String, Value>) -> Transaction {
        let path = list.item(index);
        let object = Object { members, path: &path, missing: Code::MemberMissing };
        self.names(&object, &TRANSACTION);
        unproven(&object, "Documents", UNDOCUMENTED, self.findings);
        let status = self.status(&object);
        let items = object.list("DataElements", Need::Must, "There is nothing to save.", self.findings);
        let path = path.member("DataElements");
        let data_elements = objects(&path, items, self.findings)
            .into_iter()
            .enumerate()
            .map(|(index, item)| item.map_or_else(DataElement::default, |item| self.element(&path, index, item)))
            .collect();
        Transaction { status, data_elements, ..Transaction::default() }
    }

    fn status(&mut self, transaction: &Object<'_, '_>) -> String {
        let path = transaction.path.member("Status");
        match transaction.members.get("Status") {
            None | Some(Value::Null) => {
                let effect = "Every documented write has `New`; what P21 does without it is not known.";
                transaction.report_expected("Status", effect, self.findings);
                String::new()
            }
            Some(Value::String(status)) => {
                if status.is_empty() {
                    self.findings.push(blank_status(&path));
                }
                status.clone()
            }
            Some(Value::Number(status)) if status.as_i64() == Some(0) => {
                self.integer_statuses += 1;
                if !self.is_report {
                    self.findings.push(report_shape(&path));
                }
                "New".to_owned()
            }
            Some(Value::Number(status)) => status.to_string(),
            Some(other) => {
                self.findings.push(wrong_type(&path, other, "a string"));
                String::new()
            }
        }
    }

    fn element(&mut self, list: &Path<'_>, index: usize, members: &Map<String, Value>) -> DataElement {
        let path = list.item(index);
        let object = Object { members, path: &path, missing: Code::MemberMissing };
        self.names(&object, &ELEMENT);
        let name = object.name("Name", "P21 does not know which tab is meant.", self.findings).unwrap_or_default();
        let kind = self.element_type(&object);
        let keys = self.keys(&object);
        let items = object.list("Rows", Need::Usual, "An element without rows changes nothing.", self.findings);
        let path = path.member("Rows");
        let rows = objects(&path, items, self.findings)
            .into_iter()
            .enumerate()
            .map(|(index, item)| item.map_or_else(Row::default, |item| self.row(&path, index, item)))
            .collect();
        DataElement { name: name.to_owned(), kind, keys, rows, ..DataElement::default() }
    }

    fn element_type(&mut self, element: &Object<'_, '_>) -> String {
        match element.members.get("Type") {
            None | Some(Value::Null) => {
                let effect = "Every documented write has it; what P21 does without it is not known.";
                element.report_expected("Type", effect, self.findings);
                String::new()
            }
            Some(Value::String(kind)) => kind.clone(),
            // Reports and templates spell it as an integer: 0 is a form, 1 a list.
            Some(Value::Number(kind)) if kind.as_i64() == Some(0) => "Form".to_owned(),
            Some(Value::Number(kind)) if kind.as_i64() == Some(1) => "List".to_owned(),
            Some(other) => {
                self.findings.push(wrong_type(&element.path.member("Type"), other, "`Form` or `List`"));
                String::new()
            }
        }
    }

    fn keys(&mut self, element: &Object<'_, '_>) -> Vec<String> {
        let path = element.path.member("Keys");
        let keys = match element.members.get("Keys") {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(keys)) => keys,
            Some(other) => {
                self.findings.push(keys_are_no_list(&path, other));
                return Vec::new();
            }
        };
        keys.iter()
            .enumerate()
            .map(|(index, key)| match key {
                Value::String(key) => key.clone(),
                other => {
                    self.findings.push(key_is_no_name(&path.item(index), other));
                    String::new()
                }
            })
            .collect()
    }

    fn row(&mut self, list: &Path<'_>, index: usize, members: &Map<String, Value>) -> Row {
        let path = list.item(index);
        let object = Object { members, path: &path, missing: Code::MemberMissing };
        self.names(&object, &ROW);
        object.list("RelativeDateEdits", Need::May, "", self.findings);
        unproven(
            &object,
            "RelativeDateEdits",
            "No shape of it is documented; the dates may not be typed.",
            self.findings,
        );
        let items = object.list("Edits", Need::Usual, "A row without edits changes nothing.", self.findings);
        if object.members.get("Edits").and_then(Value::as_array).is_some_and(Vec::is_empty) {
            self.findings.push(empty::row(path.to_string()));
        }
        let path = path.member("Edits");
        let edits = objects(&path, items, self.findings)
            .into_iter()
            .enumerate()
            .map(|(index, item)| item.map_or_else(|| Edit::new("", ""), |item| self.edit(&path, index, item)))
            .collect();
        Row { edits, ..Row::default() }
    }

    fn edit(&mut self, list: &Path<'_>, index: usize, members: &Map<String, Value>) -> Edit {
        let path = list.item(index);
        let object = Object { members, path: &path, missing: Code::MemberMissing };
        self.names(&object, &EDIT);
        let name = object.name("Name", "P21 does not know which field is meant.", self.findings).unwrap_or_default();
        let value = self.value(&object);
        let ignore_if_empty = object.flag("IgnoreIfEmpty", self.findings);
        Edit { ignore_if_empty, ..Edit::new(name, value) }
    }

    /// The value as text. Older samples send bare numbers, so these are only a warning.
    fn value(&mut self, edit: &Object<'_, '_>) -> String {
        let path = edit.path.member("Value");
        match edit.members.get("Value") {
            None => {
                edit.report_missing("Value", "is missing", "P21 does not know what to type.", self.findings);
                String::new()
            }
            Some(Value::String(value)) => value.clone(),
            Some(other @ (Value::Array(_) | Value::Object(_))) => {
                self.findings.push(wrong_type(&path, other, "a string"));
                String::new()
            }
            Some(other) => {
                self.findings.push(value_is_no_text(&path, edit.members.get("Name"), other));
                if other.is_null() { String::new() } else { other.to_string() }
            }
        }
    }

    /// The names of members below the root, where a flag of the set has no effect.
    fn names(&mut self, object: &Object<'_, '_>, known: &'static [&'static str]) {
        if object.members.keys().any(|name| FLAGS.contains(&name.as_str())) {
            let mut others = object.members.clone();
            for flag in FLAGS {
                if others.remove(flag).is_some() {
                    self.findings.push(flag_below_root(&object.path.member(flag), flag));
                }
            }
            check_names(object.path, &others, known, self.findings);
        } else {
            check_names(object.path, object.members, known, self.findings);
        }
    }
}

fn finding(code: Code, path: &Path<'_>, problem: String, consequence: impl Into<String>, remedy: String) -> Finding {
    let path = path.to_string();
    let consequence = consequence.into();
    Finding { row: None, code, path, element: None, field: None, problem, consequence, remedy }
}

fn blank_status(path: &Path<'_>) -> Finding {
    let consequence = "Every documented write has `New`; what P21 does without it is not known.";
    finding(Code::OddStatus, path, "`Status` is empty".to_owned(), consequence, "write `New`, for updates too".into())
}

fn report_shape(path: &Path<'_>) -> Finding {
    let consequence = "Reports and templates have the integer; that it equals `New` in a write is inferred.";
    finding(Code::ReportShape, path, "`Status` is 0, as in a report".to_owned(), consequence, "write `\"New\"`".into())
}

fn flag_below_root(path: &Path<'_>, flag: &str) -> Finding {
    let consequence = match flag {
        "IgnoreDisabled" => {
            let said = COLUMN_DISABLED.with(&["…"]);
            format!("P21 ignores it there and refuses as before: `{said}` (verified, version not stated).")
        }
        _ => "P21 looks for it on the set only and takes labels (inferred from `IgnoreDisabled`, which is verified)."
            .to_owned(),
    };
    let problem = format!("`{flag}` belongs to the whole set");
    finding(Code::FlagBelowRoot, path, problem, consequence, format!("move `{flag}` next to `Transactions`"))
}

fn keys_are_no_list(path: &Path<'_>, found: &Value) -> Finding {
    let remedy = match found.as_str() {
        Some(key) => format!("write `[\"{}\"]`", key.escape_debug()),
        None => "send a list of field names".to_owned(),
    };
    let problem = format!("`Keys` is {}, not a list of names", kind_of(found));
    let consequence = "P21's parser refuses the request, or the keys are ignored (documented).";
    finding(Code::KeyShape, path, problem, consequence, remedy)
}

fn key_is_no_name(path: &Path<'_>, found: &Value) -> Finding {
    let name = found.get("Name").and_then(Value::as_str);
    let remedy = match name {
        Some(name) => format!("write `\"{}\"`; its value is an edit of the row", name.escape_debug()),
        None => "write the name of a field".to_owned(),
    };
    let consequence = format!(
        "P21 refuses the request: HTTP 400 `{}` (verified on 26.1). Only read requests have keys with values.",
        UNEXPECTED_CHARACTER.with(&["{"])
    );
    finding(Code::KeyShape, path, format!("a key is {}, not a name", kind_of(found)), consequence, remedy)
}

fn value_is_no_text(path: &Path<'_>, name: Option<&Value>, found: &Value) -> Finding {
    let field = name.and_then(Value::as_str);
    let remedy = match found {
        Value::Null => "send an empty string to clear the field, or leave the edit out".to_owned(),
        Value::Bool(flag) => format!("send the label, `\"{}\"` for a check box", if *flag { "ON" } else { "OFF" }),
        other => format!("write `\"{other}\"`"),
    };
    Finding {
        field: field.map(str::to_owned),
        ..finding(
            Code::ValueNotText,
            path,
            format!("the value is {}, not a string", kind_of(found)),
            "Every verified payload sends text; what P21 makes of anything else is not known.",
            remedy,
        )
    }
}
