//! An open window, and what each command does to it.

use serde_json::{Value, json};
use uuid::Uuid;

use super::request::{Action, Args, Command};
use super::{FAILURE, SUCCESS, result};
use crate::facts::config::Config;
use crate::facts::plan::{Catalogue, Service};
use crate::serve::engine::{Caller, Post};
use crate::store::{Store, StoreError};
use crate::window::Window;
use crate::window::refusal::{Refusal, Stop};

/// A window between opening and closing.
pub(super) struct Session<'a> {
    id: String,
    window: Window<'a>,
    /// What was picked in a grid that only offers something.
    picked: Option<String>,
    /// There is something to save.
    changed: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        service: &'a Service,
        settings: (&'a Catalogue, &'a Config),
        caller: &'a Caller,
        store: &'a mut Store,
        post: &'a mut Post,
    ) -> Result<Self, StoreError> {
        let mut window = Window::new(service, settings, caller, store, post);
        match window.create() {
            Err(Stop::Store(error)) => return Err(error),
            // A window that can't start with a new record shows none.
            Err(Stop::Refused(_)) | Ok(()) => {}
        }
        Ok(Self { id: Uuid::new_v4().to_string(), window, picked: None, changed: false })
    }

    pub(super) fn opened(&self) -> Value {
        self.success(&[])
    }

    /// Runs one command; its result says whether it worked.
    pub(super) fn run(&mut self, command: &Command) -> Result<Value, StoreError> {
        let args = command.args();
        let done = match command.action() {
            Action::Change => self.change(args),
            Action::SelectRow => self.select(args),
            Action::Save => self.save(),
            Action::RunTool => self.tool(args),
            Action::Unmapped => return Ok(result(&self.id, FAILURE, &[], &[])),
            _ => Ok(Vec::new()),
        };
        match done {
            Ok(events) => Ok(self.success(&events)),
            Err(Stop::Store(error)) => Err(error),
            Err(Stop::Refused(Refusal { text, trailer })) => {
                let texts: Vec<String> = std::iter::once(text).chain(trailer).collect();
                Ok(result(&self.id, FAILURE, &[], &texts))
            }
        }
    }

    /// Changes in order; the first that is refused ends the command, those before it stay.
    fn change(&mut self, args: &Args) -> Result<Vec<Value>, Stop> {
        let mut events = Vec::new();
        for change in args.changes() {
            let element = self.element(change.datawindow_name.as_str())?;
            if self.window.change(element, change.field_name.as_str(), change.value.as_str())? {
                events.push(json!({"Name": "dwcontentchanged"}));
            }
            self.changed = true;
        }
        Ok(events)
    }

    fn select(&mut self, args: &Args) -> Result<Vec<Value>, Stop> {
        let element = self.element(args.datawindow())?;
        let number = args.row().unwrap_or(0);
        let found = match self.window.service.behaviour.offers(&self.window, element) {
            Some(offered) => {
                self.picked = number.checked_sub(1).and_then(|index| offered.get(index)).cloned();
                self.picked.is_some()
            }
            None => self.window.select_numbered(element, number),
        };
        if found { Ok(Vec::new()) } else { Err(Stop::refused(format!("There is no row {number}."))) }
    }

    fn save(&mut self) -> Result<Vec<Value>, Stop> {
        if !self.changed {
            return Err(Stop::refused("Save is not enabled."));
        }
        let is_new = self.window.record.is_none();
        self.window.save()?;
        let mut events = Vec::new();
        let service = self.window.service;
        if let (Some((header, plan)), Some(record)) = (service.header(), self.window.record) {
            if let Some((number, _)) = service.keys.numbered.filter(|_| is_new) {
                let key = self.window.rows[0].data.get(plan.column(number)).cloned().unwrap_or_default();
                events.push(event("keygenerated", &header.fields[number as usize].name, &key));
            }
            events.push(event("savesucceeded", "datawindowname", header.datawindow()));
            self.window.load(record)?;
        } else {
            events.push(json!({"Name": "savesucceeded"}));
        }
        self.window.edited.clear();
        self.changed = false;
        Ok(events)
    }

    fn tool(&mut self, args: &Args) -> Result<Vec<Value>, Stop> {
        let (name, behaviour) = (args.tool(), self.window.service.behaviour);
        if !behaviour.tool(&mut self.window, name, self.picked.as_deref())? {
            let text = format!("The P21 sandbox does not simulate the tool `{name}` of this window.");
            return Err(Stop::refused(text));
        }
        // What was picked is not offered any more.
        self.picked = None;
        self.changed = true;
        Ok(Vec::new())
    }

    fn element(&self, datawindow: &str) -> Result<u16, Stop> {
        let found = self.window.element_of_datawindow(datawindow);
        found.ok_or_else(|| Stop::refused(format!("Unable to find datawindow named {datawindow}")))
    }

    fn success(&self, events: &[Value]) -> Value {
        result(&self.id, SUCCESS, events, &[])
    }
}

fn event(name: &str, key: &str, value: &str) -> Value {
    json!({"Name": name, "Data": [{"Key": key, "Value": value}]})
}
