//! What rules say of fields and elements, in the documentation: the prose of a rule stands once in a service, where the
//! rule is first met, and whatever else it is about links there.

use std::collections::HashMap;

use p21_model::schema::{ElementSchema, Occasion, RuleKind, ServiceSchema, Why};

use super::{docs, rules};
use crate::names;

/// Consequence and evidence: what tells the prose of rules apart.
type Text<'a> = (&'a str, &'a str);

/// Where prose stands: at an element, or at the setter of one of its fields.
type Place = (u16, Option<u16>);

/// The prose of a service's rules.
pub(crate) struct Prose<'a> {
    first: HashMap<Text<'a>, Place>,
    /// Module and setters of every element.
    elements: Vec<(&'a str, Vec<String>)>,
}

impl<'a> Prose<'a> {
    /// The prose of a service, in the order of its pages.
    pub(crate) fn of(schema: &'a ServiceSchema) -> Self {
        let mut first = HashMap::new();
        let mut elements = Vec::new();
        for element in schema.elements.iter() {
            for (_, why) in of_element(element) {
                first.entry(text(why)).or_insert((element.index, None));
            }
            let writable = (0..).zip(element.fields.iter()).filter(|(_, field)| !field.is_computed());
            for (field, _) in writable {
                for (_, why) in of_field(element, field) {
                    first.entry(text(why)).or_insert((element.index, Some(field)));
                }
            }
            let names = names::fields(element.fields.iter().map(|field| &*field.name));
            elements.push((&*element.module, names.into_iter().map(|names| names.setter).collect()));
        }
        Self { first, elements }
    }

    /// What rules say of an element, a paragraph each.
    pub(crate) fn element(&self, element: &ElementSchema) -> Vec<String> {
        self.lines((element.index, None), of_element(element))
    }

    /// What rules say of a field, a line each.
    pub(crate) fn field(&self, element: &ElementSchema, field: u16) -> Vec<String> {
        self.lines((element.index, Some(field)), of_field(element, field))
    }

    /// One line a reason, with everything that it is the reason of.
    fn lines(&self, here: Place, rules: Vec<(String, &Why)>) -> Vec<String> {
        let mut reasons: Vec<(&Why, Vec<String>)> = Vec::new();
        for (what, why) in rules {
            match reasons.iter_mut().find(|(known, _)| text(known) == text(why)) {
                Some((_, all)) if all.contains(&what) => {}
                Some((_, all)) => all.push(what),
                None => reasons.push((why, vec![what])),
            }
        }
        reasons.into_iter().map(|(why, what)| format!("{}: {}.", what.join("; "), self.reason(here, why))).collect()
    }

    fn reason(&self, here: Place, why: &Why) -> String {
        match self.first.get(&text(why)) {
            Some(place) if *place != here => format!("see {}", self.link(here, *place)),
            _ => format!("{} ({})", rules::sentence(&why.consequence), docs::prose(&why.evidence)),
        }
    }

    fn link(&self, (here, _): Place, (element, field): Place) -> String {
        let Some((module, setters)) = self.elements.get(usize::from(element)) else { return String::new() };
        let setter = field.and_then(|field| setters.get(usize::from(field)));
        match setter {
            Some(setter) if element == here => format!("[`{setter}`](Row::{setter})"),
            Some(setter) => format!("[`{setter}`](super::{module}::Row::{setter}) of `{module}`"),
            None if element == here => "[above](self)".to_owned(),
            None => format!("[`{module}`](mod@super::{module})"),
        }
    }
}

fn text(why: &Why) -> Text<'_> {
    (&why.consequence, &why.evidence)
}

/// The rules that are about the element rather than a field.
fn of_element(element: &ElementSchema) -> Vec<(String, &Why)> {
    let names = |fields: &[u16]| docs::codes(fields.iter().map(|field| &*element.fields[*field as usize].name), 16);
    let what = |kind: &RuleKind| match kind {
        RuleKind::Disabled { fields, .. } if fields.is_empty() => Some("The tab is disabled".to_owned()),
        RuleKind::RequiredElement { .. } => Some("Required in a transaction".to_owned()),
        RuleKind::Required { fields, on: Occasion::Update, .. } => {
            Some(format!("An update requires {}", names(fields)))
        }
        RuleKind::Required { fields, on: Occasion::Always, .. } => {
            Some(format!("Every row requires {}", names(fields)))
        }
        RuleKind::Tiers { values, breaks, .. } => Some(format!("{} tiers with {} breaks", values.len(), breaks.len())),
        RuleKind::OneInsert { .. } => Some("One new row a record and request".to_owned()),
        RuleKind::CreatedOnce { .. } => Some("Created once".to_owned()),
        RuleKind::Note { fields } if fields.is_empty() => Some("Note".to_owned()),
        _ => None,
    };
    element.rules.iter().filter_map(|rule| Some((what(&rule.kind)?, &rule.why))).collect()
}

/// The rules that a field takes part in, as the user of its setter should know them.
fn of_field(element: &ElementSchema, index: u16) -> Vec<(String, &Why)> {
    element.rules.iter().filter_map(|rule| Some((about(element, index, &rule.kind)?, &rule.why))).collect()
}

fn about(element: &ElementSchema, index: u16, kind: &RuleKind) -> Option<String> {
    let name = |field: u16| docs::code(&element.fields[field as usize].name);
    let names = |fields: &[u16]| fields.iter().map(|field| name(*field)).collect::<Vec<_>>().join(", ");
    Some(match kind {
        RuleKind::Order { first, then, .. } if then.contains(&index) => {
            let places = first.iter().map(|place| names(place).replace(", ", " or "));
            format!("Sent after {}", places.collect::<Vec<_>>().join(", "))
        }
        RuleKind::Format { fields, form } if fields.contains(&index) => form.describe().to_owned(),
        RuleKind::Choice { field, value, wants, forbids } if *field == index => {
            let mut what = docs::code(value);
            if !wants.is_empty() {
                what += &format!(" wants {}", names(wants));
            }
            if !forbids.is_empty() {
                what += &format!("{} forbids {}", if wants.is_empty() { "" } else { "," }, names(forbids));
            }
            what
        }
        RuleKind::Disabled { fields, .. } if fields.contains(&index) => "Disabled".to_owned(),
        RuleKind::Assigned { field, .. } if *field == index => "Assigned by P21".to_owned(),
        RuleKind::Dates { earlier, later, .. } if *later == index => format!("After {}", name(*earlier)),
        RuleKind::Today { field, .. } if *field == index => "Not in the past".to_owned(),
        RuleKind::Ascending { field, .. } if *field == index => "Later in every row".to_owned(),
        RuleKind::Primary { field, value, .. } if *field == index => format!("One row has {}", docs::code(value)),
        RuleKind::Either { one, other } if one.contains(&index) => format!("Not with {}", names(other)),
        RuleKind::Either { one, other } if other.contains(&index) => format!("Not with {}", names(one)),
        RuleKind::Length { fields, max } if fields.contains(&index) => format!("At most {max} characters"),
        RuleKind::Prompt { field, value } if *field == index => format!("{} opens a window", docs::code(value)),
        RuleKind::Reference { fields, tables, .. } if fields.contains(&index) => {
            format!("Names a row of {}", tables.iter().map(docs::code).collect::<Vec<_>>().join(" or "))
        }
        RuleKind::Note { fields } if fields.contains(&index) => "Note".to_owned(),
        _ => return None,
    })
}
