//! The call: a record, what is said beside it, and what comes of it.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;

use p21_model::entry::{Answer, PopupField};
use p21_model::row::{RawRow, Service, Transaction};
use p21_model::schema::{NewKey, ServiceSchema, WindowFacts};

use super::run::{Run, Task};
use super::{Entered, NewOrStored, NotEntered, Plan, Wanted, in_xml, read};
use crate::api::Awaited;
use crate::api::call::Pace;
use crate::error::Error;
use crate::resilience::{BeforeSending, Lookup, LookupPlan};
use crate::windows::window::Core;
use crate::windows::{InteractiveFlavour, Session, TARGET};

impl Session {
    /// Types a record into the window of its service, saves it, and reads it back: what
    /// [`Client::submit`](crate::Client::submit) sends to the Transaction API, by the same value.
    ///
    /// Everything is planned before the window opens. What the window wants and the record lacks, what no rule says, and
    /// questions that are certain to come and that nobody answers are refused first
    /// ([`NotEntered::NotTyped`]); so is, in a session of the XML flavour, what that has no form for
    /// ([`NotInThisFlavour`](crate::windows::WindowProblem::NotInThisFlavour)). A record whose key is there is loaded and changed: of it only what differs is typed.
    ///
    /// ```no_run
    /// # async fn example<S: p21_model::row::Service>(
    /// #     session: p21_client::windows::Session,
    /// #     page: p21_model::row::Transaction<S>,
    /// # ) -> Result<(), p21_client::windows::enter::NotEntered> {
    /// let entered = session.enter(&page).await?;
    /// println!("stored as {:?}, proven: {}", entered.key, entered.is_proven());
    /// # Ok(())
    /// # }
    /// ```
    pub fn enter<'a, S: Service>(&'a self, record: &'a Transaction<S>) -> Entering<'a, S> {
        Entering { session: self, said: Said::new(record.rows(), keyed_by(record)), of: PhantomData }
    }
}

/// The explicit keys of a record's lists.
pub(super) fn keyed_by<S: Service>(record: &Transaction<S>) -> Vec<(u16, Vec<u16>)> {
    let elements = S::schema().elements.iter().map(|element| element.index);
    let keyed_by = elements.map(|element| (element, record.keys_of(element).to_vec()));
    keyed_by.filter(|(_, keys)| !keys.is_empty()).collect()
}

/// A record that is to be typed. It is when this is awaited; what is said before differs from the usual.
#[must_use = "nothing is typed before it is awaited"]
pub struct Entering<'a, S> {
    session: &'a Session,
    said: Said<'a>,
    of: PhantomData<fn() -> S>,
}

/// A record, and what is said beside it.
#[derive(Clone)]
pub(super) struct Said<'a> {
    pub(super) rows: &'a [RawRow],
    pub(super) keyed_by: Vec<(u16, Vec<u16>)>,
    pub(super) answers: Vec<(&'static str, &'static str)>,
    pub(super) beside: Vec<(u16, usize, &'static str, String)>,
    pub(super) batched: bool,
    pub(super) due: Option<NewOrStored>,
    /// What is done before each save.
    pub(super) before_saving: Option<BeforeSending>,
    pub(super) lookup: Option<LookupPlan>,
}

impl<'a> Said<'a> {
    pub(super) fn new(rows: &'a [RawRow], keyed_by: Vec<(u16, Vec<u16>)>) -> Self {
        Self {
            rows,
            keyed_by,
            answers: Vec::new(),
            beside: Vec::new(),
            batched: false,
            due: None,
            before_saving: None,
            lookup: None,
        }
    }

    pub(super) fn wanted<'w>(&'w self, facts: WindowFacts<'w>, record: NewOrStored) -> Wanted<'w>
    where
        'a: 'w,
    {
        Wanted {
            facts,
            rows: self.rows,
            keyed_by: &self.keyed_by,
            record,
            answers: &self.answers,
            beside: &self.beside,
            batched: self.batched,
        }
    }
}

impl<S: Service> Entering<'_, S> {
    /// What is answered where the window asks; the constants are in the bindings' `window`. Of two answers to one question
    /// the last one counts.
    pub fn answer(mut self, answer: Answer<S>) -> Self {
        self.said.answers.retain(|(question, _)| *question != answer.dialog());
        self.said.answers.push((answer.dialog(), answer.answer()));
        self
    }

    /// A field of the popup that adds a row, which the row itself does not have. `nth` is which of the record's rows of that
    /// element, counted from 0.
    pub fn popup(mut self, field: PopupField<S>, nth: usize, value: impl Into<String>) -> Self {
        self.said.beside.push((field.element(), nth, field.name(), value.into()));
        self
    }

    /// Types several fields in a call where rules allow it: fewer calls, and a refusal leaves those before it in the window.
    pub fn batched(mut self) -> Self {
        self.said.batched = true;
        self
    }

    /// What the caller knows of a new record whose key P21 gives: where neither the save nor the window tells the key, the
    /// record that fits is looked up and read. It is looked for before, too: what fits already is refused, since it would be
    /// taken for the new one. Several that fit leave a save whose answer is lost ambiguous.
    pub fn lookup(mut self, lookup: Lookup<S>) -> Self {
        self.said.lookup = Some(lookup.into_plan());
        self
    }

    /// Refuses a record that is there already.
    pub fn only_new(mut self) -> Self {
        self.said.due = Some(NewOrStored::New);
        self
    }

    /// Refuses a record that is not there.
    pub fn only_stored(mut self) -> Self {
        self.said.due = Some(NewOrStored::Stored);
        self
    }

    /// What would be done, in words, for a record that is new or stored. Nothing is sent.
    ///
    /// # Errors
    /// What the record lacks, or no rule says.
    pub fn explain(&self, record: NewOrStored) -> Result<String, super::NotTyped> {
        let schema = S::schema();
        Plan::of(self.said.wanted(schema.window(schema.version), record)).map(|plan| plan.to_string())
    }
}

