//! One row: the order of its fields, what is required, forbidden, disabled.

// How a kind of rule is checked lies beside how it is spelt.
#[path = "../kinds/bounded/check.rs"]
mod bounded;
#[path = "../kinds/choice/check.rs"]
mod choice;
#[path = "../kinds/dates/check.rs"]
mod dates;
#[path = "../kinds/disabled/check.rs"]
mod disabled;
#[path = "../kinds/either/check.rs"]
mod either;
#[path = "../kinds/order/check.rs"]
mod order;
#[path = "../kinds/prompt/check.rs"]
mod prompt;
#[path = "../kinds/required/check.rs"]
mod required;
#[path = "../kinds/tiers/check.rs"]
mod tiers;

use super::transaction::{RecordState, Walk, has_key};
use super::view::{Group, RowView};
use super::{Code, Finding, empty, values};
use crate::facts::schema::{ElementKind, ElementRule, Occasion, RuleKind, When};
use crate::rows::value::{DateTime, FieldValue as _};

pub(super) fn check<R: RowView>(walk: &mut Walk<'_>, group: &Group<'_, R>, index: usize, row: &R) {
    let checker = Checker { group, index, row };
    if R::TYPED && row.is_empty() {
        let finding =
            Finding { element: Some(group.element.name.to_string()), ..empty::row(walk.path(group, index, None)) };
        walk.report(finding);
    }
    // What stands on a tab that is disabled has to go as a whole: what else is wrong with it does not matter.
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
    } else {
        checker.nameless(walk);
        checker.required_beside_header(walk);
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

    /// What a rule says of single values.
    fn single(&self, walk: &mut Walk<'_>, rule: &ElementRule) {
        for at in 0..self.row.len() {
            let (index, value) = self.row.edit(at);
            let field = &self.group.element.fields[usize::from(index)];
            if let Some(found) = values::by_rule(field, index, value, rule, walk.today) {
                let values::Problem { code, problem, consequence, remedy } = found;
                self.report(walk, code, Some(self.row.place(at)), index, problem, consequence, remedy);
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
            RuleKind::Dates { earlier, later, strict, .. } => self.dates(walk, rule, *earlier, *later, *strict),
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
            RuleKind::Format { .. } | RuleKind::Length { .. } | RuleKind::Today { .. } => self.single(walk, rule),
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

    fn date(&self, field: u16) -> Option<DateTime> {
        DateTime::from_wire(self.row.value(field)?).ok()
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
