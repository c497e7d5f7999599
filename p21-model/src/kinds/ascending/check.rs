//! How rows in the order of a date are checked.

use crate::check::transaction::{Walk, why};
use crate::check::view::{Group, RowView};
use crate::check::{Code, Finding};
use crate::facts::schema::ElementRule;
use crate::rows::value::{DateTime, FieldValue as _};

impl Walk<'_> {
    pub(in crate::check) fn ascending<R: RowView>(
        &mut self,
        group: &Group<'_, R>,
        index: usize,
        row: &R,
        rule: &ElementRule,
        field: u16,
    ) {
        let Some(date) = row.value(field).and_then(|value| DateTime::from_wire(value).ok()) else { return };
        let element = group.element;
        let parent_row =
            element.parent.as_ref().and_then(|parent| self.seen(parent.element)).map_or(0, |seen| seen.current_row);
        let before = self.siblings.last_date.replace((element.index, parent_row, date));
        if before.is_none_or(|(other, parent, before)| (other, parent) != (element.index, parent_row) || before < date)
        {
            return;
        }
        let name = &element.fields[field as usize].name;
        let edit = (0..row.len()).find(|at| row.edit(*at).0 == field).map(|at| row.place(at));
        let finding = Finding {
            row: None,
            code: Code::NotAscending,
            path: self.path(group, index, edit),
            element: Some(element.name.to_string()),
            field: Some(name.to_string()),
            problem: format!("`{name}` is not later than in the row before"),
            consequence: why(&rule.why),
            remedy: format!("sort the rows by `{name}`, each later than the one before"),
        };
        self.report(finding);
    }
}
