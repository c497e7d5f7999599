//! What is read to know what is so.

use p21_model::interactive::Change;
use p21_model::schema::ElementKind;

use super::core::Core;
use super::place;
use crate::api::Sending;
use crate::error::Error;
use crate::windows::problem::WindowProblem;

impl Core {
    /// Whether nothing is left of a record: no key of the service's forms, and of what was typed not all.
    pub(super) async fn is_empty(&mut self, typed: &[Change]) -> bool {
        let Ok(data) = self.data().await else { return false };
        data.0.iter().all(|of| {
            let first = |field: &str| of.value(0, field).unwrap_or_default().trim().to_owned();
            let keys = self.element(&of.name).into_iter().flat_map(|element| element.key_names());
            // A default fills a field of a key here and there; a whole key is a record's.
            let keys: Vec<String> = keys.map(first).collect();
            let has_key = !keys.is_empty() && keys.iter().all(|key| !key.is_empty());
            let mut here =
                typed.iter().filter(|change| change.datawindow_name.as_deref() == Some(of.name.as_str())).peekable();
            let is_typed =
                here.peek().is_some() && here.all(|change| place::same(&change.value, &first(&change.field_name)));
            of.total_rows <= 1 && !has_key && !is_typed
        })
    }

    /// What a change comes to of which P21 says neither yes nor no. Of a key that means on 25.2 that there is no such record
    /// (verified); of any other field the window shows what it holds.
    pub(super) async fn unclear(&mut self, list: &[Change]) -> Result<Option<WindowProblem>, Error> {
        for change in list {
            let datawindow = change.datawindow_name.clone().unwrap_or_default();
            let Some(element) = self.element(&datawindow) else { return Ok(Some(WindowProblem::Undetermined)) };
            let is_key = element.key_names().any(|key| key == change.field_name);
            // In XML it means that the window is at work.
            let says_absent = self.link.flavour != crate::windows::InteractiveFlavour::Xml;
            if element.kind == ElementKind::Form && is_key && says_absent {
                return Ok(Some(WindowProblem::NoSuchRecord));
            }
            let read = self.current(&datawindow, &change.field_name).await?;
            if !place::same(&change.value, read.as_deref().unwrap_or_default()) {
                return Ok(Some(WindowProblem::Undetermined));
            }
        }
        Ok(None)
    }

    pub(super) fn prove_row<'c>(&'c mut self, datawindow: &'c str, field: &'c str, value: &'c str) -> Sending<'c, ()> {
        Box::pin(async move {
            let data = self.data().await?;
            let rows = data.datawindow(datawindow).map_or(0, |of| of.data.len());
            let has = |row: &usize| {
                let read = data.datawindow(datawindow).and_then(|of| of.value(*row, field));
                read.is_some_and(|read| place::same(value, read))
            };
            if (0..rows).any(|row| has(&row)) {
                return Ok(());
            }
            let problem = WindowProblem::SavedWithoutRow { datawindow: datawindow.to_owned() };
            Err(self.explain("prove a row", Error::of_window(problem, None)))
        })
    }

    pub(super) fn prove_field<'c>(
        &'c mut self,
        datawindow: &'c str,
        field: &'c str,
        value: &'c str,
    ) -> Sending<'c, ()> {
        Box::pin(async move {
            let read = self.current(datawindow, field).await?.unwrap_or_default();
            if place::same(value, &read) {
                return Ok(());
            }
            let problem = WindowProblem::ShellConfirm { field: field.to_owned() };
            Err(self.explain("prove a field", Error::of_window(problem, None)))
        })
    }
}
