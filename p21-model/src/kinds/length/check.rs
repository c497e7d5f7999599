//! How lengths are checked.

use crate::check::Code;
use crate::check::row::Checker;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::ElementRule;

impl<R: RowView> Checker<'_, R> {
    pub(in crate::check::row) fn length(&self, walk: &mut Walk<'_>, rule: &ElementRule, fields: &[u16], max: u16) {
        for at in 0..self.row.len() {
            let (field, value) = self.row.edit(at);
            // A text has at most as many characters as bytes, which are counted already.
            if !fields.contains(&field) || value.len() <= usize::from(max) {
                continue;
            }
            let length = value.chars().count();
            if length > usize::from(max) {
                let name = self.name(field);
                let problem = format!("`{name}` has {length} characters, but takes {max}");
                let remedy = "send a shorter text: what was cut off could not be told from the real value".to_owned();
                self.report(walk, Code::TooLong, Some(self.row.place(at)), field, problem, why(&rule.why), remedy);
            }
        }
    }
}
