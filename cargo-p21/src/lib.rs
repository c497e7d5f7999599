//! The command line for Prophet 21 (P21) from Rust: `cargo p21 fetch | generate | check | diff | batch | sandbox | explain | doctor`.
//!
//! The crate is a program; what is public is what this project's own commands share with it, and no interface for others.
//! What others may rely on are arguments, exit codes ([`exit`]), `--format json` and `p21.toml`; never the words of texts.
//!
//! It depends on no generated bindings, so that broken ones can always be generated again. The built-in rules and the
//! published definitions are inside.
#![forbid(unsafe_code)]

mod advice;
mod batch;
mod check;
mod cli;
mod completions;
mod config;
mod diff;
mod doctor;
pub mod exit;
mod explain;
mod fetch;
mod format;
mod generate;
mod paths;
mod printable;
mod progress;
mod sandbox;
mod toml_error;
#[cfg(test)]
mod workflows;

pub use check::schema;
pub use cli::main;
pub use fetch::{Summary, Wanted, fetch_into, sandbox_credentials};
pub use generate::report;
pub use paths::shown;
