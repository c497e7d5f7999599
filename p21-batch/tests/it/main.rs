//! The crate against a sandbox.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod conformance;
mod killed;
mod measured;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
mod runs;
mod submit_all;
mod support;
