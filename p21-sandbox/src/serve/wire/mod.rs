//! The XML that P21's DataContract serializer reads and writes, to and from the JSON that everything else speaks.

mod grammar;
mod names;
mod read;
mod write;

pub(crate) use grammar::Contract;
pub(crate) use read::{Unreadable, read};
pub(crate) use write::{document, document_in, map, problem};
