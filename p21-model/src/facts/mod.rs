//! What is known of a service before anybody writes a row: its definition, its rules, and both compiled into a schema.
//!
//! Each module uses those before it: names, errors and versions; the definition; the schema, which is what everything
//! else reads and knows nothing of files; the rules as TOML has them, in the schema's words; and the compiler, which
//! alone knows all three.

pub(crate) mod error;
pub mod name;
pub mod version;

pub mod definition;

pub(crate) mod schema;

#[cfg(feature = "rules")]
pub mod rules;

#[cfg(feature = "rules")]
pub(crate) mod compile;
