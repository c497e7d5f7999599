//! Keys: which rows fold into one, and which find no stored row.

use std::collections::hash_map::Entry;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _};

use super::{Identity, RecordState, RowAt, Walk};
use crate::check::view::{Group, RowView};
use crate::check::{Code, Finding, RowPlace};
use crate::facts::schema::{ElementKind, ElementSchema, Numbering, RuleKind};
use crate::wire::sentences::NO_MATCH;

impl Walk<'_> {
    /// What tells a row apart; `None` if nothing does.
    fn identity<R: RowView>(&self, group: &Group<'_, R>, parent_row: usize, row: &R) -> Option<Identity> {
        let (mut one, mut two) = (self.hashers.0.build_hasher(), self.hashers.1.build_hasher());
        let mut any = false;
        for key in effective_keys(group, row) {
            any = true;
            let value = row.value(key).unwrap_or_default();
            (key, value).hash(&mut one);
            (key, value).hash(&mut two);
        }
        any.then(|| (group.element.index, parent_row, one.finish(), two.finish()))
    }

    pub(super) fn key_not_in_row<R>(&mut self, group: &Group<'_, R>, index: usize, key: u16) {
        let element = group.element;
        let path = self.path(group, index, None);
        let name = &element.fields[key as usize].name;
        self.report(Finding {
            row: None,
            code: Code::KeyNotInRow,
            path,
            element: Some(element.name.to_string()),
            field: Some(name.to_string()),
            problem: format!("the row does not set the key `{name}`"),
            consequence: format!("P21 refuses the transaction: `{NO_MATCH}` (verified on 26.1)."),
            remedy: format!("set `{name}` in every row, or drop it from the keys"),
        });
    }

    pub(super) fn list_row<R: RowView>(&mut self, group: &Group<'_, R>, index: usize, parent_row: usize) {
        let row = &group.rows[index];
        let Some(identity) = self.identity(group, parent_row, row) else { return };
        // A row that sets nothing but keys picks an existing row; it can't lose anything.
        if (0..row.len()).all(|at| effective_keys(group, row).any(|key| key == row.edit(at).0)) {
            return;
        }
        if self.mixed.has(group.element.index) {
            if let Some(first) = self.same_before(group, index, parent_row) {
                self.rows_fold(group, index, first);
            }
            return;
        }
        let at = self.row_at(group, index);
        match self.rows.entry(identity) {
            Entry::Vacant(slot) => drop(slot.insert(at)),
            Entry::Occupied(slot) => {
                let first = *slot.get();
                self.rows_fold(group, index, first);
            }
        }
    }

    fn rows_fold<R: RowView>(&mut self, group: &Group<'_, R>, index: usize, first: RowAt) {
        let (element, row) = (group.element, &group.rows[index]);
        let keys: Vec<u16> = effective_keys(group, row).collect();
        let path = self.path(group, index, None);
        let first_path = format!("{}.Rows[{}]", self.element_path(first.place), first.row);
        let first = RowPlace { element: element.module.to_string(), index: Some(first.of_element) }.beside(&first_path);
        let names: Vec<String> = keys.iter().map(|key| format!("`{}`", element.fields[*key as usize].name)).collect();
        let values: Vec<&str> = keys.iter().filter_map(|key| row.value(*key)).collect();
        let separating = separating_key(element, row, &keys);
        self.report(Finding {
            row: None,
            code: Code::RowsFold,
            path,
            element: Some(element.name.to_string()),
            field: keys.first().map(|key| element.fields[*key as usize].name.to_string()),
            problem: format!(
                "the row has the same {} ({}) as {first}",
                names.join(", "),
                values.join(", ").escape_debug()
            ),
            consequence: "P21 folds both into one row, keeps the last value of each field and answers `Succeeded` \
                          (verified on 26.1)."
                .to_owned(),
            remedy: separating,
        });
    }

    /// Keys match what is stored. In an existing record a field that is neither a declared key nor the line's number
    /// finds a row only while it keeps its value: with a new value the row is inserted.
    pub(super) fn over_keyed<R: RowView>(&mut self, group: &Group<'_, R>) {
        let element = group.element;
        if self.record != RecordState::Saved || element.kind != ElementKind::List || group.rows.is_empty() {
            return;
        }
        let line_number = line_number(element);
        if element.keys.is_empty() && line_number.is_none() {
            return;
        }
        let over = group.keys.iter().find(|key| !element.keys.contains(key) && line_number != Some(**key));
        if let Some(key) = over {
            let finding = over_keyed(element, format!("{}.Keys", self.element_path(group.place)), *key, line_number);
            self.report(finding);
        }
    }
}

fn over_keyed(element: &ElementSchema, path: String, key: u16, line_number: Option<u16>) -> Finding {
    let name = |field: u16| &*element.fields[field as usize].name;
    let better = line_number.or(element.keys.first().copied()).map_or("", name);
    Finding {
        row: None,
        code: Code::OverKeyed,
        path,
        element: Some(element.name.to_string()),
        field: Some(name(key).to_owned()),
        problem: format!("an update of `{}` is keyed by `{}`", element.name, name(key)),
        consequence: format!(
            "A row whose `{}` differs from what is stored finds none and is inserted, and P21 answers `Succeeded`: an \
             order with lines of 5 and 10, keyed by quantity and sent 20, has three lines (verified on 26.1).",
            name(key)
        ),
        remedy: format!("key by what does not change, `{better}`, and set it in every row"),
    }
}

/// The field that numbers the rows of a record, if P21 numbers them.
pub(super) fn line_number(element: &ElementSchema) -> Option<u16> {
    element.rules.iter().find_map(|rule| match rule.kind {
        RuleKind::Assigned { field, how: Numbering::Line { .. } } => Some(field),
        _ => None,
    })
}

/// The keys that P21 matches a row by: the payload's, else the declared ones that the row sets.
pub(super) fn effective_keys<'r, R: RowView>(group: &'r Group<'_, R>, row: &'r R) -> impl Iterator<Item = u16> + 'r {
    let (given, declared) = match group.keys {
        [] => (&[][..], &*group.element.keys),
        keys => (keys, &[][..]),
    };
    given.iter().chain(declared.iter().filter(|key| row.value(**key).is_some())).copied()
}

/// Whether a row carries something that a stored row could be matched by.
pub(in crate::check) fn has_key<R: RowView>(group: &Group<'_, R>, row: &R) -> bool {
    effective_keys(group, row).any(|key| row.filled(key).is_some())
}

fn separating_key<R: RowView>(element: &ElementSchema, row: &R, keys: &[u16]) -> String {
    let other = (0..row.len()).map(|at| row.edit(at).0).find(|field| !keys.contains(field));
    match line_number(element).or(other) {
        Some(field) => format!(
            "merge the rows, or tell them apart: set `{0}` in each and key the element by `{0}`",
            element.fields[field as usize].name
        ),
        None => "merge the rows".to_owned(),
    }
}
