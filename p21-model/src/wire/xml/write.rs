//! The writer: one method an element, each with its members in alphabetical order.

use super::{ARRAYS, CONTRACT, Problem, XmlWriteError};

/// Refuses, while this crate compiles, members that are not sorted.
const fn alphabetical<const N: usize>(names: [&'static str; N]) -> [&'static str; N] {
    let mut at = 1;
    while at < N {
        assert!(comes_before(names[at - 1], names[at]), "the members of an element must be in alphabetical order");
        at += 1;
    }
    names
}

const fn comes_before(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return a[at] < b[at];
        }
        at += 1;
    }
    a.len() < b.len()
}

const SET: [&str; 8] = alphabetical([
    "Description",
    "IgnoreDisabled",
    "Name",
    "Parameters",
    "Query",
    "TransactionSplitMethod",
    "Transactions",
    "UseCodeValues",
]);
const TRANSACTION: [&str; 2] = alphabetical(["DataElements", "Status"]);
const ELEMENT: [&str; 5] = alphabetical(["BusinessObjectName", "Keys", "Name", "Rows", "Type"]);
const ROW: [&str; 1] = alphabetical(["Edits"]);
const EDIT: [&str; 3] = alphabetical(["IgnoreIfEmpty", "Name", "Value"]);
const REQUEST: [&str; 2] = alphabetical(["ServiceName", "TransactionStates"]);
const STATE: [&str; 2] = alphabetical(["DataElementName", "Keys"]);
const KEY: [&str; 2] = alphabetical(["Name", "Value"]);

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
        self.root("TransactionSet");
        self.optional(SET[0], set.description)?;
        self.flag(SET[1], set.ignore_disabled);
        self.leaf(SET[2], set.name)?;
        self.optional(SET[3], set.parameters)?;
        self.optional(SET[4], set.query)?;
        self.optional(SET[5], set.split_method)?;
        if set.is_empty {
            self.parts(&["<", SET[6], "/>"]);
        } else {
            self.wrap(SET[6], transactions)?;
        }
        self.flag(SET[7], set.codes);
        self.close("TransactionSet");
        Ok(())
    }

    /// A `Transaction`.
    pub(crate) fn transaction(&mut self, status: &str, elements: impl FnOnce(&mut Self) -> Written) -> Written {
        self.open("Transaction");
        self.wrap(TRANSACTION[0], elements)?;
        self.leaf(TRANSACTION[1], status)?;
        self.close("Transaction");
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
        self.open("DataElement");
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
        self.close("DataElement");
        Ok(())
    }

    /// A `Row`.
    pub(crate) fn row(&mut self, edits: impl FnOnce(&mut Self) -> Written) -> Written {
        self.open("Row");
        self.wrap(ROW[0], edits)?;
        self.close("Row");
        Ok(())
    }

    /// An `Edit`.
    pub(crate) fn edit(&mut self, name: &str, value: &str, ignore_if_empty: bool) -> Written {
        self.open("Edit");
        if ignore_if_empty {
            self.flag(EDIT[0], true);
        }
        self.leaf(EDIT[1], name).and_then(|()| self.leaf(EDIT[2], value)).map_err(|error| error.in_field(name))?;
        self.close("Edit");
        Ok(())
    }

    /// A whole `TransactionStateRequest`.
    pub(crate) fn request(&mut self, service: &str, states: impl FnOnce(&mut Self) -> Written) -> Written {
        self.root("TransactionStateRequest");
        self.leaf(REQUEST[0], service)?;
        self.wrap(REQUEST[1], states)?;
        self.close("TransactionStateRequest");
        Ok(())
    }

    /// A `TransactionState`. Its keys have values, and are in P21's namespace.
    pub(crate) fn state<'k>(&mut self, element: &str, keys: impl Iterator<Item = (&'k str, &'k str)>) -> Written {
        self.open("TransactionState");
        self.leaf(STATE[0], element).map_err(|error| error.in_element(element))?;
        self.open(STATE[1]);
        for (name, value) in keys {
            self.open("Key");
            let written = self.leaf(KEY[0], name).and_then(|()| self.leaf(KEY[1], value));
            written.map_err(|error| error.in_field(name).in_element(element))?;
            self.close("Key");
        }
        self.close(STATE[1]);
        self.close("TransactionState");
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
