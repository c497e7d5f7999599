//! What differs between two P21 versions, or two installations, and whom it breaks.
//!
//! [`compare`] lays two [`Side`]s beside each other: services, elements, fields, and the [rules](Rule) that hold on one of
//! the versions only. Each [`Change`] says whether it breaks writers or readers, or is [silent](Effect::Silent): something
//! else is stored or read, and nobody is told.
//!
//! ```no_run
//! use p21_definitions::{Definitions, diff::{compare, Side}};
//!
//! let old = Side::of("25.2", &Definitions::open("definitions/25.2", None)?)?;
//! let new = Side::of("26.1", &Definitions::open("definitions/26.1", None)?)?;
//! for change in compare(&old, &new)?.changes {
//!     println!("{} {}: {}", change.rule.name, change.path(), change.rule.consequence);
//! }
//! # Ok::<(), p21_definitions::Error>(())
//! ```

mod elements;
mod fields;
mod held;
mod rules;
mod side;

use std::collections::BTreeSet;

use p21_model::rules::Kind;
use p21_model::{InputError, Version};
use serde::Serialize;

use crate::{Error, hash};
pub use held::{KINDS, KindEffects};
pub use rules::{Action, Effect, Level, RULES, Rule, Witness};
pub use side::Side;

/// What differs.
#[derive(Debug)]
#[non_exhaustive]
pub struct Diff {
    /// How the old side is called, and its version.
    pub old: (String, Version),
    /// How the new side is called, and its version.
    pub new: (String, Version),
    /// By service, element and field, in the order of the definitions.
    pub changes: Vec<Change>,
    /// How much was compared.
    pub compared: Compared,
}

/// One thing that is different.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Change {
    /// Which kind of change it is.
    pub rule: &'static Rule,
    /// The service.
    pub service: String,
    /// The element, as it is called now.
    pub element: Option<String>,
    /// The field, as it is called now.
    pub field: Option<String>,
    /// What was there; empty if nothing was.
    pub before: String,
    /// What is there; empty if nothing is.
    pub after: String,
    /// What it does to writers.
    pub writers: Effect,
    /// What it does to readers.
    pub readers: Effect,
    /// The kind of the rule that begins or ends, if that is what it is about.
    pub kind: Option<Kind>,
    /// What happens, where that is said of this one.
    pub why: Option<String>,
    /// Part of a change that is told already: a field of an element that is gone.
    pub is_part: bool,
}

/// How much was compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Compared {
    /// Services on both sides.
    pub services: usize,
    /// Their elements on the old side.
    pub elements: usize,
    /// Their fields on the old side.
    pub fields: usize,
    /// Rules that are bound to versions.
    pub rules: usize,
    /// Services that the new side does not have, without saying that they are gone: taken as unchanged.
    pub unchanged: Vec<String>,
    /// Lists of labels that were emptied for publication: not compared.
    pub redacted: usize,
    /// What could not be compared, and why.
    pub left_out: Vec<String>,
}

impl Change {
    fn new(rule: &'static str, place: &Place<'_>, before: impl Into<String>, after: impl Into<String>) -> Self {
        // A name that is not in the table is a mistake of this module, which the test of every rule shows.
        let rule = Rule::find(rule).unwrap_or(&RULES[0]);
        Self {
            rule,
            service: place.service.to_owned(),
            element: place.element.map(str::to_owned),
            field: place.field.map(str::to_owned),
            before: before.into(),
            after: after.into(),
            writers: rule.writers,
            readers: rule.readers,
            kind: None,
            why: None,
            is_part: false,
        }
    }

    /// How it can be shown, if it is silent: of a rule that begins or ends its kind says so.
    pub fn witness(&self) -> Witness {
        self.kind.and_then(KindEffects::of).map_or(self.rule.witness, |effects| effects.witness)
    }

    /// `TimeEntry / TP_LABORRECORDING.prod_order_line_comp_labor / line_number`.
    pub fn path(&self) -> String {
        let parts = [Some(&self.service), self.element.as_ref(), self.field.as_ref()];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" / ")
    }

    /// What it does to whoever has it worst; silent is worse than broken.
    pub fn effect(&self) -> Effect {
        self.writers.max(self.readers)
    }

    /// What tells it from every other change, whatever words it is told in: of rule, path, before and after.
    pub fn fingerprint(&self) -> String {
        let all = [self.rule.name, &self.path(), &self.before, &self.after].join("\0");
        hash(all.as_bytes())[..12].to_owned()
    }
}

/// Where a change is.
#[derive(Clone, Copy)]
struct Place<'a> {
    service: &'a str,
    element: Option<&'a str>,
    field: Option<&'a str>,
}

impl<'a> Place<'a> {
    fn service(service: &'a str) -> Self {
        Self { service, element: None, field: None }
    }

    fn element(self, element: &'a str) -> Self {
        Self { element: Some(element), ..self }
    }

    fn field(self, field: &'a str) -> Self {
        Self { field: Some(field), ..self }
    }
}

/// Compares two sides.
///
/// # Errors
/// They have no service in common.
pub fn compare(old: &Side, new: &Side) -> Result<Diff, Error> {
    if !old.services.keys().any(|service| new.services.contains_key(service)) {
        let problem = format!("{} and {} have no service in common", old.name, new.name);
        let help = "name two folders, or two files, of the same services";
        return Err(InputError::new(new.name.as_str(), problem).help(help).into());
    }
    let mut changes = Vec::new();
    let mut compared = Compared::default();
    let all: BTreeSet<&String> = old.services.keys().chain(new.services.keys()).collect();
    for service in all {
        let place = Place::service(service);
        match (old.services.get(service), new.services.get(service)) {
            (Some(before), Some(after)) => {
                compared.services += 1;
                compared.elements += before.definition.elements.len();
                compared.fields += before.definition.field_count();
                elements::compare(&before.definition, &after.definition, &mut changes, &mut compared);
            }
            (Some(_), None) => match new.is_gone(service) {
                Some(why) => {
                    let mut change = Change::new("service-removed", &place, service.as_str(), "");
                    change.why = Some(why);
                    changes.push(change);
                }
                None => compared.unchanged.push(service.clone()),
            },
            (None, Some(_)) => changes.push(Change::new("service-added", &place, "", service.as_str())),
            (None, None) => {}
        }
    }
    held::compare(old, new, &mut changes, &mut compared);
    // What is of one service stands together, its rules behind its fields.
    changes.sort_by(|a, b| a.service.cmp(&b.service));
    Ok(Diff { old: (old.name.clone(), old.version), new: (new.name.clone(), new.version), changes, compared })
}
