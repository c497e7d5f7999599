//! How fields that exclude each other are checked.

use crate::check::Code;
use crate::check::row::Checker;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::ElementRule;

impl<R: RowView> Checker<'_, R> {
    /// Fields of both groups, or in a new row of neither.
    pub(in crate::check::row) fn either(&self, walk: &mut Walk<'_>, rule: &ElementRule, one: &[u16], other: &[u16]) {
        let set = |fields: &[u16]| fields.iter().copied().find(|field| self.row.filled(*field).is_some());
        match (set(one), set(other)) {
            (Some(first), Some(second)) => {
                let (first, name) = (self.name(first), self.name(second));
                let problem = format!("`{name}` is set beside `{first}`");
                let remedy = format!("leave out `{name}` or `{first}`");
                self.report(walk, Code::EitherOr, self.place_of(second), second, problem, why(&rule.why), remedy);
            }
            (None, None) if self.is_new(walk) => {
                let (Some(first), Some(second)) = (one.first(), other.first()) else { return };
                let (name, second) = (self.name(*first), self.name(*second));
                let problem = format!("a new row of `{}` needs `{name}` or `{second}`", self.group.element.name);
                let remedy = format!("set `{name}` or `{second}`");
                self.report(walk, Code::EitherOr, None, *first, problem, why(&rule.why), remedy);
            }
            _ => {}
        }
    }
}
