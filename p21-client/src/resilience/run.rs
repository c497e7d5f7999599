//! Sending, looking, sending again.

use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use p21_model::outcome::{Sent, Stored};
use p21_model::payload::{KeyValue, Transaction, TransactionSet, TransactionState, TransactionStateRequest};
use p21_model::schema::ServiceSchema;
use tracing::Instrument as _;

use super::ReadBack;
use super::job::{Identity, Job, Seen};
use super::judge::{self, Found, Judge};

use super::outcome::{How, Resolved, Unresolved, Verdict};
use crate::api::call::Pace;
use crate::api::transaction::write_name;
use crate::client::Client;
use crate::error::Error;
use crate::redact::Redactor;
use crate::retry::{Class, class};

/// How many records are read in one call: some windows answer hundreds of kilobytes each.
const READ_AT_ONCE: usize = 20;

/// The pause before the second look at a record; later ones double.
const FIRST_LOOK: Duration = Duration::from_millis(500);

/// The writing of a set.
pub(crate) struct Run<'a> {
    client: &'a Client,
    /// Without its transactions.
    envelope: TransactionSet,
    schema: Option<&'static ServiceSchema>,
    how: &'a ReadBack,
    jobs: Vec<Job>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        client: &'a Client,
        mut set: TransactionSet,
        identities: Vec<Identity>,
        schema: Option<&'static ServiceSchema>,
        how: &'a ReadBack,
    ) -> Result<Self, Error> {
        let transactions = std::mem::take(&mut set.transactions);
        if transactions.len() != identities.len() {
            let problem = format!("{} keys or lookups for {} transactions", identities.len(), transactions.len());
            return Err(Error::input(problem));
        }
        let is_same = |one: &Identity, other: &Identity| match (one, other) {
            (Identity::Key(one), Identity::Key(other)) => judge::is_one_record(schema, one, other),
            (Identity::Lookup(one), Identity::Lookup(other)) => one == other,
            _ => false,
        };
        let is_taken = |at: &usize| identities[..*at].iter().any(|other| is_same(other, &identities[*at]));
        if let Some(at) = (1..identities.len()).find(is_taken) {
            let problem = "two transactions have one key, so the record can't tell which of them is stored";
            return Err(Error::input(format!("{problem}: transaction {} and an earlier one", at + 1)));
        }
        let jobs = transactions.into_iter().zip(identities).map(|(sent, identity)| Job::new(sent, identity)).collect();
        let run = Self { client, envelope: set, schema, how, jobs };
        for (at, job) in run.jobs.iter().enumerate() {
            let Identity::Key(state) = &job.identity else { continue };
            if !run.judge(job).sets(state) {
                return Err(Error::input(format!(
                    "transaction {} doesn't set its key on `{}`: a record whose key P21 gives is found by a lookup \
                     (`.lookup(..)`)",
                    at + 1,
                    state.data_element_name
                )));
            }
        }
        Ok(run)
    }

    fn judge<'j>(&'j self, job: &'j Job) -> Judge<'j> {
        Judge { sent: &job.sent, schema: self.schema, how: self.how, keyed_on: job.identity.element() }
    }

    /// Sends, and finds out what became of each transaction.
    pub(crate) async fn finish(self, body: Bytes) -> Result<Vec<Result<Resolved, Error>>, Error> {
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
    }

    async fn rounds(mut self, mut body: Bytes, span: tracing::Span) -> Result<Vec<Result<Resolved, Error>>, Error> {
        self.look_before().await?;
        let mut pauses = self.client.inner().retry.tries(Pace::default());
        for round in 1.. {
            span.record("rounds", round);
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
    fn open(&self) -> Vec<usize> {
        (0..self.jobs.len()).filter(|at| self.jobs[*at].result.is_none()).collect()
    }

    fn body(&self, jobs: &[usize]) -> Result<Bytes, Error> {
        self.client.body_of_raw(&self.set(jobs))
    }

    fn set(&self, jobs: &[usize]) -> TransactionSet {
        let transactions = jobs.iter().map(|at| self.jobs[*at].sent.clone()).collect();
        TransactionSet { transactions, ..self.envelope.clone() }
    }

    /// Sends what has no result, and takes what the answer says.
    async fn send(&mut self, body: Bytes) {
        let (open, of) = (self.open(), self.jobs.len());
        for at in &open {
            self.jobs[*at].tries += 1;
        }
        let outcome = match self.client.submit_bytes(body, &Sent::of(&self.set(&open)), self.schema).await {
            Ok(outcome) => outcome,
            Err(error) => {
                tracing::warn!(%error, ambiguous = error.is_ambiguous(), "the write failed");
                // The last byte was sent before this, so that the limit is never too short.
                let lands_until = self.client.inner().clock.now().checked_add(self.how.lands_within);
                for at in open {
                    self.jobs[at].failed(error.clone().about(at, of), lands_until);
                }
                return;
            }
        };
        let unattributed = outcome.unattributed;
        let service = self.schema.map(|schema| &*schema.name);
        for (at, mut result) in open.into_iter().zip(outcome.transactions) {
            // A refusal without a reason has the reasons that name no transaction, a dirty session among them.
            if let Err(failure) = &mut result
                && failure.messages.is_empty()
            {
                failure.messages.clone_from(&unattributed);
            }
            // Nothing is on its way any more: P21 has answered.
            let job = &mut self.jobs[at];
            match result {
                Ok(stored) => job.known(stored, if job.tries > 1 { How::Repeated } else { How::Answered }),
                Err(failure) => job.failed(Error::failed(failure, service, at).of(write_name()).about(at, of), None),
            }
        }
    }

    /// Looks at the records of transactions in doubt until it is known whether they are stored. Those that aren't, and
    /// may be sent again, have no result afterwards.
    async fn settle(&mut self) {
        let clock = &self.client.inner().clock;
        let start = clock.now();
        let mut pause = FIRST_LOOK;
        loop {
            let open = self.open();
            if open.is_empty() {
                return;
            }
            let watched = clock.now().duration_since(start);
            let is_last = watched >= self.how.settle;
            let seen = match self.read(&open).await {
                Ok(seen) => seen,
                Err(error) if is_last || class(&error) == Class::Never => return self.unread(open, &error),
                // The next look may do better.
                Err(_) => Vec::new(),
            };
            let mut watch = seen.is_empty();
            for (at, now) in seen {
                watch |= self.take(at, now, is_last);
            }
            if !watch {
                return;
            }
            let rest = self.how.settle.saturating_sub(watched).min(self.until_one_has_landed());
            clock.sleep(pause.min(rest)).await;
            pause *= 2;
        }
    }

    /// The records can't be read.
    fn unread(&mut self, jobs: Vec<usize>, error: &Error) {
        for at in jobs {
            let why = Unresolved::new(format!("the record can't be read ({error})"));
            let lands = self.may_land(at);
            self.jobs[at].unknown(why.landing(lands));
        }
    }

    /// How long it is until the first of the open transactions can't land any more: then a look tells more.
    fn until_one_has_landed(&self) -> Duration {
        let now = self.client.inner().clock.now();
        let rest = |at: usize| self.jobs[at].lands_until?.checked_duration_since(now).filter(|rest| !rest.is_zero());
        self.open().into_iter().filter_map(rest).min().unwrap_or(Duration::MAX)
    }

    /// Until when a try of a transaction may land, if it still may.
    fn may_land(&self, at: usize) -> Option<Timestamp> {
        let clock = &self.client.inner().clock;
        let rest = self.jobs[at].lands_until?.checked_duration_since(clock.now()).filter(|rest| !rest.is_zero())?;
        clock.timestamp().saturating_add(SignedDuration::try_from(rest).unwrap_or(SignedDuration::MAX)).ok()
    }

    /// Takes what a record says. True if it should be looked at again.
    fn take(&mut self, at: usize, now: Seen, is_last: bool) -> bool {
        let lands = self.may_land(at);
        let job = &self.jobs[at];
        let Some(doubt) = &job.doubt else { return false };
        let judge = self.judge(job);
        let verdict = self.verdict(job, &now);
        let done = doubt.is_settled();
        let repeatable = lands.is_none() || (matches!(job.identity, Identity::Key(_)) && judge.repeats_safely());
        let refused = doubt.refused;
        let skipped = !doubt.error.skipped().is_empty();
        tracing::info!(transaction = at, verdict = verdict.name(), settled = done || is_last, "read back");
        let redactor = &self.client.inner().redactor;
        let job = &mut self.jobs[at];
        match verdict {
            Verdict::Stored => job.known(Stored::new(now.record().unwrap_or_default(), Vec::new()), How::ReadBack),
            // P21 may still be at work on it.
            _ if !done && !is_last && lands.is_some() => return true,
            // P21 is done with it and says that it stored something: another try could add that again.
            Verdict::NotStored if skipped => job.unknown(Unresolved::new("the record shows nothing of it")),
            Verdict::NotStored if refused && lands.is_none() => job.refuse(),
            Verdict::NotStored if refused => job.unknown(may_land("the last try was refused").landing(lands)),
            Verdict::NotStored if repeatable => {}
            Verdict::NotStored => job.unknown(may_land("a second one would be added").landing(lands)),
            Verdict::Unknown(unresolved) => job.unknown(unresolved.without_secrets(redactor).landing(lands)),
        }
        false
    }

    fn verdict(&self, job: &Job, now: &Seen) -> Verdict {
        match now {
            Seen::Record(record) => self.judge(job).verdict(&job.before, Some(record)),
            Seen::Nothing => self.judge(job).verdict(&job.before, None),
            Seen::Unclear(unclear) => Verdict::Unknown(unclear.clone()),
        }
    }

    /// Looks whether the records show what P21 says it stored: of all if that was asked for, else of those whose echo
    /// doesn't show it.
    async fn verify(&mut self) {
        let is_due = |resolved: &Resolved| self.how.verify || !resolved.stored.unproven().is_empty();
        let answered =
            |job: &Job| matches!(&job.result, Some(Ok(resolved)) if resolved.how != How::ReadBack && is_due(resolved));
        let jobs: Vec<usize> = (0..self.jobs.len()).filter(|at| answered(&self.jobs[*at])).collect();
        match self.read(&jobs).await {
            Ok(seen) => {
                for (at, now) in seen {
                    let verdict = self.verdict(&self.jobs[at], &now);
                    tracing::info!(transaction = at, verdict = verdict.name(), "verified");
                    let verdict = verdict.without_secrets(&self.client.inner().redactor);
                    self.jobs[at].shown(verdict, now.record());
                }
            }
            Err(error) => {
                let unread = Unresolved::new(format!("the record can't be read ({error})"));
                for at in jobs {
                    self.jobs[at].shown(Verdict::Unknown(unread.clone()), None);
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

    /// What is there of the records of some transactions.
    async fn read(&self, jobs: &[usize]) -> Result<Vec<(usize, Seen)>, Error> {
        let mut all = Vec::with_capacity(jobs.len());
        let mut wanted = Vec::with_capacity(jobs.len());
        for at in jobs {
            match &self.jobs[*at].identity {
                Identity::Key(state) => wanted.push((*at, state.clone())),
                Identity::Lookup(plan) => {
                    let mut found = self.client.states_of(plan).await?;
                    match (found.len(), found.pop()) {
                        (1, Some(state)) => wanted.push((*at, state)),
                        (0, _) => all.push((*at, Seen::Nothing)),
                        (_, last) => {
                            found.extend(last);
                            let several = format!("the lookup finds several records: {}", named(&found));
                            all.push((*at, Seen::Unclear(Unresolved::new(several))));
                        }
                    }
                }
            }
        }
        for some in wanted.chunks(READ_AT_ONCE) {
            let states = some.iter().map(|(_, state)| state.clone()).collect();
            let request =
                TransactionStateRequest { service_name: self.envelope.name.clone(), transaction_states: states };
            let records = self.client.records(&request).await?;
            for ((at, state), record) in some.iter().zip(records.transactions) {
                all.push((*at, self.seen(&self.jobs[*at], state, record)?));
            }
        }
        Ok(all)
    }

    /// What P21's answer to a read shows.
    fn seen(&self, job: &Job, state: &TransactionState, record: Transaction) -> Result<Seen, Error> {
        match self.judge(job).found(state, &record) {
            Found::Present => Ok(Seen::Record(record)),
            Found::Absent if matches!(job.identity, Identity::Key(_)) && self.is_key(state) => Ok(Seen::Nothing),
            // P21 answers a read by what is no key the same.
            Found::Absent => Ok(Seen::Unclear(Unresolved::new(format!(
                "P21 answers a blank window, and {} isn't known to be the key of a record",
                named(std::slice::from_ref(state))
            )))),
            Found::Other => Err(other_record()),
        }
    }

    /// Whether a state has the known key of the service's records, all of it.
    fn is_key(&self, state: &TransactionState) -> bool {
        let Some((form, fields)) = self.schema.and_then(ServiceSchema::record_key) else { return false };
        *form.name == state.data_element_name
            && fields.len() == state.keys.len()
            && fields.iter().all(|field| state.keys.iter().any(|key| key.name == *field))
    }

    /// What the one record says, without a write; `sent` is when it was sent at the latest.
    pub(super) async fn look(mut self, sent: Timestamp) -> Result<Verdict, Error> {
        let clock = &self.client.inner().clock;
        let since = Duration::try_from(clock.timestamp().duration_since(sent)).unwrap_or_default();
        self.jobs[0].lands_until = clock.now().checked_add(self.how.lands_within.saturating_sub(since));
        let mut seen = self.read(&[0]).await?;
        let now = seen.pop().map_or(Seen::Nothing, |(_, now)| now);
        let (verdict, lands) = (self.verdict(&self.jobs[0], &now), self.may_land(0));
        Ok(match verdict {
            Verdict::NotStored if lands.is_some() => {
                Verdict::Unknown(may_land("it was sent a short while ago").landing(lands))
            }
            Verdict::Unknown(unresolved) => Verdict::Unknown(unresolved.landing(lands)),
            verdict => verdict,
        })
    }
}

/// The record shows nothing of a write that may still land.
fn may_land(but: &str) -> Unresolved {
    Unresolved::new(format!("the record shows nothing of it, but P21 may still be at work on it, and {but}"))
}

/// Records by their keys.
fn named(states: &[TransactionState]) -> String {
    let key = |key: &KeyValue| format!("{} `{}`", key.name, key.value);
    let record = |state: &TransactionState| state.keys.iter().map(key).collect::<Vec<_>>().join(" and ");
    crate::redact::bounded(&states.iter().map(record).collect::<Vec<_>>().join(", "), 400).to_string()
}

fn other_record() -> Error {
    Error::decode("Transactions", "another record than was asked for")
}

impl Verdict {
    fn without_secrets(self, redactor: &Redactor) -> Self {
        match self {
            Self::Unknown(unresolved) => Self::Unknown(unresolved.without_secrets(redactor)),
            other => other,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::NotStored => "not stored",
            Self::Unknown(_) => "unknown",
        }
    }
}
