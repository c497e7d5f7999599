//! A service as builders, checks and the sandbox read it: definition and rules in one.
//!
//! A schema is either static, written into generated bindings, or compiled at run time from a definition and its rules
//! (`ServiceSchema::compile`, feature `rules`). Both are the same types, so every check exists once.
//!
//! The fields of an element are in **emission order**: the definition's order, moved where a rule says that one field
//! comes before another. A field's index is therefore also its place in a row.

mod columns;
mod elsewhere;
mod list;
mod rule;
mod table;
mod window;

use std::borrow::Cow;

pub use columns::{Fields, FieldsRead, Values};
pub use elsewhere::Elsewhere;
pub use list::{Codes, Elements, Labels, List, Named, Places};
pub use rule::{
    Effect, ElementRule, IgnoreDisabled, Numbering, Occasion, Quirk, QuirkOf, RuleKind, Sequence, TextForm, When, Why,
};
pub use window::{
    Detail, Dialog, Door, KeyEntry, NewKey, Opening, Part, Place, PopupEntry, Proof, Stages, WindowFact,
    WindowFactKind, WindowFacts, XmlNames,
};

pub use crate::facts::definition::ElementKind;
use crate::facts::shared;
use crate::facts::version::Version;

/// A string that generated bindings borrow and run-time schemas own.
pub type Str = Cow<'static, str>;

/// A service.
///
/// What is said here holds for [`version`](Self::version). What differs on other versions is kept beside it, and
/// [`at`](Self::at) is the service as another version has it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ServiceSchema {
    /// The service's name on the wire.
    pub name: Str,
    /// The P21 version of the definition.
    pub version: Version,
    /// The endpoint that serves it.
    pub endpoint: Endpoint,
    /// Why the service wants `UseCodeValues`, if it does.
    pub wants_codes: Option<Why>,
    /// What identifies a record, if that is known.
    pub key: Option<RecordFields>,
    /// The elements, in the definition's order.
    pub elements: Elements,
    /// Elements that come in a fixed order.
    pub sequences: List<Sequence>,
    /// What servers do of their own that a payload should know of.
    pub quirks: List<QuirkOf>,
    /// What holds for other versions only.
    pub elsewhere: List<Elsewhere>,
    /// What is known of its window, on any version: [`window`](Self::window) is the view of one.
    pub windows: List<WindowFact>,
}

/// The fields that identify a record, all together.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordFields {
    /// The form that holds them, as an index.
    pub element: u16,
    /// The fields, as indexes.
    pub fields: List<u16>,
    /// What other fields do, and how that is known.
    pub why: Why,
}

impl RecordFields {
    /// Which of several is the key on a version: one that is bound to versions before one of all.
    pub(crate) fn at<'a>(keys: impl IntoIterator<Item = &'a Self>, version: Version) -> Option<usize> {
        let all = keys.into_iter().enumerate().filter(|(_, key)| key.why.versions.include(version));
        all.min_by_key(|(_, key)| key.why.versions.are_all()).map(|(at, _)| at)
    }
}

/// The endpoint that a service's payloads go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Endpoint {
    /// `/api/v2/transaction`.
    Transaction,
    /// `/api/v2/commands`: a transaction would fail.
    Commands,
    /// `/api/v2/process/pdfreport`: a transaction would succeed and print nothing.
    PdfReport,
}

/// An element of a service.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ElementSchema {
    /// `PAGE.datawindow`.
    pub name: Str,
    /// The name of its module in the bindings: the rules' alias, or derived from the datawindow.
    pub module: Str,
    /// The tab's label; empty if it has none.
    pub label: Str,
    /// One row or a grid.
    pub kind: ElementKind,
    /// The index of this element in its service.
    pub index: u16,
    /// The parent whose current row this element applies to, and why.
    pub parent: Option<Parent>,
    /// The declared keys that are fields, as field indexes.
    pub keys: List<u16>,
    /// The fields, in emission order.
    pub fields: Fields,
    /// The rules about this element.
    pub rules: List<ElementRule>,
}

/// The parent of a child element.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Parent {
    /// The parent's index in the service.
    pub element: u16,
    /// What happens when the child follows another row.
    pub why: Why,
}

/// A field of an element.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FieldSchema {
    /// The name that edits carry.
    pub name: Str,
    /// The label on the window; empty if it has none.
    pub label: Str,
    /// The type of its values.
    pub value_type: ValueType,
    /// Whether it is required, computed, open-ended.
    pub flags: FieldFlags,
    /// The labels P21 takes.
    pub values: Labels,
    /// Label and code, where codes are known.
    pub codes: Codes,
}

/// The type of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum ValueType {
    /// Anything.
    Text,
    /// A decimal number.
    Decimal,
    /// A whole number.
    Integer,
    /// `ON` or `OFF`.
    Switch,
    /// A date, with or without a time.
    DateTime,
    /// A time of day.
    Time,
    /// One of the field's labels; others pass, because sites differ.
    Label,
}

/// Facts about a field that are yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FieldFlags(u8);

