//! One transaction: parents and children, keys and folding, the order of elements.

use std::collections::HashMap;

use super::view::{Group, RowView};
use super::{Code, Finding, Findings, row};
use crate::schema::{ElementKind, ElementSchema, Occasion, RuleKind, ServiceSchema, Why};

/// Whether the payload itself says that the record is new or exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordState {
    Unknown,
    New,
    Saved,
}

/// Walks the elements of a transaction in the order P21 replays them.
pub(super) struct Walk<'a> {
    pub(super) schema: &'a ServiceSchema,
    transaction: usize,
    pub(super) use_codes: bool,
    pub(super) ignore_disabled: bool,
    pub(super) record: RecordState,
    findings: &'a mut Findings,
    /// How many groups of each element came so far, and how many rows the last one had.
    seen: HashMap<u16, Seen>,
    /// The elements in order of appearance, with their places.
    order: Vec<(u16, usize)>,
    /// Rows by element, parent row and key values, with the place of the first that had other fields too.
    rows: HashMap<(u16, usize, Vec<String>), String>,
    /// Counts parent rows, so that children of different rows never fold.
    current_row: HashMap<u16, usize>,
    next_row: usize,
}

#[derive(Default)]
struct Seen {
    rows_in_group: usize,
    form_rows: HashMap<usize, usize>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        schema: &'a ServiceSchema,
        transaction: usize,
        use_codes: bool,
        ignore_disabled: bool,
        findings: &'a mut Findings,
    ) -> Self {
        Self {
            schema,
            transaction,
            use_codes,
            ignore_disabled,
            record: RecordState::Unknown,
            findings,
            seen: HashMap::new(),
            order: Vec::new(),
            rows: HashMap::new(),
            current_row: HashMap::new(),
            next_row: 0,
        }
    }

    /// Checks the next element.
    pub(super) fn group<R: RowView>(&mut self, group: &Group<'_, R>) {
        let element = group.element;
        let parent_row = self.parent_row(group);
        self.order.push((element.index, group.place));
        if self.order.len() == 1 {
            self.record = record_state(element, group.rows);
        }
        self.seen.entry(element.index).or_default().rows_in_group = group.rows.len();
        for (index, row) in group.rows.iter().enumerate() {
            let path = || format!("Transactions[{}].DataElements[{}].Rows[{index}]", self.transaction, group.place);
            let keys = self.effective_keys(group, row);
            if let Some(missing) = group.keys.iter().find(|key| row.value(**key).is_none()) {
                let path = path();
                self.key_not_in_row(element, path, *missing);
            } else if element.kind == ElementKind::Form {
                let path = path();
                self.form_row(element, parent_row, path);
            } else if !keys.is_empty() {
                let path = path();
                self.list_row(element, parent_row, &keys, row, path);
            }
            self.next_row += 1;
            self.current_row.insert(element.index, self.next_row);
            row::check(self, group, index, row);
        }
    }

    /// What can only be said when the whole transaction was seen.
    pub(super) fn end(mut self) {
        self.sequences();
        if self.record == RecordState::New {
            self.missing_elements();
        }
    }

    pub(super) fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// The path of a row, or of one of its edits.
    pub(super) fn path<R>(&self, group: &Group<'_, R>, row: usize, edit: Option<usize>) -> String {
        let row = format!("Transactions[{}].DataElements[{}].Rows[{row}]", self.transaction, group.place);
        match edit {
            Some(edit) => format!("{row}.Edits[{edit}]"),
            None => row,
        }
    }

    /// The keys that P21 matches a row by: the payload's, else the declared ones that the row sets.
    fn effective_keys<R: RowView>(&self, group: &Group<'_, R>, row: &R) -> Vec<u16> {
        if !group.keys.is_empty() {
            return group.keys.to_vec();
        }
        group.element.keys.iter().copied().filter(|key| row.value(*key).is_some()).collect()
    }

    /// The row that a child applies to: the last one of its parent. Finds children without one, and children that
    /// follow several parent rows at once.
    fn parent_row<R: RowView>(&mut self, group: &Group<'_, R>) -> usize {
        let element = group.element;
        let Some(parent) = &element.parent else { return 0 };
        let parent_name = self.schema.elements.get(parent.element as usize).map_or("", |parent| &parent.name);
        let path = format!("Transactions[{}].DataElements[{}]", self.transaction, group.place);
        match self.seen.get(&parent.element) {
            None => self.report(Finding {
                code: Code::ChildWithoutParent,
                path,
                element: Some(element.name.to_string()),
                field: None,
                problem: format!("`{}` comes before any row of `{parent_name}`", element.name),
                consequence: why(&parent.why),
                remedy: format!("send the row of `{parent_name}` first, right before its `{}`", element.name),
            }),
            Some(seen) if seen.rows_in_group > 1 => {
                let count = seen.rows_in_group;
                self.report(Finding {
                    code: Code::ChildOfLastRow,
                    path,
                    element: Some(element.name.to_string()),
                    field: None,
                    problem: format!("`{}` follows {count} rows of `{parent_name}` at once", element.name),
                    consequence: why(&parent.why),
                    remedy: format!(
                        "send each row of `{parent_name}` as an element of its own, followed by its children"
                    ),
                });
            }
            Some(_) => {}
        }
        self.current_row.get(&parent.element).copied().unwrap_or(0)
    }

    fn key_not_in_row(&mut self, element: &ElementSchema, path: String, key: u16) {
        let name = &element.fields[key as usize].name;
        self.report(Finding {
            code: Code::KeyNotInRow,
            path,
            element: Some(element.name.to_string()),
            field: Some(name.to_string()),
            problem: format!("the row does not set the key `{name}`"),
            consequence: "P21 refuses the transaction: `Sequence contains no matching element` (verified on 26.1)."
                .into(),
            remedy: format!("set `{name}` in every row, or drop it from the keys"),
        });
    }

    fn form_row(&mut self, element: &ElementSchema, parent_row: usize, path: String) {
        let rows = self.seen.entry(element.index).or_default().form_rows.entry(parent_row).or_default();
        *rows += 1;
        if *rows == 2 {
            self.report(Finding {
                code: Code::SecondFormRow,
                path,
                element: Some(element.name.to_string()),
                field: None,
                problem: format!("a second row of the form `{}` for the same parent", element.name),
                consequence: "A form has one row: P21 types the second over the first (documented).".to_owned(),
                remedy: "merge the rows".to_owned(),
            });
        }
    }

    fn list_row<R: RowView>(
        &mut self,
        element: &ElementSchema,
        parent_row: usize,
        keys: &[u16],
        row: &R,
        path: String,
    ) {
        // A row that sets nothing but keys picks an existing row; it can't lose anything.
        let picks = (0..row.len()).all(|at| keys.contains(&row.edit(at).0));
        if picks {
            return;
        }
        let mut values: Vec<String> = vec![keys.iter().map(|key| format!("{key} ")).collect()];
        values.extend(keys.iter().map(|key| row.value(*key).unwrap_or_default().to_owned()));
        let first = match self.rows.entry((element.index, parent_row, values)) {
            std::collections::hash_map::Entry::Vacant(slot) => {
                slot.insert(path);
                return;
            }
            std::collections::hash_map::Entry::Occupied(slot) => slot.get().clone(),
        };
        let names: Vec<String> = keys.iter().map(|key| format!("`{}`", element.fields[*key as usize].name)).collect();
        let values: Vec<&str> = keys.iter().filter_map(|key| row.value(*key)).collect();
        let separating = separating_key(element, row, keys);
        self.report(Finding {
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

    fn sequences(&mut self) {
        for sequence in self.schema.sequences.iter() {
            let place = |element: u16| sequence.elements.iter().position(|other| *other == element);
            let mut furthest: Option<(usize, u16)> = None;
            for (element, at) in self.order.clone() {
                let Some(position) = place(element) else {
                    self.after_last(sequence, element, at, furthest);
                    continue;
                };
                match furthest {
                    Some((before, other)) if before > position => {
                        self.out_of_order(element, other, at, &sequence.why);
                    }
                    _ => furthest = Some((position, element)),
                }
            }
        }
    }

    /// An element outside of a sequence, after one that must come last.
    fn after_last(
        &mut self,
        sequence: &crate::schema::Sequence,
        element: u16,
        at: usize,
        furthest: Option<(usize, u16)>,
    ) {
        if let Some((_, other)) = furthest.filter(|(_, other)| sequence.last.contains(other)) {
            self.out_of_order(element, other, at, &sequence.why);
        }
    }

    fn out_of_order(&mut self, element: u16, before: u16, at: usize, reason: &Why) {
        let name = |index: u16| self.schema.elements.get(index as usize).map_or("", |element| &element.name);
        let (element, before) = (name(element).to_owned(), name(before).to_owned());
        self.report(Finding {
            code: Code::ElementOrder,
            path: format!("Transactions[{}].DataElements[{at}]", self.transaction),
            problem: format!("`{element}` comes after `{before}`"),
            element: Some(element.clone()),
            field: None,
            consequence: why(reason),
            remedy: format!("send `{element}` before `{before}`"),
        });
    }

    fn missing_elements(&mut self) {
        let schema = self.schema;
        for element in schema.elements.iter() {
            if self.seen.contains_key(&element.index) {
                continue;
            }
            for rule in element.rules.iter() {
                if let RuleKind::RequiredElement { on: Occasion::Create | Occasion::Always, .. } = rule.kind {
                    self.report(Finding {
                        code: Code::ElementMissing,
                        path: format!("Transactions[{}].DataElements", self.transaction),
                        element: Some(element.name.to_string()),
                        field: None,
                        problem: format!("a new record needs a row of `{}`", element.name),
                        consequence: why(&rule.why),
                        remedy: format!("add a row of `{}`", element.name),
                    });
                }
            }
        }
    }
}

/// The first element usually holds the record's own key. One that P21 assigns and the row does not set: a new record.
fn record_state<R: RowView>(element: &ElementSchema, rows: &[R]) -> RecordState {
    let [row] = rows else { return RecordState::Unknown };
    let mut assigned = element.rules.iter().filter_map(|rule| match rule.kind {
        RuleKind::Assigned { field, how: crate::schema::Numbering::Number { .. } } => Some(field),
        _ => None,
    });
    match assigned.next() {
        Some(key) if row.value(key).is_none_or(str::is_empty) => RecordState::New,
        Some(_) => RecordState::Saved,
        None => RecordState::Unknown,
    }
}

fn separating_key<R: RowView>(element: &ElementSchema, row: &R, keys: &[u16]) -> String {
    let line_number = element.rules.iter().find_map(|rule| match rule.kind {
        RuleKind::Assigned { field, how: crate::schema::Numbering::Line { .. } } => Some(field),
        _ => None,
    });
    let other = (0..row.len()).map(|at| row.edit(at).0).find(|field| !keys.contains(field));
    match line_number.or(other) {
        Some(field) => format!(
            "merge the rows, or tell them apart: set `{0}` in each and key the element by `{0}`",
            element.fields[field as usize].name
        ),
        None => "merge the rows".to_owned(),
    }
}

/// A rule's consequence with its evidence.
pub(super) fn why(why: &Why) -> String {
    if why.consequence.is_empty() {
        return String::new();
    }
    format!("{} ({})", why.consequence.trim_end_matches('.'), why.evidence)
}
