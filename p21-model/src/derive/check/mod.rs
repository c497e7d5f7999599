//! What is wrong with a struct, found while it compiles.
//!
//! Everything here reads the static schemas of generated bindings in constants. A check that fails stops the compiler
//! with a message on the token whose span the derive gave to the call: hence `#[track_caller]` throughout.

mod label;
mod row;
mod transaction;

// What a derive says about a kind of rule lies beside how it is spelt.
#[path = "../../kinds/disabled/derive.rs"]
mod disabled;
#[path = "../../kinds/no_key/derive.rs"]
mod no_key;
#[path = "../../kinds/order/derive.rs"]
mod order;
#[path = "../../kinds/required/derive.rs"]
mod required;
#[path = "../../kinds/required_element/derive.rs"]
mod required_element;
#[path = "../../kinds/sequence/derive.rs"]
mod sequence;

pub use label::check_label;
pub use transaction::{MemberUse, check_transaction};

use super::message::Message;
use crate::facts::schema::{ElementSchema, List, Str, Why};
use crate::rows::row::Field;

/// What a struct says about a row: what the checks look at.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    pub(super) schema: Option<&'static ElementSchema>,
    fields: &'static [FieldUse],
    edit: bool,
}

impl Declared {
    /// What a struct declares.
    pub const fn new(schema: &'static ElementSchema, fields: &'static [FieldUse], edit: bool) -> Self {
        Self { schema: Some(schema), fields, edit }
    }

    /// What a struct declares whose derive failed: nothing, so that nothing is wrong with it.
    pub const fn unknown() -> Self {
        Self { schema: None, fields: &[], edit: true }
    }

    /// Whether a field is sent.
    const fn sends(&self, field: u16) -> bool {
        let mut at = 0;
        while at < self.fields.len() {
            if self.fields[at].index == field && self.fields[at].sent {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// A field as a struct declares it.
#[derive(Debug, Clone, Copy)]
pub struct FieldUse {
    index: u16,
    sent: bool,
    optional: bool,
    key: bool,
}

impl FieldUse {
    /// A field that is always sent.
    pub const fn new<E, T>(field: Field<E, T>) -> Self {
        Self { index: field.index(), sent: true, optional: false, key: false }
    }

    /// The same, but it may be left out.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The same, but it is only read.
    #[must_use]
    pub const fn read_only(self) -> Self {
        Self { sent: false, ..self }
    }

    /// The same, as a key.
    #[must_use]
    pub const fn key(self) -> Self {
        Self { key: true, ..self }
    }
}

impl Message {
    /// What P21 would do and how that is known, on a line of their own.
    const fn why(self, why: &'static Why) -> Self {
        let consequence = text(&why.consequence);
        if consequence.is_empty() {
            return self;
        }
        self.text("\n").text(without_dot(consequence)).text(" (").text(text(&why.evidence)).text(")")
    }

    /// How to mend it, on a line of its own.
    const fn mend(self) -> Self {
        self.text("\nmend: ")
    }
}

const fn text(text: &'static Str) -> &'static str {
    match text {
        Str::Borrowed(text) => text,
        Str::Owned(text) => text.as_str(),
    }
}

const fn items<T>(list: &'static List<T>) -> &'static [T] {
    match list {
        List::Static(items) => items,
        List::Owned(items) => items.as_slice(),
    }
}

const fn name(schema: &'static ElementSchema, index: u16) -> &'static str {
    schema.fields.known(index).0
}

const fn has(indexes: &[u16], index: u16) -> bool {
    let mut at = 0;
    while at < indexes.len() {
        if indexes[at] == index {
            return true;
        }
        at += 1;
    }
    false
}

const fn without_dot(sentence: &str) -> &str {
    match sentence.as_bytes() {
        [.., b'.'] => sentence.split_at(sentence.len() - 1).0,
        _ => sentence,
    }
}
