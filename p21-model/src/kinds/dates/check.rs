//! How dates are checked against each other.

use crate::check::Code;
use crate::check::row::Checker;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::ElementRule;

impl<R: RowView> Checker<'_, R> {
    pub(in crate::check::row) fn dates(
        &self,
        walk: &mut Walk<'_>,
        rule: &ElementRule,
        earlier: u16,
        later: u16,
        strict: bool,
    ) {
        let (Some(first), Some(second)) = (self.date(earlier), self.date(later)) else { return };
        if first > second || (strict && first == second) {
            let (early, late) = (self.name(earlier), self.name(later));
            let problem = format!("`{late}` is not {} `{early}`", if strict { "after" } else { "on or after" });
            let remedy = format!("set `{late}` to a day after `{early}`");
            self.report(walk, Code::DateOrder, self.place_of(later), later, problem, why(&rule.why), remedy);
        }
    }
}
