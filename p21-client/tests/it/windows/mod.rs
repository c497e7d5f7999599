//! Sessions and windows, against a small P21 over HTTP.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod asked;
mod cut;
mod documented;
mod pool;
mod rows;
mod sessions;
mod spans;
mod typing;
mod xml;
