//! A transaction that P21 doesn't say it stored, as an error knows it.

use p21_model::outcome::Failure;
use p21_model::row::Service;

/// A transaction that P21 refused, or doesn't say it stored.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct FailedTransaction {
    /// What P21 said of it, message by message.
    pub failure: Failure,
    /// Which of the transactions that were sent, from 0.
    pub index: usize,
    /// Its service, where bindings know it.
    pub(crate) service: Option<&'static str>,
}

impl FailedTransaction {
    /// The failure for the handles of the service that was sent; `None` if it is about another one, or was sent through a
    /// raw door.
    pub fn of<S: Service>(&self) -> Option<Failure<S>> {
        (self.service == Some(&*S::schema().name)).then(|| self.failure.clone().assume_service())
    }
}
