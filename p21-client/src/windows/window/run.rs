//! Steps, one after the other, and the response windows that get in their way.

use std::collections::VecDeque;

use p21_model::interactive::{ActionResult, Change, Status, Tools, WindowData};

use p21_model::sentences::REQUIRED_ALONE;

use super::core::Core;
use super::place;
use crate::api::Sending;
use crate::error::{Error, FieldsSoFar};
use crate::windows::TARGET;
use crate::windows::action::{Done, Progress, Rest, Step};
use crate::windows::asked::{Answered, Question};
use crate::windows::judge;
use crate::windows::policy::{Policy, PolicyRule};
use crate::windows::problem::WindowProblem;
use crate::windows::wire::{Op, Place};

/// How many response windows may follow each other in one call.
const MOST_QUESTIONS: usize = 20;

impl Core {
    /// Does steps in order, until one fails or P21 asks what no rule answers.
    pub(crate) fn run<'c>(
        &'c mut self,
        mut steps: VecDeque<Step>,
        mut done: Done,
        policy: Option<&'c Policy>,
    ) -> Sending<'c, Progress> {
        Box::pin(async move {
            if let Some(rest) = &self.pending {
                return Err(self.not_answered(&rest.question));
            }
            while let Some(step) = steps.pop_front() {
                let Some(op) = self.prepare(&step).await? else { continue };
                let id = self.id.clone();
                let result = self.act(op, &id).await.map_err(|error| self.of_batch(&step, error))?;
                if let Some(question) = self.conclude(&step, result, &mut done, policy).await? {
                    steps.push_front(step);
                    return Ok(Progress::Asked(Box::new(Rest { question, steps, done })));
                }
            }
            Ok(Progress::Done(done))
        })
    }

    /// Answers a question with a tool, and goes on with what it stopped.
    pub(crate) fn resume<'c>(
        &'c mut self,
        rest: Box<Rest>,
        tool: &'c str,
        policy: Option<&'c Policy>,
    ) -> Sending<'c, Progress> {
        Box::pin(async move {
            let Rest { question, mut steps, mut done } = *rest;
            let result = self.answer(&question, tool).await?;
            if let Some(step) = steps.pop_front() {
                if let Some(question) = self.conclude(&step, result, &mut done, policy).await? {
                    steps.push_front(step);
                    return Ok(Progress::Asked(Box::new(Rest { question, steps, done })));
                }
            } else if result.status == Status::Blocked {
                let question = self.opened_by(&result).await?;
                done.add(result);
                return Ok(Progress::Asked(Box::new(Rest { question, steps, done })));
            } else if result.status == Status::Failure {
                return Err(self.explain(&format!("answer with `{tool}`"), judge::failure(result)));
            } else {
                done.add(result);
            }
            self.run(steps, done, policy).await
        })
    }

    /// Answers by rule whatever P21 asks, and says whether the step is done. A question that no rule fits comes back.
    async fn conclude(
        &mut self,
        step: &Step,
        mut result: ActionResult,
        done: &mut Done,
        policy: Option<&Policy>,
    ) -> Result<Option<Question>, Error> {
        for _ in 0..MOST_QUESTIONS {
            if result.status != Status::Blocked {
                self.finished(step, &result, done).await?;
                self.follow_cursor(step);
                done.add(result);
                return Ok(None);
            }
            let question = self.opened_by(&result).await?;
            done.add(result);
            let session = self.link.policy.clone();
            let rule = policy.and_then(|policy| policy.rule_for(&question)).or_else(|| session.rule_for(&question));
            let Some(rule) = rule else { return Ok(Some(question)) };
            result = self.by_rule(&question, rule).await?;
            done.answered.push(Answered {
                title: question.title().to_owned(),
                class: question.class().to_owned(),
                tool: rule.tool().to_owned(),
            });
        }
        let problem = Error::input(format!(
            "P21 asked {MOST_QUESTIONS} times in one call, and each answer led to another question"
        ));
        Err(self.explain("answer", problem))
    }

    async fn by_rule(&mut self, question: &Question, rule: &PolicyRule) -> Result<ActionResult, Error> {
        let (title, class) = (question.title(), question.class());
        tracing::info!(target: TARGET, title, class, tool = rule.tool(), "answered by rule");
        for (datawindow, field, value) in rule.types() {
            self.type_into(question, datawindow, field, value).await?;
        }
        self.answer(question, rule.tool()).await
    }

    /// Makes ready for a step: the call that does it, or none if nothing is to be done.
    async fn prepare(&mut self, step: &Step) -> Result<Option<Op>, Error> {
        self.ready_cursor(step).await?;
        match step {
            Step::Front { tab, datawindow } => self.front_call(tab, datawindow).await,
            Step::Change(list) => Ok(Some(Op::Change(list.iter().map(|change| self.as_shown(change)).collect()))),
            Step::AddRow(datawindow) => Ok(Some(Op::AddRow(datawindow.clone()))),
            Step::AddRowWith(datawindow, list) => Ok(Some(Op::AddRowWith(datawindow.clone(), list.clone()))),
            Step::Save => Ok(Some(Op::Save)),
            Step::Tool { name, place, listed } => {
                if *listed {
                    let id = self.id.clone();
                    self.find_tool(&id, name, place.clone()).await?;
                }
                Ok(Some(Op::RunTool(name.clone(), place.clone())))
            }
            Step::Prove { datawindow, field, value } => {
                let read = self.current(datawindow, field).await?;
                if place::same(value, read.as_deref().unwrap_or_default()) {
                    return Ok(None);
                }
                let problem = WindowProblem::ValueLost { field: field.clone() };
                Err(self.explain("read what was typed", Error::of_window(problem, None)))
            }
        }
    }

    /// What brings a tab to the front, unless it is there or its datawindow shows.
    async fn front_call(&mut self, tab: &str, datawindow: &str) -> Result<Option<Op>, Error> {
        if tab.is_empty() {
            return Ok(None);
        }
        if self.front.is_none() {
            self.state().await?;
        }
        let is_shown = |(name, page): &(String, String)| {
            name.eq_ignore_ascii_case(datawindow) && (page.is_empty() || page.eq_ignore_ascii_case(tab))
        };
        if self.front.as_deref().is_some_and(|front| front.eq_ignore_ascii_case(tab)) || self.shown.iter().any(is_shown)
        {
            return Ok(None);
        }
        if self.is_disabled(tab) {
            // It may have been enabled without an event.
            self.state().await?;
            if self.is_disabled(tab) {
                let problem = WindowProblem::TabDisabled { tab: tab.to_owned() };
                return Err(self.explain(&Op::Tab(tab.to_owned()).name(), Error::of_window(problem, None)));
            }
        }
        self.note_cursor().await;
        Ok(Some(Op::Tab(tab.to_owned())))
    }

    fn is_disabled(&self, tab: &str) -> bool {
        self.tabs.iter().any(|known| known.name.eq_ignore_ascii_case(tab) && known.enabled == Some(false))
    }

    /// Whether a step that isn't blocked is done.
    async fn finished(&mut self, step: &Step, result: &ActionResult, done: &Done) -> Result<(), Error> {
        match (step, result.status) {
            (Step::Front { tab, .. }, Status::Success) => {
                self.front = Some(tab.clone());
                self.shown.clear();
                Ok(())
            }
            (Step::Front { tab, .. }, Status::None) => {
                // Neither yes nor no: the window tells.
                self.front = None;
                self.state().await?;
                if self.front.as_ref().is_some_and(|front| front.eq_ignore_ascii_case(tab)) {
                    return Ok(());
                }
                Err(self.failed(step, result))
            }
            (Step::Change(list) | Step::AddRowWith(_, list), Status::Success) => {
                self.typed.extend(list.iter().cloned());
                Ok(())
            }
            (Step::Change(list), Status::None) => match self.unclear(list).await? {
                None => {
                    self.typed.extend(list.iter().cloned());
                    Ok(())
                }
                Some(problem) => {
                    let error = Error::of_window(problem, None).answered(reqwest::StatusCode::OK);
                    Err(self.explain(&Op::Change(list.clone()).name(), error))
                }
            },
            (Step::AddRow(datawindow), Status::Failure) if is_about_previous_row(result) => {
                // The row is there all the same, which only a look can tell.
                let data = self.data().await?;
                let is_there =
                    data.datawindow(datawindow).is_some_and(|of| of.total_rows.max(of.data.len() as i64) > 1);
                if is_there { Ok(()) } else { Err(self.failed(step, result)) }
            }
            (Step::Save, Status::Success) => {
                let has_saved = result.has_saved()
                    || done.events.iter().any(|event| event.name.eq_ignore_ascii_case("savesucceeded"));
                // In XML the key says so; what version 1 answers isn't documented.
                if !has_saved && self.link.flavour != crate::windows::InteractiveFlavour::V1 {
                    let error = Error::of_window(WindowProblem::SaveUnconfirmed, None);
                    return Err(self.explain(&Op::Save.name(), self.written(error)));
                }
                Ok(())
            }
            (_, Status::Success) => Ok(()),
            _ => Err(self.failed(step, result)),
        }
    }

    fn failed(&mut self, step: &Step, result: &ActionResult) -> Error {
        let error = judge::failure(result.clone());
        let error = if matches!(step, Step::Save | Step::Tool { .. }) { self.written(error) } else { error };
        if let Step::Change(list) = step
            && list.len() > 1
        {
            self.doubt();
        }
        let name = match step {
            Step::Front { tab, .. } => Op::Tab(tab.clone()).name(),
            Step::Change(list) => Op::Change(list.clone()).name(),
            Step::AddRow(datawindow) => Op::AddRow(datawindow.clone()).name(),
            Step::AddRowWith(datawindow, list) => Op::AddRowWith(datawindow.clone(), list.clone()).name(),
            Step::Tool { name, place, .. } => Op::RunTool(name.clone(), place.clone()).name(),
            Step::Save => Op::Save.name(),
            Step::Prove { .. } => "read what was typed".to_owned(),
        };
        self.explain(&name, error)
    }

    /// An error of a call that may have stored something.
    fn written(&self, error: Error) -> Error {
        let spelt = Op::Save.spell(self.link.flavour, &self.id);
        let path = spelt.map(|spelt| spelt.path).unwrap_or_default();
        error.of(crate::error::Name { method: reqwest::Method::PUT, path, written: true, before: false })
    }

    /// What of a batch is in the window though it was refused: items run in order, and the first refusal stops them.
    fn of_batch(&mut self, step: &Step, error: Error) -> Error {
        let Step::Change(list) = step else { return error };
        if list.len() < 2 || error.window_problem().is_none() {
            return error;
        }
        let field = match error.window_problem() {
            Some(WindowProblem::ColumnDisabled { field } | WindowProblem::InvalidValue { field }) => {
                Some(field.clone())
            }
            _ => None,
        };
        let names = |list: &[Change]| list.iter().map(|change| change.field_name.clone()).collect::<Vec<_>>();
        let same = |change: &Change| field.as_ref().is_some_and(|field| change.field_name.eq_ignore_ascii_case(field));
        // Two of one name can't be told apart.
        let at = if list.iter().filter(|change| same(change)).count() == 1 { list.iter().position(same) } else { None };
        let batch = match at {
            Some(at) => {
                self.typed.extend(list[..at].iter().cloned());
                FieldsSoFar {
                    applied: names(&list[..at]),
                    refused: Some(list[at].field_name.clone()),
                    untried: names(&list[at + 1..]),
                }
            }
            None => {
                self.doubt();
                FieldsSoFar { applied: Vec::new(), refused: None, untried: names(list) }
            }
        };
        error.with_batch(batch, self.holds())
    }

    /// Looks for a tool.
    pub(crate) fn find_tool<'c>(&'c mut self, window: &'c str, name: &'c str, place: Place) -> Sending<'c, ()> {
        Box::pin(async move {
            let tools: Tools = self.fetch(Op::Tools(place), window).await?;
            if tools.0.iter().any(|tool| tool.tool_name == name) {
                return Ok(());
            }
            let problem = WindowProblem::NoSuchTool { tool: name.to_owned() };
            Err(self.explain(&format!("run `{name}`"), Error::of_window(problem, None)))
        })
    }

    /// The value of a field in the current row of its datawindow; `None` if it is empty.
    pub(crate) fn current<'c>(&'c mut self, datawindow: &'c str, field: &'c str) -> Sending<'c, Option<String>> {
        Box::pin(async move {
            let data: WindowData = self.data().await?;
            let Some(of) = data.datawindow(datawindow) else {
                let problem = WindowProblem::UnknownDatawindow { datawindow: datawindow.to_owned() };
                return Err(self.explain("read the data", Error::of_window(problem, None)));
            };
            let row = of.active();
            Ok(row.and_then(|row| of.value(row, field)).map(str::to_owned).filter(|value| !value.is_empty()))
        })
    }
}

fn is_about_previous_row(result: &ActionResult) -> bool {
    result.texts().iter().any(|text| REQUIRED_ALONE.is_in(text))
}
