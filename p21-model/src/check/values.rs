//! One value: its type, its label or code.

// How a kind of rule is checked lies beside how it is spelt.
#[path = "../kinds/format/check.rs"]
mod format;
#[path = "../kinds/length/check.rs"]
mod length;
#[path = "../kinds/today/check.rs"]
mod today;

use super::Code;
use super::transaction::why;
use crate::facts::name::nearest;
use crate::facts::schema::{ElementRule, FieldFlags, FieldSchema, RuleKind, ValueType};
use crate::rows::value::{Date, DateTime, Decimal, FieldValue, Time, ValueError};
use crate::wire::sentences::INVALID_VALUE;

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
        // A text with known labels: a list that is long, or one that sites fill.
        ValueType::Text if !field.values.is_empty() => {
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

/// What a rule about single values says of one: its form, its length, the day it may not lie before.
pub(super) fn by_rule(
    field: &FieldSchema,
    index: u16,
    value: &str,
    rule: &ElementRule,
    today: Option<Date>,
) -> Option<Problem> {
    match &rule.kind {
        RuleKind::Format { fields, form } if fields.contains(&index) => {
            format::problem(field, value, *form, why(&rule.why))
        }
        RuleKind::Length { fields, max } if fields.contains(&index) => {
            length::problem(field, value, *max, why(&rule.why))
        }
        RuleKind::Today { field: of, message } if *of == index => {
            today::problem(field, value, today, message, why(&rule.why))
        }
        _ => None,
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

/// What P21 says to a label that a list does not have.
fn invalid(field: &FieldSchema, value: &str) -> String {
    format!("P21 refuses the transaction: `{}` (verified).", INVALID_VALUE.with(&[&field.name, value]))
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
            consequence: invalid(field, value),
            remedy: format!("send `{label}`, or set `UseCodeValues` on the set and send codes everywhere"),
        });
    }
    if field.flags.has(FieldFlags::OPEN) {
        return number_for_label(field, value);
    }
    let near = nearest(value, field.values.iter());
    Some(Problem {
        code: Code::UnknownLabel,
        problem: format!("`{}` has no label `{}`", field.name, value.escape_debug()),
        consequence: invalid(field, value),
        remedy: match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("send one of {}", some_labels(field)),
        },
    })
}

/// A number in a list that sites fill differently: where no known label is one, it is a code that is not known.
fn number_for_label(field: &FieldSchema, value: &str) -> Option<Problem> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut labels = field.values.iter().filter(|label| !label.trim().is_empty()).peekable();
    if !is_number(value.trim()) || labels.peek().is_none() || labels.any(|label| is_number(label.trim())) {
        return None;
    }
    Some(Problem {
        code: Code::CodeForLabel,
        problem: format!("`{value}` looks like a code of `{}`, but labels are due", field.name),
        consequence: "P21 takes labels and no numbers where `UseCodeValues` is off (verified, version not stated)."
            .to_owned(),
        remedy: format!("send one of {}, or a label of the site's own", some_labels(field)),
    })
}

fn code(field: &FieldSchema, value: &str, typed: bool) -> Option<Problem> {
    let known_label = field.values.contains(value);
    // Of a switch all codes are known.
    if field.value_type == ValueType::Switch && field.label_of_code(value).is_none() && !known_label {
        return Some(Problem {
            code: Code::UnknownLabel,
            problem: format!("`{}` has no code `{}`", field.name, value.escape_debug()),
            consequence: format!(
                "P21 refuses the transaction: `{}` (inferred from labels).",
                INVALID_VALUE.with(&[&field.name, value])
            ),
            remedy: "send `Y` or `N`".to_owned(),
        });
    }
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
