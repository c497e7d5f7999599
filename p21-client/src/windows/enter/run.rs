//! A plan carried out on a window.

use std::collections::HashMap;

use p21_model::interactive::Change;
use p21_model::payload;
use p21_model::schema::{ElementSchema, ServiceSchema, ValueType, WindowFacts};

use super::call::Said;
use super::outcome::{Entered, EntryProof, NotEntered, PartlyStored};
use super::rows::Listed;
use super::{NewOrStored, Plan, PlanQuestion, PlanStep, Value};
use crate::error::Error;
use crate::resilience::Sought;
use crate::windows::action::{Done, Progress, Step as Act};
use crate::windows::policy::{Policy, PolicyRule, RuleFor};
use crate::windows::problem::WindowProblem;
use crate::windows::window::Core;
use crate::windows::{Answered, Session};

/// What is to be done.
pub(super) struct Task<'a> {
    pub(super) session: &'a Session,
    pub(super) schema: &'static ServiceSchema,
    pub(super) plan: &'a Plan<'a>,
    pub(super) said: &'a Said<'a>,
    /// The record before.
    pub(super) before: Option<payload::Transaction>,
    /// Its key, as far as it is known.
    pub(super) key: Vec<(String, String)>,
}

/// A plan on its way.
pub(super) struct Run<'a> {
    pub(super) task: Task<'a>,
    pub(super) core: Option<Core>,
    /// Where the window stays open for the next record.
    pub(super) kept: Option<&'a mut Option<Core>>,
    /// Where rows of lists are, from 1, and what the list shows of them.
    pub(super) rows: HashMap<usize, Place>,
    pub(super) key: Vec<(String, String)>,
    answered: Vec<Answered>,
    /// Of a stored record: what the datawindow shows of the row that is typed into.
    pub(super) shown: Option<(u16, HashMap<String, String>)>,
    /// Rows of the record that were added: what differs is not asked of them.
    added: Vec<usize>,
    /// How many of the steps were done when the window was saved last.
    saved: Option<usize>,
    /// How many rows of tables showed a row before.
    pub(super) before: HashMap<usize, usize>,
    /// Keys of an added row that move the cursor, so that they are typed behind all else of it.
    pub(super) owed: Vec<(usize, u16, Value)>,
    /// The rows of the list that rows are looked for in.
    pub(super) listed: Option<Listed>,
    /// The keys that P21 gave rows which popups have staged.
    pub(super) staged: HashMap<usize, String>,
}

/// Where a row of a list is.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    pub(super) number: u32,
    pub(super) shows: HashMap<String, String>,
}

/// What a step that went wrong leaves behind.
pub(super) enum Stop {
    /// P21, or the window, refused.
    Refused(Error),
    /// A save of which nobody knows the outcome.
    Unknown(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(task: Task<'a>, kept: Option<&'a mut Option<Core>>) -> Self {
        let key = task.key.clone();
        Self {
            task,
            core: None,
            kept,
            rows: HashMap::new(),
            key,
            answered: Vec::new(),
            shown: None,
            added: Vec::new(),
            saved: None,
            before: HashMap::new(),
            owed: Vec::new(),
            listed: None,
            staged: HashMap::new(),
        }
    }

    pub(super) fn facts(&self) -> WindowFacts<'a> {
        self.task.plan.facts()
    }

