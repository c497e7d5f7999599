//! How texts of a form of their own are checked.

use crate::check::Code;
use crate::check::row::Checker;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::ElementRule;
use crate::facts::schema::TextForm;

impl<R: RowView> Checker<'_, R> {
    /// Texts of a form of their own.
    pub(in crate::check::row) fn format(
        &self,
        walk: &mut Walk<'_>,
        rule: &ElementRule,
        fields: &[u16],
        form: TextForm,
    ) {
        for at in 0..self.row.len() {
            let (field, value) = self.row.edit(at);
            if !fields.contains(&field) || value.is_empty() || form.takes(value) {
                continue;
            }
            let problem = format!("`{}` is `{}`, not {}", self.name(field), value.escape_debug(), form.describe());
            let remedy = format!("send {}", form.describe());
            self.report(walk, Code::WrongValue, Some(self.row.place(at)), field, problem, why(&rule.why), remedy);
        }
    }
}
