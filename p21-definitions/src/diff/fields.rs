//! Fields.

use std::collections::{BTreeMap, BTreeSet};

use p21_model::definition::{DataType, ElementDefinition, FieldDefinition};

use super::elements::moved;
use super::{Change, Compared, Place};

/// The column behind a field, as it can be compared.
pub(super) fn column(field: &FieldDefinition) -> Option<String> {
    let column = field.db_column.as_deref()?.trim().to_lowercase();
    (!column.is_empty()).then_some(column)
}

/// A field in a few words.
pub(super) fn describe(field: &FieldDefinition) -> String {
    let mut text = data_type(field).to_owned();
    if let Some(column) = column(field) {
        text += &format!(", column {column}");
    }
    if field.required {
        text += ", required";
    }
    text
}

fn data_type(field: &FieldDefinition) -> &str {
    field.data_type.as_ref().map_or("computed", DataType::as_str)
}

/// Fields that are called otherwise now, old name to new: the same column, and nothing else of the element has it.
pub(super) fn renamed<'a>(old: &'a ElementDefinition, new: &'a ElementDefinition) -> BTreeMap<&'a str, &'a str> {
    let of = |this: &'a ElementDefinition, other: &ElementDefinition| -> BTreeMap<String, Vec<&'a str>> {
        let mut columns: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for field in this.fields.iter().filter(|field| other.field(&field.name).is_none()) {
            if let Some(column) = column(field) {
                columns.entry(column).or_default().push(&field.name);
            }
        }
        columns
    };
    let added = of(new, old);
    let pairs =
        of(old, new).into_iter().filter_map(|(column, before)| match (&before[..], added.get(&column)?.as_slice()) {
            ([before], [after]) => Some((*before, *after)),
            _ => None,
        });
    pairs.collect()
}

pub(super) fn compare(
    old: &ElementDefinition,
    new: &ElementDefinition,
    renamed: &BTreeMap<&str, &str>,
    place: Place<'_>,
    changes: &mut Vec<Change>,
    compared: &mut Compared,
) {
    let now: BTreeMap<&str, &FieldDefinition> = new.fields.iter().map(|field| (field.name.as_str(), field)).collect();
    let mut common = Vec::new();
    for before in &old.fields {
        let name = renamed.get(before.name.as_str()).copied().unwrap_or(&before.name);
        let Some(after) = now.get(name) else {
            let rule = if before.required { "required-field-removed" } else { "field-removed" };
            changes.push(Change::new(rule, &place.field(&before.name), describe(before), ""));
            continue;
        };
        common.push(name);
        field(before, after, place.field(name), changes, compared);
    }
    let known: BTreeSet<&str> = common.iter().copied().collect();
    for after in new.fields.iter().filter(|field| !known.contains(field.name.as_str())) {
        let rule = if after.required { "required-field-added" } else { "field-added" };
        changes.push(Change::new(rule, &place.field(&after.name), "", describe(after)));
    }
    let order: Vec<&str> =
        new.fields.iter().map(|field| field.name.as_str()).filter(|name| known.contains(name)).collect();
    if let Some((before, after)) = moved(&common, &order) {
        changes.push(Change::new("field-order", &place, before, after));
    }
}

fn field(
    old: &FieldDefinition,
    new: &FieldDefinition,
    place: Place<'_>,
    changes: &mut Vec<Change>,
    compared: &mut Compared,
) {
    let mut add = |rule: &'static str, before: &str, after: &str| {
        if before != after {
            changes.push(Change::new(rule, &place, before, after));
        }
    };
    add("field-renamed", &old.name, &new.name);
    let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    add("field-label", &text(&old.label), &text(&new.label));
    let is_type = old.data_type != new.data_type;
    match (&old.data_type, &new.data_type) {
        (None, Some(_)) => add("field-became-writable", data_type(old), data_type(new)),
        (Some(_), None) => add("field-became-computed", data_type(old), data_type(new)),
        (Some(before), Some(after)) if is_type => {
            let rule = match (holds(after, before), holds(before, after)) {
                (true, true) => "field-number",
                (true, false) => "field-type-widened",
                (false, true) => "field-type-narrowed",
                (false, false) => "field-type",
            };
            add(rule, before.as_str(), after.as_str());
        }
        _ => {}
    }
    // What P21 only shows has no column, and that it has none is told already.
    if old.data_type.is_some() && new.data_type.is_some() {
        add("field-column", &column(old).unwrap_or_default(), &column(new).unwrap_or_default());
    }
    let required = |field: &FieldDefinition| if field.required { "required" } else { "optional" };
    let rule = if new.required { "field-became-required" } else { "field-became-optional" };
    add(rule, required(old), required(new));
    values(old, new, place, changes, compared);
}

/// Whether a type holds every value of another.
fn holds(wide: &DataType, narrow: &DataType) -> bool {
    use DataType::{Char, Decimal, Long, Number};
    matches!((wide, narrow), (Char, _) | (Decimal | Number, Decimal | Number | Long)) || wide == narrow
}

fn values(
    old: &FieldDefinition,
    new: &FieldDefinition,
    place: Place<'_>,
    changes: &mut Vec<Change>,
    compared: &mut Compared,
) {
    if old.redacted || new.redacted {
        compared.redacted += 1;
        return;
    }
    let listed = |values: &Option<Vec<String>>| values.clone().filter(|values| !values.is_empty());
    let (before, after) = match (listed(&old.valid_values), listed(&new.valid_values)) {
        (None, None) => return,
        (None, Some(after)) => return changes.push(Change::new("values-listed", &place, "", after.join(", "))),
        (Some(before), None) => return changes.push(Change::new("values-freed", &place, before.join(", "), "")),
        (Some(before), Some(after)) => (before, after),
    };
    let lacks = |values: &[String], value: &String| !values.contains(value);
    for value in after.iter().filter(|value| lacks(&before, value)) {
        changes.push(Change::new("value-added", &place, "", value.as_str()));
    }
    for value in before.iter().filter(|value| lacks(&after, value)) {
        changes.push(Change::new("value-removed", &place, value.as_str(), ""));
    }
    let common = |values: &[String], other: &[String]| -> Vec<String> {
        values.iter().filter(|value| other.contains(value)).cloned().collect()
    };
    let (kept, order) = (common(&before, &after), common(&after, &before));
    let (kept, order): (Vec<&str>, Vec<&str>) =
        (kept.iter().map(String::as_str).collect(), order.iter().map(String::as_str).collect());
    if kept.len() == order.len()
        && let Some((before, after)) = moved(&kept, &order)
    {
        changes.push(Change::new("value-order", &place, before, after));
    }
}
