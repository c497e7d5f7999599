//! Response windows: what P21 asks, and how it is answered.

use p21_model::interactive::{DatawindowData, Tool, WindowState};

use super::action::{Finish, Reply, Rest};
use super::policy::Policy;
use super::window::Core;
use crate::error::Error;

/// A response window, as P21 shows it: what is asked, what can be typed into it and which tools answer it.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Question {
    id: String,
    text: Option<String>,
    state: WindowState,
    tools: Vec<Tool>,
}

impl Question {
    pub(super) fn new(id: String, state: WindowState, tools: Vec<Tool>, text: Option<String>) -> Self {
        Self { id, text, state, tools }
    }

    /// Its window's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its title: `Notepad Entry Window`.
    pub fn title(&self) -> &str {
        &self.state.definition.title
    }

    /// Its class: `w_notepad_response_lite`.
    pub fn class(&self) -> &str {
        &self.state.definition.name
    }

    /// What a message box says, where P21 tells.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Its fields: datawindow, and name.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let datawindows = self.state.definition.datawindows.iter();
        datawindows.flat_map(|of| of.fields.iter().map(|field| (of.name.as_str(), field.name.as_str())))
    }

    /// What is in a datawindow of it.
    pub fn data(&self, datawindow: &str) -> Option<&DatawindowData> {
        self.state.data.datawindow(datawindow)
    }

    /// Its tools. P21 lists those of the window behind it as well (`Quick.Save`): an answer is found by its name.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// Whether it has a tool.
    pub fn has_tool(&self, name: &str) -> bool {
        self.tools.iter().any(|tool| tool.tool_name.eq_ignore_ascii_case(name))
    }
}

/// A response window that was answered by a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Answered {
    /// Its title.
    pub title: String,
    /// Its class.
    pub class: String,
    /// The tool that answered it.
    pub tool: String,
}

/// A response window that waits for its answer, and keeps the window behind it.
///
/// Answering resumes the call that it stopped. Dropped unanswered it stays open in P21, and every call on the window is
/// refused until it is answered: [`Window::pending`](super::Window::pending) is it again.
#[must_use = "the window is blocked until it is answered"]
pub struct Asked<'w, R> {
    core: &'w mut Core,
    rest: Box<Rest>,
    policy: Option<Policy>,
    finish: Finish<R>,
}

impl<'w, R> Asked<'w, R> {
    pub(super) fn new(core: &'w mut Core, rest: Box<Rest>, policy: Option<Policy>, finish: Finish<R>) -> Self {
        Self { core, rest, policy, finish }
    }

    /// What is asked.
    pub fn question(&self) -> &Question {
        &self.rest.question
    }

    /// Types a value into a field of the response window. Nothing is known of its fields beforehand: they are named, and
    /// values are spelt as P21 shows them. A field that the window doesn't show is not sent.
    ///
    /// # Errors
    /// There is no such field ([`NotOnResponseWindow`](super::WindowProblem::NotOnResponseWindow), with those that there
    /// are), or P21 refuses the value. The response window stays open.
    pub async fn type_in(&mut self, datawindow: &str, field: &str, value: &str) -> Result<(), Error> {
        self.core.type_into(&self.rest.question, datawindow, field, value).await
    }

    /// Runs a tool that doesn't answer, such as one that selects rows (`cb_select_all`).
    ///
    /// # Errors
    /// There is no such tool, it fails, or opens another response window.
    pub async fn run(&mut self, tool: &str) -> Result<(), Error> {
        self.core.run_in(&self.rest.question, tool).await
    }

    /// Reads it again: what is in it after something was typed.
    ///
    /// # Errors
    /// P21 refuses.
    pub async fn refresh(&mut self) -> Result<&Question, Error> {
        let id = self.rest.question.id.clone();
        self.rest.question = self.core.question(&id).await?;
        Ok(&self.rest.question)
    }

    /// The error that nobody answers it.
    pub(super) fn into_error(self) -> Error {
        self.core.not_answered(&self.rest.question)
    }

    /// Answers with a tool, `cb_ok` or `cb_1`, and resumes the call that was stopped. P21 may ask something else then.
    ///
    /// # Errors
    /// There is no such tool; the response window is still open afterwards
    /// ([`StillAsked`](super::WindowProblem::StillAsked)); or the resumed call fails.
    pub async fn answer(self, tool: &str) -> Result<Reply<'w, R>, Error> {
        let Self { core, rest, policy, finish } = self;
        let outcome = core.resume(rest, tool, policy.as_ref()).await?;
        Reply::of(core, outcome, policy, finish)
    }
}

impl<R> std::fmt::Debug for Asked<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked")
            .field("title", &self.question().title())
            .field("class", &self.question().class())
            .finish_non_exhaustive()
    }
}
