//! The steps of a record that lacks nothing.

use p21_model::schema::{KeyEntry, NewKey, Part, PopupEntry, Proof, Stages};

use super::gaps::stages;
use super::rows::{Found, Row, Rows, found};
use super::{PlanStep, Popup, Value, Wanted};

/// The steps of a record that lacks nothing.
pub(super) fn steps(wanted: &Wanted<'_>, rows: &Rows<'_>) -> Vec<PlanStep> {
    let (Some((entry, _)), Some((stages, _))) = (wanted.facts.key_entry(), stages(wanted)) else { return Vec::new() };
    let page = wanted.facts.schema().elements.get(entry.element.into()).map(|form| wanted.facts.page(form));
    let page = page.unwrap_or_default().to_owned();
    let mut laying = Laying { wanted, rows, entry, steps: Vec::new(), page, picked: Vec::new(), current: None };
    laying.open();
    for part in stages.parts() {
        laying.part(stages, part);
    }
    laying.popups_and_save();
    laying.proof();
    laying.steps.push(PlanStep::Close);
    laying.steps
}

struct Laying<'a> {
    wanted: &'a Wanted<'a>,
    rows: &'a Rows<'a>,
    entry: &'a KeyEntry,
    steps: Vec<PlanStep>,
    /// The tab that is selected.
    page: String,
    /// Rows of lists that have been added or picked.
    picked: Vec<usize>,
    /// The list on the selected tab whose row is current, and which: selecting a tab selects a first row again.
    current: Option<(u16, usize)>,
}

