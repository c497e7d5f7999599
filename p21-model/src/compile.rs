//! Definition + rules -> schema. Each rule is resolved by itself: one whose names are not there is told, so that rules
//! can't rot, and every other rule holds.

mod element;
mod fields;
mod key;
mod modules;
mod resolve;
mod windows;

use crate::facts::definition::ServiceDefinition;
use crate::facts::error::InputError;
use crate::facts::schema::{ElementSchema, Elements, Elsewhere, Endpoint, Parent, QuirkOf, Sequence, ServiceSchema};
use crate::facts::version::Version;
use crate::rules::{EndpointName, Located, Rules, SequenceRule};
use resolve::{Resolver, in_force, why};

/// What a definition is compiled with.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct RuleSet<'a> {
    /// The service's own rules, if it has any.
    pub service: Option<&'a Rules>,
    /// The rules of every service (`any.toml`).
    pub any: Option<&'a Rules>,
    /// The P21 version the definition is of. Rules of others are kept [apart](ServiceSchema::elsewhere).
    pub version: Version,
}

/// A definition and those of its rules that fit it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Compiled {
    /// Both in one.
    pub schema: ServiceSchema,
    /// The rules for the definition's version that name what the definition does not have, an error each, in the order
    /// of their files. Rules for other versions only may do so.
    pub misfits: Vec<InputError>,
}

impl<'a> RuleSet<'a> {
    /// No rules, for a definition of a P21 version.
    pub const fn new(version: Version) -> Self {
        Self { service: None, any: None, version }
    }

    /// With the service's own rules, if it has any.
    #[must_use]
    pub fn with_service(self, rules: impl Into<Option<&'a Rules>>) -> Self {
        Self { service: rules.into(), ..self }
    }

    /// With the rules of every service.
    #[must_use]
    pub fn with_any(self, rules: impl Into<Option<&'a Rules>>) -> Self {
        Self { any: rules.into(), ..self }
    }
}

impl ServiceSchema {
    /// Compiles a definition and the rules that were written for it.
    ///
    /// # Errors
    /// A rule for its version names an element or a field that the definition does not have, or rules contradict each
    /// other: one error with the rules file and the line.
    pub fn compile(definition: &ServiceDefinition, rules: RuleSet<'_>) -> Result<Self, InputError> {
        let compiled = Self::compile_leniently(definition, rules)?;
        match compiled.misfits.into_iter().next() {
            Some(misfit) => Err(misfit),
            None => Ok(compiled.schema),
        }
    }

    /// Compiles a definition and rules that were written for another: those that fit hold, the others are listed.
    ///
    /// # Errors
    /// The rules are those of another service, or contradict each other.
    pub fn compile_leniently(definition: &ServiceDefinition, rules: RuleSet<'_>) -> Result<Compiled, InputError> {
        let empty = Rules::default();
        let own = rules.service.unwrap_or(&empty);
        if let Some(service) = own.service.as_ref().filter(|service| **service != definition.name) {
            return Err(InputError::new(&own.file, format!("these are the rules of `{service}`"))
                .in_service(&definition.name)
                .help("rename the file or correct `service`"));
        }
        let resolver = Resolver::new(definition, own, rules.version)?;
        let modules = modules::names(definition, &resolver);
        let mut elsewhere = Vec::new();
        let mut elements = Vec::with_capacity(definition.elements.len());
        for (index, module) in modules.into_iter().enumerate() {
            elements.push(element::compile(&resolver, &rules, index, module, &mut elsewhere)?);
        }
        parents(&resolver, &mut elements, &mut elsewhere)?;
        let sequences = sequences(&resolver, &mut elsewhere);
        let mut wants_codes = None;
        for located in &own.use_code_values {
            let reason = why(&located.rule);
            match reason.versions.include(rules.version) {
                true => wants_codes = wants_codes.or(Some(reason)),
                false => elsewhere.push(Elsewhere::WantsCodes(reason)),
            }
        }
        let keys = key::compile(&resolver, &elements)?;
        elsewhere.extend(keys.elsewhere.into_iter().map(Elsewhere::Key));
        let quirks = quirks(rules, &mut elsewhere);
        let windows = windows::compile(&resolver, &elements)?;
        let schema = Self {
            name: definition.name.clone().into(),
            version: rules.version,
            endpoint: endpoint(&definition.name, &rules),
            key: keys.here,
            wants_codes,
            elements: Elements::Owned(elements),
            sequences: sequences.into(),
            quirks: quirks.into(),
            elsewhere: elsewhere.into(),
            windows: windows.into(),
        };
        Ok(Compiled { schema, misfits: resolver.into_misfits(rules.any) })
    }
}

