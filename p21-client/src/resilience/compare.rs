//! Whether a value that was sent and one that was read are the same.

use p21_model::schema::{FieldSchema, ValueType};
use p21_model::shared;
use p21_model::value::{DateTime, Decimal, FieldValue, Time};

/// Whether P21 would read `found` where `sent` was typed: numbers by value, dates by moment, labels or their codes,
/// texts but for blanks around them.
pub(super) fn same(field: Option<&FieldSchema>, sent: &str, found: &str) -> bool {
    let (sent, found) = (sent.trim(), found.trim());
    if sent == found {
        return true;
    }
    if sent.is_empty() || found.is_empty() {
        return false;
    }
    let Some(field) = field else { return same_untyped(sent, found) };
    match field.value_type {
        ValueType::Decimal | ValueType::Integer => equal::<Decimal>(sent, found) || same_label(field, sent, found),
        ValueType::DateTime => equal::<DateTime>(sent, found),
        ValueType::Time => equal::<Time>(sent, found),
        ValueType::Switch => equal::<bool>(sent, found),
        ValueType::Label => same_label(field, sent, found),
        ValueType::Text => false,
    }
}

fn equal<T: FieldValue + PartialEq>(sent: &str, found: &str) -> bool {
    matches!((T::from_wire(sent), T::from_wire(found)), (Ok(sent), Ok(found)) if sent == found)
}

/// Labels and codes stand for each other.
fn same_label(field: &FieldSchema, sent: &str, found: &str) -> bool {
    field.code(sent) == Some(found) || field.label_of_code(sent) == Some(found)
}

/// Without a type, only what can't be two things is the same: an item `05` isn't the item `5`.
fn same_untyped(sent: &str, found: &str) -> bool {
    let switch = [("ON", shared::ON), ("OFF", shared::OFF)];
    switch.contains(&(sent, found))
        || switch.contains(&(found, sent))
        || matches!((without_zeros(sent), without_zeros(found)), (Some(sent), Some(found)) if sent == found)
        || (sent.contains('-') && equal::<DateTime>(sent, found))
}

/// A plain number without the zeros at the end of its decimals.
fn without_zeros(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
        && digits.bytes().any(|byte| byte.is_ascii_digit());
    is_number.then(|| if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text })
}

#[cfg(test)]
mod tests {
    use p21_model::schema::FieldFlags;

    use super::*;

    fn is_same(value_type: ValueType, sent: &str, found: &str) -> bool {
        let codes = &[("Source", "220"), ("Price", "221")];
        let field = FieldSchema::with_labels("f", "F", value_type, FieldFlags::NONE, &["Source", "Price"], codes);
        same(Some(&field), sent, found) && same(Some(&field), found, sent)
    }

    #[test]
    fn values_are_compared_by_what_they_mean() {
        assert!(is_same(ValueType::Decimal, "5", "5.0000") && is_same(ValueType::Integer, "5", "5.0000"));
        assert!(!is_same(ValueType::Decimal, "5", "5.0001") && !is_same(ValueType::Decimal, "0", ""));
        assert!(is_same(ValueType::DateTime, "2027-12-31", "2027-12-31T00:00:00.000-05:00"));
        assert!(!is_same(ValueType::DateTime, "2027-12-31", "2027-12-30"));
        assert!(is_same(ValueType::Switch, "ON", "Y") && is_same(ValueType::Switch, "OFF", "N"));
        assert!(!is_same(ValueType::Switch, "ON", "N"));
        assert!(is_same(ValueType::Label, "Price", "221") && !is_same(ValueType::Label, "Price", "220"));
        assert!(is_same(ValueType::Time, "08:30", "08:30:00"));
        assert!(is_same(ValueType::Text, "A-1 ", "A-1") && !is_same(ValueType::Text, "a-1", "A-1"));
        assert!(!is_same(ValueType::Text, "5", "5.0000"));
    }

    #[test]
    fn without_a_type_less_is_the_same() {
        let is_same = |sent, found| same(None, sent, found);
        assert!(is_same("5", "5.0000") && is_same("-5.50", "-5.5") && is_same("ON", "Y"));
        assert!(is_same("2027-12-31", "2027-12-31T00:00:00"));
        assert!(!is_same("05", "5") && !is_same("100", "1") && !is_same("ON", "N") && !is_same(".", "-"));
        assert!(!is_same("Y", "X") && !is_same("1-2", "1-3"));
    }
}
