//! Fields: their types, labels, codes and emission order.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::RuleSet;
use super::resolve::{Resolver, in_force};
use crate::InputError;
use crate::definition::{DataType, ElementDefinition, FieldDefinition};
use crate::rules::OneOrMore;
use crate::schema::{Codes, FieldFlags, FieldSchema, Labels, ValueType};

/// A list longer than this is documented, not an enum.
const MAX_ENUM: usize = 64;

/// The fields of an element in emission order, and where each is.
pub(super) struct Fields {
    pub(super) fields: Vec<FieldSchema>,
    places: HashMap<String, u16>,
}

impl Fields {
    pub(super) fn compile(resolver: &Resolver<'_>, rules: &RuleSet<'_>, index: usize) -> Result<Self, InputError> {
        let element = &resolver.definition.elements[index];
        // Edits name a field, so two fields of one name are one field to the wire.
        let mut distinct: Vec<&FieldDefinition> = Vec::with_capacity(element.fields.len());
        let mut seen = HashMap::new();
        for field in &element.fields {
            if seen.insert(field.name.as_str(), distinct.len()).is_none() {
                distinct.push(field);
            }
        }
        let order = emission_order(resolver, rules, index, element, &seen)?;
        let mut places = HashMap::with_capacity(order.len());
        let mut fields = Vec::with_capacity(order.len());
        for (place, field) in order.into_iter().map(|at| distinct[at]).enumerate() {
            places.insert(field.name.clone(), place as u16);
            fields.push(compile_field(field));
        }
        Ok(Self { fields, places })
    }

    /// The index of a field, or an error that names the rule's line.
    pub(super) fn place(
        &self,
        resolver: &Resolver<'_>,
        line: usize,
        element: &ElementDefinition,
        field: &str,
    ) -> Result<u16, InputError> {
        self.get(field).ok_or_else(|| resolver.no_field(line, element, field))
    }

    /// The index of a field.
    pub(super) fn get(&self, field: &str) -> Option<u16> {
        self.places.get(field).copied()
    }

    /// Adds codes to every field they are of.
    pub(super) fn add_codes(
        &mut self,
        resolver: &Resolver<'_>,
        rules: &RuleSet<'_>,
        index: usize,
    ) -> Result<(), InputError> {
        let element = &resolver.definition.elements[index];
        let any = rules.any.map_or(&[][..], |any| &any.codes);
        for located in in_force(any, rules.version) {
            let codes = &located.rule.values;
            for field in &mut self.fields {
                let meant = match &located.rule.field {
                    Some(name) => field.name == *name,
                    None => !field.values.is_empty() && field.values.iter().all(|label| codes.contains_key(label)),
                };
                if meant {
                    field.codes = pairs(codes);
                }
            }
        }
        for located in in_force(&resolver.rules.codes, rules.version) {
            let (Some(name), Some(field)) = (&located.rule.element, &located.rule.field) else { continue };
            if resolver.is_about(located.line, name, index)? {
                let place = self.place(resolver, located.line, element, field)?;
                self.fields[place as usize].codes = pairs(&located.rule.values);
            }
        }
        Ok(())
    }

    /// Adds known labels to lists that the definition leaves empty.
    pub(super) fn add_values(
        &mut self,
        resolver: &Resolver<'_>,
        rules: &RuleSet<'_>,
        index: usize,
    ) -> Result<(), InputError> {
        let element = &resolver.definition.elements[index];
        for located in in_force(&resolver.rules.values, rules.version) {
            if resolver.is_about(located.line, &located.rule.element, index)? {
                let place = self.place(resolver, located.line, element, &located.rule.field)?;
                let field = &mut self.fields[place as usize];
                let mut seen: HashSet<&str> = HashSet::new();
                let all = field.values.iter().chain(located.rule.values.iter().map(String::as_str));
                let labels = all.filter(|label| seen.insert(label)).map(str::to_owned).collect();
                field.values = Labels::Owned(labels);
                field.flags.insert(FieldFlags::OPEN);
            }
        }
        Ok(())
    }
}

