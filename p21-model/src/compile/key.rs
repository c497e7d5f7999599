//! What identifies a record: a rule, else the keys that the definition declares for the window.

use super::resolve::{Resolver, why};
use crate::facts::error::InputError;
use crate::facts::schema::{ElementKind, ElementSchema, RecordFields, Why};
use crate::rules::{KeyRule, Located};

/// What a read by less than the declared keys does.
const DECLARED: Why = Why::new(
    "P21 answers a read by other fields with a blank window, as if there were no such record",
    "inferred from the keys that the definition declares",
);

/// What a service's records are known by: for the definition's version, and otherwise.
pub(super) struct Keys {
    pub(super) here: Option<RecordFields>,
    pub(super) elsewhere: Vec<RecordFields>,
}

pub(super) fn compile(resolver: &Resolver<'_>, elements: &[ElementSchema]) -> Result<Keys, InputError> {
    let mut keys: Vec<RecordFields> = Vec::new();
    for located in &resolver.rules.key {
        let Some(key) = resolver.fit(located, ruled(resolver, elements, located)) else { continue };
        let is_here = |key: &RecordFields| key.why.versions.include(resolver.version);
        if is_here(&key) && keys.iter().any(is_here) {
            return Err(located.wrong("a record has one key, and a [[key]] before this one says which"));
        }
        keys.push(key);
    }
    // The declared ones count where no rule does.
    if keys.iter().all(|key| !key.why.versions.are_all()) {
        keys.extend(declared(resolver, elements));
    }
    let here = RecordFields::at(&keys, resolver.version).map(|at| keys.remove(at));
    Ok(Keys { here, elsewhere: keys })
}

fn ruled(
    resolver: &Resolver<'_>,
    elements: &[ElementSchema],
    located: &Located<KeyRule>,
) -> Result<RecordFields, InputError> {
    let rule = &located.rule;
    let index = resolver.element(&rule.element)?;
    let element = &elements[index];
    if rule.fields.is_empty() {
        return Err(resolver.error("[[key]] names no field"));
    }
    if element.kind == ElementKind::List {
        let problem = format!("the key of a record is one or more fields of a form; `{}` is a list", element.name);
        return Err(resolver.error(problem).help("P21 refuses a read by the key of a list"));
    }
    let place = |field: &String| {
        let place = element.field(field).map(|(place, _)| place);
        place.ok_or_else(|| resolver.no_field(&resolver.definition.elements[index], field))
    };
    let fields = rule.fields.iter().map(place).collect::<Result<Vec<u16>, _>>()?;
    Ok(RecordFields { element: index as u16, fields: fields.into(), why: why(rule) })
}

/// The declared keys of the window, if all of them are fields of one form.
fn declared(resolver: &Resolver<'_>, elements: &[ElementSchema]) -> Option<RecordFields> {
    let keys = &resolver.definition.keys;
    let location = &keys.first()?.location;
    let mut forms = elements.iter().filter(|element| {
        element.kind == ElementKind::Form && (element.datawindow() == location || *element.name == **location)
    });
    let (form, None) = (forms.next()?, forms.next()) else { return None };
    let place = |name: &str| form.field(name).map(|(place, _)| place);
    let fields = keys.iter().map(|key| if key.location == *location { place(&key.name) } else { None });
    let fields: Vec<u16> = fields.collect::<Option<_>>()?;
    Some(RecordFields { element: form.index, fields: fields.into(), why: DECLARED })
}
