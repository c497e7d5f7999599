//! The calls, one file an area.

use std::pin::Pin;

use crate::error::Error;

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

/// A call that is sent when it is awaited. Not an `async fn`, whose bounds rustc would report three times: for the call, for
/// its future and for what is awaited.
pub(crate) type Sending<'c, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'c>>;
