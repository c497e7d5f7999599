//! All tests of the crate, in one program.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod killed;
mod reading;
