//! Tools: buttons and ribbon, which are listed, and run.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::answer::{Done, Failure, Status};
use super::entry::Entry;
use super::form::{Call, Form};
use super::popup::{Popup, no_tool, not_simulated};
use super::request::ToolWanted;
use super::session::OpenWindows;
use super::{rows, save};
use crate::window::refusal::Stop;

/// The ribbon of every window, and what its tools are called on it.
const RIBBON: [(&str, &str); 3] = [(SAVE, "Save"), (CLEAR, "Clear"), (CLOSE, "Close")];
const SAVE: &str = "Quick.Save";
const CLEAR: &str = "Quick.Clear";
const CLOSE: &str = "Quick.Close";

/// What a listing is narrowed down to: a datawindow, one of its fields.
#[derive(Debug, Default)]
pub(super) struct Level {
    pub(super) datawindow: Option<String>,
    pub(super) field: Option<String>,
}

/// The tools of a window: a list, without anything around it.
pub(super) fn list(call: &Call<'_>, windows: &mut OpenWindows, id: &str, level: &Level) -> Result<Value, Failure> {
    if let Some(popup) = windows.popups.get(id) {
        // The ribbon of the window behind it is among them.
        let own = popup.tools().map(|(name, text)| entry(id, name, text, None));
        let ribbon = RIBBON.iter().map(|(name, text)| entry(id, name, text, None));
        return Ok(own.chain(ribbon).collect());
    }
    let form = windows.form(call, id)?;
    let mut tools = Vec::new();
    if level.datawindow.is_none() && level.field.is_none() {
        tools.extend(RIBBON.iter().map(|(name, text)| entry(id, name, text, None)));
    }
    for (element, name, text) in form.buttons() {
        let datawindow = element.map(|element| form.window.service.element(element).datawindow());
        let is_meant = level.datawindow.is_none() || level.datawindow.as_deref() == datawindow;
        // No source names a tool of a single field.
        if is_meant && level.field.is_none() {
            tools.push(entry(id, &name, &text, datawindow));
        }
    }
    Ok(tools.into())
}

fn entry(window: &str, name: &str, text: &str, datawindow: Option<&str>) -> Value {
    json!({"WindowId": window, "ToolName": name, "Text": text, "DatawindowName": datawindow, "FieldName": null})
}

/// Runs a tool.
pub(super) fn run(call: &Call<'_>, windows: &mut OpenWindows, wanted: &ToolWanted) -> Result<Done, Failure> {
    let (id, name) = (wanted.window.as_str(), wanted.tool.as_str());
    if name.is_empty() {
        // A tool that goes by another member's name does nothing, and nothing says so.
        return match windows.popups.contains_key(id) {
            true => Ok(Done::new(Status::Failure)),
            false => windows.form(call, id).map(|_| Done::new(Status::Failure)),
        };
    }
    if windows.popups.contains_key(id) {
        return windows.press(call, wanted);
    }
    match name {
        SAVE => return save::save(call, windows, id),
        CLEAR => return save::clear(call, windows, id),
        CLOSE => return save::close(call, windows, id),
        _ => {}
    }
    let form = windows.form(call, id)?;
    form.is_fresh = false;
    let button = form.button(wanted.datawindow.as_str(), name).ok_or_else(|| no_tool(name))?;
    if let Some(row) = wanted.row.filter(|row| row.0 > 0)
        && let Some(element) = button.0
    {
        rows::at(call, form, element, row.0)?;
    }
    let mut done = Done::success();
    if let Some(opened) = Entry::of(form, &button.1) {
        if Entry::wants_record(form, &button.1) {
            let text = "the record is not saved yet: save it, load it, then add to it";
            return Err(Failure::own(StatusCode::BAD_REQUEST, text));
        }
        if !call.hands_out() {
            return Err(Failure::bad(opened.0.unexpected()));
        }
        windows.put_up(id, Popup::entry(id, opened), &mut done);
        return Ok(done);
    }
    let bare = button.1.rsplit("&&").next().unwrap_or(&button.1).to_owned();
    let has_run = form.drive(call, &mut done, |window, desk| match window.run_tool(desk, &bare)? {
        true => Ok(()),
        false => Err::<(), Stop>(not_simulated(&bare)),
    })?;
    form.has_unsaved |= has_run.is_some();
    windows.settle(call, id, done)
}

impl Form {
    /// The buttons of the tabs that were in front, with the element that each belongs to.
    pub(super) fn buttons(&self) -> Vec<(Option<u16>, String, String)> {
        let tools = self.window.behaviour.tools(&self.window);
        let own = tools.iter().map(|name| (None, (*name).to_owned(), String::new()));
        let service = &self.window.service;
        let entries = service.window().popup_entries().map(|(entry, _)| entry);
        let seen = entries.filter(|entry| self.seen.contains(service.page(entry.element)));
        own.chain(seen.map(|entry| (Some(entry.element), entry.tool.to_string(), "Add Note".to_owned()))).collect()
    }

    /// A button by its name, alone or behind its datawindow's.
    fn button(&self, datawindow: &str, name: &str) -> Option<(Option<u16>, String)> {
        let whole = if datawindow.is_empty() { name.to_owned() } else { format!("{datawindow}&&{name}") };
        let known = self.buttons();
        let found = known.iter().find(|(_, known, _)| known == name || *known == whole);
        found.map(|(element, name, _)| (*element, name.clone()))
    }
}
