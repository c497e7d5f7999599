//! Definition + rules -> schema. Every name in a rule must exist, so that rules can't rot.

mod element;
mod fields;
mod modules;
mod resolve;

use super::{Elements, Endpoint, Parent, Sequence, ServiceSchema};
use crate::InputError;
use crate::definition::ServiceDefinition;
use crate::rules::{EndpointName, Rules};
use resolve::{Resolver, in_force, why};

/// What a definition is compiled with.
#[derive(Debug, Clone, Copy)]
pub struct RuleSet<'a> {
    /// The service's own rules, if it has any.
    pub service: Option<&'a Rules>,
    /// The rules of every service (`any.toml`).
    pub any: Option<&'a Rules>,
    /// The P21 version the definition is of; rules bound to others are left out.
    pub version: &'a str,
}

impl ServiceSchema {
    /// Compiles a definition and its rules.
    ///
    /// # Errors
    /// A rule names an element or a field that the definition does not have, or contradicts another:
    /// one error with the rules file and the line.
    pub fn compile(definition: &ServiceDefinition, rules: RuleSet<'_>) -> Result<Self, InputError> {
        Self::compile_as(definition, rules.version, rules)
    }

    /// Compiles the definition of one P21 version with the rules of another, as a sandbox does that plays 26.1 on
    /// definitions of 25.2: a rule that the definition's own version does not have may name what the definition does
    /// not have, and is then left out.
    ///
    /// # Errors
    /// As [`compile`](Self::compile).
    pub fn compile_as(
        definition: &ServiceDefinition,
        definition_version: &str,
        rules: RuleSet<'_>,
    ) -> Result<Self, InputError> {
        let mut own = rules.service.cloned();
        loop {
            let error = match Self::compile_all(definition, RuleSet { service: own.as_ref(), ..rules }) {
                Ok(schema) => return Ok(schema),
                Err(error) => error,
            };
            let removed = match (&mut own, error.line) {
                (Some(own), Some(line)) if error.file == own.file => own.remove_foreign(line, definition_version),
                _ => false,
            };
            if !removed {
                return Err(error);
            }
        }
    }

    fn compile_all(definition: &ServiceDefinition, rules: RuleSet<'_>) -> Result<Self, InputError> {
        let empty = Rules::default();
        let own = rules.service.unwrap_or(&empty);
        if let Some(service) = own.service.as_ref().filter(|service| **service != definition.name) {
            return Err(InputError::new(&own.file, format!("these are the rules of `{service}`"))
                .in_service(&definition.name)
                .help("rename the file or correct `service`"));
        }
        let resolver = Resolver::new(definition, own)?;
        let modules = modules::names(definition, &resolver);
        let mut elements = Vec::with_capacity(definition.elements.len());
        for (index, module) in modules.into_iter().enumerate() {
            elements.push(element::compile(&resolver, &rules, index, module)?);
        }
        for located in in_force(&own.follows, rules.version) {
            let rule = &located.rule;
            let child = resolver.element(located.line, &rule.child)?;
            let parent = resolver.element(located.line, &rule.parent)?;
            let slot = &mut elements[child].parent;
            if slot.is_some() || child == parent {
                return Err(resolver.error(located.line, format!("`{}` already has a parent", rule.child)));
            }
            *slot = Some(Parent { element: parent as u16, why: why(rule) });
        }
        refuse_parent_cycles(&resolver, &elements)?;
        let sequences = sequences(&resolver, own, rules.version)?;
        Ok(Self {
            name: definition.name.clone().into(),
            version: rules.version.to_owned().into(),
            endpoint: endpoint(&definition.name, &rules),
            wants_codes: in_force(&own.use_code_values, rules.version).next().map(|located| why(&located.rule)),
            elements: Elements::Owned(elements),
            sequences: sequences.into(),
        })
    }
}

fn refuse_parent_cycles(resolver: &Resolver<'_>, elements: &[super::ElementSchema]) -> Result<(), InputError> {
    for element in elements {
        let mut at = element;
        for _ in 0..elements.len() {
            match &at.parent {
                Some(parent) => at = &elements[parent.element as usize],
                None => break,
            }
        }
        if at.parent.is_some() {
            let problem = format!("`{}` follows itself through its parents", element.name);
            return Err(InputError::new(&resolver.rules.file, problem));
        }
    }
    Ok(())
}

fn sequences(resolver: &Resolver<'_>, own: &Rules, version: &str) -> Result<Vec<Sequence>, InputError> {
    in_force(&own.sequence, version)
        .map(|located| {
            let indexes = |names: &[String]| -> Result<Vec<u16>, InputError> {
                names.iter().map(|name| Ok(resolver.element(located.line, name)? as u16)).collect()
            };
            Ok(Sequence {
                elements: indexes(&located.rule.elements)?.into(),
                last: indexes(&located.rule.last)?.into(),
                why: why(&located.rule),
            })
        })
        .collect()
}

fn endpoint(service: &str, rules: &RuleSet<'_>) -> Endpoint {
    let matches = |pattern: &String| match pattern.strip_suffix('*') {
        Some(prefix) => service.starts_with(prefix),
        None => service == pattern,
    };
    let found = rules.any.and_then(|any| {
        in_force(&any.endpoint, rules.version)
            .find(|located| located.rule.services.iter().any(matches) && !located.rule.except.iter().any(matches))
    });
    match found.map(|located| located.rule.r#use) {
        Some(EndpointName::Commands) => Endpoint::Commands,
        Some(EndpointName::PdfReport) => Endpoint::PdfReport,
        None => Endpoint::Transaction,
    }
}
