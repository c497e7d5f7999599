//! What a derive says of elements in another order.

use crate::derive::check::{has, items, text};
use crate::derive::message::Message;
use crate::facts::schema::{ElementSchema, Sequence};

/// `earlier` is declared before `later`; whether P21 takes them in that order.
#[track_caller]
pub(in crate::derive::check) const fn in_order(
    earlier: &'static ElementSchema,
    later: &'static ElementSchema,
    sequence: &'static Sequence,
) {
    let broken = match (place(sequence, earlier), place(sequence, later)) {
        (Some(before), Some(after)) => before > after,
        (Some(_), None) => has(items(&sequence.last), earlier.index),
        (None, _) => false,
    };
    if broken {
        Message::new()
            .code(text(&later.name))
            .text(" comes after ")
            .code(text(&earlier.name))
            .why(&sequence.why)
            .mend()
            .text("move this field above that of ")
            .code(text(&earlier.name))
            .fail();
    }
}

const fn place(sequence: &'static Sequence, schema: &ElementSchema) -> Option<usize> {
    let elements = items(&sequence.elements);
    let mut at = 0;
    while at < elements.len() {
        if elements[at] == schema.index {
            return Some(at);
        }
        at += 1;
    }
    None
}
