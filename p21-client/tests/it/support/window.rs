//! A window of the P21 with windows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::windows::{Manners, ok, refused, result};
use super::{Reply, answer};

#[derive(Default, Clone)]
pub(super) struct Win {
    pub(super) owner: String,
    pub(super) tab: String,
    pub(super) header: BTreeMap<String, String>,
    pub(super) lines: Vec<BTreeMap<String, String>>,
    pub(super) line: usize,
    pub(super) shown_before: usize,
    pub(super) popup: Option<String>,
    /// What a popup's first answer does.
    pub(super) then: Option<(String, String)>,
    /// The window that waits for this popup.
    pub(super) parent: Option<String>,
    pub(super) burnt: bool,
}

impl Win {
    pub(super) fn state(&self, id: &str) -> Value {
        let fields = |names: &[&str]| -> serde_json::Map<String, Value> {
            let field = |name: &&str| ((*name).to_owned(), json!({"Name": name, "Enabled": true, "DataType": "Char"}));
            names.iter().map(field).collect()
        };
        if self.parent.is_some() {
            return json!({"Data": [], "Definition": {"Id": id, "Name": "w_message", "Title": "Prophet 21", "TabPageList": [],
                "Datawindows": {}}});
        }
        let (name, shown) = match self.tab.as_str() {
            "LINES" => ("line", fields(&["item_id", "pricing_method", "price"])),
            "TEXTS" => ("text", fields(&["extended_desc"])),
            "NOTES" => ("note", fields(&["note"])),
            _ => ("header", fields(&["job_no", "end_date", "approved", "comment"])),
        };
        let tab = |name: &str, enabled: bool| json!({"Name": name, "Text": name, "Enabled": enabled});
        json!({"Data": [], "Definition": {"Id": id, "Name": "w_job", "Title": "Job Entry",
            "TabPageList": [tab("FORM", true), tab("LINES", true), tab("TEXTS", true), tab("NOTES", true), tab("BINS", false)],
            "Datawindows": {name: {"Name": name, "ParentPage": self.tab, "Style": "Form", "Fields": shown}}}})
    }

    pub(super) fn select_tab(&mut self, tab: &str, manners: &Manners) -> Reply {
        match tab {
            "FORM" | "LINES" | "TEXTS" | "NOTES" => {
                self.tab = tab.to_owned();
                if manners.first_again && tab == "LINES" {
                    self.line = 0;
                }
                ok(&result(1))
            }
            "BINS" => refused(400, "Tab page is disabled and cannot be selected"),
            other => refused(400, &format!("Tab with name or display text of {other} does not exist.")),
        }
    }

    pub(super) fn select_row(&mut self, row: i64, manners: &Manners) -> Reply {
        if row == 0 && !manners.from_zero {
            return answer(422, "application/json", r#"{"ErrorMessage":"The row is selected."}"#);
        }
        let at = if manners.from_zero { row } else { row - 1 };
        if let Some(at) = usize::try_from(at).ok().filter(|at| *at < self.lines.len()) {
            (self.shown_before, self.line) = (self.line, at);
        } else {
            self.shown_before = self.line;
        }
        ok(&result(1))
    }

    pub(super) fn data(&self, manners: &Manners) -> Value {
        let one = |name: &str, values: Vec<(&str, String)>| {
            let (columns, row): (Vec<&str>, Vec<String>) = values.into_iter().unzip();
            json!({"Name": name, "FullName": format!("{}.{name}", self.tab), "ActiveRow": 0, "TotalRows": 1,
                "Columns": columns, "Data": [row]})
        };
        match self.tab.as_str() {
            "LINES" => {
                let columns = ["item_id", "pricing_method", "price"];
                let row =
                    |line: &BTreeMap<String, String>| columns.map(|name| line.get(name).cloned().unwrap_or_default());
                let rows: Vec<[String; 3]> = self.lines.iter().map(row).collect();
                json!([{"Name": "line", "FullName": "LINES.line", "ActiveRow": self.line, "TotalRows": rows.len(),
                    "Columns": columns, "Data": rows}])
            }
            "TEXTS" => {
                let at = if manners.one_behind { self.shown_before } else { self.line };
                let item = self.lines.get(at).and_then(|line| line.get("item_id")).cloned().unwrap_or_default();
                json!([one("text", vec![("extended_desc", item)])])
            }
            _ => {
                let names = ["job_no", "end_date", "approved", "comment"];
                let value = |name: &&'static str| (*name, self.header.get(*name).cloned().unwrap_or_default());
                json!([one("header", names.iter().map(value).collect())])
            }
        }
    }
}
