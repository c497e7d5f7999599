//! Rows of a plan: added, picked, selected, compared, and typed into.

use std::collections::HashMap;

use p21_model::interactive::DatawindowData;
use p21_model::schema::{ElementSchema, ValueType as FieldKind};

use super::run::{Place, Run};
use super::{PlanStep, Value};
use crate::error::Error;
use crate::windows::action::Step as Act;
use crate::windows::problem::WindowProblem;
use crate::windows::window::same;

/// The rows of a list as they were read, and those that came to them since.
pub(super) struct Listed {
    pub(super) element: u16,
    list: DatawindowData,
    /// By what each is known.
    added: Vec<Vec<Value>>,
}

impl Listed {
    fn has_added(&self, by: &[Value]) -> bool {
        let is_same = |(one, other): (&Value, &Value)| one.field == other.field && same(&one.value, &other.value);
        self.added.iter().any(|added| added.len() == by.len() && added.iter().zip(by).all(is_same))
    }
}

impl Run<'_> {
    pub(super) async fn add(&mut self, row: usize, element: u16, is_there: bool) -> Result<(), Error> {
        let (_, datawindow) = self.place(element).await?;
        let mut rows = match is_there {
            true => self.list(&datawindow).await.map_or(0, |list| list.data.len()),
            false => 0,
        };
        let takes_it = rows > 0;
        if !takes_it {
            self.act(vec![Act::AddRow(datawindow.clone())], None).await?;
        }
        self.note_added(row);
        self.shown = None;
        if self.comes_back_to(row) {
            if !takes_it {
                rows = self.list(&datawindow).await?.data.len();
            }
            let number = u32::try_from(rows).unwrap_or(u32::MAX);
            self.rows.insert(row, Place { number, shows: HashMap::new() });
        }
        Ok(())
    }

    /// Whether it matters where a row is: others stand below it, or it is selected again.
    fn comes_back_to(&self, row: usize) -> bool {
        let selects = |step: &PlanStep| matches!(step, PlanStep::Select { row: again, .. } if *again == row);
        self.raw_row(row).is_none_or(|raw| !raw.children().is_empty()) || self.task.plan.steps().iter().any(selects)
    }

    pub(super) async fn pick(&mut self, row: usize, element: u16, by: &[Value], or_add: bool) -> Result<(), Error> {
        let (_, datawindow) = self.place(element).await?;
        let schema = self.element(element)?;
        let listed = self.look_in(element, &datawindow, by).await?;
        let list = &listed.list;
        let is_it = |at: &usize| {
            by.iter().all(|value| {
                let field = &schema.fields[usize::from(value.field)].name;
                list.value(*at, field).is_some_and(|shown| same(&value.value, shown))
            })
        };
        let found: Vec<usize> = (0..list.data.len()).filter(is_it).collect();
        match found[..] {
            [only] => {
                let number = u32::try_from(only + 1).unwrap_or(u32::MAX);
                self.rows.insert(row, Place { number, shows: shown(list, only) });
                self.shown = None;
                // What is picked and not typed is picked for what it unlocks.
                match self.facts().selector(element, self.task.plan.record() == super::NewOrStored::New) {
                    Some(_) => self.core_mut()?.select_anew(&datawindow, number).await,
                    None => self.core_mut()?.select(&datawindow, number).await,
                }
            }
            [] if or_add => {
                self.add(row, element, false).await?;
                self.remember(listed, schema, by);
                let cursor: Vec<u16> = self.facts().cursor_keys(element).collect();
                let (owed, now): (Vec<&Value>, Vec<&Value>) =
                    by.iter().partition(|value| cursor.contains(&value.field));
                for value in now {
                    self.change(element, std::slice::from_ref(value)).await?;
                }
                // What is typed behind such a key is lost.
                self.owed = owed.into_iter().map(|value| (row, element, value.clone())).collect();
                Ok(())
            }
            [] => Err(self.refused("find a row", WindowProblem::NoSuchRow)),
            [..] => Err(Error::input(format!(
                "{} rows of `{}` have those values: say in `keyed_by` what tells them apart",
                found.len(),
                schema.name
            ))),
        }
    }

    /// The rows of a list: as they were read for the row before, where nothing but rows of other keys came to them since.
    async fn look_in(&mut self, element: u16, datawindow: &str, by: &[Value]) -> Result<Listed, Error> {
        match self.listed.take() {
            Some(known) if known.element == element && !known.has_added(by) => Ok(known),
            _ => Ok(Listed { element, list: self.list(datawindow).await?, added: Vec::new() }),
        }
    }

    /// Remembers the rows of a list to which one is added, for the next one that is looked for: each look is all of them, and
    /// a book may have a thousand. Only where numbers tell them apart: a text may be shown as another one than was typed.
    fn remember(&mut self, mut listed: Listed, schema: &ElementSchema, by: &[Value]) {
        let is_number = |value: &Value| schema.fields[usize::from(value.field)].value_type == FieldKind::Integer;
        if by.iter().all(is_number) {
            listed.added.push(by.to_vec());
            self.listed = Some(listed);
        }
    }

    /// Selects a row again, and sees that it is the one that it was.
    pub(super) async fn select(&mut self, row: usize, element: u16) -> Result<(), Error> {
        let (_, datawindow) = self.place(element).await?;
        let Some(place) = self.rows.get(&row).cloned() else {
            return Err(Error::input(format!("row {row} of the record is nowhere in the window")));
        };
        self.shown = None;
        self.core_mut()?.select(&datawindow, place.number).await?;
        let list = self.list(&datawindow).await?;
        let at = usize::try_from(place.number).unwrap_or(usize::MAX).saturating_sub(1);
        let now = shown(&list, at);
        let keys = self.known_by(row, element);
        let differs = keys.iter().any(|(field, value)| now.get(field).is_some_and(|shown| !same(value, shown)));
        if differs {
            return Err(self.refused("select a row", WindowProblem::RowNotSelected { row: place.number }));
        }
        self.rows.insert(row, Place { number: place.number, shows: now });
        Ok(())
    }

    /// What tells a row of the record apart: its keys, or what picks it.
    fn known_by(&self, row: usize, element: u16) -> Vec<(String, String)> {
        let Some(raw) = self.raw_row(row) else { return Vec::new() };
        let is_new = self.task.plan.record() == super::NewOrStored::New;
        let fields = self.facts().selector(element, is_new).unwrap_or(&raw.element().keys);
        let known = fields.iter().filter_map(|field| {
            let value = raw.value(*field)?;
            Some((raw.element().fields[usize::from(*field)].name.to_string(), value.to_owned()))
        });
        known.collect()
    }

    /// Sees that a form shows the row that its list selected, before anything is typed into it.
    pub(super) async fn compare(&mut self, element: u16, of: usize, shows: &[Value]) -> Result<(), Error> {
        let Some(detail) = self.facts().detail(element).cloned() else { return Ok(()) };
        let (tab, form) = self.place(element).await?;
        let (list_tab, list) = self.place(detail.list).await?;
        let (schema, list_schema) = (self.element(element)?, self.element(detail.list)?);
        let place = self.rows.get(&of).cloned().unwrap_or_default();
        let mut due: Vec<(String, String)> = Vec::new();
        for (field, list_field) in detail.fields.iter().zip(detail.of.iter()) {
            let said = shows.iter().find(|value| value.field == *field).map(|value| value.value.clone());
            let listed = place.shows.get(&*list_schema.fields[usize::from(*list_field)].name).cloned();
            if let (Some(said), Some(listed)) = (&said, &listed)
                && !same(said, listed)
            {
                return Err(self.refused("compare the detail with its row", WindowProblem::DetailMismatch));
            }
            let due_value = listed.or(said).filter(|value| !value.trim().is_empty());
            due.extend(due_value.map(|value| (schema.fields[usize::from(*field)].name.to_string(), value)));
        }
        if due.is_empty() {
            return Err(self.refused("compare the detail with its row", WindowProblem::DetailMismatch));
        }
        self.shown = None;
        if self.shows_all(&form, &due).await? {
            return Ok(());
        }
        // Some windows show the row that was selected before: the one behind it brings it to the front.
        self.act(vec![Act::Front { tab: list_tab, datawindow: list.clone() }], None).await?;
        let core = self.core_mut()?;
        core.select(&list, place.number).await?;
        core.put_row(&list, i64::from(place.number) + 1).await?;
        self.act(vec![Act::Front { tab, datawindow: form.clone() }], None).await?;
        if self.shows_all(&form, &due).await? {
            return Ok(());
        }
        Err(self.refused("compare the detail with its row", WindowProblem::DetailMismatch))
    }

    async fn shows_all(&mut self, datawindow: &str, due: &[(String, String)]) -> Result<bool, Error> {
        let data = self.core_mut()?.data().await?;
        let Some(form) = data.datawindow(datawindow) else { return Ok(false) };
        let row = form.active().unwrap_or_default();
        Ok(due.iter().all(|(field, value)| form.value(row, field).is_some_and(|shown| same(value, shown))))
    }

    /// Types values. Of a record that is there only those that differ.
    pub(super) async fn type_in(&mut self, row: usize, element: u16, values: &[Value]) -> Result<(), Error> {
        if self.is_added(row) {
            return self.change(element, values).await;
        }
        let schema = self.element(element)?;
        if self.shown.as_ref().is_none_or(|(of, _)| *of != element) {
            let (_, datawindow) = self.place(element).await?;
            let data = self.core_mut()?.data().await?;
            let now = data.datawindow(&datawindow).map(|of| shown(of, of.active().unwrap_or_default()));
            self.shown = Some((element, now.unwrap_or_default()));
        }
        let differs = |value: &&Value| {
            let field = &schema.fields[usize::from(value.field)].name;
            let now = self.shown.as_ref().and_then(|(_, now)| now.get(&**field));
            !now.is_some_and(|now| same(&value.value, now))
        };
        let changed: Vec<Value> = values.iter().filter(differs).cloned().collect();
        if changed.is_empty() {
            return Ok(());
        }
        self.change(element, &changed).await?;
        // What is typed may change other fields.
        self.shown = None;
        Ok(())
    }

    pub(super) fn core_mut(&mut self) -> Result<&mut crate::windows::window::Core, Error> {
        self.core.as_mut().ok_or_else(|| Error::of_window(WindowProblem::WindowLost, None))
    }

    pub(super) fn refused(&self, step: &str, problem: WindowProblem) -> Error {
        let error = Error::of_window(problem, None);
        match &self.core {
            Some(core) => core.explain(step, error),
            None => error,
        }
    }

    async fn list(&mut self, datawindow: &str) -> Result<DatawindowData, Error> {
        self.core_mut()?.list(datawindow).await
    }
}

/// What a list or form shows of a row.
fn shown(data: &DatawindowData, row: usize) -> HashMap<String, String> {
    let columns = data.columns.iter();
    columns.map(|column| (column.clone(), data.value(row, column).unwrap_or_default().to_owned())).collect()
}
