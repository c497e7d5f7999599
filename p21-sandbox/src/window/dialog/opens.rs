//! What opens: over a row, and behind a save.

use p21_model::schema::RuleKind;

use super::Before;
use crate::facts::plan::Service;
use crate::facts::settings::prompts::{Prompt, PromptWhen};
use crate::facts::value;
use crate::window::desk::Desk;
use crate::window::{Row, Window};

impl Window {
    /// The row as it is before something is typed into it, if anything could ask about it then.
    pub(in crate::window) fn before_typing(&self, desk: &Desk<'_>, element: u16, row: usize) -> Option<Before> {
        let name = &*self.service.element(element).name;
        let is_asked_about =
            desk.config.prompts.iter().any(|prompt| prompt.service == self.service.name() && prompt.element == name);
        let of = &self.rows[row];
        is_asked_about.then(|| Before { data: of.data.clone(), sent: of.sent.clone() })
    }

    /// What opens over the row.
    pub(in crate::window) fn prompt_over<'c>(&self, desk: &Desk<'c>, element: u16, row: usize) -> Option<&'c Prompt> {
        let schema = self.service.element(element);
        let prompts: &'c [Prompt] = &desk.config.prompts;
        prompts.iter().find(|prompt| {
            if prompt.service != self.service.name() || prompt.element != schema.name {
                return false;
            }
            let Some(field) = self.service.plan(element).field(&prompt.field) else { return false };
            let stored = self.value(row, element, field);
            match &prompt.when {
                PromptWhen::Missing => stored.is_empty(),
                PromptWhen::Is(wanted) => {
                    stored == wanted || value::shown(&schema.fields[field as usize], stored) == *wanted
                }
            }
        })
    }

    pub(super) fn opens_after_save(&self) -> bool {
        openers(&self.service).any(|(element, field, opening)| {
            let schema = &self.service.element(element).fields[field as usize];
            let opening = value::typed(schema, opening, false).unwrap_or_else(|_| opening.to_owned());
            let was_typed = |row: &Row| row.sent.contains(&(element, field));
            let column = self.service.plan(element).column(field);
            self.rows.iter().any(|row| was_typed(row) && row.data.get(column) == Some(&opening))
        })
    }
}

/// Whether a window of the service opens dialogs at all.
pub(crate) fn has_dialogs(service: &Service) -> bool {
    openers(service).next().is_some()
}

/// The fields whose value opens a dialog behind the save, and the value.
fn openers(service: &Service) -> impl Iterator<Item = (u16, u16, &str)> {
    let rules = (0..).zip(service.schema.elements.iter());
    rules.flat_map(|(element, schema)| {
        schema.rules.iter().filter_map(move |rule| match &rule.kind {
            RuleKind::Prompt { field, value } => Some((element, *field, &**value)),
            _ => None,
        })
    })
}
