//! Where an element is on its window.

use p21_model::interactive::Change;
use p21_model::name::split_element;
use p21_model::schema::{ElementSchema, ValueType as FieldKind};

use super::core::Core;

impl Core {
    /// The tab and the datawindow of an element: `PAGE.datawindow` is the datawindow on the tab `PAGE`, unless a rule about
    /// the window says otherwise.
    pub(crate) fn place(&self, element: &ElementSchema) -> (String, String) {
        let (tab, datawindow) = split_element(&element.name);
        let Some(schema) = self.schema else { return (tab.to_owned(), datawindow.to_owned()) };
        let facts = schema.window(self.version);
        let datawindows = facts.datawindows(element);
        (facts.page(element).to_owned(), datawindows.first().copied().unwrap_or(datawindow).to_owned())
    }

    /// A value for a field of an element, as a window takes it: whole numbers without decimals.
    pub(crate) fn change(&self, element: &ElementSchema, index: u16, value: &str) -> Change {
        let field = &element.fields[usize::from(index)];
        let (tab, datawindow) = self.place(element);
        let value = if field.value_type == FieldKind::Decimal { whole(value) } else { value };
        Change::new(Some(tab.as_str()).filter(|tab| !tab.is_empty()), datawindow, &*field.name, value)
    }

    /// A value for the datawindow by the name that the window has for it, where sources disagree on that.
    pub(crate) fn as_shown(&self, change: &Change) -> Change {
        let is_shown = |name: &str| self.shown.iter().any(|(shown, _)| shown.eq_ignore_ascii_case(name));
        let mut change = change.clone();
        let name = change.datawindow_name.clone().unwrap_or_default();
        if let (Some(schema), Some(element)) = (self.schema, self.element(&name))
            && !is_shown(&name)
            && let Some(other) =
                schema.window(self.version).datawindows(element).into_iter().find(|name| is_shown(name))
        {
            change.datawindow_name = Some(other.to_owned());
        }
        change
    }

    /// Why values can't go into one call, if rules about the window say so.
    pub(crate) fn not_together(&self, list: &[(&ElementSchema, u16)]) -> Option<String> {
        let facts = self.schema?.window(self.version);
        let name = |element: &ElementSchema, field: u16| element.fields[usize::from(field)].name.to_string();
        for (at, (element, field)) in list.iter().enumerate() {
            let mut later = list[at + 1..].iter().filter(|(other, _)| other.index == element.index);
            if facts.cursor_keys(element.index).any(|key| key == *field)
                && let Some((_, lost)) = later.clone().next()
            {
                let (key, lost) = (name(element, *field), name(element, *lost));
                return Some(format!(
                    "`{key}` moves the cursor of its grid, so that `{lost}` would be lost: type it last"
                ));
            }
            let apart = facts.separate_calls(element.index).find(|group| group.contains(field));
            if let Some(group) = apart
                && let Some((_, other)) = later.find(|(_, other)| group.contains(other))
            {
                let (one, other) = (name(element, *field), name(element, *other));
                return Some(format!("`{one}` and `{other}` in one call lose the latter: type them in two"));
            }
        }
        None
    }
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
