//! What shows a rule that holds on one version only: a payload that meets it, where that can be made up from the rule.

use p21_definitions::diff::Change;
use p21_model::schema::{Effect, ElementRule, ElementSchema, RuleKind, ServiceSchema, Why};

use super::Target;
use super::draft::Wanted;
use crate::diff::side::Input;

/// What a payload has to have for the rule to show; one of them does, if any.
pub(super) fn targets(change: &Change, old: &Input, new: &Input) -> Result<Vec<Target>, String> {
    // The side on which it holds has it; one that lacks the service has the rules of the other one.
    let holds = if change.after.is_empty() { old } else { new };
    let Some(schema) = schema(change, holds, new).or_else(|| schema(change, holds, old)) else {
        return Err("the definition can't be read with its rules".to_owned());
    };
    let mut why = "the rule is of no element that the definition has".to_owned();
    for element in schema.elements.iter() {
        for rule in element.rules.iter().filter(|rule| is_of(change, &rule.why)) {
            match of_rule(element, rule) {
                Ok(targets) => return Ok(targets),
                Err(because) => why = because,
            }
        }
    }
    Err(why)
}

/// The service as the side has it on which the rule holds, its definition from that side or another.
pub(super) fn schema(change: &Change, holds: &Input, from: &Input) -> Option<ServiceSchema> {
    let source = from.definitions.source(&change.service).ok()?;
    let compiled = source.compile(from.definitions.any()).ok()?;
    Some(compiled.schema.at(holds.side.version()).into_owned())
}

/// Whether a change tells of this rule.
fn is_of(change: &Change, why: &Why) -> bool {
    let told = format!("{} ({}; versions {})", why.consequence, why.evidence, why.versions);
    change.why.as_deref() == Some(told.as_str())
}

fn of_rule(element: &ElementSchema, rule: &ElementRule) -> Result<Vec<Target>, String> {
    let name = |field: u16| element.fields[usize::from(field)].name.to_string();
    let target = |field: u16, wanted: Wanted| Target { element: element.name.to_string(), field: name(field), wanted };
    match &rule.kind {
        RuleKind::Order { first, then, effect: Effect::Clears, .. } => {
            let first = first.iter().last().and_then(|place| place.first().copied());
            match (first, then.first()) {
                (Some(first), Some(then)) => Ok(vec![target(*then, Wanted::Order { first: name(first) })]),
                _ => Err("the rule names no two fields".to_owned()),
            }
        }
        RuleKind::Order { effect: Effect::Unknown, .. } => {
            Err("the order is known, and not what P21 does with another one, so that the sandbox does nothing"
                .to_owned())
        }
        RuleKind::Order { .. } => Err("P21 refuses the other order, and says so: nothing is stored".to_owned()),
        RuleKind::Default { field, .. } => Ok(vec![target(*field, Wanted::Without)]),
        // In place of what was sent, or of what was not.
        RuleKind::Assigned { field, .. } => Ok(vec![target(*field, Wanted::Value), target(*field, Wanted::Without)]),
        _ => Err("nobody knows how to show a rule of this kind".to_owned()),
    }
}