fn pairs(codes: &std::collections::BTreeMap<String, OneOrMore>) -> Codes {
    let of_label = |(label, codes): (&String, &OneOrMore)| -> Vec<(String, String)> {
        codes.names().iter().map(|code| (label.clone(), code.clone())).collect()
    };
    Codes::Owned(codes.iter().flat_map(of_label).collect())
}

fn compile_field(field: &FieldDefinition) -> FieldSchema {
    let mut flags = FieldFlags::NONE;
    if field.required {
        flags.insert(FieldFlags::REQUIRED);
    }
    if field.is_computed() {
        flags.insert(FieldFlags::COMPUTED);
        flags.remove(FieldFlags::REQUIRED);
    }
    if field.name.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        flags.insert(FieldFlags::ODD_NAME);
    }
    let mut seen = HashSet::new();
    let labels = field.valid_values.iter().flatten().filter(|label| seen.insert(label.as_str()));
    let mut labels: Vec<String> = labels.cloned().collect();
    // `[""]` and `[" "]` mean "depends on the record", as units of measure do.
    if labels.iter().all(|label| label.trim().is_empty()) {
        labels.clear();
    }
    if labels.is_empty() && field.valid_values.is_some() {
        flags.insert(FieldFlags::OPEN);
    }
    FieldSchema {
        name: field.name.clone().into(),
        label: field.label.clone().unwrap_or_default().into(),
        value_type: value_type(field, &labels),
        flags,
        values: Labels::Owned(labels),
        codes: Codes::Static(&[]),
    }
}

fn value_type(field: &FieldDefinition, labels: &[String]) -> ValueType {
    if field.valid_values.is_some() {
        let is_switch = labels.len() == 2 && labels.iter().all(|label| label == "ON" || label == "OFF");
        return match labels.len() {
            0 => ValueType::Text,
            _ if is_switch => ValueType::Switch,
            n if n > MAX_ENUM => ValueType::Text,
            _ => ValueType::Label,
        };
    }
    match field.data_type {
        Some(DataType::Decimal | DataType::Number) => ValueType::Decimal,
        Some(DataType::Long) => ValueType::Integer,
        Some(DataType::Datetime) => ValueType::DateTime,
        Some(DataType::Time) => ValueType::Time,
        Some(DataType::Char | DataType::Other(_)) | None => ValueType::Text,
    }
}

/// The definition's order, moved as little as the order rules ask.
fn emission_order(
    resolver: &Resolver<'_>,
    rules: &RuleSet<'_>,
    index: usize,
    element: &ElementDefinition,
    places: &HashMap<&str, usize>,
) -> Result<Vec<usize>, InputError> {
    let count = places.len();
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut waits_for = vec![0_usize; count];
    let mut last_line = 0;
    for located in in_force(&resolver.rules.order, rules.version) {
        let rule = &located.rule;
        if !resolver.is_about(located.line, &rule.element, index)? {
            continue;
        }
        last_line = located.line;
        for pair in rule.fields.windows(2) {
            for first in pair[0].names() {
                for then in pair[1].names() {
                    let find = |field: &String| {
                        places
                            .get(field.as_str())
                            .copied()
                            .ok_or_else(|| resolver.no_field(located.line, element, field))
                    };
                    let (first, then) = (find(first)?, find(then)?);
                    after[first].push(then);
                    waits_for[then] += 1;
                }
            }
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> =
        (0..count).filter(|place| waits_for[*place] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(Reverse(place)) = ready.pop() {
        order.push(place);
        for then in &after[place] {
            waits_for[*then] -= 1;
            if waits_for[*then] == 0 {
                ready.push(Reverse(*then));
            }
        }
    }
    if order.len() < count {
        let problem = format!("the order rules of `{}` contradict each other", element.name);
        return Err(resolver.error(last_line, problem).help("no order of its fields keeps all of them"));
    }
    Ok(order)
}
