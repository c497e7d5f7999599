//! A text of an input as a value that P21 takes.

use p21_model::name::nearest;
use p21_model::schema::{FieldFlags, FieldSchema, ValueType};
use p21_model::value::{DateTime, Decimal, FieldValue, Time};

/// The value as it is sent.
///
/// # Errors
/// What is wrong with it, and what to do.
pub(crate) fn wire(field: &FieldSchema, text: &str) -> Result<String, String> {
    let plain = text.trim();
    let wire = |spelt: Result<p21_model::value::Text, p21_model::value::ValueError>| {
        spelt.map(String::from).map_err(|error| wrong(field, plain, &error.to_string()))
    };
    match field.value_type {
        ValueType::Decimal => wire(Decimal::from_wire(plain).map(FieldValue::into_wire)),
        ValueType::Integer => wire(i64::from_wire(plain).map(FieldValue::into_wire)),
        ValueType::DateTime => wire(DateTime::from_wire(plain).map(FieldValue::into_wire)),
        ValueType::Time => wire(Time::from_wire(plain).map(FieldValue::into_wire)),
        ValueType::Switch => match plain {
            "ON" | "true" => Ok("ON".to_owned()),
            "OFF" | "false" => Ok("OFF".to_owned()),
            _ => Err(wrong(field, plain, "expected ON or OFF")),
        },
        ValueType::Text | ValueType::Label => label(field, text),
    }
}

fn label(field: &FieldSchema, text: &str) -> Result<String, String> {
    let is_any = field.values.is_empty() || field.flags.has(FieldFlags::OPEN);
    if is_any || field.values.contains(text) {
        return Ok(text.to_owned());
    }
    let near = match nearest(text, field.values.iter()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", field.values.iter().collect::<Vec<_>>().join(", ")),
    };
    Err(format!("`{}` is no label of `{}`; {near}", text.escape_debug(), field.name))
}

fn wrong(field: &FieldSchema, text: &str, problem: &str) -> String {
    let has_comma = text.contains(',') && text.chars().all(|c| c.is_ascii_digit() || "+-., ".contains(c));
    let comma = if has_comma { "; numbers have a point: `1.5` for `1,5`, and no separators of thousands" } else { "" };
    let said = if problem.contains(text) { String::new() } else { format!("`{}`: ", text.escape_debug()) };
    format!("{said}{problem}, for `{}`{comma}", field.name)
}
