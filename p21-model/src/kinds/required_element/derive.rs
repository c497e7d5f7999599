//! What a derive says of elements that are missing.

use crate::derive::check::{MemberUse, items, text};
use crate::derive::message::Message;
use crate::facts::schema::{ElementSchema, Occasion, RuleKind};

#[track_caller]
pub(in crate::derive::check) const fn required(members: &[MemberUse], schema: &'static ElementSchema) {
    let rules = items(&schema.rules);
    let mut at = 0;
    while at < rules.len() {
        if let RuleKind::RequiredElement { on: Occasion::Create | Occasion::Always, .. } = &rules[at].kind
            && !contains(members, schema)
        {
            Message::new()
                .text("a new record needs a row of ")
                .code(text(&schema.name))
                .why(&rules[at].why)
                .mend()
                .text("add a field for it, or mark the first struct `edit` if the record exists")
                .fail();
        }
        at += 1;
    }
}

const fn contains(members: &[MemberUse], schema: &ElementSchema) -> bool {
    let mut at = 0;
    while at < members.len() {
        if let Some(other) = members[at].declared.schema
            && other.index == schema.index
        {
            return true;
        }
        at += 1;
    }
    false
}
