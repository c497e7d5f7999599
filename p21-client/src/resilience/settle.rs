//! What the records say: watching those of transactions in doubt, verifying those that P21 says it stored.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use p21_model::outcome::Stored;

use super::job::{Identity, Job, Seen};
use super::outcome::{Resolved, ResolvedHow, Unresolved, Verdict};
use super::run::Run;
use crate::error::Error;
use crate::redact::Redactor;
use crate::retry::{Class, class};

/// The pause before the second look at a record; later ones double.
const FIRST_LOOK: Duration = Duration::from_millis(500);

impl Run<'_> {
    /// Looks at the records of transactions in doubt until it is known whether they are stored. Those that aren't, and
    /// may be sent again, have no result afterwards.
    pub(super) async fn settle(&mut self) {
        let clock = &self.client.inner().clock;
        let start = clock.now();
        let mut pause = FIRST_LOOK;
        loop {
            let open = self.open();
            if open.is_empty() {
                return;
            }
            let watched = clock.now().duration_since(start);
            let is_last = watched >= self.how.watch();
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
            let rest = self.how.watch().saturating_sub(watched).min(self.until_one_has_landed());
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
    pub(super) fn may_land(&self, at: usize) -> Option<Timestamp> {
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
        let doubles_nothing = matches!(job.identity, Identity::Key(_)) && judge.repeats_safely();
        let repeatable = lands.is_none() || (doubles_nothing && !self.how.waits_for_landing);
        let refused = doubt.refused;
        let skipped = !doubt.error.skipped().is_empty();
        tracing::info!(transaction = at, verdict = verdict.name(), settled = done || is_last, "read back");
        let redactor = &self.client.inner().redactor;
        let job = &mut self.jobs[at];
        match verdict {
            Verdict::Stored => {
                job.known(Stored::new(now.record().unwrap_or_default(), Vec::new()), ResolvedHow::ReadBack)
            }
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

    pub(super) fn verdict(&self, job: &Job, now: &Seen) -> Verdict {
        match now {
            Seen::Record(record) => self.judge(job).verdict(&job.before, Some(record)),
            Seen::Nothing => self.judge(job).verdict(&job.before, None),
            Seen::Unclear(unclear) => Verdict::Unknown(unclear.clone()),
        }
    }

    /// Looks whether the records show what P21 says it stored: of all if that was asked for, else of those whose echo
    /// doesn't show it.
    pub(super) async fn verify(&mut self) {
        let is_due = |resolved: &Resolved| self.how.verify || !resolved.stored.unproven().is_empty();
        let answered = |job: &Job| matches!(&job.result, Some(Ok(resolved)) if resolved.how != ResolvedHow::ReadBack && is_due(resolved));
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
}

/// The record shows nothing of a write that may still land.
pub(super) fn may_land(but: &str) -> Unresolved {
    Unresolved::new(format!("the record shows nothing of it, but P21 may still be at work on it, and {but}"))
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
