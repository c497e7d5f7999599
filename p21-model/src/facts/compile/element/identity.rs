//! Rules about what tells rows, records and reports apart: what is no key, what a child repeats, what bounds a report.

use super::super::endpoint;
use super::super::fields::Fields;
use super::super::resolve::why;
use super::Compiler;
use crate::facts::definition::{DataType, ElementKind, FieldDefinition};
use crate::facts::error::InputError;
use crate::facts::rules::{BoundedRule, NoKeyRule, RepeatsRule};
use crate::facts::schema::{ElementRule, Endpoint, RuleKind};

/// Where a name may have anything.
const NAME: &str = "{name}";

impl Compiler<'_> {
    pub(super) fn identity(&self, out: &mut Vec<ElementRule>) {
        for located in &self.resolver.rules.no_key {
            if let Some(Some(kind)) = self.resolver.fit(located, self.no_key(&located.rule)) {
                out.push(ElementRule { kind, why: why(&located.rule) });
            }
        }
        for located in self.any.iter().flat_map(|any| &any.no_key) {
            let fields = self.changing(&located.rule.names);
            if !fields.is_empty() {
                out.push(ElementRule { kind: RuleKind::NoKey { fields: fields.into() }, why: why(&located.rule) });
            }
        }
        for located in &self.resolver.rules.repeats {
            for child in located.rule.children.iter().filter(|child| self.resolver.is_about(child, self.index)) {
                if let Some(kind) = self.resolver.fit(located, self.repeats(&located.rule, child)) {
                    out.push(ElementRule { kind, why: why(&located.rule) });
                }
            }
        }
    }

    fn no_key(&self, rule: &NoKeyRule) -> Result<Option<RuleKind>, InputError> {
        let Some(element) = rule.element.as_ref().filter(|_| rule.names.is_empty()) else {
            return Err(self.resolver.error("[[no_key]] names an element and fields; `names` belong into any.toml"));
        };
        if !self.resolver.is_about(element, self.index) || self.resolver.element(element)? != self.index {
            return Ok(None);
        }
        Ok(Some(RuleKind::NoKey { fields: self.places(&rule.fields)? }))
    }

    /// The decimal fields of a list whose names have one of some parts, but for its declared keys.
    fn changing(&self, names: &[String]) -> Vec<u16> {
        let element = self.element;
        if element.kind != ElementKind::List {
            return Vec::new();
        }
        let changes = |field: &&FieldDefinition| {
            matches!(field.data_type, Some(DataType::Decimal))
                && !element.key_fields.contains(&field.name)
                && names.iter().any(|part| field.name.contains(part.as_str()))
        };
        element.fields.iter().filter(changes).filter_map(|field| self.fields.get(&field.name)).collect()
    }

    fn repeats(&self, rule: &RepeatsRule, child: &str) -> Result<RuleKind, InputError> {
        let of = if rule.of.is_empty() { &rule.fields } else { &rule.of };
        if of.len() != rule.fields.len() {
            return Err(self.resolver.error("`of` has to name a field of the parent for each of `fields`"));
        }
        if self.resolver.element(child)? != self.index {
            return Err(self.resolver.error(format!("`{}` is no child here", child.escape_debug())));
        }
        let parent = self.resolver.element(&rule.parent)?;
        let (element, known) = (&self.resolver.definition.elements[parent], Fields::compile(self.resolver, parent)?);
        let place = |field: &String| known.place(self.resolver, element, field);
        let of: Vec<u16> = of.iter().map(place).collect::<Result<_, _>>()?;
        Ok(RuleKind::Repeats { parent: parent as u16, fields: self.places(&rule.fields)?, of: of.into() })
    }

    /// Which fields bound a report: those that its own rules name, else those that every report's do.
    pub(super) fn bounds(&self, out: &mut Vec<ElementRule>) {
        let own = &self.resolver.rules.bounded;
        for located in own {
            if let Some(Some(kind)) = self.resolver.fit(located, self.bounded(&located.rule)) {
                out.push(ElementRule { kind, why: why(&located.rule) });
            }
        }
        let is_report = endpoint(&self.resolver.definition.name, self.rules) == Endpoint::PdfReport;
        if !own.is_empty() || !is_report || self.index != 0 {
            return;
        }
        for located in self.any.iter().flat_map(|any| &any.bounded) {
            let ranges: Vec<Vec<u16>> = located.rule.ranges.iter().flat_map(|range| self.ranges(range)).collect();
            if !ranges.is_empty() {
                let kind = RuleKind::Bounded { ranges: ranges.iter().collect() };
                out.push(ElementRule { kind, why: why(&located.rule) });
            }
        }
    }

    fn bounded(&self, rule: &BoundedRule) -> Result<Option<RuleKind>, InputError> {
        let Some(element) = &rule.element else {
            return Err(self.resolver.error("[[bounded]] names an element; patterns belong into any.toml"));
        };
        if !self.resolver.is_about(element, self.index) || self.resolver.element(element)? != self.index {
            return Ok(None);
        }
        let ranges: Vec<Vec<u16>> =
            rule.ranges.iter().map(|range| Ok(self.places(range)?.to_vec())).collect::<Result<_, InputError>>()?;
        Ok(Some(RuleKind::Bounded { ranges: ranges.iter().collect() }))
    }

    /// The ranges of the element that a pattern finds, each with all of its fields.
    fn ranges(&self, pattern: &[String]) -> Vec<Vec<u16>> {
        let Some((before, after)) = pattern.first().and_then(|first| first.split_once(NAME)) else { return Vec::new() };
        let named = |field: &FieldDefinition| -> Option<Vec<u16>> {
            let name = field.name.strip_prefix(before)?.strip_suffix(after)?;
            pattern.iter().map(|part| self.fields.get(&part.replace(NAME, name))).collect()
        };
        self.element.fields.iter().filter_map(named).collect()
    }
}
