//! What generated bindings are written with. Not for people: it may change with the generator.

pub use crate::record::Record;
pub use crate::row::{
    ChildOf, Element, Field, RawRow, Report, Service, TopLevel, Transaction, TransactionSet, Transactional,
};
pub use crate::schema::{
    Effect, ElementKind, ElementRule, ElementSchema, Elements, Elsewhere, Endpoint, FieldFlags, FieldSchema,
    IgnoreDisabled, List, Numbering, Occasion, Parent, Places, RuleKind, Sequence, ServiceSchema, Str, TextForm,
    ValueType, When, Why,
};
pub use crate::value::{DateTime, Decimal, Label, Text, Time};
pub use crate::value::{IntoDateTime, IntoDecimal, IntoInteger, IntoLabel, IntoSwitch, IntoText, IntoTime};
pub use crate::version::{Version, Versions};

/// The required fields of a new row: generated structs, where each field is something that its setter takes.
pub trait NewRow<R> {
    /// The row.
    fn new_row(self) -> R;
}

/// A borrowed string of a schema.
pub const fn s(text: &'static str) -> Str {
    Str::Borrowed(text)
}

/// A rule.
pub const fn rule(kind: RuleKind, consequence: &'static str, evidence: &'static str) -> ElementRule {
    ElementRule { kind, why: Why::new(consequence, evidence) }
}

/// A rule of some versions.
pub const fn rule_on(
    kind: RuleKind,
    consequence: &'static str,
    evidence: &'static str,
    versions: Versions,
) -> ElementRule {
    ElementRule { kind, why: Why::new(consequence, evidence).on(versions) }
}

/// Places in an order: all their fields, and where each place ends among them.
pub const fn places(fields: &'static [u16], ends: &'static [u16]) -> Places {
    Places::new(fields, ends)
}

/// Fields, by indexes.
pub const fn fields(indexes: &'static [u16]) -> List<u16> {
    List::Static(indexes)
}

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
