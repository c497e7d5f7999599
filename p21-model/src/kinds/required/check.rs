//! What a row has to say: a new one, a stored one, and one that may be either.

use crate::check::Code;
use crate::check::row::Checker;
use crate::check::transaction::{RecordState, Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::{ElementKind, ElementRule, ElementSchema, Occasion, RuleKind};

impl<R: RowView> Checker<'_, R> {
    /// What an update has to repeat.
    pub(in crate::check::row) fn required_again(
        &self,
        walk: &mut Walk<'_>,
        rule: &ElementRule,
        fields: &[u16],
        unless: &[u16],
    ) {
        for field in self.wanting(fields, unless) {
            self.report_again(walk, rule, field);
        }
    }

    fn report_again(&self, walk: &mut Walk<'_>, rule: &ElementRule, field: u16) {
        let name = self.name(field);
        let problem = format!("an update of `{}` needs `{name}`", self.group.element.name);
        let remedy = format!("set `{name}`, with its stored value if it stays");
        self.report(walk, Code::RequiredMissing, None, field, problem, why(&rule.why), remedy);
    }

    /// What every row has to say, new or stored.
    pub(in crate::check::row) fn required_always(
        &self,
        walk: &mut Walk<'_>,
        rule: &ElementRule,
        fields: &[u16],
        unless: &[u16],
    ) {
        // P21 passes over rows of a list that say nothing.
        if self.row.len() == 0 && self.group.element.kind == ElementKind::List {
            return;
        }
        for field in self.wanting(fields, unless) {
            let name = self.name(field);
            let problem = format!("every row of `{}` needs `{name}`", self.group.element.name);
            self.report(walk, Code::RequiredMissing, None, field, problem, why(&rule.why), format!("set `{name}`"));
        }
    }

    /// Which of these fields are missing, unless one is there that makes up for it.
    fn wanting(&self, fields: &[u16], unless: &[u16]) -> Vec<u16> {
        if unless.iter().any(|field| self.is_set(*field)) {
            return Vec::new();
        }
        fields.iter().copied().filter(|field| self.is_missing(*field)).collect()
    }

    fn is_set(&self, field: u16) -> bool {
        self.row.filled(field).is_some()
    }

    fn is_missing(&self, field: u16) -> bool {
        !self.is_set(field) && !self.row.is_misspelt(field)
    }

    /// What a new row needs, by the corrected flags of its fields. Flags are wrong in both directions (verified on 26.1), so
    /// they count by themselves only where the record itself is new, or is one that is created once, with all its rows; any
    /// other row that merely carries no key lacks what a rule says.
    pub(in crate::check::row) fn required(&self, walk: &mut Walk<'_>) {
        let element: &ElementSchema = self.group.element;
        let is_once = |rule: &ElementRule| matches!(rule.kind, RuleKind::CreatedOnce { .. });
        let created_once = walk.schema.elements.iter().next().is_some_and(|header| header.rules.iter().any(is_once));
        let flags_count = walk.record == RecordState::New || created_once;
        for (field, rule) in self.wanted_of_new() {
            if rule.is_none() && !flags_count {
                continue;
            }
            let name = self.name(field);
            let consequence = rule.map_or_else(|| "P21 refuses the transaction.".to_owned(), |rule| why(&rule.why));
            let problem = format!("a new row of `{}` needs `{name}`", element.name);
            self.report(walk, Code::RequiredMissing, None, field, problem, consequence, format!("set `{name}`"));
        }
    }

    /// What a form beside the header of a new record lacks: it is as new, and its flags count for less than rules.
    pub(super) fn required_beside_header(&self, walk: &mut Walk<'_>) {
        let element = self.group.element;
        let is_beside = element.kind == ElementKind::Form && element.index > 0 && element.parent.is_none();
        if walk.record != RecordState::New || !is_beside || self.row.is_partial() || self.row.len() == 0 {
            return;
        }
        for rule in element.rules.iter() {
            let RuleKind::Required { fields, on: Occasion::Create, unless, .. } = &rule.kind else { continue };
            for field in self.wanting(fields, unless) {
                let name = self.name(field);
                let problem = format!("`{}` of a new record needs `{name}`", element.name);
                self.report(walk, Code::RequiredMissing, None, field, problem, why(&rule.why), format!("set `{name}`"));
            }
        }
    }

    /// A header without the key that P21 doesn't give: no stored record is found by it, and no new one can do without.
    pub(super) fn nameless(&self, walk: &mut Walk<'_>) {
        let element = self.group.element;
        if walk.record != RecordState::Unknown || element.index != 0 || element.kind != ElementKind::Form {
            return;
        }
        // The keys before the last may be the session's: a company.
        let Some(key) = element.keys.last().copied() else { return };
        let assigned = |rule: &ElementRule| matches!(rule.kind, RuleKind::Assigned { field, .. } if field == key);
        let field = &element.fields[usize::from(key)];
        if !field.is_required() || !self.is_missing(key) || element.rules.iter().any(assigned) {
            return;
        }
        let problem = format!("`{}` names no record: it needs `{}`", element.name, field.name);
        let consequence = "No record is found without its key, and P21 gives a new one none: it refuses the transaction \
                           (inferred from the definition, which has the key as required).";
        let remedy = format!("set `{}`", field.name);
        self.report(walk, Code::RequiredMissing, None, key, problem, consequence.to_owned(), remedy);
    }

    /// What the row lacks if the record turns out to be new, or stored. What it lacks as both is a mistake in any case.
    pub(in crate::check::row) fn required_if_new(&self, walk: &mut Walk<'_>) {
        let element = self.group.element;
        let mut again = self.wanted_of_stored(walk);
        for (field, rule) in self.wanted_of_new() {
            // What every row needs was found by its rule.
            if rule.is_some_and(|rule| matches!(rule.kind, RuleKind::Required { on: Occasion::Always, .. })) {
                continue;
            }
            match again.iter().position(|(other, _)| *other == field) {
                Some(at) => {
                    let (_, rule) = again.swap_remove(at);
                    self.report_again(walk, rule, field);
                }
                None => walk.if_new(format!("needs `{}` of `{}`", self.name(field), element.name)),
            }
        }
        for (field, _) in again {
            walk.if_stored(format!("needs `{}` of `{}`", self.name(field), element.name));
        }
    }

    /// The required fields that are missing, with the rule about each if there is one.
    fn wanted_of_new(&self) -> Vec<(u16, Option<&ElementRule>)> {
        let element = self.group.element;
        let about = |field: u16| {
            element.rules.iter().find(move |rule| match &rule.kind {
                RuleKind::Required { fields, on, .. } => *on != Occasion::Update && fields.contains(&field),
                _ => false,
            })
        };
        let required = (0..).zip(element.fields.iter()).filter(|(_, field)| field.is_required());
        required
            .map(|(field, _)| field)
            .filter(|field| self.is_missing(*field))
            .map(|field| (field, about(field)))
            .collect()
    }

    /// The fields that an update has to repeat and that are missing, if the row is stored with its record.
    fn wanted_of_stored(&self, walk: &Walk<'_>) -> Vec<(u16, &ElementRule)> {
        let mut wanted = Vec::new();
        for rule in self.group.element.rules.iter().filter(|_| self.may_be_saved(walk)) {
            if let RuleKind::Required { fields, on: Occasion::Update, unless, .. } = &rule.kind {
                wanted.extend(self.wanting(fields, unless).into_iter().map(|field| (field, rule)));
            }
        }
        wanted
    }
}
