//! Services and elements.

use std::collections::BTreeSet;

use p21_model::definition::{ElementDefinition, ElementKind, ServiceDefinition};

use super::fields::{self, column};
use super::{Change, Compared, Place};

/// Of an element that is called otherwise now, at least this many of ten columns are the same.
const ALIKE: usize = 8;

/// What differs in a service.
pub(super) fn compare(
    old: &ServiceDefinition,
    new: &ServiceDefinition,
    changes: &mut Vec<Change>,
    compared: &mut Compared,
) {
    let place = Place::service(&new.name);
    record_keys(old, new, place, changes);
    let pairs = pairs(old, new);
    for (before, after) in &pairs {
        match (before, after) {
            (Some(before), Some(after)) => element(before, after, place, changes, compared),
            (Some(before), None) => alone("element-removed", "field-removed", before, place, changes),
            (None, Some(after)) => alone("element-added", "field-added", after, place, changes),
            (None, None) => {}
        }
    }
    let common: Vec<(&str, &str)> = pairs
        .iter()
        .filter_map(|(before, after)| Some((before.as_ref()?.name.as_str(), after.as_ref()?.name.as_str())))
        .collect();
    let old_order: Vec<&str> = common.iter().map(|(_, now)| *now).collect();
    let known: BTreeSet<&str> = old_order.iter().copied().collect();
    let order: Vec<&str> =
        new.elements.iter().map(|element| element.name.as_str()).filter(|name| known.contains(name)).collect();
    if let Some((before, after)) = moved(&old_order, &order) {
        changes.push(Change::new("element-order", &place, before, after));
    }
}

/// Elements of both sides, side by side: by name, and those that are called otherwise by what they are.
fn pairs<'a>(
    old: &'a ServiceDefinition,
    new: &'a ServiceDefinition,
) -> Vec<(Option<&'a ElementDefinition>, Option<&'a ElementDefinition>)> {
    let mut left: Vec<&ElementDefinition> =
        new.elements.iter().filter(|element| old.element(&element.name).is_none()).collect();
    let mut pairs = Vec::new();
    for before in &old.elements {
        let after = new.element(&before.name).or_else(|| {
            let at = left.iter().position(|after| is_same(before, after))?;
            Some(left.remove(at))
        });
        pairs.push((Some(before), after));
    }
    pairs.extend(left.into_iter().map(|after| (None, Some(after))));
    pairs
}

/// Whether an element is another one under a new name: a datawindow that has the same columns.
fn is_same(old: &ElementDefinition, new: &ElementDefinition) -> bool {
    let of = |element: &ElementDefinition| -> BTreeSet<String> { element.fields.iter().filter_map(column).collect() };
    let (before, after) = (of(old), of(new));
    let common = before.intersection(&after).count();
    let about = old.datawindow == new.datawindow || old.business_object == new.business_object;
    about && common > 0 && common * 10 >= before.len().max(after.len()) * ALIKE
}

/// An element that only one side has; its fields are told with it.
fn alone(
    whole: &'static str,
    part: &'static str,
    element: &ElementDefinition,
    place: Place<'_>,
    changes: &mut Vec<Change>,
) {
    let place = place.element(&element.name);
    let sides =
        |rule: &str, text: String| if rule.ends_with("added") { (String::new(), text) } else { (text, String::new()) };
    let (before, after) = sides(whole, format!("{}, {} fields", element.kind.as_str(), element.fields.len()));
    changes.push(Change::new(whole, &place, before, after));
    for field in &element.fields {
        let (before, after) = sides(part, fields::describe(field));
        changes.push(Change { is_part: true, ..Change::new(part, &place.field(&field.name), before, after) });
    }
}

fn element(
    old: &ElementDefinition,
    new: &ElementDefinition,
    place: Place<'_>,
    changes: &mut Vec<Change>,
    compared: &mut Compared,
) {
    let place = place.element(&new.name);
    let mut add = |rule: &'static str, before: &str, after: &str| {
        if before != after {
            changes.push(Change::new(rule, &place, before, after));
        }
    };
    add("element-renamed", &old.name, &new.name);
    let rows = if new.kind == ElementKind::List { "element-became-list" } else { "element-became-form" };
    add(rows, old.kind.as_str(), new.kind.as_str());
    let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    add("element-tab", &text(&old.parent_text), &text(&new.parent_text));
    add("element-datawindow", &text(&old.datawindow), &text(&new.datawindow));
    add("element-table", &text(&old.business_object), &text(&new.business_object));
    let renamed = fields::renamed(old, new);
    // A key that is called otherwise is the same key.
    let keys: Vec<&str> = old.key_fields.iter().map(|key| renamed.get(key.as_str()).copied().unwrap_or(key)).collect();
    for key in &new.key_fields {
        if !keys.contains(&key.as_str()) {
            changes.push(Change::new(
                "element-key-added",
                &place.field(key),
                keys.join(", "),
                new.key_fields.join(", "),
            ));
        }
    }
    for key in keys.iter().filter(|key| !new.key_fields.iter().any(|now| now == *key)) {
        changes.push(Change::new("element-key-removed", &place.field(key), keys.join(", "), new.key_fields.join(", ")));
    }
    let order: Vec<&str> = new.key_fields.iter().map(String::as_str).collect();
    if order != keys && order.iter().collect::<BTreeSet<_>>() == keys.iter().collect::<BTreeSet<_>>() {
        changes.push(Change::new("element-key-order", &place, keys.join(", "), order.join(", ")));
    }
    fields::compare(old, new, &renamed, place, changes, compared);
}

fn record_keys(old: &ServiceDefinition, new: &ServiceDefinition, place: Place<'_>, changes: &mut Vec<Change>) {
    let of = |service: &ServiceDefinition| -> Vec<String> {
        service.keys.iter().map(|key| format!("{}.{}", key.location, key.name)).collect()
    };
    let (before, after) = (of(old), of(new));
    for key in after.iter().filter(|key| !before.contains(key)) {
        changes.push(Change::new("record-key-added", &place.field(key), before.join(", "), after.join(", ")));
    }
    for key in before.iter().filter(|key| !after.contains(key)) {
        changes.push(Change::new("record-key-removed", &place.field(key), before.join(", "), after.join(", ")));
    }
}

/// What moved, of names that both sides have: the fewest that have to, with what each comes after.
pub(super) fn moved(old: &[&str], new: &[&str]) -> Option<(String, String)> {
    if old == new {
        return None;
    }
    // The longest run of names that kept their order stays; the others moved.
    let places: Vec<usize> = new.iter().filter_map(|name| old.iter().position(|before| before == name)).collect();
    let stays = longest_ascending(&places);
    let moved: Vec<&str> =
        new.iter().enumerate().filter(|(at, _)| !stays.contains(at)).map(|(_, name)| *name).collect();
    let says = |all: &[&str]| -> String {
        let each = moved.iter().map(|name| match all.iter().position(|other| other == name) {
            Some(0) | None => format!("{name} first"),
            Some(at) => format!("{name} after {}", all[at - 1]),
        });
        each.collect::<Vec<_>>().join("; ")
    };
    Some((says(old), says(new)))
}

/// The places of a longest ascending run.
fn longest_ascending(values: &[usize]) -> BTreeSet<usize> {
    // For each length the place of the smallest value that a run of it ends in, and for each place the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let length = ends.partition_point(|end| values[*end] < *value);
        before.push(length.checked_sub(1).map(|last| ends[last]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    std::iter::successors(ends.last().copied(), |at| before[*at]).collect()
}
