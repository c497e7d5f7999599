//! One transaction: what is sent, what identifies its record, and what is known of it.

use p21_model::outcome::Stored;
use p21_model::payload::{Transaction, TransactionState};
use tokio::time::Instant;

use super::judge::Before;
use super::lookup::Plan;
use super::outcome::{Resolved, ResolvedHow, Unresolved, Verdict};
use crate::api::transaction::write_name;
use crate::error::{Error, ErrorKind};

/// What identifies the record of a transaction.
#[derive(Debug, Clone)]
pub(crate) enum Identity {
    /// Its key.
    Key(TransactionState),
    /// What its caller knows of it: P21 gives the key.
    Lookup(Plan),
}

/// What a look at a record shows.
pub(super) enum Seen {
    Record(Transaction),
    /// P21 knows no such record.
    Nothing,
    /// It can't be told.
    Unclear(Unresolved),
}

/// One transaction.
pub(super) struct Job {
    pub(super) sent: Transaction,
    pub(super) identity: Identity,
    /// The record that its lookup found last.
    pub(super) found: Option<TransactionState>,
    /// Until when a try that nobody knows about may be stored.
    pub(super) lands_until: Option<Instant>,
    pub(super) before: Before,
    pub(super) tries: usize,
    pub(super) doubt: Option<Doubt>,
    pub(super) result: Option<Result<Resolved, Error>>,
}

/// A try whose outcome isn't known.
pub(super) struct Doubt {
    pub(super) error: Error,
    /// It was refused; only an earlier try could have stored it.
    pub(super) refused: bool,
}

impl Identity {
    /// The form that holds the key.
    pub(super) fn element(&self) -> &str {
        match self {
            Self::Key(state) => &state.data_element_name,
            Self::Lookup(plan) => plan.element(),
        }
    }
}

impl Seen {
    pub(super) fn record(self) -> Option<Transaction> {
        match self {
            Self::Record(record) => Some(record),
            Self::Nothing | Self::Unclear(_) => None,
        }
    }
}

impl Doubt {
    /// P21 itself answered: it is done with the transaction.
    pub(super) fn is_settled(&self) -> bool {
        self.refused || self.error.is_settled()
    }
}

impl Job {
    pub(super) fn new(sent: Transaction, identity: Identity) -> Self {
        let (found, lands_until, before) = (None, None, Before::Unread);
        Self { sent, identity, found, lands_until, before, tries: 0, doubt: None, result: None }
    }

    /// Keeps what the record was before, as far as it is written to: whole windows are large.
    pub(super) fn was(&mut self, seen: Seen) {
        self.before = match seen.record() {
            Some(mut record) => {
                let is_sent = |name: &str| self.sent.data_elements.iter().any(|element| element.name == name);
                record.data_elements.retain(|element| is_sent(&element.name));
                Before::Present(record)
            }
            None => Before::Absent,
        };
    }

    pub(super) fn known(&mut self, stored: Stored, how: ResolvedHow) {
        self.result = Some(Ok(Resolved { stored, how, sent: self.tries, unconfirmed: None, may_land_until: None }));
    }

    /// Takes what the record says of a transaction that P21 says it stored.
    pub(super) fn shown(&mut self, verdict: Verdict, now: Option<Transaction>) {
        let Some(Ok(resolved)) = &mut self.result else { return };
        let is_unproven = !resolved.stored.unproven().is_empty();
        let nothing = if now.is_some() { "the record is as it was before" } else { "there is no such record" };
        resolved.unconfirmed = match verdict {
            Verdict::Stored if is_unproven => {
                resolved.how = ResolvedHow::ReadBack;
                let elements = resolved.stored.unproven().to_vec();
                let error = Error::new(ErrorKind::Unproven { elements }).of(write_name());
                self.doubt = Some(Doubt { error, refused: false });
                let messages = std::mem::take(&mut resolved.stored.messages);
                resolved.stored = Stored::new(now.unwrap_or_default(), messages);
                None
            }
            Verdict::Stored => None,
            Verdict::NotStored if is_unproven => {
                let elements = resolved.stored.unproven().to_vec();
                let error = Error::new(ErrorKind::Unproven { elements }).of(write_name());
                self.result = Some(Err(error.unresolved_because(Unresolved::new(nothing))));
                return;
            }
            Verdict::NotStored => Some(Unresolved::new(nothing)),
            Verdict::Unknown(unresolved) => Some(unresolved),
        };
    }

    /// `lands_until`: how long P21 may be at work on it, if it hasn't answered itself.
    pub(super) fn failed(&mut self, error: Error, lands_until: Option<Instant>) {
        // An earlier try that showed nothing yet may have been stored since, and be why this one is refused.
        let refused = !error.is_ambiguous();
        if refused && self.tries == 1 {
            self.result = Some(Err(error));
        } else {
            let doubt = Doubt { error, refused };
            if !doubt.is_settled() {
                self.lands_until = self.lands_until.max(lands_until);
            }
            self.doubt = Some(doubt);
        }
    }

    /// The record that its lookup found, if nothing else says that it is stored.
    pub(super) fn relies_on(&self) -> Option<&TransactionState> {
        let relies = matches!(&self.result, Some(Ok(resolved)) if resolved.how == ResolvedHow::ReadBack);
        self.found.as_ref().filter(|_| relies)
    }

    /// It isn't stored.
    pub(super) fn refuse(&mut self) {
        if let Some(doubt) = self.doubt.take() {
            self.result = Some(Err(doubt.error.not_stored()));
        }
    }

    pub(super) fn unknown(&mut self, unresolved: Unresolved) {
        if let Some(doubt) = self.doubt.take() {
            self.result = Some(Err(doubt.error.unresolved_because(unresolved)));
        }
    }
}
