//! How the row that carries a mark is checked.

use crate::check::transaction::siblings::Primary;
use crate::check::transaction::{Walk, why};
use crate::check::view::{Group, RowView};
use crate::check::{Code, Finding};
use crate::facts::schema::RuleKind;

impl Walk<'_> {
    pub(in crate::check) fn primary<R: RowView>(
        &mut self,
        group: &Group<'_, R>,
        index: usize,
        row: &R,
        field: u16,
        value: &str,
    ) {
        let Some(set) = row.filled(field) else { return };
        let given = group.element.fields[field as usize].means(set, value);
        let edit = (0..row.len()).find(|at| row.edit(*at).0 == field).map(|at| row.place(at));
        let path = self.path(group, index, edit);
        let primaries = &mut self.siblings.primaries;
        let at = primaries.iter().position(|primary| primary.element == group.element.index).unwrap_or_else(|| {
            primaries.push(Primary { element: group.element.index, given: false, taken: None });
            primaries.len() - 1
        });
        primaries[at].given |= given;
        if !given {
            primaries[at].taken.get_or_insert(path);
        }
    }

    pub(in crate::check) fn primary_missing(&mut self, element: u16, path: String) {
        let Some(element) = self.schema.elements.get(usize::from(element)) else { return };
        for rule in element.rules.iter() {
            let RuleKind::Primary { field, value, .. } = &rule.kind else { continue };
            let name = &element.fields[usize::from(*field)].name;
            self.report(Finding {
                row: None,
                code: Code::PrimaryMissing,
                path: path.clone(),
                element: Some(element.name.to_string()),
                field: Some(name.to_string()),
                problem: format!("`{name}` is taken from a row and given to no other"),
                consequence: why(&rule.why),
                remedy: format!("set `{name}` = `{value}` in another row of the same transaction"),
            });
        }
    }
}
