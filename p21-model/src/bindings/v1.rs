//! The first version of what bindings are written with: everything here stays as it is.

pub use crate::facts::schema::{
    Effect, ElementKind, ElementRule, ElementSchema, Elements, Elsewhere, Endpoint, FieldFlags, FieldSchema,
    IgnoreDisabled, Labels, List, Numbering, Occasion, Parent, Places, Quirk, QuirkOf, RecordFields, RuleKind,
    Sequence, ServiceSchema, Str, TextForm, ValueType, When, Why,
};
pub use crate::facts::version::{Version, Versions};
pub use crate::rows::record::Record;
pub use crate::rows::row::{
    ChildOf, Element, Field, KeyValues, Keyed, NoKey, RawRow, RecordKey, Report, Service, TopLevel, Transaction,
    TransactionSet, Transactional,
};
pub use crate::rows::value::{DateTime, Decimal, Label, Text, Time};
pub use crate::rows::value::{
    IntoDateTime, IntoDecimal, IntoInteger, IntoLabel, IntoSwitch, IntoText, IntoTime, IntoValue,
};

/// The required fields of a new row: generated structs, where each field is something that its setter takes.
pub trait NewRow<R> {
    /// The row.
    fn new_row(self) -> R;
}

/// What P21 does when a rule is broken, and how that is known.
#[derive(Debug, Clone, Copy)]
pub struct Reason {
    consequence: &'static str,
    evidence: &'static str,
    versions: Versions,
}

/// A reason.
pub const fn why(consequence: &'static str, evidence: &'static str) -> Reason {
    Reason { consequence, evidence, versions: Versions::ALL }
}

impl Reason {
    /// Of these versions.
    #[must_use]
    pub const fn on(self, versions: Versions) -> Self {
        Self { versions, ..self }
    }

    const fn get(self) -> Why {
        Why::new(self.consequence, self.evidence).on(self.versions)
    }
}

/// A service in the making.
#[derive(Debug, Clone, Copy)]
pub struct Service1 {
    name: &'static str,
    version: Version,
    endpoint: Endpoint,
    wants_codes: Option<Reason>,
    key: Option<(u16, &'static [u16], Reason)>,
    elements: &'static [&'static ElementSchema],
    sequences: &'static [Sequence],
    quirks: &'static [QuirkOf],
    elsewhere: &'static [Elsewhere],
}

/// A service.
pub const fn service(
    name: &'static str,
    version: Version,
    endpoint: Endpoint,
    elements: &'static [&'static ElementSchema],
) -> Service1 {
    Service1 {
        name,
        version,
        endpoint,
        wants_codes: None,
        key: None,
        elements,
        sequences: &[],
        quirks: &[],
        elsewhere: &[],
    }
}

impl Service1 {
    /// It wants `UseCodeValues`.
    #[must_use]
    pub const fn wants_codes(self, why: Reason) -> Self {
        Self { wants_codes: Some(why), ..self }
    }

    /// The form that holds the key of a record, and the key's fields.
    #[must_use]
    pub const fn key(self, element: u16, fields: &'static [u16], why: Reason) -> Self {
        Self { key: Some((element, fields, why)), ..self }
    }

    /// Elements that come in a fixed order.
    #[must_use]
    pub const fn sequences(self, sequences: &'static [Sequence]) -> Self {
        Self { sequences, ..self }
    }

    /// What servers do of their own.
    #[must_use]
    pub const fn quirks(self, quirks: &'static [QuirkOf]) -> Self {
        Self { quirks, ..self }
    }

    /// What holds for other versions only.
    #[must_use]
    pub const fn elsewhere(self, elsewhere: &'static [Elsewhere]) -> Self {
        Self { elsewhere, ..self }
    }

