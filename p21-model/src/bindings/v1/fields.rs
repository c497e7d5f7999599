//! Fields: their schemas, their handles, what sets them, and their labels.

use super::*;

/// No flag.
pub const NONE: FieldFlags = FieldFlags::NONE;
/// Required in a new row.
pub const REQUIRED: FieldFlags = FieldFlags::REQUIRED;
/// Computed by P21.
pub const COMPUTED: FieldFlags = FieldFlags::COMPUTED;
/// With more values than are known.
pub const OPEN: FieldFlags = FieldFlags::OPEN;
/// With a name that JSON escapes.
pub const ODD_NAME: FieldFlags = FieldFlags::ODD_NAME;

/// Corrected by rules: the definition says the opposite about `REQUIRED`.
pub const CORRECTED: FieldFlags = FieldFlags::CORRECTED;

/// A text field.
pub const fn text(name: &'static str, label: &'static str, flags: FieldFlags) -> FieldSchema {
    FieldSchema::new(name, label, ValueType::Text, flags)
}

/// A decimal field.
pub const fn decimal(name: &'static str, label: &'static str, flags: FieldFlags) -> FieldSchema {
    FieldSchema::new(name, label, ValueType::Decimal, flags)
}

/// A whole-number field.
pub const fn integer(name: &'static str, label: &'static str, flags: FieldFlags) -> FieldSchema {
    FieldSchema::new(name, label, ValueType::Integer, flags)
}

/// A field of `ON` and `OFF`.
pub const fn switch(name: &'static str, label: &'static str, flags: FieldFlags) -> FieldSchema {
    FieldSchema::with_labels(name, label, ValueType::Switch, flags, &["ON", "OFF"], &[])
}

/// A date field.
pub const fn datetime(name: &'static str, label: &'static str, flags: FieldFlags) -> FieldSchema {
    FieldSchema::new(name, label, ValueType::DateTime, flags)
}

/// A field of a time of day.
pub const fn time(name: &'static str, label: &'static str, flags: FieldFlags) -> FieldSchema {
    FieldSchema::new(name, label, ValueType::Time, flags)
}

/// A field of labels.
pub const fn labels<T: Label>(name: &'static str, label: &'static str, flags: FieldFlags) -> FieldSchema {
    FieldSchema::with_labels(name, label, ValueType::Label, flags, T::LABELS, T::CODES)
}

/// A field with known values.
pub const fn known(
    name: &'static str,
    label: &'static str,
    value_type: ValueType,
    flags: FieldFlags,
    values: &'static [&'static str],
    codes: &'static [(&'static str, &'static str)],
) -> FieldSchema {
    FieldSchema::with_labels(name, label, value_type, flags, values, codes)
}

/// A column that P21 computes.
pub const fn computed(name: &'static str, label: &'static str) -> FieldSchema {
    FieldSchema::new(name, label, ValueType::Text, FieldFlags::COMPUTED)
}

/// Text.
pub const TEXT: Values = Values::any(ValueType::Text);
/// A decimal number.
pub const DECIMAL: Values = Values::any(ValueType::Decimal);
/// A whole number.
pub const INTEGER: Values = Values::any(ValueType::Integer);
/// A date.
pub const DATE_TIME: Values = Values::any(ValueType::DateTime);
/// A time of day.
pub const TIME: Values = Values::any(ValueType::Time);
/// `ON` and `OFF`.
pub const SWITCH: Values = Values::known(ValueType::Switch, &["ON", "OFF"], &[]);

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

/// The fields of an element: name, label, values, flags. Bindings that are generated now hand the data on as it is.
pub const fn fields<const N: usize>(columns: [FieldData; N]) -> [FieldSchema; N] {
    let mut fields = [const { FieldSchema::new("", "", ValueType::Text, FieldFlags::NONE) }; N];
    let mut at = 0;
    while at < N {
        let (name, label, values, flags) = &columns[at];
        let mut field = values.field(name, label, *flags);
        std::mem::swap(&mut fields[at], &mut field);
        std::mem::forget(field);
        at += 1;
    }
    fields
}

/// A field's handle.
pub const fn field<E, T>(index: u16, name: &'static str) -> Field<E, T> {
    Field::new(index, name)
}

/// Sets a text field.
pub fn set_text(row: RawRow, index: u16, value: impl IntoText) -> RawRow {
    row.text(index, value)
}

/// Sets a number field.
pub fn set_decimal(row: RawRow, index: u16, value: impl IntoDecimal) -> RawRow {
    row.decimal(index, value)
}

/// Sets a whole-number field.
pub fn set_integer(row: RawRow, index: u16, value: impl IntoInteger) -> RawRow {
    row.integer(index, value)
}

/// Sets a field of `ON` and `OFF`.
pub fn set_switch(row: RawRow, index: u16, value: impl IntoSwitch) -> RawRow {
    row.switch(index, value)
}

/// Sets a date field.
pub fn set_date_time(row: RawRow, index: u16, value: impl IntoDateTime) -> RawRow {
    row.date_time(index, value)
}

/// Sets a field of a time of day.
pub fn set_time(row: RawRow, index: u16, value: impl IntoTime) -> RawRow {
    row.time(index, value)
}

/// Sets a field with labels.
pub fn set_label<L: Label>(row: RawRow, index: u16, value: impl IntoLabel<L>) -> RawRow {
    row.label(index, value)
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
