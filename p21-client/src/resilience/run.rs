//! Sending, looking, sending again.

use std::borrow::Cow;

use bytes::Bytes;
use p21_model::outcome::Sent;
use p21_model::payload::TransactionSet;
use p21_model::schema::ServiceSchema;
use tracing::Instrument as _;

use super::Resolved;
use super::job::{Identity, Job};
use super::judge::{self, Judge};
use super::lookup::{Covers, Plan};
use super::outcome::ResolvedHow;
use super::read::named;
use super::settle::may_land;
use super::{BeforeSending, ReadBack};
use crate::api::Sending;
use crate::api::call::Pace;
use crate::api::transaction::write_name;
use crate::client::Client;
use crate::error::Error;

/// The writing of a set.
pub(crate) struct Run<'a> {
    pub(super) client: &'a Client,
    /// Without its transactions.
    pub(super) envelope: TransactionSet,
    /// As the server's version has it.
    pub(super) schema: Option<Cow<'static, ServiceSchema>>,
    /// The service's name, where bindings know it.
    service: Option<&'static str>,
    pub(super) how: &'a ReadBack,
    pub(super) jobs: Vec<Job>,
    before_sending: Option<BeforeSending>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        client: &'a Client,
        mut set: TransactionSet,
        identities: Vec<Identity>,
        schema: Option<&'static ServiceSchema>,
        how: &'a ReadBack,
    ) -> Sending<'a, Self> {
        Box::pin(async move {
            let transactions = std::mem::take(&mut set.transactions);
            if transactions.len() != identities.len() {
                let problem = format!("{} keys or lookups for {} transactions", identities.len(), transactions.len());
                return Err(Error::input(problem));
            }
            let service = schema.map(|schema| &*schema.name);
            let schema = match schema {
                Some(schema) => Some(client.as_served(schema).await),
                None => None,
            };
            let is_same = |one: &Identity, other: &Identity| match (one, other) {
                (Identity::Key(one), Identity::Key(other)) => judge::is_one_record(schema.as_deref(), one, other),
                (Identity::Lookup(one), Identity::Lookup(other)) => one == other,
                _ => false,
            };
            let is_taken = |at: &usize| identities[..*at].iter().any(|other| is_same(other, &identities[*at]));
            if let Some(at) = (1..identities.len()).find(is_taken) {
                let problem = "two transactions have one key, so the record can't tell which of them is stored";
                return Err(Error::input(format!("{problem}: transaction {} and an earlier one", at + 1)));
            }
            let jobs =
                transactions.into_iter().zip(identities).map(|(sent, identity)| Job::new(sent, identity)).collect();
            let run = Self { client, envelope: set, schema, service, how, jobs, before_sending: None };
            for (at, job) in run.jobs.iter().enumerate() {
                run.fits(at, job)?;
            }
            Ok(run)
        })
    }

    /// What is done each time before transactions leave.
    pub(crate) fn before_sending(mut self, mark: Option<BeforeSending>) -> Self {
        self.before_sending = mark;
        self
    }

    /// Refuses a key or lookup that is of another record than the transaction's: it would show that nothing is stored.
    fn fits(&self, at: usize, job: &Job) -> Result<(), Error> {
        match &job.identity {
            Identity::Key(state) if !self.judge(job).sets(state) => Err(Error::input(format!(
                "transaction {} doesn't set its key on `{}`: a record whose key P21 gives is found by a lookup \
                 (`.lookup(..)`)",
                at + 1,
                state.data_element_name
            ))),
            Identity::Lookup(plan) => match self.covers(job, plan) {
                Covers::Other(asks, field) => Err(Error::input(format!(
                    "the lookup of transaction {} would never find its record: {asks}, and the transaction sets \
                     another `{field}`",
                    at + 1
                ))),
                Covers::Sent | Covers::Unknown => Ok(()),
            },
            Identity::Key(_) => Ok(()),
        }
    }

    pub(super) fn covers(&self, job: &Job, plan: &Plan) -> Covers {
        plan.covers(&job.sent, self.schema.as_deref().and_then(|schema| schema.element(plan.element())))
    }

    pub(super) fn judge<'j>(&'j self, job: &'j Job) -> Judge<'j> {
        Judge {
            sent: &job.sent,
            schema: self.schema.as_deref(),
            how: self.how,
            keyed_on: job.identity.element(),
            ignores_disabled: self.envelope.ignore_disabled,
        }
    }

    /// Sends, and finds out what became of each transaction.
    pub(crate) fn finish(self, body: Bytes) -> Sending<'a, Vec<Result<Resolved, Error>>> {
        Box::pin(async move {
            if self.jobs.is_empty() {
                return Ok(Vec::new());
            }
            let span = tracing::info_span!(
                "p21.resolve",
                service = self.envelope.name.as_str(),
                transactions = self.jobs.len(),
                rounds = tracing::field::Empty
            );
            self.rounds(body, span.clone()).instrument(span).await
        })
    }

    async fn rounds(mut self, mut body: Bytes, span: tracing::Span) -> Result<Vec<Result<Resolved, Error>>, Error> {
        self.look_before().await?;
        let mut pauses = self.client.inner().retry.tries(Pace::default());
        for round in 1.. {
            span.record("rounds", round);
            if !self.mark(round == 1).await {
                break;
            }
            self.send(body).await;
            self.settle().await;
            let open = self.open();
            let Some(error) = open.iter().find_map(|at| Some(self.jobs[*at].doubt.as_ref()?.error.clone())) else {
                break;
            };
            let pause = if self.how.repeat { pauses.pause_before_repeat(&error) } else { None };
            let Some(pause) = pause else {
                self.give_up(&open);
                break;
            };
            let pause_ms = pause.as_millis() as u64;
            tracing::warn!(transactions = open.len(), pause_ms, "not stored, as the records show; sending again");
            tokio::time::sleep(pause).await;
            body = self.body(&open)?;
        }
        self.verify().await;
        self.contest();
        for at in 0..self.jobs.len() {
            let lands = self.may_land(at);
            // The one try that was made has landed; of several an earlier one may be on its way.
            if let Some(Ok(resolved)) = &mut self.jobs[at].result
                && resolved.sent > 1
            {
                resolved.may_land_until = lands;
            }
        }
        Ok(self.jobs.into_iter().filter_map(|job| job.result).collect())
    }

    /// Reads the records as they are before the write. A lookup is made in any case: what it finds already is no record
    /// that is yet to come.
    async fn look_before(&mut self) -> Result<(), Error> {
        let wanted = |job: &Job| self.how.before || matches!(job.identity, Identity::Lookup(_));
        let jobs: Vec<usize> = (0..self.jobs.len()).filter(|at| wanted(&self.jobs[*at])).collect();
        for at in &jobs {
            let Identity::Lookup(plan) = &self.jobs[*at].identity else { continue };
            let found = self.client.states_of(plan).await?;
            if !found.is_empty() {
                return Err(Error::input(format!(
                    "the lookup of transaction {} finds {} already, so it can't tell a new record: if it is stored, give \
                     its key; if it is another one, look for more than that",
                    at + 1,
                    named(&found)
                )));
            }
        }
        for (at, seen) in self.read(&jobs).await? {
            self.jobs[at].was(seen);
        }
        Ok(())
    }

    /// The transactions that have no result yet.
    pub(super) fn open(&self) -> Vec<usize> {
        (0..self.jobs.len()).filter(|at| self.jobs[*at].result.is_none()).collect()
    }

    fn body(&self, jobs: &[usize]) -> Result<Bytes, Error> {
        self.client.body_of_raw(&self.set(jobs))
    }

    fn set(&self, jobs: &[usize]) -> TransactionSet {
        let transactions = jobs.iter().map(|at| self.jobs[*at].sent.clone()).collect();
        let mut set = self.envelope.clone();
        set.transactions = transactions;
        set
    }

    /// Does what is to be done before the open ones leave. False if they don't.
    async fn mark(&mut self, is_first: bool) -> bool {
        let Some(before) = self.before_sending.clone() else { return true };
        let open = self.open();
        let Err(error) = before.mark(&open).await else { return true };
        if is_first {
            let of = self.jobs.len();
            open.into_iter().for_each(|at| self.jobs[at].result = Some(Err(error.clone().about(at, of))));
        } else {
            self.give_up(&open);
        }
        false
    }

    /// Sends what has no result, and takes what the answer says.
    async fn send(&mut self, body: Bytes) {
        let (open, of) = (self.open(), self.jobs.len());
        for at in &open {
            self.jobs[*at].tries += 1;
        }
        let outcome = match self.client.submit_bytes(body, &Sent::of(&self.set(&open)), self.schema.as_deref()).await {
            Ok(outcome) => outcome,
            Err(error) => {
                tracing::warn!(%error, ambiguous = error.is_ambiguous(), "the write failed");
                // The last byte was sent before this, so that the limit is never too short.
                let lands_until = Some(crate::clock::later(self.client.inner().clock.now(), self.how.lands_within));
                for at in open {
                    self.jobs[at].failed(error.clone().about(at, of), lands_until);
                }
                return;
            }
        };
        let unattributed = outcome.unattributed;
        for (at, mut result) in open.into_iter().zip(outcome.transactions) {
            // A refusal without a reason has the reasons that name no transaction, a contaminated session among them.
            if let Err(failure) = &mut result
                && failure.messages.is_empty()
            {
                failure.messages.clone_from(&unattributed);
            }
            // Nothing is on its way any more: P21 has answered.
            let job = &mut self.jobs[at];
            match result {
                Ok(stored) => {
                    job.known(stored, if job.tries > 1 { ResolvedHow::Repeated } else { ResolvedHow::Answered })
                }
                Err(failure) => {
                    job.failed(Error::failed(failure, self.service, at).of(write_name()).about(at, of), None)
                }
            }
        }
    }

    /// What wasn't stored and isn't sent again.
    fn give_up(&mut self, jobs: &[usize]) {
        for at in jobs {
            match self.may_land(*at) {
                None => self.jobs[*at].refuse(),
                lands => self.jobs[*at].unknown(may_land("the tries are used up").landing(lands)),
            }
        }
    }
}
