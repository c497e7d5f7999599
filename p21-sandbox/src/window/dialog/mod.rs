//! What a window asks, and who answers.
//!
//! A window that wants to know something asks. Whoever drives it brings a [`Policy`]: the question is
//! answered at once, is refused, or is left up, until [`Window::answer`] goes on where the window stopped.
//!
//! Whatever asks comes here: dates out of order, prompts and response windows that a site has configured
//! ([`Config::prompts`](crate::Config::prompts)), the windows of a service's own behaviour, and the dialogs that rules
//! (`[[prompt]]`) know to open while a record is saved.

mod face;
mod opens;

use std::collections::BTreeSet;

use super::desk::Desk;
use super::log::Event;
use super::refusal::Stop;
use super::{Said, Window};
use crate::facts::settings::prompts::Prompt;
use crate::store::Data;
pub(crate) use face::{Face, Tool};
pub(crate) use opens::has_dialogs;

/// Something that a window asks.
#[derive(Debug)]
pub(crate) struct Question {
    /// The title that is shown; prompts whose title nobody knows have none.
    pub(crate) title: String,
    pub(crate) kind: Kind,
    /// What waits for the answer.
    then: Then,
}

/// Which sort of window asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A prompt: it has a default answer, mostly No.
    Prompt,
    /// A response window: it has fields and buttons, and no default.
    ResponseWindow,
    /// A response window that comes up behind a save: the record is stored whatever is answered.
    AfterSave,
    /// A wizard that comes up behind a save, with pages that do something for good.
    Wizard,
    /// One that rules know: the how manieth of the service.
    Known(usize),
}

/// The answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Go on as was typed.
    Yes,
    /// Take it back.
    No,
    /// One of those that a rule has: the how manieth.
    Other(usize),
}

/// What somebody who drives a window does about a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    /// This is the answer.
    Answer(Answer),
    /// Nobody there can answer: the call is refused.
    GiveUp,
    /// The question stays up, until [`Window::answer`].
    LeaveUp,
}

/// How questions are answered.
pub(crate) type Policy = fn(&Question) -> Reply;

/// As P21 replays transactions and commands: a prompt gets its default; a response window stops the call, for nobody
/// is there; what comes up behind a save stays up, and is in the way of whoever uses the session next.
pub(crate) fn as_documented(question: &Question) -> Reply {
    match question.kind {
        Kind::Prompt => Reply::Answer(Answer::No),
        Kind::ResponseWindow | Kind::Known(_) => Reply::GiveUp,
        Kind::AfterSave | Kind::Wizard => Reply::LeaveUp,
    }
}

/// What goes on with the answer.
#[derive(Debug)]
enum Then {
    /// A row is finished; with No it is again what it was.
    Row { element: u16, row: usize, typed: Vec<u16>, before: Before },
    /// A field takes a value.
    Value { element: u16, row: usize, field: u16, stored: String },
    /// A field takes a value, and then what the answer to a dialog leads to.
    Dialog { dialog: usize, element: u16, row: usize, field: u16, stored: String },
    /// The record is saved.
    Save,
    /// Nothing.
    Nothing,
}

/// A row before anything was typed into it.
#[derive(Debug)]
pub(super) struct Before {
    data: Data,
    sent: BTreeSet<(u16, u16)>,
}

/// The answer that takes back what asked.
const CANCEL: &str = "cancel";

/// What has been asked and answered in a window.
#[derive(Debug, Default)]
pub(super) struct Dialogs {
    waiting: Option<Question>,
    /// Titles of response windows that stand before the save and were answered with Yes.
    answered: BTreeSet<String>,
    /// What was typed asks for the wizard that comes up behind the save.
    wants_wizard: bool,
}

impl Dialogs {
    /// Forgets what belongs to a record that leaves the window.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets what an earlier save, which was refused, was to bring up.
    pub(super) fn begin_save(&mut self) {
        self.wants_wizard = false;
    }

    /// Forgets the answers of a save that is done: the next one asks anew.
    pub(super) fn saved(&mut self) {
        self.answered.clear();
    }
}

impl Window {
    /// The question that is up.
    pub(crate) fn asked(&self) -> Option<&Question> {
        self.dialogs.waiting.as_ref()
    }

    /// Asks whoever drives the window, and does what an answer leads to.
    ///
    /// # Errors
    /// The question is refused, or stays up.
    fn ask(&mut self, desk: &mut Desk<'_>, question: Question) -> Result<Answer, Stop> {
        self.log(Event::Asked(question.title.clone()));
        match (desk.policy)(&question) {
            Reply::Answer(answer) => self.settle(desk, question.then, answer).map(|()| answer),
            Reply::GiveUp => Err(question.unexpected()),
            Reply::LeaveUp => {
                self.dialogs.waiting = Some(question);
                Err(Stop::Asked)
            }
        }
    }

    /// Asks whether a value is taken although dates are out of order. `true` if it is, and is in its field.
    pub(super) fn ask_about_value(
        &mut self,
        desk: &mut Desk<'_>,
        (element, row, field): (u16, usize, u16),
        stored: String,
    ) -> Result<bool, Stop> {
        let then = Then::Value { element, row, field, stored };
        let answer = self.ask(desk, Question { title: String::new(), kind: Kind::Prompt, then })?;
        Ok(answer == Answer::Yes)
    }

    /// Asks what a site has configured to ask about a row, and finishes the row or takes it back.
    pub(super) fn ask_about_row(
        &mut self,
        desk: &mut Desk<'_>,
        prompt: &Prompt,
        (element, row): (u16, usize),
        (typed, before): (Vec<u16>, Before),
    ) -> Result<(), Stop> {
        let (title, kind) = match &prompt.response_window {
            Some(title) => (title.clone(), Kind::ResponseWindow),
            None => (String::new(), Kind::Prompt),
        };
        let then = Then::Row { element, row, typed, before };
        self.ask(desk, Question { title, kind, then }).map(|_| ())
    }

