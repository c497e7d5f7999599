//! What the values of one row say together, and what one value may not say.

use super::Checker;
use crate::check::Code;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::{ElementRule, Places, RuleKind, TextForm};
use crate::rows::value::{DateTime, FieldValue as _};

impl<R: RowView> Checker<'_, R> {
    pub(super) fn dates(&self, walk: &mut Walk<'_>, rule: &ElementRule, earlier: u16, later: u16, strict: bool) {
        let (Some(first), Some(second)) = (self.date(earlier), self.date(later)) else { return };
        if first > second || (strict && first == second) {
            let (early, late) = (self.name(earlier), self.name(later));
            let problem = format!("`{late}` is not {} `{early}`", if strict { "after" } else { "on or after" });
            let remedy = format!("set `{late}` to a day after `{early}`");
            self.report(walk, Code::DateOrder, self.place_of(later), later, problem, why(&rule.why), remedy);
        }
    }

    /// A date before the day of sending, if the caller says which day that is.
    pub(super) fn today(&self, walk: &mut Walk<'_>, rule: &ElementRule, field: u16, message: &str) {
        let (Some(today), Some(date)) = (walk.today, self.date(field)) else { return };
        if date.date() >= today {
            return;
        }
        let name = self.name(field);
        let problem = format!("`{name}` is {}, before today ({today})", date.date());
        let consequence = match message {
            "" => why(&rule.why),
            message => format!("{}: `{message}`", why(&rule.why)),
        };
        let remedy = format!("set `{name}` to {today} or later");
        self.report(walk, Code::PastDate, self.place_of(field), field, problem, consequence, remedy);
    }

    fn date(&self, field: u16) -> Option<DateTime> {
        DateTime::from_wire(self.row.value(field)?).ok()
    }

    /// Fields of both groups, or in a new row of neither.
    pub(super) fn either(&self, walk: &mut Walk<'_>, rule: &ElementRule, one: &[u16], other: &[u16]) {
        let set = |fields: &[u16]| {
            fields.iter().copied().find(|field| self.row.value(*field).is_some_and(|value| !value.is_empty()))
        };
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

    /// Texts of a form of their own.
    pub(super) fn format(&self, walk: &mut Walk<'_>, rule: &ElementRule, fields: &[u16], form: TextForm) {
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

    pub(super) fn length(&self, walk: &mut Walk<'_>, rule: &ElementRule, fields: &[u16], max: u16) {
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

    /// Criteria of which no range is set.
    pub(super) fn bounded(&self, walk: &mut Walk<'_>, rule: &ElementRule, ranges: &Places) {
        let set = |field: &u16| self.row.value(*field).is_some_and(|value| !value.trim().is_empty());
        let misspelt = |range: &[u16]| range.iter().any(|field| self.row.is_misspelt(*field));
        if self.row.is_empty() || ranges.iter().any(|range| range.iter().all(set) || misspelt(range)) {
            return;
        }
        // A choice that wants one of the ranges says so itself.
        let wants_one = self.group.element.rules.iter().any(|rule| match &rule.kind {
            RuleKind::Choice { field, value, wants, .. } => {
                let chosen = |set| self.group.element.fields[usize::from(*field)].means(set, value);
                self.row.value(*field).is_some_and(chosen) && wants.iter().any(|field| ranges.fields().contains(field))
            }
            _ => false,
        });
        let Some(first) = ranges.fields().first().filter(|_| !wants_one) else { return };
        let problem = "nothing bounds the report".to_owned();
        let range = |range: &[u16]| {
            let names: Vec<String> = range.iter().map(|field| format!("`{}`", self.name(*field))).collect();
            names.join(" and ")
        };
        let all: Vec<String> = ranges.iter().map(range).collect();
        let remedy = format!("set {}", all.join(", or "));
        self.report(walk, Code::Unbounded, None, *first, problem, why(&rule.why), remedy);
    }

    /// A value that makes the window ask something, which nobody answers.
    pub(super) fn prompt(&self, walk: &mut Walk<'_>, rule: &ElementRule, field: u16, value: &str) {
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
