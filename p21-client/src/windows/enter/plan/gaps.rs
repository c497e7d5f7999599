//! What a record lacks, or what no rule says, so that it is not typed.

use std::fmt;

use p21_model::schema::{KeyEntry, NewKey, Part, Stages};

use super::rows::{Found, Rows, found};
use super::{NewOrStored, Wanted};

/// A record that is not typed into a window: nothing was opened, and nothing was sent.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct NotTyped {
    service: String,
    gaps: Vec<Gap>,
}

p21_model::debug_is_its_line!(NotTyped);

impl NotTyped {
    pub(super) fn new(service: &str, gaps: Vec<Gap>) -> Self {
        Self { service: service.to_owned(), gaps }
    }

    /// The service.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Everything that is missing.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }
}

impl fmt::Display for NotTyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this record of `{}` can't be typed into its window, and none was opened: ", self.service)?;
        for (at, gap) in self.gaps.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}{gap}")?;
        }
        Ok(())
    }
}

impl std::error::Error for NotTyped {}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Gap {
    /// No rule says how the window is opened.
    NoWindow,
    /// No rule says how the key of a record is typed.
    NoKeyEntry,
    /// No rule says in which order such a record is typed.
    NoOrder(NewOrStored),
    /// No rule says how an element is typed.
    NoRule {
        /// The element.
        element: String,
    },
    /// No rule says how a field is typed.
    NoRuleForField {
        /// The element.
        element: String,
        /// The field.
        field: String,
        /// The fields that rules type there.
        known: Vec<String>,
    },
    /// Rows or values without which the window does not open what the record has.
    Missing {
        /// The element.
        element: String,
        /// Its fields; none for any row.
        fields: Vec<String>,
        /// The element that wants them.
        wanted_by: String,
        /// What happens without them.
        why: String,
    },
    /// The window will ask, and the program has not said what is answered.
    Unanswered {
        /// What the question is called.
        question: String,
        /// The element and field that ask.
        asked_by: (String, String),
        /// The answers there are.
        answers: Vec<String>,
        /// What happens.
        why: String,
    },
    /// A row is picked by these fields, and the record sets none of them.
    NotPicked {
        /// The list.
        element: String,
        /// The fields.
        fields: Vec<String>,
    },
    /// A form has more than one row.
    TwoRows {
        /// The form.
        element: String,
    },
    /// A record that is there is loaded by these fields, and the record sets not all of them.
    NoKey {
        /// The form.
        element: String,
        /// The fields.
        fields: Vec<String>,
    },
    /// A new record, and a key that P21 assigns.
    KeyIsAssigned {
        /// The form.
        element: String,
        /// The fields.
        fields: Vec<String>,
    },
    /// A form shows the row that a list selected, and the record has no row of the list around it.
    NoRowAround {
        /// The form.
        element: String,
        /// The list.
        list: String,
    },
    /// A field that the definition does not have.
    Unknown {
        /// The element.
        element: String,
        /// The field.
        field: String,
    },
    /// Something is said of a popup that adds no row of the record.
    NothingBeside {
        /// The element.
        element: String,
        /// The popup's field.
        field: String,
        /// Those that its popup takes.
        known: Vec<String>,
    },
}

/// Everything that is missing.
pub(super) fn find(wanted: &Wanted<'_>, rows: &Rows<'_>) -> Vec<Gap> {
    let mut gaps = Gaps { wanted, rows, found: Vec::new() };
    if wanted.facts.opening().is_none() {
        gaps.found.push(Gap::NoWindow);
        return gaps.found;
    }
    let Some((entry, _)) = wanted.facts.key_entry() else {
        gaps.found.push(Gap::NoKeyEntry);
        return gaps.found;
    };
    gaps.key(entry);
    match stages(wanted) {
        Some((stages, why)) => gaps.elements(entry, stages, why),
        None => gaps.found.push(Gap::NoOrder(wanted.record)),
    }
    gaps.questions();
    gaps.beside();
    gaps.found
}

