//! One transaction: parents and children, keys and folding, the order of elements.

mod keys;
mod lacking;
mod mixed;
mod siblings;

// How a kind of rule is checked lies beside how it is spelt.
#[path = "../../kinds/ascending/check.rs"]
mod ascending;
#[path = "../../kinds/follows/check.rs"]
mod follows;
#[path = "../../kinds/no_key/check.rs"]
mod no_key;
#[path = "../../kinds/one_insert/check.rs"]
mod one_insert;
#[path = "../../kinds/primary/check.rs"]
mod primary;
#[path = "../../kinds/repeats/check.rs"]
mod repeats;
#[path = "../../kinds/required_element/check.rs"]
mod required_element;
#[path = "../../kinds/sequence/check.rs"]
mod sequence;

use std::collections::HashMap;
use std::collections::hash_map::RandomState;

use super::view::{Group, RowView};
use super::{CheckOptions, Code, Finding, Findings, row};
use crate::facts::schema::{ElementKind, ElementRule, ElementSchema, Numbering, RuleKind, ServiceSchema, Why};
use crate::rows::value::Date;
pub(super) use keys::has_key;
use lacking::Lacking;
use mixed::Mixed;
use repeats::Repeated;
pub(super) use siblings::Inserts;
use siblings::Siblings;

/// Whether the payload itself says that the record is new or exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordState {
    Unknown,
    New,
    Saved,
    /// What the payload says finds a stored record, or else makes a new one.
    NewOrSaved,
}

/// Walks the elements of transactions in the order P21 replays them.
pub(super) struct Walk<'a> {
    pub(super) schema: &'a ServiceSchema,
    pub(super) transaction: usize,
    pub(super) use_codes: bool,
    pub(super) ignore_disabled: bool,
    pub(super) record: RecordState,
    pub(super) today: Option<Date>,
    created_once: bool,
    /// Elements that the service does not have came in this transaction: what is missing may be among them.
    pub(super) has_unknown_elements: bool,
    findings: &'a mut Findings,
    /// The elements that came so far. A transaction has few, so a list is faster than a map.
    seen: Vec<Seen>,
    /// The elements in order of appearance, with their places.
    pub(super) order: Vec<(u16, usize)>,
    /// The first rows, by what tells them apart.
    rows: HashMap<Identity, RowAt>,
    /// Lists that come under several keys, with their rows so far.
    mixed: Mixed,
    hashers: (RandomState, RandomState),
    next_row: usize,
    siblings: Siblings,
    repeated: Repeated,
    lacking: Lacking,
}

/// What came of an element.
pub(super) struct Seen {
    element: u16,
    /// The rows of its last group.
    rows_in_group: usize,
    /// All of its rows so far.
    rows: usize,
    /// Its last row; rows are counted over the whole transaction, so that children of different rows never meet.
    current_row: usize,
    /// The parent rows that have a row of this form.
    form_parents: Vec<usize>,
}

