//! How children are checked against the rows they follow.

use crate::check::transaction::Misplaced;
use crate::check::transaction::{Walk, why};
use crate::check::view::{Group, RowView};
use crate::check::{Code, Finding};
use crate::facts::schema::ElementKind;

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
            // A form that comes twice for one row is found as such.
            Some(seen) if element.kind == ElementKind::Form => return Ok(seen.current_row),
            Some(seen) => match self.run_before(element.index, parent.element) {
                (parents, children) if parents < 2 || children == 0 => return Ok(seen.current_row),
                (parents, 1) => (
                    Code::ChildOfLastRow,
                    format!(
                        "elements of `{}` follow {parents} of `{parent_name}`, and all apply to the last",
                        element.name
                    ),
                    format!(
                        "send each `{parent_name}` followed by its own `{0}`; several rows of `{0}` for one of them \
                         belong into one element",
                        element.name
                    ),
                ),
                _ => return Err(Misplaced),
            },
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
    /// How many elements of a parent stand one after another before this one, and how many of the child between.
    fn run_before(&self, child: u16, parent: u16) -> (usize, usize) {
        let mut before = self.order.iter().rev().map(|(element, _)| *element).peekable();
        let mut run = |of: u16| std::iter::from_fn(|| before.next_if_eq(&of)).count();
        let children = run(child);
        (run(parent), children)
    }
}
