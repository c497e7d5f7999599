//! Reading the records of transactions, by key or lookup.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use p21_model::payload::{KeyValue, Transaction, TransactionState, TransactionStateRequest};
use p21_model::schema::ServiceSchema;

use super::job::{Identity, Job, Seen};
use super::judge::{Found, found, is_one_record};
use super::lookup::Covers;
use super::outcome::{Unresolved, Verdict};
use super::run::Run;
use super::settle::may_land;
use crate::error::Error;

/// How many records are read in one call: some windows answer hundreds of kilobytes each.
const READ_AT_ONCE: usize = 20;

impl Run<'_> {
    /// What is there of the records of some transactions.
    pub(super) async fn read(&mut self, jobs: &[usize]) -> Result<Vec<(usize, Seen)>, Error> {
        let mut all = Vec::with_capacity(jobs.len());
        let mut wanted = Vec::with_capacity(jobs.len());
        for at in jobs {
            match &self.jobs[*at].identity {
                Identity::Key(state) => wanted.push((*at, state.clone())),
                Identity::Lookup(plan) => {
                    let mut states = self.client.states_of(plan).await?;
                    match (states.len(), states.pop()) {
                        (1, Some(state)) => {
                            self.jobs[*at].found = Some(state.clone());
                            wanted.push((*at, state));
                        }
                        (0, _) if self.covers(&self.jobs[*at], plan) == Covers::Unknown => {
                            let nothing = "the lookup finds nothing, and asks for nothing that the transaction sets";
                            all.push((*at, Seen::Unclear(Unresolved::new(nothing))));
                        }
                        (0, _) => all.push((*at, Seen::Nothing)),
                        (_, last) => {
                            states.extend(last);
                            let several = format!("the lookup finds several records: {}", named(&states));
                            all.push((*at, Seen::Unclear(Unresolved::new(several))));
                        }
                    }
                }
            }
        }
        let shared: Vec<bool> = wanted.iter().map(|(at, state)| self.is_anothers(*at, state)).collect();
        let mut shared = shared.into_iter();
        wanted.retain(|(at, state)| {
            let is_shared = shared.next().unwrap_or_default();
            if is_shared {
                all.push((*at, Seen::Unclear(found_by_two(state))));
            }
            !is_shared
        });
        for some in wanted.chunks(READ_AT_ONCE) {
            let states = some.iter().map(|(_, state)| state.clone()).collect();
            let request = TransactionStateRequest::new(self.envelope.name.clone(), states);
            let records = self.client.records(&request).await?;
            for ((at, state), record) in some.iter().zip(records.transactions) {
                all.push((*at, self.seen(&self.jobs[*at], state, record)?));
            }
        }
        Ok(all)
    }

    /// Whether another transaction of the set has the record of this one, by its key, its lookup, or what P21 says it
    /// stored of it.
    fn is_anothers(&self, at: usize, state: &TransactionState) -> bool {
        let schema = self.schema.as_deref();
        let is_it = |other: &TransactionState| is_one_record(schema, state, other);
        let has_it = |job: &Job| match (&job.identity, &job.result) {
            (Identity::Key(key), _) => is_it(key),
            (Identity::Lookup(_), Some(Ok(known))) if job.relies_on().is_none() => {
                match found(schema, state, &known.stored.echo) {
                    Found::Present => true,
                    Found::Other => false,
                    Found::Absent | Found::Unshown => job.found.as_ref().is_some_and(is_it),
                }
            }
            (Identity::Lookup(_), _) => job.found.as_ref().is_some_and(is_it),
        };
        self.jobs.iter().enumerate().any(|(other, job)| other != at && has_it(job))
    }

    /// Of two transactions that rely on one record neither is known to be stored, however much earlier one was judged.
    pub(super) fn contest(&mut self) {
        let contested = |at: &usize| self.jobs[*at].relies_on().is_some_and(|state| self.is_anothers(*at, state));
        let contested: Vec<usize> = (0..self.jobs.len()).filter(contested).collect();
        for at in contested {
            let lands = self.may_land(at);
            let job = &mut self.jobs[at];
            if let Some(state) = &job.found {
                let unresolved = found_by_two(state).landing(lands);
                job.unknown(unresolved);
            }
        }
    }

    /// What P21's answer to a read shows.
    fn seen(&self, job: &Job, state: &TransactionState, record: Transaction) -> Result<Seen, Error> {
        match found(self.schema.as_deref(), state, &record) {
            Found::Present => Ok(Seen::Record(record)),
            Found::Absent if matches!(job.identity, Identity::Key(_)) && self.is_key(state) => Ok(Seen::Nothing),
            // P21 answers a read by what is no key the same.
            Found::Absent => Ok(Seen::Unclear(Unresolved::new(format!(
                "P21 answers a blank window, and {} isn't known to be the key of a record",
                named(std::slice::from_ref(state))
            )))),
            Found::Other => Err(other_record()),
            Found::Unshown => Err(no_form(state)),
        }
    }

    /// Whether a state has the known key of the service's records, all of it.
    fn is_key(&self, state: &TransactionState) -> bool {
        let Some((form, fields)) = self.schema.as_deref().and_then(ServiceSchema::record_key) else { return false };
        *form.name == state.data_element_name
            && fields.len() == state.keys.len()
            && fields.iter().all(|field| state.keys.iter().any(|key| key.name == *field))
    }

    /// What the one record says, without a write; `sent` is when it was sent at the latest.
    pub(super) async fn look(self, sent: Timestamp) -> Result<Verdict, Error> {
        let lands_within = SignedDuration::try_from(self.how.lands_within).unwrap_or(SignedDuration::MAX);
        let landed_by = sent.saturating_add(lands_within).unwrap_or(Timestamp::MAX);
        self.look_until(landed_by).await
    }

    /// The same; until then it may land.
    pub(super) async fn look_until(mut self, landed_by: Timestamp) -> Result<Verdict, Error> {
        if self.jobs.len() != 1 {
            return Err(Error::input(format!("{} transactions are looked for at once: look for one", self.jobs.len())));
        }
        let clock = &self.client.inner().clock;
        let rest = Duration::try_from(landed_by.duration_since(clock.timestamp())).unwrap_or_default();
        self.jobs[0].lands_until = Some(crate::clock::later(clock.now(), rest));
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

fn found_by_two(state: &TransactionState) -> Unresolved {
    Unresolved::new(format!(
        "the lookups of two transactions find one record, so it can't tell which of them is stored: {}",
        named(std::slice::from_ref(state))
    ))
}

/// Records by their keys.
pub(super) fn named(states: &[TransactionState]) -> String {
    let key = |key: &KeyValue| format!("{} `{}`", key.name, key.value);
    let record = |state: &TransactionState| state.keys.iter().map(key).collect::<Vec<_>>().join(" and ");
    crate::redact::bounded(&states.iter().map(record).collect::<Vec<_>>().join(", "), 400).to_string()
}

/// P21 answered something else: a session that kept its window does.
pub(crate) fn other_record() -> Error {
    Error::decode("Transactions", "another record than was asked for")
}

/// P21 answered without the form that a record was asked for by. A record that isn't there has it, blank: so this says
/// neither that the record is there nor that it isn't.
pub(crate) fn no_form(state: &TransactionState) -> Error {
    let problem = format!(
        "the answer doesn't show the key of `{}`, blank or not, so it can't tell whether the record is there",
        state.data_element_name
    );
    Error::decode("Transactions", problem)
}
