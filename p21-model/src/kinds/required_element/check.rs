//! How elements that are missing are checked.

use crate::check::transaction::RecordState;
use crate::check::transaction::{Walk, why};
use crate::check::{Code, Finding};
use crate::facts::schema::{Occasion, RuleKind};

impl Walk<'_> {
    /// Finds elements that a new record needs.
    pub(in crate::check) fn missing_elements(&mut self) {
        let schema = self.schema;
        if !matches!(self.record, RecordState::New | RecordState::NewOrSaved) {
            return;
        }
        for element in schema.elements.iter() {
            if self.seen(element.index).is_some() {
                continue;
            }
            for rule in element.rules.iter() {
                let RuleKind::RequiredElement { on, .. } = rule.kind else { continue };
                if on == Occasion::Create && self.record == RecordState::NewOrSaved {
                    self.if_new(format!("needs a row of `{}`", element.name));
                } else if on != Occasion::Update {
                    self.report(Finding {
                        row: None,
                        code: Code::ElementMissing,
                        path: format!("Transactions[{}].DataElements", self.transaction),
                        element: Some(element.name.to_string()),
                        field: None,
                        problem: format!("a new record needs a row of `{}`", element.name),
                        consequence: why(&rule.why),
                        remedy: format!("add a row of `{}`", element.name),
                    });
                }
            }
        }
    }
}
