//! What a derive says of keys that change.

use crate::derive::check::{has, items};
use crate::facts::schema::{ElementRule, ElementSchema, RuleKind};

/// The rule that says that a field changes, so that it is no key.
pub(in crate::derive::check) const fn changes(
    schema: &'static ElementSchema,
    index: u16,
) -> Option<&'static ElementRule> {
    let rules = items(&schema.rules);
    let mut at = 0;
    while at < rules.len() {
        if let RuleKind::NoKey { fields } = &rules[at].kind
            && has(items(fields), index)
        {
            return Some(&rules[at]);
        }
        at += 1;
    }
    None
}
