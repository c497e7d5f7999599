//! Rules of elements.

use super::*;

/// A rule.
pub const fn rule(kind: RuleKind, why: Reason) -> ElementRule {
    ElementRule { kind, why: why.get() }
}

/// Places in an order: all their fields, and where each place ends among them.
pub const fn places(fields: &'static [u16], ends: &'static [u16]) -> Places {
    Places::new(fields, ends)
}

/// [`RuleKind::Order`].
pub const fn order(first: Places, then: &'static [u16], effect: Effect, message: &'static str) -> RuleKind {
    RuleKind::Order { first, then: indexes(then), effect, message: s(message) }
}

/// [`RuleKind::Choice`].
pub const fn choice(field: u16, value: &'static str, wants: &'static [u16], forbids: &'static [u16]) -> RuleKind {
    RuleKind::Choice { field, value: s(value), wants: indexes(wants), forbids: indexes(forbids) }
}

/// [`RuleKind::Required`].
pub const fn required(fields: &'static [u16], on: Occasion, message: &'static str, unless: &'static [u16]) -> RuleKind {
    RuleKind::Required { fields: indexes(fields), on, message: s(message), unless: indexes(unless) }
}

/// [`RuleKind::Optional`].
pub const fn optional(fields: &'static [u16]) -> RuleKind {
    RuleKind::Optional { fields: indexes(fields) }
}

/// [`RuleKind::RequiredElement`].
pub const fn required_element(on: Occasion, message: &'static str) -> RuleKind {
    RuleKind::RequiredElement { on, message: s(message) }
}

/// [`RuleKind::Disabled`].
pub const fn disabled(
    fields: &'static [u16],
    when: When,
    ignore_disabled: IgnoreDisabled,
    message: &'static str,
) -> RuleKind {
    RuleKind::Disabled { fields: indexes(fields), when, ignore_disabled, message: s(message) }
}

/// [`RuleKind::Assigned`] a new number a record.
pub const fn numbered(field: u16, start: u64) -> RuleKind {
    RuleKind::Assigned { field, how: Numbering::Number { start } }
}

/// [`RuleKind::Assigned`] a number within the parent record.
pub const fn line_numbered(field: u16, width: u8) -> RuleKind {
    RuleKind::Assigned { field, how: Numbering::Line { width } }
}

/// [`RuleKind::Default`].
pub const fn default(field: u16, value: &'static str) -> RuleKind {
    RuleKind::Default { field, value: s(value) }
}

/// [`RuleKind::Tiers`].
pub const fn tiers(values: &'static [u16], breaks: &'static [u16], zero_first: bool) -> RuleKind {
    RuleKind::Tiers { values: indexes(values), breaks: indexes(breaks), zero_first }
}

/// [`RuleKind::Format`].
pub const fn format(fields: &'static [u16], form: TextForm) -> RuleKind {
    RuleKind::Format { fields: indexes(fields), form }
}

/// [`RuleKind::CreatedOnce`].
pub const fn created_once(message: &'static str) -> RuleKind {
    RuleKind::CreatedOnce { message: s(message) }
}

/// [`RuleKind::Dates`].
pub const fn dates(earlier: u16, later: u16, strict: bool, message: &'static str) -> RuleKind {
    RuleKind::Dates { earlier, later, strict, message: s(message) }
}

/// [`RuleKind::Today`].
pub const fn today(field: u16, message: &'static str) -> RuleKind {
    RuleKind::Today { field, message: s(message) }
}

/// [`RuleKind::Ascending`].
pub const fn ascending(field: u16, message: &'static str) -> RuleKind {
    RuleKind::Ascending { field, message: s(message) }
}

/// [`RuleKind::Primary`].
pub const fn primary(field: u16, value: &'static str, message: &'static str) -> RuleKind {
    RuleKind::Primary { field, value: s(value), message: s(message) }
}

/// [`RuleKind::Either`].
pub const fn either(one: &'static [u16], other: &'static [u16]) -> RuleKind {
    RuleKind::Either { one: indexes(one), other: indexes(other) }
}

/// [`RuleKind::NoKey`].
pub const fn no_key(fields: &'static [u16]) -> RuleKind {
    RuleKind::NoKey { fields: indexes(fields) }
}

/// [`RuleKind::Repeats`].
pub const fn repeats(parent: u16, fields: &'static [u16], of: &'static [u16]) -> RuleKind {
    RuleKind::Repeats { parent, fields: indexes(fields), of: indexes(of) }
}

/// [`RuleKind::Bounded`].
pub const fn bounded(ranges: Places) -> RuleKind {
    RuleKind::Bounded { ranges }
}

/// [`RuleKind::Reference`].
pub const fn reference(
    fields: &'static [u16],
    tables: &'static [&'static str],
    at: Option<(u16, u16)>,
    with: Option<(&'static str, &'static str)>,
    message: &'static str,
) -> RuleKind {
    let with = match with {
        Some((column, value)) => Some((s(column), s(value))),
        None => None,
    };
    RuleKind::Reference { fields: indexes(fields), tables: Labels::Static(tables), at, with, message: s(message) }
}

/// [`RuleKind::Length`].
pub const fn length(fields: &'static [u16], max: u16) -> RuleKind {
    RuleKind::Length { fields: indexes(fields), max }
}

/// [`RuleKind::Prompt`].
pub const fn prompt(field: u16, value: &'static str) -> RuleKind {
    RuleKind::Prompt { field, value: s(value) }
}

/// [`RuleKind::OneInsert`].
pub const fn one_insert(message: &'static str) -> RuleKind {
    RuleKind::OneInsert { message: s(message) }
}

/// [`RuleKind::Note`].
pub const fn note(fields: &'static [u16]) -> RuleKind {
    RuleKind::Note { fields: indexes(fields) }
}
