//! The order of elements, and elements that are missing: known only when the whole transaction was seen.

use super::{Walk, why};
use crate::check::{Code, Finding};
use crate::schema::{Occasion, RuleKind, Sequence, Why};

impl Walk<'_> {
    pub(super) fn sequences(&mut self) {
        for sequence in self.schema.sequences.iter() {
            let place = |element: u16| sequence.elements.iter().position(|other| *other == element);
            let mut furthest: Option<(usize, u16)> = None;
            for (element, at) in self.order.clone() {
                let Some(position) = place(element) else {
                    self.after_last(sequence, element, at, furthest);
                    continue;
                };
                match furthest {
                    Some((before, other)) if before > position => {
                        self.out_of_order(element, other, at, &sequence.why);
                    }
                    _ => furthest = Some((position, element)),
                }
            }
        }
    }

    /// An element outside of a sequence, after one that must come last.
    fn after_last(&mut self, sequence: &Sequence, element: u16, at: usize, furthest: Option<(usize, u16)>) {
        if let Some((_, other)) = furthest.filter(|(_, other)| sequence.last.contains(other)) {
            self.out_of_order(element, other, at, &sequence.why);
        }
    }

    fn out_of_order(&mut self, element: u16, before: u16, at: usize, reason: &Why) {
        let name = |index: u16| self.schema.elements.get(index as usize).map_or("", |element| &element.name);
        let (element, before) = (name(element).to_owned(), name(before).to_owned());
        self.report(Finding {
            code: Code::ElementOrder,
            path: self.element_path(at),
            problem: format!("`{element}` comes after `{before}`"),
            element: Some(element.clone()),
            field: None,
            consequence: why(reason),
            remedy: format!("send `{element}` before `{before}`"),
        });
    }

    pub(super) fn missing_elements(&mut self) {
        let schema = self.schema;
        for element in schema.elements.iter() {
            if self.seen(element.index).is_some() {
                continue;
            }
            for rule in element.rules.iter() {
                if let RuleKind::RequiredElement { on: Occasion::Create | Occasion::Always, .. } = rule.kind {
                    self.report(Finding {
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
