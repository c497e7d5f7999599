//! What is reached over HTTP, and what drives windows from there.

mod admin;
pub(crate) mod builder;
pub mod cli;
pub(crate) mod commands;
mod compiled;
#[cfg(test)]
mod doors;
pub(crate) mod engine;
pub(crate) mod faults;
pub(crate) mod http;
pub(crate) mod interactive;
pub(crate) mod jobs;
pub(crate) mod json_net;
pub(crate) mod odata;
pub(crate) mod pool;
pub(crate) mod report;
pub(crate) mod sandbox;
mod told;
pub(crate) mod transaction;
pub(crate) mod wire;