    /// Opens a response window that stands before the save.
    ///
    /// # Errors
    /// The save does not go on.
    pub(crate) fn ask_before_save(&mut self, desk: &mut Desk<'_>, title: &str) -> Result<(), Stop> {
        if self.dialogs.answered.contains(title) {
            return Ok(());
        }
        let question = Question { title: title.to_owned(), kind: Kind::ResponseWindow, then: Then::Save };
        let refusal = question.unexpected();
        match self.ask(desk, question)? {
            Answer::Yes | Answer::Other(_) => Ok(()),
            Answer::No => Err(refusal),
        }
    }

    /// Opens what a value that was typed opens behind the save. The record is stored, whoever answers.
    pub(super) fn ask_after_save(&mut self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        if !self.opens_after_save() {
            return Ok(());
        }
        let known = desk.config.pool.dialogs.iter().find(|dialog| dialog.service == self.service.name());
        let title = known.map(|dialog| dialog.title.clone()).unwrap_or_default();
        match self.ask(desk, Question { title, kind: Kind::AfterSave, then: Then::Nothing }) {
            Ok(_) | Err(Stop::Asked) => Ok(()),
            Err(stop) => Err(stop),
        }
    }

    /// The save brings up the service's wizard.
    pub(crate) fn asks_for_wizard(&mut self) {
        self.dialogs.wants_wizard = true;
    }

    /// Brings up the wizard behind a save that was asked for one, if there is something that it is about.
    pub(super) fn open_wizard(&mut self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let is_wanted = std::mem::take(&mut self.dialogs.wants_wizard) && self.asked().is_none();
        if !is_wanted || self.behaviour.wizard(self, desk)?.is_empty() {
            return Ok(());
        }
        let question = Question { title: face::WIZARD.to_owned(), kind: Kind::Wizard, then: Then::Nothing };
        match self.ask(desk, question) {
            Ok(_) | Err(Stop::Asked) => Ok(()),
            Err(stop) => Err(stop),
        }
    }

    /// Answers the question that is up, and goes on where the window stopped. `false` if none is up.
    pub(crate) fn answer(&mut self, desk: &mut Desk<'_>, answer: Answer) -> Result<bool, Stop> {
        let Some(Question { title, then, .. }) = self.dialogs.waiting.take() else { return Ok(false) };
        self.log(Event::Answered);
        match (then, answer) {
            (Then::Value { element, row, field, stored }, Answer::Yes) => {
                self.put(desk, element, row, field, stored)?;
                self.finish_row(desk, element, row, &[field])?;
            }
            (Then::Dialog { dialog, element, row, field, stored }, Answer::Other(answer)) => {
                if self.take_back(dialog, answer) {
                    return Ok(true);
                }
                self.put(desk, element, row, field, stored)?;
                self.finish_row(desk, element, row, &[field])?;
                let names = self.dialogs_known().nth(dialog).and_then(|of| {
                    let (answer, _) = of.answers.iter().nth(answer)?;
                    Some((of.name.to_string(), answer.to_owned()))
                });
                if let Some((dialog, answer)) = names {
                    self.behaviour.answered(self, desk, &Said { dialog: &dialog, answer: &answer, row })?;
                }
            }
            (Then::Save, Answer::Yes) => {
                self.dialogs.answered.insert(title);
                self.save_and_stay(desk)?;
            }
            (then, answer) => self.settle(desk, then, answer)?,
        }
        Ok(true)
    }

    /// Does what an answer leads to.
    fn settle(&mut self, desk: &mut Desk<'_>, then: Then, answer: Answer) -> Result<(), Stop> {
        match (then, answer) {
            (Then::Row { element, row, typed, .. }, Answer::Yes) => self.finish_row(desk, element, row, &typed),
            (Then::Row { row, before, .. }, Answer::No) => {
                (self.rows[row].data, self.rows[row].sent) = (before.data, before.sent);
                self.discard_unsent(row);
                Ok(())
            }
            (Then::Value { element, row, field, stored }, Answer::Yes) => self.put(desk, element, row, field, stored),
            (Then::Row { .. } | Then::Value { .. }, _) | (Then::Save | Then::Nothing | Then::Dialog { .. }, _) => {
                Ok(())
            }
        }
    }

    /// Asks what a rule says that a value asks. `true` if the value is taken, and is in its field.
    pub(super) fn ask_dialog(
        &mut self,
        desk: &mut Desk<'_>,
        dialog: usize,
        (element, row, field): (u16, usize, u16),
        stored: String,
    ) -> Result<bool, Stop> {
        let title = self.dialogs_known().nth(dialog).map(face::title_of).unwrap_or_default();
        let then = Then::Dialog { dialog, element, row, field, stored };
        let answer = self.ask(desk, Question { title, kind: Kind::Known(dialog), then })?;
        Ok(answer != Answer::No)
    }

    /// Whether an answer takes back what asked.
    fn take_back(&self, dialog: usize, answer: usize) -> bool {
        let answers = self.dialogs_known().nth(dialog).map(|of| &of.answers);
        answers.and_then(|of| of.iter().nth(answer)).is_some_and(|(name, _)| name == CANCEL)
    }

    /// Nothing else can be done in a window that waits for an answer.
    pub(super) fn is_free(&self) -> Result<(), Stop> {
        self.asked().map_or(Ok(()), |question| Err(question.unexpected()))
    }
}
