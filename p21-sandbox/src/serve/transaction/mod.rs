//! Transaction sets: what comes in, what goes out.

pub(crate) mod read;
pub(crate) mod replay;
pub(crate) mod request;
pub(crate) mod result;
mod skeleton;