/// Where a row of an element is.
#[derive(Clone, Copy)]
struct RowAt {
    /// The element's place in the transaction, and the row in it.
    place: usize,
    row: usize,
    /// Which of all rows of the element's name.
    of_element: usize,
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
            created_once: options.created_once,
            has_unknown_elements: false,
            findings,
            seen: Vec::new(),
            order: Vec::new(),
            rows: HashMap::new(),
            mixed: Mixed::default(),
            hashers: inserts.hashers.clone(),
            next_row: 0,
            siblings: Siblings::default(),
            repeated: Repeated::of(schema),
            lacking: Lacking::default(),
        }
    }

    /// Begins a transaction.
    pub(super) fn start(&mut self, transaction: usize) {
        self.transaction = transaction;
        self.record = RecordState::Unknown;
        self.seen.clear();
        self.order.clear();
        self.rows.clear();
        self.mixed = Mixed::default();
        self.next_row = 0;
        self.siblings = Siblings::default();
        self.repeated.forget();
        self.lacking = Lacking::default();
    }

    /// Takes note of the lists that come several times under different keys; typed lists don't.
    pub(super) fn foresee<'k>(&mut self, groups: impl Iterator<Item = (&'k ElementSchema, &'k [u16])>) {
        self.mixed = Mixed::of(groups);
    }

    /// Checks the next element.
    pub(super) fn group<R: RowView>(&mut self, group: &Group<'_, R>) {
        let element = group.element;
        let parent_row = self.parent_row(group);
        self.order.push((element.index, group.place));
        if self.order.len() == 1 {
            self.record = self.record_state(group);
            if self.record == RecordState::NewOrSaved {
                self.lacking = Lacking::of(self.path(group, 0, None));
            }
            self.remember_record(element, group.rows);
        }
        self.seen_mut(element.index).rows_in_group = group.rows.len();
        let is_keyed_wrong = self.changing_key(group);
        if !is_keyed_wrong {
            self.over_keyed(group);
        }
        for (index, row) in group.rows.iter().enumerate() {
            if let Some(missing) = group.keys.iter().find(|key| row.value(**key).is_none()) {
                self.key_not_in_row(group, index, *missing);
            } else if let Ok(parent_row) = parent_row {
                match element.kind {
                    ElementKind::Form => self.form_row(group, index, parent_row),
                    // Which rows fold is another question once they have other keys.
                    ElementKind::List if is_keyed_wrong => {}
                    ElementKind::List => self.list_row(group, index, parent_row),
                }
            }
            self.next_row += 1;
            let row_number = self.next_row;
            let seen = self.seen_mut(element.index);
            (seen.rows, seen.current_row) = (seen.rows + 1, row_number);
            self.repeated.remember(element, row);
            row::check(self, group, index, row);
        }
    }

    /// What can only be said when the whole transaction was seen.
    pub(super) fn end(&mut self, inserts: &mut Inserts) {
        self.sequences();
        self.judge_siblings(inserts);
        if !self.has_unknown_elements {
            self.unbounded();
        }
        if !self.has_unknown_elements {
            self.missing_elements();
        }
        self.new_or_stored();
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

    /// The first element usually holds the record's own key. One that P21 assigns and the row does not set: a new
    /// record.
    fn record_state<R: RowView>(&self, group: &Group<'_, R>) -> RecordState {
        let (element, [row]) = (group.element, group.rows) else { return RecordState::Unknown };
        // Without keys on any form there is nothing by which P21 could find a record.
        let mut forms = self.schema.elements.iter().filter(|element| element.kind == ElementKind::Form);
        if element.index == 0 && element.kind == ElementKind::Form && forms.all(|form| form.keys.is_empty()) {
            return RecordState::New;
        }
        let is_once = |rule: &ElementRule| matches!(rule.kind, RuleKind::CreatedOnce { .. });
        if self.created_once && group.keys.is_empty() && element.rules.iter().any(is_once) {
            return RecordState::New;
        }
        let mut assigned = element.rules.iter().filter_map(|rule| match rule.kind {
            RuleKind::Assigned { field, how: Numbering::Number { .. } } => Some(field),
            _ => None,
        });
        match assigned.next() {
            // Another key may find the record; whoever says that the row is partial knows that it is there.
            Some(key) if row.filled(key).is_none() && row.is_partial() => RecordState::Unknown,
            Some(key) if row.filled(key).is_none() => {
                // Keys beside what identifies a record may find one. A typed row that is not partial says that it is new.
                let identity = self.schema.key.as_ref().filter(|of| of.element == element.index);
                let is_beside = |other: &&u16| **other != key && identity.is_some_and(|of| !of.fields.contains(other));
                let mut others = element.keys.iter().filter(is_beside).peekable();
                let finds = others.peek().is_some() && others.all(|key| row.filled(*key).is_some());
                if finds && !R::TYPED { RecordState::NewOrSaved } else { RecordState::New }
            }
            Some(_) => RecordState::Saved,
            None => RecordState::Unknown,
        }
    }

    pub(super) fn seen(&self, element: u16) -> Option<&Seen> {
        self.seen.iter().find(|seen| seen.element == element)
    }

    fn seen_mut(&mut self, element: u16) -> &mut Seen {
        let at = self.seen.iter().position(|seen| seen.element == element).unwrap_or_else(|| {
            self.seen.push(Seen { element, rows_in_group: 0, rows: 0, current_row: 0, form_parents: Vec::new() });
            self.seen.len() - 1
        });
        &mut self.seen[at]
    }

    /// Where the row is that is being walked.
    fn row_at<R>(&self, group: &Group<'_, R>, row: usize) -> RowAt {
        let of_element = self.seen(group.element.index).map_or(row, |seen| seen.rows);
        RowAt { place: group.place, row, of_element }
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
        if !second {
            return;
        }
        let path = self.path(group, index, None);
        let (consequence, remedy) = match self.parent_without_form(element) {
            Some((parent, why)) => {
                let remedy = format!(
                    "move each `{0}` right behind the row of `{parent}` that it belongs to, and merge what belongs \
                     to one row",
                    element.name
                );
                (why, remedy)
            }
            None => (
                "A form has one row: P21 types the second over the first (documented).".to_owned(),
                "merge the rows".into(),
            ),
        };
        self.report(Finding {
            row: None,
            code: Code::SecondFormRow,
            path,
            element: Some(element.name.to_string()),
            field: None,
            problem: format!("a second row of the form `{}` for the same parent", element.name),
            consequence,
            remedy,
        });
    }

    /// The parent of a form, if one of its rows before has none: then a second row is probably that one's.
    fn parent_without_form(&self, element: &ElementSchema) -> Option<(&'a str, String)> {
        let parent = element.parent.as_ref()?;
        let rows = self.seen(parent.element)?.rows;
        let mut filled = self.seen(element.index)?.form_parents.clone();
        filled.dedup();
        let name = &*self.schema.elements.get(usize::from(parent.element))?.name;
        (rows > filled.len()).then(|| (name, why(&parent.why)))
    }
}

/// A child that is not behind the one row that it belongs to; it was reported.
struct Misplaced;

/// A rule's consequence with its evidence.
pub(super) fn why(why: &Why) -> String {
    if why.consequence.is_empty() {
        return String::new();
    }
    format!("{} ({})", why.consequence.trim_end_matches('.'), why.evidence)
}
