//! One row: the order of its fields, what is required, forbidden, disabled.

mod content;
mod required;
mod tiers;

use super::transaction::{RecordState, Walk, has_key, why};
use super::view::{Group, RowView};
use super::{Code, Finding, empty, values};
use crate::facts::schema::{Effect, ElementKind, ElementRule, IgnoreDisabled, Occasion, Places, RuleKind, When};
use std::ops::Range;

pub(super) fn check<R: RowView>(walk: &mut Walk<'_>, group: &Group<'_, R>, index: usize, row: &R) {
    let checker = Checker { group, index, row };
    if R::TYPED && row.is_empty() {
        let finding =
            Finding { element: Some(group.element.name.to_string()), ..empty::row(walk.path(group, index, None)) };
        walk.report(finding);
    }
    // What stands on a tab that is shut has to go as a whole: what else is wrong with it does not matter.
    if checker.shut_tab(walk) {
        return;
    }
    checker.values(walk);
    for rule in group.element.rules.iter() {
        checker.rule(walk, rule);
    }
    if checker.is_new(walk) {
        checker.required(walk);
    } else if checker.may_be_new(walk) {
        checker.required_if_new(walk);
    }
}

struct Checker<'a, R> {
    group: &'a Group<'a, R>,
    index: usize,
    row: &'a R,
}

