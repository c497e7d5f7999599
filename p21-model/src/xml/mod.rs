//! DataContract XML: what P21's Transaction API takes and answers beside JSON (verified on 25.2).
//!
//! P21 wants one namespace and the children of every element in alphabetical order; what comes late is an HTTP 500 at
//! the top, and silently dropped below. What is written here has that order by construction: the members of each element
//! are lists that don't compile unless they are sorted.
//!
//! Reading goes by way of the JSON that P21 would have answered ([`to_json`]), so that both flavours mean the same.

mod read;
mod write;

use std::fmt;

pub use read::{Root, XmlReadError, to_json};
pub(crate) use write::Out;

use crate::payload;

/// The namespace of payloads.
pub const CONTRACT: &str = "http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2";
/// The namespace of the strings in a list of keys.
pub const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";

/// A payload can't be written as XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlWriteError {
    /// The element, if it is about one.
    pub element: Option<String>,
    /// The field, if it is about one.
    pub field: Option<String>,
    pub(crate) problem: Problem,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A character that XML has no way to hold, not even as a reference.
    Character(char),
    /// A member whose shape nobody has documented.
    NoShape(&'static str),
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
        match self.problem {
            Problem::Character(c) => write!(
                f,
                "the character U+{:04X} can't be in XML; take it out, or send the payload as JSON",
                u32::from(c)
            ),
            Problem::NoShape(member) => {
                write!(f, "`{member}` has no known shape in XML; send the payload as JSON")
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
    /// let set = TransactionSet { name: "Order".to_owned(), ..TransactionSet::default() };
    /// let xml = String::from_utf8(set.to_xml()?)?;
    /// assert!(xml.contains("<IgnoreDisabled>false</IgnoreDisabled><Name>Order</Name><Transactions/>"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A value has a character that XML can't hold, or there are relative dates or documents, whose shape is unknown.
    pub fn to_xml(&self) -> Result<Vec<u8>, XmlWriteError> {
        let mut out = Out::new(1_024);
        out.set(&self.name, self.use_code_values, self.ignore_disabled, self.transactions.is_empty(), |out| {
            self.transactions.iter().try_for_each(|transaction| write_transaction(out, transaction))
        })?;
        Ok(out.finish())
    }
}

fn write_transaction(out: &mut Out, transaction: &payload::Transaction) -> Result<(), XmlWriteError> {
    if !transaction.documents.is_empty() {
        return Err(XmlWriteError::new(Problem::NoShape("Documents")));
    }
    out.transaction(&transaction.status, |out| {
        transaction.data_elements.iter().try_for_each(|element| {
            let keys = element.keys.iter().map(String::as_str);
            out.element(&element.name, keys, &element.kind, |out| {
                element.rows.iter().try_for_each(|row| write_row(out, row))
            })
        })
    })
}

fn write_row(out: &mut Out, row: &payload::Row) -> Result<(), XmlWriteError> {
    if !row.relative_date_edits.is_empty() {
        return Err(XmlWriteError::new(Problem::NoShape("RelativeDateEdits")));
    }
    out.row(|out| row.edits.iter().try_for_each(|edit| out.edit(&edit.name, &edit.value, edit.ignore_if_empty)))
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
