//! Why a derive wants a field.

use crate::derive::check::{has, items};
use crate::derive::message::Message;
use crate::facts::schema::{ElementSchema, Occasion, RuleKind};

/// Adds why a field is required.
pub(in crate::derive::check) const fn required_why(
    message: Message,
    schema: &'static ElementSchema,
    index: u16,
) -> Message {
    let rules = items(&schema.rules);
    let mut at = 0;
    while at < rules.len() {
        if let RuleKind::Required { fields, on: Occasion::Create | Occasion::Always, .. } = &rules[at].kind
            && has(items(fields), index)
        {
            return message.why(&rules[at].why);
        }
        at += 1;
    }
    message.text("\nP21 refuses the transaction")
}
