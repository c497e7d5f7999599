//! Response windows that a window has opened: read, typed into, answered.

use std::collections::VecDeque;

use p21_model::interactive::{ActionResult, Change, Status, Tools, WindowState};
use p21_model::sentences::BLOCKED;

use super::core::Core;
use crate::api::Sending;
use crate::error::Error;
use crate::windows::TARGET;
use crate::windows::action::{Done, Rest};
use crate::windows::asked::Question;
use crate::windows::judge;
use crate::windows::problem::WindowProblem;
use crate::windows::wire::{Op, Place};

impl Core {
    /// The response window that a result says has opened.
    pub(crate) async fn opened_by(&mut self, result: &ActionResult) -> Result<Question, Error> {
        let id = match result.windows_opened().pop() {
            Some(id) => id,
            None => self.blocking_window().await?.0,
        };
        let question = self.question(&id).await?;
        self.pending = Some(Rest { question: question.clone(), steps: VecDeque::new(), done: Done::default() });
        Ok(question)
    }

    /// A response window that nobody was told of shows by what it refuses: then it is the one that is pending.
    pub(super) async fn meet_blocking(&mut self, error: &Error) {
        if self.pending.is_some() || !matches!(error.window_problem(), Some(WindowProblem::Blocked { .. })) {
            return;
        }
        let Some(id) = error.server_text().and_then(blocking_id) else { return };
        match self.question(&id).await {
            Ok(question) => {
                self.pending = Some(Rest { question, steps: VecDeque::new(), done: Done::default() });
            }
            Err(error) => tracing::debug!(target: TARGET, %error, "the response window that blocks can't be read"),
        }
    }

    /// What blocks the window, as the refusal of a harmless read tells it: id and text.
    async fn blocking_window(&mut self) -> Result<(String, String), Error> {
        let refusal = self.call(Op::State, &self.id).await.err();
        let said = refusal.as_ref().and_then(|error| error.server_text()).unwrap_or_default().to_owned();
        let Some([_, id, _, _, text]) = BLOCKED.gaps(&said).and_then(|gaps| <[&str; 5]>::try_from(gaps).ok()) else {
            let problem = WindowProblem::Asked { title: String::new(), class: String::new() };
            return Err(self.explain("find the response window", Error::of_window(problem, None)));
        };
        Ok((id.trim().to_owned(), text.trim().to_owned()))
    }

    /// Reads a response window.
    pub(crate) fn question<'c>(&'c mut self, id: &'c str) -> Sending<'c, Question> {
        Box::pin(async move {
            let state = self.call(Op::State, id).await;
            let state: WindowState =
                state.and_then(|answer| answer.json()).map_err(|e| self.explain("read the question", e))?;
            let tools = self.call(Op::Tools(Place::default()), id).await;
            let tools: Tools =
                tools.and_then(|answer| answer.json()).map_err(|e| self.explain("read the answers", e))?;
            // Only a message box has nothing in it; its text stands in what it refuses.
            let text = match state.definition.datawindows.is_empty() {
                true => self.blocking_window().await.ok().map(|(_, text)| text).filter(|text| !text.is_empty()),
                false => None,
            };
            Ok(Question::new(id.to_owned(), state, tools.0, text))
        })
    }

    /// Types into a response window.
    pub(crate) fn type_into<'c>(
        &'c mut self,
        question: &'c Question,
        datawindow: &'c str,
        field: &'c str,
        value: &'c str,
    ) -> Sending<'c, ()> {
        Box::pin(async move {
            let is_it =
                |(of, name): (&str, &str)| of.eq_ignore_ascii_case(datawindow) && name.eq_ignore_ascii_case(field);
            if !question.fields().any(is_it) {
                let has = question.fields().map(|(of, name)| self.link.clean(&format!("{of} {name}"))).collect();
                let problem = WindowProblem::NotOnResponseWindow { what: format!("{datawindow} {field}"), has };
                return Err(self.explain("type into the response window", Error::of_window(problem, None)));
            }
            let change = Change::new(None, datawindow, field, value);
            self.simple(Op::Change(vec![change]), question.id()).await
        })
    }

    /// Runs a tool of a response window that doesn't answer it.
    pub(crate) fn run_in<'c>(&'c mut self, question: &'c Question, tool: &'c str) -> Sending<'c, ()> {
        Box::pin(async move {
            self.has_answer(question, tool)?;
            self.simple(Op::RunTool(tool.to_owned(), Place::default()), question.id()).await
        })
    }

    async fn simple(&mut self, op: Op, window: &str) -> Result<(), Error> {
        let step = op.name();
        let result = self.act(op, window).await?;
        if result.status == Status::Success { Ok(()) } else { Err(self.explain(&step, judge::failure(result))) }
    }

    fn has_answer(&self, question: &Question, tool: &str) -> Result<(), Error> {
        if question.has_tool(tool) {
            return Ok(());
        }
        let has = question.tools().iter().map(|tool| self.link.clean(&tool.tool_name)).collect();
        let problem = WindowProblem::NotOnResponseWindow { what: tool.to_owned(), has };
        Err(self.explain(&format!("answer `{}`", question.title()), Error::of_window(problem, None)))
    }

    /// Answers a response window: it has to be closed afterwards.
    pub(super) async fn answer(&mut self, question: &Question, tool: &str) -> Result<ActionResult, Error> {
        self.has_answer(question, tool)?;
        let result = self.act(Op::RunTool(tool.to_owned(), Place::default()), question.id()).await?;
        let is_closed = result.has_closed()
            || result.status == Status::Blocked
            || self.call(Op::State, question.id()).await.is_err();
        if !is_closed {
            let problem = WindowProblem::StillAsked { title: question.title().to_owned() };
            let said = judge::failure(result).server().cloned();
            return Err(self.explain(&format!("answer with `{tool}`"), Error::of_window(problem, said)));
        }
        self.pending = None;
        Ok(result)
    }
}

/// The response window that a refusal names.
fn blocking_id(said: &str) -> Option<String> {
    let [_, id, ..] = BLOCKED.gaps(said)?[..] else { return None };
    Some(id.trim().to_owned())
}
