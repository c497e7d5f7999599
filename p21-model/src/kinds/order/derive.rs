//! What a derive says of fields in another order.

use crate::derive::check::{Declared, has, items, name};
use crate::derive::message::Message;
use crate::facts::schema::{Effect, ElementSchema, Places, RuleKind};

impl Declared {
    /// A field that is declared before one that P21 needs first. Rows leave in the right order all the same; but who
    /// reads the struct, or types the fields by hand, would take the order from it.
    #[track_caller]
    pub(in crate::derive::check) const fn order(&self, schema: &'static ElementSchema, at: usize) {
        let late = self.fields[at].index;
        let rules = items(&schema.rules);
        let mut number = 0;
        while number < rules.len() {
            if let RuleKind::Order { first, then, effect, .. } = &rules[number].kind
                && has(items(then), late)
            {
                let mut after = at + 1;
                while after < self.fields.len() {
                    let early = self.fields[after];
                    if early.sent && self.is_first_of_its_place(first, early.index, at) {
                        let (late, early) = (name(schema, late), name(schema, early.index));
                        let message = Message::new().code(late).text(" stands before ").code(early);
                        let message = match effect {
                            Effect::Clears => message.text(", which clears it"),
                            Effect::Refused | Effect::Disabled | Effect::Unknown => {
                                message.text(", which P21 needs first")
                            }
                        };
                        message
                            .why(&rules[number].why)
                            .mend()
                            .text("move ")
                            .code(late)
                            .text(" below ")
                            .code(early)
                            .fail();
                    }
                    after += 1;
                }
            }
            number += 1;
        }
    }

    /// Whether a field belongs to a place of which no other field stands before `at`: one of a place is enough.
    const fn is_first_of_its_place(&self, places: &'static Places, field: u16, at: usize) -> bool {
        let (fields, ends) = (items(places.fields()), items(places.ends()));
        let (mut place, mut start) = (0, 0);
        while place < ends.len() {
            let end = ends[place] as usize;
            if holds(fields, start, end, field) {
                let mut before = 0;
                while before < at && !holds(fields, start, end, self.fields[before].index) {
                    before += 1;
                }
                return before == at;
            }
            (place, start) = (place + 1, end);
        }
        false
    }
}

/// Whether a field is among those of a place.
const fn holds(fields: &[u16], start: usize, end: usize, field: u16) -> bool {
    let mut at = start;
    while at < end {
        if fields[at] == field {
            return true;
        }
        at += 1;
    }
    false
}
