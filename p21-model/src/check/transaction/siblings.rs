//! Rows of a list beside each other: their dates, which one is the primary one, which ones are added.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _};

use super::{Walk, why};
use crate::check::view::{Group, RowView};
use crate::check::{Code, Finding};
use crate::facts::schema::{ElementRule, ElementSchema, RuleKind};
use crate::rows::value::{DateTime, FieldValue as _};

/// What is remembered of a transaction's lists until it ends.
#[derive(Default)]
pub(super) struct Siblings {
    /// The last date of each ascending list, with its element and parent row.
    last_date: Option<(u16, usize, DateTime)>,
    /// Lists with a primary row: whether one got the mark, and where one lost it first.
    primaries: Vec<Primary>,
    /// The record's own key, as far as the payload says it, hashed; and where its first new row is.
    record: Option<(u64, u64)>,
    added: Option<Added>,
}

/// A row that looks new: its element, that element's place, and its place in there.
struct Added {
    element: u16,
    place: usize,
    row: usize,
}

struct Primary {
    element: u16,
    given: bool,
    taken: Option<String>,
}

/// Which records got new rows in earlier transactions of the set. Keys are hashed twice: 128 bits under random seeds
/// don't collide.
#[derive(Default)]
pub(in crate::check) struct Inserts {
    pub(super) hashers: (RandomState, RandomState),
    seen: HashMap<(u64, u64), usize>,
}

impl Walk<'_> {
    /// Takes note of the record that the transaction is about.
    pub(super) fn remember_record<R: RowView>(&mut self, element: &ElementSchema, rows: &[R]) {
        let [row] = rows else { return };
        let (mut one, mut two) = (self.hashers.0.build_hasher(), self.hashers.1.build_hasher());
        let mut says = false;
        for key in element.keys.iter() {
            let value = row.value(*key).unwrap_or_default();
            says |= !value.is_empty();
            value.hash(&mut one);
            value.hash(&mut two);
        }
        self.siblings.record = says.then(|| (one.finish(), two.finish()));
    }

    pub(in crate::check) fn ascending<R: RowView>(
        &mut self,
        group: &Group<'_, R>,
        index: usize,
        row: &R,
        rule: &ElementRule,
        field: u16,
    ) {
        let Some(date) = row.value(field).and_then(|value| DateTime::from_wire(value).ok()) else { return };
        let element = group.element;
        let parent_row =
            element.parent.as_ref().and_then(|parent| self.seen(parent.element)).map_or(0, |seen| seen.current_row);
        let before = self.siblings.last_date.replace((element.index, parent_row, date));
        if before.is_none_or(|(other, parent, before)| (other, parent) != (element.index, parent_row) || before < date)
        {
            return;
        }
        let name = &element.fields[field as usize].name;
        let edit = (0..row.len()).find(|at| row.edit(*at).0 == field).map(|at| row.place(at));
        let finding = Finding {
            row: None,
            code: Code::NotAscending,
            path: self.path(group, index, edit),
            element: Some(element.name.to_string()),
            field: Some(name.to_string()),
            problem: format!("`{name}` is not later than in the row before"),
            consequence: why(&rule.why),
            remedy: format!("sort the rows by `{name}`, each later than the one before"),
        };
        self.report(finding);
    }

    pub(in crate::check) fn primary<R: RowView>(
        &mut self,
        group: &Group<'_, R>,
        index: usize,
        row: &R,
        field: u16,
        value: &str,
    ) {
        let Some(set) = row.value(field).filter(|set| !set.is_empty()) else { return };
        let given = group.element.fields[field as usize].means(set, value);
        let edit = (0..row.len()).find(|at| row.edit(*at).0 == field).map(|at| row.place(at));
        let path = self.path(group, index, edit);
        let primaries = &mut self.siblings.primaries;
        let at = primaries.iter().position(|primary| primary.element == group.element.index).unwrap_or_else(|| {
            primaries.push(Primary { element: group.element.index, given: false, taken: None });
            primaries.len() - 1
        });
        primaries[at].given |= given;
        if !given {
            primaries[at].taken.get_or_insert(path);
        }
    }

    /// A row that sets what a new one needs and not the number that P21 gives it is new.
    pub(in crate::check) fn inserts<R: RowView>(&mut self, group: &Group<'_, R>, index: usize, row: &R) {
        if self.siblings.added.is_some() {
            return;
        }
        let element = group.element;
        let set = |field: usize| row.value(field as u16).is_some_and(|value| !value.is_empty());
        let complete = element.fields.iter().enumerate().all(|(field, schema)| !schema.is_required() || set(field));
        let numbered = super::keys::line_number(element).is_some_and(|field| set(usize::from(field)));
        if complete && !numbered {
            self.siblings.added = Some(Added { element: element.index, place: group.place, row: index });
        }
    }

    /// Says what only the whole transaction tells.
    pub(super) fn judge_siblings(&mut self, inserts: &mut Inserts) {
        let siblings = std::mem::take(&mut self.siblings);
        for primary in siblings.primaries {
            if let Some(path) = primary.taken.filter(|_| !primary.given) {
                self.primary_missing(primary.element, path);
            }
        }
        if let (Some(added), Some(record)) = (siblings.added, siblings.record) {
            let transaction = self.transaction;
            let first = *inserts.seen.entry(record).or_insert(transaction);
            if first != transaction {
                self.inserts_collide(&added, first);
            }
        }
    }

    fn primary_missing(&mut self, element: u16, path: String) {
        let Some(element) = self.schema.elements.get(usize::from(element)) else { return };
        for rule in element.rules.iter() {
            let RuleKind::Primary { field, value, .. } = &rule.kind else { continue };
            let name = &element.fields[usize::from(*field)].name;
            self.report(Finding {
                row: None,
                code: Code::PrimaryMissing,
                path: path.clone(),
                element: Some(element.name.to_string()),
                field: Some(name.to_string()),
                problem: format!("`{name}` is taken from a row and given to no other"),
                consequence: why(&rule.why),
                remedy: format!("set `{name}` = `{value}` in another row of the same transaction"),
            });
        }
    }

    fn inserts_collide(&mut self, added: &Added, first: usize) {
        let Some(element) = self.schema.elements.get(usize::from(added.element)) else { return };
        let Some(rule) = element.rules.iter().find(|rule| matches!(rule.kind, RuleKind::OneInsert { .. })) else {
            return;
        };
        self.report(Finding {
            row: None,
            code: Code::InsertsCollide,
            path: format!("{}.Rows[{}]", self.element_path(added.place), added.row),
            element: Some(element.name.to_string()),
            field: None,
            problem: format!(
                "the row looks new, and Transactions[{first}] adds a row of `{}` to the same record",
                element.name
            ),
            consequence: why(&rule.why),
            remedy: "send each in a request of its own; rows that exist may share one".to_owned(),
        });
    }
}