impl<R: RowView> Checker<'_, R> {
    fn values(&self, walk: &mut Walk<'_>) {
        for at in 0..self.row.len() {
            let (index, value) = self.row.edit(at);
            let field = &self.group.element.fields[index as usize];
            if let Some(problem) = values::check(field, value, walk.use_codes, R::TYPED) {
                let finding = Finding {
                    row: None,
                    code: problem.code,
                    path: walk.path(self.group, self.index, Some(self.row.place(at))),
                    element: Some(self.group.element.name.to_string()),
                    field: Some(field.name.to_string()),
                    problem: problem.problem,
                    consequence: problem.consequence,
                    remedy: problem.remedy,
                };
                walk.report(finding);
            }
        }
    }

    fn rule(&self, walk: &mut Walk<'_>, rule: &ElementRule) {
        match &rule.kind {
            RuleKind::Order { first, then, effect, .. } => self.order(walk, rule, first, then, *effect),
            RuleKind::Choice { field, value, wants, forbids } => self.choice(walk, rule, *field, value, wants, forbids),
            RuleKind::Disabled { fields, when, ignore_disabled, .. } => {
                if !fields.is_empty() && self.applies(walk, *when) {
                    self.disabled(walk, rule, fields, *ignore_disabled);
                } else if *when == When::Saved && self.may_be_saved(walk) {
                    self.disabled_if_saved(walk, fields);
                }
            }
            RuleKind::Tiers { values, breaks, zero_first } => self.tiers(walk, rule, values, breaks, *zero_first),
            RuleKind::Format { fields, form } => self.format(walk, rule, fields, *form),
            RuleKind::Dates { earlier, later, strict, .. } => self.dates(walk, rule, *earlier, *later, *strict),
            RuleKind::Today { field, message } => self.today(walk, rule, *field, message),
            RuleKind::Required { fields, on: Occasion::Update, unless, .. } => {
                if self.is_saved(walk) {
                    self.required_again(walk, rule, fields, unless);
                }
            }
            RuleKind::Required { fields, on: Occasion::Always, unless, .. } => {
                // What a new row needs is found with all else that it needs.
                if !(self.is_new(walk) && unless.is_empty()) {
                    self.required_always(walk, rule, fields, unless);
                }
            }
            RuleKind::Either { one, other } => self.either(walk, rule, one, other),
            RuleKind::Length { fields, max } => self.length(walk, rule, fields, *max),
            RuleKind::Prompt { field, value } => self.prompt(walk, rule, *field, value),
            RuleKind::Ascending { field, .. } => walk.ascending(self.group, self.index, self.row, rule, *field),
            RuleKind::Primary { field, value, .. } => walk.primary(self.group, self.index, self.row, *field, value),
            RuleKind::OneInsert { .. } => walk.inserts(self.group, self.index, self.row),
            RuleKind::Repeats { parent, fields, of } => {
                walk.repeats(self.group, self.index, self.row, rule, (*parent, fields, of));
            }
            RuleKind::Bounded { ranges } => self.bounded(walk, rule, ranges),
            RuleKind::Required { .. }
            | RuleKind::Optional { .. }
            | RuleKind::RequiredElement { .. }
            | RuleKind::Assigned { .. }
            | RuleKind::Default { .. }
            | RuleKind::CreatedOnce { .. }
            | RuleKind::NoKey { .. }
            | RuleKind::Reference { .. }
            | RuleKind::Note { .. } => {}
        }
    }

    fn order(&self, walk: &mut Walk<'_>, rule: &ElementRule, first: &Places, then: &[u16], effect: Effect) {
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

    fn choice(&self, walk: &mut Walk<'_>, rule: &ElementRule, field: u16, value: &str, wants: &[u16], forbids: &[u16]) {
        let schema = &self.group.element.fields[field as usize];
        let chosen = self.row.value(field).is_some_and(|set| schema.means(set, value));
        if !chosen {
            return;
        }
        // A partial row may rely on what is stored; only a new row must have all that its choice wants.
        let (is_new, may_be_new) = (self.is_new(walk), self.may_be_new(walk));
        let is_missing = |wanted: u16| {
            (is_new || may_be_new) && self.row.value(wanted).is_none_or(str::is_empty) && !self.row.is_misspelt(wanted)
        };
        for wanted in wants.iter().filter(|wanted| is_missing(**wanted)) {
            let wanted_name = self.name(*wanted);
            if may_be_new && !is_new {
                walk.if_new(format!("needs `{wanted_name}` of `{}`", self.group.element.name));
                continue;
            }
            let problem = format!("`{}` is `{value}`, but `{wanted_name}` is missing", schema.name);
            let remedy = format!("set `{wanted_name}`");
            self.report(walk, Code::ChoiceWants, None, *wanted, problem, why(&rule.why), remedy);
        }
        for forbidden in forbids.iter().filter(|field| self.row.value(**field).is_some_and(|value| !value.is_empty())) {
            let name = self.name(*forbidden);
            let problem = format!("`{}` is `{value}`, but `{name}` is set", schema.name);
            let remedy = format!("leave `{name}` out, or choose another `{}`", schema.name);
            self.report(
                walk,
                Code::ChoiceForbids,
                self.place_of(*forbidden),
                *forbidden,
                problem,
                why(&rule.why),
                remedy,
            );
        }
    }

    /// Whether the row stands on a tab that is shut, which it then reports.
    fn shut_tab(&self, walk: &mut Walk<'_>) -> bool {
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

    /// What a stored record would not take.
    fn disabled_if_saved(&self, walk: &mut Walk<'_>, fields: &[u16]) {
        for at in (0..self.row.len()).filter(|at| fields.contains(&self.row.edit(*at).0)) {
            walk.if_stored(format!("does not take `{}`", self.name(self.row.edit(at).0)));
        }
    }

    fn disabled(&self, walk: &mut Walk<'_>, rule: &ElementRule, fields: &[u16], outcome: IgnoreDisabled) {
        let Some((code, remedy)) = verdict(walk, Code::DisabledColumn, outcome) else { return };
        for at in (0..self.row.len()).filter(|at| fields.contains(&self.row.edit(*at).0)) {
            let field = self.row.edit(at).0;
            let problem = format!("`{}` is disabled", self.name(field));
            self.report(walk, code, Some(self.row.place(at)), field, problem, why(&rule.why), remedy.to_owned());
        }
    }

    /// Whether the row is certainly new: in a new record every row is, but for the parts P21 opens by itself; and
    /// everywhere a row of a list that carries no key, which no stored row can match.
    fn is_new(&self, walk: &Walk<'_>) -> bool {
        let element = self.group.element;
        match element.kind {
            ElementKind::Form => walk.record == RecordState::New && !self.row.is_partial() && element.index == 0,
            ElementKind::List => {
                self.row.len() > 0
                    && (walk.record == RecordState::New && !self.row.is_partial() || !has_key(self.group, self.row))
            }
        }
    }

    /// Whether the row is certainly stored: in an existing record the one row of a form that depends on no other row.
    fn is_saved(&self, walk: &Walk<'_>) -> bool {
        let element = self.group.element;
        walk.record == RecordState::Saved && element.kind == ElementKind::Form && element.parent.is_none()
    }

    /// Whether the row is new if the record is, of which the payload doesn't say it.
    fn may_be_new(&self, walk: &Walk<'_>) -> bool {
        let element = self.group.element;
        walk.record == RecordState::NewOrSaved
            && self.row.len() > 0
            && !self.row.is_partial()
            && (element.kind == ElementKind::List || element.index == 0)
    }

    /// Whether the row is stored if the record is, of which the payload doesn't say it.
    fn may_be_saved(&self, walk: &Walk<'_>) -> bool {
        let element = self.group.element;
        walk.record == RecordState::NewOrSaved && element.kind == ElementKind::Form && element.parent.is_none()
    }

    fn applies(&self, walk: &Walk<'_>, when: When) -> bool {
        match when {
            When::Always => true,
            When::Saved => walk.record == RecordState::Saved && self.group.element.kind == ElementKind::Form,
            When::New => walk.record == RecordState::New,
        }
    }

    fn name(&self, field: u16) -> &str {
        &self.group.element.fields[field as usize].name
    }

    fn place_of(&self, field: u16) -> Option<usize> {
        (0..self.row.len()).find(|at| self.row.edit(*at).0 == field).map(|at| self.row.place(at))
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a finding")]
    fn report(
        &self,
        walk: &mut Walk<'_>,
        code: Code,
        edit: Option<usize>,
        field: u16,
        problem: String,
        consequence: String,
        remedy: String,
    ) {
        let finding = Finding {
            row: None,
            code,
            path: walk.path(self.group, self.index, edit),
            element: Some(self.group.element.name.to_string()),
            field: Some(self.name(field).to_owned()),
            problem,
            consequence,
            remedy,
        };
        walk.report(finding);
    }
}

/// What is to be said of something that is shut: nothing where `IgnoreDisabled` opens it.
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
