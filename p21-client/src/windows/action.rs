//! What is done to a window, before it is done, and what comes of it.

use std::collections::VecDeque;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use p21_model::interactive::{ActionResult, Change, Event, ValueMeaning, WindowMessage};

use super::asked::{Answered, Asked, Question};
use super::policy::Policy;
use super::problem::WindowProblem;
use super::window::Core;
use super::wire::Place;
use crate::error::Error;

/// A step of an action.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// The tab is brought to the front, unless its datawindow is there.
    Front { tab: String, datawindow: String },
    /// Values of one tab are typed.
    Change(Vec<Change>),
    /// A row is added.
    AddRow(String),
    /// A row is added with its values, where one call does both.
    AddRowWith(String, Vec<Change>),
    /// A tool is run; one that has to be listed is looked for first.
    Tool { name: String, place: Place, listed: bool },
    /// The window is saved.
    Save,
    /// What was typed is read.
    Prove { datawindow: String, field: String, value: String },
}

/// What came of an action: the result of its last call, with everything that was said and answered on the way.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Done {
    /// P21's last result.
    pub result: ActionResult,
    /// The events of all calls, in order.
    pub events: Vec<Event>,
    /// What the window said, in order. Informations aren't failures: a record's notes come this way.
    pub messages: Vec<WindowMessage>,
    /// The response windows that rules answered.
    pub answered: Vec<Answered>,
}

impl Done {
    /// The tabs that became enabled.
    pub fn enabled_tabs(&self) -> Vec<String> {
        ActionResult::of_events(self.events.clone()).tabs_enabled()
    }

    pub(super) fn add(&mut self, result: ActionResult) {
        self.events.extend(result.events.iter().cloned());
        self.messages.extend(result.messages.iter().cloned());
        self.result = result;
    }
}

/// What a call that a response window stopped still has to do.
#[derive(Debug, Clone)]
pub(crate) struct Rest {
    pub(super) question: Question,
    /// The step that was stopped, resumed by the answer, and those after it.
    pub(super) steps: VecDeque<Step>,
    pub(super) done: Done,
}

/// How far an action got.
pub(crate) enum Progress {
    Done(Done),
    Asked(Box<Rest>),
}

/// Makes what the caller gets.
pub(crate) type Finish<R> = fn(&mut Core, Done) -> Result<R, Error>;

/// Something that is done to a window when it is awaited. It says first what differs from the usual.
///
/// Awaited, it is done or an error; a response window that no rule answers is an error
/// ([`Asked`](super::WindowProblem::Asked)). [`or_ask`](Self::or_ask) makes it a value.
#[must_use = "nothing is done before it is awaited"]
pub struct Action<'w, R = Done> {
    core: &'w mut Core,
    steps: VecDeque<Step>,
    policy: Option<Policy>,
    problem: Option<Error>,
    finish: Finish<R>,
}

impl<'w, R> Action<'w, R> {
    pub(super) fn new(core: &'w mut Core, steps: impl Into<VecDeque<Step>>, finish: Finish<R>) -> Self {
        Self { core, steps: steps.into(), policy: None, problem: None, finish }
    }

    /// It can't be done as it is meant: nothing is sent.
    pub(super) fn refused(self, problem: Error) -> Self {
        Self { problem: Some(problem), ..self }
    }

    /// How response windows are answered in this call: these rules before the session's.
    pub fn answering(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// How the values are meant: [`ValueMeaning::Data`] types them as they are stored, so that a label whose code is known
    /// leaves as that code. Version 1 of the API has no such thing.
    pub fn value_type(mut self, value_type: ValueMeaning) -> Self {
        for step in &mut self.steps {
            let (Step::Change(list) | Step::AddRowWith(_, list)) = step else { continue };
            for change in list {
                change.value_type = Some(value_type);
                if value_type == ValueMeaning::Data
                    && let Some(code) = self.core.code_of(change)
                {
                    change.value = code;
                }
            }
        }
        self
    }

    /// Reads what was typed once it is typed: P21 drops some values with a success, those after a grid's key among them.
    /// Each value costs a call more. What P21 spells otherwise (`25` for `25.00`, `2027-12-31T00:00:00`) is the same value.
    pub fn proven(mut self) -> Self {
        let steps = std::mem::take(&mut self.steps);
        for step in steps {
            let proofs: Vec<Step> = match &step {
                Step::Change(list) | Step::AddRowWith(_, list) => list
                    .iter()
                    .map(|change| Step::Prove {
                        datawindow: change.datawindow_name.clone().unwrap_or_default(),
                        field: change.field_name.clone(),
                        value: change.value.clone(),
                    })
                    .collect(),
                _ => Vec::new(),
            };
            self.steps.push_back(step);
            self.steps.extend(proofs);
        }
        self
    }

    /// Runs tools that P21 doesn't list, too. Without this a tool is looked for first, and one that isn't there is never
    /// sent: P21 would answer a failure without a word.
    pub fn unlisted(mut self) -> Self {
        for step in &mut self.steps {
            if let Step::Tool { listed, .. } = step {
                *listed = false;
            }
        }
        self
    }

    /// Does it; a response window that no rule answers is a value, to be answered.
    ///
    /// # Errors
    /// P21 refuses a call, or it fails.
    pub async fn or_ask(self) -> Result<Reply<'w, R>, Error> {
        let Self { core, steps, policy, problem, finish } = self;
        if let Some(problem) = problem {
            return Err(problem);
        }
        let progress = core.run(steps, Done::default(), policy.as_ref()).await?;
        Reply::of(core, progress, policy, finish)
    }
}

impl<'w, R: 'w> IntoFuture for Action<'w, R> {
    type Output = Result<R, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'w>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.or_ask().await?.done() })
    }
}

/// What came of an action: it is done, or P21 asks something first.
#[must_use = "P21 may ask something first"]
#[derive(Debug)]
pub enum Reply<'w, R> {
    /// It is done.
    Done(R),
    /// P21 asks.
    Asked(Asked<'w, R>),
}

impl<'w, R> Reply<'w, R> {
    pub(super) fn of(
        core: &'w mut Core,
        progress: Progress,
        policy: Option<Policy>,
        finish: Finish<R>,
    ) -> Result<Self, Error> {
        match progress {
            Progress::Done(done) => finish(core, done).map(Self::Done),
            Progress::Asked(rest) => {
                core.pending = Some((*rest).clone());
                Ok(Self::Asked(Asked::new(core, rest, policy, finish)))
            }
        }
    }

    /// What it brought, or the error that P21 asks something.
    ///
    /// # Errors
    /// P21 asks. The question stays open: [`Window::pending`](super::Window::pending).
    pub fn done(self) -> Result<R, Error> {
        match self {
            Self::Done(done) => Ok(done),
            Self::Asked(asked) => Err(asked.into_error()),
        }
    }

    /// The question, where one has to come.
    ///
    /// # Errors
    /// P21 asked nothing.
    pub fn asked(self) -> Result<Asked<'w, R>, Error> {
        match self {
            Self::Asked(asked) => Ok(asked),
            Self::Done(_) => Err(Error::of_window(WindowProblem::NotAsked, None)),
        }
    }
}
