//! Response windows: what a window asks, as a window of its own, which stands in the way until it is answered.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{Done, Failure, Status};
use super::entry::Entry;
use super::form::Call;
use super::request::{Changes, ToolWanted};
use super::session::OpenWindows;
use super::wizard::Wizard;
use crate::facts::texts;
use crate::window::Window;
use crate::window::dialog::{Answer, Face, Kind};
use crate::window::refusal::Stop;

/// A response window.
pub(super) struct Popup {
    pub(super) id: String,
    /// The window that it is in the way of.
    pub(super) parent: String,
    pub(super) face: Face,
    content: Content,
}

/// What a response window is about.
enum Content {
    /// What the window behind it asks.
    Question,
    /// Nobody knows: it is closed by whatever is pressed.
    Stray,
    /// Whether to save before the window closes.
    Unsaved,
    /// A row for a grid.
    Entry(Entry),
    /// A wizard of pages.
    Wizard(Wizard),
}

/// The type that the blocking error has.
const BLOCKED: &str = "P21.UI.Common.UiServerUserErrorException";

impl Popup {
    fn new(parent: &str, face: Face, content: Content) -> Self {
        Self { id: Uuid::new_v4().to_string(), parent: parent.to_owned(), face, content }
    }

    /// A window that nobody expected.
    pub(super) fn stray(parent: &str) -> Self {
        Self::new(parent, Face::message("An unexpected window of a fault that was asked for."), Content::Stray)
    }

    /// Whether to save before closing.
    pub(super) fn unsaved(parent: &str) -> Self {
        Self::new(parent, Face::message("Do you want to save changes?"), Content::Unsaved)
    }

    /// What a call on the window behind it is answered with.
    pub(super) fn blocks(&self) -> Failure {
        let Face { class, title, text, .. } = &self.face;
        let Self { id, parent, .. } = self;
        let text = texts::BLOCKED.with(&[parent, id, class, title, text]);
        Failure::Envelope { status: StatusCode::BAD_REQUEST, text, error_type: Some(BLOCKED), is_own: false }
    }

    /// What closing it is answered with: it wants an answer.
    pub(super) fn stays(&self) -> Failure {
        Failure::own(StatusCode::BAD_REQUEST, "a response window is closed by its tools, and by nothing else")
    }

    /// Types into it.
    pub(super) fn change(&mut self, wanted: &Changes) -> Result<Done, Failure> {
        for item in wanted.list.iter() {
            if let Some(tab) = item.tab.0.as_deref().filter(|tab| !tab.is_empty()) {
                let text = texts::NO_TAB_HERE.with(&[tab]);
                return Err(Failure::envelope(StatusCode::INTERNAL_SERVER_ERROR, text));
            }
            match &mut self.content {
                Content::Entry(entry) => entry.change(item)?,
                Content::Wizard(_) => return Err(Wizard::change(item)),
                // A box has buttons and nothing to type into.
                _ => return Err(Failure::bad(texts::COLUMN_DISABLED.with(&[item.field.as_str()]))),
            }
        }
        Ok(Done::success())
    }

    /// Its state: no tabs, and what can be typed into.
    pub(super) fn state(&self) -> Value {
        let (datawindows, data) = match &self.content {
            Content::Entry(entry) => entry.state(),
            Content::Wizard(wizard) => wizard.state(),
            _ => (json!({}), json!([])),
        };
        json!({
            "Data": data,
            "Definition": {
                "Id": self.id,
                "Name": self.face.class,
                "Title": self.face.title,
                "TabPageList": [],
                "Datawindows": datawindows,
            },
        })
    }

    /// A row that a tool adds.
    pub(super) fn entry(parent: &str, (face, entry): (Face, Entry)) -> Self {
        Self::new(parent, face, Content::Entry(entry))
    }

    /// Its buttons.
    pub(super) fn tools(&self) -> impl Iterator<Item = (&str, &str)> {
        self.face.tools.iter().map(|tool| (&*tool.name, &*tool.text))
    }
}

