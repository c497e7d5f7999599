//! Fields: their schemas, their handles, what sets them, and their labels.

use super::*;

/// The labels of an enum.
pub const fn labels_of<T: Label>() -> Values {
    Values::known(ValueType::Label, T::LABELS, T::CODES)
}

/// Known values.
pub const fn known_values(
    value_type: ValueType,
    labels: &'static [&'static str],
    codes: &'static [(&'static str, &'static str)],
) -> Values {
    Values::known(value_type, labels, codes)
}

/// A field's handle.
pub const fn field<E, T>(index: u16, name: &'static str) -> Field<E, T> {
    Field::new(index, name)
}

/// Sets a text field of a row.
pub fn put_text<R: Element>(row: R, index: u16, value: impl IntoText) -> R {
    R::from_raw(row.into_raw().text(index, value))
}

/// Sets a number field of a row.
pub fn put_decimal<R: Element>(row: R, index: u16, value: impl IntoDecimal) -> R {
    R::from_raw(row.into_raw().decimal(index, value))
}

/// Sets a whole-number field of a row.
pub fn put_integer<R: Element>(row: R, index: u16, value: impl IntoInteger) -> R {
    R::from_raw(row.into_raw().integer(index, value))
}

/// Sets a field of `ON` and `OFF` of a row.
pub fn put_switch<R: Element>(row: R, index: u16, value: impl IntoSwitch) -> R {
    R::from_raw(row.into_raw().switch(index, value))
}

/// Sets a date field of a row.
pub fn put_date_time<R: Element>(row: R, index: u16, value: impl IntoDateTime) -> R {
    R::from_raw(row.into_raw().date_time(index, value))
}

/// Sets a field of a time of day of a row.
pub fn put_time<R: Element>(row: R, index: u16, value: impl IntoTime) -> R {
    R::from_raw(row.into_raw().time(index, value))
}

/// Sets a field with labels of a row.
pub fn put_label<R: Element, L: Label>(row: R, index: u16, value: impl IntoLabel<L>) -> R {
    R::from_raw(row.into_raw().label(index, value))
}

/// The variant of a label; `other` of one that isn't listed.
pub fn from_label<L: Label + Clone>(label: &str, other: fn(Text) -> L) -> L {
    let listed = L::LABELS.iter().position(|listed| *listed == label);
    listed.and_then(|at| L::VARIANTS.get(at)).cloned().unwrap_or_else(|| other(label.into()))
}

/// The label of a variant that is listed.
pub fn listed_label<L: Label>(variant: &L) -> &'static str {
    let kind = std::mem::discriminant(variant);
    let listed = L::VARIANTS.iter().position(|listed| std::mem::discriminant(listed) == kind);
    listed.and_then(|at| L::LABELS.get(at)).copied().unwrap_or_default()
}
