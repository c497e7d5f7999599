//! The vocabulary of Epicor Prophet 21's (P21's) APIs.
//!
//! | module | holds |
//! | --- | --- |
//! | [`definition`] | what a P21 server says about a service: elements, fields, labels, keys |
//! | [`rules`] | what it doesn't say: order, parents, disabled columns, codes (feature `rules`) |
//! | [`schema`] | both, compiled into the one form that generator, builders, checks and sandbox read |
//! | [`version`] | P21 versions, and which ones a rule holds for |
//! | [`payload`] | transactions untyped, exactly as P21 spells them |
//! | `xml` | the same payloads and answers as XML (feature `xml`) |
//! | [`value`] | the types of field values and how they are spelt on the wire |
//! | [`row`] | typed rows, transactions and transaction sets, and how they leave as JSON |
//! | [`record`] | records read back, with typed access |
//! | [`check`] | findings: what P21 would silently do to a payload |
//! | [`outcome`] | what P21 answered, a result a transaction |
//! | [`asynchronous`] | asynchronous requests: how far they are, and what became of their transactions |
//! | [`commands`] | steps on a window, for services that the transaction endpoint can't serve |
//! | [`criteria`] | what a report is to print |
//! | [`copy`] | records as new ones |
//! | [`interactive`] | the Interactive API's sessions and windows, as they are on the wire |
//! | [`derive`](mod@derive) | users' structs as rows and transactions, for the derives of `p21-macros` |
//!
//! Nothing here does I/O and nothing is async.
#![forbid(unsafe_code)]

// In groups, each of which uses those before it and none after it (`tests/it/layers.rs` holds them to that). Outside of
// this crate a module is known by its own name.
mod facts;
mod wire;

mod rows;

#[cfg(feature = "rules")]
mod kinds;
#[cfg(feature = "rules")]
pub mod rules;
#[cfg(feature = "serde")]
mod serde_impls;

#[cfg(feature = "rules")]
mod compile;

pub mod check;

mod calls;

pub mod derive;

#[doc(hidden)]
pub mod bindings;

pub use calls::{asynchronous, commands, copy, criteria, interactive, outcome};
pub use facts::{definition, name, shared, version};
pub use rows::{entry, record, row, value};
#[cfg(feature = "xml")]
pub use wire::xml;
pub use wire::{payload, sentences};

#[doc(hidden)]
pub use facts::unseen;

pub use facts::error::{InputError, Problem};
pub use version::{Version, Versions};

/// A service as builders, checks and the sandbox read it: definition and rules in one, and the compiler that makes it.
pub mod schema {
    #[cfg(feature = "rules")]
    pub use crate::compile::{Compiled, RuleSet};
    pub use crate::facts::schema::*;
}
