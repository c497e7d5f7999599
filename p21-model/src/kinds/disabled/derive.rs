//! What a derive says of columns and tabs that are always disabled.

use crate::derive::check::{Declared, has, items, text};
use crate::derive::message::Message;
use crate::facts::schema::{ElementRule, ElementSchema, IgnoreDisabled, RuleKind, When};

impl Declared {
    /// A tab that is always disabled.
    #[track_caller]
    pub(in crate::derive::check) const fn tab(&self, schema: &'static ElementSchema) {
        let mut sends = false;
        let mut at = 0;
        while at < self.fields.len() {
            sends |= self.fields[at].sent;
            at += 1;
        }
        if let Some(rule) = always_disabled(schema, None)
            && sends
        {
            Message::new()
                .text("the tab of ")
                .code(text(&schema.name))
                .text(" is always disabled")
                .why(&rule.why)
                .mend()
                .text("mark its fields `#[p21(read_only)]`")
                .fail();
        }
    }
}

/// The rule that shuts a field, or the whole tab, at all times and whatever the set says.
pub(in crate::derive::check) const fn always_disabled(
    schema: &'static ElementSchema,
    index: Option<u16>,
) -> Option<&'static ElementRule> {
    let rules = items(&schema.rules);
    let mut at = 0;
    while at < rules.len() {
        if let RuleKind::Disabled { fields, when: When::Always, ignore_disabled, .. } = &rules[at].kind
            && !matches!(ignore_disabled, IgnoreDisabled::Writes)
        {
            let fields = items(fields);
            let hit = match index {
                Some(index) => has(fields, index),
                None => fields.is_empty(),
            };
            if hit {
                return Some(&rules[at]);
            }
        }
        at += 1;
    }
    None
}
