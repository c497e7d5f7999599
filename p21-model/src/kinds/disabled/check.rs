//! How disabled columns and tabs are checked.

use crate::check::Code;
use crate::check::row::Checker;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::ElementRule;
use crate::facts::schema::{IgnoreDisabled, RuleKind};

impl<R: RowView> Checker<'_, R> {
    /// Whether the row stands on a tab that is disabled, which it then reports.
    pub(in crate::check::row) fn shut_tab(&self, walk: &mut Walk<'_>) -> bool {
        if self.row.len() == 0 {
            return false;
        }
        for rule in self.group.element.rules.iter() {
            let RuleKind::Disabled { fields, when, ignore_disabled, .. } = &rule.kind else { continue };
            if fields.is_empty()
                && self.applies(walk, *when)
                && let Some((code, remedy)) = verdict(walk, Code::DisabledTab, *ignore_disabled)
            {
                let problem = format!("the tab of `{}` is disabled", self.group.element.name);
                self.report(walk, code, None, self.row.edit(0).0, problem, why(&rule.why), remedy.to_owned());
                return true;
            }
        }
        false
    }

    pub(in crate::check::row) fn disabled(
        &self,
        walk: &mut Walk<'_>,
        rule: &ElementRule,
        fields: &[u16],
        outcome: IgnoreDisabled,
    ) {
        let Some((code, remedy)) = verdict(walk, Code::DisabledColumn, outcome) else { return };
        for at in (0..self.row.len()).filter(|at| fields.contains(&self.row.edit(*at).0)) {
            let field = self.row.edit(at).0;
            let problem = format!("`{}` is disabled", self.name(field));
            self.report(walk, code, Some(self.row.place(at)), field, problem, why(&rule.why), remedy.to_owned());
        }
    }

    /// What a stored record would not take.
    pub(in crate::check::row) fn disabled_if_saved(&self, walk: &mut Walk<'_>, fields: &[u16]) {
        for at in (0..self.row.len()).filter(|at| fields.contains(&self.row.edit(*at).0)) {
            walk.if_stored(format!("does not take `{}`", self.name(self.row.edit(at).0)));
        }
    }
}

/// What is to be said of something that is disabled: nothing where `IgnoreDisabled` opens it.
fn verdict(walk: &Walk<'_>, plain: Code, outcome: IgnoreDisabled) -> Option<(Code, &'static str)> {
    Some(match (walk.ignore_disabled, outcome) {
        (true, IgnoreDisabled::Writes) => return None,
        (true, IgnoreDisabled::Nothing) => {
            (Code::FalseSuccess, "leave it out: P21 answers `Succeeded` under `IgnoreDisabled` and writes nothing")
        }
        (false, IgnoreDisabled::Writes) => {
            (plain, "leave it out, or set `IgnoreDisabled` on the whole set, then read back what was written")
        }
        _ => (plain, "leave it out"),
    })
}
