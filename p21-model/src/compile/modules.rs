//! The names of the elements' modules: the alias, else the datawindow, made unique by the page.

use std::collections::{HashMap, HashSet};

use super::resolve::Resolver;
use crate::facts::definition::ServiceDefinition;
use crate::facts::name::{is_reserved_file, snake_case, split_element};

/// Names that bindings have beside the elements' modules: the service's own statics, the vocabulary, what is said to its
/// window beside a record, and the tool that
/// attributes name, which a module of its name would hide.
const TAKEN: [&str; 4] = ["diagnostic", "p21", "schema", "window"];

/// Whether an element's module can't be called so.
pub(super) fn is_taken(name: &str) -> bool {
    TAKEN.contains(&name) || is_reserved_file(name)
}

/// A module name for every element, in order. A name depends on this service alone.
pub(super) fn names(definition: &ServiceDefinition, resolver: &Resolver<'_>) -> Vec<String> {
    let short: Vec<String> = definition
        .elements
        .iter()
        .enumerate()
        .map(|(index, element)| match resolver.alias_of(index) {
            Some(alias) => alias.to_owned(),
            None => snake_case(split_element(&element.name).1, "element"),
        })
        .collect();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for name in &short {
        *uses.entry(name).or_default() += 1;
    }
    let mut taken: HashSet<String> = HashSet::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::with_capacity(short.len());
    // Aliases are unique and come first, so that a datawindow's name never takes one away.
    for (index, name) in short.iter().enumerate() {
        if resolver.alias_of(index).is_some() {
            taken.insert(name.clone());
        }
    }
    for (index, name) in short.iter().enumerate() {
        let mut candidate = name.clone();
        if resolver.alias_of(index).is_none() {
            if uses[name.as_str()] > 1 {
                candidate = snake_case(&definition.elements[index].name, "element");
            }
            let base = candidate.clone();
            let number = numbers.entry(base.clone()).or_insert(2);
            while is_taken(&candidate) || taken.contains(&candidate) {
                candidate = format!("{base}_{number}");
                *number += 1;
            }
            taken.insert(candidate.clone());
        }
        names.push(candidate);
    }
    names
}
