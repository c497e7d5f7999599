//! An open window, and what each command does to it.

use serde_json::Value;
use uuid::Uuid;

use super::request::{Action, Args, Command};
use super::{FAILURE, SUCCESS, result};
use crate::facts::texts::{self, NOTHING_TO_SAVE};
use crate::serve::told;
use crate::store::StoreError;
use crate::window::dialog::Answer;
use crate::window::refusal::{Refusal, Stop};
use crate::window::{Desk, Window};

/// A window between opening and closing.
pub(super) struct Session {
    id: String,
    window: Window,
    /// There is something to save.
    changed: bool,
    /// A command was refused in words that are not P21's.
    has_own_words: bool,
}

impl Session {
    pub(super) fn open(mut window: Window, desk: &mut Desk<'_>) -> Result<Self, StoreError> {
        if let Err(stop) = window.begin(desk) {
            // A window that can't start with a new record shows none.
            stop.into_refusal()?;
        }
        window.take_events();
        Ok(Self { id: Uuid::new_v4().to_string(), window, changed: false, has_own_words: false })
    }

    pub(super) fn opened(&self) -> Value {
        self.success(&[])
    }

    /// Runs one command; its result says whether it worked.
    pub(super) fn run(&mut self, desk: &mut Desk<'_>, command: &Command) -> Result<Value, StoreError> {
        let args = command.args();
        let done = match command.action() {
            Action::Change => self.change(desk, args),
            Action::SelectRow => self.select(desk, args),
            Action::Save => self.save(desk),
            Action::RunTool => self.tool(desk, args),
            Action::Unmapped => return Ok(result(&self.id, FAILURE, &[], &[])),
            _ => Ok(()),
        };
        let events: Vec<Value> = self.window.take_events().into_iter().filter_map(told::shown).collect();
        match done {
            Ok(()) => Ok(self.success(&events)),
            Err(stop) => {
                let Refusal { text, trailer, is_own, .. } = stop.into_refusal()?;
                self.has_own_words |= is_own;
                let texts: Vec<String> = std::iter::once(text).chain(trailer).collect();
                Ok(result(&self.id, FAILURE, &[], &texts))
            }
        }
    }

    /// Changes in order; the first that is refused ends the command, those before it stay.
    fn change(&mut self, desk: &mut Desk<'_>, args: &Args) -> Result<(), Stop> {
        for change in args.changes() {
            let element = self.element(change.datawindow_name.as_str())?;
            self.window.change(desk, element, change.field_name.as_str(), change.value.as_str())?;
            self.changed = true;
        }
        Ok(())
    }

    fn select(&mut self, desk: &Desk<'_>, args: &Args) -> Result<(), Stop> {
        let element = self.element(args.datawindow())?;
        let number = args.row().unwrap_or(0);
        let found = self.window.select_numbered(desk, element, number)?;
        if found { Ok(()) } else { Err(Stop::in_own_words(format!("There is no row {number}."))) }
    }

    /// Saves, and shows what is stored.
    fn save(&mut self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        if !self.changed {
            return Err(Stop::refused(NOTHING_TO_SAVE));
        }
        self.window.save_and_stay(desk)?;
        // A dialog that comes up behind the save is closed: the record is stored.
        self.window.answer(desk, Answer::No)?;
        self.window.reload(desk)?;
        self.changed = false;
        Ok(())
    }

    fn tool(&mut self, desk: &mut Desk<'_>, args: &Args) -> Result<(), Stop> {
        let name = args.tool();
        if !self.window.run_tool(desk, name)? {
            let text = texts::not_simulated(&format!("the tool `{name}` of this window"));
            return Err(Stop::in_own_words(text));
        }
        self.changed = true;
        Ok(())
    }

    fn element(&self, datawindow: &str) -> Result<u16, Stop> {
        let found = self.window.element_of_datawindow(datawindow);
        found.ok_or_else(|| Stop::in_own_words(texts::NO_DATAWINDOW.with(&[datawindow])))
    }

    /// Closes the window; whether the sandbox has answered in words of its own.
    pub(super) fn close(self) -> bool {
        self.window.close();
        self.has_own_words
    }

    fn success(&self, events: &[Value]) -> Value {
        result(&self.id, SUCCESS, events, &[])
    }
}