    pub(super) async fn run(mut self) -> Result<Entered, NotEntered> {
        let steps = self.task.plan.steps();
        let mut unproven: Vec<String> = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            match self.step(at, step, &mut unproven).await {
                Ok(()) => {}
                Err(Stop::Refused(error)) => {
                    self.give_up().await;
                    return Err(self.stopped(error));
                }
                Err(Stop::Unknown(error)) => {
                    if let Err(left) = self.settle(at, error).await {
                        self.give_up().await;
                        return Err(*left);
                    }
                }
            }
        }
        let proof = if unproven.is_empty() { EntryProof::Proven } else { EntryProof::NotProven(unproven) };
        Ok(Entered { key: self.key, proof, done: self.task.plan.lines(0..steps.len()), answered: self.answered })
    }

    /// What a refusal leaves stored: what was saved. What was done behind that is gone with the window, a tool that was run
    /// without an answer included: only saves store something.
    pub(super) fn stopped(&self, error: Error) -> NotEntered {
        let error = error.not_stored();
        let Some(saved) = self.saved else { return NotEntered::Refused(error) };
        let all = self.task.plan.steps().len();
        NotEntered::PartlyStored(Box::new(PartlyStored {
            key: self.key.clone(),
            stored: self.task.plan.lines(0..saved),
            left: self.task.plan.lines(saved..all),
            error,
        }))
    }

    fn core(&mut self) -> Result<&mut Core, Error> {
        self.core.as_mut().ok_or_else(|| Error::of_window(WindowProblem::WindowLost, None))
    }

    async fn step(&mut self, at: usize, step: &PlanStep, unproven: &mut Vec<String>) -> Result<(), Stop> {
        let goes_on = |row: usize| matches!(step, PlanStep::Type { row: typed, .. } if *typed == row);
        if self.owed.first().is_some_and(|(row, ..)| !goes_on(*row)) {
            for (_, element, value) in std::mem::take(&mut self.owed) {
                self.change(element, &[value]).await?;
            }
        }
        let stays_in = |list: u16| matches!(step, PlanStep::Pick { element, .. } | PlanStep::Type { element, .. } if *element == list);
        self.listed = self.listed.take().filter(|known| stays_in(known.element));
        match step {
            // That it is absent was read before the record was planned as a new one.
            PlanStep::ProveAbsent { .. } => {}
            PlanStep::Open => self.open().await?,
            PlanStep::Load { element, key, with, .. } => {
                for value in key.iter().chain(with) {
                    self.change(*element, std::slice::from_ref(value)).await?;
                }
            }
            PlanStep::NewKey { element, key, .. } => {
                for value in key {
                    self.new_key(*element, value).await?;
                }
            }
            // The key that the tab was to show is known, and the window may be gone.
            PlanStep::Tab { .. } if self.shows_known_key(at) => {}
            PlanStep::Tab { element } => {
                let (tab, datawindow) = self.place(*element).await?;
                self.act(vec![Act::Front { tab, datawindow }], None).await?;
                self.shown = None;
            }
            PlanStep::Add { row, element, is_there } => self.add(*row, *element, *is_there).await?,
            PlanStep::Pick { row, element, by, or_add } => self.pick(*row, *element, by, *or_add).await?,
            PlanStep::Select { row, element } => self.select(*row, *element).await?,
            PlanStep::Compare { element, of, shows, .. } => self.compare(*element, *of, shows).await?,
            PlanStep::Type { row, element, values } => self.type_in(*row, *element, values).await?,
            PlanStep::Popup(popup) => self.popup(popup).await?,
            PlanStep::Save => {
                if let Some(before) = &self.task.said.before_saving {
                    before.mark(&[0]).await?;
                }
                self.save(at).await?;
            }
            PlanStep::TakeKey { shown } => self.take_key(at, *shown, unproven).await?,
            PlanStep::LoadAgain => self.load_again().await?,
            PlanStep::Prove { .. } => self.prove(unproven).await?,
            PlanStep::ProveByTable { element } => self.prove_by_table(*element, unproven).await?,
            PlanStep::Unproven { element } => unproven.push(format!("nothing shows `{}`", self.name(*element))),
            PlanStep::Close => self.leave().await,
        }
        Ok(())
    }

    pub(super) fn element(&self, element: u16) -> Result<&'static ElementSchema, Error> {
        let known = self.task.schema.elements.get(element.into());
        known.ok_or_else(|| Error::input(format!("`{}` has no element {element}", self.task.schema.name)))
    }

    pub(super) fn name(&self, element: u16) -> String {
        self.element(element).map(|element| element.name.to_string()).unwrap_or_default()
    }

    /// The tab and the datawindow of an element. Where sources disagree on the name, the window tells.
    pub(super) async fn place(&mut self, element: u16) -> Result<(String, String), Error> {
        let schema = self.element(element)?;
        let facts = self.facts();
        let place = facts.place(element);
        let page = place.map(|place| &*place.page).filter(|page| !page.is_empty());
        let page = page.unwrap_or(p21_model::name::split_element(&schema.name).0).to_owned();
        let names: Vec<String> = match place {
            Some(place) if !place.datawindows.is_empty() => place.datawindows.iter().map(str::to_owned).collect(),
            _ => vec![schema.datawindow().to_owned()],
        };
        if let [only] = &names[..] {
            return Ok((page, only.clone()));
        }
        let core = self.core()?;
        if !core.shown.iter().any(|(shown, _)| names.contains(shown)) {
            core.state().await?;
        }
        let found = names.iter().find(|name| core.shown.iter().any(|(shown, _)| shown == *name));
        match found.or(names.first()) {
            Some(name) => Ok((page, name.clone())),
            None => Ok((page, String::new())),
        }
    }

    /// Does something to the window. What it asks is answered as the plan says; what nobody answers stops it.
    pub(super) async fn act(&mut self, steps: Vec<Act>, policy: Option<&Policy>) -> Result<Done, Error> {
        let core = self.core()?;
        match core.run(steps.into(), Done::default(), policy).await? {
            Progress::Done(done) => {
                self.answered.extend(done.answered.iter().cloned());
                Ok(done)
            }
            Progress::Asked(rest) => Err(core.not_answered(&rest.question)),
        }
    }

    /// Types values, in one call.
    pub(super) async fn change(&mut self, element: u16, values: &[Value]) -> Result<(), Error> {
        let (tab, datawindow) = self.place(element).await?;
        let schema = self.element(element)?;
        let change = |value: &Value| {
            let field = &schema.fields[usize::from(value.field)];
            let text = match field.value_type {
                ValueType::Decimal => crate::windows::window::whole(&value.value),
                _ => &value.value,
            };
            Change::new(Some(tab.as_str()).filter(|tab| !tab.is_empty()), datawindow.clone(), &*field.name, text)
        };
        let changes = values.iter().map(change).collect();
        let fields: Vec<u16> = values.iter().map(|value| value.field).collect();
        let policy = self.policy(|question| question.asks(element, &fields));
        self.act(vec![Act::Change(changes)], Some(&policy)).await.map(drop)
    }

    /// The answers to what may be asked now.
    fn policy(&self, may_ask: impl Fn(&PlanQuestion) -> bool) -> Policy {
        let questions = self.task.plan.questions().iter().filter(|question| may_ask(question));
        questions.fold(Policy::new(), |policy, question| {
            let Some(tool) = &question.tool else { return policy };
            let rule = match question.class.as_str() {
                "" => RuleFor::default(),
                class => PolicyRule::class(class),
            };
            let rule = if question.says.is_empty() { rule } else { rule.saying(&question.says) };
            policy.with(rule.answer(tool))
        })
    }

    async fn save(&mut self, at: usize) -> Result<(), Stop> {
        let policy = self.policy(|question| question.on_save);
        let saved = self.act(vec![Act::Save], Some(&policy)).await;
        let done = match saved {
            Ok(done) => done,
            Err(error) if error.is_ambiguous() => return Err(Stop::Unknown(error)),
            Err(error) => return Err(error.into()),
        };
        self.note_saved(at);
        let key = self.core()?.saved(done).key().map(str::to_owned);
        if let (Some(key), Some(field)) = (key, self.key_field()) {
            self.take(field, key);
        }
        Ok(())
    }

    /// The field of the key, where it is one.
    pub(super) fn key_field(&self) -> Option<String> {
        let (entry, _) = self.facts().key_entry()?;
        let [field] = &entry.fields[..] else { return None };
        let element = self.task.schema.elements.get(entry.element.into())?;
        Some(element.fields.get(usize::from(*field))?.name.to_string())
    }

    fn take(&mut self, field: String, value: String) {
        if self.task.plan.record() == NewOrStored::New && !self.key.iter().any(|(known, _)| *known == field) {
            self.key.push((field, value));
        }
    }

    /// Whether a step is done for nothing but a key that is known.
    fn shows_known_key(&self, at: usize) -> bool {
        matches!(self.task.plan.steps().get(at + 1), Some(PlanStep::TakeKey { .. }))
            && self.key_field().is_some_and(|field| self.key.iter().any(|(known, _)| *known == field))
    }

    /// The key that P21 gave: what the save said, what the window shows, or what a lookup finds.
    async fn take_key(&mut self, at: usize, shown: bool, unproven: &mut Vec<String>) -> Result<(), Stop> {
        let Some(field) = self.key_field() else { return Ok(()) };
        let is_known = |run: &Self| run.key.iter().any(|(known, _)| *known == field);
        if is_known(self) {
            return Ok(());
        }
        let error = match shown {
            true => self.take_key_shown().await.err(),
            false => Some(Error::input(format!("the save says nothing of `{field}`, which P21 assigns"))),
        };
        let Some(error) = error else { return Ok(()) };
        if let Ok(Sought::One(key)) = self.look_up().await {
            self.key = key;
            return Ok(());
        }
        let wants_it = |step: &PlanStep| matches!(step, PlanStep::LoadAgain | PlanStep::Popup(_));
        if self.task.plan.steps()[at..].iter().any(wants_it) {
            return Err(error.into());
        }
        // It is stored, as P21 says, whatever it is called.
        unproven.push(format!("its key isn't known: {error}"));
        Ok(())
    }

    /// The key that the window shows.
    pub(super) async fn take_key_shown(&mut self) -> Result<(), Error> {
        let (Some(field), Some((entry, _))) = (self.key_field(), self.facts().key_entry()) else { return Ok(()) };
        let (_, datawindow) = self.place(entry.element).await?;
        match self.core()?.current(&datawindow, &field).await? {
            Some(value) => {
                self.take(field, value);
                Ok(())
            }
            None => Err(Error::input(format!("the window shows no `{field}` behind the save"))),
        }
    }

    /// Types a part of the key of a new record: that there is no such record is what P21 answers, in one way or another.
    async fn new_key(&mut self, element: u16, value: &Value) -> Result<(), Error> {
        match self.change(element, std::slice::from_ref(value)).await {
            Err(error)
                if matches!(
                    error.window_problem(),
                    Some(WindowProblem::NoSuchRecord | WindowProblem::Undetermined)
                ) =>
            {
                Ok(())
            }
            other => other,
        }
    }

    /// How many of the steps were done when the window was saved last.
    pub(super) fn saved(&self) -> Option<usize> {
        self.saved
    }

    pub(super) fn note_saved(&mut self, at: usize) {
        self.saved = Some(at + 1);
        self.shown = None;
    }

    /// Whether a row of the record is a new one in the window.
    pub(super) fn is_added(&self, row: usize) -> bool {
        self.task.plan.record() == NewOrStored::New || self.added.contains(&row)
    }

    pub(super) fn note_added(&mut self, row: usize) {
        self.added.push(row);
    }
}
