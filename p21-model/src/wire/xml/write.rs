//! The writer: one method an element, each with its members in alphabetical order.

use super::{ARRAYS, CONTRACT, Problem, XmlWriteError};
use crate::wire::contract::{self, edit, element, key, request, row, set, state, transaction};

type Written = Result<(), XmlWriteError>;

/// What a `TransactionSet` says beside its transactions.
#[derive(Default)]
pub(crate) struct SetParts<'a> {
    pub(crate) name: &'a str,
    pub(crate) codes: bool,
    pub(crate) ignore_disabled: bool,
    /// There are no transactions.
    pub(crate) is_empty: bool,
    pub(crate) description: Option<&'a str>,
    pub(crate) parameters: Option<&'a str>,
    pub(crate) query: Option<&'a str>,
    pub(crate) split_method: Option<&'a str>,
}

/// Whether XML has no way to hold a character, not even as a reference.
///
/// ```
/// use p21_model::xml::is_no_character;
/// assert_eq!("a\t\u{1}".chars().map(is_no_character).collect::<Vec<_>>(), [false, false, true]);
/// ```
pub fn is_no_character(c: char) -> bool {
    (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// XML bytes in the making.
pub struct Out(Vec<u8>);

impl Out {
    pub(crate) fn new(room: usize) -> Self {
        Self(Vec::with_capacity(room))
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    /// A whole `TransactionSet`.
    pub(crate) fn set(&mut self, set: &SetParts<'_>, transactions: impl FnOnce(&mut Self) -> Written) -> Written {
        self.root(contract::SET.name);
        self.optional(set::DESCRIPTION, set.description)?;
        self.flag(set::IGNORE_DISABLED, set.ignore_disabled);
        self.leaf(set::NAME, set.name)?;
        self.optional(set::PARAMETERS, set.parameters)?;
        self.optional(set::QUERY, set.query)?;
        self.optional(set::TRANSACTION_SPLIT_METHOD, set.split_method)?;
        if set.is_empty {
            self.parts(&["<", set::TRANSACTIONS, "/>"]);
        } else {
            self.wrap(set::TRANSACTIONS, transactions)?;
        }
        self.flag(set::USE_CODE_VALUES, set.codes);
        self.close(contract::SET.name);
        Ok(())
    }

    /// A `Transaction`.
    pub(crate) fn transaction(&mut self, status: &str, elements: impl FnOnce(&mut Self) -> Written) -> Written {
        self.open(contract::TRANSACTION.name);
        self.wrap(transaction::DATA_ELEMENTS, elements)?;
        self.leaf(transaction::STATUS, status)?;
        self.close(contract::TRANSACTION.name);
        Ok(())
    }

    /// A `DataElement`. Its keys are strings of another namespace.
    pub(crate) fn element<'k>(
        &mut self,
        name: &str,
        business_object: Option<&str>,
        keys: impl Iterator<Item = &'k str>,
        kind: &str,
        rows: impl FnOnce(&mut Self) -> Written,
    ) -> Written {
        self.open(contract::ELEMENT.name);
        self.optional(element::BUSINESS_OBJECT_NAME, business_object).map_err(|error| error.in_element(name))?;
        let mut keys = keys.peekable();
        if keys.peek().is_some() {
            self.parts(&["<", element::KEYS, " xmlns:a=\"", ARRAYS, "\">"]);
            keys.try_for_each(|key| self.leaf("a:string", key)).map_err(|error| error.in_element(name))?;
            self.close(element::KEYS);
        } else {
            self.parts(&["<", element::KEYS, "/>"]);
        }
        self.leaf(element::NAME, name).map_err(|error| error.in_element(name))?;
        self.wrap(element::ROWS, rows).map_err(|error| error.in_element(name))?;
        if !kind.is_empty() {
            self.leaf(element::TYPE, kind).map_err(|error| error.in_element(name))?;
        }
        self.close(contract::ELEMENT.name);
        Ok(())
    }

    /// A `Row`.
    pub(crate) fn row(&mut self, edits: impl FnOnce(&mut Self) -> Written) -> Written {
        self.open(contract::ROW.name);
        self.wrap(row::EDITS, edits)?;
        self.close(contract::ROW.name);
        Ok(())
    }

    /// An `Edit`.
    pub(crate) fn edit(&mut self, name: &str, value: &str, ignore_if_empty: bool) -> Written {
        self.open(contract::EDIT.name);
        if ignore_if_empty {
            self.flag(edit::IGNORE_IF_EMPTY, true);
        }
        self.leaf(edit::NAME, name)
            .and_then(|()| self.leaf(edit::VALUE, value))
            .map_err(|error| error.in_field(name))?;
        self.close(contract::EDIT.name);
        Ok(())
    }

    /// A whole `TransactionStateRequest`.
    pub(crate) fn request(&mut self, service: &str, states: impl FnOnce(&mut Self) -> Written) -> Written {
        self.root(contract::REQUEST.name);
        self.leaf(request::SERVICE_NAME, service)?;
        self.wrap(request::TRANSACTION_STATES, states)?;
        self.close(contract::REQUEST.name);
        Ok(())
    }

    /// A `TransactionState`. Its keys have values, and are in P21's namespace.
    pub(crate) fn state<'k>(&mut self, element: &str, keys: impl Iterator<Item = (&'k str, &'k str)>) -> Written {
        self.open(contract::STATE.name);
        self.leaf(state::DATA_ELEMENT_NAME, element).map_err(|error| error.in_element(element))?;
        self.open(state::KEYS);
        for (name, value) in keys {
            self.open(contract::KEY.name);
            let written = self.leaf(key::NAME, name).and_then(|()| self.leaf(key::VALUE, value));
            written.map_err(|error| error.in_field(name).in_element(element))?;
            self.close(contract::KEY.name);
        }
        self.close(state::KEYS);
        self.close(contract::STATE.name);
        Ok(())
    }

    fn root(&mut self, name: &str) {
        self.parts(&["<", name, " xmlns=\"", CONTRACT, "\">"]);
    }

    /// A whole document in a namespace, or in none.
    pub(crate) fn document(
        &mut self,
        name: &str,
        namespace: Option<&str>,
        content: impl FnOnce(&mut Self) -> Written,
    ) -> Written {
        match namespace {
            Some(namespace) => self.parts(&["<", name, " xmlns=\"", namespace, "\">"]),
            None => self.open(name),
        }
        content(self)?;
        self.close(name);
        Ok(())
    }

    /// An element with attributes; those without a value are left out.
    pub(crate) fn with_attributes(
        &mut self,
        name: &str,
        attributes: &[(&str, Option<&str>)],
        content: impl FnOnce(&mut Self) -> Written,
    ) -> Written {
        self.parts(&["<", name]);
        for (name, value) in attributes {
            if let Some(value) = value {
                self.parts(&[" ", name, "=\""]);
                self.attribute(value)?;
                self.parts(&["\""]);
            }
        }
        self.parts(&[">"]);
        content(self)?;
        self.close(name);
        Ok(())
    }

    /// Text between quotes, where readers take a bare tab or line feed for a blank.
    fn attribute(&mut self, text: &str) -> Written {
        for part in text.split_inclusive(['"', '\t', '\n']) {
            let (clean, reference) = match part.as_bytes().last() {
                Some(b'"') => (&part[..part.len() - 1], "&quot;"),
                Some(b'\t') => (&part[..part.len() - 1], "&#9;"),
                Some(b'\n') => (&part[..part.len() - 1], "&#10;"),
                _ => (part, ""),
            };
            self.text(clean)?;
            self.parts(&[reference]);
        }
        Ok(())
    }

    pub(crate) fn wrap(&mut self, name: &str, content: impl FnOnce(&mut Self) -> Written) -> Written {
        self.open(name);
        content(self)?;
        self.close(name);
        Ok(())
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.open(name);
        self.parts(&[if value { "true" } else { "false" }]);
        self.close(name);
    }

    pub(crate) fn leaf(&mut self, name: &str, text: &str) -> Written {
        self.open(name);
        self.text(text)?;
        // `a:string` closes as it opened.
        self.close(name);
        Ok(())
    }

    pub(crate) fn optional(&mut self, name: &str, text: Option<&str>) -> Written {
        text.map_or(Ok(()), |text| self.leaf(name, text))
    }

    pub(crate) fn text(&mut self, text: &str) -> Written {
        let mut clean_from = 0;
        for (at, c) in text.char_indices() {
            let reference = match c {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                // Readers turn a bare one into a line feed.
                '\r' => "&#13;",
                '\t' | '\n' => continue,
                c if is_no_character(c) => {
                    return Err(XmlWriteError::new(Problem::Character(c)));
                }
                _ => continue,
            };
            self.parts(&[&text[clean_from..at], reference]);
            clean_from = at + c.len_utf8();
        }
        self.parts(&[&text[clean_from..]]);
        Ok(())
    }

    fn open(&mut self, name: &str) {
        self.parts(&["<", name, ">"]);
    }

    fn close(&mut self, name: &str) {
        self.parts(&["</", name, ">"]);
    }

    fn parts(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.0.extend_from_slice(part.as_bytes()));
    }
}
