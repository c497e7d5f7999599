//! A record that the payload may find or make: what is wrong with the one is no mistake of the other.

use super::{Walk, why};
use crate::check::{Code, Finding};
use crate::facts::schema::{Numbering, RuleKind};

/// What is wrong with a record that may be new or stored, if it is the one or the other.
#[derive(Default)]
pub(super) struct Lacking {
    /// Where the record is named: the path of its row.
    path: String,
    as_new: Vec<String>,
    as_stored: Vec<String>,
}

/// How many things are named; the others are counted.
const NAMED: usize = 4;

impl Lacking {
    /// Of the record that the row at a path names.
    pub(super) fn of(path: String) -> Self {
        Self { path, ..Self::default() }
    }
}

impl Walk<'_> {
    /// Takes note of what a new record would need.
    pub(in crate::check) fn if_new(&mut self, what: String) {
        self.lacking.as_new.push(what);
    }

    /// Takes note of what a stored record would need, or not take.
    pub(in crate::check) fn if_stored(&mut self, what: String) {
        self.lacking.as_stored.push(what);
    }

    /// Says that the record may be either, where that matters.
    pub(super) fn new_or_stored(&mut self) {
        let Lacking { path, as_new, as_stored } = std::mem::take(&mut self.lacking);
        let Some(header) = self.schema.elements.get(0) else { return };
        if as_new.is_empty() && as_stored.is_empty() {
            return;
        }
        let number = header.rules.iter().find_map(|rule| match rule.kind {
            RuleKind::Assigned { field, how: Numbering::Number { .. } } => Some(field),
            _ => None,
        });
        let Some(number) = number else { return };
        let number_name = header.fields[usize::from(number)].name.to_string();
        let finds: Vec<String> =
            header.key_names().filter(|key| *key != number_name).map(|key| format!("`{key}`")).collect();
        let mut wrong = Vec::new();
        for (state, what) in [("a new one", &as_new), ("a stored one", &as_stored)] {
            if !what.is_empty() {
                wrong.push(format!("{state} {}", listed(what)));
            }
        }
        let key = self.schema.key.as_ref().map(|key| why(&key.why)).unwrap_or_default();
        self.report(Finding {
            row: None,
            code: Code::NewOrStored,
            path,
            element: Some(header.name.to_string()),
            field: Some(number_name.clone()),
            problem: format!("{} may find a record or make a new one: {}", finds.join(" and "), wrong.join(", ")),
            consequence: key,
            remedy: format!("set `{number_name}` where the record is stored; where it is new, send all that it needs"),
        });
    }
}

fn listed(what: &[String]) -> String {
    let named = what.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match what.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