    /// The service.
    pub const fn build(self) -> ServiceSchema {
        ServiceSchema {
            name: s(self.name),
            version: self.version,
            endpoint: self.endpoint,
            wants_codes: match self.wants_codes {
                Some(why) => Some(why.get()),
                None => None,
            },
            key: match self.key {
                Some((element, fields, why)) => {
                    Some(RecordFields { element, fields: List::Static(fields), why: why.get() })
                }
                None => None,
            },
            elements: Elements::Static(self.elements),
            sequences: List::Static(self.sequences),
            quirks: List::Static(self.quirks),
            elsewhere: List::Static(self.elsewhere),
        }
    }
}

/// An element in the making.
#[derive(Debug, Clone, Copy)]
pub struct Element1 {
    name: &'static str,
    module: &'static str,
    label: &'static str,
    kind: ElementKind,
    index: u16,
    parent: Option<(u16, Reason)>,
    keys: &'static [u16],
    fields: &'static [FieldSchema],
    rules: &'static [ElementRule],
}

/// A `Form`: its name, the name of its module, the tab's label, its index, its fields.
pub const fn form(
    name: &'static str,
    module: &'static str,
    label: &'static str,
    index: u16,
    fields: &'static [FieldSchema],
) -> Element1 {
    element(name, module, label, ElementKind::Form, index, fields)
}

/// A `List`: its name, the name of its module, the tab's label, its index, its fields.
pub const fn list(
    name: &'static str,
    module: &'static str,
    label: &'static str,
    index: u16,
    fields: &'static [FieldSchema],
) -> Element1 {
    element(name, module, label, ElementKind::List, index, fields)
}

const fn element(
    name: &'static str,
    module: &'static str,
    label: &'static str,
    kind: ElementKind,
    index: u16,
    fields: &'static [FieldSchema],
) -> Element1 {
    Element1 { name, module, label, kind, index, parent: None, keys: &[], fields, rules: &[] }
}

impl Element1 {
    /// It applies to the current row of another element.
    #[must_use]
    pub const fn child_of(self, parent: u16, why: Reason) -> Self {
        Self { parent: Some((parent, why)), ..self }
    }

    /// The declared keys, by their indexes.
    #[must_use]
    pub const fn keys(self, keys: &'static [u16]) -> Self {
        Self { keys, ..self }
    }

    /// The rules about it.
    #[must_use]
    pub const fn rules(self, rules: &'static [ElementRule]) -> Self {
        Self { rules, ..self }
    }

    /// The element.
    pub const fn build(self) -> ElementSchema {
        ElementSchema {
            name: s(self.name),
            module: s(self.module),
            label: s(self.label),
            kind: self.kind,
            index: self.index,
            parent: match self.parent {
                Some((element, why)) => Some(Parent { element, why: why.get() }),
                None => None,
            },
            keys: List::Static(self.keys),
            fields: List::Static(self.fields),
            rules: List::Static(self.rules),
        }
    }
}

/// Elements that come in a fixed order, and those that come last.
pub const fn sequence(elements: &'static [u16], last: &'static [u16], why: Reason) -> Sequence {
    Sequence { elements: List::Static(elements), last: List::Static(last), why: why.get() }
}

/// A rule of other versions.
pub const fn other_rule(element: u16, rule: ElementRule) -> Elsewhere {
    Elsewhere::Rule { element, rule }
}

/// A parent of other versions.
pub const fn other_parent(child: u16, element: u16, why: Reason) -> Elsewhere {
    Elsewhere::Parent { child, parent: Parent { element, why: why.get() } }
}

/// A sequence of other versions.
pub const fn other_sequence(sequence: Sequence) -> Elsewhere {
    Elsewhere::Sequence(sequence)
}

/// That other versions want `UseCodeValues`.
pub const fn other_codes(why: Reason) -> Elsewhere {
    Elsewhere::WantsCodes(why.get())
}

/// What identifies a record on other versions.
pub const fn other_key(element: u16, fields: &'static [u16], why: Reason) -> Elsewhere {
    Elsewhere::Key(RecordFields { element, fields: List::Static(fields), why: why.get() })
}

