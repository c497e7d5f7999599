//! What a P21 server says about a service: `GET /api/v2/definition/{service}`.
//!
//! [`ServiceDefinition::load`] reads the server's raw answer and the canonical form that this project stores
//! ([`ServiceDefinition::to_canonical`]); both forms of one service load equal.

mod canonical;
mod load;
mod sanitize;
mod template;

use std::collections::BTreeMap;

pub use load::{MAX_ALL_FIELDS, MAX_ALL_LABELS, MAX_BYTES, MAX_ELEMENTS, MAX_FIELDS, MAX_NAME};
pub use sanitize::Sanitized;

/// Members this crate doesn't know, kept as they came.
pub type Unknown = BTreeMap<String, serde_json::Value>;

/// A service: one P21 window, as its definition describes it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ServiceDefinition {
    /// The service's name, for example `JobContractPricing`.
    pub name: String,
    /// The fields that identify the window's record.
    pub keys: Vec<KeyDefinition>,
    /// The elements, in the server's order.
    pub elements: Vec<ElementDefinition>,
    /// The fill-in template, kept only where it differs from what the fields imply.
    pub template: Option<serde_json::Value>,
    /// Unknown members of the root.
    pub unknown: Unknown,
    /// Unknown members of `TransactionDefinition`.
    pub unknown_in_transaction: Unknown,
}

/// One of the fields that identify the window's record (`KeyDefinitions`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct KeyDefinition {
    /// The datawindow that holds the field: the part after the dot of an element's name.
    pub location: String,
    /// The field.
    pub name: String,
    /// Unknown members.
    pub unknown: Unknown,
}

/// An element: one datawindow on one tab page.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ElementDefinition {
    /// `PAGE.datawindow`.
    pub name: String,
    /// One row, or a grid.
    pub kind: ElementKind,
    /// The tab's visible label.
    pub parent_text: Option<String>,
    /// The definition's datawindow (`d_dw_…`); never what an Interactive call sends.
    pub datawindow: Option<String>,
    /// The business object, mostly a table.
    pub business_object: Option<String>,
    /// The fields that tell rows apart when a payload names no keys.
    pub key_fields: Vec<String>,
    /// The fields, in the server's order.
    pub fields: Vec<FieldDefinition>,
    /// Unknown members.
    pub unknown: Unknown,
}

/// Whether an element is one row or a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElementKind {
    /// Exactly one row.
    Form,
    /// Any number of rows.
    List,
}

impl ElementKind {
    /// `Form` or `List`, as on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "Form",
            Self::List => "List",
        }
    }
}

/// A field of an element.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FieldDefinition {
    /// The name that edits carry.
    pub name: String,
    /// The label on the window.
    pub label: Option<String>,
    /// The type; `None` for columns that P21 computes for display.
    pub data_type: Option<DataType>,
    /// `table.column`, sometimes only a column, sometimes a looked-up table's.
    pub db_column: Option<String>,
    /// The server's flag, which is wrong in both directions; rules correct it.
    pub required: bool,
    /// The labels P21 takes; `None` when the field is free.
    pub valid_values: Option<Vec<String>>,
    /// The list of labels exists but was emptied for publication.
    pub redacted: bool,
    /// Unknown members.
    pub unknown: Unknown,
}

/// A field's type, as the server names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataType {
    /// Text.
    Char,
    /// A decimal number.
    Decimal,
    /// A number that P21 computes or formats.
    Number,
    /// A whole number, or a label of a list when there are valid values.
    Long,
    /// A date, with or without a time.
    Datetime,
    /// A time of day.
    Time,
    /// A type this crate doesn't know; treated as text.
    Other(String),
}

impl DataType {
    /// The server's name of the type.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Char => "Char",
            Self::Decimal => "Decimal",
            Self::Number => "Number",
            Self::Long => "Long",
            Self::Datetime => "Datetime",
            Self::Time => "Time",
            Self::Other(name) => name,
        }
    }
}

impl From<&str> for DataType {
    fn from(name: &str) -> Self {
        match name {
            "Char" => Self::Char,
            "Decimal" => Self::Decimal,
            "Number" => Self::Number,
            "Long" => Self::Long,
            "Datetime" => Self::Datetime,
            "Time" => Self::Time,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl ServiceDefinition {
    /// A service without any element.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            keys: Vec::new(),
            elements: Vec::new(),
            template: None,
            unknown: Unknown::new(),
            unknown_in_transaction: Unknown::new(),
        }
    }

    /// The element of that name.
    pub fn element(&self, name: &str) -> Option<&ElementDefinition> {
        self.elements.iter().find(|element| element.name == name)
    }

    /// How many fields all elements have together.
    pub fn field_count(&self) -> usize {
        self.elements.iter().map(|element| element.fields.len()).sum()
    }
}

impl ElementDefinition {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&FieldDefinition> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl FieldDefinition {
    /// A field of a type, without label, column and values.
    pub fn new(name: impl Into<String>, data_type: Option<DataType>) -> Self {
        Self {
            name: name.into(),
            label: None,
            data_type,
            db_column: None,
            required: false,
            valid_values: None,
            redacted: false,
            unknown: Unknown::new(),
        }
    }

    /// Whether P21 computes the column for display (`cf_*` and the like): it has neither type nor database column.
    pub fn is_computed(&self) -> bool {
        self.data_type.is_none() && self.db_column.is_none()
    }

    /// Whether the field is a site's own column (`ufc_*`).
    pub fn is_user_defined(&self) -> bool {
        self.name.starts_with("ufc_")
    }
}
