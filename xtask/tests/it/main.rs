//! All tests of the repository's own commands, in one program.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod awaited;
mod compiled;
mod current;
mod errors;
mod facts;
mod lengths;
mod methods;
mod packages;
mod paths;
mod silent;
mod sources;
