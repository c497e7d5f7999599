//! Rows of a plan: added, picked, selected, compared, typed into, and added by popups.

use std::collections::HashMap;

use p21_model::interactive::DatawindowData;

use super::run::{Place, Run, Stop};
use super::{Popup, Value};
use crate::error::Error;
use crate::windows::TARGET;
use crate::windows::action::{Done, Progress, Step as Act};
use crate::windows::problem::WindowProblem;
use crate::windows::window::same;

impl Run<'_> {
    pub(super) async fn add(&mut self, row: usize, element: u16, is_there: bool) -> Result<(), Error> {
        let (_, datawindow) = self.place(element).await?;
        let mut rows = self.list(&datawindow).await.map_or(0, |list| list.data.len());
        if !is_there || rows == 0 {
            self.act(vec![Act::AddRow(datawindow.clone())], None).await?;
            rows = self.list(&datawindow).await?.data.len();
        }
        self.note_added(row);
        self.shown = None;
        let number = u32::try_from(rows).unwrap_or(u32::MAX);
        self.rows.insert(row, Place { number, shows: HashMap::new() });
        Ok(())
    }

    pub(super) async fn pick(&mut self, row: usize, element: u16, by: &[Value], or_add: bool) -> Result<(), Error> {
        let (_, datawindow) = self.place(element).await?;
        let schema = self.element(element)?;
        let list = self.list(&datawindow).await?;
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
                self.rows.insert(row, Place { number, shows: shown(&list, only) });
                self.shown = None;
                self.core_mut()?.select(&datawindow, number).await
            }
            [] if or_add => {
                self.add(row, element, false).await?;
                let (keys, others): (Vec<&Value>, Vec<&Value>) = {
                    let cursor: Vec<u16> = self.facts().cursor_keys(element).collect();
                    by.iter().partition(|value| !cursor.contains(&value.field))
                };
                for value in keys.into_iter().chain(others) {
                    self.change(element, std::slice::from_ref(value)).await?;
                }
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
        let is_new = self.task.plan.record() == super::Record::New;
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

    /// Adds a row by its popup.
    pub(super) async fn popup(&mut self, popup: &Popup) -> Result<(), Stop> {
        let facts = self.facts();
        let Some(entry) = facts.popup_entry(popup.element) else { return Ok(()) };
        // A table that can't be read proves nothing behind the save, either.
        if let Err(error) = self.count_before(popup.row).await {
            tracing::debug!(target: TARGET, %error, "the table that shows a row can't be read before it is added");
        }
        let tool = Act::Tool { name: popup.tool.clone(), place: Default::default(), listed: true };
        let core = self.core_mut()?;
        let progress = core.run(vec![tool].into(), Done::default(), None).await?;
        let Progress::Asked(rest) = progress else {
            return Err(self.refused("open the popup", WindowProblem::NotAsked).into());
        };
        let question = rest.question.clone();
        if !question.class().eq_ignore_ascii_case(&entry.class) {
            return Err(core.not_answered(&question).into());
        }
        for (field, (element, of)) in entry.compare.iter() {
            let due = popup.of.and_then(|parent| {
                let name = &self.task.schema.elements.get(element.into())?.fields.get(usize::from(of))?.name;
                let listed = self.rows.get(&parent).and_then(|place| place.shows.get(&**name).cloned());
                listed.or_else(|| self.raw_row(parent)?.value(of).map(str::to_owned))
            });
            let shown = question.data(&entry.datawindow).and_then(|data| data.value(0, field)).unwrap_or_default();
            if !due.is_some_and(|due| same(&due, shown)) {
                return Err(self.refused("compare the popup with its row", WindowProblem::DetailMismatch).into());
            }
        }
        let fields = popup.values.iter().map(|(value, field)| (field, &value.value));
        let beside = popup.beside.iter().map(|(field, value)| (field, value));
        let typed: Vec<(String, String)> = fields.chain(beside).map(|(f, v)| (f.clone(), v.clone())).collect();
        let core = self.core_mut()?;
        for (field, value) in &typed {
            core.type_into(&question, &entry.datawindow, field, value).await?;
        }
        if let Some(areas) = &popup.areas {
            core.run_in(&question, areas).await?;
        }
        match core.resume(rest, &popup.done, None).await? {
            Progress::Done(_) => Ok(()),
            Progress::Asked(next) => Err(core.not_answered(&next.question).into()),
        }
    }

    pub(super) fn core_mut(&mut self) -> Result<&mut crate::windows::window::Core, Error> {
        self.core.as_mut().ok_or_else(|| Error::of_window(WindowProblem::WindowLost, None))
    }

    fn refused(&self, step: &str, problem: WindowProblem) -> Error {
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
