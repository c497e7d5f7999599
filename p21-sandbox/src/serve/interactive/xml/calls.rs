//! What is done in a window: the calls of version 2, by other names.

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::http::HeaderMap;
use axum::response::Response;
use p21_model::interactive::xml::{
    Body, Change as Wanted, ChangeRequest, RowDataRequest, RowRequest, SaveRequest, TabRequest, ToolRequest,
    WindowType, date,
};
use p21_model::schema::{ElementKind, FieldSchema, ValueType};

use super::answer::{self, Outcome, Shown};
use super::{looks, names};
use crate::facts::plan::Service;
use crate::facts::texts;
use crate::serve::http::{self, Content};
use crate::serve::interactive::answer::{Done, Failure};
use crate::serve::interactive::form::{Call, Form};
use crate::serve::interactive::request::{Change, Changes, OpenWanted, RowWanted, TabWanted, ToolWanted};
use crate::serve::interactive::routes::{self, Work};
use crate::serve::interactive::session::OpenWindows;
use crate::serve::interactive::{change as typing, rows, save as saving, tools};
use crate::serve::json_net::{List, Number, Text};

/// Work with a body.
async fn with<T: Body + Send + 'static>(
    mut work: Work,
    (headers, content): (HeaderMap, Content),
    run: impl FnOnce(&Call<'_>, &mut OpenWindows, T) -> Result<Response, Failure> + Send + 'static,
) -> Response {
    work.is_xml = true;
    let wanted: T = match answer::bind(&headers, &content.0) {
        Ok(wanted) => wanted,
        Err(refusal) => return *refusal,
    };
    work.run(move |call, windows| run(call, windows, wanted).map_err(answer::refusal)).await
}

