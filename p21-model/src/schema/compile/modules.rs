//! The names of the elements' modules: the alias, else the datawindow, made unique by the page.

use std::collections::HashMap;

use super::resolve::Resolver;
use crate::definition::ServiceDefinition;
use crate::name::{snake_case, split_element};

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
    // The bindings keep the service's own statics in a module of this name.
    let mut taken: HashMap<String, usize> = HashMap::from([("schema".to_owned(), usize::MAX)]);
    let mut names = Vec::with_capacity(short.len());
    // Aliases are unique and come first, so that a datawindow's name never takes one away.
    for (index, name) in short.iter().enumerate() {
        if resolver.alias_of(index).is_some() {
            taken.insert(name.clone(), index);
        }
    }
    for (index, name) in short.iter().enumerate() {
        let mut candidate = name.clone();
        if resolver.alias_of(index).is_none() {
            if uses[name.as_str()] > 1 {
                candidate = snake_case(&definition.elements[index].name, "element");
            }
            let base = candidate.clone();
            let mut number = 2;
            while taken.contains_key(&candidate) {
                candidate = format!("{base}_{number}");
                number += 1;
            }
            taken.insert(candidate.clone(), index);
        }
        names.push(candidate);
    }
    names
}
