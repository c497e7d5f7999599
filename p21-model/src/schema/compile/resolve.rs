//! Names in rules -> indexes, with errors that name the line and the nearest right spelling.

use std::collections::HashMap;

use crate::InputError;
use crate::definition::{ElementDefinition, ServiceDefinition};
use crate::name::nearest;
use crate::rules::{Located, Rule, Rules};
use crate::schema::Why;

/// The rules of a list that hold for a version.
pub(super) fn in_force<'a, T: Rule>(rules: &'a [Located<T>], version: &str) -> impl Iterator<Item = &'a Located<T>> {
    rules.iter().filter(move |located| located.rule.versions().include(version))
}

/// A rule's consequence and evidence.
pub(super) fn why(rule: &impl Rule) -> Why {
    Why { consequence: rule.consequence().trim().to_owned().into(), evidence: rule.evidence().trim().to_owned().into() }
}

/// Finds what a rules file names.
pub(super) struct Resolver<'a> {
    pub(super) definition: &'a ServiceDefinition,
    pub(super) rules: &'a Rules,
    aliases: HashMap<&'a str, usize>,
    alias_of: HashMap<usize, &'a str>,
    names: HashMap<&'a str, usize>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(definition: &'a ServiceDefinition, rules: &'a Rules) -> Result<Self, InputError> {
        let names: HashMap<&str, usize> =
            definition.elements.iter().enumerate().map(|(index, element)| (element.name.as_str(), index)).collect();
        let mut resolver = Self { definition, rules, aliases: HashMap::new(), alias_of: HashMap::new(), names };
        for (alias, element) in &rules.aliases {
            let index = resolver.element(element.line, &element.rule)?;
            if !is_module_name(alias) {
                let problem = format!("alias `{}` can't be the name of a module", alias.escape_debug());
                return Err(resolver
                    .error(element.line, problem)
                    .help("use lower-case letters, digits and `_`, and no keyword"));
            }
            if let Some(other) = resolver.alias_of.insert(index, alias) {
                let problem = format!("`{}` already has the alias `{other}`", element.rule);
                return Err(resolver.error(element.line, problem));
            }
            resolver.aliases.insert(alias, index);
        }
        Ok(resolver)
    }

    pub(super) fn alias_of(&self, element: usize) -> Option<&'a str> {
        self.alias_of.get(&element).copied()
    }

    /// The index of an element named by alias or in full.
    pub(super) fn element(&self, line: usize, name: &str) -> Result<usize, InputError> {
        if let Some(index) = self.aliases.get(name).or_else(|| self.names.get(name)) {
            return Ok(*index);
        }
        let known = self.aliases.keys().chain(self.names.keys()).copied();
        let problem = format!("`{}` has no element `{}`", self.definition.name, name.escape_debug());
        Err(self.error(line, problem).help(suggestion(name, known)))
    }

    /// The element of a rule, if the rule is about element `index`.
    pub(super) fn is_about(&self, line: usize, name: &str, index: usize) -> Result<bool, InputError> {
        Ok(self.element(line, name)? == index)
    }

    pub(super) fn error(&self, line: usize, problem: impl Into<String>) -> InputError {
        InputError::new(&self.rules.file, problem).at_line(line)
    }

    /// "element has no field" with the nearest one that it has.
    pub(super) fn no_field(&self, line: usize, element: &ElementDefinition, field: &str) -> InputError {
        let known = element.fields.iter().map(|field| field.name.as_str());
        self.error(line, format!("`{}` has no field `{}`", element.name, field.escape_debug()))
            .in_service(&self.definition.name)
            .in_element(&element.name)
            .help(suggestion(field, known))
    }
}

fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "bind the rule to the versions that have it with `versions`, or remove it".to_owned(),
    }
}

fn is_module_name(alias: &str) -> bool {
    alias.starts_with(|c: char| c.is_ascii_lowercase())
        && alias.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !super::modules::is_taken(alias)
        && !crate::name::is_keyword(alias)
}
