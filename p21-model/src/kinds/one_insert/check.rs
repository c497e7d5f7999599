//! How new rows of one record in several transactions are checked.

use crate::check::transaction::keys::line_number;
use crate::check::transaction::siblings::Added;
use crate::check::transaction::{Walk, why};
use crate::check::view::{Group, RowView};
use crate::check::{Code, Finding};
use crate::facts::schema::RuleKind;

impl Walk<'_> {
    /// A row that sets what a new one needs and not the number that P21 gives it is new.
    pub(in crate::check) fn inserts<R: RowView>(&mut self, group: &Group<'_, R>, index: usize, row: &R) {
        if self.siblings.added.is_some() {
            return;
        }
        let element = group.element;
        let set = |field: usize| row.filled(field as u16).is_some();
        let complete = element.fields.iter().enumerate().all(|(field, schema)| !schema.is_required() || set(field));
        let numbered = line_number(element).is_some_and(|field| set(usize::from(field)));
        if complete && !numbered {
            self.siblings.added = Some(Added { element: element.index, place: group.place, row: index });
        }
    }

    pub(in crate::check::transaction) fn inserts_collide(&mut self, added: &Added, first: usize) {
        let Some(element) = self.schema.elements.get(usize::from(added.element)) else { return };
        let Some(rule) = element.rules.iter().find(|rule| matches!(rule.kind, RuleKind::OneInsert { .. })) else {
            return;
        };
        self.report(Finding {
            row: None,
            code: Code::InsertsCollide,
            path: format!("{}.Rows[{}]", self.element_path(added.place), added.row),
            element: Some(element.name.to_string()),
            field: None,
            problem: format!(
                "the row looks new, and Transactions[{first}] adds a row of `{}` to the same record",
                element.name
            ),
            consequence: why(&rule.why),
            remedy: "send each in a request of its own; rows that exist may share one".to_owned(),
        });
    }
}