/// Does something to a window, and says what it has changed.
fn act(
    call: &Call<'_>,
    windows: &mut OpenWindows,
    (root, id): (&'static str, &str),
    work: impl FnOnce(&Call<'_>, &mut OpenWindows, &mut Outcome) -> Result<(), Failure>,
) -> Result<Response, Failure> {
    let before = windows.forms.get(id).map(Shown::of);
    let mut outcome = Outcome::default();
    work(call, windows, &mut outcome)?;
    let changed = match (before, windows.forms.get(id)) {
        (Some(before), Some(form)) => before.changed(form),
        _ => Vec::new(),
    };
    Ok(outcome.document(root, id, changed))
}

fn text(text: impl Into<String>) -> Text {
    Text(Some(text.into()))
}

pub(super) async fn open(work: Work, headers: HeaderMap, content: Content) -> Response {
    let state = work.state.clone();
    with(work, (headers, content), move |call, windows, wanted: WindowType| {
        let (service, is_unread) = opened_by(call, &wanted)?;
        let open = OpenWanted { service: text(service.clone()), ..OpenWanted::default() };
        let id = saving::open(call, windows, &open)?;
        let mut answer = windows.form(call, &id).map(|form| looks::opened(call, form))?;
        if is_unread {
            http::mark(&mut answer, "ignored: MenuId");
        }
        Ok(http::about(&state, &service, answer))
    })
    .await
}

/// The service whose window is wanted, and whether its menu entry was not looked at: the description has that of few
/// windows, and what it is of the others only a server's menu maintenance knows.
fn opened_by(call: &Call<'_>, wanted: &WindowType) -> Result<(String, bool), Failure> {
    let named = wanted.service_name.as_deref();
    let refused = || Failure::bad(texts::NOT_OPENED.with(&["", &call.session.caller.user]));
    let entry_of = |service: &Arc<Service>| names::of(service).map(|names| names.menu.to_string());
    let by_entry = call.engine.catalogue.services().find(|service| entry_of(service).as_ref() == Some(&wanted.menu_id));
    if let Some(service) = by_entry {
        let is_it = |name: &str| names::of(service).is_some_and(|names| *names.service == *name);
        return if named.is_none_or(is_it) { Ok((service.name().to_owned(), false)) } else { Err(refused()) };
    }
    let Some(name) = named else { return Err(refused()) };
    match call.engine.catalogue.get(name) {
        // Its menu entry is another.
        Some(service) if entry_of(service).is_some() => Err(refused()),
        _ => Ok((name.to_owned(), true)),
    }
}

pub(super) async fn close(mut work: Work, RawQuery(query): RawQuery) -> Response {
    work.is_xml = true;
    work.run(move |call, windows| {
        let id = routes::id_of(query.as_deref()).map_err(answer::refusal)?;
        act(call, windows, ("CloseResult", &id), |call, windows, outcome| {
            outcome.add(saving::close(call, windows, &id)).map(drop)
        })
        .map_err(answer::refusal)
    })
    .await
}

pub(super) async fn clear(mut work: Work, RawQuery(query): RawQuery) -> Response {
    work.is_xml = true;
    work.run(move |call, windows| {
        let id = routes::id_of(query.as_deref()).map_err(answer::refusal)?;
        act(call, windows, ("ClearResult", &id), |call, windows, outcome| {
            outcome.add(saving::clear(call, windows, &id)).map(drop)
        })
        .map_err(answer::refusal)
    })
    .await
}

pub(super) async fn save(work: Work, headers: HeaderMap, content: Content) -> Response {
    with(work, (headers, content), |call, windows, wanted: SaveRequest| {
        let id = wanted.window_id.as_str();
        act(call, windows, ("SaveResult", id), |call, windows, outcome| {
            if outcome.add(saving::save(call, windows, id))? && outcome.key.is_none() {
                outcome.key = windows.forms.get(id).and_then(key_of);
            }
            Ok(())
        })
    })
    .await
}

/// The key of the record in a window: the first field of it, where it has several.
fn key_of(form: &Form) -> Option<String> {
    let service = &form.window.service;
    let entered = service.window().key_entry().and_then(|(entry, _)| Some((entry.element, *entry.fields.first()?)));
    let (element, field) = entered.or_else(|| {
        let header = service.header?;
        Some((header, *service.element(header).keys.first()?))
    })?;
    let row = form.window.current(service.plan(element).storage)?;
    Some(form.window.value(row, element, field).to_owned()).filter(|key| !key.is_empty())
}

pub(super) async fn change(work: Work, headers: HeaderMap, content: Content) -> Response {
    with(work, (headers, content), |call, windows, wanted: ChangeRequest| {
        let id = wanted.window_id.as_str();
        act(call, windows, ("ChangeResult", id), |call, windows, outcome| {
            typing::has_room_for(wanted.changes.len())?;
            if wanted.changes.is_empty() {
                windows.form(call, id)?;
            }
            type_all(call, windows, outcome, (id, &wanted.changes))
        })
    })
    .await
}

/// Types values in their order, each with all that it brings about before the next. The first that is not taken ends it.
fn type_all(
    call: &Call<'_>,
    windows: &mut OpenWindows,
    outcome: &mut Outcome,
    (id, changes): (&str, &[Wanted]),
) -> Result<(), Failure> {
    for wanted in changes {
        if !type_one(call, windows, outcome, (id, wanted))? {
            break;
        }
    }
    Ok(())
}

fn type_one(
    call: &Call<'_>,
    windows: &mut OpenWindows,
    outcome: &mut Outcome,
    (id, wanted): (&str, &Wanted),
) -> Result<bool, Failure> {
    let form = windows.form(call, id)?;
    let Some(element) = names::element(form, &wanted.datawindow_name) else {
        return Err(form.no_datawindow(call, &wanted.datawindow_name));
    };
    if let Some(row) = wanted.row
        && !reach(call, form, element, row)?
    {
        outcome.fail(no_row(&wanted.datawindow_name, row));
        return Ok(false);
    }
    let service = Arc::clone(&form.window.service);
    let field = service.plan(element).field(&wanted.field_name);
    let field = field.map(|field| &service.element(element).fields[usize::from(field)]);
    if field.is_some_and(|field| is_no_date(field, &wanted.value)) {
        outcome.fail(texts::INVALID_VALUE.with(&[&wanted.field_name, &wanted.value]));
        return Ok(false);
    }
    let is_code = field.is_some_and(|field| is_a_code(field, &wanted.value));
    let change = Change {
        tab: text(service.page(element)),
        datawindow: text(service.element(element).datawindow()),
        field: text(wanted.field_name.as_str()),
        value: text(wanted.value.as_str()),
        value_type: Text(is_code.then(|| "Data".to_owned())),
        row: None,
    };
    let changes = Changes { window: text(id), list: List(vec![Some(change)]) };
    outcome.add(typing::change(call, windows, &changes))
}

/// Dates have one form.
fn is_no_date(field: &FieldSchema, value: &str) -> bool {
    field.value_type == ValueType::DateTime && !value.trim().is_empty() && date(value).is_none()
}

/// Whether a value is one of those that `GET /values` lists as codes. What is shown is taken, too.
fn is_a_code(field: &FieldSchema, value: &str) -> bool {
    let value = value.trim();
    match field.value_type {
        ValueType::Switch => false,
        _ => !field.values.contains(value) && field.code(value).is_none() && field.label_of_code(value).is_some(),
    }
}

fn no_row(datawindow: &str, row: i64) -> String {
    let datawindow: String = datawindow.chars().take(60).collect();
    format!("`{datawindow}` has no row {row}: rows are counted from 0")
}

/// Makes a row current that is counted from 0. The blank row of an empty grid is there once it is typed into.
fn reach(call: &Call<'_>, form: &mut Form, element: u16, row: i64) -> Result<bool, Failure> {
    if row == 0 && form.window.shown(element).is_empty() {
        return Ok(true);
    }
    let Some(number) = usize::try_from(row).ok().and_then(|row| row.checked_add(1)) else { return Ok(false) };
    let selected =
        form.drive(call, &mut Done::success(), |window, desk| window.select_numbered(desk, element, number))?;
    Ok(selected == Some(true))
}

pub(super) async fn add_row(work: Work, headers: HeaderMap, content: Content) -> Response {
    with(work, (headers, content), |call, windows, wanted: RowRequest| {
        let id = wanted.window_id.as_str();
        act(call, windows, ("RowResult", id), |call, windows, outcome| {
            add(call, windows, outcome, (id, &wanted.datawindow_name)).map(drop)
        })
    })
    .await
}

/// Adds a row, which becomes current. `false` if something was wrong; the row may be there all the same.
fn add(
    call: &Call<'_>,
    windows: &mut OpenWindows,
    outcome: &mut Outcome,
    (id, datawindow): (&str, &str),
) -> Result<bool, Failure> {
    let form = windows.form(call, id)?;
    let Some(element) = names::element(form, datawindow) else { return Err(form.no_datawindow(call, datawindow)) };
    let name = form.window.service.element(element).datawindow().to_owned();
    let wanted = RowWanted { window: text(id), datawindow: text(name), ..RowWanted::default() };
    let has_worked = outcome.add(rows::add(call, windows, &wanted, false))?;
    let form = windows.form(call, id)?;
    let current = form.window.current(form.window.service.plan(element).storage);
    let at = form.window.shown(element).iter().position(|row| Some(*row) == current);
    outcome.row = at.and_then(|at| i64::try_from(at).ok());
    Ok(has_worked)
}

pub(super) async fn add_row_with(work: Work, headers: HeaderMap, content: Content) -> Response {
    with(work, (headers, content), |call, windows, wanted: RowDataRequest| {
        let (id, datawindow) = (wanted.window_id.as_str(), wanted.datawindow_name.as_str());
        let change = |(field, value): &(String, String)| Wanted::new(datawindow, field.as_str(), value.as_str());
        let changes: Vec<Wanted> = wanted.fields.iter().map(change).collect();
        act(call, windows, ("RowResult", id), |call, windows, outcome| {
            typing::has_room_for(changes.len())?;
            // The row is there although the one before it lacks something.
            add(call, windows, outcome, (id, datawindow))?;
            type_all(call, windows, outcome, (id, &changes))
        })
    })
    .await
}

pub(super) async fn select_row(work: Work, headers: HeaderMap, content: Content) -> Response {
    with(work, (headers, content), |call, windows, wanted: RowRequest| {
        let id = wanted.window_id.as_str();
        act(call, windows, ("RowResult", id), |call, windows, outcome| {
            let form = windows.form(call, id)?;
            let datawindow = wanted.datawindow_name.as_str();
            let Some(element) = names::element(form, datawindow) else {
                return Err(form.no_datawindow(call, datawindow));
            };
            let Some(row) = wanted.row else {
                outcome.fail("there is no Row in the request");
                return Ok(());
            };
            let rows_there = form.window.shown(element).len();
            let is_list = form.window.service.element(element).kind == ElementKind::List;
            if row < 0 || (is_list && usize::try_from(row).is_ok_and(|row| row >= rows_there.max(1))) {
                outcome.fail(no_row(datawindow, row));
                return Ok(());
            }
            // A window that is one row behind counts from 0 in JSON, too.
            let number = if form.is_behind(call) { row } else { row.saturating_add(1) };
            let name = form.window.service.element(element).datawindow().to_owned();
            let wanted = RowWanted {
                window: text(id),
                datawindow: text(name),
                row: Some(Number(number)),
                ..RowWanted::default()
            };
            outcome.add(rows::select(call, windows, &wanted, false))?;
            outcome.row = Some(row);
            Ok(())
        })
    })
    .await
}

pub(super) async fn tab(work: Work, headers: HeaderMap, content: Content) -> Response {
    with(work, (headers, content), |call, windows, wanted: TabRequest| {
        let id = wanted.window_id.as_str();
        act(call, windows, ("TabResult", id), |call, windows, outcome| {
            let form = windows.form(call, id)?;
            let Some(page) = names::page(form, &wanted.tab_name) else {
                return Err(Failure::bad(texts::NO_TAB.with(&[&wanted.tab_name])));
            };
            let wanted = TabWanted { window: text(id), page: text(page), ..TabWanted::default() };
            // A tab that can't be selected is no value that isn't taken.
            let done = typing::tab(call, windows, &wanted, false)?;
            outcome.add(Ok(done)).map(drop)
        })
    })
    .await
}

pub(super) async fn run_tool(work: Work, headers: HeaderMap, content: Content) -> Response {
    with(work, (headers, content), |call, windows, wanted: ToolRequest| {
        let id = wanted.window_id.as_str();
        act(call, windows, ("ToolResult", id), |call, windows, outcome| {
            let wanted =
                ToolWanted { window: text(id), tool: text(wanted.tool_name.as_str()), ..ToolWanted::default() };
            let done = tools::run(call, windows, &wanted)?;
            outcome.add(Ok(done)).map(drop)
        })
    })
    .await
}
