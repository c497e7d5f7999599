//! Writes whose outcome is found out, instead of being left unknown.
//!
//! A write can be stored although its caller gets an error: the connection breaks after P21 has committed, a gateway
//! gives up first, or a pooled session fails while it clears its window. P21 has no request ids, so the only proof is
//! the record itself. [`Client::submit`] with a [key](crate::Submission::key) or a [lookup](crate::Submission::lookup) reads
//! it before and, if the write fails so that nobody knows, after:
//!
//! | what the record shows | what is done |
//! | --- | --- |
//! | wasn't there, and now is with everything that was sent | stored |
//! | was there, and now has everything that was sent | stored |
//! | isn't there, or is unchanged where the write would have changed it and a read would show it | not stored: it is sent again |
//! | anything else: it changed to something else, it vanished, only parts are there | ambiguous, with the differences |
//!
//! P21 stores a transaction whole or not at all (verified on 26.1), so parts of it speak for all of it; but values that
//! somebody else wrote meanwhile don't, so whatever doesn't fit one of the first three lines is never guessed at.
//!
//! **A transaction is sent again only after a look at its record** that shows nothing of the first try. Where P21 itself
//! answered (a contaminated session, a 500 in its own shape) one look is proof, because it is done with the transaction. Where
//! the connection broke, time ran out, or a proxy answered (502 to 504, 52x, a page or plain text under a 500), P21 may
//! still be at work. Then the record is watched for a while ([`ReadBack::settle`]), which proves nothing about later: so
//! it is sent again only if repeating it can't add anything, that is if the record's key and those of every list row are in
//! it, and what the first try stores after all is what the second one stored (over what somebody else wrote meanwhile: see
//! [`ReadBack::wait_for_landing`]); or if the first one can't land any more ([`ReadBack::lands_within`]). Else it is ambiguous, with [until when](Unresolved::may_land_until) it may land. (A field that adds up what is typed into it, such as `TimeEntry`'s
//! `time_worked`, is never safe to repeat: use [`ReadBack::never_repeat`].)
//!
//! # What it can't do
//!
//! - **Keys that P21 gives** (`order_no` of a new order) are found by a [`Lookup`], which its caller says identifies the
//!   record. Of several that fit none is taken for it; without a key and a lookup nothing is ever sent again. Of the
//!   transactions of a set whose lookups find one record none is known to be stored by it, however much earlier one of them
//!   was judged. Two calls don't know of each other: if their lookups find one record that has all that either sent, each
//!   says that it is stored. So look for what no other record has; and outcomes with the same key in
//!   [`Resolved::stored`] are of one record.
//! - A blank window proves that a record isn't there only for a read by its known key, all of it: by the raw door where
//!   the client was given the service's definition. An answer without the form of the key proves nothing: such a read has
//!   failed.
//! - Windows that P21 can't read (`ShipTo` answered an empty 500 on one 26.1 installation): nothing is sent.
//! - Rows of child elements (extended texts, bins) are taken to show in a read only for the current row (inferred from
//!   how windows work; no source says so). They are not compared, and a transaction that would change nothing else stays
//!   ambiguous. The rules say which elements are children. Where they don't, for a raw payload or a service in which no
//!   rule says that an element follows another, only the element of the key itself is trusted to show all of its rows.
//! - A write that P21 stores later than [`ReadBack::lands_within`].
//! - Somebody who writes the same record between the two reads, and puts back exactly what was there, can't be seen.
//!
//! # Dropping the future
//!
//! Before the write is sent, nothing happened. While it is on its way, it may be stored. Afterwards nothing more is
//! sent. [`Client::read_back`] tells later which it was.

mod compare;
mod job;
mod journal;
mod judge;
mod lookup;
mod outcome;
mod read;
mod run;
#[cfg(feature = "windows")]
mod seen;
mod settle;

use p21_model::row::{Keyed, Transaction, TransactionSet, Transactional};
use std::time::Duration;

use jiff::Timestamp;

pub use journal::{Marking, RecordId};
pub use lookup::Lookup;
pub use outcome::{Difference, Resolved, ResolvedHow, Unresolved, Verdict};

use crate::api::Sending;
use crate::api::transaction::state_of;
use crate::client::Client;
use crate::error::Error;
pub(crate) use job::Identity;
pub(crate) use journal::BeforeSending;
pub(crate) use judge::{Found, found};
#[cfg(feature = "windows")]
pub(crate) use lookup::{Plan as LookupPlan, Sought, seek};
pub(crate) use read::{no_form, other_record};
pub(crate) use run::Run;
#[cfg(feature = "windows")]
pub(crate) use seen::{is_same, is_there, shows};

/// How the outcome of a write is found out.
///
/// Each call that it takes has a time limit of its own ([`Timeouts`](crate::Timeouts)); how often a transaction is sent at
/// most is [`Retry`](crate::Retry)'s matter: five times over contaminated sessions, three times over anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReadBack {
    pub(crate) before: bool,
    pub(crate) settle: Duration,
    pub(crate) waits_for_landing: bool,
    pub(crate) lands_within: Duration,
    pub(crate) repeat: bool,
    pub(crate) verify: bool,
    pub(crate) ignored: Vec<(String, String)>,
}

