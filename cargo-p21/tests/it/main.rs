//! All tests of the commands, in one program.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod bad_input;
mod batch;
mod check;
mod code;
mod config;
mod diff;
mod doctor;
mod explain;
mod fetch;
mod fetch_sandbox;
mod fetch_whole;
mod generate;
mod help;
mod line_ends;
mod next;
mod recipe;
mod shells;
mod support;
mod witness;