/// A quirk.
pub const fn quirk(quirk: Quirk, why: Reason) -> QuirkOf {
    QuirkOf { quirk, why: why.get() }
}

/// A quirk of other versions.
pub const fn other_quirk(of: QuirkOf) -> Elsewhere {
    Elsewhere::Quirk(of)
}

const fn s(text: &'static str) -> Str {
    Str::Borrowed(text)
}

const fn indexes(indexes: &'static [u16]) -> List<u16> {
    List::Static(indexes)
}

/// A rule.
pub const fn rule(kind: RuleKind, why: Reason) -> ElementRule {
    ElementRule { kind, why: why.get() }
}

/// Places in an order: all their fields, and where each place ends among them.
pub const fn places(fields: &'static [u16], ends: &'static [u16]) -> Places {
    Places::new(fields, ends)
}

/// [`RuleKind::Order`].
pub const fn order(first: Places, then: &'static [u16], effect: Effect, message: &'static str) -> RuleKind {
    RuleKind::Order { first, then: indexes(then), effect, message: s(message) }
}

/// [`RuleKind::Choice`].
pub const fn choice(field: u16, value: &'static str, wants: &'static [u16], forbids: &'static [u16]) -> RuleKind {
    RuleKind::Choice { field, value: s(value), wants: indexes(wants), forbids: indexes(forbids) }
}

/// [`RuleKind::Required`].
pub const fn required(fields: &'static [u16], on: Occasion, message: &'static str, unless: &'static [u16]) -> RuleKind {
    RuleKind::Required { fields: indexes(fields), on, message: s(message), unless: indexes(unless) }
}

/// [`RuleKind::Optional`].
pub const fn optional(fields: &'static [u16]) -> RuleKind {
    RuleKind::Optional { fields: indexes(fields) }
}

/// [`RuleKind::RequiredElement`].
pub const fn required_element(on: Occasion, message: &'static str) -> RuleKind {
    RuleKind::RequiredElement { on, message: s(message) }
}

/// [`RuleKind::Disabled`].
pub const fn disabled(
    fields: &'static [u16],
    when: When,
    ignore_disabled: IgnoreDisabled,
    message: &'static str,
) -> RuleKind {
    RuleKind::Disabled { fields: indexes(fields), when, ignore_disabled, message: s(message) }
}

/// [`RuleKind::Assigned`] a new number a record.
pub const fn numbered(field: u16, start: u64) -> RuleKind {
    RuleKind::Assigned { field, how: Numbering::Number { start } }
}

/// [`RuleKind::Assigned`] a number within the parent record.
pub const fn line_numbered(field: u16, width: u8) -> RuleKind {
    RuleKind::Assigned { field, how: Numbering::Line { width } }
}

/// [`RuleKind::Default`].
pub const fn default(field: u16, value: &'static str) -> RuleKind {
    RuleKind::Default { field, value: s(value) }
}

/// [`RuleKind::Tiers`].
pub const fn tiers(values: &'static [u16], breaks: &'static [u16], zero_first: bool) -> RuleKind {
    RuleKind::Tiers { values: indexes(values), breaks: indexes(breaks), zero_first }
}

/// [`RuleKind::Format`].
pub const fn format(fields: &'static [u16], form: TextForm) -> RuleKind {
    RuleKind::Format { fields: indexes(fields), form }
}

/// [`RuleKind::CreatedOnce`].
pub const fn created_once(message: &'static str) -> RuleKind {
    RuleKind::CreatedOnce { message: s(message) }
}

/// [`RuleKind::Dates`].
pub const fn dates(earlier: u16, later: u16, strict: bool, message: &'static str) -> RuleKind {
    RuleKind::Dates { earlier, later, strict, message: s(message) }
}

/// [`RuleKind::Today`].
pub const fn today(field: u16, message: &'static str) -> RuleKind {
    RuleKind::Today { field, message: s(message) }
}

