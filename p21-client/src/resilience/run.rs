//! Sending, looking, sending again.

use std::time::Duration;

use bytes::Bytes;
use p21_model::outcome::{Sent, Stored};
use p21_model::payload::{Transaction, TransactionSet, TransactionState, TransactionStateRequest};
use p21_model::schema::ServiceSchema;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::ReadBack;
use super::judge::{self, Before, Found, Judge};
use super::outcome::{How, Resolved, Unresolved, Verdict};
use crate::api::transaction::write_name;
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::redact::Redactor;

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

/// One transaction.
struct Job {
    sent: Transaction,
    state: TransactionState,
    before: Before,
    tries: usize,
    doubt: Option<Doubt>,
    result: Option<Result<Resolved, Error>>,
}

/// A try whose outcome isn't known.
struct Doubt {
    error: Error,
    /// It was refused; only an earlier try could have stored it.
    refused: bool,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        client: &'a Client,
        mut set: TransactionSet,
        states: Vec<TransactionState>,
        schema: Option<&'static ServiceSchema>,
        how: &'a ReadBack,
    ) -> Result<Self, Error> {
        let transactions = std::mem::take(&mut set.transactions);
        if transactions.len() != states.len() {
            let problem = format!("{} keys for {} transactions", states.len(), transactions.len());
            return Err(Error::input(problem));
        }
        let is_same = |one: &TransactionState, other| judge::is_one_record(schema, one, other);
        if let Some(at) = (1..states.len()).find(|at| states[..*at].iter().any(|other| is_same(other, &states[*at]))) {
            let problem = "two transactions have one key, so the record can't tell which of them is stored";
            return Err(Error::input(format!("{problem}: transaction {} and an earlier one", at + 1)));
        }
        let job = |(sent, state)| Job { sent, state, before: Before::Unread, tries: 0, doubt: None, result: None };
        let jobs = transactions.into_iter().zip(states).map(job).collect();
        let run = Self { client, envelope: set, schema, how, jobs };
        for (at, job) in run.jobs.iter().enumerate() {
            if !run.judge(job).sets(&job.state) {
                return Err(Error::input(format!(
                    "transaction {} doesn't set its key on `{}`: a key that P21 assigns can't be read back, so send it \
                     with `submit`",
                    at + 1,
                    job.state.data_element_name
                )));
            }
        }
        Ok(run)
    }

    fn judge<'j>(&'j self, job: &'j Job) -> Judge<'j> {
        Judge { sent: &job.sent, schema: self.schema, how: self.how, keyed_on: &job.state.data_element_name }
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
        if self.how.before {
            let all: Vec<usize> = (0..self.jobs.len()).collect();
            for (at, found) in self.read(&all).await? {
                self.jobs[at].was(found);
            }
        }
        let mut pauses = self.client.inner().retry.tries_after(None);
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
        Ok(self.jobs.into_iter().filter_map(|job| job.result).collect())
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
        let open = self.open();
        for at in &open {
            self.jobs[*at].tries += 1;
        }
        let outcome = match self.client.submit_bytes(body, &Sent::of(&self.set(&open)), self.schema).await {
            Ok(outcome) => outcome,
            Err(error) => {
                tracing::warn!(%error, ambiguous = error.is_ambiguous(), "the write failed");
                for at in open {
                    self.jobs[at].failed(error.clone());
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
            let job = &mut self.jobs[at];
            match result {
                Ok(stored) => job.known(stored, if job.tries > 1 { How::Repeated } else { How::Answered }),
                Err(failure) => job.failed(Error::failed(failure, service).of(write_name())),
            }
        }
    }

    /// Looks at the records of transactions in doubt until it is known whether they are stored. Those that aren't, and
    /// may be sent again, have no result afterwards.
    async fn settle(&mut self) {
        let start = Instant::now();
        let mut pause = FIRST_LOOK;
        loop {
            let open = self.open();
            if open.is_empty() {
                return;
            }
            let is_last = start.elapsed() >= self.how.settle;
            let found = match self.read(&open).await {
                Ok(found) => found,
                Err(error) => {
                    for at in open {
                        self.jobs[at].unknown(Unresolved::new(format!("the record can't be read ({error})")));
                    }
                    return;
                }
            };
            let mut watch = false;
            for (at, now) in found {
                watch |= self.take(at, now, is_last);
            }
            if !watch {
                return;
            }
            tokio::time::sleep(pause.min(self.how.settle.saturating_sub(start.elapsed()))).await;
            pause *= 2;
        }
    }

    /// Takes what a record says. True if it should be looked at again.
    fn take(&mut self, at: usize, now: Option<Transaction>, is_last: bool) -> bool {
        let job = &self.jobs[at];
        let Some(doubt) = &job.doubt else { return false };
        let judge = self.judge(job);
        let verdict = judge.verdict(&job.before, now.as_ref());
        let done = doubt.is_settled();
        let repeatable = done || judge.repeats_safely();
        let refused = doubt.refused;
        let skipped = !doubt.error.skipped().is_empty();
        tracing::info!(transaction = at, verdict = verdict.name(), settled = done || is_last, "read back");
        let redactor = &self.client.inner().redactor;
        let job = &mut self.jobs[at];
        match verdict {
            Verdict::Stored => {
                job.known(Stored::new(now.unwrap_or_default(), Vec::new()), How::ReadBack);
            }
            // P21 may still be at work on it.
            _ if !done && !is_last => return true,
            // P21 is done with it and says that it stored something: another try could add that again.
            Verdict::NotStored if skipped => job.unknown(Unresolved::new("the record shows nothing of it")),
            Verdict::NotStored if refused => job.refuse(),
            Verdict::NotStored if repeatable => {}
            Verdict::NotStored => job.unknown(Unresolved::new(
                "the record shows nothing of it, but P21 may still be at work on it, and rows without a key would be \
                 added twice",
            )),
            Verdict::Unknown(unresolved) => job.unknown(unresolved.without_secrets(redactor)),
        }
        false
    }

    /// Looks whether the records show what P21 says it stored: of all if that was asked for, else of those whose echo
    /// doesn't show it.
    async fn verify(&mut self) {
        let is_due = |resolved: &Resolved| self.how.verify || !resolved.stored.unproven().is_empty();
        let answered =
            |job: &Job| matches!(&job.result, Some(Ok(resolved)) if resolved.how != How::ReadBack && is_due(resolved));
        let jobs: Vec<usize> = (0..self.jobs.len()).filter(|at| answered(&self.jobs[*at])).collect();
        match self.read(&jobs).await {
            Ok(found) => {
                for (at, now) in found {
                    let verdict = self.judge(&self.jobs[at]).verdict(&self.jobs[at].before, now.as_ref());
                    tracing::info!(transaction = at, verdict = verdict.name(), "verified");
                    let verdict = verdict.without_secrets(&self.client.inner().redactor);
                    self.jobs[at].shown(verdict, now);
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
            self.jobs[*at].refuse();
        }
    }

    /// The records of some transactions; `None` where there is none.
    async fn read(&self, jobs: &[usize]) -> Result<Vec<(usize, Option<Transaction>)>, Error> {
        let mut all = Vec::with_capacity(jobs.len());
        for jobs in jobs.chunks(READ_AT_ONCE) {
            let states = jobs.iter().map(|at| self.jobs[*at].state.clone()).collect();
            let request =
                TransactionStateRequest { service_name: self.envelope.name.clone(), transaction_states: states };
            let records = self.client.get_raw(&request).await?;
            for (at, record) in jobs.iter().zip(records.transactions) {
                let job = &self.jobs[*at];
                all.push((
                    *at,
                    match self.judge(job).found(&job.state, &record) {
                        Found::Present => Some(record),
                        Found::Absent => None,
                        Found::Other => return Err(other_record()),
                    },
                ));
            }
        }
        Ok(all)
    }

    /// What the one record says, without a write.
    pub(super) async fn look(self) -> Result<Verdict, Error> {
        let mut records = self.read(&[0]).await?;
        let now = records.pop().and_then(|(_, now)| now);
        Ok(self.judge(&self.jobs[0]).verdict(&Before::Unread, now.as_ref()))
    }
}

fn other_record() -> Error {
    let problem = "another record than was asked for".to_owned();
    Error::new(Kind::Decode { path: "Transactions".to_owned(), problem })
}

impl Doubt {
    /// P21 itself answered: it is done with the transaction.
    fn is_settled(&self) -> bool {
        self.refused || self.error.is_settled()
    }
}

impl Job {
    /// Keeps what the record was before, as far as it is written to: whole windows are large.
    fn was(&mut self, found: Option<Transaction>) {
        self.before = match found {
            Some(mut record) => {
                let is_sent = |name: &str| self.sent.data_elements.iter().any(|element| element.name == name);
                record.data_elements.retain(|element| is_sent(&element.name));
                Before::Present(record)
            }
            None => Before::Absent,
        };
    }

    fn known(&mut self, stored: Stored, how: How) {
        self.result = Some(Ok(Resolved { stored, how, sent: self.tries, unconfirmed: None }));
    }

    /// Takes what the record says of a transaction that P21 says it stored.
    fn shown(&mut self, verdict: Verdict, now: Option<Transaction>) {
        let Some(Ok(resolved)) = &mut self.result else { return };
        let is_unproven = !resolved.stored.unproven().is_empty();
        let nothing = if now.is_some() { "the record is as it was before" } else { "there is no such record" };
        resolved.unconfirmed = match verdict {
            Verdict::Stored if is_unproven => {
                resolved.how = How::ReadBack;
                let messages = std::mem::take(&mut resolved.stored.messages);
                resolved.stored = Stored::new(now.unwrap_or_default(), messages);
                None
            }
            Verdict::Stored => None,
            Verdict::NotStored if is_unproven => {
                let error = Error::new(Kind::Unclear).of(write_name());
                self.result = Some(Err(error.unresolved_because(Unresolved::new(nothing))));
                return;
            }
            Verdict::NotStored => Some(Unresolved::new(nothing)),
            Verdict::Unknown(unresolved) => Some(unresolved),
        };
    }

    fn failed(&mut self, error: Error) {
        // An earlier try that showed nothing yet may have been stored since, and be why this one is refused.
        let refused = !error.is_ambiguous();
        if refused && self.tries == 1 {
            self.result = Some(Err(error));
        } else {
            self.doubt = Some(Doubt { error, refused });
        }
    }

    /// It isn't stored.
    fn refuse(&mut self) {
        if let Some(doubt) = self.doubt.take() {
            self.result = Some(Err(doubt.error.not_stored()));
        }
    }

    fn unknown(&mut self, unresolved: Unresolved) {
        if let Some(doubt) = self.doubt.take() {
            self.result = Some(Err(doubt.error.unresolved_because(unresolved)));
        }
    }
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