impl OpenWindows {
    /// Puts a response window in the way of a window.
    pub(super) fn put_up(&mut self, parent: &str, popup: Popup, done: &mut Done) {
        let Some(form) = self.forms.get_mut(parent) else { return };
        done.opened(&popup.id);
        form.popup = Some(popup.id.clone());
        self.popups.insert(popup.id.clone(), popup);
    }

    /// Hands out what a window asks, or answers it where the session does not want to be asked.
    pub(super) fn settle(&mut self, call: &Call<'_>, id: &str, mut done: Done) -> Result<Done, Failure> {
        while let Some(form) = self.forms.get_mut(id)
            && let Some(face) = form.window.asked_with(call.config())
        {
            if call.hands_out() {
                let content = match form.window.asked().map(|question| question.kind) {
                    Some(Kind::Wizard) => Content::Wizard(Wizard::of(call, form)?),
                    _ => Content::Question,
                };
                self.put_up(id, Popup::new(id, face, content), &mut done);
                break;
            }
            // In XML nobody is asked, and nothing is answered unseen: what has one right answer gets it, and says so.
            if call.is_xml && face.always.is_some() {
                done = done.informing(format!("answered as is always right: {} ({})", face.title, face.class));
            }
            let Some(answer) = (if call.is_xml { face.always } else { face.unseen }) else {
                form.drive(call, &mut done, |window, desk| window.answer(desk, Answer::No))?;
                return Err(Failure::bad(face.unexpected()));
            };
            form.drive(call, &mut done, |window, desk| window.answer(desk, answer))?;
        }
        Ok(done)
    }

    /// Presses a button of a response window, and goes on with what was waiting for it.
    pub(super) fn press(&mut self, call: &Call<'_>, wanted: &ToolWanted) -> Result<Done, Failure> {
        let id = wanted.window.as_str();
        let name = wanted.tool.as_str();
        let Some(popup) = self.popups.get(id) else { return Err(call.gone()) };
        let Some(tool) = popup.face.tools.iter().find(|tool| tool.name == name) else {
            return Err(no_tool(name));
        };
        let answer = tool.answer;
        let Some(mut popup) = self.popups.remove(id) else { return Err(call.gone()) };
        let Some(form) = self.forms.get_mut(&popup.parent) else { return Err(call.gone()) };
        let mut done = Done::success();
        let closes = match &mut popup.content {
            Content::Entry(entry) => entry.press(call, form, &mut done, name),
            Content::Wizard(wizard) => wizard.press(call, form, &mut done, name),
            _ => Ok(true),
        };
        if !matches!(closes, Ok(true)) {
            self.popups.insert(popup.id.clone(), popup);
            return closes.map(|_| done);
        }
        form.popup = None;
        done.event("close", &[("is_response", true.into())]);
        match popup.content {
            Content::Stray | Content::Entry(_) | Content::Wizard(_) => Ok(done),
            Content::Question => {
                form.drive(call, &mut done, |window, desk| window.answer(desk, answer))?;
                self.settle(call, &popup.parent, done)
            }
            Content::Unsaved => {
                if answer == Answer::Yes {
                    form.drive(call, &mut done, Window::save_and_stay)?;
                    done = self.settle(call, &popup.parent, done)?;
                }
                if done.status == Status::Success {
                    self.remove(&popup.parent);
                }
                Ok(done)
            }
        }
    }
}

/// A tool that is not there.
pub(super) fn no_tool(name: &str) -> Failure {
    let name: String = name.chars().take(60).collect();
    Failure::own(StatusCode::BAD_REQUEST, format!("there is no tool `{name}` that is enabled in this window"))
}

/// What a tool that the sandbox does not have comes to.
pub(super) fn not_simulated(name: &str) -> Stop {
    Stop::in_own_words(texts::not_simulated(&format!("the tool `{name}` of this window")))
}
