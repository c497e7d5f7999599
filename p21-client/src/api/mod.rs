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
/// its future and for what is awaited. Whose body would be compiled in every crate that awaits it, too, with all that it
/// awaits: what is behind this type is compiled here, once.
pub(crate) type Sending<'c, T> = Awaited<'c, Result<T, Error>>;

/// The same for what can't fail.
pub(crate) type Awaited<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;
