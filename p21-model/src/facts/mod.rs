//! What is known of a service before anybody writes a row: its definition, and the schema that it is compiled to, which
//! is what everything else reads.

pub(crate) mod error;
pub mod name;
pub mod version;

pub mod definition;

pub mod shared;

pub mod unseen;

pub(crate) mod schema;
