//! The first version of what bindings are written with: from the first release on everything here stays as it is.

mod fields;
mod labels;
mod rules;
mod windows;
mod written;

pub use fields::*;
pub use labels::*;
pub use rules::*;
pub use windows::*;
pub use written::*;

pub use crate::facts::schema::{
    Door, Effect, ElementKind, ElementRule, ElementSchema, Elements, Elsewhere, Endpoint, FieldFlags, FieldSchema,
    FieldsRead, IgnoreDisabled, Labels, List, NewKey, Numbering, Occasion, Parent, Places, Proof, Quirk, QuirkOf,
    RecordFields, RuleKind, Sequence, ServiceSchema, Str, TextForm, ValueType, Values, When, Why, WindowFact,
    WindowFactKind, XmlNames,
};
pub use crate::facts::version::{Version, Versions};
pub use crate::rows::entry::{Answer, PopupField};
pub use crate::rows::record::Record;
pub use crate::rows::row::{
    ChildOf, Element, Field, KeyValues, Keyed, NoKey, RawRow, RecordKey, Report, Service, TopLevel, Transaction,
    TransactionSet, Transactional,
};
pub use crate::rows::value::{DateTime, Decimal, Label, Text, Time};
pub use crate::rows::value::{
    IntoDateTime, IntoDecimal, IntoInteger, IntoLabel, IntoSwitch, IntoText, IntoTime, IntoValue,
};

use crate::facts::schema::Fields;

/// The required fields of a new row: generated structs, where each field is something that its setter takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what P21 requires of `{R}`",
    label = "not the `Required` of this element",
    note = "write `Row::new(Required {{ .. }})`, both of one element's module; a partial row is `Row::edit()`"
)]
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
    windows: &'static [WindowFact],
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
        windows: &[],
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

    /// What is known of its window.
    #[must_use]
    pub const fn windows(self, windows: &'static [WindowFact]) -> Self {
        Self { windows, ..self }
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
            windows: List::Static(self.windows),
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
    fields: (&'static str, &'static [Values], &'static FieldsRead),
    rules: &'static [ElementRule],
}

/// A `Form`: its name, the name of its module, the tab's label, its index, and where its fields are kept once somebody asked
/// for them.
pub const fn form(
    name: &'static str,
    module: &'static str,
    label: &'static str,
    index: u16,
    read: &'static FieldsRead,
) -> Element1 {
    element(name, module, label, ElementKind::Form, index, read)
}

/// A `List`, as [`form`].
pub const fn list(
    name: &'static str,
    module: &'static str,
    label: &'static str,
    index: u16,
    read: &'static FieldsRead,
) -> Element1 {
    element(name, module, label, ElementKind::List, index, read)
}

const fn element(
    name: &'static str,
    module: &'static str,
    label: &'static str,
    kind: ElementKind,
    index: u16,
    read: &'static FieldsRead,
) -> Element1 {
    Element1 { name, module, label, kind, index, parent: None, keys: &[], fields: ("", &[], read), rules: &[] }
}

impl Element1 {
    /// The fields, a line each: name, type or `listed`, flags, label, as in
    /// `contract_no text required: Contract No`.
    #[must_use]
    pub const fn fields(self, table: &'static str) -> Self {
        Self { fields: (table, self.fields.1, self.fields.2), ..self }
    }

    /// The known values of the fields that are `listed`, in their order.
    #[must_use]
    pub const fn lists(self, lists: &'static [Values]) -> Self {
        Self { fields: (self.fields.0, lists, self.fields.2), ..self }
    }

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
            fields: Fields::written(self.fields.0, self.fields.1, self.fields.2),
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
