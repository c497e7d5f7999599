//! The vocabulary of Epicor Prophet 21's (P21's) APIs.
//!
//! | module | holds |
//! | --- | --- |
//! | [`definition`] | what a P21 server says about a service: elements, fields, labels, keys |
//! | [`rules`] | what it doesn't say: order, parents, disabled columns, codes (feature `rules`) |
//! | [`schema`] | both, compiled into the one form that generator, builders, checks and sandbox read |
//! | [`value`] | the types of field values and how they are spelt on the wire |
//! | [`version`] | P21 versions, and which ones a rule holds for |
//! | [`row`] | typed rows, transactions and transaction sets, and how they leave as JSON |
//! | [`payload`] | the same things untyped, exactly as P21 spells them |
//! | [`commands`] | steps on a window, for services that the transaction endpoint can't serve |
//! | [`criteria`] | what a report is to print |
//! | [`check`] | findings: what P21 would silently do to a payload |
//! | `xml` | the same payloads and answers as XML (feature `xml`) |
//! | [`outcome`] | what P21 answered, a result a transaction |
//! | [`asynchronous`] | asynchronous requests: how far they are, and what became of their transactions |
//! | [`record`] | records read back, with typed access |
//! | [`copy`] | records as new ones |
//! | [`derive`](mod@derive) | users' structs as rows and transactions, for the derives of `p21-macros` |
//!
//! Nothing here does I/O and nothing is async.
#![forbid(unsafe_code)]

pub mod asynchronous;
#[doc(hidden)]
pub mod bindings;
pub mod check;
pub mod commands;
pub mod copy;
pub mod criteria;
pub mod definition;
pub mod derive;
mod error;
pub mod name;
pub mod outcome;
pub mod payload;
pub mod record;
pub mod row;
#[cfg(feature = "rules")]
pub mod rules;
pub mod schema;
pub mod value;
pub mod version;
#[cfg(feature = "xml")]
pub mod xml;

pub use error::{InputError, Problem};
pub use version::{Version, Versions};
