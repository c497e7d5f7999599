//! How an order is checked.

use crate::check::Code;
use crate::check::row::Checker;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::ElementRule;
use crate::facts::schema::{Effect, Places};
use std::ops::Range;

impl<R: RowView> Checker<'_, R> {
    pub(in crate::check::row) fn order(
        &self,
        walk: &mut Walk<'_>,
        rule: &ElementRule,
        first: &Places,
        then: &[u16],
        effect: Effect,
    ) {
        // Typed rows leave in emission order, which keeps every order rule that holds for all versions.
        if R::TYPED && rule.why.versions.are_all() {
            return;
        }
        for at in 0..self.row.len() {
            let (late, _) = self.row.edit(at);
            if !then.contains(&late) {
                continue;
            }
            let Some(early) = first.iter().find_map(|place| self.comes_after(at, place, effect)) else { continue };
            let (late_name, early_name) = (self.name(late), self.name(early));
            self.report(
                walk,
                Code::FieldOrder,
                Some(self.row.place(at)),
                late,
                format!("`{late_name}` is sent before `{early_name}`"),
                why(&rule.why),
                format!("send `{early_name}` first"),
            );
        }
    }

    /// A field of a place that comes after an edit, if none of the place came before it: one of them is enough. What
    /// clears does so whatever came before.
    fn comes_after(&self, at: usize, place: &[u16], effect: Effect) -> Option<u16> {
        let find = |mut edits: Range<usize>| {
            edits.find_map(|at| Some(self.row.edit(at).0).filter(|field| place.contains(field)))
        };
        if effect != Effect::Clears && find(0..at).is_some() {
            return None;
        }
        find(at + 1..self.row.len())
    }
}