impl FieldFlags {
    /// Nothing special.
    pub const NONE: Self = Self(0);
    /// P21 wants it in a new row.
    pub const REQUIRED: Self = Self(1);
    /// P21 computes it; it can be read, never written.
    pub const COMPUTED: Self = Self(2);
    /// The values are known ones, not all: the definition's list is empty, or sites add to it.
    pub const OPEN: Self = Self(4);
    /// The name has characters that JSON escapes; no real one has.
    pub const ODD_NAME: Self = Self(8);
    /// Rules correct the definition, which says the opposite about `REQUIRED`.
    pub const CORRECTED: Self = Self(16);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Sets `other`.
    pub fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Clears `other`.
    pub fn remove(&mut self, other: Self) {
        self.0 &= !other.0;
    }
}

impl ServiceSchema {
    /// The form that holds the key of a record, and the names of the key's fields.
    pub fn record_key(&self) -> Option<(&ElementSchema, Vec<&str>)> {
        let key = self.key.as_ref()?;
        let element = self.elements.get(key.element.into())?;
        Some((element, key.fields.iter().map(|field| &*element.fields[*field as usize].name).collect()))
    }

    /// Why the server has a quirk, if it does.
    pub fn quirk(&self, quirk: Quirk) -> Option<&Why> {
        self.quirks.iter().find(|of| of.quirk == quirk).map(|of| &of.why)
    }

    /// The element of that `PAGE.datawindow` name.
    pub fn element(&self, name: &str) -> Option<&ElementSchema> {
        self.elements.iter().find(|element| element.name == name)
    }
}

impl ElementSchema {
    /// The part of the name after the dot, which error messages of the server use.
    pub fn datawindow(&self) -> &str {
        crate::facts::name::split_element(&self.name).1
    }

    /// What P21 calls the element where it names a tab: its label, or the datawindow where it has none.
    pub fn caption(&self) -> &str {
        if self.label.is_empty() { self.datawindow() } else { &self.label }
    }

    /// The field of that name and its index.
    pub fn field(&self, name: &str) -> Option<(u16, &FieldSchema)> {
        self.fields.iter().position(|field| field.name == name).map(|index| (index as u16, &self.fields[index]))
    }

    /// The names of the declared keys.
    pub fn key_names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| &*self.fields[*key as usize].name)
    }

    /// Fields that every new row needs.
    pub fn required(&self) -> impl Iterator<Item = &FieldSchema> {
        self.fields.iter().filter(|field| field.is_required())
    }
}

impl FieldSchema {
    /// A field without labels, as generated bindings write it.
    pub const fn new(name: &'static str, label: &'static str, value_type: ValueType, flags: FieldFlags) -> Self {
        Self::with_labels(name, label, value_type, flags, &[], &[])
    }

    /// A field with labels and codes, as generated bindings write it.
    pub const fn with_labels(
        name: &'static str,
        label: &'static str,
        value_type: ValueType,
        flags: FieldFlags,
        values: &'static [&'static str],
        codes: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            name: Cow::Borrowed(name),
            label: Cow::Borrowed(label),
            value_type,
            flags,
            values: Labels::Static(values),
            codes: Codes::Static(codes),
        }
    }

    /// What P21 calls the field where it names a column by its label: that, or the name where it has none.
    pub fn caption(&self) -> &str {
        if self.label.is_empty() { &self.name } else { &self.label }
    }

    /// Whether P21 wants it in a new row.
    pub fn is_required(&self) -> bool {
        self.flags.has(FieldFlags::REQUIRED)
    }

    /// Whether P21 computes it.
    pub fn is_computed(&self) -> bool {
        self.flags.has(FieldFlags::COMPUTED)
    }

    /// The code of a label, where it is known. The labels of a switch are known everywhere.
    pub fn code(&self, label: &str) -> Option<&str> {
        if self.value_type == ValueType::Switch {
            return match label {
                "ON" => Some(shared::ON),
                "OFF" => Some(shared::OFF),
                _ => None,
            };
        }
        self.codes.iter().find(|(known, _)| *known == label).map(|(_, code)| code)
    }

    /// The label of a code, where it is known.
    pub fn label_of_code(&self, code: &str) -> Option<&str> {
        if self.value_type == ValueType::Switch {
            return match code {
                shared::ON => Some("ON"),
                shared::OFF => Some("OFF"),
                _ => None,
            };
        }
        self.codes.iter().find(|(_, known)| *known == code).map(|(label, _)| label)
    }

    /// The label on the field's list that is meant by `label`: itself, or after a renaming the one of the same code.
    /// Without an exact list any label is taken.
    #[cfg(feature = "rules")]
    pub(crate) fn listed<'a>(&'a self, label: &'a str) -> Option<&'a str> {
        if self.values.is_empty() || self.flags.has(FieldFlags::OPEN) || self.values.contains(label) {
            return Some(label);
        }
        let code = self.code(label)?;
        self.values.iter().find(|listed| self.codes.iter().any(|pair| pair == (*listed, code)))
    }

    /// Whether a value says `label`, as the label itself or as one of its codes.
    pub fn means(&self, value: &str, label: &str) -> bool {
        value == label || self.label_of_code(value) == Some(label)
    }
}
