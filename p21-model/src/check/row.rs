//! One row: the order of its fields, what is required, forbidden, disabled.

mod content;

use super::transaction::{RecordState, Walk, why};
use super::view::{Group, RowView};
use super::{Code, Finding, values};
use crate::schema::{ElementKind, ElementRule, ElementSchema, IgnoreDisabled, Occasion, RuleKind, When};

pub(super) fn check<R: RowView>(walk: &mut Walk<'_>, group: &Group<'_, R>, index: usize, row: &R) {
    let checker = Checker { group, index, row };
    checker.values(walk);
    for rule in group.element.rules.iter() {
        checker.rule(walk, rule);
    }
    if checker.is_new(walk) {
        checker.required(walk);
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
            RuleKind::Order { first, then, .. } => self.order(walk, rule, first, then),
            RuleKind::Choice { field, value, wants, forbids } => self.choice(walk, rule, *field, value, wants, forbids),
            RuleKind::Disabled { fields, when, ignore_disabled, .. } => {
                if self.applies(walk, *when) {
                    self.disabled(walk, rule, fields, *ignore_disabled);
                }
            }
            RuleKind::Tiers { values, breaks } => self.tiers(walk, rule, values, breaks),
            RuleKind::Dates { earlier, later, strict, .. } => self.dates(walk, rule, *earlier, *later, *strict),
            RuleKind::Today { field, message } => self.today(walk, rule, *field, message),
            RuleKind::Required { fields, on: Occasion::Update | Occasion::Always, unless, .. } => {
                if self.is_saved(walk) {
                    self.required_again(walk, rule, fields, unless);
                }
            }
            RuleKind::Either { one, other } => self.either(walk, rule, one, other),
            RuleKind::Length { fields, max } => self.length(walk, rule, fields, *max),
            RuleKind::Prompt { field, value } => self.prompt(walk, rule, *field, value),
            RuleKind::Ascending { field, .. } => walk.ascending(self.group, self.index, self.row, rule, *field),
            RuleKind::Primary { field, value, .. } => walk.primary(self.group, self.index, self.row, *field, value),
            RuleKind::OneInsert { .. } => walk.inserts(self.group, self.index, self.row),
            RuleKind::Required { .. }
            | RuleKind::Optional { .. }
            | RuleKind::RequiredElement { .. }
            | RuleKind::Assigned { .. }
            | RuleKind::Default { .. }
            | RuleKind::Note { .. } => {}
        }
    }

    fn order(&self, walk: &mut Walk<'_>, rule: &ElementRule, first: &[u16], then: &[u16]) {
        // Typed rows leave in emission order, which keeps every order rule that holds for all versions.
        if R::TYPED && rule.why.versions.are_all() {
            return;
        }
        for at in 0..self.row.len() {
            let (late, _) = self.row.edit(at);
            if !then.contains(&late) {
                continue;
            }
            let mut after = (at + 1..self.row.len()).map(|at| self.row.edit(at).0);
            if let Some(early) = after.find(|field| first.contains(field)) {
                let (late_name, early_name) = (self.name(late), self.name(early));
                self.report(
                    walk,
                    Code::FieldOrder,
                    Some(at),
                    late,
                    format!("`{late_name}` is sent before `{early_name}`"),
                    why(&rule.why),
                    format!("send `{early_name}` first"),
                );
            }
        }
    }

    fn choice(&self, walk: &mut Walk<'_>, rule: &ElementRule, field: u16, value: &str, wants: &[u16], forbids: &[u16]) {
        let schema = &self.group.element.fields[field as usize];
        let chosen = self.row.value(field).is_some_and(|set| schema.means(set, value));
        if !chosen {
            return;
        }
        // A partial row may rely on what is stored; only a new row must have all that its choice wants.
        let is_new = self.is_new(walk);
        for wanted in wants.iter().filter(|wanted| is_new && self.row.value(**wanted).is_none_or(str::is_empty)) {
            let wanted_name = self.name(*wanted);
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

    fn disabled(&self, walk: &mut Walk<'_>, rule: &ElementRule, fields: &[u16], outcome: IgnoreDisabled) {
        let is_tab = fields.is_empty();
        let hit: Vec<usize> = match is_tab {
            true => (self.row.len() > 0).then_some(0).into_iter().collect(),
            false => (0..self.row.len()).filter(|at| fields.contains(&self.row.edit(*at).0)).collect(),
        };
        for at in hit {
            let field = self.row.edit(at).0;
            let what = match is_tab {
                true => format!("the tab of `{}` is disabled", self.group.element.name),
                false => format!("`{}` is disabled", self.name(field)),
            };
            let plain = if is_tab { Code::DisabledTab } else { Code::DisabledColumn };
            let (code, remedy) = match (walk.ignore_disabled, outcome) {
                (true, IgnoreDisabled::Writes) => continue,
                (true, IgnoreDisabled::Nothing) => (
                    Code::FalseSuccess,
                    "leave it out: P21 answers `Succeeded` under `IgnoreDisabled` and writes nothing",
                ),
                (false, IgnoreDisabled::Writes) => {
                    (plain, "leave it out, or set `IgnoreDisabled` on the whole set, then read back what was written")
                }
                _ => (plain, "leave it out"),
            };
            let at = if is_tab { None } else { Some(self.row.place(at)) };
            self.report(walk, code, at, field, what, why(&rule.why), remedy.to_owned());
        }
    }

    /// What an update has to repeat.
    fn required_again(&self, walk: &mut Walk<'_>, rule: &ElementRule, fields: &[u16], unless: &[u16]) {
        let set = |field: &u16| self.row.value(*field).is_some_and(|value| !value.is_empty());
        if unless.iter().any(set) {
            return;
        }
        for field in fields.iter().filter(|field| !set(field)) {
            let name = self.name(*field);
            let problem = format!("an update of `{}` needs `{name}`", self.group.element.name);
            let remedy = format!("set `{name}`, with its stored value if it stays");
            self.report(walk, Code::RequiredMissing, None, *field, problem, why(&rule.why), remedy);
        }
    }

    /// What a new row needs, by the corrected flags of its fields.
    fn required(&self, walk: &mut Walk<'_>) {
        let element: &ElementSchema = self.group.element;
        for (index, field) in element.fields.iter().enumerate().filter(|(_, field)| field.is_required()) {
            if self.row.value(index as u16).is_none_or(str::is_empty) {
                let rule = element.rules.iter().find(|rule| match &rule.kind {
                    RuleKind::Required { fields, on, .. } => {
                        *on != Occasion::Update && fields.contains(&(index as u16))
                    }
                    _ => false,
                });
                let consequence = rule.map_or_else(|| "P21 refuses the transaction.".to_owned(), |rule| why(&rule.why));
                let problem = format!("a new row of `{}` needs `{}`", element.name, field.name);
                let remedy = format!("set `{}`", field.name);
                self.report(walk, Code::RequiredMissing, None, index as u16, problem, consequence, remedy);
            }
        }
    }

    /// Whether the row is certainly new: in a new record every row is, but for the parts P21 opens by itself.
    fn is_new(&self, walk: &Walk<'_>) -> bool {
        let element = self.group.element;
        walk.record == RecordState::New
            && !self.row.is_partial()
            && (element.index == 0 || element.kind == ElementKind::List)
    }

    /// Whether the row is certainly stored: in an existing record the one row of a form that depends on no other row.
    fn is_saved(&self, walk: &Walk<'_>) -> bool {
        let element = self.group.element;
        walk.record == RecordState::Saved && element.kind == ElementKind::Form && element.parent.is_none()
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
