//! One transaction: parents and children, keys and folding, the order of elements.

mod keys;
mod sequence;
mod siblings;

use std::collections::HashMap;
use std::collections::hash_map::RandomState;

use super::view::{Group, RowView};
use super::{CheckOptions, Code, Finding, Findings, row};
use crate::schema::{ElementKind, ElementSchema, RuleKind, ServiceSchema, Why};
use crate::value::Date;
pub(super) use siblings::Inserts;
use siblings::Siblings;

/// Whether the payload itself says that the record is new or exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordState {
    Unknown,
    New,
    Saved,
}

/// Walks the elements of transactions in the order P21 replays them.
pub(super) struct Walk<'a> {
    pub(super) schema: &'a ServiceSchema,
    transaction: usize,
    pub(super) use_codes: bool,
    pub(super) ignore_disabled: bool,
    pub(super) record: RecordState,
    pub(super) today: Option<Date>,
    findings: &'a mut Findings,
    /// The elements that came so far. A transaction has few, so a list is faster than a map.
    seen: Vec<Seen>,
    /// The elements in order of appearance, with their places.
    order: Vec<(u16, usize)>,
    /// Rows by what tells them apart, with the place of the first one.
    rows: HashMap<Identity, (usize, usize)>,
    hashers: (RandomState, RandomState),
    next_row: usize,
    siblings: Siblings,
}

/// What came of an element.
struct Seen {
    element: u16,
    /// The rows of its last group.
    rows_in_group: usize,
    /// Its last row; rows are counted over the whole transaction, so that children of different rows never meet.
    current_row: usize,
    /// The parent rows that have a row of this form.
    form_parents: Vec<usize>,
}

/// Element, parent row, and the keys with their values, hashed twice: 128 bits under random seeds don't collide.
type Identity = (u16, usize, u64, u64);

impl<'a> Walk<'a> {
    pub(super) fn new(
        schema: &'a ServiceSchema,
        use_codes: bool,
        ignore_disabled: bool,
        options: CheckOptions,
        inserts: &Inserts,
        findings: &'a mut Findings,
    ) -> Self {
        Self {
            schema,
            transaction: 0,
            use_codes,
            ignore_disabled,
            record: RecordState::Unknown,
            today: options.today,
            findings,
            seen: Vec::new(),
            order: Vec::new(),
            rows: HashMap::new(),
            hashers: inserts.hashers.clone(),
            next_row: 0,
            siblings: Siblings::default(),
        }
    }

    /// Begins a transaction.
    pub(super) fn start(&mut self, transaction: usize) {
        self.transaction = transaction;
        self.record = RecordState::Unknown;
        self.seen.clear();
        self.order.clear();
        self.rows.clear();
        self.next_row = 0;
        self.siblings = Siblings::default();
    }

    /// Checks the next element.
    pub(super) fn group<R: RowView>(&mut self, group: &Group<'_, R>) {
        let element = group.element;
        let parent_row = self.parent_row(group);
        self.order.push((element.index, group.place));
        if self.order.len() == 1 {
            self.record = record_state(element, group.rows);
            self.remember_record(element, group.rows);
        }
        self.seen_mut(element.index).rows_in_group = group.rows.len();
        self.over_keyed(group);
        for (index, row) in group.rows.iter().enumerate() {
            if let Some(missing) = group.keys.iter().find(|key| row.value(**key).is_none()) {
                self.key_not_in_row(group, index, *missing);
            } else if element.kind == ElementKind::Form {
                self.form_row(group, index, parent_row);
            } else {
                self.list_row(group, index, parent_row);
            }
            self.next_row += 1;
            self.seen_mut(element.index).current_row = self.next_row;
            row::check(self, group, index, row);
        }
    }

    /// What can only be said when the whole transaction was seen.
    pub(super) fn end(&mut self, inserts: &mut Inserts) {
        self.sequences();
        self.judge_siblings(inserts);
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

    fn seen(&self, element: u16) -> Option<&Seen> {
        self.seen.iter().find(|seen| seen.element == element)
    }

    fn seen_mut(&mut self, element: u16) -> &mut Seen {
        let at = self.seen.iter().position(|seen| seen.element == element).unwrap_or_else(|| {
            self.seen.push(Seen { element, rows_in_group: 0, current_row: 0, form_parents: Vec::new() });
            self.seen.len() - 1
        });
        &mut self.seen[at]
    }

    /// The row that a child applies to: the last one of its parent. Finds children without one, and children that
    /// follow several parent rows at once.
    fn parent_row<R: RowView>(&mut self, group: &Group<'_, R>) -> usize {
        let element = group.element;
        let Some(parent) = &element.parent else { return 0 };
        let parent_name = self.schema.elements.get(parent.element as usize).map_or("", |parent| &parent.name);
        let rows_in_group = self.seen(parent.element).map(|seen| seen.rows_in_group);
        match rows_in_group {
            None => self.report(Finding {
                code: Code::ChildWithoutParent,
                path: self.element_path(group.place),
                element: Some(element.name.to_string()),
                field: None,
                problem: format!("`{}` comes before any row of `{parent_name}`", element.name),
                consequence: why(&parent.why),
                remedy: format!("send the row of `{parent_name}` first, right before its `{}`", element.name),
            }),
            Some(count) if count > 1 => {
                self.report(Finding {
                    code: Code::ChildOfLastRow,
                    path: self.element_path(group.place),
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
        self.seen(parent.element).map_or(0, |seen| seen.current_row)
    }

    fn element_path(&self, place: usize) -> String {
        format!("Transactions[{}].DataElements[{place}]", self.transaction)
    }

    fn form_row<R>(&mut self, group: &Group<'_, R>, index: usize, parent_row: usize) {
        let element = group.element;
        let parents = &mut self.seen_mut(element.index).form_parents;
        // A form's rows come behind their parents, so a row for the same parent is the last one, or the one header.
        let second = parents.last() == Some(&parent_row);
        parents.push(parent_row);
        if second {
            let path = self.path(group, index, None);
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
}

/// The first element usually holds the record's own key. One that P21 assigns and the row does not set: a new record.
fn record_state<R: RowView>(element: &ElementSchema, rows: &[R]) -> RecordState {
    let [row] = rows else { return RecordState::Unknown };
    let mut assigned = element.rules.iter().filter_map(|rule| match rule.kind {
        RuleKind::Assigned { field, how: crate::schema::Numbering::Number { .. } } => Some(field),
        _ => None,
    });
    match assigned.next() {
        // Another key may find the record; whoever says that the row is partial knows that it is there.
        Some(key) if row.value(key).is_none_or(str::is_empty) && row.is_partial() => RecordState::Unknown,
        Some(key) if row.value(key).is_none_or(str::is_empty) => RecordState::New,
        Some(_) => RecordState::Saved,
        None => RecordState::Unknown,
    }
}

/// A rule's consequence with its evidence.
pub(super) fn why(why: &Why) -> String {
    if why.consequence.is_empty() {
        return String::new();
    }
    format!("{} ({})", why.consequence.trim_end_matches('.'), why.evidence)
}
