//! Values: what is typed, what the database holds, what a read shows.

use jiff::civil::{Date, DateTime, Time};
use p21_model::schema::{FieldSchema, ValueType};
use p21_model::value::FieldValue;
use rust_decimal::Decimal;

use super::codes;

/// What the database holds for a typed value.
///
/// With labels (`UseCodeValues` false) a listed field takes its labels only; a switch takes `Y` and `N` too, as
/// has been seen. With codes it takes known codes; where no code is known, whatever is typed.
///
/// # Errors
/// The field does not take the value.
pub(crate) fn typed(field: &FieldSchema, text: &str, codes: bool) -> Result<String, NotTaken> {
    let text = text.trim();
    if field.value_type == ValueType::Switch {
        return match (text, codes) {
            (codes::ON, _) | ("ON", false) => Ok(codes::ON.to_owned()),
            (codes::OFF, _) | ("OFF", false) => Ok(codes::OFF.to_owned()),
            _ => Err(NotTaken),
        };
    }
    if !field.values.is_empty() {
        return if codes { coded(field, text) } else { labelled(field, text) };
    }
    match field.value_type {
        ValueType::Decimal => decimal(text).map(|_| text.to_owned()).ok_or(NotTaken),
        ValueType::Integer => integer(text).map(|number| number.to_string()).ok_or(NotTaken),
        ValueType::DateTime => date_time(text).map(|moment| moment.into_wire().to_string()).ok_or(NotTaken),
        ValueType::Time => text.parse::<Time>().map(|_| text.to_owned()).map_err(|_| NotTaken),
        ValueType::Text | ValueType::Switch | ValueType::Label => Ok(text.to_owned()),
    }
}

fn labelled(field: &FieldSchema, text: &str) -> Result<String, NotTaken> {
    if !field.values.contains(text) && field.code(text).is_none() {
        return Err(NotTaken);
    }
    Ok(field.code(text).unwrap_or(text).to_owned())
}

fn coded(field: &FieldSchema, text: &str) -> Result<String, NotTaken> {
    let is_known = field.label_of_code(text).is_some();
    let all_known = field.values.iter().all(|label| field.code(label).is_some());
    // A label is no code, whether or not its own code is known.
    let is_label = field.values.contains(text) && field.code(text) != Some(text);
    if !is_known && (all_known || is_label) {
        return Err(NotTaken);
    }
    Ok(text.to_owned())
}

/// The field does not take the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotTaken;

/// What a read shows for a stored value: its label, where it has one.
pub(crate) fn shown<'a>(field: &'a FieldSchema, stored: &'a str) -> &'a str {
    field.label_of_code(stored).unwrap_or(stored)
}

/// What two values are compared by. Numbers compare as numbers if `numeric`.
pub(crate) fn normal(field: &FieldSchema, stored: &str, numeric: bool) -> String {
    let stored = stored.trim();
    if numeric
        && matches!(field.value_type, ValueType::Decimal | ValueType::Integer)
        && let Some(number) = decimal(stored)
    {
        return number.normalize().to_string();
    }
    stored.to_owned()
}

/// A decimal number, plainly spelt.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'));
    if plain { text.parse().ok() } else { None }
}

fn integer(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let number = decimal(text).filter(Decimal::is_integer)?;
        i64::try_from(number).ok()
    })
}

/// A date or a moment: ISO with or without an offset, which is dropped, or `12/31/2027`.
pub(crate) fn date_time(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let plain = text.strip_suffix('Z').unwrap_or(text);
    DateTime::from_wire(plain).ok().or_else(|| {
        let mut parts = plain.splitn(3, '/');
        let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?.at(0, 0, 0, 0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use p21_model::schema::{Codes, FieldFlags, Labels};

    fn field(value_type: ValueType, labels: &[&str], codes: &[(&str, &str)]) -> FieldSchema {
        let mut field = FieldSchema::new("f", "", value_type, FieldFlags::NONE);
        field.values = Labels::Owned(labels.iter().map(|label| (*label).to_owned()).collect());
        field.codes = Codes::Owned(codes.iter().map(|(l, c)| ((*l).to_owned(), (*c).to_owned())).collect());
        field
    }

    #[test]
    fn labels_become_codes_and_back() {
        let method = field(ValueType::Label, &["Price", "Odd"], &[("Price", "221")]);
        assert_eq!(typed(&method, "Price", false), Ok("221".to_owned()));
        assert_eq!(typed(&method, "Odd", false), Ok("Odd".to_owned()));
        assert_eq!(typed(&method, "221", false), Err(NotTaken));
        assert_eq!(typed(&method, "221", true), Ok("221".to_owned()));
        assert_eq!(typed(&method, "Price", true), Err(NotTaken));
        assert_eq!(shown(&method, "221"), "Price");
        assert_eq!(shown(&method, "Odd"), "Odd");
    }

    #[test]
    fn switches_take_both_spellings_as_labels_and_one_as_codes() {
        let switch = field(ValueType::Switch, &["ON", "OFF"], &[]);
        assert_eq!(typed(&switch, "ON", false), Ok("Y".to_owned()));
        assert_eq!(typed(&switch, "N", false), Ok("N".to_owned()));
        assert_eq!(typed(&switch, "ON", true), Err(NotTaken));
        assert_eq!(typed(&switch, "yes", false), Err(NotTaken));
        assert_eq!(shown(&switch, "Y"), "ON");
    }

    #[test]
    fn numbers_and_dates_are_checked() {
        let decimal = field(ValueType::Decimal, &[], &[]);
        assert!(typed(&decimal, "12.50", false).is_ok() && typed(&decimal, "1_0", false).is_err());
        assert!(typed(&decimal, "ten", false).is_err());
        let whole = field(ValueType::Integer, &[], &[]);
        assert_eq!(typed(&whole, "5.0", false), Ok("5".to_owned()));
        assert!(typed(&whole, "5.5", false).is_err());
        let date = field(ValueType::DateTime, &[], &[]);
        assert_eq!(typed(&date, "12/31/2027", false), Ok("2027-12-31".to_owned()));
        assert_eq!(typed(&date, "2027-12-31T00:00:00Z", false), Ok("2027-12-31".to_owned()));
        assert!(typed(&date, "2027-13-01", false).is_err());
    }

    #[test]
    fn numeric_keys_compare_as_numbers_when_asked_to() {
        let number = field(ValueType::Decimal, &[], &[]);
        assert_eq!(normal(&number, "5.0000", true), normal(&number, "5", true));
        assert_ne!(normal(&number, "5.0000", false), normal(&number, "5", false));
    }
}
