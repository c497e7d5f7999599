//! How children are checked against the rows they follow.

use crate::check::transaction::Misplaced;
use crate::check::transaction::{Walk, why};
use crate::check::view::{Group, RowView};
use crate::check::{Code, Finding};

impl Walk<'_> {
    /// The row that a child applies to: the last one of its parent. Finds children without one, and children that
    /// follow several parent rows at once; `Err` if they do, for what else is wrong with their place follows from it.
    pub(in crate::check::transaction) fn parent_row<R: RowView>(
        &mut self,
        group: &Group<'_, R>,
    ) -> Result<usize, Misplaced> {
        let element = group.element;
        let Some(parent) = &element.parent else { return Ok(0) };
        let parent_name = self.schema.elements.get(parent.element as usize).map_or("", |parent| &parent.name);
        let (code, problem, remedy) = match self.seen(parent.element) {
            // The parent may be the element that the service does not have.
            None if self.has_unknown_elements => return Err(Misplaced),
            None => (
                Code::ChildWithoutParent,
                format!("`{}` comes before any row of `{parent_name}`", element.name),
                format!("send the row of `{parent_name}` first, right before its `{}`", element.name),
            ),
            Some(seen) if seen.rows_in_group > 1 => (
                Code::ChildOfLastRow,
                format!("`{}` follows {} rows of `{parent_name}` at once", element.name, seen.rows_in_group),
                format!("send each row of `{parent_name}` as an element of its own, followed by its children"),
            ),
            Some(seen) => return Ok(seen.current_row),
        };
        self.report(Finding {
            row: None,
            code,
            path: self.element_path(group.place),
            element: Some(element.name.to_string()),
            field: None,
            problem,
            consequence: why(&parent.why),
            remedy,
        });
        Err(Misplaced)
    }
}
