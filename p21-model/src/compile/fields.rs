//! Fields: their types, labels, codes and emission order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use super::RuleSet;
use super::resolve::{Resolver, in_force};
use crate::facts::definition::{DataType, ElementDefinition, FieldDefinition};
use crate::facts::error::InputError;
use crate::facts::schema::{Codes, FieldFlags, FieldSchema, Labels, ValueType};
use crate::rules::{Located, OneOrMore, OrderRule, Rule};

/// A list longer than this is documented, not an enum.
const MAX_ENUM: usize = 64;

/// The fields of an element in emission order, and where each is.
pub(super) struct Fields {
    pub(super) fields: Vec<FieldSchema>,
    places: HashMap<String, u16>,
}

impl Fields {
    pub(super) fn compile(resolver: &Resolver<'_>, index: usize) -> Result<Self, InputError> {
        let element = &resolver.definition.elements[index];
        // Edits name a field, so two fields of one name are one field to the wire.
        let mut distinct: Vec<&FieldDefinition> = Vec::with_capacity(element.fields.len());
        let mut seen = HashMap::new();
        for field in &element.fields {
            if seen.insert(field.name.as_str(), distinct.len()).is_none() {
                distinct.push(field);
            }
        }
        let order = emission_order(resolver, index, element, &seen)?;
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
        element: &ElementDefinition,
        field: &str,
    ) -> Result<u16, InputError> {
        self.get(field).ok_or_else(|| resolver.no_field(element, field))
    }

    /// The index of a field.
    pub(super) fn get(&self, field: &str) -> Option<u16> {
        self.places.get(field).copied()
    }

    /// Adds codes to every field they are of.
    pub(super) fn add_codes(&mut self, resolver: &Resolver<'_>, rules: &RuleSet<'_>, index: usize) {
        let any = rules.any.map_or(&[][..], |any| &any.codes);
        for located in in_force(any, rules.version) {
            let codes = &located.rule.values;
            for field in &mut self.fields {
                let meant = match &located.rule.field {
                    Some(name) => field.name == *name,
                    None => !field.values.is_empty() && field.values.iter().all(|label| codes.contains_key(label)),
                };
                if meant {
                    field.codes = pairs(codes, &field.values);
                }
            }
        }
        let mut ruled: BTreeMap<u16, BTreeMap<String, OneOrMore>> = BTreeMap::new();
        for located in in_force(&resolver.rules.codes, rules.version) {
            let (Some(name), Some(field)) = (&located.rule.element, &located.rule.field) else { continue };
            if let Some(place) = self.about(resolver, located, name, field, index) {
                // A site's rule may say some of the labels, and the one below it the others.
                ruled.entry(place).or_default().extend(located.rule.values.clone());
            }
        }
        for (place, codes) in ruled {
            let field = &mut self.fields[place as usize];
            field.codes = pairs(&codes, &field.values);
        }
    }

    /// Fills lists that the definition leaves empty with known labels. A list that the definition has is exact.
    pub(super) fn add_values(&mut self, resolver: &Resolver<'_>, index: usize) {
        for located in in_force(&resolver.rules.values, resolver.version) {
            let rule = &located.rule;
            let Some(place) = self.about(resolver, located, &rule.element, &rule.field, index) else { continue };
            let field = &mut self.fields[place as usize];
            if !field.values.is_empty() && !field.flags.has(FieldFlags::OPEN) {
                continue;
            }
            let mut seen: HashSet<&str> = HashSet::new();
            let all = field.values.iter().chain(rule.values.iter().map(String::as_str));
            let labels = all.filter(|label| seen.insert(label)).map(str::to_owned).collect();
            field.values = Labels::Owned(labels);
            field.flags.insert(FieldFlags::OPEN);
        }
    }

    /// The field of a rule, if the rule is about this element.
    fn about<R: Rule>(
        &self,
        resolver: &Resolver<'_>,
        located: &Located<R>,
        element: &str,
        field: &str,
        index: usize,
    ) -> Option<u16> {
        if !resolver.is_about(element, index) {
            return None;
        }
        let found = resolver.element(element).and_then(|found| match found == index {
            true => self.place(resolver, &resolver.definition.elements[index], field).map(Some),
            false => Ok(None),
        });
        resolver.fit(located, found).flatten()
    }
}

/// Label and code. The labels of the list come first, so that a code that two labels have is that of the list's own.
fn pairs(codes: &BTreeMap<String, OneOrMore>, listed: &Labels) -> Codes {
    let of_label = |(label, codes): (&String, &OneOrMore)| -> Vec<(String, String)> {
        codes.names().iter().map(|code| (label.clone(), code.clone())).collect()
    };
    let (first, others): (Vec<_>, Vec<_>) = codes.iter().partition(|(label, _)| listed.contains(label));
    Codes::Owned(first.into_iter().chain(others).flat_map(of_label).collect())
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

/// The definition's order, moved as little as the order rules ask. Rules of other versions are kept too, unless they
/// contradict those of this one.
fn emission_order(
    resolver: &Resolver<'_>,
    index: usize,
    element: &ElementDefinition,
    places: &HashMap<&str, usize>,
) -> Result<Vec<usize>, InputError> {
    let mut pairs = Vec::new();
    let mut last = None;
    for located in &resolver.rules.order {
        if resolver.find(&located.rule.element) == Some(index)
            && let Some(found) = ordered_pairs(located, places)
        {
            last = Some(located);
            pairs.push((located.rule.versions.include(resolver.version), found));
        }
    }
    let of = |all: bool| pairs.iter().filter(move |(own, _)| all || *own).flat_map(|(_, pairs)| pairs).copied();
    if let Some(order) = sorted(places.len(), of(true)).or_else(|| sorted(places.len(), of(false))) {
        return Ok(order);
    }
    let problem = format!("the order rules of `{}` contradict each other", element.name);
    let error = last.map_or_else(|| resolver.error(&problem), |located| located.wrong(&problem));
    Err(error.help("no order of its fields keeps all of them"))
}

/// Which field comes before which; `None` if one is not there, which is told when the rule itself is compiled.
fn ordered_pairs(located: &Located<OrderRule>, places: &HashMap<&str, usize>) -> Option<Vec<(usize, usize)>> {
    let mut pairs = Vec::new();
    for pair in located.rule.fields.windows(2) {
        for first in pair[0].names() {
            for then in pair[1].names() {
                pairs.push((*places.get(first.as_str())?, *places.get(then.as_str())?));
            }
        }
    }
    Some(pairs)
}

/// The places in an order that keeps all pairs, if there is one.
fn sorted(count: usize, pairs: impl Iterator<Item = (usize, usize)>) -> Option<Vec<usize>> {
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut waits_for = vec![0_usize; count];
    for (first, then) in pairs {
        after[first].push(then);
        waits_for[then] += 1;
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
    (order.len() == count).then_some(order)
}
