//! Typing: values into fields, and tabs to the front.

use axum::http::StatusCode;

use super::answer::{Done, Failure, Status};
use super::form::{Call, Form};
use super::request::{Change, Changes, TabWanted};
use super::session::OpenWindows;
use crate::facts::habits::Habit;
use crate::facts::texts;
use crate::window::Key;

/// The most changes of one call. P21's own limit is not known.
const MAX_CHANGES: usize = 10_000;

/// Types values in their order. The first that is not taken ends the call; those before it stay.
pub(super) fn change(call: &Call<'_>, windows: &mut OpenWindows, wanted: &Changes) -> Result<Done, Failure> {
    let id = wanted.window.as_str();
    has_room_for(wanted.list.0.len())?;
    if let Some(popup) = windows.popups.get_mut(id) {
        return popup.change(wanted);
    }
    let form = windows.form(call, id)?;
    let mut done = Done::success();
    let mut typed: Vec<(u16, u16)> = Vec::new();
    for item in wanted.list.iter() {
        form.change_one(call, item, &mut typed, &mut done)?;
        if done.status != Status::Success || form.window.asked().is_some() {
            break;
        }
    }
    windows.settle(call, id, done)
}

/// Whether a call may have so many changes.
pub(super) fn has_room_for(changes: usize) -> Result<(), Failure> {
    if changes <= MAX_CHANGES {
        return Ok(());
    }
    let text = format!("this local P21 takes {MAX_CHANGES} changes a call");
    Err(Failure::own(StatusCode::BAD_REQUEST, text))
}

/// Brings a tab to the front; a grid selects its first row with it.
pub(super) fn tab(
    call: &Call<'_>,
    windows: &mut OpenWindows,
    wanted: &TabWanted,
    is_v1: bool,
) -> Result<Done, Failure> {
    let id = wanted.window.as_str();
    let name = match (&wanted.path, is_v1) {
        (Some(path), true) => path.page.as_str(),
        // What v2 makes of v1's body is known by its status alone.
        (Some(_), false) => return Err(Failure::Silent),
        (None, _) if wanted.page.as_str().is_empty() && call.has(Habit::TabName) => wanted.tab.as_str(),
        (None, _) => wanted.page.as_str(),
    };
    if windows.popups.contains_key(id) {
        return Err(Failure::bad(texts::NO_TAB.with(&[name])));
    }
    let form = windows.form(call, id)?;
    let page = form.page_of(name).ok_or_else(|| Failure::bad(texts::NO_TAB.with(&[name])))?;
    let mut done = Done::success();
    let service = std::sync::Arc::clone(&form.window.service);
    let elements: Vec<u16> = (0..service.elements.len() as u16).filter(|of| service.page(*of) == page).collect();
    if form.drive(call, &mut done, |window, _| window.select_page(&elements))?.is_some() {
        form.show(page);
        form.adrift.clear();
    }
    windows.settle(call, id, done)
}

impl Form {
    /// Types one value.
    fn change_one(
        &mut self,
        call: &Call<'_>,
        item: &Change,
        typed: &mut Vec<(u16, u16)>,
        done: &mut Done,
    ) -> Result<(), Failure> {
        self.is_fresh = false;
        self.takes(item)?;
        if item.row.is_some() {
            done.ignoring("Row");
        }
        let tab = item.tab.0.as_deref().filter(|tab| !tab.is_empty());
        if let Some(tab) = tab
            && self.page_of(tab).is_none()
        {
            return Err(Failure::bad(texts::NO_TAB.with(&[tab])));
        }
        let (name, field) = (item.datawindow.as_str(), item.field.as_str());
        let element = if !name.is_empty() {
            self.named(call, tab, name)?
        } else if call.has(Habit::DatawindowWanted) {
            done.status = Status::Failure;
            return Ok(());
        } else {
            self.element_with(tab, field).ok_or_else(|| no_field(field, name))?
        };
        let Some(index) = self.window.service.plan(element).field(field) else {
            let defined = &self.window.service.definition.elements[usize::from(element)];
            return Err(no_field(field, defined.datawindow.as_deref().unwrap_or(name)));
        };
        if self.is_lost(element, index, typed) {
            return Ok(());
        }
        typed.push((element, index));
        self.window.codes = as_data(item)?;
        self.is_open_for(call, field)?;
        self.has_room()?;
        self.type_in(call, done, element, field, item.value.as_str())?;
        self.window.codes = false;
        if self.window.service.window().cursor_keys(element).any(|key| key == index) {
            self.adrift.insert(element);
        }
        Ok(())
    }

    /// Whether a value lands nowhere, and nothing says so: the cursor has left the row, or the call has typed already what
    /// wants a call of its own.
    fn is_lost(&self, element: u16, field: u16, typed: &[(u16, u16)]) -> bool {
        let mut apart = self.window.service.window().separate_calls(element).filter(|group| group.contains(&field));
        self.adrift.contains(&element)
            || apart.any(|group| typed.iter().any(|(of, other)| *of == element && group.contains(other)))
    }

    fn type_in(
        &mut self,
        call: &Call<'_>,
        done: &mut Done,
        element: u16,
        field: &str,
        value: &str,
    ) -> Result<(), Failure> {
        let page = self.window.service.page(element).to_owned();
        match self.drive(call, done, |window, desk| window.key(desk, element, field, value))? {
            Some(Key::Absent) => {
                self.renew(call)?;
                self.touched = page;
                done.empty_window(call.has(Habit::AbsentIsNone) && !call.is_xml);
                return Ok(());
            }
            Some(Key::Loads) => self.forget_cursors(),
            Some(Key::None) => {}
            None => return Ok(()),
        }
        if self.drive(call, done, |window, desk| window.change(desk, element, field, value))?.is_some() {
            self.touched = page;
        }
        self.has_unsaved |= done.status != Status::Failure;
        Ok(())
    }

    /// A tenant can disable a column for a user.
    fn is_open_for(&self, call: &Call<'_>, field: &str) -> Result<(), Failure> {
        let disabled = &call.config().interactive.disabled_columns;
        let is_it = |column: &String| column.split_once(':') == Some((call.session.caller.user.as_str(), field));
        if disabled.iter().any(is_it) { Err(Failure::bad(texts::COLUMN_DISABLED.with(&[field]))) } else { Ok(()) }
    }
}

/// Whether a value is the key that the database has, and not what the screen shows.
fn as_data(item: &Change) -> Result<bool, Failure> {
    match item.value_type.as_str() {
        "" | "Display" => Ok(false),
        "Data" => Ok(true),
        other => {
            let other: String = other.chars().take(40).collect();
            let text = format!("there is no ValueType `{other}`: it is Display or Data");
            Err(Failure::own(StatusCode::BAD_REQUEST, text))
        }
    }
}

fn no_field(field: &str, datawindow: &str) -> Failure {
    Failure::Bare(StatusCode::BAD_REQUEST, texts::NO_FIELD.with(&[field, datawindow]))
}
