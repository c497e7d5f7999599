//! What generated bindings are written with. Not for people.
//!
//! Bindings are committed in the crates of users, so what they call stays as it is: from the first release on each version
//! of this module is frozen, and code generated once compiles for good. A schema that grows gets a constructor more here,
//! or a method on a builder; a call that would have to change is one of the next version.
//! `p21-model/tests/it/bindings_v1.rs` compiles what the generator wrote before the first release.

pub mod v1;
