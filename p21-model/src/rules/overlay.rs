//! A site's rules on top of others: what is about the same thing is replaced, and `off` removes.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::Located;
use super::load::{Layer, RawRule};
use crate::facts::error::InputError;
use crate::kinds::{About, Kind};

/// The members that name elements.
const ELEMENTS: [&str; 10] =
    ["element", "child", "children", "parent", "elements", "last", "at_element", "list", "wants", "unlocks"];

/// The members that hold tables with such members, in the kinds that have them.
const NESTED: [(Kind, &str); 4] =
    [(Kind::Stage, "parts"), (Kind::Window, "xml"), (Kind::PopupEntry, "compare"), (Kind::Proof, "join")];

/// The aliases of all layers; those of a later one count. With more than one layer the rules name elements in full
/// afterwards, since an alias means what its own file says.
pub(super) fn aliases(layers: &mut [Layer]) -> BTreeMap<String, Located<String>> {
    let mut aliases: BTreeMap<String, Located<String>> = BTreeMap::new();
    let several = layers.len() > 1;
    for layer in layers {
        if several {
            let known: BTreeMap<String, String> =
                aliases.iter().chain(&layer.aliases).map(|(alias, of)| (alias.clone(), of.rule.clone())).collect();
            for (kind, rules) in &mut layer.rules {
                // `wants` of a choice are fields, and only lists of windows have a `list`.
                let named = if kind.is_of_windows() { &ELEMENTS[..] } else { &ELEMENTS[..ELEMENTS.len() - 3] };
                for rule in rules {
                    table_in_full(&mut rule.table, named, &known);
                    let nested = NESTED.iter().filter(|(of, _)| of == kind);
                    nested.for_each(|(_, member)| nested_in_full(rule.table.get_mut(*member), named, &known));
                }
            }
        }
        let named: BTreeSet<&String> = layer.aliases.values().map(|of| &of.rule).collect();
        aliases.retain(|_, of| !named.contains(&of.rule));
        aliases.extend(std::mem::take(&mut layer.aliases));
    }
    aliases
}

fn table_in_full(table: &mut Table, named: &[&str], known: &BTreeMap<String, String>) {
    for member in named {
        table.get_mut(*member).into_iter().for_each(|name| in_full(name, known));
    }
}

/// Names within tables, at any depth.
fn nested_in_full(value: Option<&mut Value>, named: &[&str], known: &BTreeMap<String, String>) {
    match value {
        Some(Value::Array(values)) => values.iter_mut().for_each(|value| nested_in_full(Some(value), named, known)),
        Some(Value::Table(table)) => {
            table_in_full(table, named, known);
            let tables = table.iter_mut().filter(|(member, _)| !named.contains(&member.as_str()));
            tables.for_each(|(_, value)| nested_in_full(Some(value), named, known));
        }
        _ => {}
    }
}

fn in_full(name: &mut Value, known: &BTreeMap<String, String>) {
    match name {
        Value::String(name) => {
            if let Some(full) = known.get(name.as_str()) {
                name.clone_from(full);
            }
        }
        Value::Array(names) => names.iter_mut().for_each(|name| in_full(name, known)),
        _ => {}
    }
}

/// The rules of a kind, of all layers.
pub(super) fn merge(kind: Kind, layers: &mut [Layer], notes: &mut Vec<InputError>) -> Result<Vec<RawRule>, InputError> {
    let mut merged: Vec<RawRule> = Vec::new();
    let about = kind.about();
    for (depth, layer) in layers.iter_mut().enumerate() {
        let rules = layer.rules.remove(&kind).unwrap_or_default();
        let mut added = Vec::new();
        for rule in rules {
            let is_off = switched_off(&rule, about, depth)?;
            let found = merged.iter_mut().filter_map(|below| take_from(below, &rule.table, about)).count();
            match (is_off, found) {
                (true, 0) => notes.push(
                    rule.wrong(format!("there is no [[{}]] of this to switch off", kind.name()))
                        .help("remove the table"),
                ),
                (true, _) => {}
                (false, _) => added.push(rule),
            }
        }
        merged.retain(|rule| !rule.gone);
        merged.extend(added);
    }
    Ok(merged)
}

/// Whether a rule only removes another. It then says why, and nothing beside.
fn switched_off(rule: &RawRule, target: About, depth: usize) -> Result<bool, InputError> {
    let Some(reason) = rule.table.get("off") else { return Ok(false) };
    if reason.as_str().is_none_or(|reason| reason.trim().is_empty()) {
        return Err(rule.wrong("`off` wants a reason").help("say why the rule does not hold at this site"));
    }
    if depth == 0 {
        return Err(rule
            .wrong("`off` removes a rule of a file below, and there is none")
            .help("remove the rule itself"));
    }
    let about = |member: &str| member == "off" || target.same.contains(&member) || target.parts == Some(member);
    match rule.table.keys().find(|member| !about(member)) {
        Some(member) => Err(rule
            .wrong(format!("`{member}` says nothing beside `off`"))
            .help("name what the rule is about, and why it is off")),
        None => Ok(true),
    }
}

/// Takes what `over` is about out of a rule below; of an empty rule nothing is left. `None` if they are about different
/// things.
fn take_from(below: &mut RawRule, over: &Table, target: About) -> Option<()> {
    let table = &mut below.table;
    let same = |member: &&str| names(table.get(*member)) == names(over.get(*member));
    if below.gone || !target.same.iter().all(same) {
        return None;
    }
    let parts = target.parts.and_then(|member| Some((member, table.get(member)?)));
    match (parts, target.parts.and_then(|member| over.get(member))) {
        (None, None) => below.gone = true,
        (Some((member, parts)), Some(taken)) => {
            let taken = names(Some(taken));
            if names(Some(parts)).is_disjoint(&taken) {
                return None;
            }
            let left = without(parts, &taken);
            if names(Some(&left)).is_empty() {
                below.gone = true;
            } else {
                table.insert(member.to_owned(), left);
            }
        }
        _ => return None,
    }
    Some(())
}

/// The names in a member, in no order.
fn names(value: Option<&Value>) -> BTreeSet<String> {
    match value {
        None => BTreeSet::new(),
        Some(Value::String(name)) => BTreeSet::from([name.clone()]),
        Some(Value::Array(names_of)) => names_of.iter().flat_map(|name| names(Some(name))).collect(),
        Some(Value::Table(table)) => table.keys().cloned().collect(),
        Some(other) => BTreeSet::from([other.to_string()]),
    }
}

fn without(value: &Value, taken: &BTreeSet<String>) -> Value {
    match value {
        Value::Array(items) => {
            let left = items.iter().filter(|item| names(Some(item)).is_disjoint(taken));
            Value::Array(left.cloned().collect())
        }
        Value::Table(table) => {
            let left = table.iter().filter(|(name, _)| !taken.contains(*name));
            Value::Table(left.map(|(name, value)| (name.clone(), value.clone())).collect())
        }
        other => other.clone(),
    }
}