impl Laying<'_> {
    fn open(&mut self) {
        let (element, is_new) = (self.entry.element, self.wanted.record.is_new());
        let is_given = self.entry.new == NewKey::Given;
        let Some((row, form)) = self.rows.of_element(element).next() else {
            return self.steps.push(PlanStep::Open);
        };
        let key = form.values(&self.entry.fields);
        match (is_new, is_given) {
            (true, true) => {
                self.steps.push(PlanStep::ProveAbsent { element, key: key.clone() });
                self.steps.push(PlanStep::Open);
                self.steps.push(PlanStep::NewKey { row, element, key });
            }
            (true, false) => self.steps.push(PlanStep::Open),
            (false, _) => {
                self.steps.push(PlanStep::Open);
                self.steps.push(PlanStep::Load { row, element, key, with: form.values(&self.entry.with) });
            }
        }
    }

    /// The fields of the key's form that are typed before its parts are.
    fn typed_with_key(&self, element: u16) -> Vec<u16> {
        if element != self.entry.element {
            return Vec::new();
        }
        let with = if self.wanted.record.is_new() { &[][..] } else { &*self.entry.with };
        self.entry.fields.iter().chain(with).copied().collect()
    }

    fn part(&mut self, stages: &Stages, part: Part<'_>) {
        if self.wanted.facts.popup_entry(part.element).is_some() {
            return;
        }
        let mut elsewhere = self.typed_with_key(part.element);
        let others = stages.parts().filter(|other| other.element == part.element && *other != part);
        elsewhere.extend(others.flat_map(|other| other.fields.iter().copied()));
        let rows = self.rows;
        for (number, row) in rows.of_element(part.element) {
            let values = match part.fields {
                [] => row.others(&elsewhere),
                fields => row.others(&[]).into_iter().filter(|value| fields.contains(&value.field)).collect(),
            };
            self.row(number, row, values);
        }
    }

    /// Makes a row current and types values into it.
    fn row(&mut self, number: usize, row: &Row<'_>, mut values: Vec<Value>) {
        if row.is_list() {
            self.list_row(number, row, &mut values);
        } else {
            if values.is_empty() {
                return;
            }
            if let Some(parent) = row.parent.filter(|parent| self.rows.all[*parent].is_list()) {
                self.select(parent);
            }
            self.tab(row.element());
            self.compare(number, row, &mut values);
        }
        self.type_in(number, row, values);
    }

    fn list_row(&mut self, number: usize, row: &Row<'_>, values: &mut Vec<Value>) {
        let element = row.element();
        if let Some(parent) = row.parent.filter(|parent| self.rows.all[*parent].is_list()) {
            self.select(parent);
        }
        if self.picked.contains(&number) {
            if !values.is_empty() {
                self.select(number);
            }
            return;
        }
        self.tab(element);
        match found(self.wanted, row) {
            Found::By(fields) => {
                let by = row.values(&fields);
                values.retain(|value| !fields.contains(&value.field));
                // A row that says nothing beside its key, and has others in it, names one that is there.
                let is_named = values.is_empty() && !row.raw.children().is_empty();
                let is_selector = self.wanted.facts.selector(element, self.wanted.record.is_new()).is_some();
                let or_add = !is_selector && !is_named;
                self.steps.push(PlanStep::Pick { row: number, element, by, or_add });
            }
            Found::Added => {
                let is_first = row.nth == 0 && self.wanted.record.is_new();
                let is_there = is_first && self.wanted.facts.has_first_row(element);
                self.steps.push(PlanStep::Add { row: number, element, is_there });
            }
        }
        self.picked.push(number);
        self.current = Some((element, number));
    }

    fn compare(&mut self, number: usize, row: &Row<'_>, values: &mut Vec<Value>) {
        let (Some(detail), Some(of)) = (self.wanted.facts.detail(row.element()), row.parent) else { return };
        let shows = row.values(&detail.fields);
        values.retain(|value| !detail.fields.contains(&value.field));
        self.steps.push(PlanStep::Compare { row: number, element: row.element(), of, shows });
    }

    /// Types values, a call each or several where that is wanted and no rule forbids it.
    fn type_in(&mut self, row: usize, of: &Row<'_>, mut values: Vec<Value>) {
        let element = of.element();
        let cursor: Vec<u16> = self.wanted.facts.cursor_keys(element).collect();
        values.sort_by_key(|value| cursor.contains(&value.field));
        let mut call: Vec<Value> = Vec::new();
        for value in values {
            let apart =
                !self.wanted.batched
                    || cursor.contains(&value.field)
                    || self.asks(element, value.field)
                    || call.last().is_some_and(|last| self.asks(element, last.field))
                    || self.wanted.facts.separate_calls(element).any(|group| {
                        group.contains(&value.field) && call.iter().any(|other| group.contains(&other.field))
                    });
            if apart && !call.is_empty() {
                self.steps.push(PlanStep::Type { row, element, values: std::mem::take(&mut call) });
            }
            call.push(value);
        }
        if !call.is_empty() {
            self.steps.push(PlanStep::Type { row, element, values: call });
        }
    }

    /// Whether a field asks something: what stands behind it in a call would meet the question.
    fn asks(&self, element: u16, field: u16) -> bool {
        self.wanted.facts.dialogs().any(|(dialog, _)| {
            dialog.typed.as_ref().is_some_and(|(of, fields)| *of == element && fields.contains(&field))
        })
    }

    /// Selects a row of a list that was added or picked.
    fn select(&mut self, row: usize) {
        let of = &self.rows.all[row];
        if let Some(parent) = of.parent.filter(|parent| self.rows.all[*parent].is_list()) {
            self.select(parent);
        }
        if self.picked.contains(&row) {
            self.tab(of.element());
            if self.current != Some((of.element(), row)) {
                self.steps.push(PlanStep::Select { row, element: of.element() });
                self.current = Some((of.element(), row));
            }
        } else {
            self.list_row(row, of, &mut of.others(&self.typed_with_key(of.element())));
        }
    }

    fn tab(&mut self, element: u16) {
        let facts = self.wanted.facts;
        let Some(schema) = facts.schema().elements.get(element.into()) else { return };
        if facts.is_band(element) || facts.page(schema) == self.page {
            return;
        }
        self.page = facts.page(schema).to_owned();
        self.steps.push(PlanStep::Tab { element });
        self.current = None;
    }

    fn popups_and_save(&mut self) {
        let rows = self.rows;
        let mut popups: Vec<(usize, &Row<'_>, &PopupEntry)> = Vec::new();
        for (number, row) in rows.all.iter().enumerate() {
            popups.extend(self.wanted.facts.popup_entry(row.element()).map(|entry| (number, row, entry)));
        }
        // Rows that may just have been added are stored before a popup adds to them.
        let adds = |step: &PlanStep| matches!(step, PlanStep::Add { .. } | PlanStep::Pick { or_add: true, .. });
        let is_stored = !self.wanted.record.is_new() && !self.steps.iter().any(adds);
        let saves_first = !is_stored && popups.iter().any(|(_, _, entry)| entry.stored_only);
        if saves_first || popups.is_empty() {
            self.save();
        }
        if saves_first {
            self.steps.push(PlanStep::LoadAgain);
            self.page = self.page_of_key();
            self.current = None;
        }
        for (number, row, entry) in &popups {
            self.popup(*number, row, entry);
        }
        if !popups.is_empty() {
            if saves_first { self.steps.push(PlanStep::Save) } else { self.save() }
        }
    }

    fn page_of_key(&self) -> String {
        let form = self.wanted.facts.schema().elements.get(self.entry.element.into());
        form.map(|form| self.wanted.facts.page(form).to_owned()).unwrap_or_default()
    }

    fn save(&mut self) {
        self.steps.push(PlanStep::Save);
        if self.wanted.record.is_new() {
            match self.entry.new {
                NewKey::AssignedAndShown => {
                    self.tab(self.entry.element);
                    self.steps.push(PlanStep::TakeKey { shown: true });
                }
                NewKey::AssignedAndTold => self.steps.push(PlanStep::TakeKey { shown: false }),
                _ => {}
            }
        }
    }

    fn popup(&mut self, number: usize, row: &Row<'_>, entry: &PopupEntry) {
        if let Some(parent) = row.parent.filter(|parent| self.rows.all[*parent].is_list()) {
            self.select(parent);
        }
        self.tab(row.element());
        let values = entry
            .fields
            .iter()
            .flat_map(|(popup, field)| row.values(&[field]).into_iter().map(move |value| (value, popup.to_owned())));
        let beside =
            self.wanted.beside.iter().filter(|(element, nth, ..)| *element == row.element() && *nth == row.nth);
        self.steps.push(PlanStep::Popup(Popup {
            row: number,
            element: row.element(),
            of: row.parent,
            tool: entry.tool.to_string(),
            values: values.collect(),
            beside: beside.map(|(_, _, field, value)| ((*field).to_owned(), value.clone())).collect(),
            areas: (!entry.areas.is_empty()).then(|| entry.areas.to_string()),
            done: entry.done.to_string(),
        }));
    }

    fn proof(&mut self) {
        let mut read: Vec<u16> = Vec::new();
        let mut others: Vec<PlanStep> = Vec::new();
        for element in self.rows.elements() {
            match self.wanted.facts.proof(element) {
                Proof::Read => read.push(element),
                Proof::Table { .. } => others.push(PlanStep::ProveByTable { element }),
                _ => others.push(PlanStep::Unproven { element }),
            }
        }
        if !read.is_empty() {
            self.steps.push(PlanStep::Prove { elements: read });
        }
        self.steps.append(&mut others);
    }
}
