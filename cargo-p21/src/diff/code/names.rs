//! What a change is called in a program: modules, handles, setters, and the names that go over the wire.

use anyhow::Result;
use p21_definitions::diff::{Change, Level};
use p21_model::name::split_element;
use p21_model::schema::ServiceSchema;

use crate::diff::api::{Api, Handle};
use crate::diff::side::Input;

/// What to look for.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// The service's name on the wire, and its module.
    pub(super) service: (String, String),
    /// The element's name on the wire, and its module.
    pub(super) element: Option<(String, String)>,
    /// Whether other services have an element of that name: `FORM.form`.
    pub(super) is_shared: bool,
    /// The field's name on the wire, and what bindings call it.
    pub(super) field: Option<(String, Handle)>,
    /// The label of it that is gone.
    pub(super) label: Option<String>,
    /// Of the service only its key is meant.
    pub(super) is_key: bool,
}

/// What a change is called on the old side, for programs were written for that.
pub(super) fn targets(change: &Change, renamed: &[&Change], old: &Input, api: &Api) -> Result<Vec<Target>> {
    let Some(module) = api.module_of(&change.service) else { return Ok(Vec::new()) };
    let service = (change.service.clone(), module.to_owned());
    let source = old.definitions.source(&change.service)?;
    let schema = source.compile(old.definitions.any())?.schema;
    let is_key = change.rule.level == Level::Service && change.rule.aspect == "key";
    let whole = Target { service: service.clone(), element: None, is_shared: false, field: None, label: None, is_key };
    if change.rule.level == Level::Rule {
        return Ok(of_rule(change, &schema, &whole, old, api));
    }
    let Some(now) = &change.element else { return Ok(vec![whole]) };
    let before = renamed.iter().find(|other| other.service == change.service && other.after == *now);
    let name = before.map_or(now.as_str(), |other| other.before.as_str());
    let Some(element) = schema.element(name) else { return Ok(Vec::new()) };
    let is_shared = is_shared(old, &service.0, name);
    let of_element = Target { element: Some((name.to_owned(), element.module.to_string())), is_shared, ..whole };
    // A key, an order, a form that became a list: every row of the element is meant.
    if change.rule.level == Level::Element || change.field.is_none() {
        return Ok(vec![of_element]);
    }
    let now = change.field.as_deref().unwrap_or_default();
    let field = if change.rule.name == "field-renamed" { change.before.as_str() } else { now };
    // What one label is called is not asked of those that stay.
    let label = (change.rule.name == "value-removed").then(|| change.before.clone());
    let handle = api.handle(&service.1, &element.module, field);
    Ok(handle
        .map(|handle| Target { field: Some((field.to_owned(), handle.clone())), label, ..of_element })
        .into_iter()
        .collect())
}

/// Whether other services have an element of that name.
fn is_shared(old: &Input, service: &str, element: &str) -> bool {
    let mut others = old.side.services().filter(|other| *other != service).filter_map(|other| old.side.source(other));
    others.any(|other| other.definition.element(element).is_some())
}

/// A rule names elements by their modules, and fields, in backticks.
fn of_rule(change: &Change, schema: &ServiceSchema, whole: &Target, old: &Input, api: &Api) -> Vec<Target> {
    let says = if change.after.is_empty() { &change.before } else { &change.after };
    let words: Vec<&str> = says.split('`').skip(1).step_by(2).collect();
    let named = schema.elements.iter().filter(|element| {
        words
            .iter()
            .any(|word| *word == element.module || *word == element.name || *word == split_element(&element.name).1)
    });
    let mut targets = Vec::new();
    for element in named {
        let is_shared = is_shared(old, &whole.service.0, &element.name);
        let named = Some((element.name.to_string(), element.module.to_string()));
        let of_element = Target { element: named, is_shared, ..whole.clone() };
        let fields: Vec<Target> = words
            .iter()
            .filter_map(|word| Some((*word, api.handle(&whole.service.1, &element.module, word)?)))
            .map(|(word, handle)| Target { field: Some((word.to_owned(), handle.clone())), ..of_element.clone() })
            .collect();
        if fields.is_empty() { targets.push(of_element) } else { targets.extend(fields) }
    }
    targets
}