/// How long a request that nobody has an answer to may still be stored: as long as P21 is given for a large transaction.
const LANDS_WITHIN: Duration = Duration::from_secs(300);

impl Default for ReadBack {
    fn default() -> Self {
        Self {
            before: true,
            settle: Duration::from_secs(10),
            waits_for_landing: false,
            lands_within: LANDS_WITHIN,
            repeat: true,
            verify: false,
            ignored: Vec::new(),
        }
    }
}

impl ReadBack {
    /// Doesn't read the records before. Saves a call a write, and proves less: a record that is there with other values
    /// than those sent can't be told from one that was never written, so it stays ambiguous.
    #[must_use]
    pub fn only_after(mut self) -> Self {
        self.before = false;
        self
    }

    /// How long a write may land after its last byte was sent, though nobody answered: 300 s. What would be there twice if
    /// it landed twice (a record whose key P21 gives, rows without a key) is sent again only when that has passed, and is
    /// ambiguous before: [`wait_for_landing`](Self::wait_for_landing) to have it watched until then.
    ///
    /// It is counted from the moment the answer was given up, which is later than the last byte, never earlier. When that
    /// byte leaves can't be known here: the HTTP library has taken a request's whole body (400 kB, and what the system
    /// buffers) long before the other side has read any of it, so a limit counted from there could be too short.
    #[must_use]
    pub fn lands_within(mut self, time: Duration) -> Self {
        self.lands_within = time;
        self
    }

    /// Sends nothing again, and takes nothing for not stored, while an earlier try may still land: the record is watched
    /// for [`lands_within`](Self::lands_within).
    ///
    /// Without this a keyed write is sent again after [`settle`](Self::settle), because a second one changes nothing that
    /// the first one stores: it types the same values into the same rows. **Unless somebody changes them in between**: a
    /// first try that lands then undoes that change. [`Resolved::may_land_until`] tells until when, and nothing else
    /// prevents it. So wait where others write the same records, or write to one again only after that.
    #[must_use]
    pub fn wait_for_landing(mut self) -> Self {
        self.waits_for_landing = true;
        self
    }

    /// How long a record is watched after a failure that P21 may still be working on: 10 s. A write that shows up later
    /// than that, and was sent again meanwhile, is typed twice into the same keyed rows, over what was written between:
    /// see [`wait_for_landing`](Self::wait_for_landing).
    #[must_use]
    pub fn settle(mut self, time: Duration) -> Self {
        self.settle = time;
        self
    }

    /// Finds out, but never sends again.
    #[must_use]
    pub fn never_repeat(mut self) -> Self {
        self.repeat = false;
        self
    }

    /// Reads the record back after a success as well: P21 answers `Succeeded` to values that it cleared, folded or left
    /// out. What the record doesn't show is in [`Resolved::unconfirmed`]. A call more a write.
    #[must_use]
    pub fn verify(mut self) -> Self {
        self.verify = true;
        self
    }

    /// Leaves a field out of the comparison: one that P21 doesn't keep as it was sent, such as a flag that starts
    /// something. `element` is `PAGE.datawindow`.
    #[must_use]
    pub fn ignore(mut self, element: impl Into<String>, field: impl Into<String>) -> Self {
        self.ignored.push((element.into(), field.into()));
        self
    }

    /// How long records are watched.
    pub(crate) fn watch(&self) -> Duration {
        if self.waits_for_landing { self.settle.max(self.lands_within) } else { self.settle }
    }

    pub(crate) fn ignores(&self, element: &str, field: &str) -> bool {
        self.ignored.iter().any(|(known, name)| known == element && name == field)
    }
}

impl Client {
    /// Whether a record shows a transaction: for a write whose future was dropped, whose program ended, or whose outcome was
    /// ambiguous. `sent` is when it was sent at the latest: as long as it may still land
    /// ([`ReadBack::lands_within`]), a record that isn't there proves nothing.
    ///
    /// Without knowledge of how the record was before, a record that is there with other values says nothing.
    ///
    /// # Errors
    /// The record can't be read, or the transaction doesn't set the key.
    pub fn read_back<S: Transactional + Keyed>(
        &self,
        transaction: &Transaction<S>,
        key: S::Key,
        sent: Timestamp,
    ) -> Sending<'_, Verdict> {
        self.judge_of(transaction, state_of(&key).map(Identity::Key), sent)
    }

    /// The same for a record whose key isn't known.
    ///
    /// # Errors
    /// The lookup can't be made, or the record can't be read.
    pub fn read_back_by<S: Transactional + Keyed>(
        &self,
        transaction: &Transaction<S>,
        lookup: Lookup<S>,
        sent: Timestamp,
    ) -> Sending<'_, Verdict> {
        self.judge_of(transaction, Ok(Identity::Lookup(lookup.into_plan())), sent)
    }

    fn judge_of<S: Transactional>(
        &self,
        transaction: &Transaction<S>,
        identity: Result<Identity, Error>,
        sent: Timestamp,
    ) -> Sending<'_, Verdict> {
        let (set, schema) = (TransactionSet::from(transaction.clone()).to_payload(), S::schema());
        Box::pin(async move {
            let how = ReadBack::default();
            Run::new(self, set, vec![identity?], Some(schema), &how).await?.look(sent).await
        })
    }
}
