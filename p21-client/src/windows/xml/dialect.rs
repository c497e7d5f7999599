//! What the description calls things: datawindows and tabs of the windows that it has, menu entries, dates.

use p21_model::interactive::xml::{date, spelt};
use p21_model::interactive::{Change, MenuId, OpenRequest, WindowData, WindowState};
use p21_model::schema::{ElementSchema, ServiceSchema, ValueType as FieldKind, XmlNames};
use p21_model::value::{DateTime, FieldValue as _};
use p21_model::version::Version;

use crate::error::Error;
use crate::windows::InteractiveFlavour;
use crate::windows::window::Core;
use crate::windows::wire::{Op, no_form};

fn names(schema: &'static ServiceSchema, version: Version) -> Option<&'static XmlNames> {
    schema.window(version).opening()?.0.xml.as_ref()
}

/// The menu entry of a service's window, as rules know it.
pub(in crate::windows) fn menu_entry(schema: &'static ServiceSchema, version: Version) -> Option<&'static str> {
    names(schema, version).map(|names| &*names.menu)
}

/// How a window is opened: by its menu entry, which the program or the rules have to know.
///
/// # Errors
/// Nobody knows it.
pub(in crate::windows) fn window_type(
    request: OpenRequest,
    said: Option<&String>,
    schema: Option<(&'static ServiceSchema, Version)>,
) -> Result<OpenRequest, Error> {
    let known = schema.and_then(|(schema, version)| names(schema, version));
    let own = request.menu_id.clone().or_else(|| said.cloned().map(MenuId::Text));
    let entry = own.or_else(|| known.map(|names| MenuId::Text(names.menu.to_string())));
    let Some(entry) = entry else {
        let window = [&request.service_name, &request.title, &request.name].into_iter().flatten().next();
        let window = window.cloned().unwrap_or_default();
        return Err(no_form(&format!(
            "the window `{window}`: it opens by its menu entry, which isn't known; say it with `SessionBuilder::menu_id`"
        )));
    };
    let mut open = request;
    open.menu_id = Some(entry);
    if let Some(names) = known {
        open.service_name = Some(names.service.to_string()).filter(|name| !name.is_empty());
    }
    Ok(open)
}

impl Core {
    fn is_xml(&self) -> bool {
        self.link.flavour == InteractiveFlavour::Xml
    }

    fn names(&self) -> Option<&'static XmlNames> {
        self.schema.and_then(|schema| names(schema, self.version))
    }

    /// The call by the names of the session's flavour.
    ///
    /// # Errors
    /// A value has no form in it.
    pub(in crate::windows) fn in_dialect(&self, op: Op) -> Result<Op, Error> {
        if !self.is_xml() {
            return Ok(op);
        }
        Ok(match op {
            Op::Change(list) => Op::Change(self.changes(list)?),
            Op::AddRow(datawindow) => Op::AddRow(self.datawindow(datawindow)),
            Op::AddRowWith(datawindow, list) => Op::AddRowWith(self.datawindow(datawindow), self.changes(list)?),
            Op::SelectRow(datawindow, row) => Op::SelectRow(self.datawindow(datawindow), row),
            Op::Values { datawindow, field } => Op::Values { datawindow: self.datawindow(datawindow), field },
            Op::Tab(tab) => Op::Tab(self.tab_in_dialect(&tab).unwrap_or(tab)),
            other => other,
        })
    }

    fn changes(&self, list: Vec<Change>) -> Result<Vec<Change>, Error> {
        let each = list.into_iter().map(|mut change| {
            let datawindow = change.datawindow_name.take().unwrap_or_default();
            change.value = self.spelt(&datawindow, &change.field_name, change.value)?;
            change.datawindow_name = Some(self.datawindow(datawindow));
            Ok(change)
        });
        each.collect()
    }

    /// A date as the description spells it. What isn't known to be one is left as it is.
    fn spelt(&self, datawindow: &str, field: &str, value: String) -> Result<String, Error> {
        let is_date = |element: &'static ElementSchema| {
            element.field(field).is_some_and(|(_, field)| field.value_type == FieldKind::DateTime)
        };
        if !self.element_called(datawindow).is_some_and(is_date) {
            return Ok(value);
        }
        match DateTime::from_wire(&value) {
            Ok(moment) if moment == moment.date().at(0, 0, 0, 0) => Ok(spelt(moment)),
            Ok(_) => Err(no_form(&format!("a time of day (`{field}`)"))),
            Err(_) => Ok(value),
        }
    }

    /// An element by what its datawindow is called outside of the dialect.
    fn element_called(&self, datawindow: &str) -> Option<&'static ElementSchema> {
        let schema = self.schema?;
        let facts = schema.window(self.version);
        let is_it = |element: &&'static ElementSchema| facts.datawindows(element).contains(&datawindow);
        self.element(datawindow).or_else(|| schema.elements.iter().find(is_it))
    }

    fn datawindow(&self, name: String) -> String {
        let element = self.element_called(&name);
        let own = self.names().zip(element).and_then(|(names, element)| {
            names.datawindows.iter().find(|(_, of)| *of == element.index).map(|(own, _)| own.to_owned())
        });
        own.unwrap_or(name)
    }

    fn tab_in_dialect(&self, tab: &str) -> Option<String> {
        let (schema, names) = (self.schema?, self.names()?);
        let is_on_it =
            |of: u16| schema.elements.get(usize::from(of)).is_some_and(|element| self.place(element).0 == tab);
        names.tabs.iter().find(|(_, of)| is_on_it(*of)).map(|(own, _)| own.to_owned())
    }

    /// The element that a datawindow of the dialect is.
    fn element_in_dialect(&self, name: &str) -> Option<&'static ElementSchema> {
        let own =
            self.names().and_then(|names| names.datawindows.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)));
        match own {
            Some((_, of)) => self.schema?.elements.get(usize::from(of)),
            None => self.element_called(name),
        }
    }

    fn tab_of_dialect(&self, name: &str) -> Option<String> {
        let (_, of) = self.names()?.tabs.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        Some(self.place(self.schema?.elements.get(usize::from(of))?).0)
    }

    /// What a window is made of, by the names that it has outside of the dialect.
    pub(in crate::windows) fn state_as_known(&self, state: &mut WindowState) {
        if !self.is_xml() {
            return;
        }
        for tab in &mut state.definition.tab_page_list {
            if let Some(known) = self.tab_of_dialect(&tab.name) {
                tab.name = known;
            }
        }
        for of in &mut state.definition.datawindows {
            if let Some(known) = self.tab_of_dialect(&of.parent_page) {
                of.parent_page = known;
            }
            if let Some(element) = self.element_in_dialect(&of.name) {
                of.name = self.place(element).1;
            }
        }
        self.data_as_known(&mut state.data);
    }

    /// What is in a window, by the names that it has outside of the dialect, and with dates as elsewhere.
    pub(in crate::windows) fn data_as_known(&self, data: &mut WindowData) {
        if !self.is_xml() {
            return;
        }
        for of in &mut data.0 {
            let Some(element) = self.element_in_dialect(&of.name) else { continue };
            let (tab, datawindow) = self.place(element);
            of.full_name = format!("{tab}.{datawindow}");
            of.name = datawindow;
            for (at, column) in of.columns.iter().enumerate() {
                let is_date = element.field(column).is_some_and(|(_, field)| field.value_type == FieldKind::DateTime);
                if !is_date {
                    continue;
                }
                for cell in of.data.iter_mut().filter_map(|row| row.get_mut(at)?.as_mut()) {
                    if let Some(moment) = date(cell) {
                        *cell = moment.into_wire().to_string();
                    }
                }
            }
        }
    }
}
