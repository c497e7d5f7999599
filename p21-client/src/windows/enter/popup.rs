//! Rows that popups add, and the tables that show them.
//!
//! A popup stages its row in the grid with the key that P21 gives it, before anything is saved (verified on 26.1). Where the
//! table is known to show that key, it says of one row whether it is stored, however many others are like it.

use p21_model::payload::Transaction;
use p21_model::row::RawRow;
use p21_model::schema::Proof;
use serde_json::Value;

use super::read::{self, InTable};
use super::run::{Run, Stop};
use super::{NewOrStored, PlanStep, Popup};
use crate::error::Error;
use crate::resilience::{Unresolved, Verdict, is_same};
use crate::windows::TARGET;
use crate::windows::action::{Done, Progress, Step as Act};
use crate::windows::problem::WindowProblem;
use crate::windows::window::same;

/// The column and the field that show the key which P21 gives a row.
struct KeyColumn<'a> {
    column: &'a str,
    field: u16,
    name: &'a str,
}

impl Run<'_> {
    /// Adds a row by its popup.
    pub(super) async fn popup(&mut self, popup: &Popup) -> Result<(), Stop> {
        let facts = self.facts();
        let Some(entry) = facts.popup_entry(popup.element) else { return Ok(()) };
        if popup.of.is_some() && entry.compare.iter().next().is_none() && self.core_mut()?.counts_apart {
            // Nothing in it would show which row it is about.
            return Err(self.refused("show which row the popup is about", WindowProblem::DetailMismatch).into());
        }
        let before = self.keys_shown(popup.element).await?;
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
            Progress::Done(_) => {}
            Progress::Asked(next) => return Err(core.not_answered(&next.question).into()),
        }
        let mut staged = self.keys_shown(popup.element).await?;
        staged.retain(|key| !before.contains(key));
        match &mut staged[..] {
            [only] => {
                self.staged.insert(popup.row, std::mem::take(only));
            }
            // Nothing tells the row from others that are like it but how many there are.
            _ => self.count_before(popup.row).await,
        }
        Ok(())
    }

    fn key_column(&self, element: u16) -> Option<KeyColumn<'_>> {
        let Proof::Table { columns, .. } = self.facts().proof(element) else { return None };
        let schema = self.task.schema.elements.get(element.into())?;
        let (column, field) = columns.iter().find(|(_, field)| schema.keys.contains(field))?;
        Some(KeyColumn { column, field, name: &schema.fields[usize::from(field)].name })
    }

    /// The keys of the rows that a grid shows.
    async fn keys_shown(&mut self, element: u16) -> Result<Vec<String>, Error> {
        let Some(name) = self.key_column(element).map(|key| key.name.to_owned()) else { return Ok(Vec::new()) };
        let (_, datawindow) = self.place(element).await?;
        let data = self.core_mut()?.data().await?;
        let Some(grid) = data.datawindow(&datawindow) else { return Ok(Vec::new()) };
        let shown = (0..grid.data.len()).filter_map(|row| grid.value(row, &name));
        Ok(shown.filter(|key| !key.trim().is_empty()).map(str::to_owned).collect())
    }

    /// How many rows of the table show a row before it is saved. A table that can't be read proves nothing behind the save,
    /// either.
    async fn count_before(&mut self, number: usize) {
        let Some(row) = self.raw_row(number) else { return };
        match self.count(number, row).await {
            Ok(Some(count)) => {
                self.before.insert(number, count);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::debug!(target: TARGET, %error, "the table that shows a row can't be read before it is saved")
            }
        }
    }

    /// What a window's save holds beside the record that a read shows: rows of popups since the save before. `None` if
    /// there are none.
    pub(super) async fn popups_since(&self, saved: usize, at: usize) -> Option<Verdict> {
        let steps = self.task.plan.steps().get(saved..at).unwrap_or_default();
        let popups = steps.iter().filter_map(|step| match step {
            PlanStep::Popup(popup) if !matches!(self.facts().proof(popup.element), Proof::Read) => Some(popup),
            _ => None,
        });
        let mut verdict = None;
        for popup in popups {
            let one = self.is_in_table(popup).await;
            verdict = Some(match (verdict, one) {
                (None, one) => one,
                (Some(Verdict::Stored), Verdict::Stored) => Verdict::Stored,
                (Some(Verdict::NotStored), Verdict::NotStored) => Verdict::NotStored,
                (Some(Verdict::Unknown(why)), _) | (_, Verdict::Unknown(why)) => Verdict::Unknown(why),
                _ => {
                    Verdict::Unknown(Unresolved::new("of the rows that popups added some are there, and some are not"))
                }
            });
        }
        verdict
    }

    /// Whether a row that a popup staged is in its table.
    async fn is_in_table(&self, popup: &Popup) -> Verdict {
        let name = self.name(popup.element);
        let unread = |error: Error| format!("the table that shows `{name}` can't be read: {error}");
        let (Some(key), Some(row)) = (self.staged.get(&popup.row), self.raw_row(popup.row)) else {
            return Verdict::Unknown(Unresolved::new(format!("nothing shows whether the row of `{name}` is stored")));
        };
        match self.by_key(popup.element, row, key).await {
            Ok(found) if found.is_empty() => Verdict::NotStored,
            Ok(_) => Verdict::Stored,
            Err(error) => Verdict::Unknown(Unresolved::new(unread(error))),
        }
    }

    /// The rows of the table that show a row by the key that P21 gave it.
    async fn by_key(&self, element: u16, row: &RawRow, key: &str) -> Result<Vec<Value>, Error> {
        let (Some(column), Proof::Table { table, columns, .. }) =
            (self.key_column(element), self.facts().proof(element))
        else {
            return Ok(Vec::new());
        };
        let filter = read::equal(column.column, &row.element().fields[usize::from(column.field)], key);
        read::as_built(self.task.session.client(), (table, filter), row, columns).await
    }

    pub(super) async fn prove_by_table(&mut self, element: u16, unproven: &mut Vec<String>) -> Result<(), Stop> {
        for (number, (row, _)) in self.numbered().into_iter().enumerate() {
            if row.element().index != element {
                continue;
            }
            let name = self.name(element);
            let missing = || {
                let problem = format!("P21 answered that `{name}` is stored, and the table that shows it does not");
                Stop::from(Error::input(problem))
            };
            let shown = match self.staged.get(&number) {
                Some(key) => self.by_key(element, row, key).await.map(|found| match found.first() {
                    Some(found) => self.is_whose(number, element, found).map(Some),
                    None => Err(missing()),
                }),
                None => self.count(number, row).await.map(|count| match count {
                    Some(count) if count > self.before.get(&number).copied().unwrap_or_default() => Ok(None),
                    Some(_) => Err(missing()),
                    None => Ok(Some(format!("the rows of `{name}` can't be found in their table"))),
                }),
            };
            match shown {
                Ok(shown) => unproven.extend(shown?.filter(|why| !why.is_empty())),
                Err(error) => unproven.push(format!("the table that shows `{name}` can't be read: {error}")),
            }
        }
        Ok(())
    }

    /// Whether a row of a table belongs to what it was added to, as far as the table shows that; what it doesn't show, in
    /// words.
    fn is_whose(&self, number: usize, element: u16, found: &Value) -> Result<String, Stop> {
        let Proof::Table { table, join, row, .. } = self.facts().proof(element) else { return Ok(String::new()) };
        let name = self.name(element);
        let mut unknown: Vec<&str> = Vec::new();
        let elsewhere = |column: &str, shown: &str, due: &str| {
            Stop::from(Error::input(format!(
                "`{table}` shows the row of `{name}` under `{column}` {shown}, and it was meant for {due}"
            )))
        };
        for (column, (of, field)) in join.iter() {
            let schema = self.task.schema.elements.get(of.into()).and_then(|of| of.fields.get(usize::from(field)));
            let (Some(shown), Some(due), Some(schema)) =
                (read::text(found, column), self.joined(number, of, field), schema)
            else {
                unknown.push(column);
                continue;
            };
            if !is_same(schema, &due, &shown) {
                return Err(elsewhere(column, &shown, &due));
            }
        }
        let place =
            self.parent_of(number).and_then(|parent| self.rows.get(&parent)).map(|place| place.number.to_string());
        match (&**row, read::text(found, row), place) {
            ("", ..) => {}
            (column, Some(shown), Some(due)) if !same(&due, &shown) => return Err(elsewhere(column, &shown, &due)),
            (_, Some(_), Some(_)) => {}
            (column, ..) => unknown.push(column),
        }
        if unknown.is_empty() {
            return Ok(String::new());
        }
        let columns = unknown.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(" and ");
        Ok(format!(
            "`{table}` shows the row of `{name}` as it was built, and has no {columns} that would show what it belongs to"
        ))
    }

    /// The value of a field of the key, or of the row around a row.
    fn joined(&self, number: usize, element: u16, field: u16) -> Option<String> {
        let parent = self.parent_of(number);
        let name = &self.task.schema.elements.get(element.into())?.fields.get(usize::from(field))?.name;
        let of_parent = parent.and_then(|parent| self.raw_row(parent)).filter(|row| row.element().index == element);
        if let Some(around) = of_parent {
            let place = parent.and_then(|parent| self.rows.get(&parent));
            let listed = place.and_then(|place| place.shows.get(&**name).cloned());
            return listed.or_else(|| around.value(field).map(str::to_owned)).filter(|value| !value.is_empty());
        }
        self.key.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    async fn count(&self, number: usize, row: &RawRow) -> Result<Option<usize>, Error> {
        let value = |element: u16, field: u16| self.joined(number, element, field);
        let place = self.parent_of(number).and_then(|parent| self.rows.get(&parent));
        let number = place.map(|place| place.number);
        let element = row.element().index;
        let wanted = InTable { facts: self.facts(), element, row, value: &value, number };
        read::in_table(self.task.session.client(), &wanted).await
    }

    /// Whether the record held already what a read of it is compared with: it says nothing of a save then.
    pub(super) fn is_as_before(&self, sent: &Transaction) -> bool {
        let before = self.task.before.as_ref();
        self.task.plan.record() == NewOrStored::Stored
            && matches!(read::shows(self.task.schema, sent, None, before), Verdict::Stored)
    }
}
