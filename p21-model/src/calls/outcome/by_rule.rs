//! A text of P21's that a rule has: it is about the rule's field.

use std::collections::BTreeSet;

use super::message::at_row;
use crate::facts::schema::{ElementSchema, Elsewhere, FieldSchema, RuleKind, ServiceSchema};
use crate::wire::sentences::{gaps, parts};

/// A text with fewer letters of its own says nothing.
const LEAST: usize = 12;

/// The element and field of the one rule that has this text; of several the text doesn't tell which. Rules of all versions
/// count: P21's words hardly change. `known` is the element that P21 names.
pub(super) fn of<'s>(
    text: &str,
    known: Option<&ElementSchema>,
    schema: &'s ServiceSchema,
) -> Option<(&'s ElementSchema, Option<&'s FieldSchema>)> {
    let elsewhere = schema.elsewhere.iter().filter_map(|other| match other {
        Elsewhere::Rule { element, rule } => Some((*element, &rule.kind)),
        _ => None,
    });
    let own = schema.elements.iter().flat_map(|element| element.rules.iter().map(|rule| (element.index, &rule.kind)));
    let mut found: BTreeSet<(u16, Option<u16>)> = BTreeSet::new();
    for (index, rule) in own.chain(elsewhere).filter(|(index, _)| known.is_none_or(|known| known.index == *index)) {
        let Some(element) = schema.elements.get(usize::from(index)) else { continue };
        let (message, fields) = said(rule);
        let is_it = |field: Option<u16>| is_said(text, message, element, field);
        if fields.is_empty() && is_it(None) {
            found.insert((index, None));
        }
        found.extend(fields.iter().map(|field| (index, Some(*field))).filter(|(_, field)| is_it(*field)));
    }
    // An element that is missing as a whole is missed by a field of it.
    let is_told_by_field = found.iter().any(|(_, field)| field.is_some());
    let mut found = found.into_iter().filter(|(_, field)| field.is_some() || !is_told_by_field);
    let (element, field) = found.next()?;
    let element = schema.elements.get(usize::from(element)).filter(|_| found.next().is_none())?;
    Some((element, field.and_then(|field| element.fields.get(usize::from(field)))))
}

/// What P21 says where the rule is broken, and of which fields; no fields where it is about the whole element.
fn said(rule: &RuleKind) -> (&str, &[u16]) {
    match rule {
        RuleKind::Order { then, message, .. } => (message, then),
        RuleKind::Required { fields, message, .. }
        | RuleKind::Disabled { fields, message, .. }
        | RuleKind::Reference { fields, message, .. } => (message, fields),
        RuleKind::Dates { later, message, .. } => (message, std::slice::from_ref(later)),
        RuleKind::Today { field, message }
        | RuleKind::Ascending { field, message }
        | RuleKind::Primary { field, message, .. } => (message, std::slice::from_ref(field)),
        RuleKind::RequiredElement { message, .. }
        | RuleKind::CreatedOnce { message }
        | RuleKind::OneInsert { message } => (message, &[]),
        RuleKind::Choice { .. }
        | RuleKind::Optional { .. }
        | RuleKind::Assigned { .. }
        | RuleKind::Default { .. }
        | RuleKind::Tiers { .. }
        | RuleKind::Format { .. }
        | RuleKind::Either { .. }
        | RuleKind::Length { .. }
        | RuleKind::Prompt { .. }
        | RuleKind::NoKey { .. }
        | RuleKind::Repeats { .. }
        | RuleKind::Bounded { .. }
        | RuleKind::Note { .. } => ("", &[]),
    }
}

/// Whether a text is a rule's, with the names of this field in it.
fn is_said(text: &str, message: &str, element: &ElementSchema, field: Option<u16>) -> bool {
    let field = field.and_then(|field| element.fields.get(usize::from(field)));
    let name = field.map_or("", |field| &field.name);
    let label = field.map_or("", FieldSchema::caption);
    // Which row it is differs.
    let message = at_row(message).map_or(message, |(before, _)| before);
    let filled = message.replace("{field}", name).replace("{label}", label).replace("{page}", element.caption());
    // Whatever else P21 fills in may be anything.
    parts(&filled).map(|(_, words)| words.trim().len()).sum::<usize>() >= LEAST && gaps(&filled, text).is_some()
}
