//! What P21 answered: a result a transaction. HTTP 200 is never success by itself.

mod about;
mod by_rule;
mod failure;
mod message;
mod said;
mod sent;
mod stored;
mod tally;

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

pub use failure::Failure;
pub use message::{Message, is_contamination};
pub use sent::Sent;
pub use stored::Stored;

use crate::wire::payload;

/// The answer of `POST /api/v2/transaction`, as P21 spells it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct TransactionSetResult {
    /// What P21 says; `Transaction 1:: ` with nothing after it means nothing.
    pub messages: Option<Vec<String>>,
    /// The echo: what was stored of each transaction, with the keys P21 assigned. Null after some failures.
    pub results: Option<payload::TransactionSet>,
    /// How many transactions ended how.
    pub summary: Summary,
}

/// How many transactions of a set ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Summary {
    /// Stored, as far as P21 says.
    pub succeeded: usize,
    /// Refused.
    pub failed: usize,
    /// Neither.
    pub other: usize,
}

/// The service that nobody named to the compiler: what raw doors answer is about it. It has no elements, so that no
/// handle reads its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raw {}

/// What became of each transaction of a set, in the order they were sent.
///
/// `S` is the service, so that handles of another one don't compile; raw doors know none ([`Raw`]).
#[must_use = "HTTP 200 is not success: each transaction has its own result"]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(bound = ""))]
pub struct Outcome<S = Raw> {
    /// A result a transaction.
    pub transactions: Vec<Result<Stored<S>, Failure<S>>>,
    /// Messages that name no transaction of the set.
    pub unattributed: Vec<Message>,
    #[cfg_attr(feature = "serde", serde(skip))]
    of: PhantomData<fn() -> S>,
}

impl<S> Outcome<S> {
    /// The stored transactions, or the first failure.
    ///
    /// # Errors
    /// P21 refused one of them, or doesn't say that it is stored. The others may be stored all the same.
    pub fn all_stored(self) -> Result<Vec<Stored<S>>, Failure<S>> {
        self.transactions.into_iter().collect()
    }
}

impl Outcome {
    /// Takes it for the outcome of a service, so that the service's handles read it. Nothing checks that it is: use it
    /// where the service is known otherwise, such as by the ticket of an asynchronous request.
    pub fn assume_service<S>(self) -> Outcome<S> {
        let typed = |result: Result<Stored, Failure>| match result {
            Ok(stored) => Ok(stored.assume_service()),
            Err(failure) => Err(failure.assume_service()),
        };
        Outcome {
            transactions: self.transactions.into_iter().map(typed).collect(),
            unattributed: self.unattributed,
            of: PhantomData,
        }
    }
}

/// `Clone` and `PartialEq`, and `Debug` where it is asked for, whatever the service's marker has.
macro_rules! as_its_parts {
    ($type:ident { $($field:ident),+ }) => {
        impl<S> Clone for $type<S> {
            fn clone(&self) -> Self {
                Self { $($field: self.$field.clone(),)+ of: PhantomData }
            }
        }

        impl<S> PartialEq for $type<S> {
            fn eq(&self, other: &Self) -> bool {
                $(self.$field == other.$field)&&+
            }
        }
    };
    (Debug $type:ident { $($field:ident),+ }) => {
        as_its_parts!($type { $($field),+ });

        impl<S> fmt::Debug for $type<S> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($type))$(.field(stringify!($field), &self.$field))+.finish()
            }
        }
    };
}

as_its_parts!(Debug Outcome { transactions, unattributed });
as_its_parts!(Debug Stored { echo, messages, unproven });
as_its_parts!(Failure { messages, known });
