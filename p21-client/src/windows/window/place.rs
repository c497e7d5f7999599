//! Where an element is on its window.

use p21_model::interactive::Change;
use p21_model::name::split_element;
use p21_model::row::Element;
use p21_model::schema::{ElementSchema, ValueType as FieldKind};

/// The tab and the datawindow of an element: `PAGE.datawindow` is the datawindow on the tab `PAGE`.
pub(crate) fn of(element: &ElementSchema) -> (String, String) {
    let (tab, datawindow) = split_element(&element.name);
    (tab.to_owned(), datawindow.to_owned())
}

/// A value for a field of an element, as a window takes it: whole numbers without decimals.
pub(crate) fn change<E: Element>(index: u16, value: &str) -> Change {
    let schema = E::schema();
    let field = &schema.fields[usize::from(index)];
    let (tab, datawindow) = of(schema);
    let value = if field.value_type == FieldKind::Decimal { whole(value) } else { value };
    Change::new(Some(tab.as_str()).filter(|tab| !tab.is_empty()), datawindow, &*field.name, value)
}

/// `30` for `30.00`.
pub(crate) fn whole(value: &str) -> &str {
    match value.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|digit| digit == b'0') => whole,
        _ => value,
    }
}

/// Whether what is read is what was typed: numbers and dates are the same however they are spelt.
pub(crate) fn same(typed: &str, read: &str) -> bool {
    use p21_model::value::{DateTime, Decimal, FieldValue as _};
    let (typed, read) = (typed.trim(), read.trim());
    if typed.eq_ignore_ascii_case(read) {
        return true;
    }
    // An empty value is no number and no date.
    if typed.is_empty() || read.is_empty() {
        return false;
    }
    let number = |text| Decimal::from_wire(text).ok();
    let date = |text| DateTime::from_wire(text).ok();
    match (number(typed), number(read), date(typed), date(read)) {
        (Some(typed), Some(read), ..) => typed == read,
        (_, _, Some(typed), Some(read)) => typed == read,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_the_same_however_they_are_spelt() {
        for (typed, read) in [("25", "25.0000"), ("2027-12-31", "2027-12-31T00:00:00"), ("ON", "on"), (" a", "a")] {
            assert!(same(typed, read), "{typed} {read}");
        }
        for (typed, read) in [("25", "25.1"), ("", "0"), ("a", "b"), ("2027-12-31", "2027-12-30"), ("0", "")] {
            assert!(!same(typed, read), "{typed} {read}");
        }
        assert_eq!((whole("30.00"), whole("30.10"), whole("30")), ("30", "30.10", "30"));
    }
}