/// [`RuleKind::Ascending`].
pub const fn ascending(field: u16, message: &'static str) -> RuleKind {
    RuleKind::Ascending { field, message: s(message) }
}

/// [`RuleKind::Primary`].
pub const fn primary(field: u16, value: &'static str, message: &'static str) -> RuleKind {
    RuleKind::Primary { field, value: s(value), message: s(message) }
}

/// [`RuleKind::Either`].
pub const fn either(one: &'static [u16], other: &'static [u16]) -> RuleKind {
    RuleKind::Either { one: indexes(one), other: indexes(other) }
}

/// [`RuleKind::NoKey`].
pub const fn no_key(fields: &'static [u16]) -> RuleKind {
    RuleKind::NoKey { fields: indexes(fields) }
}

/// [`RuleKind::Repeats`].
pub const fn repeats(parent: u16, fields: &'static [u16], of: &'static [u16]) -> RuleKind {
    RuleKind::Repeats { parent, fields: indexes(fields), of: indexes(of) }
}

/// [`RuleKind::Bounded`].
pub const fn bounded(ranges: Places) -> RuleKind {
    RuleKind::Bounded { ranges }
}

/// [`RuleKind::Reference`].
pub const fn reference(
    fields: &'static [u16],
    tables: &'static [&'static str],
    at: Option<(u16, u16)>,
    with: Option<(&'static str, &'static str)>,
    message: &'static str,
) -> RuleKind {
    let with = match with {
        Some((column, value)) => Some((s(column), s(value))),
        None => None,
    };
    RuleKind::Reference { fields: indexes(fields), tables: Labels::Static(tables), at, with, message: s(message) }
}

/// [`RuleKind::Length`].
pub const fn length(fields: &'static [u16], max: u16) -> RuleKind {
    RuleKind::Length { fields: indexes(fields), max }
}

/// [`RuleKind::Prompt`].
pub const fn prompt(field: u16, value: &'static str) -> RuleKind {
    RuleKind::Prompt { field, value: s(value) }
}

/// [`RuleKind::OneInsert`].
pub const fn one_insert(message: &'static str) -> RuleKind {
    RuleKind::OneInsert { message: s(message) }
}

/// [`RuleKind::Note`].
pub const fn note(fields: &'static [u16]) -> RuleKind {
    RuleKind::Note { fields: indexes(fields) }
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

/// The type of a field's values, and those that are known.
#[derive(Debug, Clone, Copy)]
pub struct Values {
    value_type: ValueType,
    labels: &'static [&'static str],
    codes: &'static [(&'static str, &'static str)],
}

impl Values {
    const fn any(value_type: ValueType) -> Self {
        Self { value_type, labels: &[], codes: &[] }
    }
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
pub const SWITCH: Values = Values { value_type: ValueType::Switch, labels: &["ON", "OFF"], codes: &[] };

/// The labels of an enum.
pub const fn labels_of<T: Label>() -> Values {
    Values { value_type: ValueType::Label, labels: T::LABELS, codes: T::CODES }
}

/// Known values.
pub const fn known_values(
    value_type: ValueType,
    labels: &'static [&'static str],
    codes: &'static [(&'static str, &'static str)],
) -> Values {
    Values { value_type, labels, codes }
}

/// The fields of an element: name, label, values, flags. Data and one call, because a call a field is what compiling
/// bindings would spend most of its time with.
pub const fn fields<const N: usize>(
    columns: [(&'static str, &'static str, Values, FieldFlags); N],
) -> [FieldSchema; N] {
    let mut fields = [const { FieldSchema::new("", "", ValueType::Text, FieldFlags::NONE) }; N];
    let mut at = 0;
    while at < N {
        let (name, label, values, flags) = columns[at];
        let field = FieldSchema::with_labels(name, label, values.value_type, flags, values.labels, values.codes);
        // What is replaced owns nothing, and constants drop nothing.
        std::mem::forget(std::mem::replace(&mut fields[at], field));
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