impl<'a, S: Service> IntoFuture for Entering<'a, S> {
    type Output = Result<Entered, NotEntered>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { session, said, .. } = self;
        Box::pin(async move { enter(session, S::schema(), said).await })
    }
}

/// Plans and does it. A session that somebody else's popup has contaminated is no reason to give up what isn't stored.
pub(super) fn enter<'c>(
    session: &'c Session,
    schema: &'static ServiceSchema,
    said: Said<'c>,
) -> Awaited<'c, Result<Entered, NotEntered>> {
    Box::pin(async move { enter_in(session, schema, said, None).await })
}

/// The same in a window that is left open for the next record, and is there after the first.
pub(super) fn enter_in<'c>(
    session: &'c Session,
    schema: &'static ServiceSchema,
    said: Said<'c>,
    mut kept: Option<&'c mut Option<Core>>,
) -> Awaited<'c, Result<Entered, NotEntered>> {
    Box::pin(async move {
        let mut pauses = session.client().inner().retry.tries(Pace::default());
        loop {
            let entered = once(session, schema, &said, kept.as_deref_mut()).await;
            let pause = match &entered {
                Err(NotEntered::Refused(error)) if error.is_contaminated() => pauses.pause_before_repeat(error),
                _ => None,
            };
            let Some(pause) = pause else { return entered };
            tracing::warn!(
                target: TARGET,
                pause_ms = pause.as_millis() as u64,
                "nothing is stored in a contaminated session; typing it again"
            );
            tokio::time::sleep(pause).await;
        }
    })
}

async fn once(
    session: &Session,
    schema: &'static ServiceSchema,
    said: &Said<'_>,
    kept: Option<&mut Option<Core>>,
) -> Result<Entered, NotEntered> {
    let version = session.client().p21_version().await.unwrap_or(schema.version);
    let facts = schema.window(version);
    if session.flavour() == InteractiveFlavour::Xml {
        in_xml::check(session.knows_menu_of(&schema.name), schema, facts, said).map_err(NotEntered::Refused)?;
    }
    let given = key_given(facts, said);
    // A record that lacks something is refused before anything is asked.
    let mut kinds = vec![NewOrStored::New, NewOrStored::Stored];
    kinds.retain(|kind| said.due.is_none_or(|due| due == *kind) && may_be(facts, *kind, given.is_some()));
    if let [only] = kinds[..] {
        Plan::of(said.wanted(facts, only))?;
    } else {
        let plans = kinds.iter().map(|kind| Plan::of(said.wanted(facts, *kind)));
        if let Some(Err(refused)) = plans.reduce(|one, other| if one.is_ok() { one } else { other }) {
            return Err(refused.into());
        }
    }
    let before = match &given {
        Some(key) => read::record(session.client(), schema, key).await.map_err(NotEntered::Refused)?,
        None => None,
    };
    let record = if before.is_some() { NewOrStored::Stored } else { NewOrStored::New };
    if !kinds.contains(&record) {
        return Err(NotEntered::Refused(Error::input(match record {
            NewOrStored::New => {
                "there is no record of that key, and typing it would leave an empty window that takes values"
            }
            NewOrStored::Stored => {
                "there is a record of that key already, and typing it would load and change that one"
            }
        })));
    }
    let plan = Plan::of(said.wanted(facts, record))?;
    let task = Task { session, schema, plan: &plan, said, before, key: given.unwrap_or_default() };
    let run = Run::new(task, kept);
    if let Some(lookup) = said.lookup.as_ref().filter(|_| record == NewOrStored::New) {
        run.nothing_fits(lookup).await.map_err(NotEntered::Refused)?;
    }
    run.run().await
}

/// Whether a record can be new, or stored: one whose key P21 assigns is stored if the program has the key.
fn may_be(facts: WindowFacts<'_>, record: NewOrStored, has_key: bool) -> bool {
    match (facts.key_entry().map(|(entry, _)| entry.new), record) {
        (Some(NewKey::Given) | None, _) => true,
        (Some(_), NewOrStored::New) => !has_key,
        (Some(_), NewOrStored::Stored) => has_key,
    }
}

/// The key that the record sets, if it sets all of it.
fn key_given(facts: WindowFacts<'_>, said: &Said<'_>) -> Option<Vec<(String, String)>> {
    let (entry, _) = facts.key_entry()?;
    let row = said.rows.iter().find(|row| row.element().index == entry.element)?;
    let value = |field: &u16| {
        let value = row.value(*field).filter(|value| !value.trim().is_empty())?;
        Some((row.element().fields[usize::from(*field)].name.to_string(), value.to_owned()))
    };
    entry.fields.iter().map(value).collect()
}
