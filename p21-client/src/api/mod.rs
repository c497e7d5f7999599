//! The calls, one file an area.

pub(crate) mod call;
pub(crate) mod discovery;
pub(crate) mod key;
pub(crate) mod raw;
mod transaction;
