//! The writer: one method an element, each with its members in alphabetical order.

use super::{ARRAYS, CONTRACT, Problem, XmlWriteError, grammar};

const SET: [&str; 9] = grammar::SET.members();
const TRANSACTION: [&str; 3] = grammar::TRANSACTION.members();
const ELEMENT: [&str; 5] = grammar::ELEMENT.members();
const ROW: [&str; 2] = grammar::ROW.members();
const EDIT: [&str; 3] = grammar::EDIT.members();
const REQUEST: [&str; 2] = grammar::REQUEST.members();
const STATE: [&str; 2] = grammar::STATE.members();
const KEY: [&str; 2] = grammar::KEY.members();

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

/// XML bytes in the making.
pub(crate) struct Out(Vec<u8>);

impl Out {
    pub(crate) fn new(room: usize) -> Self {
        Self(Vec::with_capacity(room))
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    /// A whole `TransactionSet`.
    pub(crate) fn set(&mut self, set: &SetParts<'_>, transactions: impl FnOnce(&mut Self) -> Written) -> Written {
        self.root(grammar::SET.name);
        self.optional(SET[0], set.description)?;
        self.flag(SET[2], set.ignore_disabled);
        self.leaf(SET[3], set.name)?;
        self.optional(SET[4], set.parameters)?;
        self.optional(SET[5], set.query)?;
        self.optional(SET[6], set.split_method)?;
        if set.is_empty {
            self.parts(&["<", SET[7], "/>"]);
        } else {
            self.wrap(SET[7], transactions)?;
        }
        self.flag(SET[8], set.codes);
        self.close(grammar::SET.name);
        Ok(())
    }

    /// A `Transaction`.
    pub(crate) fn transaction(&mut self, status: &str, elements: impl FnOnce(&mut Self) -> Written) -> Written {
        self.open(grammar::TRANSACTION.name);
        self.wrap(TRANSACTION[0], elements)?;
        self.leaf(TRANSACTION[2], status)?;
        self.close(grammar::TRANSACTION.name);
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
        self.open(grammar::ELEMENT.name);
        self.optional(ELEMENT[0], business_object).map_err(|error| error.in_element(name))?;
        let mut keys = keys.peekable();
        if keys.peek().is_some() {
            self.parts(&["<", ELEMENT[1], " xmlns:a=\"", ARRAYS, "\">"]);
            keys.try_for_each(|key| self.leaf("a:string", key)).map_err(|error| error.in_element(name))?;
            self.close(ELEMENT[1]);
        } else {
            self.parts(&["<", ELEMENT[1], "/>"]);
        }
        self.leaf(ELEMENT[2], name).map_err(|error| error.in_element(name))?;
        self.wrap(ELEMENT[3], rows).map_err(|error| error.in_element(name))?;
        if !kind.is_empty() {
            self.leaf(ELEMENT[4], kind).map_err(|error| error.in_element(name))?;
        }
        self.close(grammar::ELEMENT.name);
        Ok(())
    }

    /// A `Row`.
    pub(crate) fn row(&mut self, edits: impl FnOnce(&mut Self) -> Written) -> Written {
        self.open(grammar::ROW.name);
        self.wrap(ROW[0], edits)?;
        self.close(grammar::ROW.name);
        Ok(())
    }

    /// An `Edit`.
    pub(crate) fn edit(&mut self, name: &str, value: &str, ignore_if_empty: bool) -> Written {
        self.open(grammar::EDIT.name);
        if ignore_if_empty {
            self.flag(EDIT[0], true);
        }
        self.leaf(EDIT[1], name).and_then(|()| self.leaf(EDIT[2], value)).map_err(|error| error.in_field(name))?;
        self.close(grammar::EDIT.name);
        Ok(())
    }

    /// A whole `TransactionStateRequest`.
    pub(crate) fn request(&mut self, service: &str, states: impl FnOnce(&mut Self) -> Written) -> Written {
        self.root(grammar::REQUEST.name);
        self.leaf(REQUEST[0], service)?;
        self.wrap(REQUEST[1], states)?;
        self.close(grammar::REQUEST.name);
        Ok(())
    }

    /// A `TransactionState`. Its keys have values, and are in P21's namespace.
    pub(crate) fn state<'k>(&mut self, element: &str, keys: impl Iterator<Item = (&'k str, &'k str)>) -> Written {
        self.open(grammar::STATE.name);
        self.leaf(STATE[0], element).map_err(|error| error.in_element(element))?;
        self.open(STATE[1]);
        for (name, value) in keys {
            self.open(grammar::KEY.name);
            let written = self.leaf(KEY[0], name).and_then(|()| self.leaf(KEY[1], value));
            written.map_err(|error| error.in_field(name).in_element(element))?;
            self.close(grammar::KEY.name);
        }
        self.close(STATE[1]);
        self.close(grammar::STATE.name);
        Ok(())
    }

    fn root(&mut self, name: &str) {
        self.parts(&["<", name, " xmlns=\"", CONTRACT, "\">"]);
    }

    fn wrap(&mut self, name: &str, content: impl FnOnce(&mut Self) -> Written) -> Written {
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

    fn leaf(&mut self, name: &str, text: &str) -> Written {
        self.open(name);
        self.text(text)?;
        // `a:string` closes as it opened.
        self.close(name);
        Ok(())
    }

    fn optional(&mut self, name: &str, text: Option<&str>) -> Written {
        text.map_or(Ok(()), |text| self.leaf(name, text))
    }

    fn text(&mut self, text: &str) -> Written {
        let mut clean_from = 0;
        for (at, c) in text.char_indices() {
            let reference = match c {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                // Readers turn a bare one into a line feed.
                '\r' => "&#13;",
                '\t' | '\n' => continue,
                c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {
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
