//! How the criteria of reports are checked.

use crate::check::row::Checker;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::check::{Code, Finding};
use crate::facts::schema::ElementRule;
use crate::facts::schema::{Places, RuleKind};

impl<R: RowView> Checker<'_, R> {
    /// Criteria of which no range is set.
    pub(in crate::check::row) fn bounded(&self, walk: &mut Walk<'_>, rule: &ElementRule, ranges: &Places) {
        let set = |field: &u16| self.row.filled(*field).is_some();
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
}

impl Walk<'_> {
    /// Finds a report whose criteria are missing altogether.
    pub(in crate::check) fn unbounded(&mut self) {
        let schema = self.schema;
        for element in schema.elements.iter().filter(|element| self.seen(element.index).is_none()) {
            let bounded = element.rules.iter().find(|rule| matches!(rule.kind, RuleKind::Bounded { .. }));
            let Some(rule) = bounded.filter(|_| !self.order.is_empty()) else { continue };
            self.report(Finding {
                row: None,
                code: Code::Unbounded,
                path: format!("Transactions[{}].DataElements", self.transaction),
                element: Some(element.name.to_string()),
                field: None,
                problem: format!("nothing bounds the report: it has no row of `{}`", element.name),
                consequence: why(&rule.why),
                remedy: format!("add a row of `{}` with a range", element.name),
            });
            return;
        }
    }
}
