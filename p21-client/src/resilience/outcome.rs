//! What is found out about a write.

use std::fmt;

use jiff::Timestamp;
use p21_model::outcome::{Raw, Stored};

use crate::redact::{Redactor, bounded};

/// A transaction that is stored.
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(bound = ""))]
pub struct Resolved<S = Raw> {
    /// What P21 echoed; after a read-back the whole record as it was read.
    pub stored: Stored<S>,
    /// How that is known.
    pub how: ResolvedHow,
    /// How often the transaction was sent.
    pub sent: usize,
    /// What the record doesn't show of it, although P21 answered that it is stored. Always `None` unless
    /// [`ReadBack::verify`](super::ReadBack::verify) was asked for, or P21's echo doesn't show
    /// [all that was sent](Stored::unproven).
    pub unconfirmed: Option<Unresolved>,
    /// Until when an earlier try of the same transaction may still land: only of one that was sent again, which doubles
    /// nothing. **It would type its values over what is written to the record meanwhile**, so write to it again after that,
    /// or [wait](super::ReadBack::wait_for_landing) in the first place.
    pub may_land_until: Option<Timestamp>,
}

impl Resolved {
    /// Takes it for a transaction of a service; nothing checks that it is.
    pub fn assume_service<S>(self) -> Resolved<S> {
        let Self { stored, how, sent, unconfirmed, may_land_until } = self;
        Resolved { stored: stored.assume_service(), how, sent, unconfirmed, may_land_until }
    }
}

impl<S> Clone for Resolved<S> {
    fn clone(&self) -> Self {
        Self { stored: self.stored.clone(), unconfirmed: self.unconfirmed.clone(), ..*self }
    }
}

impl<S> fmt::Debug for Resolved<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolved")
            .field("stored", &self.stored)
            .field("how", &self.how)
            .field("sent", &self.sent)
            .field("unconfirmed", &self.unconfirmed)
            .field("may_land_until", &self.may_land_until)
            .finish()
    }
}

/// How it is known that a transaction is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum ResolvedHow {
    /// P21 answered so at the first try.
    Answered,
    /// The answer didn't tell; the record did.
    ReadBack,
    /// The record showed that an earlier try wasn't stored; P21 answered to a later one.
    Repeated,
}

/// What a record says about a transaction.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Verdict {
    /// It is stored.
    Stored,
    /// It isn't.
    NotStored,
    /// The record doesn't tell.
    Unknown(Unresolved),
}

/// Why nobody knows whether a transaction is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Unresolved {
    /// The reason, in words.
    pub reason: String,
    /// Where the record differs from what was sent; at most 20.
    pub differences: Vec<Difference>,
    /// Until when P21 may still store it: after that, [`read_back`](crate::Client::read_back) tells for good.
    pub may_land_until: Option<jiff::Timestamp>,
}

/// A field whose value isn't the one that was sent, or a row that isn't there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Difference {
    /// `PAGE.datawindow`.
    pub element: String,
    /// Which of the element's rows that were sent, from 0.
    pub row: usize,
    /// The field; `None` if the whole row is missing.
    pub field: Option<String>,
    /// What was sent.
    pub sent: String,
    /// What was there before, if the record was read before and had the row.
    pub before: Option<String>,
    /// What is there now.
    pub now: Option<String>,
}

/// How many differences are kept.
const MOST: usize = 20;

impl Unresolved {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), differences: Vec::new(), may_land_until: None }
    }

    pub(crate) fn differing(reason: impl Into<String>, mut differences: Vec<Difference>) -> Self {
        differences.truncate(MOST);
        Self { reason: reason.into(), differences, may_land_until: None }
    }

    /// The same of a write that may land until then.
    pub(crate) fn landing(mut self, until: Option<jiff::Timestamp>) -> Self {
        self.may_land_until = until;
        self
    }

    /// Without the client's secrets, which a record may quote.
    pub(crate) fn without_secrets(mut self, redactor: &Redactor) -> Self {
        for difference in &mut self.differences {
            let values = [&mut difference.before, &mut difference.now].into_iter().flatten();
            for value in values.chain([&mut difference.sent]) {
                *value = redactor.clean(value);
            }
        }
        self
    }
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        for (index, difference) in self.differences.iter().enumerate() {
            write!(f, "{} {difference}", if index == 0 { ":" } else { ";" })?;
        }
        match self.may_land_until {
            Some(until) => write!(f, "; it may be stored until {until:.0}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(field) = &self.field else {
            return write!(f, "{} has no row such as row {}", self.element, self.row);
        };
        write!(f, "{} row {} `{field}`: sent `{}`", self.element, self.row, shown(&self.sent))?;
        if let Some(before) = &self.before {
            write!(f, ", before `{}`", shown(before))?;
        }
        match &self.now {
            Some(now) => write!(f, ", now `{}`", shown(now)),
            None => f.write_str(", now missing"),
        }
    }
}

fn shown(value: &str) -> String {
    bounded(value, 60).escape_debug().to_string()
}
