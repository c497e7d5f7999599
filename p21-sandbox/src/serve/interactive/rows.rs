//! Rows: adding one, selecting one.

use axum::http::StatusCode;
use p21_model::definition::ElementKind;

use super::answer::{Done, Failure, Status};
use super::form::{Call, Form};
use super::request::RowWanted;
use super::session::OpenWindows;
use crate::facts::texts::NO_OBJECT;

/// What the spellings of a request say: v1 has its own.
struct Meant<'a> {
    window: &'a str,
    datawindow: &'a str,
    row: Option<i64>,
}

fn meant(wanted: &RowWanted, is_v1: bool) -> Meant<'_> {
    let (datawindow, row) =
        if is_v1 { (&wanted.datawindow_v1, wanted.row_v1) } else { (&wanted.datawindow, wanted.row) };
    Meant { window: wanted.window.as_str(), datawindow: datawindow.as_str(), row: row.map(|number| number.0) }
}

/// Adds a row. That the one before it is not complete is said, and the row is there all the same.
pub(super) fn add(
    call: &Call<'_>,
    windows: &mut OpenWindows,
    wanted: &RowWanted,
    is_v1: bool,
) -> Result<Done, Failure> {
    let Meant { window: id, datawindow, .. } = meant(wanted, is_v1);
    if windows.popups.contains_key(id) {
        return Err(Failure::bad(NO_OBJECT));
    }
    let form = windows.form(call, id)?;
    let element = form.named(call, None, datawindow)?;
    form.is_fresh = false;
    form.has_room()?;
    let mut done = Done::success();
    let added = form.drive(call, &mut done, |window, desk| {
        let missing = window.incomplete(desk, element);
        window.append(desk, element)?;
        Ok(missing)
    })?;
    if let Some(missing) = added {
        form.touched = form.window.service.page(element).to_owned();
        form.has_unsaved = true;
        form.adrift.remove(&element);
        form.ahead.remove(&form.window.service.plan(element).storage);
        if let Some(text) = missing {
            done.status = Status::Failure;
            done = done.saying(text);
        }
    }
    windows.settle(call, id, done)
}

/// Selects a row.
pub(super) fn select(
    call: &Call<'_>,
    windows: &mut OpenWindows,
    wanted: &RowWanted,
    is_v1: bool,
) -> Result<Done, Failure> {
    let Meant { window: id, datawindow, row } = meant(wanted, is_v1);
    if windows.popups.contains_key(id) {
        return Err(Failure::bad(NO_OBJECT));
    }
    let form = windows.form(call, id)?;
    let element = form.named(call, None, datawindow)?;
    let mut done = Done::success();
    let is_here = form.window.service.page(element) == form.page && !form.is_behind(call);
    let was_fresh = std::mem::take(&mut form.is_fresh) && is_here;
    let Some(row) = row else {
        return Err(Failure::own(StatusCode::BAD_REQUEST, "there is no Row in the request"));
    };
    if row == 0 && was_fresh {
        let text = "the first row is selected already: it is with the tab";
        return Err(Failure::own(StatusCode::UNPROCESSABLE_ENTITY, text));
    }
    form.adrift.remove(&element);
    if form.window.service.element(element).kind == ElementKind::Form {
        // Of a detail, the list behind it selects, and it selects its first row.
        form.drive(call, &mut done, |window, _| {
            window.select_first(element);
            Ok(())
        })?;
    } else if form.is_behind(call) {
        form.select_behind(call, &mut done, element, row)?;
    } else if let Ok(number) = usize::try_from(row) {
        // A row that is not there is no error.
        form.drive(call, &mut done, |window, desk| window.select_numbered(desk, element, number))?;
    }
    form.touched = form.window.service.page(element).to_owned();
    form.choose(&mut done, element);
    windows.settle(call, id, done)
}

/// Selects a row that a tool names with it.
pub(super) fn at(call: &Call<'_>, form: &mut Form, element: u16, row: i64) -> Result<(), Failure> {
    let number = usize::try_from(row).unwrap_or(0);
    form.drive(call, &mut Done::success(), |window, desk| window.select_numbered(desk, element, number)).map(|_| ())
}

impl Form {
    /// Takes note that a row of a grid was selected, which may open tabs.
    fn choose(&mut self, done: &mut Done, element: u16) {
        let before = self.open_pages();
        self.window.chosen.insert(element);
        self.tell_opened(done, &before);
    }

    /// Selects a row that is shown with the next selection: now the one is shown that was selected before.
    fn select_behind(&mut self, call: &Call<'_>, done: &mut Done, element: u16, row: i64) -> Result<(), Failure> {
        let storage = self.window.service.plan(element).storage;
        let shown = self.ahead.get(&storage).copied().or_else(|| self.window.current(storage));
        let number = usize::try_from(row.saturating_add(1)).unwrap_or(0);
        self.drive(call, done, |window, desk| window.select_numbered(desk, element, number))?;
        if let Some(selected) = self.window.current(storage) {
            self.ahead.insert(storage, selected);
        }
        if let Some(shown) = shown {
            self.window.rows.select(shown);
        }
        Ok(())
    }
}