/// The order of the parts of such a record, and what happens otherwise.
pub(super) fn stages<'a>(wanted: &Wanted<'a>) -> Option<(&'a Stages, &'a str)> {
    let found = wanted.facts.stages().find(|(stages, _)| stages.on.includes(wanted.record.is_new()));
    found.map(|(stages, why)| (stages, &*why.consequence))
}

struct Gaps<'a> {
    wanted: &'a Wanted<'a>,
    rows: &'a Rows<'a>,
    found: Vec<Gap>,
}

impl Gaps<'_> {
    fn element(&self, element: u16) -> String {
        self.wanted.facts.schema().elements.get(element.into()).map(|known| known.name.to_string()).unwrap_or_default()
    }

    fn fields(&self, element: u16, fields: &[u16]) -> Vec<String> {
        let element = self.wanted.facts.schema().elements.get(element.into());
        let name = |field: &u16| element.and_then(|element| element.fields.get(usize::from(*field)));
        fields.iter().filter_map(name).map(|field| field.name.to_string()).collect()
    }

    fn push(&mut self, gap: Gap) {
        if !self.found.contains(&gap) {
            self.found.push(gap);
        }
    }

    fn key(&mut self, entry: &KeyEntry) {
        let (element, fields) = (self.element(entry.element), self.fields(entry.element, &entry.fields));
        let is_set = |field: &u16| self.rows.sets(entry.element, *field);
        match (self.wanted.record, entry.new) {
            (NewOrStored::Stored, _) | (NewOrStored::New, NewKey::Given) if !entry.fields.iter().all(is_set) => {
                self.push(Gap::NoKey { element, fields });
            }
            (NewOrStored::New, new) if new != NewKey::Given && entry.fields.iter().any(is_set) => {
                self.push(Gap::KeyIsAssigned { element, fields });
            }
            _ => {}
        }
    }

    fn elements(&mut self, entry: &KeyEntry, stages: &Stages, why: &str) {
        for element in self.rows.elements() {
            let rows: Vec<_> = self.rows.of_element(element).collect();
            if !rows[0].1.is_list() && rows.iter().filter(|(_, row)| row.parent.is_none()).count() > 1 {
                self.push(Gap::TwoRows { element: self.element(element) });
            }
            for (_, row) in &rows {
                for (field, _) in row.raw.extras() {
                    self.push(Gap::Unknown { element: self.element(element), field: field.to_string() });
                }
            }
            match self.wanted.facts.popup_entry(element) {
                Some(popup) => {
                    let known = popup.fields.of().to_vec();
                    self.typed(element, &known);
                }
                None => {
                    self.staged(entry, stages, element);
                    self.found_rows(element);
                    self.unlocked(stages, element, why);
                }
            }
        }
    }

    /// Values of fields that no rule types.
    fn typed(&mut self, element: u16, known: &[u16]) {
        let unknown: Vec<u16> = self
            .rows
            .of_element(element)
            .flat_map(|(_, row)| row.edits().map(|edit| edit.index()).collect::<Vec<_>>())
            .filter(|field| !known.contains(field))
            .collect();
        for field in self.fields(element, &unknown) {
            let known = self.fields(element, known);
            self.push(Gap::NoRuleForField { element: self.element(element), field, known });
        }
    }

    /// An element that is in no part, or fields of it.
    fn staged(&mut self, entry: &KeyEntry, stages: &Stages, element: u16) {
        let parts: Vec<Part<'_>> = stages.parts().filter(|part| part.element == element).collect();
        if parts.is_empty() {
            self.push(Gap::NoRule { element: self.element(element) });
        } else if parts.iter().all(|part| !part.fields.is_empty()) {
            let mut known: Vec<u16> = parts.iter().flat_map(|part| part.fields.iter().copied()).collect();
            if element == entry.element {
                known.extend(entry.fields.iter().chain(entry.with.iter()));
            }
            self.typed(element, &known);
        }
    }

    /// Rows that can't be found, or forms that show nobody knows what.
    fn found_rows(&mut self, element: u16) {
        let is_new = self.wanted.record.is_new();
        let (mut not_picked, mut alone) = (false, false);
        for (_, row) in self.rows.of_element(element) {
            let picks = self.wanted.facts.selector(element, is_new).is_some();
            not_picked |= picks && matches!(found(self.wanted, row), Found::By(fields) if fields.is_empty());
            if let Some(detail) = self.wanted.facts.detail(element) {
                let parent = row.parent.map(|parent| self.rows.all[parent].element());
                alone |= parent != Some(detail.list);
            }
        }
        if not_picked {
            let fields = self.wanted.facts.selector(element, is_new).unwrap_or_default();
            let fields = self.fields(element, fields);
            self.push(Gap::NotPicked { element: self.element(element), fields });
        }
        if let Some(detail) = self.wanted.facts.detail(element).filter(|_| alone) {
            self.push(Gap::NoRowAround { element: self.element(element), list: self.element(detail.list) });
        }
    }

    /// Parts that unlock an element, or that a part of it wants, and that the record lacks.
    fn unlocked(&mut self, stages: &Stages, element: u16, why: &str) {
        let mut wanted: Vec<(u16, u16, Vec<u16>)> = Vec::new();
        let mut looked: Vec<u16> = Vec::new();
        let mut next = vec![element];
        while let Some(of) = next.pop() {
            if looked.contains(&of) {
                continue;
            }
            looked.push(of);
            for part in stages.parts() {
                let is_typed = part.fields.is_empty() || part.fields.iter().any(|field| self.rows.sets(of, *field));
                if part.unlocks.contains(&of) {
                    wanted.push((of, part.element, part.fields.to_vec()));
                    next.push(part.element);
                    // What that part wants is wanted too.
                    wanted.extend(part.wants.iter().map(|list| (of, *list, Vec::new())));
                    next.extend(part.wants);
                } else if part.element == of && is_typed {
                    wanted.extend(part.wants.iter().map(|list| (of, *list, Vec::new())));
                    next.extend(part.wants);
                }
            }
        }
        for (by, element, fields) in wanted {
            let missing: Vec<u16> = fields.iter().copied().filter(|field| !self.rows.sets(element, *field)).collect();
            if (fields.is_empty() && self.rows.of_element(element).next().is_none()) || !missing.is_empty() {
                self.push(Gap::Missing {
                    element: self.element(element),
                    fields: self.fields(element, &missing),
                    wanted_by: self.element(by),
                    why: why.to_owned(),
                });
            }
        }
    }

    /// Questions that are certain to come, and nobody answers.
    fn questions(&mut self) {
        for (dialog, why) in self.wanted.facts.dialogs() {
            let is_answered = self.wanted.answers.iter().any(|(question, _)| *question == dialog.name);
            let Some((element, fields)) = &dialog.typed else { continue };
            let asks = fields.iter().find(|field| self.rows.sets(*element, **field));
            if let Some(field) = asks.filter(|_| dialog.certain && dialog.always.is_none() && !is_answered) {
                let field = self.fields(*element, &[*field]).pop().unwrap_or_default();
                self.push(Gap::Unanswered {
                    question: dialog.name.to_string(),
                    asked_by: (self.element(*element), field),
                    answers: dialog.answers.iter().map(|(answer, _)| answer.to_owned()).collect(),
                    why: why.consequence.to_string(),
                });
            }
        }
    }

    /// What is said of popups that add no row.
    fn beside(&mut self) {
        for (element, nth, field, _) in self.wanted.beside {
            let has_row = self.rows.of_element(*element).any(|(_, row)| row.nth == *nth);
            let entry = self.wanted.facts.popup_entry(*element);
            if !has_row || !entry.is_some_and(|entry| entry.more.contains(field)) {
                let known = entry.map(|entry| entry.more.iter().map(|name| name.to_string()).collect());
                let (element, field) = (self.element(*element), (*field).to_owned());
                self.push(Gap::NothingBeside { element, field, known: known.unwrap_or_default() });
            }
        }
    }
}
