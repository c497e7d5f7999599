//! The struct of a transaction: the order of its elements, forms with two rows, what is missing.

use super::required_element::required;
use super::sequence::in_order;
use super::{Declared, items, text};
use crate::derive::message::Message;
use crate::facts::schema::{ElementKind, ElementSchema, Elements, Numbering, RuleKind, ServiceSchema};

/// A field of the struct of a transaction.
#[derive(Debug, Clone, Copy)]
pub struct MemberUse {
    pub(super) declared: Declared,
    many: bool,
}

impl MemberUse {
    /// A row, which may be absent.
    pub const fn one(declared: Declared) -> Self {
        Self { declared, many: false }
    }

    /// Any number of rows.
    pub const fn many(declared: Declared) -> Self {
        Self { declared, many: true }
    }

    /// A field whose type is a parameter: which element it is, isn't known yet.
    pub const fn generic() -> Self {
        Self::one(Declared::unknown())
    }

    /// Checks a field against those around it; the span is that of its name.
    ///
    /// # Panics
    /// Something is wrong with it: the compiler shows why.
    #[track_caller]
    pub const fn check(at: usize, members: &[Self], service: &'static ServiceSchema) {
        let Some(schema) = members[at].declared.schema else { return };
        if !stands_in(schema, service) {
            return;
        }
        let message = Message::new().code(text(&schema.name));
        let typed_over = "\nit is a form: P21 would type a second row over the first";
        let is_form = matches!(schema.kind, ElementKind::Form);
        if is_form && members[at].many {
            message
                .text(" has one row in a transaction")
                .text(typed_over)
                .mend()
                .text(
                    "use the struct itself or an `Option` of it, not a `Vec`; a second record is a second transaction",
                )
                .fail();
        }
        let mut before = 0;
        while before < at {
            if let Some(other) = members[before].declared.schema
                && stands_in(other, service)
            {
                if other.index == schema.index {
                    if is_form {
                        message.text(" is there twice").text(typed_over).mend().text("merge the two structs").fail();
                    }
                    keys_agree(schema, &members[before].declared, &members[at].declared);
                }
                let sequences = items(&service.sequences);
                let mut number = 0;
                while number < sequences.len() {
                    in_order(other, schema, &sequences[number]);
                    number += 1;
                }
            }
            before += 1;
        }
    }
}

/// Checks the struct as a whole; the span is that of its service.
///
/// # Panics
/// Something is wrong with it: the compiler shows why.
#[track_caller]
pub const fn check_transaction(members: &[MemberUse], service: &'static ServiceSchema) {
    let mut at = 0;
    while at < members.len() {
        if members[at].declared.schema.is_none() {
            return;
        }
        at += 1;
    }
    let Elements::Static(elements) = &service.elements else { return };
    if members.is_empty() || !creates(&members[0].declared) {
        return;
    }
    let mut at = 0;
    while at < elements.len() {
        required(members, elements[at]);
        at += 1;
    }
}

/// Whether a struct creates its record: P21 numbers the record, and the struct doesn't say the number.
const fn creates(first: &Declared) -> bool {
    let Some(schema) = first.schema else { return false };
    let rules = items(&schema.rules);
    let mut at = 0;
    while at < rules.len() {
        if let RuleKind::Assigned { field, how: Numbering::Number { .. } } = &rules[at].kind {
            return !first.edit && !first.sends(*field);
        }
        at += 1;
    }
    false
}

/// Whether an element stands alone in a service. One that does not is an error of types, which needs no second message.
const fn stands_in(schema: &'static ElementSchema, service: &'static ServiceSchema) -> bool {
    let Elements::Static(elements) = &service.elements else { return true };
    let index = schema.index as usize;
    schema.parent.is_none() && index < elements.len() && same(text(&elements[index].name), text(&schema.name))
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Rows of one element share their keys, so both structs have to set the same ones.
#[track_caller]
const fn keys_agree(schema: &'static ElementSchema, one: &Declared, other: &Declared) {
    if !has_keys_of(one, other) || !has_keys_of(other, one) {
        Message::new()
            .text("the rows of ")
            .code(text(&schema.name))
            .text(" have other keys in an earlier field")
            .text("\nan element has one set of keys, and P21 refuses a row that does not set them all")
            .mend()
            .text("mark the same fields `#[p21(key)]` in both structs")
            .fail();
    }
}

const fn has_keys_of(one: &Declared, other: &Declared) -> bool {
    let mut at = 0;
    while at < other.fields.len() {
        if other.fields[at].key {
            let mut found = false;
            let mut own = 0;
            while own < one.fields.len() {
                found |= one.fields[own].key && one.fields[own].index == other.fields[at].index;
                own += 1;
            }
            if !found {
                return false;
            }
        }
        at += 1;
    }
    true
}
