//! DataContract XML: what P21's Transaction API takes and answers beside JSON (verified on 25.2).
//!
//! P21 wants one namespace and the children of every element in alphabetical order; what comes late is an HTTP 500 at
//! the top, and silently dropped below. What is written here has that order by construction: the members of each element
//! are lists that don't compile unless they are sorted.
//!
//! Reading goes by way of the JSON that P21 would have answered ([`to_json`]), so that both flavours mean the same.

mod read;
pub(crate) mod tree;
mod write;

use std::fmt;

pub use read::{Root, XmlReadError, to_json};
pub use write::is_no_character;
pub(crate) use write::{Out, SetParts};

use crate::wire::payload;

/// The namespace of payloads.
pub const CONTRACT: &str = "http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2";
/// The namespace of the strings in a list of keys.
pub const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
/// The namespace of what the Interactive API's XML flavour is sent.
pub const INTERACTIVE: &str = "urn:epicor-com:p21:interactive:v1";

/// A payload can't be written as XML.
#[derive(Clone, PartialEq, Eq)]
pub struct XmlWriteError {
    /// The element, if it is about one.
    pub element: Option<String>,
    /// The field, if it is about one.
    pub field: Option<String>,
    pub(crate) problem: Problem,
}

crate::debug_is_its_line!(XmlWriteError);

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A character that XML has no way to hold, not even as a reference.
    Character(char),
    /// A member whose shape nobody has documented.
    NoShape(&'static str),
    /// A member that P21 doesn't know, which XML has no place for.
    Unknown(String),
}

impl XmlWriteError {
    pub(crate) fn new(problem: Problem) -> Self {
        Self { element: None, field: None, problem }
    }

    #[must_use]
    pub(crate) fn in_element(mut self, name: &str) -> Self {
        self.element.get_or_insert_with(|| name.to_owned());
        self
    }

    #[must_use]
    pub(crate) fn in_field(mut self, name: &str) -> Self {
        self.field.get_or_insert_with(|| name.to_owned());
        self
    }
}

impl fmt::Display for XmlWriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = [("element", &self.element), ("field", &self.field)];
        for (what, name) in places {
            if let Some(name) = name {
                write!(f, "{what} `{}`, ", name.escape_debug())?;
            }
        }
        match &self.problem {
            Problem::Character(c) => write!(
                f,
                "the character U+{:04X} can't be in XML; take it out, or send the payload as JSON",
                u32::from(*c)
            ),
            Problem::NoShape(member) => {
                write!(f, "`{member}` has no known shape in XML; send the payload as JSON")
            }
            Problem::Unknown(member) => {
                let member = member.escape_debug();
                write!(f, "P21 knows no member `{member}`, and XML has no place for it; take it out, or send JSON")
            }
        }
    }
}

impl std::error::Error for XmlWriteError {}

impl payload::TransactionSet {
    /// The set as DataContract XML.
    ///
    /// ```
    /// use p21_model::payload::TransactionSet;
    /// let set = TransactionSet::new("Order", Vec::new());
    /// let xml = String::from_utf8(set.to_xml()?)?;
    /// assert!(xml.contains("<IgnoreDisabled>false</IgnoreDisabled><Name>Order</Name><Transactions/>"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A value has a character that XML can't hold, or it has members whose shape in XML nobody
    /// knows: relative dates, documents, field maps, and what P21 doesn't document. They are never left out.
    pub fn to_xml(&self) -> Result<Vec<u8>, XmlWriteError> {
        if !self.field_map.is_empty() {
            return Err(XmlWriteError::new(Problem::NoShape("FieldMap")));
        }
        only_known(&self.others)?;
        let mut out = Out::new(1_024);
        let split_method = self.transaction_split_method.as_ref().map(payload::SplitMethod::name);
        let set = SetParts {
            name: &self.name,
            codes: self.use_code_values,
            ignore_disabled: self.ignore_disabled,
            is_empty: self.transactions.is_empty(),
            description: self.description.as_deref(),
            parameters: as_text("Parameters", self.parameters.as_ref())?,
            query: as_text("Query", self.query.as_ref())?,
            split_method: split_method.as_deref(),
        };
        out.set(&set, |out| self.transactions.iter().try_for_each(|transaction| write_transaction(out, transaction)))?;
        Ok(out.finish())
    }
}

/// A member whose shape is not documented can be a text; anything else can't be written.
fn as_text<'v>(name: &'static str, value: Option<&'v serde_json::Value>) -> Result<Option<&'v str>, XmlWriteError> {
    match value {
        None => Ok(None),
        Some(serde_json::Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(XmlWriteError::new(Problem::NoShape(name))),
    }
}

fn only_known(others: &payload::Others) -> Result<(), XmlWriteError> {
    match others.iter().next() {
        Some((name, _)) => Err(XmlWriteError::new(Problem::Unknown(name.clone()))),
        None => Ok(()),
    }
}

fn write_transaction(out: &mut Out, transaction: &payload::Transaction) -> Result<(), XmlWriteError> {
    if !transaction.documents.is_empty() {
        return Err(XmlWriteError::new(Problem::NoShape("Documents")));
    }
    only_known(&transaction.others)?;
    out.transaction(&transaction.status, |out| {
        transaction.data_elements.iter().try_for_each(|element| {
            only_known(&element.others).map_err(|error| error.in_element(&element.name))?;
            let keys = element.keys.iter().map(String::as_str);
            out.element(&element.name, element.business_object_name.as_deref(), keys, &element.kind, |out| {
                element.rows.iter().try_for_each(|row| write_row(out, row))
            })
        })
    })
}

fn write_row(out: &mut Out, row: &payload::Row) -> Result<(), XmlWriteError> {
    if !row.relative_date_edits.is_empty() {
        return Err(XmlWriteError::new(Problem::NoShape("RelativeDateEdits")));
    }
    only_known(&row.others)?;
    out.row(|out| {
        row.edits.iter().try_for_each(|edit| {
            only_known(&edit.others).map_err(|error| error.in_field(&edit.name))?;
            out.edit(&edit.name, &edit.value, edit.ignore_if_empty)
        })
    })
}

impl payload::TransactionStateRequest {
    /// The request as DataContract XML.
    ///
    /// # Errors
    /// A key's value has a character that XML can't hold.
    pub fn to_xml(&self) -> Result<Vec<u8>, XmlWriteError> {
        let mut out = Out::new(512);
        out.request(&self.service_name, |out| {
            self.transaction_states.iter().try_for_each(|state| {
                let keys = state.keys.iter().map(|key| (key.name.as_str(), key.value.as_str()));
                out.state(&state.data_element_name, keys)
            })
        })?;
        Ok(out.finish())
    }
}
