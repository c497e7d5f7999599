//! Names in rules -> indexes, with errors that name the line and the nearest right spelling.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::facts::definition::{ElementDefinition, ServiceDefinition};
use crate::facts::error::InputError;
use crate::facts::name::nearest;
use crate::facts::schema::Why;
use crate::facts::version::Version;
use crate::rules::{Located, Rule, Rules};

/// The rules of a list that hold for a version.
pub(super) fn in_force<T: Rule>(rules: &[Located<T>], version: Version) -> impl Iterator<Item = &Located<T>> {
    rules.iter().filter(move |located| located.rule.versions().include(version))
}

/// A rule's consequence and evidence.
pub(super) fn why(rule: &impl Rule) -> Why {
    Why {
        consequence: rule.consequence().trim().to_owned().into(),
        evidence: rule.evidence().trim().to_owned().into(),
        versions: *rule.versions(),
        own_words: rule.is_in_own_words(),
    }
}

/// Finds what a rules file names.
pub(super) struct Resolver<'a> {
    pub(super) definition: &'a ServiceDefinition,
    pub(super) rules: &'a Rules,
    pub(super) version: Version,
    aliases: HashMap<&'a str, usize>,
    alias_of: HashMap<usize, &'a str>,
    names: HashMap<&'a str, usize>,
    /// By file and line, since a rule may be tried for several elements.
    misfits: RefCell<BTreeMap<(Arc<str>, usize), InputError>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(
        definition: &'a ServiceDefinition,
        rules: &'a Rules,
        version: Version,
    ) -> Result<Self, InputError> {
        let names: HashMap<&str, usize> =
            definition.elements.iter().enumerate().map(|(index, element)| (element.name.as_str(), index)).collect();
        let mut resolver = Self {
            definition,
            rules,
            version,
            aliases: HashMap::new(),
            alias_of: HashMap::new(),
            names,
            misfits: RefCell::default(),
        };
        for (alias, element) in &rules.aliases {
            if !is_module_name(alias) {
                let problem = format!("alias `{}` can't be the name of a module", alias.escape_debug());
                return Err(element.wrong(problem).help("use lower-case letters, digits and `_`, and no keyword"));
            }
            let index = match resolver.element(&element.rule) {
                Ok(index) => index,
                Err(misfit) => {
                    resolver.note(element, misfit);
                    continue;
                }
            };
            if let Some(other) = resolver.alias_of.insert(index, alias) {
                return Err(element.wrong(format!("`{}` already has the alias `{other}`", element.rule)));
            }
            resolver.aliases.insert(alias, index);
        }
        Ok(resolver)
    }

    pub(super) fn alias_of(&self, element: usize) -> Option<&'a str> {
        self.alias_of.get(&element).copied()
    }

    /// The index of an element named by alias or in full, if it is there.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.aliases.get(name).or_else(|| self.names.get(name)).copied()
    }

    /// Whether a rule about `name` is looked at with element `index`: with its own, or if there is none with the first,
    /// so that it is told once.
    pub(super) fn is_about(&self, name: &str, index: usize) -> bool {
        self.find(name).unwrap_or_default() == index
    }

    /// The index of an element named by alias or in full.
    pub(super) fn element(&self, name: &str) -> Result<usize, InputError> {
        if let Some(index) = self.find(name) {
            return Ok(index);
        }
        let meant = self.rules.aliases.get(name).map_or(name, |element| &element.rule);
        let known = self.aliases.keys().chain(self.names.keys()).copied();
        let problem = format!("`{}` has no element `{}`", self.definition.name, meant.escape_debug());
        Err(self.error(problem).help(suggestion(meant, known)))
    }

    /// What was made of a rule. One that does not fit the definition is noted, if it is meant for its version.
    pub(super) fn fit<T, R: Rule>(&self, located: &Located<R>, made: Result<T, InputError>) -> Option<T> {
        match made {
            Ok(made) => Some(made),
            Err(misfit) => {
                if located.rule.versions().include(self.version) {
                    self.note(located, misfit);
                }
                None
            }
        }
    }

    /// Notes what does not fit.
    pub(super) fn note<T>(&self, located: &Located<T>, misfit: InputError) {
        let misfit = misfit.in_file(&*located.file).at_line(located.line);
        self.misfits.borrow_mut().entry((located.file.clone(), located.line)).or_insert(misfit);
    }

    /// What did not fit, and what was to be switched off and is not there.
    pub(super) fn into_misfits(self, any: Option<&Rules>) -> Vec<InputError> {
        let unused = self.rules.unused.iter().chain(any.map_or(&[][..], |any| &any.unused)).cloned();
        self.misfits.into_inner().into_values().chain(unused).collect()
    }

    /// An error that [`fit`](Self::fit) gives its place.
    pub(super) fn error(&self, problem: impl Into<String>) -> InputError {
        InputError::new(&self.rules.file, problem)
    }

    /// "element has no field" with the nearest one that it has.
    pub(super) fn no_field(&self, element: &ElementDefinition, field: &str) -> InputError {
        let known = element.fields.iter().map(|field| field.name.as_str());
        self.error(format!("`{}` has no field `{}`", element.name, field.escape_debug()))
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
        && !crate::facts::name::is_keyword(alias)
}