/// Gives children their parents.
fn parents(
    resolver: &Resolver<'_>,
    elements: &mut [ElementSchema],
    elsewhere: &mut Vec<Elsewhere>,
) -> Result<(), InputError> {
    for located in &resolver.rules.follows {
        let rule = &located.rule;
        let found = resolver.element(&rule.child).and_then(|child| Ok((child, resolver.element(&rule.parent)?)));
        let Some((child, of)) = resolver.fit(located, found) else { continue };
        let parent = Parent { element: of as u16, why: why(rule) };
        if !parent.why.versions.include(resolver.version) {
            elsewhere.push(Elsewhere::Parent { child: child as u16, parent });
            continue;
        }
        if elements[child].parent.is_some() || child == of {
            return Err(located.wrong(format!("`{}` already has a parent", rule.child)));
        }
        elements[child].parent = Some(parent);
    }
    refuse_parent_cycles(resolver, elements)
}

fn refuse_parent_cycles(resolver: &Resolver<'_>, elements: &[ElementSchema]) -> Result<(), InputError> {
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

fn sequences(resolver: &Resolver<'_>, elsewhere: &mut Vec<Elsewhere>) -> Vec<Sequence> {
    let sequence = |located: &Located<SequenceRule>| -> Result<Sequence, InputError> {
        let indexes = |names: &[String]| -> Result<Vec<u16>, InputError> {
            names.iter().map(|name| Ok(resolver.element(name)? as u16)).collect()
        };
        Ok(Sequence {
            elements: indexes(&located.rule.elements)?.into(),
            last: indexes(&located.rule.last)?.into(),
            why: why(&located.rule),
        })
    };
    let mut sequences = Vec::new();
    for located in &resolver.rules.sequence {
        match resolver.fit(located, sequence(located)) {
            Some(sequence) if sequence.why.versions.include(resolver.version) => sequences.push(sequence),
            Some(sequence) => elsewhere.push(Elsewhere::Sequence(sequence)),
            None => {}
        }
    }
    sequences
}

/// What the servers do that a payload should know of.
fn quirks(rules: RuleSet<'_>, elsewhere: &mut Vec<Elsewhere>) -> Vec<QuirkOf> {
    let of_payloads = rules.any.iter().flat_map(|any| &any.quirk).filter(|located| located.rule.name.is_of_payloads());
    let quirks = of_payloads.map(|located| QuirkOf { quirk: located.rule.name, why: why(&located.rule) });
    let (here, others): (Vec<_>, Vec<_>) = quirks.partition(|of| of.why.versions.include(rules.version));
    elsewhere.extend(others.into_iter().map(Elsewhere::Quirk));
    here
}

fn endpoint(service: &str, rules: &RuleSet<'_>) -> Endpoint {
    let found =
        rules.any.and_then(|any| in_force(&any.endpoint, rules.version).find(|located| located.rule.means(service)));
    match found.map(|located| located.rule.r#use) {
        Some(EndpointName::Commands) => Endpoint::Commands,
        Some(EndpointName::PdfReport) => Endpoint::PdfReport,
        None => Endpoint::Transaction,
    }
}
