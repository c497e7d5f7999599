//! Rows that a response window adds to a grid whose own columns can't be typed: notes.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{Done, Failure, Status};
use super::form::{Call, Form};
use super::request::Change;
use crate::facts::texts;
use crate::window::dialog::{Answer, Face, Tool};

/// What is typed into a response window that adds a row.
pub(super) struct Entry {
    /// The grid that gets the row.
    element: u16,
    /// The datawindow that is typed into.
    datawindow: String,
    /// The fields of the grid, by the popup's names for them.
    fields: BTreeMap<String, u16>,
    values: BTreeMap<String, String>,
    /// What says which row it is about: shown, and not typed.
    shown: BTreeMap<String, String>,
    /// The tool that picks every area.
    areas: String,
    has_areas: bool,
    done: String,
}

/// Titles by class.
const TITLES: [(&str, &str); 1] = [("w_notepad_response_lite", "Notepad Entry Window")];

/// The button that closes it, and those for single areas, of which no source shows the use.
const CANCEL: &str = "cb_cancel";
const OTHERS: [&str; 3] = ["cb_select", "cb_deselect", "cb_deselect_all"];

/// The longest value.
const MAX_VALUE: usize = 64 * 1024;

impl Entry {
    /// The response window that a tool opens, if it opens one.
    pub(super) fn of(form: &Form, tool: &str) -> Option<(Face, Self)> {
        let window = &form.window;
        let entries = window.service.window().popup_entries();
        let (entry, _) = entries.into_iter().find(|(entry, _)| entry.tool == tool)?;
        let fields: BTreeMap<String, u16> = entry.fields.iter().map(|(name, field)| (name.to_owned(), field)).collect();
        let names = fields.keys().cloned().chain(entry.more.iter().map(str::to_owned));
        let says = |(name, (element, field)): (&str, (u16, u16))| {
            let row = window.current(window.service.plan(element).storage);
            let value = row.map_or("", |row| window.value(row, element, field));
            (name.to_owned(), value.to_owned())
        };
        let title = TITLES.iter().find(|(class, _)| *class == entry.class).map_or("", |(_, title)| title);
        let mut tools: Vec<&str> = OTHERS.to_vec();
        tools.extend([&*entry.areas, &*entry.done, CANCEL].into_iter().filter(|tool| !tool.is_empty()));
        let tool = |name: &str| Tool { name: name.to_owned(), text: String::new(), answer: Answer::No };
        let face = Face {
            class: entry.class.to_string(),
            title: title.to_owned(),
            text: String::new(),
            tools: tools.into_iter().map(tool).collect(),
            unseen: None,
            always: None,
        };
        let entered = Self {
            element: entry.element,
            datawindow: entry.datawindow.to_string(),
            values: names.map(|name| (name, String::new())).collect(),
            fields,
            shown: entry.compare.iter().map(says).collect(),
            areas: entry.areas.to_string(),
            has_areas: false,
            done: entry.done.to_string(),
        };
        Some((face, entered))
    }

    /// Whether only a stored record takes it.
    pub(super) fn wants_record(form: &Form, tool: &str) -> bool {
        let mut entries = form.window.service.window().popup_entries();
        entries.any(|(entry, _)| entry.tool == tool && entry.stored_only) && form.window.record.is_none()
    }

    /// Types a value.
    pub(super) fn change(&mut self, item: &Change) -> Result<(), Failure> {
        let (datawindow, field) = (item.datawindow.as_str(), item.field.as_str());
        if !datawindow.is_empty() && datawindow != self.datawindow {
            return Err(Failure::bad(texts::NO_DATAWINDOW.with(&[datawindow])));
        }
        if self.shown.contains_key(field) {
            return Err(Failure::bad(texts::COLUMN_DISABLED.with(&[field])));
        }
        let Some(value) = self.values.get_mut(field) else {
            let text = texts::NO_FIELD.with(&[field, &self.datawindow]);
            return Err(Failure::Bare(StatusCode::BAD_REQUEST, text));
        };
        if item.value.as_str().len() > MAX_VALUE {
            let text = texts::INVALID_VALUE.with(&[field, "(too long)"]);
            return Err(Failure::envelope(StatusCode::UNPROCESSABLE_ENTITY, text));
        }
        item.value.as_str().clone_into(value);
        Ok(())
    }

    /// Presses a button. `true` if the response window closes.
    pub(super) fn press(
        &mut self,
        call: &Call<'_>,
        form: &mut Form,
        done: &mut Done,
        tool: &str,
    ) -> Result<bool, Failure> {
        if tool == self.areas {
            self.has_areas = true;
            return Ok(false);
        }
        if tool == CANCEL {
            return Ok(true);
        }
        if tool != self.done {
            return Err(Failure::Unknown(format!("the tool `{tool}` of this response window")));
        }
        if !self.areas.is_empty() && !self.has_areas {
            done.status = Status::Failure;
            return Ok(false);
        }
        let values: Vec<(u16, String)> =
            self.fields.iter().map(|(name, field)| (*field, self.values[name].clone())).collect();
        let element = self.element;
        // It belongs to the row that was selected when it was opened, which nothing has changed since.
        form.drive(call, done, |window, desk| window.enter(desk, element, &values))?;
        form.has_unsaved = true;
        Ok(true)
    }

    /// What is shown: the datawindow's fields, and their values.
    pub(super) fn state(&self) -> (Value, Value) {
        let all = || self.shown.iter().chain(&self.values);
        let about = |name: &str| json!({"Name": name, "Label": null, "Enabled": !self.shown.contains_key(name), "DataType": "Char"});
        let fields: Map<String, Value> = all().map(|(name, _)| (name.clone(), about(name))).collect();
        let datawindows =
            json!({&self.datawindow: {"Name": self.datawindow, "ParentPage": "", "Style": "Form", "Fields": fields}});
        let names: Vec<&String> = all().map(|(name, _)| name).collect();
        let row: Vec<&String> = all().map(|(_, value)| value).collect();
        let data = json!([{"Name": self.datawindow, "FullName": self.datawindow, "ActiveRow": 0, "TotalRows": 1,
            "Columns": names, "Data": [row]}]);
        (datawindows, data)
    }
}
