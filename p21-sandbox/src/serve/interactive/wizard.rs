//! A wizard behind a save: pages with a grid, of which the second does what the wizard is for.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{Done, Failure};
use super::form::{Call, Form};
use super::request::Change;
use crate::facts::texts;
use crate::store::Data;
use crate::window::dialog::Answer;

/// A wizard that is up.
pub(super) struct Wizard {
    rows: Vec<Data>,
    /// The page that does the work was reached.
    is_done: bool,
}

/// The grid, and the column that can't be typed.
const GRID: &str = "items";
const SUPPLIER: &str = "supplier_id";

const NEXT: &str = "cb_next";
const FINISH: &str = "cb_finish";
const CANCEL: &str = "cb_cancel";

impl Wizard {
    /// The wizard of the window behind it, with what that shows.
    pub(super) fn of(call: &Call<'_>, form: &mut Form) -> Result<Self, Failure> {
        let rows = call.at(&mut form.window, |window, desk| window.behaviour.wizard(window, desk));
        let rows = rows.or_else(|stop| super::answer::stopped(stop).map(|_| Vec::new()))?;
        Ok(Self { rows, is_done: false })
    }

    /// Types into it: only what no source shows could be.
    pub(super) fn change(item: &Change) -> Failure {
        match item.field.as_str() {
            SUPPLIER => Failure::bad(texts::COLUMN_DISABLED.with(&[SUPPLIER])),
            field => Failure::Unknown(format!("typing `{field}` into this wizard")),
        }
    }

    /// Presses a button. `true` if the wizard closes. What the next page did stays done, however it closes.
    pub(super) fn press(
        &mut self,
        call: &Call<'_>,
        form: &mut Form,
        done: &mut Done,
        tool: &str,
    ) -> Result<bool, Failure> {
        match (tool, self.is_done) {
            (NEXT, false) => {
                let run = form.drive(call, done, |window, desk| window.behaviour.run_wizard(window, desk))?;
                if let Some(rows) = run {
                    (self.rows, self.is_done) = (rows, true);
                }
                return Ok(false);
            }
            (NEXT, true) => return Err(Failure::own(StatusCode::BAD_REQUEST, "the wizard has no further page")),
            (FINISH, true) | (CANCEL, _) => {}
            (tool, _) => return Err(Failure::Unknown(format!("the tool `{tool}` on this page of the wizard"))),
        }
        form.drive(call, done, |window, desk| window.answer(desk, Answer::No))?;
        form.saved(call, done)?;
        Ok(true)
    }

    /// What is shown: the grid.
    pub(super) fn state(&self) -> (Value, Value) {
        let names: Vec<&str> =
            self.rows.first().map(|row| row.keys().map(String::as_str).collect()).unwrap_or_default();
        let about = |name: &str| json!({"Name": name, "Label": null, "Enabled": false, "DataType": "Char"});
        let fields: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), about(name))).collect();
        let datawindows = json!({GRID: {"Name": GRID, "ParentPage": "", "Style": "List", "Fields": fields}});
        let rows: Vec<Vec<&String>> = self.rows.iter().map(|row| row.values().collect()).collect();
        let data = json!([{"Name": GRID, "FullName": GRID, "ActiveRow": 0, "TotalRows": rows.len(),
            "Columns": names, "Data": rows}]);
        (datawindows, data)
    }
}
