//! The calls, one file an area.

pub(crate) mod asynchronous;
pub(crate) mod call;
pub(crate) mod callback;
mod commands;
pub(crate) mod copy;
pub(crate) mod discovery;
pub(crate) mod flavour;
pub(crate) mod raw;
mod report;
pub(crate) mod stored_procedure;
pub(crate) mod submit;
mod template;
pub(crate) mod transaction;
pub(crate) mod version;
