//! How values that open a window are checked.

use crate::check::Code;
use crate::check::row::Checker;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::ElementRule;

impl<R: RowView> Checker<'_, R> {
    /// A value that makes the window ask something, which nobody answers.
    pub(in crate::check::row) fn prompt(&self, walk: &mut Walk<'_>, rule: &ElementRule, field: u16, value: &str) {
        let schema = &self.group.element.fields[field as usize];
        if !self.row.value(field).is_some_and(|set| schema.means(set, value)) {
            return;
        }
        let name = self.name(field);
        let problem = format!("`{name}` = `{value}` opens a window that nobody answers");
        let remedy = format!("set `{name}` in a transaction of its own, or through the async endpoint");
        self.report(walk, Code::OpensWindow, self.place_of(field), field, problem, why(&rule.why), remedy);
    }
}
