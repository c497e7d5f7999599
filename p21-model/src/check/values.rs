//! One value: its type, its label or code.

use super::Code;
use crate::facts::name::nearest;
use crate::facts::schema::{FieldFlags, FieldSchema, ValueType};
use crate::rows::value::{DateTime, Decimal, FieldValue, Time, ValueError};

/// What is wrong with a value.
pub(super) struct Problem {
    pub(super) code: Code,
    pub(super) problem: String,
    pub(super) consequence: String,
    pub(super) remedy: String,
}

/// Checks the value of a field. `typed` values fit their type already; their labels may still be others.
pub(super) fn check(field: &FieldSchema, value: &str, use_codes: bool, typed: bool) -> Option<Problem> {
    if field.is_computed() {
        return Some(Problem {
            code: Code::ComputedColumn,
            problem: format!("`{}` is computed by P21", field.name),
            consequence: "The column has no place in the database.".to_owned(),
            remedy: "leave it out".to_owned(),
        });
    }
    if value.trim().is_empty() {
        return None;
    }
    match field.value_type {
        ValueType::Label | ValueType::Switch if !typed || field.value_type == ValueType::Label => {
            if use_codes {
                code(field, value, typed)
            } else {
                label(field, value)
            }
        }
        _ if typed => None,
        ValueType::Decimal => wrong(field, Decimal::from_wire(value).err()),
        ValueType::Integer => wrong(field, i64::from_wire(value).err()),
        ValueType::DateTime => wrong(field, DateTime::from_wire(value).err()),
        ValueType::Time => wrong(field, Time::from_wire(value).err()),
        ValueType::Text | ValueType::Label | ValueType::Switch => None,
    }
}

fn wrong(field: &FieldSchema, error: Option<ValueError>) -> Option<Problem> {
    let error = error?;
    Some(Problem {
        code: Code::WrongValue,
        problem: format!("`{}`: {error}", field.name),
        consequence: "P21 refuses the value, or stores what it can read of it.".to_owned(),
        remedy: format!("send {}", error.expected),
    })
}

fn label(field: &FieldSchema, value: &str) -> Option<Problem> {
    if field.values.contains(value) {
        return None;
    }
    if let Some(label) = field.label_of_code(value) {
        // P21 takes `Y` and `N` for switches under labels too (verified on 26.1).
        if field.value_type == ValueType::Switch {
            return None;
        }
        return Some(Problem {
            code: Code::CodeForLabel,
            problem: format!("`{value}` is the code of `{label}`, but labels are due"),
            consequence: format!("P21 refuses the transaction: `Invalid {} value: {value}` (verified).", field.name),
            remedy: format!("send `{label}`, or set `UseCodeValues` on the set and send codes everywhere"),
        });
    }
    if field.flags.has(FieldFlags::OPEN) {
        return None;
    }
    let near = nearest(value, field.values.iter());
    Some(Problem {
        code: Code::UnknownLabel,
        problem: format!("`{}` has no label `{}`", field.name, value.escape_debug()),
        consequence: format!("P21 refuses the transaction: `Invalid {} value: {value}` (verified).", field.name),
        remedy: match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("send one of {}", some_labels(field)),
        },
    })
}

fn code(field: &FieldSchema, value: &str, typed: bool) -> Option<Problem> {
    let known_label = field.values.contains(value);
    // Typed labels are translated when the set is written, if their codes are known.
    if field.label_of_code(value).is_some() || (typed && field.code(value).is_some()) || !known_label {
        return None;
    }
    let remedy = match field.code(value) {
        Some(code) => format!("send `{code}`"),
        None => "send labels: leave `UseCodeValues` off".to_owned(),
    };
    Some(Problem {
        code: Code::NoCodeForLabel,
        problem: format!("`{value}` is a label, but `UseCodeValues` is on"),
        consequence: "P21 takes codes only under `UseCodeValues`.".to_owned(),
        remedy,
    })
}

fn some_labels(field: &FieldSchema) -> String {
    let labels: Vec<String> = field.values.iter().take(8).map(|label| format!("`{label}`")).collect();
    let more = if field.values.iter().count() > 8 { ", …" } else { "" };
    labels.join(", ") + more
}
